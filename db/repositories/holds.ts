import { type SQL, sql } from 'drizzle-orm';
import type { Tx } from '../../core/ports/database.ts';
import type { HoldClosing, HoldRepository, HoldToRelease, NewHold, Touched } from '../../core/ports/intake.ts';
import { unwrap } from '../database.ts';
import { moments, texts, uuids } from './column-arrays.ts';
import { holdRules } from './hold-rules.ts';
import { openHold } from './open-hold.ts';

type Row = Record<string, unknown>;

export const holdRepository: HoldRepository = {
  ...holdRules,

  async open(tx, merchantId, holds, by, at) {
    const orderIds = [...new Set(holds.map((hold) => hold.orderId))];
    await lockOrders(tx, merchantId, sql`${uuids(orderIds, (id) => id)}`);
    const opened = await insertHolds(tx, merchantId, holds, by.name, at);
    return recount(tx, merchantId, opened, at);
  },

  async closeByIds(tx, merchantId, holdIds, closing, at) {
    return this.replace(tx, merchantId, { open: [], closeIds: holdIds }, closing, at);
  },

  async replace(tx, merchantId, change, closing, at) {
    if (change.open.length + change.closeIds.length === 0) return { touched: 0, released: 0 };
    await lockOrders(
      tx,
      merchantId,
      sql`array(select order_id from holds where merchant_id = ${merchantId}::uuid
        and id = any(${uuids(change.closeIds, (id) => id)})) || ${uuids(change.open, (hold) => hold.orderId)}`,
    );
    const closed = await closeHolds(tx, merchantId, change.closeIds, closing, at);
    const opened = await insertHolds(tx, merchantId, change.open, closing.by, at);
    return recount(tx, merchantId, [...closed, ...opened], at);
  },

  async replaceOnly(tx, merchantId, change, closing, at) {
    await closeHolds(tx, merchantId, change.closeIds, closing, at);
    await insertHolds(tx, merchantId, change.open, closing.by, at);
    if (change.redescribe.length === 0) return;
    await unwrap(tx).execute(sql`
      update holds h set detail = t.detail::jsonb
      from unnest(${uuids(change.redescribe, (row) => row.id)},
        ${texts(change.redescribe, (row) => JSON.stringify(row.detail))}) as t (id, detail)
      where h.merchant_id = ${merchantId}::uuid and h.id = t.id`);
  },

  async lockHolds(tx, merchantId, holdIds) {
    return lockOpen(tx, merchantId, sql`h.id = any(${uuids(holdIds, (id) => id)})`);
  },

  async lockHoldsOf(tx, merchantId, orderIds) {
    return lockOpen(tx, merchantId, sql`h.order_id = any(${uuids(orderIds, (id) => id)})`);
  },

  async overrule(tx, merchantId, releases, by, note, at) {
    if (releases.length === 0) return;
    await unwrap(tx).execute(sql`
      insert into hold_releases (merchant_id, order_id, code, subject, reason, released_by, note, released_at)
      select ${merchantId}::uuid, t.order_id, t.code, t.subject, t.reason, ${by}, ${note},
        ${at.toISOString()}::timestamptz
      from unnest(${uuids(releases, (row) => row.orderId)}, ${texts(releases, (row) => row.code)},
        ${texts(releases, (row) => row.subject)}, ${texts(releases, (row) => row.reason)})
        as t (order_id, code, subject, reason)
      on conflict (merchant_id, order_id, code, subject) do update set reason = excluded.reason,
        released_by = excluded.released_by, note = excluded.note, released_at = excluded.released_at`);
  },

  async forgetReleases(tx, merchantId, releases) {
    if (releases.length === 0) return;
    await unwrap(tx).execute(sql`
      delete from hold_releases r
      using unnest(${uuids(releases, (row) => row.orderId)}, ${texts(releases, (row) => row.code)},
        ${texts(releases, (row) => row.subject)}) as t (order_id, code, subject)
      where r.merchant_id = ${merchantId}::uuid and r.order_id = t.order_id and r.code = t.code
        and r.subject = t.subject`);
  },

  async releaseDue(tx, at, limit) {
    const now = at.toISOString();
    // Orders that somebody works on right now wait for the next minute.
    const closed = await unwrap(tx).execute<Row & { merchant_id: string; order_id: string }>(sql`
      with due as (
        select h.id, h.merchant_id, h.order_id from holds h
        join orders o on o.merchant_id = h.merchant_id and o.id = h.order_id
        where h.closed_at is null and h.release_at <= ${now}::timestamptz
        order by o.id limit ${limit} for no key update of o skip locked
      )
      update holds h set closed_at = ${now}::timestamptz, closed_by = 'Holdfast', closed_via = 'system', resolution = 'time'
      from due where h.merchant_id = due.merchant_id and h.id = due.id
      returning h.merchant_id, h.order_id`);
    for (const [merchantId, rows] of Map.groupBy(closed, (row) => row.merchant_id)) {
      await recount(
        tx,
        merchantId,
        rows.map((row) => row.order_id),
        at,
      );
    }
    return { merchantIds: [...new Set(closed.map((row) => row.merchant_id))].sort(), closed: closed.length };
  },
};

