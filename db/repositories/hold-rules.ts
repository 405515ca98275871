import { type SQL, sql } from 'drizzle-orm';
import type { LineKey, MatchBy } from '../../core/order/line-key.ts';
import type { HoldCode } from '../../core/order/types.ts';
import type { Tx } from '../../core/ports/database.ts';
import type { HoldClosing, HoldRepository } from '../../core/ports/intake.ts';
import { unwrap } from '../database.ts';
import { openHold } from './open-hold.ts';

/*
 * One rule of a store changed: every open order that it touches, in one set-based statement. The rules are those of
 * core/order/holds.ts; test/db/hold-rules.test.ts compares the two on generated orders.
 */

type Row = Record<string, unknown>;
type RuleStatements = Pick<
  HoldRepository,
  'closeForKey' | 'openForKey' | 'applyClass' | 'closeForMethod' | 'countForKey'
>;

/** What is left to ship of the line `l` of the order `o`, as `quantityToShip` has it. */
const quantityToShip: SQL = sql`case when o.kind = 'b2b' and l.quantity_accepted is not null
    then least(l.quantity - l.quantity_cancelled, l.quantity_accepted)
    else l.quantity - l.quantity_cancelled end - l.platform_quantity_shipped`;

/** Rules decide about the order `o`. */
const isOpenForRules: SQL = sql`o.status in ('pending', 'acknowledged') and o.platform_state not in ('cancelled', 'shipped')`;

const isKeyHold = (key: LineKey): SQL =>
  sql`h.code = ${key.kind === 'product' ? 'sku_missing' : 'sku_unmapped'} and h.subject = ${key.key}
    and coalesce(h.detail->>'keyKind', case when h.code = 'sku_missing' then 'product' else 'sku' end) = ${key.kind}`;

export const holdRules: RuleStatements = {
  async closeForKey(tx, merchantId, storeId, key, closing, at) {
    return close(tx, merchantId, storeId, sql`${isKeyHold(key)} and h.origin = 'derived'`, closing, at);
  },

  async openForKey(tx, merchantId, storeId, key, matchBy, by, at) {
    const code: HoldCode = key.kind === 'product' ? 'sku_missing' : 'sku_unmapped';
    const which = sql`
      select distinct on (o.id) o.id as order_id, ${code} as code, ${key.key} as subject,
        jsonb_build_object('keyKind', ${key.kind}::text, 'name', l.name) as detail
      from orders o join order_lines l on l.merchant_id = o.merchant_id and l.order_id = o.id
      where o.merchant_id = ${merchantId}::uuid and o.store_id = ${storeId}::uuid and ${isOpenForRules}
        and ${hasKey(key, matchBy)} and l.requires_shipping and l.removed_at is null and ${quantityToShip} > 0
      order by o.id, l.position`;
    return open(tx, merchantId, storeId, which, by.name, at);
  },

  async applyClass(tx, merchantId, storeId, paymentMethod, paymentClass, closing, at) {
    const isUnknown = sql`h.code = 'payment_unknown' and h.subject = ${paymentMethod} and h.origin = 'derived'`;
    const isBlocked = sql`h.code = 'payment_blocked' and h.subject = ${paymentMethod} and h.origin = 'derived'`;
    if (paymentClass !== 'blocked') {
      const closed = await close(tx, merchantId, storeId, sql`(${isUnknown} or ${isBlocked})`, closing, at);
      return { ...closed, held: 0 };
    }
    // Opened before the others are closed: an order that waited goes on waiting, and is not counted as released.
    const opened = await open(
      tx,
      merchantId,
      storeId,
      sql`
        select o.id as order_id, 'payment_blocked' as code, ${paymentMethod} as subject, '{}'::jsonb as detail
        from orders o
        where o.merchant_id = ${merchantId}::uuid and o.store_id = ${storeId}::uuid and ${isOpenForRules}
          and o.kind = 'b2c' and coalesce(o.payment_method, '') = ${paymentMethod}`,
      closing.by,
      at,
    );
    const closed = await close(tx, merchantId, storeId, isUnknown, closing, at);
    return { ...closed, held: opened.touched };
  },

  async closeForMethod(tx, merchantId, storeId, method, closing, at) {
    const which = sql`h.code = 'shipping_method_unmapped' and h.subject = ${method} and h.origin = 'derived'`;
    return close(tx, merchantId, storeId, which, closing, at);
  },

  async countForKey(tx, merchantId, storeId, key) {
    const [row] = await unwrap(tx).execute<Row & { count: number }>(sql`
      select count(distinct h.order_id)::int as count from holds h
      where h.merchant_id = ${merchantId}::uuid and h.store_id = ${storeId}::uuid and h.closed_at is null
        and ${isKeyHold(key)}`);
    return row?.count ?? 0;
  },
};

