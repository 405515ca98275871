import { settleAlerts } from '../alert/settle-job.ts';
import type { AccessCommandPorts } from '../connect/ports.ts';
import type { Actor } from '../people/actor.ts';
import { requirePermission } from '../people/permissions.ts';
import type { StoreRef, Stranded } from '../ports/access.ts';
import { ok, type Result, refuse } from '../result.ts';

/** What deleting the store would leave undone: for the question before the deed. */
export async function previewDeleteStore(
  ports: AccessCommandPorts,
  input: { readonly actor: Actor } & StoreRef,
): Promise<Result<Stranded & { readonly name: string; readonly isLastOfAuthorization: boolean }>> {
  const permitted = requirePermission(input.actor, 'administer', input.merchantId);
  if (!permitted.ok) return permitted;
  const ref = { merchantId: input.merchantId, storeId: input.storeId };
  return ports.database.transaction(async (tx) => {
    const store = await ports.access.stores.find(tx, ref);
    if (store === null) return refuse('not_found', 'This store does not exist (any more).');
    const siblings = await ports.access.stores.ofAuthorization(tx, {
      merchantId: ref.merchantId,
      authorizationId: store.authorizationId,
    });
    const stranded = await ports.access.stores.stranded(tx, ref);
    return ok({ ...stranded, name: store.name, isLastOfAuthorization: siblings.length <= 1 });
  });
}

/**
 * Deletes a store: it is never called again, its orders and history stay. Credentials go at once with the last store
 * of their authorization. The name must be typed as it is shown.
 */
export async function deleteStore(
  ports: AccessCommandPorts,
  input: { readonly actor: Actor; readonly confirmName: string } & StoreRef,
): Promise<Result<Stranded>> {
  const permitted = requirePermission(input.actor, 'administer', input.merchantId);
  if (!permitted.ok) return permitted;
  const ref = { merchantId: input.merchantId, storeId: input.storeId };
  return ports.database.transaction(async (tx) => {
    const found = await ports.access.stores.find(tx, ref);
    if (found === null) return refuse('not_found', 'This store does not exist (any more).');
    const authorizationRef = { merchantId: ref.merchantId, authorizationId: found.authorizationId };
    await ports.access.authorizations.lock(tx, authorizationRef);
    const store = await ports.access.stores.lock(tx, ref);
    if (store === null) return refuse('not_found', 'This store does not exist (any more).');
    if (input.confirmName.trim() !== store.name) {
      return refuse('name_differs', `Type the store's name exactly: ${store.name}`, 'confirmName');
    }
    const now = ports.clock.now();
    const stranded = await ports.access.stores.stranded(tx, ref);
    await ports.access.stores.update(tx, ref, { status: 'disabled', deletedAt: now });
    const left = await ports.access.stores.ofAuthorization(tx, authorizationRef);
    if (left.length === 0) {
      await ports.access.credentials.remove(tx, authorizationRef);
      await ports.access.oauthStates.closeOpen(tx, authorizationRef, now);
      await ports.access.authorizations.update(tx, authorizationRef, {
        status: 'revoked',
        reason: `Its last store was deleted by ${input.actor.name}.`,
        expiresAt: null,
        refreshExpiresAt: null,
        deletedAt: now,
      });
    }
    await ports.audit.append(tx, [
      {
        merchantId: ref.merchantId,
        actor: input.actor,
        at: now,
        event: 'store.deleted',
        subjectType: 'store',
        subjectId: store.id,
        before: { name: store.name, platformShopId: store.platformShopId },
        after: { ...stranded, credentialsRemoved: left.length === 0 },
      },
    ]);
    await ports.jobs.enqueue(tx, [settleAlerts(ref.merchantId)]);
    return ok(stranded);
  });
}
