import { z } from 'zod';
import { settleAlerts } from '../alert/settle-job.ts';
import { idField } from '../catalog/fields.ts';
import { parseInput } from '../parse-input.ts';
import type { Actor } from '../people/actor.ts';
import { requirePermission } from '../people/permissions.ts';
import type { IntakePorts } from '../ports/intake.ts';
import type { BasePorts } from '../ports/ports.ts';
import { ok, type Result, refuse } from '../result.ts';

export interface UnbindSkuInput {
  readonly actor: Actor;
  readonly merchantId: string;
  readonly mappingId: string;
}

const schema = z.object({ mappingId: idField('There is no such mapping.') });

/**
 * Ends a mapping: open orders with its key are held again at once; what was dispatched keeps its recipe.
 * Refusals: `not_permitted`, `invalid_input`, `not_found`.
 */
export async function unbindSku(
  ports: Pick<BasePorts, 'database' | 'clock' | 'jobs' | 'audit'> & IntakePorts,
  input: UnbindSkuInput,
): Promise<Result<{ readonly heldOrders: number }>> {
  const { actor, merchantId } = input;
  const permitted = requirePermission(actor, 'work_orders', merchantId);
  if (!permitted.ok) return permitted;
  const parsed = parseInput(schema, input);
  if (!parsed.ok) return parsed;
  const { mappingId } = parsed.value;
  const { intake } = ports;
  return ports.database.transaction(async (tx) => {
    const seen = await intake.rules.findMapping(tx, merchantId, mappingId);
    const store = seen === null ? null : await intake.stores.lock(tx, merchantId, seen.storeId);
    // Once more under the lock: somebody may have bound or unbound it meanwhile.
    const mapping = store === null ? null : await intake.rules.findMapping(tx, merchantId, mappingId);
    if (store === null || mapping === null) {
      return refuse('not_found', 'This mapping has changed or ended meanwhile. Look at the list again.');
    }
    const now = ports.clock.now();
    const key = { kind: mapping.keyKind, key: mapping.key };
    await intake.rules.endMapping(tx, merchantId, mappingId, now);
    const { touched } = await intake.holds.openForKey(tx, merchantId, store.id, key, store.matchBy, actor, now);
    await ports.audit.append(tx, [
      {
        merchantId,
        actor,
        at: now,
        event: 'mapping.unbound',
        subjectType: 'mapping',
        subjectId: mappingId,
        before: {
          storeId: store.id,
          keyKind: key.kind,
          key: key.key,
          version: mapping.version,
          components: mapping.components,
        },
        after: { heldOrders: touched },
      },
    ]);
    if (touched > 0) await ports.jobs.enqueue(tx, [settleAlerts(merchantId)]);
    return ok({ heldOrders: touched });
  });
}
