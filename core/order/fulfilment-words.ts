import type { OrderDetail, OrderOutbound, OrderShipment, OrderWriteback } from '../queries/show-order.ts';

/** `replaced by NEW-7 (Mei)`; null for a shipment that stands. Both parts as people and platforms wrote them. */
export const replacedWords = ({ replacedBy }: Pick<OrderShipment, 'replacedBy'>): string | null =>
  replacedBy === null ? null : `replaced by ${replacedBy.trackingNumber} (${replacedBy.createdBy})`;

/** Why a writeback was closed before the platform took it. */
export function closedWords(
  order: Pick<OrderDetail, 'shipments' | 'status'>,
  { shipmentId }: Pick<OrderWriteback, 'shipmentId'>,
): string {
  const shipment = order.shipments.find((one) => one.id === shipmentId);
  const replaced = shipment === undefined ? null : replacedWords(shipment);
  if (replaced !== null) return replaced;
  return order.status === 'manual_completed' ? 'closed by hand' : 'closed, the platform was not told';
}

/** `5 units`, or `2 of 5 units` where only a part has left. */
export function unitsWords({ units, unitsShipped }: Pick<OrderOutbound, 'units' | 'unitsShipped'>): string {
  const all = `${units.toLocaleString('en-US')} ${units === 1 ? 'unit' : 'units'}`;
  return unitsShipped > 0 && unitsShipped < units ? `${unitsShipped.toLocaleString('en-US')} of ${all}` : all;
}
