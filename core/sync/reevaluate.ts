import { derivedHolds, holdKey } from '../order/holds.ts';
import type { Tx } from '../ports/database.ts';
import type { HoldClosing, IntakePorts, IntakeStore, Touched } from '../ports/intake.ts';
import { loadHoldContext } from './hold-context.ts';
import { compareHolds, factsOf, isOpenForRules } from './order-change.ts';

/** Orders of one step: keeps memory flat while a whole store is gone through. */
const stepSize = 1_000;

/**
 * Evaluates the derived holds of these orders of one store anew: after a corrected address, a changed setting. What
 * others opened (platform, people, dispatch) is not touched. The store's row is locked by the caller.
 */
export async function reevaluateOrders(
  { intake }: IntakePorts,
  tx: Tx,
  store: IntakeStore,
  orderIds: readonly string[],
  closing: HoldClosing,
  at: Date,
): Promise<Touched> {
  let touched = 0;
  let released = 0;
  for (let start = 0; start < orderIds.length; start += stepSize) {
    const locked = await intake.orders.lock(tx, store.merchantId, orderIds.slice(start, start + stepSize));
    const open = locked.filter((order) => order.storeId === store.id && isOpenForRules(order));
    const facts = open.map(factsOf);
    const context = await loadHoldContext(intake.rules, tx, store, facts);
    const changes = open.map((order, index) => {
      const fact = facts[index];
      const overruled = new Set(order.released.map(holdKey));
      return compareHolds(order, fact === undefined ? [] : derivedHolds(fact, context, overruled), ['derived']);
    });
    const result = await intake.holds.replace(
      tx,
      store.merchantId,
      { open: changes.flatMap((change) => change.open), closeIds: changes.flatMap((change) => change.closeIds) },
      closing,
      at,
    );
    touched += result.touched;
    released += result.released;
  }
  return { touched, released };
}

/** Every open order of the store, or those with one shipping method: after a setting that may touch any of them. */
export async function reevaluateStore(
  ports: IntakePorts,
  tx: Tx,
  store: IntakeStore,
  closing: HoldClosing,
  at: Date,
  only: { readonly shippingMethod?: string | undefined } = {},
): Promise<Touched> {
  let after: string | null = null;
  let touched = 0;
  let released = 0;
  for (;;) {
    const page = { ...only, after, limit: stepSize };
    const ids: string[] = await ports.intake.orders.listOpenForRules(tx, store.merchantId, store.id, page);
    const result = await reevaluateOrders(ports, tx, store, ids, closing, at);
    touched += result.touched;
    released += result.released;
    after = ids.at(-1) ?? null;
    if (ids.length < stepSize) return { touched, released };
  }
}
