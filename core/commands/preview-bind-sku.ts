import { z } from 'zod';
import { idField } from '../catalog/fields.ts';
import { keyField, keyKindField } from '../mapping/fields.ts';
import type { KeyKind } from '../order/line-key.ts';
import { parseInput } from '../parse-input.ts';
import type { Actor } from '../people/actor.ts';
import { requirePermission } from '../people/permissions.ts';
import type { IntakePorts } from '../ports/intake.ts';
import type { BasePorts } from '../ports/ports.ts';
import { ok, type Result } from '../result.ts';

export interface PreviewBindSkuInput {
  readonly actor: Actor;
  readonly merchantId: string;
  readonly storeId: string;
  readonly keyKind: KeyKind;
  readonly key: string;
}

const schema = z.object({ storeId: idField('Choose a store.'), keyKind: keyKindField, key: keyField });

/** How many orders wait for this key: what binding it would release. Changes nothing. */
export async function previewBindSku(
  ports: Pick<BasePorts, 'database'> & IntakePorts,
  input: PreviewBindSkuInput,
): Promise<Result<{ readonly heldOrders: number }>> {
  const permitted = requirePermission(input.actor, 'see_orders', input.merchantId);
  if (!permitted.ok) return permitted;
  const parsed = parseInput(schema, input);
  if (!parsed.ok) return parsed;
  const { storeId, keyKind, key } = parsed.value;
  const heldOrders = await ports.database.transaction((tx) =>
    ports.intake.holds.countForKey(tx, input.merchantId, storeId, { kind: keyKind, key }),
  );
  return ok({ heldOrders });
}
