import { z } from 'zod';
import { codeField, idField, nameField } from '../catalog/fields.ts';
import type { SetUpPorts } from '../catalog/ports.ts';
import { newId } from '../ids.ts';
import { parseInput } from '../parse-input.ts';
import type { Actor } from '../people/actor.ts';
import { requirePermission } from '../people/permissions.ts';
import type { ShippingTypeRecord } from '../ports/catalog.ts';
import { ok, type Result, refuse } from '../result.ts';

export interface SaveShippingTypeInput {
  readonly actor: Actor;
  readonly merchantId: string;
  /** Null: a new one. */
  readonly shippingTypeId: string | null;
  readonly code: string;
  readonly name: string;
  /** Offered first at dispatch. */
  readonly defaultChannelId: string | null;
}

const schema = z.object({
  shippingTypeId: idField('There is no such shipping type.').nullable(),
  code: codeField().toLowerCase(),
  name: nameField(),
  defaultChannelId: idField('Choose a shipping channel.').nullable(),
});

/** Adds a merchant's shipping type or changes one. Refusals: `not_permitted`, `invalid_input`, `not_found`, `taken`. */
export async function saveShippingType(
  ports: SetUpPorts,
  input: SaveShippingTypeInput,
): Promise<Result<{ shippingTypeId: string }>> {
  const permitted = requirePermission(input.actor, 'administer', input.merchantId);
  if (!permitted.ok) return permitted;
  const parsed = parseInput(schema, input);
  if (!parsed.ok) return parsed;
  const { shippingTypeId, ...facts } = parsed.value;
  return await ports.database.transaction(async (tx): Promise<Result<{ shippingTypeId: string }>> => {
    const before =
      shippingTypeId === null ? null : await ports.catalog.findShippingType(tx, input.merchantId, shippingTypeId);
    if (shippingTypeId !== null && before === null) return refuse('not_found', 'There is no such shipping type.');
    if (facts.defaultChannelId !== null && facts.defaultChannelId !== before?.defaultChannelId) {
      const channel = await ports.catalog.findChannel(tx, facts.defaultChannelId);
      const merchants = channel === null ? [] : await ports.catalog.merchantsOfWarehouse(tx, channel.warehouseId);
      if (channel?.enabled !== true || !merchants.includes(input.merchantId)) {
        return refuse('not_found', 'Choose an enabled channel of a warehouse that serves you.', 'defaultChannelId');
      }
    }
    const after: ShippingTypeRecord = { ...facts, id: shippingTypeId ?? newId(), merchantId: input.merchantId };
    if ((await ports.catalog.saveShippingType(tx, after)) === 'taken') {
      return refuse('taken', `Another shipping type has the code ${after.code}. Choose another one.`, 'code');
    }
    await ports.audit.append(tx, [
      {
        merchantId: input.merchantId,
        actor: input.actor,
        at: ports.clock.now(),
        event: before === null ? 'shipping_type.added' : 'shipping_type.changed',
        subjectType: 'shipping_type',
        subjectId: after.id,
        before: before === null ? null : { ...before },
        after: { ...after },
      },
    ]);
    return ok({ shippingTypeId: after.id });
  });
}
