import { newId } from '../ids.ts';
import type { Actor } from '../people/actor.ts';
import type { Tx } from '../ports/database.ts';
import type { LockedOrder, NewShipment, OutgoingPorts } from '../ports/outgoing.ts';
import type { BasePorts } from '../ports/ports.ts';
import { writebackJob } from '../writeback/writeback-job.ts';

/** Inserts a shipment and, where the platform is to be told of it, its writeback and the job: one outbox, one transaction. */
export async function saveShipment(
  ports: BasePorts & OutgoingPorts,
  tx: Tx,
  order: LockedOrder,
  actor: Actor,
  shipment: Omit<NewShipment, 'id' | 'orderId'>,
  isTold: boolean,
  now: Date,
): Promise<string> {
  const id = newId();
  await ports.shipments.create(tx, order.merchantId, [{ ...shipment, id, orderId: order.id }], actor.name);
  if (isTold) await tellShipment(ports, tx, order, id, now);
  return id;
}

export async function tellShipment(
  ports: BasePorts & OutgoingPorts,
  tx: Tx,
  order: LockedOrder,
  shipmentId: string,
  now: Date,
): Promise<void> {
  const { merchantId, storeId, authorizationId, id: orderId } = order;
  const id = newId();
  const row = { id, storeId, authorizationId, orderId, shipmentId, kind: 'shipment' as const, reason: null };
  await ports.writebacks.create(tx, merchantId, [row], now);
  await ports.jobs.enqueue(tx, [writebackJob({ id, merchantId, authorizationId, orderId })]);
}
