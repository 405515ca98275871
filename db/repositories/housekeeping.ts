import { type SQL, sql } from 'drizzle-orm';
import type { HousekeepingRepository, Purgeable } from '../../core/ports/intake.ts';
import { unwrap } from '../database.ts';
import { moments, texts } from './column-arrays.ts';

type Row = Record<string, unknown>;

/** Any number that nothing else uses as an advisory lock: "fold" in ASCII. */
const foldLock = 0x666f6c64;

/** When a row of each table is past its time, compared with the moment that core names. */
const expiry: Readonly<Record<Purgeable, { readonly table: SQL; readonly moment: SQL }>> = {
  raw_payloads: { table: sql`raw_payloads`, moment: sql`received_at` },
  malformed_orders: { table: sql`malformed_orders`, moment: sql`coalesce(resolved_at, last_seen_at)` },
  platform_calls: { table: sql`platform_calls`, moment: sql`at` },
  webhook_deliveries: { table: sql`webhook_deliveries`, moment: sql`received_at` },
  files: { table: sql`files`, moment: sql`purge_at` },
  interactions: { table: sql`interactions`, moment: sql`received_at` },
  sessions: { table: sql`sessions`, moment: sql`expires_at` },
  login_links: { table: sql`login_links`, moment: sql`expires_at` },
  oauth_states: { table: sql`oauth_states`, moment: sql`expires_at` },
  runs: { table: sql`runs`, moment: sql`finished_at` },
};

export const housekeepingRepository: HousekeepingRepository = {
  async foldOrderCounts(tx, limit) {
    const db = unwrap(tx);
    const [lock] = await db.execute<Row & { taken: boolean }>(
      sql`select pg_try_advisory_xact_lock(${foldLock}::bigint) as taken`,
    );
    if (lock?.taken !== true) return 0;
    const [row] = await db.execute<Row & { taken: number }>(sql`
      with taken as (
        delete from order_count_deltas
        where ctid = any(array(select ctid from order_count_deltas limit ${limit}))
        returning merchant_id, store_id, kind, status, held, excepted, delta
      ), folded as (
        insert into order_counts as c (merchant_id, store_id, kind, status, held, excepted, count)
        select merchant_id, store_id, kind, status, held, excepted, sum(delta) from taken
        group by 1, 2, 3, 4, 5, 6 having sum(delta) <> 0
        on conflict (merchant_id, store_id, kind, status, held, excepted) do update set count = c.count + excluded.count
      )
      select count(*)::int as taken from taken`);
    return row?.taken ?? 0;
  },

  async purgeRecipients(tx, rules, otherwise, at, after, limit) {
    const db = unwrap(tx);
    const [window] = await db.execute<
      Row & { merchant_id: string | null; order_id: string | null; size: number; ids: string[] | null }
    >(sql`
      with rules as (
        select * from unnest(${texts(rules, (rule) => rule.platform)}, ${moments(rules, (rule) => rule.closedBefore)})
          as r (platform, closed_before)
      ), orders_window as (
        select o.merchant_id, o.id, o.recipient_id, o.corrected_recipient_id,
          o.status in ('completed', 'manual_completed', 'cancelled')
            and coalesce(greatest(o.completed_at, o.cancelled_at), o.updated_at)
              < coalesce(r.closed_before, ${otherwise.toISOString()}::timestamptz) as is_due
        from orders o
        join stores s on s.merchant_id = o.merchant_id and s.id = o.store_id
        left join rules r on r.platform = s.platform
        where (o.merchant_id, o.id) > (${after?.merchantId ?? zeroId}::uuid, ${after?.orderId ?? zeroId}::uuid)
        order by o.merchant_id, o.id limit ${limit}
      ), due as (
        select w.merchant_id, r.id from orders_window w, unnest(array[w.recipient_id, w.corrected_recipient_id]) as r (id)
        where w.is_due
        union all
        select w.merchant_id, x.previous_recipient_id from orders_window w
        join order_exceptions x on x.merchant_id = w.merchant_id and x.order_id = w.id
        where w.is_due and x.previous_recipient_id is not null
      ), purged as (
        update recipients r set name = null, phone = null, email = null, country = null, state = null, city = null,
          district = null, address1 = null, address2 = null, zip = null, pickup_point_code = null, buyer_note = null,
          purged_at = ${at.toISOString()}::timestamptz
        from due d
        where r.merchant_id = d.merchant_id and r.id = d.id and r.purged_at is null
        returning r.id
      ), last as (select merchant_id, id from orders_window order by merchant_id desc, id desc limit 1)
      select (select merchant_id from last) as merchant_id, (select id from last) as order_id,
        (select count(*)::int from orders_window) as size, (select array_agg(id) from purged) as ids`);
    const next =
      window === undefined || window.size < limit || window.merchant_id === null || window.order_id === null
        ? null
        : { merchantId: window.merchant_id, orderId: window.order_id };
    return { purged: window?.ids?.length ?? 0, next };
  },

  async purge(tx, what, before, limit) {
    const db = unwrap(tx);
    const { table, moment } = expiry[what];
    const due = sql`select ctid from ${table} where ${moment} < ${before.toISOString()}::timestamptz
      order by ${moment}, ctid limit ${limit}`;
    if (what === 'files') {
      // The outbound order outlives its label.
      await db.execute(sql`
        update outbound_orders o set label_file_id = null
        from (select merchant_id, id from files where ctid = any(array(${due}))) f
        where o.merchant_id = f.merchant_id and o.label_file_id = f.id`);
    }
    const removed = await db.execute<Row>(sql`delete from ${table} where ctid = any(array(${due})) returning 1 as one`);
    return removed.length;
  },
};

const zeroId = '00000000-0000-0000-0000-000000000000';
