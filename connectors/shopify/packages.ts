import type { PlatformPackage } from '../../core/order/types.ts';
import { idOf, type Order, type OrderPackage } from './wire.ts';

/** Still to be shipped by somebody. */
export const isLive = (item: OrderPackage): boolean => item.status !== 'CLOSED' && item.status !== 'CANCELLED';

/** Shopify would take a fulfilment of it from us now. */
export const isFulfillable = (item: OrderPackage): boolean =>
  (item.status === 'OPEN' || item.status === 'IN_PROGRESS') &&
  item.supportedActions.some(({ action }) => action === 'CREATE_FULFILLMENT');

/** Requested from a fulfilment service that is not us: that service creates the fulfilment. */
const serviceStates: ReadonlySet<string> = new Set([
  'SUBMITTED',
  'ACCEPTED',
  'CANCELLATION_REQUESTED',
  'CANCELLATION_REJECTED',
]);

export const isOfAnotherService = (item: OrderPackage): boolean =>
  isLive(item) && !isFulfillable(item) && serviceStates.has(item.requestStatus ?? '');

const hasRemaining = (item: OrderPackage): boolean => item.lineItems.nodes.some((line) => line.remainingQuantity > 0);

/** A delivery method that is not said counts as shipping. */
const isShippedFrom = (item: OrderPackage, methods: readonly string[]): boolean =>
  methods.includes(item.deliveryMethod?.methodType ?? 'SHIPPING') || !item.deliveryMethod?.methodType;

/**
 * Fulfillment orders as packages; cancelled and closed ones have nothing left and are kept for their state. Where
 * Shopify shows none (a scope is missing), the order itself stands as one that cannot be shipped.
 */
export function packagesOf(order: Order, methods: readonly string[]): readonly PlatformPackage[] {
  const shown = order.fulfillmentOrders?.nodes ?? [];
  if (shown.length === 0) {
    return [{ platformPackageId: idOf(order.id), location: null, state: null, shippable: false, lines: [] }];
  }
  return shown.map((item) => ({
    platformPackageId: idOf(item.id),
    location: item.assignedLocation?.name?.trim() || null,
    state: item.status,
    shippable: isFulfillable(item) && hasRemaining(item) && isShippedFrom(item, methods),
    lines: item.lineItems.nodes
      .filter((line) => line.remainingQuantity > 0)
      .map((line) => ({
        platformLineId: idOf(line.lineItem.id),
        platformPackageLineId: idOf(line.id),
        quantity: line.remainingQuantity,
      })),
  }));
}

export interface ServedElsewhere {
  /** Every live package is another service's. */
  readonly wholeOrder: boolean;
  /** Lines of which nothing is left for us. */
  readonly lines: ReadonlySet<string>;
  /** Lines of which a part is ours and a part another service's. */
  readonly shared: readonly string[];
}

/** What a third-party fulfilment service ships: not ours to ship, and not ours to count as missing. */
export function servedElsewhere(order: Order): ServedElsewhere {
  const live = (order.fulfillmentOrders?.nodes ?? []).filter((item) => isLive(item) && hasRemaining(item));
  const theirs = lineIds(live.filter(isOfAnotherService));
  const ours = lineIds(live.filter((item) => !isOfAnotherService(item)));
  const shared = [...theirs].filter((id) => ours.has(id));
  const lines = new Set([...theirs].filter((id) => !ours.has(id)));
  const wholeOrder = live.length > 0 && live.every(isOfAnotherService);
  return { wholeOrder, lines: wholeOrder ? new Set() : lines, shared };
}

const lineIds = (packages: readonly OrderPackage[]): ReadonlySet<string> =>
  new Set(
    packages.flatMap((item) =>
      item.lineItems.nodes.filter((line) => line.remainingQuantity > 0).map((line) => idOf(line.lineItem.id)),
    ),
  );
