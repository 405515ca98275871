import { sql } from 'drizzle-orm';
import type { Drizzle } from '../client.ts';

export interface JobCount {
  readonly task: string;
  readonly state: 'waiting' | 'running' | 'dead';
  readonly count: number;
  readonly oldestSeconds: number;
}

/** Jobs in the table by task and state, for metrics. Tasks that nobody works on any more show up here too. */
export async function countJobs(db: Drizzle): Promise<readonly JobCount[]> {
  const rows = await db.execute<{ task: string; state: JobCount['state']; count: string; oldest: string }>(sql`
    select task_identifier as task,
           case when locked_at is not null then 'running' when attempts >= max_attempts then 'dead' else 'waiting' end as state,
           count(*) as count,
           greatest(coalesce(max(extract(epoch from now() - run_at)), 0), 0) as oldest
    from graphile_worker.jobs group by 1, 2`);
  return rows.map(({ task, state, count, oldest }) => ({
    task,
    state,
    count: Number(count),
    oldestSeconds: Number(oldest),
  }));
}
