import { ConnectorError } from '../../core/errors.ts';
import type {
  Carrier,
  ConnectorSession,
  PlatformShipment,
  ShipmentToTell,
  ShipResult,
} from '../../core/ports/connector.ts';
import { isOn } from '../shared/settings.ts';
import { createClient, type GraphqlClient } from './client.ts';
import {
  fulfillDocument,
  fulfillmentLinesDocument,
  fulfillmentsDocument,
  orderPackagesDocument,
  packageLinesDocument,
} from './documents.ts';
import { meaningOfFulfilmentError, rejected } from './errors.ts';
import { type FulfilmentCall, planFulfilments, sameTracking, untold } from './plan.ts';
import {
  fulfillAnswer,
  fulfillmentLinesAnswer,
  fulfillmentsAnswer,
  idOf,
  type OrderPackage,
  orderGid,
  typedPackageLinesAnswer,
  typedPackagesAnswer,
} from './wire.ts';

/** Fulfillment orders may be split or moved between reading and writing: read them again this often. */
const readAgain = 2;
/** Lines in one nested page when reading for a shipment. */
const shippingLines = 50;

interface Fulfilled {
  readonly cancelledAt: string | null;
  readonly shipments: readonly PlatformShipment[];
}

/** Fulfilments with status SUCCESS; the others were cancelled or failed. Empty for an order that is not there. */
export async function readShipments(
  session: ConnectorSession,
  platformOrderId: string,
): Promise<readonly PlatformShipment[]> {
  const client = createClient(session, 'readShipments');
  return (await readFulfilled(client, platformOrderId))?.shipments ?? [];
}

/**
 * Tells one shipment: one fulfillmentCreate per location. The mutation is not idempotent, so the order is always read
 * first, whatever `lookFirst` says, and only what no fulfilment with this tracking number covers is sent. Throws
 * `rejected` when the order has nothing (left) to fulfil, is cancelled or on hold; `retryable` with `outcomeUnknown`
 * when no answer came.
 */
export async function ship(
  session: ConnectorSession,
  shipment: ShipmentToTell,
  _lookFirst: boolean,
): Promise<ShipResult> {
  const client = createClient(session, 'ship');
  for (let attempt = 1; ; attempt += 1) {
    const order = await readFulfilled(client, shipment.platformOrderId);
    if (order === null) throw rejected('ship', 'order_not_found', 'Shopify has no such order.');
    const lines = untold(shipment, order.shipments);
    if (lines.length === 0) return { outcome: 'already_there', platformShipmentId: idOfTracking(order, shipment) };
    if (order.cancelledAt) throw rejected('ship', 'order_cancelled', 'The order is cancelled in Shopify.');
    const packages = await readPackages(client, shipment.platformOrderId);
    const plan = planFulfilments(lines, packages);
    if (!plan.ok) throw rejected('ship', plan.code, plan.message);
    const told = await tell(client, session, shipment, plan.calls, attempt <= readAgain);
    if (told !== 'read_again') return told;
  }
}

async function tell(
  client: GraphqlClient,
  session: ConnectorSession,
  shipment: ShipmentToTell,
  calls: readonly FulfilmentCall[],
  mayReadAgain: boolean,
): Promise<ShipResult | 'read_again'> {
  let platformShipmentId: string | null = null;
  for (const lineItemsByFulfillmentOrder of calls) {
    const fulfillment = {
      lineItemsByFulfillmentOrder,
      trackingInfo: {
        company: shipment.carrier,
        number: shipment.trackingNumber,
        ...(shipment.trackingUrl === null ? {} : { url: shipment.trackingUrl }),
      },
      notifyCustomer: isOn(session.settings.notify_customer, false),
    };
    const { data } = await client.mutate(fulfillDocument, { fulfillment }, fulfillAnswer);
    const answer = data.fulfillmentCreate;
    const refusal = answer?.userErrors[0];
    if (refusal !== undefined) {
      const meaning = meaningOfFulfilmentError(refusal.message);
      if (meaning !== 'refused' && mayReadAgain) return 'read_again';
      throw rejected('ship', meaning === 'refused' ? 'user_error' : `fulfillment_order_${meaning}`, refusal.message);
    }
    if (!answer?.fulfillment) throw unclear();
    platformShipmentId ??= idOf(answer.fulfillment.id);
  }
  return { outcome: 'accepted', platformShipmentId };
}

