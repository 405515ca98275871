import { type UnpairedCarriers, unpairedCarriers } from '../dispatch/unpaired-carriers.ts';
import { isId } from '../ids.ts';
import type { Actor } from '../people/actor.ts';
import { requirePermission } from '../people/permissions.ts';
import type { OutgoingPorts, UnpairedScope } from '../ports/outgoing.ts';
import type { BasePorts } from '../ports/ports.ts';
import { ok, type Result } from '../result.ts';

export interface ListUnpairedCarriersInput {
  readonly actor: Actor;
  readonly merchantId: string;
  /** Of these orders, or of these stores. */
  readonly of: UnpairedScope;
  /** Those that a batch may choose. */
  readonly carrierIds: readonly string[];
}

/** What a batch form says before the goods leave, store by store. Changes nothing. Refusals: `not_permitted`. */
export async function listUnpairedCarriers(
  ports: Pick<BasePorts, 'connectors' | 'database'> & Pick<OutgoingPorts, 'carriers'>,
  { actor, merchantId, of, carrierIds }: ListUnpairedCarriersInput,
): Promise<Result<readonly UnpairedCarriers[]>> {
  const permitted = requirePermission(actor, 'work_orders', merchantId);
  if (!permitted.ok) return permitted;
  const scope = 'orderIds' in of ? { orderIds: of.orderIds.filter(isId) } : { storeIds: of.storeIds.filter(isId) };
  return ok(await ports.database.transaction((tx) => unpairedCarriers(ports, tx, merchantId, scope, carrierIds)));
}
