import { type Decimal, sumDecimals, timesDecimal, toDecimal } from '../../core/money.ts';
import type { PlatformLine, PlatformOrder, PlatformState, Recipient } from '../../core/order/types.ts';
import type { FetchedOrder, SkippedOrder } from '../../core/ports/connector.ts';
import { badField, malformedReason } from '../shared/malformed.ts';
import { isOn, listOf } from '../shared/settings.ts';
import { parseTime } from '../shared/time.ts';
import { holdsOf } from './holds.ts';
import { isLive, packagesOf, servedElsewhere } from './packages.ts';
import { profile } from './profile.ts';
import { idOf, type Order, type OrderLine, order as orderSchema } from './wire.ts';

export type Settings = Readonly<Record<string, string>>;

export type Mapped =
  | { readonly take: true; readonly fetched: FetchedOrder }
  | { readonly take: false; readonly skipped: SkippedOrder };

/**
 * One node of Shopify's answer in our shape. Total: what cannot be read is a malformed order with the reason (never a
 * value about a person), what is not the desk's business is skipped with the reason. Times are UTC; money is the shop's.
 */
export function mapOrder(node: unknown, raw: string, settings: Settings): Mapped {
  const parsed = orderSchema.safeParse(node);
  if (!parsed.success) {
    return malformed(node, raw, malformedReason(parsed.error, node));
  }
  const order = parsed.data;
  const updatedAt = parseTime(order.updatedAt);
  const orderedAt = parseTime(order.processedAt) ?? parseTime(order.createdAt);
  if (updatedAt === null) return malformed(node, raw, badField('updatedAt', 'not a time', order.updatedAt));
  if (orderedAt === null) return malformed(node, raw, badField('createdAt', 'not a time', order.createdAt));
  const reason = outOfScope(order, settings);
  if (reason !== null) {
    return { take: false, skipped: { platformOrderId: orderId(order), platformOrderNumber: order.name, reason } };
  }
  return { take: true, fetched: { ok: true, raw, order: platformOrder(order, orderedAt, updatedAt, settings) } };
}

function malformed(node: unknown, raw: string, reason: string): Mapped {
  const field = (name: string): unknown =>
    typeof node === 'object' && node !== null ? Object.entries(node).find(([key]) => key === name)?.[1] : undefined;
  const id = field('legacyResourceId') ?? field('id');
  const name = field('name');
  return {
    take: true,
    fetched: {
      ok: false,
      platformOrderId: typeof id === 'string' || typeof id === 'number' ? idOf(String(id)) : null,
      platformOrderNumber: typeof name === 'string' ? name : null,
      reason,
      raw,
    },
  };
}

/** Why an order is none of the desk's business; null when it is. */
function outOfScope(order: Order, settings: Settings): string | null {
  if (order.test === true && !isOn(settings.include_test_orders, false)) return 'Test order';
  const live = (order.fulfillmentOrders?.nodes ?? []).filter(isLive);
  const methods = deliveryMethods(settings);
  const others = live
    .flatMap((item) => item.deliveryMethod?.methodType ?? [])
    .filter((type) => !methods.includes(type));
  if (live.length > 0 && others.length === live.length) {
    return `Delivery method ${[...new Set(others)].join(', ')} is not shipped from the warehouse`;
  }
  return null;
}

const deliveryMethods = (settings: Settings): readonly string[] =>
  listOf(settings.delivery_methods, ['SHIPPING']).map((method) => method.toUpperCase());

function platformOrder(order: Order, orderedAt: Date, updatedAt: Date, settings: Settings): PlatformOrder {
  const isCod = isCashOnDelivery(order, settings);
  const platformState = stateOf(order, isCod);
  const packages = packagesOf(order, deliveryMethods(settings));
  const elsewhere = servedElsewhere(order);
  const lines = order.lineItems.nodes.map((line) => mapLine(line, elsewhere.lines));
  return {
    platformOrderId: orderId(order),
    platformOrderNumber: order.name,
    sourceChannel: textOf(order.sourceName),
    kind: 'b2c',
    platformStatus: statusText(order),
    platformState,
    platformUpdatedAt: updatedAt,
    orderedAt,
    paidAt: paidAt(order),
    shipBy: shipBy(order),
    currency: order.currencyCode,
    itemsAmount: itemsAmount(lines),
    shippingAmount: amountOf(order.totalShippingPriceSet),
    taxAmount: amountOf(order.totalTaxSet),
    discountAmount: amountOf(order.totalDiscountsSet),
    totalAmount: totalOf(order),
    paymentMethod: textOf((order.paymentGatewayNames ?? []).join(', ')),
    paymentRecord: paymentRecord(order, isCod),
    codAmount: isCod ? (amountOf(order.totalOutstandingSet) ?? totalOf(order)) : null,
    shippingMethod: shippingMethod(order),
    shippingProvider: textOf(order.shippingLine?.carrierIdentifier),
    buyerNote: buyerNote(order),
    tags: order.tags ?? [],
    fulfilledBy: elsewhere.wholeOrder ? 'other_warehouse' : 'merchant',
    recipient: recipientOf(order),
    lines,
    packages,
    holds: holdsOf(order, platformState, elsewhere),
  };
}

