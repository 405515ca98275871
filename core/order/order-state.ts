import type { HoldCode, HoldOrigin, OrderKind, OrderStatus, PlatformState } from './types.ts';

export const outboundStatuses = ['created', 'picking', 'packed', 'partially_shipped', 'shipped', 'cancelled'] as const;
export type OutboundStatus = (typeof outboundStatuses)[number];

export type Recall = 'none' | 'requested' | 'recalled' | 'refused';

export const writebackStates = [
  'pending',
  'sending',
  'accepted',
  'confirmed',
  'retry',
  'failed',
  'parked',
  'closed',
] as const;
export type WritebackState = (typeof writebackStates)[number];
export type WritebackKind = 'acceptance' | 'shipment' | 'cancellation';

/** The last dispatch or cancellation: what an undo would take back. */
export interface LastDeed {
  readonly event: 'dispatch' | 'cancel';
  readonly personId: string | null;
  readonly actorName: string;
  readonly at: Date;
  /** The status before it. */
  readonly from: OrderStatus;
}

/** As much of an order as says which actions are open: a list row can supply it. */
export interface OrderFacts {
  readonly kind: OrderKind;
  readonly status: OrderStatus;
  readonly openHolds: readonly {
    readonly code: HoldCode;
    readonly subject: string;
    readonly detail?: Readonly<Record<string, string>> | undefined;
  }[];
  readonly outbound: readonly { readonly status: OutboundStatus; readonly recall: Recall }[];
  readonly writebacks: readonly {
    readonly kind: WritebackKind;
    readonly state: WritebackState;
    /** Calls that were begun, whatever came of them. */
    readonly attempts: number;
    /** Accepted, but a read-back did not see it (an open exception says so). */
    readonly isUnconfirmed: boolean;
  }[];
  /** Null where nobody looked it up: then no undo is offered. */
  readonly lastDeed: LastDeed | null;
}

export interface OrderLineState {
  readonly id: string;
  readonly platformLineId: string;
  readonly name: string;
  readonly sku: string | null;
  readonly platformProductId: string | null;
  readonly barcode: string | null;
  readonly quantity: number;
  readonly quantityCancelled: number;
  /** Shipped by us: confirmed shipments and shipments by hand. */
  readonly quantityShipped: number;
  /** Shipped according to the platform, ours included once it knows them. */
  readonly platformQuantityShipped: number;
  /** b2b: what was accepted; null before the acknowledgment. */
  readonly quantityAccepted: number | null;
  readonly requiresShipping: boolean;
  /** The platform took the line away. */
  readonly isRemoved: boolean;
}

export interface OutboundLineState {
  readonly id: string;
  readonly orderLineId: string;
  readonly quantity: number;
  readonly quantityShipped: number;
  readonly components: readonly { readonly productId: string; readonly perUnit: number }[];
}

export interface OutboundState {
  readonly id: string;
  readonly number: number;
  readonly status: OutboundStatus;
  readonly recall: Recall;
  readonly warehouseId: string;
  readonly shippingChannelId: string;
  /** Marked by the warehouse; null while all is well. */
  readonly exceptionReason: string | null;
  readonly version: number;
  readonly createdBy: string;
  readonly createdByPersonId: string | null;
  readonly createdAt: Date;
  readonly lines: readonly OutboundLineState[];
}

export interface HoldState {
  readonly id: string;
  readonly code: HoldCode;
  readonly origin: HoldOrigin;
  readonly subject: string;
  readonly detail: Readonly<Record<string, string>>;
}

export interface WritebackRowState {
  readonly id: string;
  readonly kind: WritebackKind;
  readonly state: WritebackState;
  readonly shipmentId: string | null;
  readonly attempts: number;
  readonly isUnconfirmed: boolean;
}

/** An order with everything that the rules of its life look at. */
export interface OrderState extends OrderFacts {
  readonly id: string;
  readonly number: string;
  readonly version: number;
  readonly platformState: PlatformState;
  /** A shipment without outbound order exists: a person shipped it. */
  readonly wasShippedByHand: boolean;
  readonly lines: readonly OrderLineState[];
  readonly openHolds: readonly HoldState[];
  readonly outbound: readonly OutboundState[];
  readonly writebacks: readonly WritebackRowState[];
}

