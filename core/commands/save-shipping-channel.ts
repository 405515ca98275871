import { z } from 'zod';
import { codeField, idField, line, nameField } from '../catalog/fields.ts';
import type { SetUpPorts } from '../catalog/ports.ts';
import { newId } from '../ids.ts';
import { parseInput } from '../parse-input.ts';
import type { Actor } from '../people/actor.ts';
import { requirePermission } from '../people/permissions.ts';
import type { ChannelRecord } from '../ports/catalog.ts';
import { ok, type Result, refuse } from '../result.ts';

export interface SaveShippingChannelInput {
  readonly actor: Actor;
  /** The merchant in whose name it is done. */
  readonly merchantId: string;
  /** Null: a new one. */
  readonly channelId: string | null;
  /** Never changes afterwards. */
  readonly warehouseId: string;
  readonly code: string;
  readonly name: string;
  readonly carrierId: string;
  /** In the carrier's words: `Ground`, `Express Worldwide`. */
  readonly serviceLevel: string;
  /** Needs a PDF label and a tracking number at dispatch. */
  readonly selfPickup: boolean;
  /** Collects money from the recipient. */
  readonly cashOnDelivery: boolean;
  readonly enabled?: boolean | undefined;
}

const longestServiceLevel = 60;

const schema = z.object({
  channelId: idField('There is no such shipping channel.').nullable(),
  warehouseId: idField('Choose a warehouse.'),
  code: codeField().toUpperCase(),
  name: nameField(),
  carrierId: idField('Choose a carrier.'),
  serviceLevel: line('Service type', longestServiceLevel),
  selfPickup: z.boolean(),
  cashOnDelivery: z.boolean(),
  enabled: z.boolean().default(true),
});

/**
 * Adds a shipping channel out of a warehouse or changes one, for every merchant: needs the role over all of them. One
 * that a shipping type defaults to cannot be disabled.
 * Refusals: `not_permitted`, `invalid_input`, `not_found`, `taken`, `in_use`.
 */
export async function saveShippingChannel(
  ports: SetUpPorts,
  input: SaveShippingChannelInput,
): Promise<Result<{ channelId: string }>> {
  const permitted = requirePermission(input.actor, 'administer', null);
  if (!permitted.ok) return permitted;
  const parsed = parseInput(schema, input);
  if (!parsed.ok) return parsed;
  const { channelId, ...facts } = parsed.value;
  return await ports.database.transaction(async (tx): Promise<Result<{ channelId: string }>> => {
    const warehouse = await ports.catalog.findWarehouse(tx, facts.warehouseId);
    if (warehouse === null) return refuse('not_found', 'There is no such warehouse.', 'warehouseId');
    const before = channelId === null ? null : await ports.catalog.findChannel(tx, channelId);
    if (channelId !== null && before === null) return refuse('not_found', 'There is no such shipping channel.');
    if (before !== null && before.warehouseId !== facts.warehouseId) {
      return refuse('invalid_input', 'A channel stays in its warehouse. Add a new one there.', 'warehouseId');
    }
    const carrier = await ports.catalog.findCarrier(tx, facts.carrierId);
    if (carrier === null || (!carrier.enabled && before?.carrierId !== carrier.id)) {
      return refuse('not_found', 'Choose an enabled carrier.', 'carrierId');
    }
    const after: ChannelRecord = { ...facts, id: channelId ?? newId() };
    if (before?.enabled === true && !after.enabled) {
      const types = await ports.catalog.shippingTypesOfChannel(tx, after.id);
      if (types.length > 0) {
        return refuse(
          'in_use',
          `It is the default channel of ${types.join(', ')}. Choose another default there first.`,
          'enabled',
        );
      }
    }
    if ((await ports.catalog.saveChannel(tx, after)) === 'taken') {
      return refuse('taken', `${warehouse.name} has a channel with the code ${after.code} already.`, 'code');
    }
    await ports.audit.append(tx, [
      {
        merchantId: input.merchantId,
        actor: input.actor,
        at: ports.clock.now(),
        event: before === null ? 'shipping_channel.added' : 'shipping_channel.changed',
        subjectType: 'shipping_channel',
        subjectId: after.id,
        before: before === null ? null : { ...before },
        after: { ...after },
      },
    ]);
    return ok({ channelId: after.id });
  });
}