const orderId = (order: Order): string => order.legacyResourceId ?? idOf(order.id);

const textOf = (value: string | null | undefined): string | null => {
  const trimmed = value?.trim() ?? '';
  return trimmed === '' ? null : trimmed;
};

const amountOf = (money: Order['totalPriceSet']): Decimal | null => toDecimal(money?.shopMoney?.amount);

const totalOf = (order: Order): Decimal | null => amountOf(order.currentTotalPriceSet) ?? amountOf(order.totalPriceSet);

function statusText(order: Order): string {
  const status = `${order.displayFinancialStatus ?? 'UNKNOWN'}/${order.displayFulfillmentStatus ?? 'UNKNOWN'}`;
  return order.cancelledAt ? `${status}/CANCELLED` : status;
}

const fulfilmentStates: Readonly<Record<string, PlatformState>> = {
  FULFILLED: 'shipped',
  FULFILLMENT_NOT_REQUIRED: 'shipped',
  PARTIALLY_FULFILLED: 'partially_shipped',
  RESTOCKED: 'cancelled',
  UNFULFILLED: 'open',
  OPEN: 'open',
  IN_PROGRESS: 'open',
  PENDING_FULFILLMENT: 'open',
  SCHEDULED: 'open',
  ON_HOLD: 'open',
  REQUEST_DECLINED: 'open',
};

const knownFinancial: ReadonlySet<string> = new Set([
  'PENDING',
  'AUTHORIZED',
  'PARTIALLY_PAID',
  'PAID',
  'PARTIALLY_REFUNDED',
  'REFUNDED',
  'VOIDED',
  'EXPIRED',
]);

/** No money, or none any more. Such an order can still be paid in another way, so it is not cancelled. */
const withoutMoney: ReadonlySet<string> = new Set(['REFUNDED', 'VOIDED', 'EXPIRED']);

/** A refund that took back every line counts as cancelled: nothing of it will ever be shipped. */
function stateOf(order: Order, isCod: boolean): PlatformState {
  if (order.cancelledAt) return 'cancelled';
  const fulfilment = fulfilmentStates[order.displayFulfillmentStatus ?? ''] ?? 'unknown';
  if (fulfilment !== 'open') return fulfilment;
  const financial = order.displayFinancialStatus;
  if (financial && !knownFinancial.has(financial)) return 'unknown';
  const isTakenBack = order.lineItems.nodes.every((line) => line.currentQuantity === 0);
  if (financial === 'REFUNDED' && order.lineItems.nodes.length > 0 && isTakenBack) return 'cancelled';
  if (withoutMoney.has(financial ?? '') || (financial === 'PENDING' && !isCod)) return 'unpaid';
  return 'open';
}

/** Shopify has no flag: a payment still due whose name is on the store's list. */
function isCashOnDelivery(order: Order, settings: Settings): boolean {
  if (order.displayFinancialStatus !== 'PENDING' && order.displayFinancialStatus !== 'PARTIALLY_PAID') return false;
  const fold = (name: string): string => name.trim().toLowerCase();
  const listed = new Set(listOf(settings.cod_methods, profile.cashOnDeliveryMethods).map(fold));
  const manual = (order.transactions ?? []).filter((transaction) => transaction.manualPaymentGateway === true);
  const names = [
    ...(order.paymentGatewayNames ?? []),
    ...manual.flatMap((transaction) => [transaction.gateway ?? '', transaction.formattedGateway ?? '']),
  ];
  return names.some((name) => listed.has(fold(name)));
}