/** Nothing was ever sent of it: it waits for its time, or for an authorization that died meanwhile. */
export const isUntold = (writeback: { readonly state: WritebackState; readonly attempts: number }): boolean =>
  writeback.attempts === 0 && (writeback.state === 'pending' || writeback.state === 'parked');

/** The warehouse has begun: from here on it is asked, not told. */
export const isBegun = (outbound: { readonly status: OutboundStatus }): boolean =>
  outbound.status === 'picking' ||
  outbound.status === 'packed' ||
  outbound.status === 'partially_shipped' ||
  outbound.status === 'shipped';

/** Still holds stock and can still ship. */
export const isOpen = (outbound: { readonly status: OutboundStatus }): boolean =>
  outbound.status !== 'shipped' && outbound.status !== 'cancelled';

/** How much of an outbound line counts against what was ordered: a closed outbound order counts what it shipped. */
export function liveQuantity(
  outbound: { readonly status: OutboundStatus },
  line: { readonly quantity: number; readonly quantityShipped: number },
): number {
  return isOpen(outbound) ? line.quantity : line.quantityShipped;
}

/** Σ live outbound of one order line: never above what was ordered and not cancelled. */
export function liveOutboundQuantity(order: Pick<OrderState, 'outbound'>, orderLineId: string): number {
  let sum = 0;
  for (const outbound of order.outbound) {
    for (const line of outbound.lines) {
      if (line.orderLineId === orderLineId) sum += liveQuantity(outbound, line);
    }
  }
  return sum;
}

/** Shipped through outbound orders; the rest of `quantityShipped` was shipped by hand. */
function shippedThroughOutbound(order: Pick<OrderState, 'outbound'>, orderLineId: string): number {
  let sum = 0;
  for (const outbound of order.outbound) {
    for (const line of outbound.lines) if (line.orderLineId === orderLineId) sum += line.quantityShipped;
  }
  return sum;
}

/** What is wanted of a line: ordered less cancelled, or for b2b what was accepted of that. */
export function wantedQuantity(order: Pick<OrderState, 'kind'>, line: OrderLineState): number {
  if (line.isRemoved || !line.requiresShipping) return 0;
  const ordered = Math.max(0, line.quantity - line.quantityCancelled);
  return order.kind === 'b2b' && line.quantityAccepted !== null ? Math.min(ordered, line.quantityAccepted) : ordered;
}

/**
 * What is left to dispatch of a line: wanted, less live outbound, less shipped by hand, less what the platform says
 * was shipped elsewhere (its figure beyond ours).
 */
export function quantityToDispatch(order: OrderState, line: OrderLineState): number {
  const byHand = line.quantityShipped - shippedThroughOutbound(order, line.id);
  const elsewhere = Math.max(0, line.platformQuantityShipped - line.quantityShipped);
  return Math.max(0, wantedQuantity(order, line) - liveOutboundQuantity(order, line.id) - byHand - elsewhere);
}

/** [{ orderLineId, quantity }] of all that is left to dispatch; empty when nothing is. */
export function linesToDispatch(order: OrderState): { orderLineId: string; quantity: number }[] {
  return order.lines
    .map((line) => ({ orderLineId: line.id, quantity: quantityToDispatch(order, line) }))
    .filter((line) => line.quantity > 0);
}

/** Stock that an outbound order still claims, by product: its unshipped lines times their recipe. */
export function claimOf(outbound: OutboundState): Map<string, number> {
  const claim = new Map<string, number>();
  if (!isOpen(outbound)) return claim;
  for (const line of outbound.lines) {
    const left = line.quantity - line.quantityShipped;
    if (left === 0) continue;
    for (const part of line.components) {
      claim.set(part.productId, (claim.get(part.productId) ?? 0) + left * part.perUnit);
    }
  }
  return claim;
}
