import { type Decimal, sumDecimals, toDecimal } from '../../core/money.ts';
import type { PlatformHold, PlatformLine, PlatformOrder, PlatformState, Recipient } from '../../core/order/types.ts';
import type { FetchedOrder, SkippedOrder } from '../../core/ports/connector.ts';
import { badField, malformedReason } from '../shared/malformed.ts';
import { listOf } from '../shared/settings.ts';
import { parseTime } from '../shared/time.ts';
import { fullName } from './names.ts';
import { perPiece } from './per-piece.ts';
import { plainText } from './plain-text.ts';
import { profile } from './profile.ts';
import { foreignNumbers, recordedQuantities } from './record.ts';
import { type Line, type Order, order as orderSchema } from './wire.ts';

export type Settings = Readonly<Record<string, string>>;

export type Mapped =
  | { readonly take: true; readonly fetched: FetchedOrder }
  | { readonly take: false; readonly skipped: SkippedOrder };

/** `date_*_gmt` is UTC without a `Z`; its local twin is never read. */
const utc = 0;
const noneRefunded: ReadonlyMap<string, number> = new Map();

/**
 * One order of the answer in our shape. Total: what cannot be read is malformed with the reason (never a
 * value about a person). `refunded` is how many pieces of each line were refunded: an order's `quantity` does not shrink.
 */
export function mapOrder(
  value: unknown,
  raw: string,
  settings: Settings,
  refunded: ReadonlyMap<string, number> = noneRefunded,
): Mapped {
  const parsed = orderSchema.safeParse(value);
  if (!parsed.success) {
    return malformed(value, raw, malformedReason(parsed.error, value));
  }
  const order = parsed.data;
  if (order.status === 'checkout-draft') {
    const skipped = { platformOrderId: order.id, platformOrderNumber: order.number, reason: 'A checkout not finished' };
    return { take: false, skipped };
  }
  const orderedAt = parseTime(order.date_created_gmt, utc);
  if (orderedAt === null)
    return malformed(value, raw, badField('date_created_gmt', 'not a time', order.date_created_gmt));
  const updatedAt = parseTime(order.date_modified_gmt, utc) ?? orderedAt;
  return {
    take: true,
    fetched: { ok: true, raw, order: platformOrder(order, orderedAt, updatedAt, settings, refunded) },
  };
}

/** Also for an order whose refunds could not be read. */
export function malformed(value: unknown, raw: string, reason: string): Mapped {
  const field = (name: string): unknown =>
    typeof value === 'object' && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined;
  const textOr = (found: unknown): string | null =>
    typeof found === 'string' || typeof found === 'number' ? String(found) : null;
  const platformOrderId = textOr(field('id'));
  return {
    take: true,
    fetched: { ok: false, platformOrderId, platformOrderNumber: textOr(field('number')), reason, raw },
  };
}

function platformOrder(
  order: Order,
  orderedAt: Date,
  updatedAt: Date,
  settings: Settings,
  refunded: ReadonlyMap<string, number>,
): PlatformOrder {
  const paidAt = parseTime(order.date_paid_gmt, utc);
  const isCod = isCashOnDelivery(order, paidAt, settings);
  const recorded = recordedQuantities(order.meta_data);
  const lines = order.line_items.map((line) => mapLine(line, order, recorded, refunded));
  const state = stateOf(order, lines, isCod, settings);
  const total = toDecimal(order.total);
  return {
    platformOrderId: order.id,
    platformOrderNumber: order.number,
    sourceChannel: textOf(order.created_via),
    kind: 'b2c',
    platformStatus: order.status,
    platformState: state,
    platformUpdatedAt: updatedAt,
    orderedAt,
    paidAt,
    shipBy: shipBy(order, settings),
    currency: order.currency,
    itemsAmount: sumOf(order.line_items.map((line) => toDecimal(line.subtotal))),
    shippingAmount: toDecimal(order.shipping_total),
    taxAmount: toDecimal(order.total_tax),
    discountAmount: toDecimal(order.discount_total),
    totalAmount: total,
    paymentMethod: textOf(order.payment_method) ?? textOf(order.payment_method_title),
    paymentRecord: isCod ? 'cash_on_delivery' : paidAt !== null ? 'online' : 'unknown',
    // `refunds[].total` is negative.
    codAmount: isCod ? sumOf([total, ...(order.refunds ?? []).map((refund) => toDecimal(refund.total))]) : null,
    shippingMethod: textOf(order.shipping_lines?.[0]?.method_title) ?? textOf(order.shipping_lines?.[0]?.method_id),
    shippingProvider: null,
    buyerNote: textOf(order.customer_note),
    tags: [],
    fulfilledBy: 'merchant',
    recipient: recipientOf(order, settings),
    lines,
    packages: [packageOf(order, lines, state)],
    holds: holdsOf(order, state),
  };
}

const textOf = (value: string | null | undefined): string | null => {
  const trimmed = value?.trim() ?? '';
  return trimmed === '' ? null : trimmed;
};

const sumOf = (amounts: readonly (Decimal | null)[]): Decimal | null => {
  const known = amounts.filter((amount) => amount !== null);
  return known.length === amounts.length ? sumDecimals(known) : null;
};

/** The method is on the store's list and no money has arrived; completing such an order sets its payment date. */
function isCashOnDelivery(order: Order, paidAt: Date | null, settings: Settings): boolean {
  const methods = listOf(settings.cod_methods, profile.cashOnDeliveryMethods);
  return paidAt === null && methods.includes(order.payment_method?.trim() ?? '');
}

