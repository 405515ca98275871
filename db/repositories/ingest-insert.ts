import { type SQL, sql } from 'drizzle-orm';
import { newId } from '../../core/ids.ts';
import type { HoldReason, PlatformLine, PlatformPackage, Recipient } from '../../core/order/types.ts';
import type { Tx } from '../../core/ports/database.ts';
import type { IntakeStore, NewHold, NewOrder } from '../../core/ports/intake.ts';
import { unwrap } from '../database.ts';
import { booleans, decimals, integers, longTexts, moments, textList, texts, uuids } from './column-arrays.ts';

/** A recipient's row; the buyer's note lives and dies with it. */
export interface RecipientRow {
  readonly id: string;
  readonly recipient: Recipient | null;
  readonly buyerNote: string | null;
}

export interface LineRow {
  readonly id: string;
  readonly orderId: string;
  readonly position: number;
  readonly line: PlatformLine;
}

/** Rows of orders that are not there yet, which saves the look for each, or rows that may be there: then overwritten. */
type Rows = 'new' | 'any';
const overwriting = (rows: Rows, clause: SQL): SQL => (rows === 'new' ? sql`` : clause);

/** Everything of new orders: one statement a table. The unique keys refuse what is there already. */
export async function insertOrders(tx: Tx, store: IntakeStore, orders: readonly NewOrder[], at: Date): Promise<void> {
  const recipients = orders.flatMap(({ recipientId, order }) =>
    recipientId === null ? [] : [{ id: recipientId, recipient: order.recipient, buyerNote: order.buyerNote }],
  );
  const lines = orders.flatMap(({ id, order }) =>
    order.lines.map((line, position) => ({ id: newId(), orderId: id, position, line })),
  );
  const packages = orders.flatMap(({ id, order }) => order.packages.map((pack) => ({ orderId: id, pack })));
  const raws = orders.map(({ id, raw }) => ({ orderId: id, body: raw }));
  const holds = orders.flatMap((order) => order.holds);
  await writeRecipients(tx, store.merchantId, recipients, 'new');
  await insertOrderRows(tx, store, orders, at);
  await writeLines(tx, store.merchantId, lines, 'new');
  await writePackages(tx, store.merchantId, packages, 'new');
  await writeRaws(tx, store.merchantId, raws, at, 'new');
  await insertHolds(tx, store, holds, at);
}

/** Inserts or overwrites; a purged recipient stays empty. */
export async function writeRecipients(
  tx: Tx,
  merchantId: string,
  rows: readonly RecipientRow[],
  are: Rows = 'any',
): Promise<void> {
  if (rows.length === 0) return;
  const field = (name: keyof Recipient) => texts(rows, (row) => row.recipient?.[name] ?? null);
  await unwrap(tx).execute(sql`
    insert into recipients as r (merchant_id, id, name, phone, email, country, state, city, district, address1, address2, zip, pickup_point_code, buyer_note)
    select ${merchantId}::uuid, t.* from unnest(
      ${uuids(rows, (row) => row.id)}, ${field('name')}, ${field('phone')}, ${field('email')}, ${field('country')},
      ${field('state')}, ${field('city')}, ${field('district')}, ${field('address1')}, ${field('address2')},
      ${field('zip')}, ${field('pickupPointCode')}, ${texts(rows, (row) => row.buyerNote)}) as t
    ${overwriting(
      are,
      sql`on conflict (merchant_id, id) do update set name = excluded.name, phone = excluded.phone, email = excluded.email,
      country = excluded.country, state = excluded.state, city = excluded.city, district = excluded.district,
      address1 = excluded.address1, address2 = excluded.address2, zip = excluded.zip,
      pickup_point_code = excluded.pickup_point_code, buyer_note = excluded.buyer_note
    where r.purged_at is null`,
    )}`);
}

