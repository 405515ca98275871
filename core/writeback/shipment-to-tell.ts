import type { Profile, ShipmentToTell } from '../ports/connector.ts';
import type { WritebackMessage } from '../ports/outgoing.ts';

/** What a connector is given; null when the platform wants a paired carrier and none is paired. */
export function shipmentToTell(message: WritebackMessage, profile: Profile): ShipmentToTell | null {
  const { shipment, pairing } = message;
  if (shipment === null) throw new Error('A shipment writeback without a shipment.');
  if (pairing === null && profile.carrierPairing === 'required') return null;
  return {
    shipmentId: shipment.id,
    platformOrderId: message.platformOrderId,
    platformOrderNumber: message.platformOrderNumber,
    trackingNumber: shipment.trackingNumber,
    carrier: pairing?.platformCode ?? shipment.carrierName,
    trackingUrl: trackingUrl(shipment.trackingUrl, shipment.trackingNumber),
    service: shipment.service,
    shippedAt: shipment.shippedAt,
    // A platform that takes one shipment an order is told everything with the last parcel.
    lines: profile.capabilities.partialShip ? shipment.lines : shipment.allLines,
    completesOrder: shipment.completesOrder,
  };
}

const trackingUrl = (pattern: string | null, number: string): string | null =>
  pattern === null ? null : pattern.replaceAll('{number}', encodeURIComponent(number));