/** Neither a fulfilment nor an error came back: only a look can tell. */
const unclear = (): ConnectorError =>
  new ConnectorError('shopify ship: the answer names no fulfilment', {
    kind: 'retryable',
    platform: 'shopify',
    operation: 'ship',
    platformCode: 'no_fulfillment',
    outcomeUnknown: true,
  });

const idOfTracking = (order: Fulfilled, shipment: ShipmentToTell): string | null =>
  order.shipments.find((known) => sameTracking(known, shipment.trackingNumber))?.platformShipmentId ?? null;

async function readFulfilled(client: GraphqlClient, platformOrderId: string): Promise<Fulfilled | null> {
  const { data } = await client.query(fulfillmentsDocument, { id: orderGid(platformOrderId) }, fulfillmentsAnswer);
  if (data.order === null) return null;
  const shipments: PlatformShipment[] = [];
  for (const item of data.order.fulfillments.filter(({ status }) => status === 'SUCCESS')) {
    const nodes = [...item.fulfillmentLineItems.nodes];
    let { pageInfo } = item.fulfillmentLineItems;
    while (pageInfo.hasNextPage && pageInfo.endCursor) {
      const variables = { id: `gid://shopify/Fulfillment/${idOf(item.id)}`, after: pageInfo.endCursor };
      const more = await client.query(fulfillmentLinesDocument, variables, fulfillmentLinesAnswer);
      const page = more.data.fulfillment?.fulfillmentLineItems;
      if (page === undefined) break;
      nodes.push(...page.nodes);
      pageInfo = page.pageInfo;
    }
    shipments.push({
      platformShipmentId: idOf(item.id),
      trackingNumbers: item.trackingInfo.flatMap(({ number }) => (number ? [number] : [])),
      lines: nodes.map((node) => ({ platformLineId: idOf(node.lineItem.id), quantity: node.quantity ?? 0 })),
    });
  }
  return { cancelledAt: data.order.cancelledAt ?? null, shipments };
}

async function readPackages(client: GraphqlClient, platformOrderId: string): Promise<readonly OrderPackage[]> {
  const packages: OrderPackage[] = [];
  let after: string | null = null;
  do {
    const variables = { id: orderGid(platformOrderId), after, lines: shippingLines };
    const answer: Awaited<ReturnType<typeof queryPackages>> = await queryPackages(client, variables);
    const page = answer.data.order?.fulfillmentOrders;
    for (const item of page?.nodes ?? []) packages.push(await withAllLines(client, item));
    after = page?.pageInfo.hasNextPage ? (page.pageInfo.endCursor ?? null) : null;
  } while (after !== null);
  return packages;
}

const queryPackages = (client: GraphqlClient, variables: { id: string; after: string | null; lines: number }) =>
  client.query(orderPackagesDocument, variables, typedPackagesAnswer);

async function withAllLines(client: GraphqlClient, item: OrderPackage): Promise<OrderPackage> {
  const nodes = [...item.lineItems.nodes];
  let info = item.lineItems.pageInfo;
  while (info?.hasNextPage === true && info.endCursor) {
    const variables = { id: item.id, after: info.endCursor, lines: shippingLines };
    const { data } = await client.query(packageLinesDocument, variables, typedPackageLinesAnswer);
    const page = data.fulfillmentOrder?.lineItems;
    nodes.push(...(page?.nodes ?? []));
    info = page?.pageInfo;
  }
  return { ...item, lineItems: { pageInfo: { hasNextPage: false }, nodes } };
}

/** Names that Shopify documents and builds tracking links for; there is no call that lists them. Any other is free text. */
const documentedCarriers = [
  '4PX',
  'Australia Post',
  'Canada Post',
  'DHL Express',
  'FedEx',
  'Royal Mail',
  'SF Express',
  'Sagawa (JA)',
  'Singapore Post',
  'UPS',
  'USPS',
  'Yamato (JA)',
] as const;

export const carriers = async (_session: ConnectorSession): Promise<readonly Carrier[]> =>
  documentedCarriers.map((name) => ({ code: name, name }));