/** That `keyOfLine` of the line `l` is this key. Keys of lines are stored trimmed. */
function hasKey(key: LineKey, matchBy: MatchBy): SQL {
  const noBarcode = matchBy === 'barcode' ? sql`l.barcode is null` : sql`true`;
  switch (key.kind) {
    case 'barcode':
      return matchBy === 'barcode' ? sql`l.barcode = ${key.key}` : sql`false`;
    case 'sku':
      return sql`l.sku = ${key.key} and ${noBarcode}`;
    case 'product':
      return sql`l.platform_product_id = ${key.key} and l.sku is null and ${noBarcode}`;
  }
}

type Counts = { readonly touched: number; readonly released: number };

/** Closes open holds `h` of the store; their orders are locked in id order first, and counted anew at once. */
async function close(
  tx: Tx,
  merchantId: string,
  storeId: string,
  which: SQL,
  closing: HoldClosing,
  at: Date,
): Promise<Counts> {
  const now = at.toISOString();
  const [row] = await unwrap(tx).execute<Row & Counts>(sql`
    with locked as materialized (
      select o.id from orders o
      where o.merchant_id = ${merchantId}::uuid and o.id in (
        select h.order_id from holds h
        where h.merchant_id = ${merchantId}::uuid and h.store_id = ${storeId}::uuid and h.closed_at is null and ${which})
      order by o.id for no key update
    ), closed as (
      update holds h set closed_at = ${now}::timestamptz, closed_by = ${closing.by}, closed_via = ${closing.via},
        resolution = ${closing.resolution}, resolution_note = ${closing.note ?? null}
      from locked
      where h.merchant_id = ${merchantId}::uuid and h.order_id = locked.id and h.closed_at is null and ${which}
      returning h.order_id
    ), counted as (
      select order_id, count(*)::int as closed from closed group by order_id
    ), updated as (
      update orders o set open_hold_count = o.open_hold_count - counted.closed, version = o.version + 1,
        updated_at = ${now}::timestamptz
      from counted where o.merchant_id = ${merchantId}::uuid and o.id = counted.order_id
      returning o.open_hold_count
    )
    select count(*)::int as touched, (count(*) filter (where open_hold_count = 0))::int as released from updated`);
  return { touched: row?.touched ?? 0, released: row?.released ?? 0 };
}

/** Opens derived holds `(order_id, code, subject, detail)` of the store where none is open and nobody overruled it. */
async function open(tx: Tx, merchantId: string, storeId: string, which: SQL, by: string, at: Date): Promise<Counts> {
  const now = at.toISOString();
  const [row] = await unwrap(tx).execute<Row & Counts>(sql`
    with wanted as materialized (${which}), locked as materialized (
      -- The status once more: after waiting for a lock it is judged by the row as it then is.
      select o.id from orders o
      where o.merchant_id = ${merchantId}::uuid and o.id in (select order_id from wanted) and ${isOpenForRules}
      order by o.id for no key update
    ), opened as (
      insert into holds (merchant_id, store_id, id, order_id, code, origin, subject, detail, opened_at, opened_by)
      select ${merchantId}::uuid, ${storeId}::uuid, gen_random_uuid(), w.order_id, w.code, 'derived', w.subject, w.detail,
        ${now}::timestamptz, ${by}
      from wanted w join locked on locked.id = w.order_id
      where not exists (select from hold_releases r where r.merchant_id = ${merchantId}::uuid
        and r.order_id = w.order_id and r.code = w.code and r.subject = w.subject)
      on conflict ${openHold} where closed_at is null do nothing
      returning order_id
    ), updated as (
      update orders o set open_hold_count = o.open_hold_count + 1, version = o.version + 1, updated_at = ${now}::timestamptz
      from opened where o.merchant_id = ${merchantId}::uuid and o.id = opened.order_id
      returning o.open_hold_count
    )
    select count(*)::int as touched, 0 as released from updated`);
  return { touched: row?.touched ?? 0, released: 0 };
}
