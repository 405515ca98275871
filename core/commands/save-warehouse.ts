import { z } from 'zod';
import { codeField, countryField, idField, nameField, timezoneField } from '../catalog/fields.ts';
import type { SetUpPorts } from '../catalog/ports.ts';
import { newId } from '../ids.ts';
import { parseInput } from '../parse-input.ts';
import type { Actor } from '../people/actor.ts';
import { requirePermission } from '../people/permissions.ts';
import type { WarehouseRecord } from '../ports/catalog.ts';
import { ok, type Result, refuse } from '../result.ts';

export interface SaveWarehouseInput {
  readonly actor: Actor;
  /** The merchant in whose name it is done; a new warehouse serves it at once. */
  readonly merchantId: string;
  /** Null: a new one. */
  readonly warehouseId: string | null;
  readonly code: string;
  readonly name: string;
  readonly country: string | null;
  readonly timezone: string;
  /** False: dispatching more than is available is refused. */
  readonly allowsBackorder: boolean;
  /** `own`: these pages pick, pack and ship; `external`: a WMS does. */
  readonly kind?: 'own' | 'external' | undefined;
  readonly enabled?: boolean | undefined;
}

const schema = z.object({
  warehouseId: idField('There is no such warehouse.').nullable(),
  code: codeField().toUpperCase(),
  name: nameField(),
  country: countryField,
  timezone: timezoneField,
  allowsBackorder: z.boolean(),
  kind: z.enum(['own', 'external']).default('own'),
  enabled: z.boolean().default(true),
});

/**
 * Adds a warehouse (with a dropship service for the merchant, so that it can be used) or changes one. A disabled one
 * finishes what it has and takes nothing new. Warehouses serve the whole installation: needs the role over all
 * merchants. Refusals: `not_permitted`, `invalid_input`, `not_found`, `taken`.
 */
export async function saveWarehouse(
  ports: SetUpPorts,
  input: SaveWarehouseInput,
): Promise<Result<{ warehouseId: string }>> {
  const permitted = requirePermission(input.actor, 'administer', null);
  if (!permitted.ok) return permitted;
  const parsed = parseInput(schema, input);
  if (!parsed.ok) return parsed;
  const { warehouseId, ...facts } = parsed.value;
  return await ports.database.transaction(async (tx): Promise<Result<{ warehouseId: string }>> => {
    const before = warehouseId === null ? null : await ports.catalog.findWarehouse(tx, warehouseId);
    if (warehouseId !== null && before === null) return refuse('not_found', 'There is no such warehouse.');
    const after: WarehouseRecord = { ...facts, id: warehouseId ?? newId() };
    if ((await ports.catalog.saveWarehouse(tx, after)) === 'taken') {
      return refuse('taken', `Another warehouse has the code ${after.code}. Choose another one.`, 'code');
    }
    if (before === null) {
      await ports.catalog.saveService(tx, {
        id: newId(),
        merchantId: input.merchantId,
        warehouseId: after.id,
        kind: 'dropship',
        enabled: true,
      });
    }
    await ports.audit.append(tx, [
      {
        merchantId: input.merchantId,
        actor: input.actor,
        at: ports.clock.now(),
        event: before === null ? 'warehouse.added' : 'warehouse.changed',
        subjectType: 'warehouse',
        subjectId: after.id,
        before: before === null ? null : { ...before },
        after: { ...after },
      },
    ]);
    return ok({ warehouseId: after.id });
  });
}
