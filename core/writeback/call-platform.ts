import { ConnectorError } from '../errors.ts';
import type { Connector, ConnectorSession, ShipmentToTell } from '../ports/connector.ts';
import type { OutgoingPorts, WritebackRow } from '../ports/outgoing.ts';
import type { BasePorts } from '../ports/ports.ts';
import { shipmentToTell } from './shipment-to-tell.ts';

/** `unpaired`: nothing was sent, the platform wants a paired carrier. */
export type Told =
  | { readonly outcome: 'accepted'; readonly platformShipmentId: string | null }
  | { readonly outcome: 'unpaired'; readonly carrierName: string };

/**
 * Tells the platform what the writeback says. Outside of any transaction. Throws `ConnectorError`. A refusal of a
 * shipment that the platform shows with this very tracking number is no failure: somebody, or an attempt of ours whose
 * answer was lost, has told it.
 */
export async function callPlatform(
  ports: BasePorts & OutgoingPorts,
  row: WritebackRow,
  lookFirst: boolean,
  signal: AbortSignal,
): Promise<Told> {
  const { merchantId, storeId } = row;
  const message = await ports.database.transaction((tx) => ports.writebacks.message(tx, merchantId, row.id));
  if (message === null) throw new Error('A writeback without an order.');
  return ports.platforms.withStore(
    { merchantId, storeId },
    async ({ connector, session }): Promise<Told> => {
      if (row.kind === 'cancellation') {
        if (connector.cancel === undefined) throw cannot(message.platform, 'cancel');
        await connector.cancel(session, message.platformOrderId, row.reason ?? '');
        return { outcome: 'accepted', platformShipmentId: null };
      }
      const shipment = shipmentToTell(message, connector.profile);
      if (shipment === null) return { outcome: 'unpaired', carrierName: message.shipment?.carrierName ?? '' };
      return ship(connector, session, shipment, lookFirst);
    },
    signal,
  );
}

async function ship(
  connector: Connector,
  session: ConnectorSession,
  shipment: ShipmentToTell,
  lookFirst: boolean,
): Promise<Told> {
  if (connector.ship === undefined) throw cannot(connector.profile.platform, 'ship');
  try {
    const { platformShipmentId } = await connector.ship(session, shipment, lookFirst);
    return { outcome: 'accepted', platformShipmentId };
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.kind !== 'rejected') throw error;
    const there = await findTold(connector, session, shipment);
    if (there === null) throw error;
    return { outcome: 'accepted', platformShipmentId: there };
  }
}

/** The platform's id of the shipment with this tracking number; null when it has none, or cannot be asked. */
export async function findTold(
  connector: Connector,
  session: ConnectorSession,
  shipment: Pick<ShipmentToTell, 'platformOrderId' | 'trackingNumber'>,
): Promise<string | null> {
  if (connector.readShipments === undefined) return null;
  const wanted = normalized(shipment.trackingNumber);
  const shipments = await connector.readShipments(session, shipment.platformOrderId);
  return (
    shipments.find((known) => known.trackingNumbers.some((number) => normalized(number) === wanted))
      ?.platformShipmentId ?? null
  );
}

/** Platforms drop spaces and dashes, and change case. */
const normalized = (number: string): string => number.replaceAll(/[\s-]/g, '').toUpperCase();

const cannot = (platform: string, operation: string): ConnectorError =>
  new ConnectorError(`${platform} has no ${operation}`, {
    kind: 'permanent',
    platform,
    operation,
    platformCode: 'not_supported',
    platformMessage: 'This platform takes no such message.',
  });
