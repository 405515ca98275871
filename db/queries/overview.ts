import { sql } from 'drizzle-orm';
import type { ExceptionCode } from '../../core/order/types.ts';
import {
  overviewLimit,
  type ShowOverview,
  shownUnreadable,
  type UnreadableOrders,
} from '../../core/queries/overview.ts';
import type { Drizzle } from '../client.ts';
import { createListHeldCauses } from './held-causes.ts';
import { uuids } from './order-walk.ts';
import { jsonArray, moment, momentOrNull } from './rows.ts';
import { inTrouble } from './show-pulse.ts';

/** Causes that the overview names; the held page has all. */
const shownCauses = 8;
/** Exceptions of one code in one store are counted up to this. */
const exceptionLimit = 1_000;
/** Due within this many hours: at risk. */
const riskHours = 4;

type Raw = {
  exceptions: unknown;
  stores: unknown;
  unreadable: unknown;
  late: number;
  at_risk: number;
  today: number;
  yesterday_by_now: number;
  yesterday: number;
  last_run: unknown;
  store_count: number;
  first_store: string | null;
  has_orders: boolean;
  has_products: boolean;
  has_channels: boolean;
  has_mappings: boolean;
  has_dispatched: boolean;
};
type RawException = { code: ExceptionCode; count: number; oldestAt: string };
type RawStore = {
  id: string;
  name: string;
  platform: string;
  authorizationId: string;
  authorizationStatus: string;
  reason: string | null;
  expiresAt: string | null;
  failingRuns: number;
};
type RawUnreadable = Omit<UnreadableOrders, 'oldestAt'> & { oldestAt: string };
type RawRun = { id: string; finishedAt: string; storeName: string | null; created: number; status: string };

