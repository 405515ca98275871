import { z } from 'zod';
import { idField } from '../catalog/fields.ts';
import { parseInput } from '../parse-input.ts';
import type { Actor } from '../people/actor.ts';
import { requirePermission } from '../people/permissions.ts';
import type { CatalogPorts } from '../ports/catalog.ts';
import { ok, type Result, refuse } from '../result.ts';
import { type BindPorts, bindKey } from './bind-sku.ts';

export interface AutoMatchInput {
  readonly actor: Actor;
  readonly merchantId: string;
  readonly storeId: string;
}

export interface AutoMatched {
  /** Keys that are bound now. */
  readonly bound: number;
  /** Orders that are not held any more. */
  readonly releasedOrders: number;
  /** Keys that no code equals: left for a person. */
  readonly unmatched: number;
}

/** The store's orders wait while a batch is written: this many take well under a second. */
const batchSize = 100;

const schema = z.object({ storeId: idField('Choose a store.') });

/**
 * Binds every unbound key of a store whose code equals, letter by letter, a warehouse SKU: one for one. Safe to repeat
 * and to interrupt; what a batch has bound stays. Refusals: `not_permitted`, `not_found`.
 */
export async function autoMatch(ports: BindPorts & CatalogPorts, input: AutoMatchInput): Promise<Result<AutoMatched>> {
  const { actor, merchantId } = input;
  const permitted = requirePermission(actor, 'work_orders', merchantId);
  if (!permitted.ok) return permitted;
  const parsed = parseInput(schema, input);
  if (!parsed.ok) return parsed;
  const { storeId } = parsed.value;
  let bound = 0;
  let releasedOrders = 0;
  for (;;) {
    const batch = await ports.database.transaction(async (tx) => {
      if ((await ports.intake.stores.lock(tx, merchantId, storeId)) === null) return null;
      const matches = await ports.mappingKeys.matchable(tx, merchantId, storeId, batchSize);
      let released = 0;
      for (const { key, productId } of matches) {
        const components = [{ productId, quantity: 1 }];
        const done = await bindKey(ports, tx, { actor, merchantId, storeId, key, components, note: 'Equal codes.' });
        released += done.releasedOrders;
      }
      return { count: matches.length, released };
    });
    if (batch === null) return refuse('not_found', 'This store does not exist (any more).', 'storeId');
    bound += batch.count;
    releasedOrders += batch.released;
    if (batch.count < batchSize) break;
  }
  const unmatched = await ports.database.transaction((tx) => ports.mappingKeys.countUnbound(tx, merchantId, storeId));
  return ok({ bound, releasedOrders, unmatched });
}
