import { settlePutBack } from '../alert/settle-job.ts';
import { allOrNothing } from '../all-or-nothing.ts';
import { noSuchOrder } from '../order/on-order.ts';
import type { OrderStatus } from '../order/types.ts';
import type { Actor } from '../people/actor.ts';
import type { Tx } from '../ports/database.ts';
import type { IntakePorts } from '../ports/intake.ts';
import type { LockedOrder, OutgoingPorts } from '../ports/outgoing.ts';
import type { BasePorts } from '../ports/ports.ts';
import { ok, type Result, refuse } from '../result.ts';
import { loadHoldContext } from './hold-context.ts';
import { factsOf, holdsAsStored } from './order-change.ts';

/**
 * One transaction that puts an order back to where it was and judges it anew: what it was held for may have been mended
 * meanwhile, and the rules and the platform may have come to say something else. The store is locked first, so that
 * neither a page nor a rule comes in between.
 */
export async function putBack(
  ports: BasePorts & OutgoingPorts & IntakePorts,
  which: { readonly actor: Actor; readonly merchantId: string; readonly orderId: string },
  work: (tx: Tx, order: LockedOrder, now: Date) => Promise<Result<OrderStatus>>,
): Promise<Result<{ version: number; status: OrderStatus }>> {
  const { actor, merchantId, orderId } = which;
  const { intake } = ports;
  return allOrNothing(ports.database, async (tx) => {
    const [found] = await intake.orders.platformIds(tx, merchantId, [orderId]);
    if (found === undefined) return noSuchOrder;
    const store = await intake.stores.lock(tx, merchantId, found.storeId);
    if (store === null) return refuse('not_found', 'Its store was deleted meanwhile.');
    const [locked] = await ports.orderLocks.lock(tx, merchantId, [orderId]);
    if (locked === undefined) return noSuchOrder;
    const deeds = await ports.orderLocks.lastDeeds(tx, merchantId, [orderId]);
    const order = { ...locked, lastDeed: deeds.get(orderId) ?? null };
    const now = ports.clock.now();
    const done = await work(tx, order, now);
    if (!done.ok) return done;

    const [stored] = await intake.orders.lock(tx, merchantId, [orderId]);
    if (stored === undefined) return noSuchOrder;
    const context = await loadHoldContext(intake.rules, tx, store, [factsOf(stored)]);
    const change = holdsAsStored(stored, context);
    const closing = { by: actor.name, via: actor.via, resolution: 'settled' };
    const { touched } = await intake.holds.replace(tx, merchantId, change, closing, now);
    await ports.jobs.enqueue(tx, [settlePutBack(merchantId, orderId)]);
    return ok({ version: stored.version + touched, status: done.value });
  });
}
