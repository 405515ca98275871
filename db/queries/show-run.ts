import { sql } from 'drizzle-orm';
import type { RunGroup, RunNumbers, ShowRun } from '../../core/queries/show-run.ts';
import type { Drizzle } from '../client.ts';
import { jsonArray, momentOrNull } from './rows.ts';
import { type RawRun, runColumns, toRunRow } from './run-row.ts';

/** Numbers shown of one group; the rest is in the download. */
const shownNumbers = 100;
/** Groups shown: results × reasons; a reason is worded per cause, so there are few unless every order has its own. */
const shownGroups = 100;

export function createShowRun(db: Drizzle): ShowRun {
  return async ({ merchantIds, runId }) => {
    const merchants = sql`${sql.param([...merchantIds])}::uuid[]`;
    const [raw] = await db.execute<RawRun & { since: string | null; until: string | null; numbers: string[] }>(sql`
      select ${runColumns}, r.since, r.until, r.numbers
      from runs r left join stores st on st.merchant_id = r.merchant_id and st.id = r.store_id
      where r.merchant_id = any(${merchants}) and r.id = ${runId}::uuid`);
    if (raw === undefined) return null;
    // An order of a sync is found again by its number within the store; a task's items carry the order ids themselves.
    const groups = await db.execute<{
      result: string;
      reason_code: string | null;
      reason: string | null;
      count: string;
      orders: unknown;
    }>(sql`
      with items as (
        select i.result, i.reason_code, i.reason, n.number, i.order_ids[n.place] as order_id,
          row_number() over (partition by i.result, i.reason_code, i.reason order by i.id, n.place) as place
        from run_items i cross join lateral unnest(i.numbers) with ordinality as n(number, place)
        where i.merchant_id = ${raw.merchant_id}::uuid and i.run_id = ${runId}::uuid
      )
      select result, reason_code, reason, count(*) as count,
        json_agg(json_build_object('number', number, 'orderId', coalesce(order_id, found.id)) order by place)
          filter (where place <= ${shownNumbers}) as orders
      from items left join lateral (
        select o.id from orders o
        where items.place <= ${shownNumbers} and items.order_id is null and o.merchant_id = ${raw.merchant_id}::uuid
          and o.store_id = ${raw.store_id}::uuid and lower(o.platform_order_number) = lower(items.number)
        order by o.id desc limit 1
      ) as found on true
      group by result, reason_code, reason
      order by count(*) desc, result, reason limit ${shownGroups}`);
    return {
      ...toRunRow(raw),
      since: momentOrNull(raw.since),
      until: momentOrNull(raw.until),
      numbers: raw.numbers,
      groups: groups.map(
        (group): RunGroup => ({
          result: group.result,
          reasonCode: group.reason_code,
          reason: group.reason,
          count: Number(group.count),
          orders: jsonArray<RunGroup['orders'][number]>(group.orders),
        }),
      ),
    };
  };
}

/** A run of a whole shop names its orders once; more than this is an export's work. */
const downloadLimit = 200_000;

export function createRunNumbers(db: Drizzle): RunNumbers {
  return async ({ merchantIds, runId, result }) => {
    const rows = await db.execute<{ number: string; result: string; reason: string | null }>(sql`
      select n.number, i.result, i.reason
      from run_items i cross join lateral unnest(i.numbers) with ordinality as n(number, place)
      where i.merchant_id = any(${sql.param([...merchantIds])}::uuid[]) and i.run_id = ${runId}::uuid
        and (${result ?? null}::text is null or i.result = ${result ?? null}::text)
      order by i.id, n.place limit ${downloadLimit}`);
    return rows.map(({ number, result: found, reason }) => ({ number, result: found, reason }));
  };
}
