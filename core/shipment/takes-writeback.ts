import { profileOf } from '../dispatch/look-again.ts';
import type { ConnectorRegistry } from '../ports/connector.ts';

/** Whether the platform wants to be told of shipments; false for read-only platforms, typed orders and our own API. */
export function takesWriteback(connectors: ConnectorRegistry, platform: string): boolean {
  const profile = profileOf(connectors, platform);
  return profile !== null && profile.fulfilment !== 'read_only' && profile.capabilities.ship;
}

/** False where the platform takes one shipment an order: then the last parcel tells for all. */
export const takesPartialShipments = (connectors: ConnectorRegistry, platform: string): boolean =>
  profileOf(connectors, platform)?.capabilities.partialShip ?? false;
