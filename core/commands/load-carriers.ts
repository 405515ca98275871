import type { AccessCommandPorts } from '../connect/ports.ts';
import { wordsOf } from '../connect/refusals.ts';
import { ConnectorError } from '../errors.ts';
import type { Actor } from '../people/actor.ts';
import { requirePermission } from '../people/permissions.ts';
import type { StoreRef } from '../ports/access.ts';
import type { Carrier } from '../ports/connector.ts';
import { ok, type Result, refuse } from '../result.ts';

/**
 * The logistics providers that the platform knows for this store, asked now, by name. Refuses `not_offered` where the
 * platform has no list (any name may then be typed), and `unreachable` with the reason.
 */
export async function loadCarriers(
  ports: AccessCommandPorts,
  input: { readonly actor: Actor } & StoreRef,
): Promise<Result<readonly Carrier[]>> {
  const permitted = requirePermission(input.actor, 'work_orders', input.merchantId);
  if (!permitted.ok) return permitted;
  const ref = { merchantId: input.merchantId, storeId: input.storeId };
  const store = await ports.database.transaction((tx) => ports.access.stores.find(tx, ref));
  if (store === null) return refuse('not_found', 'This store does not exist (any more).');
  const { capabilities, name } = ports.connectors.get(store.platform).profile;
  if (!capabilities.carriers) return refuse('not_offered', `${name} has no list of carriers: type its name for one.`);
  try {
    const carriers = await ports.platforms.withStore(ref, async ({ connector, session }) => {
      if (connector.carriers === undefined) throw new Error(`${store.platform} says it lists carriers but cannot.`);
      return connector.carriers(session);
    });
    return ok([...carriers].sort((a, b) => a.name.localeCompare(b.name)));
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    return refuse('unreachable', `The carriers of ${name} could not be read: ${wordsOf(error)}.`);
  }
}
