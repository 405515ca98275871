import { settleAlerts } from '../alert/settle-job.ts';
import { isHeld } from '../connect/held-grant.ts';
import type { AccessCommandPorts } from '../connect/ports.ts';
import type { Actor } from '../people/actor.ts';
import { requirePermission } from '../people/permissions.ts';
import type { AuthorizationRef } from '../ports/access.ts';
import { ok, type Result, refuse } from '../result.ts';

/**
 * Forgets the credentials of an authorization at once: nothing is called any more until somebody authorizes it again.
 * Its stores, orders and settings stay. The platform keeps its side: the app is removed there.
 */
export async function revokeAuthorization(
  ports: AccessCommandPorts,
  input: { readonly actor: Actor } & AuthorizationRef,
): Promise<Result<{ readonly storeIds: readonly string[] }>> {
  const permitted = requirePermission(input.actor, 'administer', input.merchantId);
  if (!permitted.ok) return permitted;
  const ref = { merchantId: input.merchantId, authorizationId: input.authorizationId };
  return ports.database.transaction(async (tx) => {
    const authorization = await ports.access.authorizations.lock(tx, ref);
    if (authorization === null || isHeld(authorization)) {
      return refuse('not_found', 'This authorization does not exist (any more).');
    }
    if (authorization.status === 'revoked') return refuse('not_in_status', 'It is revoked already.');
    const now = ports.clock.now();
    const reason = `Revoked by ${input.actor.name}.`;
    await ports.access.credentials.remove(tx, ref);
    await ports.access.oauthStates.closeOpen(tx, ref, now);
    await ports.access.authorizations.update(tx, ref, {
      status: 'revoked',
      reason,
      expiresAt: null,
      refreshExpiresAt: null,
      refreshNotBefore: null,
    });
    await ports.audit.append(tx, [
      {
        merchantId: ref.merchantId,
        actor: input.actor,
        at: now,
        event: 'authorization.revoked',
        subjectType: 'authorization',
        subjectId: authorization.id,
        before: { status: authorization.status },
        after: { status: 'revoked' },
      },
    ]);
    await ports.jobs.enqueue(tx, [settleAlerts(ref.merchantId)]);
    const stores = await ports.access.stores.ofAuthorization(tx, ref);
    return ok({ storeIds: stores.map((store) => store.id) });
  });
}
