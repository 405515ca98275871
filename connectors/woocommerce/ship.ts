import { ConnectorError } from '../../core/errors.ts';
import type { ConnectorSession, PlatformShipment, ShipmentToTell, ShipResult } from '../../core/ports/connector.ts';
import { isOn } from '../shared/settings.ts';
import { createClient, type StoreClient } from './client.ts';
import { isCode, rejected } from './errors.ts';
import { entryOf, foreignNumbers, recordKey, recordOf, sameNumber, shipmentsOf } from './record.ts';
import { isListed, isPluginMissing, pluginMissing, tellTracking, trackingPlace } from './tracking.ts';
import { type Shippable, shippable } from './wire.ts';

/** Statuses in which WooCommerce would still take anything, so the refusal is ours. */
const endWords: Readonly<Record<string, string>> = {
  completed: 'The order is already completed in the shop, without this tracking number.',
  cancelled: 'The order is cancelled in the shop.',
  refunded: 'The order is refunded in the shop.',
  trash: 'The order is in the shop’s trash.',
  failed: 'The order’s payment failed in the shop.',
};

/** Shipments told by us with their lines, and tracking numbers that others put on the order. Empty when it is gone. */
export async function readShipments(
  session: ConnectorSession,
  platformOrderId: string,
): Promise<readonly PlatformShipment[]> {
  const order = await readOrder(createClient(session, 'readShipments'), platformOrderId);
  return order === null ? [] : shipmentsOf(order.meta_data);
}

/**
 * Tells one shipment: first the tracking number in its place (plugin, or a note to the buyer), then one update of the
 * order with our record, and with status completed when nothing is left to ship. WooCommerce refuses no repeat, so
 * everything is looked up first, whatever `lookFirst` says. Throws `rejected` for an order that ended otherwise.
 */
export async function ship(
  session: ConnectorSession,
  shipment: ShipmentToTell,
  _lookFirst: boolean,
): Promise<ShipResult> {
  const client = createClient(session, 'ship');
  const order = await readOrder(client, shipment.platformOrderId);
  if (order === null) throw rejected('ship', 'order_not_found', 'The shop has no such order any more.');
  const record = recordOf(order.meta_data);
  const isTold = record.some((item) => item.id === shipment.shipmentId);
  // The record and the status travel in one update, so the record alone proves that all of it was done.
  if (isTold) return { outcome: 'already_there', platformShipmentId: shipment.shipmentId };
  try {
    const place = await trackingPlace(client, session.settings);
    const end = endWords[order.status];
    if (end !== undefined) {
      const numbers = foreignNumbers(order.meta_data);
      const isThere =
        numbers.some((number) => sameNumber(number, shipment.trackingNumber)) ||
        (await isListed(client, place, shipment));
      if (order.status === 'completed' && isThere) return { outcome: 'already_there', platformShipmentId: null };
      throw rejected('ship', `order_${order.status}`, end);
    }
    const tracking = await tellTracking(client, place, shipment, {
      hasNote: isOn(session.settings.customer_note, true),
    });
    const meta = [{ key: recordKey, value: [...record, entryOf(shipment)] }];
    const own = [
      { key: '_tracking_number', value: shipment.trackingNumber },
      { key: '_tracking_provider', value: shipment.carrier },
    ];
    await client.put(`wc/v3/orders/${shipment.platformOrderId}`, {
      ...(shipment.completesOrder ? { status: 'completed' } : {}),
      meta_data: place === 'core' ? [...meta, ...own] : meta,
    });
    const outcome = tracking === 'found' ? 'already_there' : 'accepted';
    return { outcome, platformShipmentId: shipment.shipmentId };
  } catch (error) {
    throw isPluginMissing(error) ? pluginMissing() : error;
  }
}

/** Sets the status; WooCommerce puts the stock back, no money moves. An order that is out already is success. */
export async function cancel(session: ConnectorSession, platformOrderId: string, _reason: string): Promise<void> {
  const client = createClient(session, 'cancel');
  const order = await readOrder(client, platformOrderId);
  if (order === null) throw rejected('cancel', 'order_not_found', 'The shop has no such order any more.');
  if (order.status === 'cancelled' || order.status === 'refunded' || order.status === 'trash') return;
  if (order.status === 'completed') {
    throw rejected('cancel', 'order_completed', 'The order is completed in the shop: refund it there instead.');
  }
  await client.put(`wc/v3/orders/${platformOrderId}`, { status: 'cancelled' });
}

async function readOrder(client: StoreClient, platformOrderId: string): Promise<Shippable | null> {
  if (!/^[1-9]\d{0,19}$/.test(platformOrderId)) return null;
  try {
    const parsed = shippable.safeParse((await client.get(`wc/v3/orders/${platformOrderId}`)).value);
    if (parsed.success) return parsed.data;
  } catch (error) {
    if (isCode(error, 'woocommerce_rest_shop_order_invalid_id')) return null;
    throw error;
  }
  throw new ConnectorError('woocommerce ship: the order has another shape than expected', {
    kind: 'permanent',
    platform: 'woocommerce',
    operation: 'ship',
    platformCode: 'bad_answer',
  });
}
