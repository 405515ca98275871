import { settleAlerts } from '../alert/settle-job.ts';
import type { AccessCommandPorts } from '../connect/ports.ts';
import type { Actor } from '../people/actor.ts';
import { requirePermission } from '../people/permissions.ts';
import type { StoreRef, StoreStatus } from '../ports/access.ts';
import { ok, type Result, refuse } from '../result.ts';

/** Disabled stops sync and stock push; what has shipped is still written back. Setting what it is changes nothing. */
export async function setStoreStatus(
  ports: AccessCommandPorts,
  input: { readonly actor: Actor; readonly status: StoreStatus } & StoreRef,
): Promise<Result<{ readonly status: StoreStatus }>> {
  const permitted = requirePermission(input.actor, 'administer', input.merchantId);
  if (!permitted.ok) return permitted;
  const ref = { merchantId: input.merchantId, storeId: input.storeId };
  return ports.database.transaction(async (tx) => {
    const store = await ports.access.stores.lock(tx, ref);
    if (store === null) return refuse('not_found', 'This store does not exist (any more).');
    if (store.status === input.status) return ok({ status: store.status });
    await ports.access.stores.update(tx, ref, { status: input.status });
    await ports.audit.append(tx, [
      {
        merchantId: ref.merchantId,
        actor: input.actor,
        at: ports.clock.now(),
        event: `store.${input.status}`,
        subjectType: 'store',
        subjectId: store.id,
        before: { status: store.status },
        after: { status: input.status },
      },
    ]);
    await ports.jobs.enqueue(tx, [settleAlerts(ref.merchantId)]);
    return ok({ status: input.status });
  });
}
