import { type SQL, sql } from 'drizzle-orm';
import type { ListRuns } from '../../core/queries/list-runs.ts';
import type { Drizzle } from '../client.ts';
import { decodeMomentKeyset, pageOf, pageSize } from './keyset.ts';
import { automaticModes, type RawRun, runColumns, runResult, toRunRow } from './run-row.ts';

/** Reads each merchant's newest runs by index and merges them: one merchant's history never slows another's page. */
export function createListRuns(db: Drizzle): ListRuns {
  return async (input) => {
    if (input.merchantIds.length === 0) return { rows: [], nextCursor: null };
    const limit = pageSize(input.limit);
    const after = decodeMomentKeyset(input.cursor);
    const conditions: SQL[] = [sql`r.merchant_id = m.id`];
    if (after !== null) {
      conditions.push(sql`(r.created_at, r.id) < (${after.at}::timestamptz, ${after.id}::uuid)`);
    }
    if (input.storeId !== undefined) conditions.push(sql`r.store_id = ${input.storeId}::uuid`);
    if (input.platform !== undefined) conditions.push(sql`st.platform = ${input.platform}`);
    if (input.type !== undefined) {
      const modes = sql`(r.mode = any(${sql.param(automaticModes)}::text[]))`;
      conditions.push(input.type === 'automatic' ? modes : sql`not ${modes}`);
    }
    if (input.result !== undefined) conditions.push(sql`${runResult} = ${input.result}`);
    const rows = await db.execute<RawRun>(sql`
      select page.* from unnest(${sql.param([...input.merchantIds])}::uuid[]) as m(id)
      cross join lateral (
        select ${runColumns}
        from runs r left join stores st on st.merchant_id = r.merchant_id and st.id = r.store_id
        where ${sql.join(conditions, sql` and `)}
        order by r.created_at desc, r.id desc limit ${limit + 1}
      ) as page
      order by page.created_at desc, page.id desc limit ${limit + 1}`);
    const page = pageOf(rows, limit, (last) => [last.created_key, last.id]);
    return { rows: page.rows.map(toRunRow), nextCursor: page.nextCursor };
  };
}