async function insertOrderRows(tx: Tx, store: IntakeStore, rows: readonly NewOrder[], at: Date): Promise<void> {
  const now = at.toISOString();
  await unwrap(tx).execute(sql`
    insert into orders (merchant_id, store_id, status, seen_at, created_at, updated_at, id, recipient_id, kind,
      platform_order_id, platform_order_number, source_channel, platform_status, platform_state, platform_updated_at,
      content_hash, ordered_at, paid_at, ship_by, currency, items_amount, shipping_amount, tax_amount, discount_amount,
      total_amount, payment_method, payment_record, cod_amount, shipping_method, shipping_provider, tags, line_count,
      open_hold_count, platform_holds)
    select ${store.merchantId}::uuid, ${store.id}::uuid, 'pending', ${now}::timestamptz, ${now}::timestamptz,
      ${now}::timestamptz, t.id, t.recipient_id, t.kind, t.platform_order_id, t.platform_order_number, t.source_channel,
      t.platform_status, t.platform_state, t.platform_updated_at, t.content_hash, t.ordered_at, t.paid_at, t.ship_by,
      t.currency, t.items_amount, t.shipping_amount, t.tax_amount, t.discount_amount, t.total_amount, t.payment_method,
      t.payment_record, t.cod_amount, t.shipping_method, t.shipping_provider, t.tags::text[], t.line_count,
      t.open_hold_count, t.platform_holds::jsonb
    from unnest(
      ${uuids(rows, (row) => row.id)}, ${uuids(rows, (row) => row.recipientId)}, ${texts(rows, (row) => row.order.kind)},
      ${texts(rows, (row) => row.order.platformOrderId)}, ${texts(rows, (row) => row.order.platformOrderNumber)},
      ${texts(rows, (row) => row.order.sourceChannel)}, ${texts(rows, (row) => row.order.platformStatus)},
      ${texts(rows, (row) => row.order.platformState)}, ${moments(rows, (row) => row.order.platformUpdatedAt)},
      ${texts(rows, (row) => row.contentHash)}, ${moments(rows, (row) => row.order.orderedAt)},
      ${moments(rows, (row) => row.order.paidAt)}, ${moments(rows, (row) => row.order.shipBy)},
      ${texts(rows, (row) => row.order.currency)}, ${decimals(rows, (row) => row.order.itemsAmount)},
      ${decimals(rows, (row) => row.order.shippingAmount)}, ${decimals(rows, (row) => row.order.taxAmount)},
      ${decimals(rows, (row) => row.order.discountAmount)}, ${decimals(rows, (row) => row.order.totalAmount)},
      ${texts(rows, (row) => row.order.paymentMethod)}, ${texts(rows, (row) => row.order.paymentRecord)},
      ${decimals(rows, (row) => row.order.codAmount)}, ${texts(rows, (row) => row.order.shippingMethod)},
      ${texts(rows, (row) => row.order.shippingProvider)}, ${texts(rows, (row) => textList(row.order.tags))},
      ${integers(rows, (row) => row.order.lines.length)}, ${integers(rows, (row) => row.holds.length)},
      ${texts(rows, (row) => platformHoldsText(row.holds))}
    ) as t (id, recipient_id, kind, platform_order_id, platform_order_number, source_channel, platform_status,
      platform_state, platform_updated_at, content_hash, ordered_at, paid_at, ship_by, currency, items_amount,
      shipping_amount, tax_amount, discount_amount, total_amount, payment_method, payment_record, cod_amount,
      shipping_method, shipping_provider, tags, line_count, open_hold_count, platform_holds)`);
}

/** What the platform says against shipping, for `orders.platform_holds`; null for nothing, as with most orders. */
export function platformHoldsText(holds: readonly HoldReason[]): string | null {
  const said = holds.flatMap(({ code, origin, subject, detail }) =>
    origin === 'platform' ? [{ code, origin, subject, detail }] : [],
  );
  return said.length === 0 ? null : JSON.stringify(said);
}

