import { sql } from 'drizzle-orm';
import type { ListRunProgress, RunProgress } from '../../core/queries/list-run-progress.ts';
import type { Drizzle } from '../client.ts';
import { uuids } from './order-walk.ts';

export function createListRunProgress(db: Drizzle): ListRunProgress {
  return async ({ merchantIds, runIds }) => {
    if (merchantIds.length === 0 || runIds.length === 0) return [];
    const rows = await db.execute<{
      id: string;
      status: RunProgress['status'];
      pages: number;
      fetched: number;
      created: number;
      held: number;
      failed: number;
      error: string | null;
    }>(sql`
      select id, status, pages, fetched, created, held, failed, error from runs
      where merchant_id = any(${uuids(merchantIds)}) and id = any(${uuids(runIds)})`);
    return rows.map((row) => ({ ...row }));
  };
}
