import { hash } from 'node:crypto';
import { trimmed } from './line-key.ts';
import type { PlatformLine, PlatformOrder, Recipient } from './types.ts';

/** Longest key, id or hold subject: what an index row of PostgreSQL takes in any script. */
export const maxKeyLength = 255;
/** `integer` of PostgreSQL, and far above any order. */
const maxQuantity = 1_000_000_000;
/** Names are looked up by an index, whose entries hold 2,704 bytes; nobody's name is a tenth of it. */
const maxNameLength = 500;
/** An order that has more lines than this is a mistake of the platform or ours. */
const maxLines = 10_000;
/** One integer digit less than `numeric(18, 4)` holds: rounding further decimals up must still fit. */
const amountPattern = /^-?\d{1,13}(\.\d+)?$/;
/** Years beyond these are a wrong unit (seconds for milliseconds), not a time. */
const earliest = Date.UTC(1990, 0, 1);
const latest = Date.UTC(2200, 0, 1);
/** 132 bits of SHA-256: two contents of one order never meet by chance. */
const hashLength = 22;

/**
 * The order with its keys as they are compared and kept: SKU, product id, barcode and methods trimmed, empty ones null,
 * methods and channel cut to what an index holds.
 */
export function normalizeOrder(order: PlatformOrder): PlatformOrder {
  return {
    ...order,
    sourceChannel: cut(order.sourceChannel),
    paymentMethod: cut(trimmed(order.paymentMethod)),
    shippingMethod: cut(trimmed(order.shippingMethod)),
    lines: order.lines.map((line) => ({
      ...line,
      sku: trimmed(line.sku),
      platformProductId: trimmed(line.platformProductId),
      barcode: trimmed(line.barcode),
    })),
    holds: order.holds.map((hold) => ({ ...hold, subject: hold.subject.trim().slice(0, maxKeyLength) })),
  };
}

const cut = (text: string | null): string | null => text?.slice(0, maxKeyLength) ?? null;

/** Why this order cannot be kept as it is, naming the field; null when it can. Takes a normalized order. */
export function faultOf(order: PlatformOrder): string | null {
  return (
    keyFault('order id', order.platformOrderId) ??
    keyFault('order number', order.platformOrderNumber) ??
    (order.currency === '' || order.currency.length > 10 ? 'currency: not a currency code' : null) ??
    ((order.recipient?.name ?? '').length > maxNameLength
      ? `recipient name: longer than ${maxNameLength} characters`
      : null) ??
    timeFault(order) ??
    amountFault(order) ??
    linesFault(order) ??
    packagesFault(order)
  );
}

/** A hash of everything that the platform owns, the time of its change apart. Takes a normalized order. */
export function contentHash(order: PlatformOrder): string {
  return hash('sha256', JSON.stringify(contentOf(order)), 'base64url').slice(0, hashLength);
}

/** Fixed positions: the hash does not depend on the order in which a connector writes its properties. */
function contentOf(order: PlatformOrder): unknown {
  return [
    order.platformOrderNumber,
    order.sourceChannel,
    order.kind,
    order.platformStatus,
    order.platformState,
    order.orderedAt,
    order.paidAt,
    order.shipBy,
    order.currency,
    order.itemsAmount,
    order.shippingAmount,
    order.taxAmount,
    order.discountAmount,
    order.totalAmount,
    order.paymentMethod,
    order.paymentRecord,
    order.codAmount,
    order.shippingMethod,
    order.shippingProvider,
    order.buyerNote,
    order.tags,
    order.fulfilledBy,
    order.recipient === null ? null : recipientContent(order.recipient),
    order.lines.map(lineContent),
    order.packages.map((pack) => [
      pack.platformPackageId,
      pack.location,
      pack.state,
      pack.shippable,
      pack.lines.map((line) => [line.platformLineId, line.platformPackageLineId, line.quantity]),
    ]),
    order.holds.map((hold) => [hold.code, hold.subject, hold.reason]),
  ];
}

const recipientContent = (recipient: Recipient): unknown => [
  recipient.name,
  recipient.phone,
  recipient.email,
  recipient.country,
  recipient.state,
  recipient.city,
  recipient.district,
  recipient.address1,
  recipient.address2,
  recipient.zip,
  recipient.pickupPointCode,
];

const lineContent = (line: PlatformLine): unknown => [
  line.platformLineId,
  line.sku,
  line.platformProductId,
  line.name,
  line.barcode,
  line.pictureUrl,
  line.quantity,
  line.quantityCancelled,
  line.quantityShipped,
  line.unitPrice,
  line.discountedUnitPrice,
  line.requiresShipping,
];

const keyFault = (field: string, key: string): string | null =>
  key === ''
    ? `${field}: empty`
    : key.length > maxKeyLength
      ? `${field}: longer than ${maxKeyLength} characters`
      : null;

function timeFault(order: PlatformOrder): string | null {
  const times = [
    ['time of the change', order.platformUpdatedAt],
    ['order time', order.orderedAt],
    ['payment time', order.paidAt],
    ['ship-by time', order.shipBy],
  ] as const;
  for (const [field, time] of times) {
    if (time === null) continue;
    // Also false for an invalid date, which is not a number.
    if (!(time.getTime() >= earliest && time.getTime() < latest)) return `${field}: not a time`;
  }
  return null;
}

function amountFault(order: PlatformOrder): string | null {
  const amounts = [
    ['items total', order.itemsAmount],
    ['shipping fee', order.shippingAmount],
    ['tax', order.taxAmount],
    ['discount', order.discountAmount],
    ['total', order.totalAmount],
    ['cash-on-delivery amount', order.codAmount],
  ] as const;
  for (const [field, amount] of amounts) {
    if (amount !== null && !amountPattern.test(amount)) return `${field}: not an amount`;
  }
  return null;
}

function linesFault(order: PlatformOrder): string | null {
  if (order.lines.length > maxLines) return `lines: more than ${maxLines}`;
  const ids = new Set<string>();
  for (const [index, line] of order.lines.entries()) {
    const where = `line ${index + 1}`;
    const fault =
      keyFault(`${where} id`, line.platformLineId) ??
      keyFault(`${where} SKU`, line.sku ?? '-') ??
      keyFault(`${where} product id`, line.platformProductId ?? '-') ??
      keyFault(`${where} barcode`, line.barcode ?? '-');
    if (fault !== null) return fault;
    if (ids.has(line.platformLineId)) return `${where} id: the same as another line's`;
    ids.add(line.platformLineId);
    for (const quantity of [line.quantity, line.quantityCancelled, line.quantityShipped]) {
      if (!Number.isInteger(quantity) || quantity < 0 || quantity > maxQuantity)
        return `${where} quantity: not a number`;
    }
    for (const price of [line.unitPrice, line.discountedUnitPrice]) {
      if (price !== null && !amountPattern.test(price)) return `${where} price: not an amount`;
    }
  }
  return null;
}

function packagesFault(order: PlatformOrder): string | null {
  const ids = new Set<string>();
  for (const { platformPackageId } of order.packages) {
    const fault = keyFault('package id', platformPackageId);
    if (fault !== null) return fault;
    if (ids.has(platformPackageId)) return "package id: the same as another package's";
    ids.add(platformPackageId);
  }
  return null;
}
