import { allOrNothing } from '../all-or-nothing.ts';
import type { OutboundState } from '../order/order-state.ts';
import { timeText } from '../order/stale.ts';
import type { Actor } from '../people/actor.ts';
import { requirePermission } from '../people/permissions.ts';
import type { Tx } from '../ports/database.ts';
import type { LockedOrder, OutgoingPorts } from '../ports/outgoing.ts';
import type { BasePorts } from '../ports/ports.ts';
import { type Result, refuse } from '../result.ts';

export const noSuchOutbound = refuse('not_found', 'There is no such outbound order.', 'outboundOrderId');

/** Who moved the outbound order since the person saw it. */
export async function outboundStale(
  ports: OutgoingPorts,
  tx: Tx,
  order: LockedOrder,
  outbound: OutboundState,
): Promise<Result<never>> {
  const last = await ports.orderLocks.lastMove(tx, order.merchantId, order.id);
  const who = last === null ? '' : ` by ${last.actorName}, ${timeText(last.at, order.timezone)}`;
  return refuse(
    'stale_version',
    `OB-${outbound.number} was changed meanwhile${who} and is now ${outbound.status.replaceAll('_', ' ')}. Look at it again.`,
  );
}

/** One transaction on an outbound order, its sales order locked and still what the person saw. */
export async function onOutbound<T>(
  ports: BasePorts & OutgoingPorts,
  which: {
    readonly actor: Actor;
    readonly merchantId: string;
    readonly outboundOrderId: string;
    readonly expectedVersion: number | null;
  },
  work: (tx: Tx, order: LockedOrder, outbound: OutboundState, now: Date) => Promise<Result<T>>,
): Promise<Result<T>> {
  const { actor, merchantId } = which;
  return allOrNothing<T>(ports.database, async (tx) => {
    const found = await ports.outbound.find(tx, merchantId, which.outboundOrderId);
    if (found === null) return noSuchOutbound;
    const permitted = requirePermission(actor, 'work_outbound', merchantId, found.warehouseId);
    if (!permitted.ok) return permitted;
    const [order] = await ports.orderLocks.lock(tx, merchantId, [found.orderId]);
    const outbound = order?.outbound.find((candidate) => candidate.id === which.outboundOrderId);
    if (order === undefined || outbound === undefined) return noSuchOutbound;
    if (which.expectedVersion !== null && outbound.version !== which.expectedVersion) {
      return outboundStale(ports, tx, order, outbound);
    }
    return work(tx, order, outbound, ports.clock.now());
  });
}
