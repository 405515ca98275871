import { allOrNothing } from '../all-or-nothing.ts';
import type { Tx } from '../ports/database.ts';
import type { LockedOrder, OutgoingPorts } from '../ports/outgoing.ts';
import type { BasePorts } from '../ports/ports.ts';
import { type Result, refuse } from '../result.ts';
import { staleRefusal } from './stale.ts';

export const noSuchOrder = refuse('not_found', 'There is no such order.', 'orderId');

/**
 * One transaction on one order, its row locked and still what the person saw; rolled back when `work` refuses. Undo
 * and repeats have no version to compare: null.
 */
export async function onOrder<T>(
  ports: BasePorts & OutgoingPorts,
  which: { readonly merchantId: string; readonly orderId: string; readonly expectedVersion: number | null },
  work: (tx: Tx, order: LockedOrder, now: Date) => Promise<Result<T>>,
): Promise<Result<T>> {
  return allOrNothing<T>(ports.database, async (tx) => {
    const [order] = await ports.orderLocks.lock(tx, which.merchantId, [which.orderId]);
    if (order === undefined) return noSuchOrder;
    if (which.expectedVersion !== null) {
      const stale = await staleRefusal(ports, tx, order, which.expectedVersion);
      if (stale !== null) return { ok: false, error: stale };
    }
    return work(tx, order, ports.clock.now());
  });
}
