import { ConnectorError } from '../../core/errors.ts';
import { toDecimal } from '../../core/money.ts';
import type { PlatformHold, PlatformLine, PlatformOrder, PlatformState, Recipient } from '../../core/order/types.ts';
import type { FetchedOrder } from '../../core/ports/connector.ts';
import { parseJson } from '../shared/json.ts';
import { badField, malformedReason } from '../shared/malformed.ts';
import { parseTime } from '../shared/time.ts';
import { platform } from './profile.ts';
import { type OrderWire, orderWire } from './wire.ts';

/** One order's own text → mapped, or malformed with the field at fault. Never throws. Times carry their zone (UTC). */
export function mapOrderText(raw: string): FetchedOrder {
  let value: unknown;
  try {
    value = parseJson(raw, { platform, operation: 'fetchOrders' });
  } catch (error) {
    const said = error instanceof ConnectorError ? error.platformMessage : undefined;
    const reason = `the order: ${said ?? 'cannot be read'}`;
    return { ok: false, platformOrderId: null, platformOrderNumber: null, reason, raw };
  }
  return mapOrder(value, raw);
}

/** As `mapOrderText`, of a parsed value. Pure and total. */
export function mapOrder(value: unknown, raw: string): FetchedOrder {
  const parsed = orderWire.safeParse(value);
  if (!parsed.success) {
    return malformed(value, raw, malformedReason(parsed.error, value));
  }
  const wire = parsed.data;
  const orderedAt = parseTime(wire.created_at);
  if (orderedAt === null) return malformed(value, raw, badField('created_at', 'not a time', wire.created_at));
  const platformUpdatedAt = parseTime(wire.updated_at);
  if (platformUpdatedAt === null) return malformed(value, raw, badField('updated_at', 'not a time', wire.updated_at));
  return { ok: true, order: toOrder(wire, orderedAt, platformUpdatedAt), raw };
}

function malformed(value: unknown, raw: string, reason: string): FetchedOrder {
  return {
    ok: false,
    platformOrderId: textAt(value, 'id'),
    platformOrderNumber: textAt(value, 'number'),
    reason,
    raw,
  };
}

function textAt(value: unknown, key: 'id' | 'number'): string | null {
  if (typeof value !== 'object' || value === null) return null;
  const found: unknown = Object.getOwnPropertyDescriptor(value, key)?.value;
  return (typeof found === 'string' && found !== '') || typeof found === 'number' ? String(found) : null;
}

function toOrder(wire: OrderWire, orderedAt: Date, platformUpdatedAt: Date): PlatformOrder {
  const platformOrderId = String(wire.id);
  const platformState = stateOf(wire);
  const lines = wire.lines.map(toLine);
  const isCod = wire.payment?.status === 'collect' || wire.payment?.method === 'cash_on_delivery';
  return {
    platformOrderId,
    platformOrderNumber: wire.number,
    sourceChannel: wire.channel ?? null,
    kind: 'b2c',
    platformStatus: `${wire.status}/${wire.fulfilment_status ?? 'unknown'}`,
    platformState,
    platformUpdatedAt,
    orderedAt,
    paidAt: parseTime(wire.paid_at),
    shipBy: parseTime(wire.ship_by),
    currency: wire.currency,
    itemsAmount: toDecimal(wire.totals?.items),
    shippingAmount: toDecimal(wire.totals?.shipping),
    taxAmount: toDecimal(wire.totals?.tax),
    discountAmount: toDecimal(wire.totals?.discount),
    totalAmount: toDecimal(wire.totals?.total),
    paymentMethod: wire.payment?.method ?? null,
    paymentRecord: isCod ? 'cash_on_delivery' : wire.payment?.status === 'captured' ? 'online' : 'unknown',
    codAmount: isCod ? toDecimal(wire.payment?.collect_amount) : null,
    shippingMethod: wire.shipping?.method ?? null,
    shippingProvider: wire.shipping?.provider ?? null,
    buyerNote: wire.buyer_note ?? null,
    tags: wire.tags ?? [],
    fulfilledBy: wire.fulfilled_by === 'marketplace' ? 'platform' : 'merchant',
    recipient: toRecipient(wire),
    lines,
    // The marketplace has no packages of its own: the order is one.
    packages: [
      {
        platformPackageId: platformOrderId,
        location: null,
        state: wire.fulfilment_status ?? null,
        shippable: wire.status === 'open' && (platformState === 'open' || platformState === 'partially_shipped'),
        lines: lines
          .filter((line) => line.requiresShipping)
          .map((line) => ({
            platformLineId: line.platformLineId,
            platformPackageLineId: null,
            quantity: Math.max(0, line.quantity - line.quantityCancelled - line.quantityShipped),
          })),
      },
    ],
    holds: holdsOf(wire),
  };
}