const endStates: Readonly<Record<string, PlatformState>> = {
  completed: 'shipped',
  cancelled: 'cancelled',
  refunded: 'cancelled',
  failed: 'cancelled',
  trash: 'cancelled',
};

/** A status of the store's own is `unknown`, until the store's settings name it as ready. */
function stateOf(order: Order, lines: readonly PlatformLine[], isCod: boolean, settings: Settings): PlatformState {
  const end = endStates[order.status];
  if (end !== undefined) return end;
  if (isWaiting(order)) return isCod ? 'open' : 'unpaid';
  if (!listOf(settings.ready_statuses, ['processing']).includes(order.status)) return 'unknown';
  // Set by WooCommerce's own fulfilments (a beta): the order's status does not move with it.
  const fulfilment = order.meta_data?.find((item) => item.key === '_fulfillment_status')?.value;
  const left = lines.filter((line) => line.quantity - line.quantityCancelled - line.quantityShipped > 0);
  const isAnyShipped = lines.some((line) => line.quantityShipped > 0);
  if (fulfilment === 'fulfilled' || (isAnyShipped && left.length === 0)) return 'shipped';
  return fulfilment === 'partially_fulfilled' || isAnyShipped ? 'partially_shipped' : 'open';
}

const isWaiting = (order: Order): boolean => order.status === 'on-hold' || order.status === 'pending';

function holdsOf(order: Order, state: PlatformState): readonly PlatformHold[] {
  if (state !== 'open' && state !== 'partially_shipped' && state !== 'unknown') return [];
  const holds: PlatformHold[] = [];
  if (isWaiting(order)) {
    const reason = `The shop keeps this order in status ${order.status}: set it to processing there when it may leave`;
    holds.push({ code: 'platform_hold', subject: 'status', reason });
  }
  const foreign = foreignNumbers(order.meta_data);
  if (foreign.length > 0) {
    const reason = `The shop already has tracking number ${foreign.join(', ')} on this order: it may have left elsewhere`;
    holds.push({ code: 'platform_hold', subject: 'tracking', reason });
  }
  return holds;
}

/** The whole order is one package: WooCommerce has no smaller unit. */
function packageOf(
  order: Order,
  lines: readonly PlatformLine[],
  state: PlatformState,
): PlatformOrder['packages'][number] {
  const left = lines.flatMap((line) => {
    const quantity = line.quantity - line.quantityCancelled - line.quantityShipped;
    if (!line.requiresShipping || quantity <= 0) return [];
    return [{ platformLineId: line.platformLineId, platformPackageLineId: null, quantity }];
  });
  const isOpen = (state === 'open' || state === 'partially_shipped') && !isWaiting(order);
  return {
    platformPackageId: order.id,
    location: null,
    state: order.status,
    shippable: isOpen && left.length > 0,
    lines: left,
  };
}

function shipBy(order: Order, settings: Settings): Date | null {
  const key = settings.ship_by_meta_key?.trim();
  if (!key) return null;
  const value = order.meta_data?.find((item) => item.key === key)?.value;
  return typeof value === 'string' ? parseTime(value, utc) : null;
}

/** The shipping address, else the billing one: stores without shipping fields leave the first empty. */
function recipientOf(order: Order, settings: Settings): Recipient | null {
  const to = textOf(order.shipping?.address_1) === null ? order.billing : order.shipping;
  if (!to) return null;
  const country = textOf(to.country)?.toUpperCase() ?? null;
  return {
    name: fullName(to.first_name, to.last_name, country, settings.name_order) ?? textOf(to.company),
    phone: textOf(order.shipping?.phone) ?? textOf(order.billing?.phone),
    email: textOf(order.billing?.email),
    country,
    state: textOf(to.state),
    city: textOf(to.city),
    district: null,
    address1: textOf(to.address_1),
    address2: textOf(to.address_2),
    zip: textOf(to.postcode),
    pickupPointCode: null,
  };
}

function mapLine(
  line: Line,
  order: Order,
  recorded: ReadonlyMap<string, number>,
  refunded: ReadonlyMap<string, number>,
): PlatformLine {
  const cancelled = Math.min(line.quantity, refunded.get(line.id) ?? 0);
  const left = line.quantity - cancelled;
  const shipped = order.status === 'completed' ? left : Math.min(left, recorded.get(line.id) ?? 0);
  return {
    platformLineId: line.id,
    sku: textOf(line.sku),
    platformProductId: realId(line.variation_id) ?? realId(line.product_id),
    name: lineName(line),
    barcode: textOf(line.global_unique_id),
    pictureUrl: textOf(line.image?.src),
    quantity: line.quantity,
    quantityCancelled: cancelled,
    quantityShipped: shipped,
    unitPrice: perPiece(toDecimal(line.subtotal), line.quantity),
    discountedUnitPrice: perPiece(toDecimal(line.total), line.quantity),
    // False only for downloads and services throughout: WooCommerce does not say it by line.
    requiresShipping: order.needs_processing !== false,
  };
}

/** 0 stands for none. */
const realId = (value: string | null | undefined): string | null => (!value || value === '0' ? null : value);

/** With the choices that the buyer sees (size, engraving), unless the name has them already. */
function lineName(line: Line): string {
  const name = plainText(line.name ?? '') || `Line ${line.id}`;
  const shown = (line.meta_data ?? []).flatMap((item) => {
    const value = plainText(item.display_value ?? '');
    if (item.key.startsWith('_') || value === '' || name.includes(value)) return [];
    return [`${plainText(item.display_key ?? item.key)}: ${value}`];
  });
  return shown.length === 0 ? name : `${name} (${shown.join(', ')})`;
}
