import { ConnectorError } from '../../core/errors.ts';
import type {
  Carrier,
  ConnectorSession,
  PlatformShipment,
  ShipmentToTell,
  ShipResult,
} from '../../core/ports/connector.ts';
import { callApi, readAnswer } from './client.ts';
import { carriersWire, fulfilmentCreatedWire, fulfilmentsWire } from './wire.ts';

/** The fulfilments that the marketplace has for one order; `rejected` when it does not know the order. */
export async function readShipments(
  baseUrl: string,
  session: ConnectorSession,
  platformOrderId: string,
): Promise<readonly PlatformShipment[]> {
  const operation = 'readShipments';
  const path = `/orders/${encodeURIComponent(platformOrderId)}/fulfilments`;
  const text = await callApi(baseUrl, session, { operation, method: 'GET', path });
  return readAnswer(operation, text, fulfilmentsWire).fulfilments.map((fulfilment) => ({
    platformShipmentId: String(fulfilment.id),
    trackingNumbers: [fulfilment.tracking_number],
    lines: fulfilment.lines.map((line) => ({ platformLineId: String(line.line_id), quantity: line.quantity })),
  }));
}

/**
 * Tells one shipment. A second identical call would make a second fulfilment, so it is never repeated blindly: a lost
 * answer throws with `outcomeUnknown`, and the next attempt comes with `lookFirst`.
 */
export async function ship(
  baseUrl: string,
  session: ConnectorSession,
  shipment: ShipmentToTell,
  lookFirst: boolean,
): Promise<ShipResult> {
  if (lookFirst) {
    const there = (await readShipments(baseUrl, session, shipment.platformOrderId)).find((known) =>
      isSameShipment(known, shipment),
    );
    if (there !== undefined) return { outcome: 'already_there', platformShipmentId: there.platformShipmentId };
  }
  const operation = 'ship';
  const text = await callApi(baseUrl, session, {
    operation,
    method: 'POST',
    path: `/orders/${encodeURIComponent(shipment.platformOrderId)}/fulfilments`,
    body: {
      carrier: shipment.carrier,
      tracking_number: shipment.trackingNumber,
      tracking_url: shipment.trackingUrl,
      lines: shipment.lines.map((line) => ({ line_id: line.platformLineId, quantity: line.quantity })),
    },
  });
  const { fulfilment } = readCreated(operation, text);
  return { outcome: 'accepted', platformShipmentId: String(fulfilment.id) };
}

/** An answer that cannot be read came after the effect: the next attempt must look. */
function readCreated(operation: string, text: string): ReturnType<typeof fulfilmentCreatedWire.parse> {
  try {
    return readAnswer(operation, text, fulfilmentCreatedWire);
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    throw new ConnectorError(error.message, {
      kind: 'retryable',
      platform: error.platform,
      operation,
      platformCode: error.platformCode,
      platformMessage: error.platformMessage,
      outcomeUnknown: true,
      cause: error,
    });
  }
}

/** Same parcel, same goods: one tracking number may carry several shipments of an order only with other lines. */
function isSameShipment(known: PlatformShipment, shipment: ShipmentToTell): boolean {
  const wanted = normalized(shipment.trackingNumber);
  if (!known.trackingNumbers.some((number) => normalized(number) === wanted)) return false;
  return shipment.lines.every((line) =>
    known.lines.some((other) => other.platformLineId === line.platformLineId && other.quantity >= line.quantity),
  );
}

const normalized = (trackingNumber: string): string => trackingNumber.replace(/[\s-]/g, '').toUpperCase();

/** Cancels at the marketplace; one already cancelled is as wished. `rejected` once something has shipped. */
export async function cancel(
  baseUrl: string,
  session: ConnectorSession,
  platformOrderId: string,
  reason: string,
): Promise<void> {
  try {
    await callApi(baseUrl, session, {
      operation: 'cancel',
      method: 'POST',
      path: `/orders/${encodeURIComponent(platformOrderId)}/cancel`,
      body: { reason },
      idempotent: true,
    });
  } catch (error) {
    if (error instanceof ConnectorError && error.platformCode === 'already_cancelled') return;
    throw error;
  }
}

export async function carriers(baseUrl: string, session: ConnectorSession): Promise<readonly Carrier[]> {
  const text = await callApi(baseUrl, session, { operation: 'carriers', method: 'GET', path: '/carriers' });
  return readAnswer('carriers', text, carriersWire).carriers;
}
