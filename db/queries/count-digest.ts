import { sql } from 'drizzle-orm';
import type { DigestFigures } from '../../core/alert/digest.ts';
import type { SlackChannelRepository } from '../../core/ports/slack-channels.ts';
import { unwrap } from '../database.ts';
import { uuids } from './order-walk.ts';
import { momentOrNull } from './rows.ts';
import { inTrouble } from './show-pulse.ts';

interface Raw extends Record<string, unknown> {
  held: number;
  held_by_code: DigestFigures['heldByCode'] | null;
  oldest_hold: string | null;
  exceptions: number;
  open_alerts: number;
  troubled_stores: number;
  shipped: number;
  shipped_before: number;
  new_orders: number;
  new_orders_before: number;
}

/** All figures of a digest in one statement; costs what is open and what two days brought, not what is there. */
export const countDigest: SlackChannelRepository['countDigest'] = async (tx, merchantIds, days) => {
  const merchants = uuids(merchantIds);
  const [dayBefore, yesterday, today] = [days.dayBefore, days.yesterday, days.today].map(
    (at) => sql`${at.toISOString()}::timestamptz`,
  );
  const [raw] = await unwrap(tx).execute<Raw>(sql`
    with open_holds as (
      select code, order_id, opened_at from holds where merchant_id = any(${merchants}) and closed_at is null
    ), by_code as (
      select code, count(distinct order_id)::int as orders from open_holds group by code
    ), shipped as (
      select count(*) filter (where shipped_at >= ${yesterday})::int as late,
        count(*) filter (where shipped_at < ${yesterday})::int as early
      from shipments where merchant_id = any(${merchants}) and shipped_at >= ${dayBefore} and shipped_at < ${today}
    ), placed as (
      select count(*) filter (where o.ordered_at >= ${yesterday})::int as late,
        count(*) filter (where o.ordered_at < ${yesterday})::int as early
      from unnest('{b2c,b2b}'::text[]) as k(kind), orders o
      where o.merchant_id = any(${merchants}) and o.kind = k.kind
        and o.ordered_at >= ${dayBefore} and o.ordered_at < ${today}
    )
    select (select count(distinct order_id)::int from open_holds) as held,
      (select jsonb_object_agg(code, orders) from by_code) as held_by_code,
      (select min(opened_at) from open_holds) as oldest_hold,
      (select count(*)::int from order_exceptions where merchant_id = any(${merchants}) and closed_at is null) as exceptions,
      (select count(*)::int from alerts where merchant_id = any(${merchants}) and state = 'open' and storm is null) as open_alerts,
      (select count(*)::int from stores s join authorizations a on a.merchant_id = s.merchant_id and a.id = s.authorization_id
        where s.merchant_id = any(${merchants}) and s.deleted_at is null and ${inTrouble}) as troubled_stores,
      shipped.late as shipped, shipped.early as shipped_before, placed.late as new_orders, placed.early as new_orders_before
    from shipped, placed`);
  if (raw === undefined) throw new Error('The count of a digest gives exactly one row.');
  return {
    held: raw.held,
    heldByCode: raw.held_by_code ?? {},
    exceptions: raw.exceptions,
    openAlerts: raw.open_alerts,
    troubledStores: raw.troubled_stores,
    oldestHoldAt: momentOrNull(raw.oldest_hold)?.toISOString() ?? null,
    shipped: raw.shipped,
    shippedBefore: raw.shipped_before,
    newOrders: raw.new_orders,
    newOrdersBefore: raw.new_orders_before,
  };
};
