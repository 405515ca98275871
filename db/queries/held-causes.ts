import { type SQL, sql } from 'drizzle-orm';
import { type HoldCode, type HoldOrigin, holdCodes } from '../../core/order/types.ts';
import { heldCauseLimit, type ListHeldCauses, sharedCodes } from '../../core/queries/list-held-causes.ts';
import type { Drizzle } from '../client.ts';
import { texts, uuids } from './order-walk.ts';
import { moment } from './rows.ts';

/** Causes that are looked at: beyond, the page says that there are more. */
const maxCauses = 500;

const openHold = sql`h.merchant_id = l.merchant_id and h.store_id = l.store_id and h.code = l.code and h.closed_at is null`;

/**
 * `(merchant_id, store_id, code, subject)` of open holds, stepping through the index from one subject to the next: as many
 * steps as there are subjects, however many orders wait. `limit` is per store and code.
 */
export function causeSteps(
  merchantIds: readonly string[],
  codes: readonly HoldCode[],
  limit: number,
  storeId?: string,
): SQL {
  const ofStore = storeId === undefined ? sql`` : sql`and s.id = ${storeId}::uuid`;
  return sql`with recursive l as (
      select s.merchant_id, s.id as store_id, c.code from stores s cross join unnest(${texts(codes)}) as c(code)
      where s.merchant_id = any(${uuids(merchantIds)}) and s.deleted_at is null ${ofStore}
    ), step as (
      (select l.merchant_id, l.store_id, l.code, f.subject, 1 as n from l cross join lateral (
        select h.subject from holds h where ${openHold} order by h.subject limit 1) as f)
      union all
      select l.merchant_id, l.store_id, l.code, f.subject, l.n + 1 from step l cross join lateral (
        select h.subject from holds h where ${openHold} and h.subject > l.subject order by h.subject limit 1) as f
      where l.n < ${limit}
    ) select merchant_id, store_id, code, subject from step`;
}

type RawCause = {
  merchant_id: string;
  store_id: string;
  store_name: string;
  platform: string;
  code: HoldCode;
  subject: string | null;
  orders: number;
  oldest_at: string;
  detail: Record<string, string> | string;
  origin: HoldOrigin;
  order_id: string;
  number: string;
};

export function createListHeldCauses(db: Drizzle): ListHeldCauses {
  return async ({ merchantIds, code, storeId, subject }) => {
    if (merchantIds.length === 0) return { causes: [], isComplete: true };
    const wanted = code === undefined ? holdCodes : [code];
    const isShared = (one: HoldCode): boolean => sharedCodes.includes(one);
    const rows = await db.execute<RawCause>(sql`
      with shared as materialized (${
        subject === undefined
          ? causeSteps(merchantIds, wanted.filter(isShared), maxCauses, storeId)
          : sql`select s.merchant_id, s.id as store_id, c.code, ${subject}::text as subject from stores s
              cross join unnest(${texts(wanted.filter(isShared))}) as c(code)
              where s.merchant_id = any(${uuids(merchantIds)}) and s.deleted_at is null ${storeId === undefined ? sql`` : sql`and s.id = ${storeId}::uuid`}`
      }),
      single as materialized (
        select s.merchant_id, s.id as store_id, c.code from stores s
        cross join unnest(${texts(wanted.filter((one) => !isShared(one)))}) as c(code)
        where s.merchant_id = any(${uuids(merchantIds)}) and s.deleted_at is null ${storeId === undefined ? sql`` : sql`and s.id = ${storeId}::uuid`}
      ), counted as (
        select l.*, n.orders, f.order_id, f.opened_at, f.detail, f.origin
        from (select * from shared limit ${maxCauses + 1}) as l
        cross join lateral (select count(*)::int as orders from (
          select distinct h.order_id from holds h where ${openHold} and h.subject = l.subject
          order by h.order_id limit ${heldCauseLimit}) as h) as n
        cross join lateral (select h.order_id, h.opened_at, h.detail, h.origin from holds h
          where ${openHold} and h.subject = l.subject order by h.order_id limit 1) as f
        union all
        select l.merchant_id, l.store_id, l.code, null, n.orders, f.order_id, f.opened_at, f.detail, f.origin
        from single as l
        cross join lateral (select count(distinct h.order_id)::int as orders from (
          select h.order_id from holds h where ${openHold} limit ${heldCauseLimit}) as h) as n
        cross join lateral (select h.order_id, h.opened_at, h.detail, h.origin from holds h
          where ${openHold} order by h.subject, h.order_id limit 1) as f
      )
      select c.merchant_id, c.store_id, s.name as store_name, s.platform, c.code, c.subject, c.orders,
        c.opened_at as oldest_at, c.detail, c.origin, c.order_id, o.platform_order_number as number
      from counted c
      join stores s on s.merchant_id = c.merchant_id and s.id = c.store_id
      join orders o on o.merchant_id = c.merchant_id and o.id = c.order_id
      order by c.orders desc, c.opened_at, c.subject limit ${maxCauses + 1}`);
    return {
      causes: rows.slice(0, maxCauses).map((row) => ({
        merchantId: row.merchant_id,
        storeId: row.store_id,
        storeName: row.store_name,
        platform: row.platform,
        code: row.code,
        subject: row.subject,
        orderCount: row.orders,
        oldestAt: moment(row.oldest_at),
        detail: typeof row.detail === 'string' ? JSON.parse(row.detail) : row.detail,
        origin: row.origin,
        sampleOrderId: row.order_id,
        sampleOrderNumber: row.number,
      })),
      isComplete: rows.length <= maxCauses,
    };
  };
}
