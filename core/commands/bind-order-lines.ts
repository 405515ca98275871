import { z } from 'zod';
import { allOrNothing } from '../all-or-nothing.ts';
import { idField } from '../catalog/fields.ts';
import { bindLines, type LineBinding } from '../dispatch/bind-lines.ts';
import { bindingsField } from '../dispatch/bindings-field.ts';
import { alreadyDispatched } from '../order/stale.ts';
import { parseInput } from '../parse-input.ts';
import type { Actor } from '../people/actor.ts';
import { requirePermission } from '../people/permissions.ts';
import type { IntakePorts } from '../ports/intake.ts';
import type { OutgoingPorts } from '../ports/outgoing.ts';
import type { BasePorts } from '../ports/ports.ts';
import { type Result, refuse } from '../result.ts';

export interface BindOrderLinesInput {
  readonly actor: Actor;
  readonly merchantId: string;
  readonly orderId: string;
  /** At least one. */
  readonly bindings: readonly LineBinding[];
}

const schema = z.object({
  orderId: idField('There is no such order.'),
  bindings: bindingsField.min(1, 'Choose a warehouse SKU.'),
});

/**
 * Binds lines in the dispatch dialog of an order that something else holds still: they become mappings for every order
 * of the store. Refusals: `not_permitted`, `invalid_input`, `not_found`, `already_dispatched` and what `bindLines` refuses.
 */
export async function bindOrderLines(
  ports: BasePorts & IntakePorts & OutgoingPorts,
  { actor, merchantId, ...input }: BindOrderLinesInput,
): Promise<Result<true>> {
  const permitted = requirePermission(actor, 'work_orders', merchantId);
  if (!permitted.ok) return permitted;
  const parsed = parseInput(schema, input);
  if (!parsed.ok) return parsed;
  const { orderId, bindings } = parsed.value;
  return allOrNothing(ports.database, async (tx) => {
    const [found] = await ports.orderLocks.read(tx, merchantId, [orderId]);
    if (found === undefined) return notFound;
    // Rules of a store change under its row's lock, taken before any order's.
    await ports.intake.stores.lock(tx, merchantId, found.storeId);
    const [order] = await ports.orderLocks.lock(tx, merchantId, [orderId]);
    if (order === undefined) return notFound;
    const moved = alreadyDispatched(order);
    if (moved !== null) return { ok: false, error: moved };
    return bindLines(ports, tx, actor, order, bindings);
  });
}

const notFound = refuse('not_found', 'There is no such order.', 'orderId');
