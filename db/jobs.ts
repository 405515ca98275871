import { sql } from 'drizzle-orm';
import type { AnyJob, Jobs } from '../core/ports/jobs.ts';
import { unwrap } from './database.ts';

/** The job engine's attempts where a job says nothing: with its backoff they spread over about two hours. */
const defaultMaxAttempts = 10;

/** The `Jobs` port over graphile-worker: one statement for any number of jobs, in the caller's transaction. */
export function createJobs(): Jobs {
  return {
    async enqueue(tx, jobs) {
      const specs = toSpecs(jobs);
      if (specs.length === 0) return;
      await unwrap(tx).execute(sql`
        select count(*) from graphile_worker.add_jobs(array(
          select json_populate_recordset(null::graphile_worker.job_spec, ${JSON.stringify(specs)}::text::json)))`);
    },
  };
}

/** What `graphile_worker.job_spec` has. */
function toSpecs(jobs: readonly AnyJob[]): readonly object[] {
  const last = new Map<string | object, AnyJob>();
  // One statement cannot write the same key twice; the later job replaces the earlier, as it would have one by one.
  for (const job of jobs) last.set(job.key ?? {}, job);
  return (
    [...last.values()]
      // Keys in one order in every transaction, so that two that replace the same jobs wait instead of deadlocking.
      .sort((a, b) => compare(a.key ?? '', b.key ?? ''))
      .map((job) => ({
        identifier: job.task,
        payload: job.payload,
        queue_name: job.queue,
        run_at: job.runAt?.toISOString(),
        max_attempts: job.maxAttempts ?? defaultMaxAttempts,
        job_key: job.key,
        priority: job.priority ?? 0,
      }))
  );
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