export function createShowOverview(db: Drizzle): ShowOverview {
  const listHeldCauses = createListHeldCauses(db);
  return async ({ merchantIds, now, timeZone }) => {
    const merchants = uuids(merchantIds);
    const at = sql`${now.toISOString()}::timestamptz`;
    const dayStart = sql`(date_trunc('day', ${at} at time zone ${timeZone}::text) at time zone ${timeZone}::text)`;
    const yesterday = sql`(date_trunc('day', (${at} at time zone ${timeZone}::text) - interval '1 day') at time zone ${timeZone}::text)`;
    const open = sql`unnest(array['b2c', 'b2b']) as k(kind)
      cross join unnest(array['pending', 'acknowledged', 'processing', 'partially_shipped']) as st(status)
      cross join stores s`;
    const dueOf = sql`o.merchant_id = s.merchant_id and o.kind = k.kind and o.status = st.status and o.store_id = s.id
      and coalesce(o.ship_by, 'infinity'::timestamptz)`;
    const shipped = sql`shipments sh where sh.merchant_id = any(${merchants})`;
    const [held, [raw]] = await Promise.all([
      listHeldCauses({ merchantIds }),
      db.execute<Raw>(sql`
        select
          (select coalesce(json_agg(e order by e.count desc), '[]') from (
            select l.code, sum(n.count)::int as count, min(n.oldest) as "oldestAt"
            from (select s.merchant_id, s.id as store_id, c.code from stores s
              cross join unnest(array['dispatch_failed', 'label_failed', 'acceptance_failed', 'writeback_failed',
                'cancellation_failed', 'writeback_unconfirmed', 'carrier_unpaired', 'platform_cancelled_after_dispatch',
                'platform_shipped_elsewhere', 'platform_changed_after_dispatch', 'warehouse_exception']) as c(code)
              where s.merchant_id = any(${merchants})) as l
            cross join lateral (select count(*) as count, min(e.opened_at) as oldest from (
              select e.opened_at from order_exceptions e where e.merchant_id = l.merchant_id
                and e.store_id = l.store_id and e.code = l.code and e.closed_at is null limit ${exceptionLimit}) as e) as n
            where n.count > 0 group by l.code) as e) as exceptions,
          (select coalesce(json_agg(json_build_object('id', s.id, 'name', s.name, 'platform', s.platform,
            'authorizationId', a.id, 'authorizationStatus', a.status, 'reason', a.reason, 'expiresAt', a.expires_at,
            'failingRuns', s.failing_runs) order by lower(s.name)), '[]')
            from stores s join authorizations a on a.merchant_id = s.merchant_id and a.id = s.authorization_id
            where s.merchant_id = any(${merchants}) and s.deleted_at is null and ${inTrouble}) as stores,
          (select coalesce(json_agg(json_build_object('storeId', s.id, 'storeName', s.name, 'count', m.count,
            'oldestAt', m.oldest, 'orders', m.orders) order by lower(s.name)), '[]')
            from stores s cross join lateral (
              select count(*)::int as count, min(first_seen_at) as oldest,
                json_agg(json_build_object('id', id, 'number', number, 'reason', reason) order by first_seen_at, id)
                  filter (where place <= ${shownUnreadable}::int) as orders
              from (select b.id, coalesce(b.platform_order_number, b.platform_order_id) as number, b.reason,
                  b.first_seen_at, row_number() over (order by b.first_seen_at, b.id) as place
                from malformed_orders b where b.merchant_id = s.merchant_id and b.store_id = s.id
                  and b.resolved_at is null) as bad) as m
            where s.merchant_id = any(${merchants}) and s.deleted_at is null and m.count > 0) as unreadable,
          (select count(*)::int from (select 1 from ${open} cross join lateral (select 1 from orders o
            where ${dueOf} < ${at} limit ${overviewLimit}) as o
            where s.merchant_id = any(${merchants}) limit ${overviewLimit}) as o) as late,
          (select count(*)::int from (select 1 from ${open} cross join lateral (select 1 from orders o
            where ${dueOf} >= ${at} and coalesce(o.ship_by, 'infinity'::timestamptz) < ${at} + make_interval(hours => ${riskHours}::int)
            limit ${overviewLimit}) as o
            where s.merchant_id = any(${merchants}) limit ${overviewLimit}) as o) as at_risk,
          (select count(*)::int from ${shipped} and sh.shipped_at >= ${dayStart} and sh.shipped_at <= ${at}) as today,
          (select count(*)::int from ${shipped} and sh.shipped_at >= ${yesterday}
            and sh.shipped_at < ${at} - interval '1 day') as yesterday_by_now,
          (select count(*)::int from ${shipped} and sh.shipped_at >= ${yesterday} and sh.shipped_at < ${dayStart}) as yesterday,
          (select json_build_object('id', r.id, 'finishedAt', r.finished_at, 'storeName', r.name, 'created', r.created,
            'status', r.status) from (
            select r.*, s.name from runs r left join stores s on s.merchant_id = r.merchant_id and s.id = r.store_id
            where r.merchant_id = any(${merchants}) and r.kind = 'sync' and r.finished_at is not null
            order by r.created_at desc limit 1) as r) as last_run,
          (select count(*)::int from stores s where s.merchant_id = any(${merchants}) and s.deleted_at is null) as store_count,
          (select s.id from stores s where s.merchant_id = any(${merchants}) and s.deleted_at is null
            order by s.created_at limit 1) as first_store,
          exists (select 1 from orders o where o.merchant_id = any(${merchants})) as has_orders,
          exists (select 1 from products p where p.merchant_id = any(${merchants}) and p.enabled) as has_products,
          exists (select 1 from services v join shipping_channels c on c.warehouse_id = v.warehouse_id and c.enabled
            where v.merchant_id = any(${merchants}) and v.enabled) as has_channels,
          exists (select 1 from sku_mappings m where m.merchant_id = any(${merchants})) as has_mappings,
          exists (select 1 from outbound_orders o where o.merchant_id = any(${merchants})) as has_dispatched`),
    ]);
    if (raw === undefined) throw new Error('The overview query gives exactly one row.');
    return {
      causes: held.causes.slice(0, shownCauses),
      causesAreComplete: held.isComplete && held.causes.length <= shownCauses,
      exceptions: jsonArray<RawException>(raw.exceptions).map((row) => ({ ...row, oldestAt: moment(row.oldestAt) })),
      stores: jsonArray<RawStore>(raw.stores).map((row) => ({ ...row, expiresAt: momentOrNull(row.expiresAt) })),
      unreadable: jsonArray<RawUnreadable>(raw.unreadable).map((row) => ({ ...row, oldestAt: moment(row.oldestAt) })),
      late: raw.late,
      atRisk: raw.at_risk,
      shippedToday: raw.today,
      shippedYesterdayByNow: raw.yesterday_by_now,
      shippedYesterday: raw.yesterday,
      lastRun: toLastRun(raw.last_run),
      setUp: {
        stores: raw.store_count,
        firstStoreId: raw.first_store,
        orders: raw.has_orders,
        products: raw.has_products,
        channels: raw.has_channels,
        mappings: raw.has_mappings,
        dispatched: raw.has_dispatched,
      },
    };
  };
}

function toLastRun(value: unknown) {
  const [run] = jsonArray<RawRun>(value === null ? [] : [typeof value === 'string' ? JSON.parse(value) : value]);
  return run === undefined ? null : { ...run, finishedAt: moment(run.finishedAt) };
}
