import { sql } from 'drizzle-orm';
import type { AskedNumber, ListRunProgress, RunProgress } from '../../core/queries/list-run-progress.ts';
import type { Drizzle } from '../client.ts';
import { uuids } from './order-walk.ts';
import { jsonArray } from './rows.ts';

/** Numbers of one run that are told; a request takes fewer. */
const toldNumbers = 1_000;

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
      numbers: unknown;
    }>(sql`
      select r.id, r.status, r.pages, r.fetched, r.created, r.held, r.failed, r.error, coalesce(asked.numbers, '[]') as numbers
      from runs r left join lateral (
        select json_agg(json_build_object('number', number, 'result', result, 'reason', reason) order by id, place) as numbers
        from (
          select i.id, i.result, i.reason, n.number, n.place
          from run_items i cross join lateral unnest(i.numbers) with ordinality as n(number, place)
          where i.merchant_id = r.merchant_id and i.run_id = r.id
          order by i.id, n.place limit ${toldNumbers}
        ) as items
      ) as asked on r.mode = 'order_numbers' and r.status = 'done'
      where r.merchant_id = any(${uuids(merchantIds)}) and r.id = any(${uuids(runIds)})`);
    return rows.map((row) => ({ ...row, numbers: jsonArray<AskedNumber>(row.numbers) }));
  };
}
