import { sql } from 'drizzle-orm';
import type { Tx } from '../../core/ports/database.ts';
import type { ChangedOrder, IntakeStore } from '../../core/ports/intake.ts';
import { unwrap } from '../database.ts';
import { decimals, integers, moments, textList, texts, uuids } from './column-arrays.ts';
import { platformHoldsText, writeLines, writePackages, writeRaws, writeRecipients } from './ingest-insert.ts';

/** Everything of changed orders but their holds. Their rows are locked by the caller. */
export async function updateOrders(
  tx: Tx,
  store: IntakeStore,
  orders: readonly ChangedOrder[],
  at: Date,
): Promise<void> {
  if (orders.length === 0) return;
  const { merchantId } = store;
  const recipients = orders.flatMap(({ recipient: { id, action }, order }) =>
    action === 'write' && id !== null ? [{ id, recipient: order.recipient, buyerNote: order.buyerNote }] : [],
  );
  const lines = orders.flatMap((row) => row.lines.map((line) => ({ ...line, orderId: row.id })));
  const packages = orders.flatMap(({ id, order }) => order.packages.map((pack) => ({ orderId: id, pack })));
  const raws = orders.map(({ id, raw }) => ({ orderId: id, body: raw }));
  await writeRecipients(tx, merchantId, recipients);
  await updateOrderRows(tx, merchantId, orders, at);
  await writeLines(tx, merchantId, lines);
  await removeLines(
    tx,
    merchantId,
    orders.flatMap((row) => row.removedLineIds),
    at,
  );
  await removePackages(tx, merchantId, orders, packages);
  await writePackages(tx, merchantId, packages);
  await writeRaws(tx, merchantId, raws, at);
}

async function updateOrderRows(tx: Tx, merchantId: string, rows: readonly ChangedOrder[], at: Date): Promise<void> {
  const now = at.toISOString();
  await unwrap(tx).execute(sql`
    update orders o set recipient_id = t.recipient_id, platform_order_number = t.platform_order_number,
      source_channel = t.source_channel, platform_status = t.platform_status, platform_state = t.platform_state,
      platform_updated_at = t.platform_updated_at, content_hash = t.content_hash, ordered_at = t.ordered_at,
      paid_at = t.paid_at, ship_by = t.ship_by, currency = t.currency, items_amount = t.items_amount,
      shipping_amount = t.shipping_amount, tax_amount = t.tax_amount, discount_amount = t.discount_amount,
      total_amount = t.total_amount, payment_method = t.payment_method, payment_record = t.payment_record,
      cod_amount = t.cod_amount, shipping_method = t.shipping_method, shipping_provider = t.shipping_provider,
      tags = t.tags::text[], line_count = t.line_count, open_hold_count = t.open_hold_count,
      platform_holds = t.platform_holds::jsonb, version = o.version + 1,
      seen_at = ${now}::timestamptz, updated_at = ${now}::timestamptz
    from unnest(
      ${uuids(rows, (row) => row.id)}, ${uuids(rows, (row) => row.recipient.id)},
      ${texts(rows, (row) => row.order.platformOrderNumber)}, ${texts(rows, (row) => row.order.sourceChannel)},
      ${texts(rows, (row) => row.order.platformStatus)}, ${texts(rows, (row) => row.order.platformState)},
      ${moments(rows, (row) => row.order.platformUpdatedAt)}, ${texts(rows, (row) => row.contentHash)},
      ${moments(rows, (row) => row.order.orderedAt)}, ${moments(rows, (row) => row.order.paidAt)},
      ${moments(rows, (row) => row.order.shipBy)}, ${texts(rows, (row) => row.order.currency)},
      ${decimals(rows, (row) => row.order.itemsAmount)}, ${decimals(rows, (row) => row.order.shippingAmount)},
      ${decimals(rows, (row) => row.order.taxAmount)}, ${decimals(rows, (row) => row.order.discountAmount)},
      ${decimals(rows, (row) => row.order.totalAmount)}, ${texts(rows, (row) => row.order.paymentMethod)},
      ${texts(rows, (row) => row.order.paymentRecord)}, ${decimals(rows, (row) => row.order.codAmount)},
      ${texts(rows, (row) => row.order.shippingMethod)}, ${texts(rows, (row) => row.order.shippingProvider)},
      ${texts(rows, (row) => textList(row.order.tags))}, ${integers(rows, (row) => row.order.lines.length)},
      ${integers(rows, (row) => row.openHoldCount)}, ${texts(rows, (row) => platformHoldsText(row.platformHolds))}
    ) as t (id, recipient_id, platform_order_number, source_channel, platform_status, platform_state,
      platform_updated_at, content_hash, ordered_at, paid_at, ship_by, currency, items_amount, shipping_amount,
      tax_amount, discount_amount, total_amount, payment_method, payment_record, cod_amount, shipping_method,
      shipping_provider, tags, line_count, open_hold_count, platform_holds)
    where o.merchant_id = ${merchantId}::uuid and o.id = t.id`);
}

/** Their rows stay: shipments and outbound orders refer to them. */
async function removeLines(tx: Tx, merchantId: string, lineIds: readonly string[], at: Date): Promise<void> {
  if (lineIds.length === 0) return;
  await unwrap(tx).execute(sql`
    update order_lines set removed_at = ${at.toISOString()}::timestamptz
    where merchant_id = ${merchantId}::uuid and id = any(${uuids(lineIds, (id) => id)})`);
}

/** Packages that the platform split, merged or renumbered away. */
async function removePackages(
  tx: Tx,
  merchantId: string,
  orders: readonly ChangedOrder[],
  kept: readonly { readonly orderId: string; readonly pack: { readonly platformPackageId: string } }[],
): Promise<void> {
  await unwrap(tx).execute(sql`
    delete from platform_packages p
    where p.merchant_id = ${merchantId}::uuid and p.order_id = any(${uuids(orders, (row) => row.id)})
      and not exists (
        select from unnest(${uuids(kept, (row) => row.orderId)}, ${texts(kept, (row) => row.pack.platformPackageId)})
          as k (order_id, platform_package_id)
        where k.order_id = p.order_id and k.platform_package_id = p.platform_package_id)`);
}
