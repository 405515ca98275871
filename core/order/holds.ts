import { keyOfLine, keyText, type LineKey, type MatchBy, trimmed } from './line-key.ts';
import { missingFields } from './required-address.ts';
import type { HoldCode, HoldOrigin, HoldReason, OrderKind, PlatformHold, PlatformOrder, Recipient } from './types.ts';

export type PaymentClass = 'prepaid' | 'cash_on_delivery' | 'blocked';

/** A line as the rules of holds look at it. */
export interface HoldLine {
  readonly platformLineId: string;
  readonly sku: string | null;
  readonly platformProductId: string | null;
  readonly name: string;
  readonly barcode: string | null;
  readonly quantity: number;
  readonly quantityCancelled: number;
  /** Shipped according to the platform. */
  readonly quantityShipped: number;
  /** b2b: what was accepted; null or absent before the acknowledgment. */
  readonly quantityAccepted?: number | null | undefined;
  readonly requiresShipping: boolean;
}

/** What derived holds look at. `recipient` is the operator's correction where there is one. */
export interface HoldFacts {
  readonly kind: OrderKind;
  readonly paymentMethod: string | null;
  readonly paymentRecord: PlatformOrder['paymentRecord'];
  readonly shippingMethod: string | null;
  readonly recipient: Recipient | null;
  /** Without those that the platform took away. */
  readonly lines: readonly HoldLine[];
}

/** The store's settings, and its tables as far as this order's keys need them. */
export interface HoldContext {
  readonly matchBy: MatchBy;
  readonly requiresMethodMapping: boolean;
  /** `keyText` of every current mapping. */
  readonly mappedKeys: ReadonlySet<string>;
  /** By payment method, '' where the platform names none. */
  readonly classOf: ReadonlyMap<string, PaymentClass>;
  /** By shipping method: whether it goes to a pickup point. */
  readonly mappedMethods: ReadonlyMap<string, { readonly toPickupPoint: boolean }>;
}

/** What of this order a person has overruled: `holdText`-independent keys made by `holdKey`. */
export type Released = ReadonlySet<string>;

const nothingReleased: Released = new Set();

/**
 * What makes an open hold of an order one: code and subject, and for a barcode that it is one, since some article's SKU
 * may read the same. The unique index `holds_open` says so in SQL.
 */
export const holdKey = (hold: {
  readonly code: HoldCode;
  readonly subject: string;
  readonly detail?: Readonly<Record<string, string>>;
}): string => `${hold.code}\n${hold.subject}${hold.detail?.keyKind === 'barcode' ? '\nbarcode' : ''}`;

/** Every reason why this order must not leave, derived and the platform's own; each `holdKey` once. Pure. */
export function evaluateHolds(
  order: PlatformOrder,
  context: HoldContext,
  released: Released = nothingReleased,
): HoldReason[] {
  return unique([...derivedHolds(order, context), ...platformHolds(order)], released);
}

/** The holds of origin `derived`: what a re-evaluation opens and closes. */
export function derivedHolds(
  order: HoldFacts,
  context: HoldContext,
  released: Released = nothingReleased,
): HoldReason[] {
  const found = [
    ...lineHolds(order, context),
    ...paymentHolds(order, context),
    ...methodHolds(order, context),
    ...addressHolds(order, context),
  ];
  return unique(found, released);
}

/** What the platform itself says against shipping. */
export function platformHolds(
  order: Pick<PlatformOrder, 'holds' | 'platformState' | 'platformStatus' | 'fulfilledBy'>,
): HoldReason[] {
  const found = order.holds.map(({ code, subject, reason }) =>
    // The one code that rules know as well, with payment methods for subjects: each ends for its own reason.
    fromPlatform(code, code === 'payment_blocked' ? `platform: ${subject.trim()}` : subject.trim(), reason),
  );
  const isExplained = order.holds.some((hold) => hold.code === 'platform_hold');
  if (order.platformState === 'unknown' && !isExplained) {
    const words = `The status "${order.platformStatus}" is not known to the desk`;
    found.push(fromPlatform('platform_hold', 'status', words));
  }
  if (order.platformState === 'unpaid') {
    found.push(fromPlatform('platform_hold', 'unpaid', 'The platform no longer shows it as paid'));
  }
  if (order.fulfilledBy !== 'merchant' && !order.holds.some((hold) => hold.subject === 'fulfilled_by')) {
    const who = order.fulfilledBy === 'platform' ? 'the platform itself' : 'another warehouse';
    found.push(fromPlatform('platform_hold', 'fulfilled_by', `It is now fulfilled by ${who}`));
  }
  return unique(found, nothingReleased);
}

/** A hold that a person released: with the platform's words that they judged, null for a rule's hold. */
export interface Release {
  readonly code: HoldCode;
  readonly subject: string;
  readonly reason: string | null;
}

/** A release is about what was said when it was given: for another reason the platform holds anew. */
export const overrules = (release: Release, hold: HoldReason): boolean =>
  holdKey(release) === holdKey(hold) && (release.reason ?? '') === (hold.detail.reason ?? '');

/** What is left to ship of a line that no outbound order has yet. */
export function quantityToShip(kind: OrderKind, line: HoldLine): number {
  if (!line.requiresShipping) return 0;
  const ordered = line.quantity - line.quantityCancelled;
  const accepted = line.quantityAccepted ?? null;
  const wanted = kind === 'b2b' && accepted !== null ? Math.min(ordered, accepted) : ordered;
  return Math.max(0, wanted - line.quantityShipped);
}

