import { z } from 'zod';
import { idField } from '../catalog/fields.ts';
import type { SetUpPorts } from '../catalog/ports.ts';
import { newId } from '../ids.ts';
import { parseInput } from '../parse-input.ts';
import type { Actor } from '../people/actor.ts';
import { requirePermission } from '../people/permissions.ts';
import type { ServiceKind } from '../ports/catalog.ts';
import { ok, type Result, refuse } from '../result.ts';

export interface SaveServiceInput {
  readonly actor: Actor;
  readonly merchantId: string;
  readonly warehouseId: string;
  /** What the merchant may use the warehouse for. */
  readonly kind: ServiceKind;
  /** False: nothing new is dispatched there; what is under way goes on. */
  readonly enabled: boolean;
}

const schema = z.object({
  warehouseId: idField('There is no such warehouse.'),
  kind: z.enum(['dropship', 'b2b'], 'Choose dropship or b2b.'),
  enabled: z.boolean(),
});

/**
 * Lets a merchant use a warehouse, or no longer. Who works where is the installation's decision, not the merchant's:
 * needs the role over all merchants. Refusals: `not_permitted`, `invalid_input`, `not_found`.
 */
export async function saveService(ports: SetUpPorts, input: SaveServiceInput): Promise<Result<{ serviceId: string }>> {
  const permitted = requirePermission(input.actor, 'administer', null);
  if (!permitted.ok) return permitted;
  const parsed = parseInput(schema, input);
  if (!parsed.ok) return parsed;
  const { warehouseId, kind, enabled } = parsed.value;
  return await ports.database.transaction(async (tx): Promise<Result<{ serviceId: string }>> => {
    // The warehouse's row is the lock: two people who enable the same service meet here.
    const warehouse = await ports.catalog.findWarehouse(tx, warehouseId);
    if (warehouse === null) return refuse('not_found', 'There is no such warehouse.', 'warehouseId');
    const before = await ports.catalog.findService(tx, input.merchantId, warehouseId, kind);
    const serviceId = before?.id ?? newId();
    if (before?.enabled === enabled) return ok({ serviceId });
    await ports.catalog.saveService(tx, {
      id: serviceId,
      merchantId: input.merchantId,
      warehouseId,
      kind,
      enabled,
    });
    await ports.audit.append(tx, [
      {
        merchantId: input.merchantId,
        actor: input.actor,
        at: ports.clock.now(),
        event: enabled ? 'service.enabled' : 'service.disabled',
        subjectType: 'warehouse',
        subjectId: warehouseId,
        before: { kind, enabled: before?.enabled ?? false },
        after: { kind, enabled },
      },
    ]);
    return ok({ serviceId });
  });
}
