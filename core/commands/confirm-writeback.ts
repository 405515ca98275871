import { settleAlerts } from '../alert/settle-job.ts';
import { ConnectorError } from '../errors.ts';
import { systemActor } from '../people/actor.ts';
import type { OutgoingPorts, WritebackMessage, WritebackRow } from '../ports/outgoing.ts';
import type { BasePorts } from '../ports/ports.ts';
import { findTold } from '../writeback/call-platform.ts';
import { nextConfirmAt } from '../writeback/policy.ts';
import { confirmJob } from '../writeback/writeback-job.ts';

export interface ConfirmWritebackInput {
  readonly merchantId: string;
  readonly writebackId: string;
  readonly signal: AbortSignal;
}

/** `unreadable`: the platform cannot be read back at all; accepted is then the last word. */
type Seen = 'seen' | 'not_seen' | 'could_not_ask' | 'unreadable';

/**
 * Job `writeback.confirm`: reads back an accepted shipment. Seen: confirmed. Not seen: read again later, and after six
 * hours an exception, because the buyer still waits for the tracking number. Safe to run twice.
 */
export async function confirmWriteback(
  ports: BasePorts & OutgoingPorts,
  { merchantId, writebackId, signal }: ConfirmWritebackInput,
): Promise<void> {
  const { row, message } = await ports.database.transaction(async (tx) => ({
    row: await ports.writebacks.find(tx, merchantId, writebackId),
    message: await ports.writebacks.message(tx, merchantId, writebackId),
  }));
  if (row === null || message === null || row.state !== 'accepted' || message.shipment === null) return;
  const seen = await readBack(ports, row, message, signal);
  if (seen === 'unreadable') return;
  await ports.database.transaction(async (tx) => {
    const now = ports.clock.now();
    const [order] = await ports.orderLocks.lock(tx, merchantId, [row.orderId]);
    const locked = await ports.writebacks.lock(tx, merchantId, writebackId);
    if (order === undefined || locked?.state !== 'accepted' || locked.acceptedAt === null) return;
    const subject = { orderIds: [order.id], codes: ['writeback_unconfirmed'] as const, subjects: [writebackId] };
    if (seen === 'seen') {
      await ports.writebacks.change(tx, merchantId, writebackId, { state: 'confirmed', confirmedAt: now }, now);
      const by = { name: systemActor.name, via: systemActor.via, resolution: 'confirmed' };
      await ports.exceptions.close(tx, merchantId, subject, by, now);
      await ports.jobs.enqueue(tx, [settleAlerts(merchantId)]);
      return;
    }
    const next = nextConfirmAt(locked.acceptedAt, now);
    if (next !== null) {
      await ports.jobs.enqueue(tx, [confirmJob(locked, next)]);
      return;
    }
    const words =
      seen === 'not_seen'
        ? `${order.storeName} accepted the shipment, but does not show it. Check it there, or press Mark Shipped.`
        : `${order.storeName} accepted the shipment, but cannot be asked whether it shows it. Check it there.`;
    const exception = { code: 'writeback_unconfirmed' as const, subject: writebackId, message: words };
    await ports.exceptions.open(tx, merchantId, [{ orderId: order.id, storeId: order.storeId, ...exception }], now);
    await ports.jobs.enqueue(tx, [settleAlerts(merchantId)]);
  });
}

async function readBack(
  ports: BasePorts,
  row: WritebackRow,
  message: WritebackMessage,
  signal: AbortSignal,
): Promise<Seen> {
  const { merchantId, storeId } = row;
  const { platformOrderId, shipment } = message;
  if (shipment === null) return 'unreadable';
  try {
    return await ports.platforms.withStore(
      { merchantId, storeId },
      async ({ connector, session }): Promise<Seen> => {
        if (connector.readShipments === undefined) return 'unreadable';
        const asked = { platformOrderId, trackingNumber: shipment.trackingNumber };
        return (await findTold(connector, session, asked)) === null ? 'not_seen' : 'seen';
      },
      signal,
    );
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    return 'could_not_ask';
  }
}