function toLine(line: OrderWire['lines'][number]): PlatformLine {
  return {
    platformLineId: String(line.id),
    sku: line.sku ?? null,
    platformProductId: line.product_id ?? null,
    name: line.name ?? '',
    barcode: line.barcode ?? null,
    pictureUrl: line.picture_url ?? null,
    quantity: line.quantity,
    quantityCancelled: line.quantity_cancelled ?? 0,
    quantityShipped: line.quantity_shipped ?? 0,
    unitPrice: toDecimal(line.unit_price),
    discountedUnitPrice: toDecimal(line.discounted_unit_price),
    requiresShipping: line.requires_shipping ?? true,
  };
}

function toRecipient(wire: OrderWire): Recipient | null {
  const { recipient } = wire;
  if (recipient === null || recipient === undefined) return null;
  return {
    name: recipient.name ?? null,
    phone: recipient.phone ?? null,
    email: recipient.email ?? null,
    country: recipient.country?.toUpperCase() ?? null,
    state: recipient.state ?? null,
    city: recipient.city ?? null,
    district: recipient.district ?? null,
    address1: recipient.address1 ?? null,
    address2: recipient.address2 ?? null,
    zip: recipient.zip ?? null,
    pickupPointCode: wire.shipping?.pickup_point_code ?? null,
  };
}

const knownStatuses: ReadonlySet<string> = new Set(['unpaid', 'open', 'on_hold', 'cancelled']);
const knownFulfillers: ReadonlySet<string> = new Set(['merchant', 'marketplace']);

function stateOf(wire: OrderWire): PlatformState {
  if (!knownStatuses.has(wire.status)) return 'unknown';
  if (wire.status === 'cancelled' || wire.status === 'unpaid') return wire.status;
  switch (wire.fulfilment_status) {
    case 'fulfilled':
      return 'shipped';
    case 'partial':
      return 'partially_shipped';
    case 'unfulfilled':
      return 'open';
    default:
      return 'unknown';
  }
}

/** What the platform says against shipping; a value that we do not know is one such thing, never a guess. */
function holdsOf(wire: OrderWire): PlatformHold[] {
  const holds: PlatformHold[] = [];
  if (wire.status === 'on_hold') {
    holds.push({ code: 'platform_hold', subject: 'order', reason: 'The marketplace put the order on hold' });
  }
  if (stateOf(wire) === 'unknown') {
    const said = `${wire.status}/${wire.fulfilment_status ?? 'none'}`;
    holds.push({ code: 'platform_hold', subject: 'status', reason: `The status "${said}" is not known to the desk` });
  }
  if (wire.fulfilled_by !== null && wire.fulfilled_by !== undefined && !knownFulfillers.has(wire.fulfilled_by)) {
    const reason = `Fulfilled by "${wire.fulfilled_by}", which is not known to the desk`;
    holds.push({ code: 'platform_hold', subject: 'fulfilled_by', reason });
  }
  if (wire.cancellation_requested === true) {
    holds.push({ code: 'cancellation_requested', subject: 'buyer', reason: 'The buyer asked to cancel' });
  }
  return holds;
}