/** Inserts or overwrites what the platform owns of lines; one that it gave back is no longer removed. */
export async function writeLines(
  tx: Tx,
  merchantId: string,
  rows: readonly LineRow[],
  are: Rows = 'any',
): Promise<void> {
  if (rows.length === 0) return;
  await unwrap(tx).execute(sql`
    insert into order_lines (merchant_id, id, order_id, position, platform_line_id, sku, platform_product_id, name,
      barcode, picture_url, quantity, quantity_cancelled, platform_quantity_shipped, unit_price, discounted_unit_price,
      requires_shipping)
    select ${merchantId}::uuid, t.* from unnest(
      ${uuids(rows, (row) => row.id)}, ${uuids(rows, (row) => row.orderId)}, ${integers(rows, (row) => row.position)},
      ${texts(rows, (row) => row.line.platformLineId)}, ${texts(rows, (row) => row.line.sku)},
      ${texts(rows, (row) => row.line.platformProductId)}, ${texts(rows, (row) => row.line.name)},
      ${texts(rows, (row) => row.line.barcode)}, ${texts(rows, (row) => row.line.pictureUrl)},
      ${integers(rows, (row) => row.line.quantity)}, ${integers(rows, (row) => row.line.quantityCancelled)},
      ${integers(rows, (row) => row.line.quantityShipped)}, ${decimals(rows, (row) => row.line.unitPrice)},
      ${decimals(rows, (row) => row.line.discountedUnitPrice)}, ${booleans(rows, (row) => row.line.requiresShipping)}) as t
    ${overwriting(
      are,
      sql`on conflict (order_id, platform_line_id) do update set position = excluded.position, sku = excluded.sku,
      platform_product_id = excluded.platform_product_id, name = excluded.name, barcode = excluded.barcode,
      picture_url = excluded.picture_url, quantity = excluded.quantity,
      quantity_cancelled = excluded.quantity_cancelled,
      platform_quantity_shipped = excluded.platform_quantity_shipped, unit_price = excluded.unit_price,
      discounted_unit_price = excluded.discounted_unit_price, requires_shipping = excluded.requires_shipping,
      removed_at = null`,
    )}`);
}

export async function writePackages(
  tx: Tx,
  merchantId: string,
  rows: readonly { readonly orderId: string; readonly pack: PlatformPackage }[],
  are: Rows = 'any',
): Promise<void> {
  if (rows.length === 0) return;
  await unwrap(tx).execute(sql`
    insert into platform_packages (merchant_id, id, order_id, platform_package_id, location, state, shippable, lines)
    select ${merchantId}::uuid, t.id, t.order_id, t.platform_package_id, t.location, t.state, t.shippable, t.lines::jsonb
    from unnest(
      ${uuids(rows, () => newId())}, ${uuids(rows, (row) => row.orderId)},
      ${texts(rows, (row) => row.pack.platformPackageId)}, ${texts(rows, (row) => row.pack.location)},
      ${texts(rows, (row) => row.pack.state)}, ${booleans(rows, (row) => row.pack.shippable)},
      ${texts(rows, (row) => JSON.stringify(row.pack.lines))}
    ) as t (id, order_id, platform_package_id, location, state, shippable, lines)
    ${overwriting(
      are,
      sql`on conflict (order_id, platform_package_id) do update set location = excluded.location, state = excluded.state,
      shippable = excluded.shippable, lines = excluded.lines`,
    )}`);
}

export async function writeRaws(
  tx: Tx,
  merchantId: string,
  rows: readonly { readonly orderId: string; readonly body: string }[],
  at: Date,
  are: Rows = 'any',
): Promise<void> {
  if (rows.length === 0) return;
  await unwrap(tx).execute(sql`
    insert into raw_payloads (merchant_id, order_id, body, received_at)
    select ${merchantId}::uuid, t.order_id, t.body, ${at.toISOString()}::timestamptz
    from unnest(${uuids(rows, (row) => row.orderId)}, ${longTexts(rows, (row) => row.body)}) as t (order_id, body)
    ${overwriting(are, sql`on conflict (merchant_id, order_id) do update set body = excluded.body, received_at = excluded.received_at`)}`);
}

/** Holds of orders that have none yet. */
async function insertHolds(tx: Tx, store: IntakeStore, rows: readonly NewHold[], at: Date): Promise<void> {
  if (rows.length === 0) return;
  await unwrap(tx).execute(sql`
    insert into holds (merchant_id, store_id, opened_at, opened_by, id, order_id, code, origin, subject, detail)
    select ${store.merchantId}::uuid, ${store.id}::uuid, ${at.toISOString()}::timestamptz, 'Holdfast', t.id, t.order_id,
      t.code, t.origin, t.subject, t.detail::jsonb
    from unnest(
      ${uuids(rows, (row) => row.id)}, ${uuids(rows, (row) => row.orderId)}, ${texts(rows, (row) => row.code)},
      ${texts(rows, (row) => row.origin)}, ${texts(rows, (row) => row.subject)},
      ${texts(rows, (row) => JSON.stringify(row.detail))}
    ) as t (id, order_id, code, origin, subject, detail)`);
}
