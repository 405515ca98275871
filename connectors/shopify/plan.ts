import type { PlatformShipment, ShipmentToTell } from '../../core/ports/connector.ts';
import { isFulfillable } from './packages.ts';
import { idOf, type OrderPackage } from './wire.ts';

/** Shopify's limit of lines in one fulfillmentCreate. */
const linesPerCall = 512;

type Lines = ShipmentToTell['lines'];

interface FulfilmentOrderLines {
  readonly fulfillmentOrderId: string;
  readonly fulfillmentOrderLineItems: readonly { readonly id: string; readonly quantity: number }[];
}

/** The `lineItemsByFulfillmentOrder` of one call: one location, at most 512 lines. */
export type FulfilmentCall = readonly FulfilmentOrderLines[];

export type FulfilmentPlan =
  | { readonly ok: true; readonly calls: readonly FulfilmentCall[] }
  | { readonly ok: false; readonly code: string; readonly message: string };

const bare = (number: string): string => number.replace(/[\s-]/g, '').toUpperCase();

export const sameTracking = (shipment: PlatformShipment, trackingNumber: string): boolean =>
  shipment.trackingNumbers.some((number) => bare(number) === bare(trackingNumber));

/**
 * What of the shipment no fulfilment with its tracking number covers yet: all of it at first, a part after a crash
 * between two locations, nothing when it was told.
 */
export function untold(shipment: ShipmentToTell, known: readonly PlatformShipment[]): Lines {
  const told = new Map<string, number>();
  for (const line of known
    .filter((item) => sameTracking(item, shipment.trackingNumber))
    .flatMap((item) => item.lines)) {
    told.set(line.platformLineId, (told.get(line.platformLineId) ?? 0) + line.quantity);
  }
  return shipment.lines.flatMap((line) => {
    const quantity = line.quantity - (told.get(line.platformLineId) ?? 0);
    return quantity > 0 ? [{ platformLineId: line.platformLineId, quantity }] : [];
  });
}

/** Spreads the lines over what is left in the fulfillment orders that Shopify lets us fulfil, by location. Pure. */
export function planFulfilments(lines: Lines, packages: readonly OrderPackage[]): FulfilmentPlan {
  const needed = new Map<string, number>();
  for (const line of lines) needed.set(line.platformLineId, (needed.get(line.platformLineId) ?? 0) + line.quantity);
  const byLocation = new Map<string, FulfilmentOrderLines[]>();
  for (const item of packages.filter(isFulfillable)) {
    const taken = item.lineItems.nodes.flatMap((node) => {
      const line = idOf(node.lineItem.id);
      const quantity = Math.min(node.remainingQuantity, needed.get(line) ?? 0);
      if (quantity <= 0) return [];
      needed.set(line, (needed.get(line) ?? 0) - quantity);
      return [{ id: node.id, quantity }];
    });
    if (taken.length === 0) continue;
    const location = item.assignedLocation?.location?.id ?? item.assignedLocation?.name ?? '';
    const calls = byLocation.get(location) ?? [];
    byLocation.set(location, [...calls, { fulfillmentOrderId: item.id, fulfillmentOrderLineItems: taken }]);
  }
  if ([...needed.values()].some((quantity) => quantity > 0)) return refusal(packages);
  return { ok: true, calls: [...byLocation.values()].flatMap(cut) };
}

function refusal(packages: readonly OrderPackage[]): FulfilmentPlan {
  const has = (status: string): boolean => packages.some((item) => item.status === status);
  if (packages.length === 0) {
    const message =
      'Shopify shows no fulfillment orders. Authorize again and allow merchant-managed fulfillment orders.';
    return { ok: false, code: 'no_fulfillment_orders', message };
  }
  if (has('ON_HOLD')) {
    return {
      ok: false,
      code: 'on_hold',
      message: 'The order is on hold in Shopify. Release it there, then try again.',
    };
  }
  if (has('SCHEDULED')) {
    return {
      ok: false,
      code: 'scheduled',
      message: 'The order is scheduled for later in Shopify. Open it there first.',
    };
  }
  const message =
    'Shopify has less left to fulfil than was shipped: it was fulfilled, cancelled or refunded meanwhile.';
  return { ok: false, code: 'nothing_left_to_fulfil', message };
}

/** One call's worth after the other, no longer than Shopify takes. */
function cut(location: readonly FulfilmentOrderLines[]): FulfilmentCall[] {
  const calls: FulfilmentOrderLines[][] = [];
  let room = 0;
  for (const item of location) {
    for (let from = 0; from < item.fulfillmentOrderLineItems.length; ) {
      if (room === 0) {
        calls.push([]);
        room = linesPerCall;
      }
      const part = item.fulfillmentOrderLineItems.slice(from, from + room);
      calls.at(-1)?.push({ fulfillmentOrderId: item.fulfillmentOrderId, fulfillmentOrderLineItems: part });
      from += part.length;
      room -= part.length;
    }
  }
  return calls;
}
