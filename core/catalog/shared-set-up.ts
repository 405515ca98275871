import type { Actor } from '../people/actor.ts';
import { requirePermission } from '../people/permissions.ts';
import { ok, type Refusal, type Result, refuse } from '../result.ts';

/**
 * Warehouses, carriers and channels serve several merchants. Who changes one must administer every merchant that it
 * serves: an administrator of one merchant must not change how another's goods leave.
 */
export function requireForAll(actor: Actor, merchantIds: readonly string[]): Result<true, Refusal> {
  for (const merchantId of merchantIds) {
    const permitted = requirePermission(actor, 'administer', merchantId);
    if (!permitted.ok) {
      return merchantIds.length === 1
        ? permitted
        : refuse(
            'not_permitted',
            'Other merchants use this, too: it needs the role admin or owner for all of them. Ask an owner.',
          );
    }
  }
  return ok(true);
}