/** The key that a `sku_unmapped` or `sku_missing` hold waits for; null where the line has none to bind. */
export function keyOfHold(hold: {
  readonly code: HoldCode;
  readonly subject: string;
  readonly detail: Readonly<Record<string, string>>;
}): LineKey | null {
  const { keyKind } = hold.detail;
  if (keyKind !== 'sku' && keyKind !== 'product' && keyKind !== 'barcode') return null;
  return { kind: keyKind, key: hold.subject };
}

function lineHolds(order: HoldFacts, context: HoldContext): HoldReason[] {
  const toShip = order.lines.filter((line) => quantityToShip(order.kind, line) > 0);
  if (toShip.length === 0) return [derived('no_shippable_items', '', {})];
  const found: HoldReason[] = [];
  for (const line of toShip) {
    const key = keyOfLine(line, context.matchBy);
    if (key !== null && context.mappedKeys.has(keyText(key))) continue;
    found.push(keyHold(line, key));
  }
  return found;
}

/** A line without any key can only be repaired on the platform; its own id keeps two of them apart. */
function keyHold(line: HoldLine, key: LineKey | null): HoldReason {
  if (key === null) return derived('sku_missing', `line ${line.platformLineId}`, { name: line.name });
  const detail = { keyKind: key.kind, name: line.name };
  return derived(key.kind === 'product' ? 'sku_missing' : 'sku_unmapped', key.key, detail);
}

/** A purchase order is invoiced: its payment is not the desk's to judge. */
function paymentHolds(order: HoldFacts, context: HoldContext): HoldReason[] {
  if (order.kind === 'b2b') return [];
  const method = trimmed(order.paymentMethod) ?? '';
  const paymentClass = context.classOf.get(method);
  if (paymentClass === 'blocked') return [derived('payment_blocked', method, {})];
  if (paymentClass !== undefined || order.paymentRecord !== 'unknown') return [];
  return [derived('payment_unknown', method, {})];
}

function methodHolds(order: HoldFacts, context: HoldContext): HoldReason[] {
  if (!context.requiresMethodMapping) return [];
  const method = trimmed(order.shippingMethod);
  if (method === null) return [derived('shipping_method_missing', '', {})];
  return context.mappedMethods.has(method) ? [] : [derived('shipping_method_unmapped', method, {})];
}

function addressHolds(order: HoldFacts, context: HoldContext): HoldReason[] {
  const method = trimmed(order.shippingMethod);
  const toPickupPoint = method !== null && context.mappedMethods.get(method)?.toPickupPoint === true;
  const fields = missingFields(order.recipient, toPickupPoint);
  if (fields.length === 0) return [];
  return [derived('address_incomplete', fields.join(','), { fields: fields.join(', ') })];
}

const derived = (code: HoldCode, subject: string, detail: Readonly<Record<string, string>>): HoldReason => ({
  code,
  origin: 'derived',
  subject,
  detail,
});

const fromPlatform = (code: PlatformHold['code'], subject: string, reason: string): HoldReason => ({
  code,
  origin: 'platform',
  subject,
  detail: { reason },
});

function unique(found: readonly HoldReason[], released: Released): HoldReason[] {
  if (found.length === 0) return [];
  const byKey = new Map<string, HoldReason>();
  for (const hold of found) {
    const key = holdKey(hold);
    if (!byKey.has(key) && !released.has(key)) byKey.set(key, hold);
  }
  return [...byKey.values()];
}

/** A held order keeps its claim on stock, but for money that may never come and goods that may not be wanted. */
export const keepsClaim = (code: HoldCode): boolean => code !== 'payment_blocked' && code !== 'cancellation_requested';

const cured: ReadonlySet<HoldCode> = new Set([
  'sku_missing',
  'sku_unmapped',
  'shipping_method_missing',
  'shipping_method_unmapped',
  'stock_short',
]);

/** Holds that dispatch itself makes good: SKUs bound in the dialog, the channel chosen, stock looked at again. */
export const curedByDispatch = (code: HoldCode): boolean => cured.has(code);

/** Of those, what a batch makes good, with one warehouse and channel for all: SKUs are bound order by order. */
export const curedByBatch: readonly HoldCode[] = ['shipping_method_missing', 'shipping_method_unmapped', 'stock_short'];

/** Holds that end when the platform says something else: such orders are read again at every tick. */
export const platformCures: readonly HoldCode[] = [
  'sku_missing',
  'address_incomplete',
  'no_shippable_items',
  'shipping_method_missing',
  'cancellation_requested',
  'platform_hold',
  'scheduled',
];

/** Platform holds that only say that the desk does not understand: an operator looks and decides. */
const operatorDecides: ReadonlySet<string> = new Set(['status', 'fulfilled_by', 'tracking', 'address']);

/**
 * Who may release a hold by hand: nobody where there is a cause to mend; `note` says whether one is compulsory
 * because the release takes a risk.
 */
export function releaseRule(hold: { readonly code: HoldCode; readonly origin: HoldOrigin; readonly subject: string }): {
  readonly by: 'operator' | 'admin' | 'nobody';
  readonly note: boolean;
} {
  switch (hold.code) {
    case 'operator_hold':
    case 'stock_short':
      return { by: 'operator', note: false };
    case 'payment_blocked':
    case 'cancellation_requested':
      return { by: 'operator', note: true };
    case 'platform_hold':
      return { by: operatorDecides.has(hold.subject) ? 'operator' : 'admin', note: true };
    case 'scheduled':
      return { by: 'admin', note: true };
    default:
      return { by: 'nobody', note: false };
  }
}

const pickupTypePattern = /^(custom_)?(convenience_store|store_pickup|pickup_point|parcel_locker|cvs)/;

/** Whether a shipping type, by its code, delivers to a pickup point, so that the order needs a pickup-point code. */
export const goesToPickupPoint = (shippingTypeCode: string): boolean => pickupTypePattern.test(shippingTypeCode);
