import type { AccessCommandPorts } from '../connect/ports.ts';
import { wordsOf } from '../connect/refusals.ts';
import { ConnectorError } from '../errors.ts';
import type { Actor } from '../people/actor.ts';
import { requirePermission } from '../people/permissions.ts';
import type { StoreRef } from '../ports/access.ts';
import { ok, type Result, refuse } from '../result.ts';

/**
 * Reads the store's listings from the platform ("Sync Platform SKU") and keeps them for mapping and stock push, page by
 * page. Answers how many were read; a failure midway keeps the pages before it.
 */
export async function loadListings(
  ports: AccessCommandPorts,
  input: { readonly actor: Actor } & StoreRef,
): Promise<Result<{ readonly listings: number }>> {
  const permitted = requirePermission(input.actor, 'work_orders', input.merchantId);
  if (!permitted.ok) return permitted;
  const ref = { merchantId: input.merchantId, storeId: input.storeId };
  const store = await ports.database.transaction((tx) => ports.access.stores.find(tx, ref));
  if (store === null) return refuse('not_found', 'This store does not exist (any more).');
  const { capabilities, name } = ports.connectors.get(store.platform).profile;
  if (!capabilities.products) return refuse('not_offered', `${name} does not let its listings be read.`);
  const seen = new Set<string>();
  try {
    await ports.platforms.withStore(ref, async ({ connector, session }) => {
      if (connector.products === undefined) throw new Error(`${store.platform} says it lists products but cannot.`);
      for await (const page of connector.products(session)) {
        // One row a listing: a page that names one twice would make the statement touch a row twice.
        const unique = new Map(page.map((product) => [product.platformProductId, product]));
        for (const id of unique.keys()) seen.add(id);
        const sorted = [...unique.values()].sort((a, b) => (a.platformProductId < b.platformProductId ? -1 : 1));
        await ports.database.transaction((tx) => ports.access.stores.saveListings(tx, ref, sorted, ports.clock.now()));
      }
    });
    return ok({ listings: seen.size });
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    return refuse('unreachable', `The listings of ${name} could not be read: ${wordsOf(error)}.`);
  }
}