function paymentRecord(order: Order, isCod: boolean): PlatformOrder['paymentRecord'] {
  if (isCod) return 'cash_on_delivery';
  const financial = order.displayFinancialStatus;
  if (financial === 'PAID' || financial === 'PARTIALLY_REFUNDED') return 'online';
  return !financial && order.fullyPaid === true ? 'online' : 'unknown';
}

function paidAt(order: Order): Date | null {
  const times = (order.transactions ?? [])
    .filter((item) => item.status === 'SUCCESS' && (item.kind === 'SALE' || item.kind === 'CAPTURE'))
    .map((item) => parseTime(item.processedAt));
  return earliest(times);
}

function shipBy(order: Order): Date | null {
  const live = (order.fulfillmentOrders?.nodes ?? []).filter(isLive);
  return (
    earliest(live.map((item) => parseTime(item.fulfillBy))) ??
    earliest(live.map((item) => parseTime(item.deliveryMethod?.maxDeliveryDateTime)))
  );
}

function earliest(times: readonly (Date | null)[]): Date | null {
  const known = times.filter((time) => time !== null).map((time) => time.getTime());
  return known.length === 0 ? null : new Date(Math.min(...known));
}

/** Before discounts, as bought: so that items + shipping + tax − discount is the total of an untouched order. */
function itemsAmount(lines: readonly PlatformLine[]): Decimal | null {
  const amounts = lines.flatMap((line) =>
    line.unitPrice === null ? [] : [timesDecimal(line.unitPrice, line.quantity)],
  );
  return amounts.length === lines.length ? sumDecimals(amounts) : null;
}

function shippingMethod(order: Order): string | null {
  const presented = (order.fulfillmentOrders?.nodes ?? []).map((item) => textOf(item.deliveryMethod?.presentedName));
  return textOf(order.shippingLine?.title) ?? presented.find((name) => name !== null) ?? null;
}

function buyerNote(order: Order): string | null {
  const attributes = (list: Order['customAttributes'], prefix: string): string[] =>
    (list ?? []).flatMap(({ key, value }) => (value ? [`${prefix}${key}: ${value}`] : []));
  const ofLines = order.lineItems.nodes.flatMap((line) => attributes(line.customAttributes, `${lineName(line)} – `));
  return textOf([order.note ?? '', ...attributes(order.customAttributes, ''), ...ofLines].filter(Boolean).join('\n'));
}

/** Null when Shopify shows nothing at all: then holds.ts says why. */
function recipientOf(order: Order): Recipient | null {
  const to = order.shippingAddress;
  const email = textOf(order.email);
  const phone = textOf(to?.phone) ?? textOf(order.phone) ?? textOf(order.billingAddress?.phone);
  if (!to && email === null && phone === null) return null;
  const joined = [to?.firstName, to?.lastName].filter(Boolean).join(' ');
  return {
    name: textOf(to?.name) ?? textOf(joined) ?? textOf(to?.company),
    phone,
    email,
    country: textOf(to?.countryCodeV2)?.toUpperCase() ?? null,
    state: textOf(to?.provinceCode) ?? textOf(to?.province),
    city: textOf(to?.city),
    district: null,
    address1: textOf(to?.address1),
    address2: textOf(to?.address2),
    zip: textOf(to?.zip),
    pickupPointCode: null,
  };
}

const lineName = (line: OrderLine): string => textOf(line.name) ?? textOf(line.title) ?? idOf(line.id);

function mapLine(line: OrderLine, elsewhere: ReadonlySet<string>): PlatformLine {
  const current = Math.min(line.quantity, line.currentQuantity ?? line.quantity);
  const unfulfilled = Math.min(current, line.unfulfilledQuantity ?? current);
  const key = line.variant ?? line.product;
  return {
    platformLineId: idOf(line.id),
    sku: textOf(line.sku),
    platformProductId: key ? (key.legacyResourceId ?? idOf(key.id)) : null,
    name: lineName(line),
    barcode: textOf(line.variant?.barcode),
    pictureUrl: textOf(line.image?.url),
    quantity: line.quantity,
    quantityCancelled: line.quantity - current,
    quantityShipped: current - unfulfilled,
    unitPrice: amountOf(line.originalUnitPriceSet),
    discountedUnitPrice: amountOf(line.discountedUnitPriceAfterAllDiscountsSet),
    requiresShipping: line.requiresShipping !== false && !elsewhere.has(idOf(line.id)),
  };
}
