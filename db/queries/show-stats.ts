import { sql } from 'drizzle-orm';
import type { ShowStats, Stats } from '../../core/queries/show-stats.ts';
import type { Drizzle } from '../client.ts';
import { uuids } from './order-walk.ts';

interface Raw extends Record<string, unknown> {
  placed: number;
  placed_cancelled: number;
  shipped: number;
  to_ship: number | null;
  held_by_code: Stats['heldByCode'] | null;
  held: number;
  held_for: number | null;
}

/** Parcels that the median time to ship is taken of, the newest: each costs two look-ups, and more would not move it. */
const medianOf = 2_000;

/** All figures in one statement. */
export function createShowStats(db: Drizzle): ShowStats {
  return async ({ merchantIds, since, now }) => {
    const merchants = uuids(merchantIds);
    const [from, until] = [sql`${since.toISOString()}::timestamptz`, sql`${now.toISOString()}::timestamptz`];
    const [raw] = await db.execute<Raw>(sql`
      with open_holds as (
        select code, order_id, opened_at from holds where merchant_id = any(${merchants}) and closed_at is null
      ), by_code as (
        select code, count(distinct order_id)::int as orders from open_holds group by code
      ), parcels as (
        select p.* from unnest(${merchants}) as m(id) cross join lateral (
          select sh.merchant_id, sh.order_id, sh.shipped_at from shipments sh
          where sh.merchant_id = m.id and sh.shipped_at >= ${from} and sh.shipped_at <= ${until}
          order by sh.shipped_at desc limit ${medianOf}::int) p
        order by p.shipped_at desc limit ${medianOf}::int
      ), first_parcels as (
        select extract(epoch from f.shipped_at - o.ordered_at) as seconds
        from parcels f join orders o on o.merchant_id = f.merchant_id and o.id = f.order_id
        where not exists (select 1 from shipments e where e.merchant_id = f.merchant_id and e.order_id = f.order_id
          and e.shipped_at < f.shipped_at)
      ), placed as (
        select count(*)::int as all_of_them, count(*) filter (where o.status = 'cancelled')::int as cancelled
        from unnest('{b2c,b2b}'::text[]) as k(kind), orders o
        where o.merchant_id = any(${merchants}) and o.kind = k.kind
          and o.ordered_at >= ${from} and o.ordered_at <= ${until}
      )
      select placed.all_of_them as placed, placed.cancelled as placed_cancelled,
        (select count(distinct sh.order_id)::int from shipments sh
          where sh.merchant_id = any(${merchants}) and sh.shipped_at >= ${from} and sh.shipped_at <= ${until}) as shipped,
        (select percentile_cont(0.5) within group (order by greatest(seconds, 0)) from first_parcels)::float8 as to_ship,
        (select jsonb_object_agg(code, orders) from by_code) as held_by_code,
        (select count(distinct order_id)::int from open_holds) as held,
        (select percentile_cont(0.5) within group (order by extract(epoch from ${until} - opened_at))
          from open_holds)::float8 as held_for
      from placed`);
    if (raw === undefined) throw new Error('The count of figures gives exactly one row.');
    return {
      placed: raw.placed,
      placedCancelled: raw.placed_cancelled,
      shipped: raw.shipped,
      medianSecondsToShip: raw.to_ship,
      heldByCode: raw.held_by_code ?? {},
      held: raw.held,
      medianSecondsHeld: raw.held_for,
    };
  };
}
