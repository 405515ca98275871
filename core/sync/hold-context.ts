import { goesToPickupPoint, type HoldContext, type HoldFacts } from '../order/holds.ts';
import { keyOfLine, keyText, type LineKey, type MatchBy, trimmed } from '../order/line-key.ts';
import type { Tx } from '../ports/database.ts';
import type { IntakeStore, RuleRepository } from '../ports/intake.ts';

/** The store's rules as far as these orders ask for them: one read for all. The store's row is locked. */
export async function loadHoldContext(
  rules: RuleRepository,
  tx: Tx,
  store: IntakeStore,
  orders: readonly Pick<HoldFacts, 'paymentMethod' | 'shippingMethod' | 'lines'>[],
): Promise<HoldContext> {
  const known = await rules.load(tx, store.merchantId, store.id, {
    keys: keysOf(orders, store.matchBy),
    paymentMethods: [...new Set(orders.map((order) => trimmed(order.paymentMethod) ?? ''))],
    shippingMethods: [...new Set(orders.flatMap((order) => trimmed(order.shippingMethod) ?? []))],
  });
  return {
    matchBy: store.matchBy,
    requiresMethodMapping: store.requiresMethodMapping,
    mappedKeys: known.mappedKeys,
    classOf: known.classOf,
    mappedMethods: new Map(
      [...known.typeOf].map(([method, typeCode]) => [method, { toPickupPoint: goesToPickupPoint(typeCode) }]),
    ),
  };
}

function keysOf(orders: readonly Pick<HoldFacts, 'lines'>[], matchBy: MatchBy): LineKey[] {
  const keys = new Map<string, LineKey>();
  for (const order of orders) {
    for (const line of order.lines) {
      const key = keyOfLine(line, matchBy);
      if (key !== null) keys.set(keyText(key), key);
    }
  }
  return [...keys.values()];
}