async function lockOrders(tx: Tx, merchantId: string, ids: SQL): Promise<void> {
  await unwrap(tx).execute(sql`
    select count(*) from (select id from orders where merchant_id = ${merchantId}::uuid and id = any(${ids})
      order by id for no key update) locked`);
}

async function closeHolds(
  tx: Tx,
  merchantId: string,
  holdIds: readonly string[],
  closing: HoldClosing,
  at: Date,
): Promise<string[]> {
  if (holdIds.length === 0) return [];
  const closed = await unwrap(tx).execute<Row & { order_id: string }>(sql`
    update holds set closed_at = ${at.toISOString()}::timestamptz, closed_by = ${closing.by}, closed_via = ${closing.via},
      resolution = ${closing.resolution}, resolution_note = ${closing.note ?? null}
    where merchant_id = ${merchantId}::uuid and id = any(${uuids(holdIds, (id) => id)}) and closed_at is null
    returning order_id`);
  return closed.map((row) => row.order_id);
}

/** Opens what is not open yet; gives back the orders of those that were opened. */
async function insertHolds(
  tx: Tx,
  merchantId: string,
  holds: readonly NewHold[],
  by: string,
  at: Date,
): Promise<string[]> {
  if (holds.length === 0) return [];
  const opened = await unwrap(tx).execute<Row & { order_id: string }>(sql`
    insert into holds (merchant_id, store_id, opened_at, opened_by, id, order_id, code, origin, subject, detail, note, release_at)
    select o.merchant_id, o.store_id, ${at.toISOString()}::timestamptz, ${by}, t.id, t.order_id, t.code, t.origin,
      t.subject, t.detail::jsonb, t.note, t.release_at
    from unnest(
      ${uuids(holds, (row) => row.id)}, ${uuids(holds, (row) => row.orderId)}, ${texts(holds, (row) => row.code)},
      ${texts(holds, (row) => row.origin)}, ${texts(holds, (row) => row.subject)},
      ${texts(holds, (row) => JSON.stringify(row.detail))}, ${texts(holds, (row) => row.note ?? null)},
      ${moments(holds, (row) => row.releaseAt ?? null)}
    ) as t (id, order_id, code, origin, subject, detail, note, release_at)
    join orders o on o.merchant_id = ${merchantId}::uuid and o.id = t.order_id
    on conflict ${openHold} where closed_at is null do nothing
    returning order_id`);
  return opened.map((row) => row.order_id);
}

/** Counts the open holds of these orders anew and moves their versions; the orders are locked. */
async function recount(tx: Tx, merchantId: string, orderIds: readonly string[], at: Date): Promise<Touched> {
  const ids = [...new Set(orderIds)];
  if (ids.length === 0) return { touched: 0, released: 0 };
  const rows = await unwrap(tx).execute<Row & { open_hold_count: number }>(sql`
    update orders o set version = o.version + 1, updated_at = ${at.toISOString()}::timestamptz,
      open_hold_count = (select count(*) from holds h
        where h.merchant_id = o.merchant_id and h.order_id = o.id and h.closed_at is null)
    where o.merchant_id = ${merchantId}::uuid and o.id = any(${uuids(ids, (id) => id)})
    returning o.open_hold_count`);
  return { touched: rows.length, released: rows.filter((row) => row.open_hold_count === 0).length };
}

async function lockOpen(tx: Tx, merchantId: string, which: SQL): Promise<HoldToRelease[]> {
  await lockOrders(
    tx,
    merchantId,
    sql`array(select h.order_id from holds h where h.merchant_id = ${merchantId}::uuid and h.closed_at is null and ${which})`,
  );
  return unwrap(tx).execute<HoldToRelease & { [column: string]: unknown }>(sql`
    select h.id, h.code, h.origin, h.subject, h.detail, h.order_id as "orderId",
      o.platform_order_number as "orderNumber", o.status
    from holds h join orders o on o.merchant_id = h.merchant_id and o.id = h.order_id
    where h.merchant_id = ${merchantId}::uuid and h.closed_at is null and ${which}
    order by h.order_id, h.id`);
}
