import { z } from 'zod';
import type { Carrier, ConnectorSession, ShipmentToTell } from '../../core/ports/connector.ts';
import { createClient, type StoreClient } from './client.ts';
import { isCode, isHiddenIndex, rejected } from './errors.ts';
import { plainText } from './plain-text.ts';
import { sameNumber } from './record.ts';
import { id, note, providers, site, tracking } from './wire.ts';

/** Where a tracking number is told: one of two plugins, or the order itself. */
export type TrackingPlace = 'shipment_tracking' | 'ast' | 'core';

const namespaces = { shipment_tracking: 'wc-shipment-tracking/v3', ast: 'wc-ast/v3' } as const;

/** By the store's setting, else by the plugins that it has now. */
export async function trackingPlace(
  client: StoreClient,
  settings: Readonly<Record<string, string>>,
): Promise<TrackingPlace> {
  const chosen = settings.tracking_method;
  if (chosen === 'shipment_tracking' || chosen === 'ast' || chosen === 'core') return chosen;
  const present = await pluginNamespaces(client);
  if (present.includes(namespaces.shipment_tracking)) return 'shipment_tracking';
  return present.includes(namespaces.ast) ? 'ast' : 'core';
}

/** From the site's index; where that is hidden, by asking for each plugin's own. */
async function pluginNamespaces(client: StoreClient): Promise<readonly string[]> {
  try {
    const { value } = await client.get('', { _fields: 'namespaces' });
    const parsed = site.safeParse(value);
    return parsed.success ? (parsed.data.namespaces ?? []) : [];
  } catch (error) {
    if (!isHiddenIndex(error)) throw error;
  }
  const present: string[] = [];
  for (const namespace of Object.values(namespaces)) {
    try {
      await client.get(namespace);
      present.push(namespace);
    } catch (error) {
      if (!isCode(error, 'rest_no_route')) throw error;
    }
  }
  return present;
}

/**
 * Brings the number to its place unless it is there already: none of the places refuses a repeat, so each is listed
 * first (`found`: it was there, nothing was sent). For `core` that is the note to the buyer; the number itself goes with the order's own update.
 */
export async function tellTracking(
  client: StoreClient,
  place: TrackingPlace,
  shipment: ShipmentToTell,
  settings: { readonly hasNote: boolean },
): Promise<'told' | 'found'> {
  if (place === 'core') return settings.hasNote ? addNote(client, shipment) : 'told';
  if (await isListed(client, place, shipment)) return 'found';
  const path = trackingsPath(place, shipment.platformOrderId);
  const date = shipment.shippedAt.toISOString().slice(0, 10);
  const common = { tracking_number: shipment.trackingNumber, date_shipped: date };
  if (place === 'ast') {
    // 1 completes the order, 0 leaves its status; earlier parcels of the order stay.
    const status = { status_shipped: shipment.completesOrder ? 1 : 0, replace_tracking: 0 };
    await client.post(path, { tracking_provider: shipment.carrier, ...common, ...status });
    return 'told';
  }
  const known = await providerNames(client, shipment.platformOrderId);
  const name = known.find((item) => item.toLowerCase() === shipment.carrier.trim().toLowerCase());
  const link = shipment.trackingUrl === null ? {} : { custom_tracking_link: shipment.trackingUrl };
  const provider =
    name === undefined ? { custom_tracking_provider: shipment.carrier, ...link } : { tracking_provider: name };
  await client.post(path, { ...provider, ...common });
  return 'told';
}

/** True when the plugin shows this number on the order. Always false for `core`, which lists none. */
export async function isListed(
  client: StoreClient,
  place: TrackingPlace,
  shipment: Pick<ShipmentToTell, 'platformOrderId' | 'trackingNumber'>,
): Promise<boolean> {
  if (place === 'core') return false;
  const { value } = await client.get(trackingsPath(place, shipment.platformOrderId));
  return (Array.isArray(value) ? value : []).some((item) => {
    const parsed = tracking.safeParse(item);
    return parsed.success && sameNumber(String(parsed.data.tracking_number ?? ''), shipment.trackingNumber);
  });
}

const trackingsPath = (place: 'shipment_tracking' | 'ast', orderId: string): string =>
  `${namespaces[place]}/orders/${orderId}/shipment-trackings`;

async function addNote(client: StoreClient, shipment: ShipmentToTell): Promise<'told' | 'found'> {
  const path = `wc/v3/orders/${shipment.platformOrderId}/notes`;
  const { value } = await client.get(path, { type: 'customer' });
  const isThere = (Array.isArray(value) ? value : []).some((item) => {
    const parsed = note.safeParse(item);
    return parsed.success && plainText(parsed.data.note ?? '').includes(shipment.trackingNumber);
  });
  if (isThere) return 'found';
  const link = shipment.trackingUrl === null ? '' : ` ${shipment.trackingUrl}`;
  const text = `Shipped with ${shipment.carrier}, tracking number ${shipment.trackingNumber}.${link}`;
  await client.post(path, { note: text, customer_note: true });
  return 'told';
}

/** The extension's providers, all countries together. */
async function providerNames(client: StoreClient, orderId: string): Promise<readonly string[]> {
  const { value } = await client.get(`${trackingsPath('shipment_tracking', orderId)}/providers`);
  const parsed = providers.safeParse(value);
  if (!parsed.success) return [];
  return [...new Set(Object.values(parsed.data).flatMap((country) => Object.keys(country)))].sort();
}

/** What a carrier can be paired with: the plugin's providers. Empty without one: then any name is passed as it is. */
export async function carriers(session: ConnectorSession): Promise<readonly Carrier[]> {
  const client = createClient(session, 'carriers');
  if ((await trackingPlace(client, session.settings)) !== 'shipment_tracking') return [];
  // The list hangs below an order, whichever.
  const { value } = await client.get('wc/v3/orders', { per_page: '1', _fields: 'id' });
  const any = z.array(z.looseObject({ id })).safeParse(value);
  const orderId = any.success ? any.data[0]?.id : undefined;
  return orderId === undefined ? [] : (await providerNames(client, orderId)).map((name) => ({ code: name, name }));
}

/** The plugin that the setting names is gone. */
export const isPluginMissing = (error: unknown): boolean => isCode(error, 'rest_no_route');

export const pluginMissing = () =>
  rejected('ship', 'tracking_plugin_missing', 'The store’s tracking plugin does not answer. Check that it is active.');
