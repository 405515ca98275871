import { sql } from 'drizzle-orm';
import type { MalformedRepository } from '../../core/ports/intake.ts';
import { unwrap } from '../database.ts';
import { texts, uuids } from './column-arrays.ts';

type Row = Record<string, unknown>;

/** Orders that could not be read. */
export const malformedRepository: MalformedRepository = {
  async save(tx, store, runId, rows, at) {
    const now = at.toISOString();
    const saved = await unwrap(tx).execute<Row & { was_open: boolean }>(sql`
      with given as (
        select t.* from unnest(
          ${uuids(rows, (row) => row.id)}, ${texts(rows, (row) => row.identity)},
          ${texts(rows, (row) => row.platformOrderId)}, ${texts(rows, (row) => row.platformOrderNumber)},
          ${texts(rows, (row) => row.reason)}, ${texts(rows, (row) => row.body)}
        ) as t (id, identity, platform_order_id, platform_order_number, reason, body)
      ), before as (
        select m.identity from malformed_orders m join given g on g.identity = m.identity
        where m.store_id = ${store.id}::uuid and m.resolved_at is null
      ), saved as (
        insert into malformed_orders as m (id, merchant_id, store_id, identity, platform_order_id,
          platform_order_number, reason, body, run_id, first_seen_at, last_seen_at)
        select g.id, ${store.merchantId}::uuid, ${store.id}::uuid, g.identity, g.platform_order_id,
          g.platform_order_number, g.reason, g.body, ${runId}::uuid, ${now}::timestamptz, ${now}::timestamptz
        from given g
        on conflict (store_id, identity) do update set platform_order_id = excluded.platform_order_id,
          platform_order_number = excluded.platform_order_number, reason = excluded.reason, body = excluded.body,
          run_id = excluded.run_id, seen_count = m.seen_count + 1, last_seen_at = excluded.last_seen_at,
          resolved_at = null
        returning m.identity
      )
      select s.identity in (select identity from before) as was_open from saved s`);
    return saved.some((row) => !row.was_open);
  },

  async resolve(tx, store, platformOrderIds, at) {
    const rows = await unwrap(tx).execute<Row & { id: string }>(sql`
      update malformed_orders set resolved_at = ${at.toISOString()}::timestamptz
      where merchant_id = ${store.merchantId}::uuid and store_id = ${store.id}::uuid and resolved_at is null
        and platform_order_id = any(${texts(platformOrderIds, (id) => id)})
      returning id`);
    return rows.length;
  },

  async retryable(tx, merchantId, storeId, runId, limit) {
    const rows = await unwrap(tx).execute<Row & { platform_order_id: string }>(sql`
      select platform_order_id from malformed_orders
      where merchant_id = ${merchantId}::uuid and store_id = ${storeId}::uuid and resolved_at is null
        and platform_order_id <> '' and run_id is distinct from ${runId}::uuid
      order by last_seen_at, id limit ${limit}`);
    return rows.map((row) => row.platform_order_id);
  },
};
