import { z } from 'zod';
import { codeField, idField, nameField, urlField } from '../catalog/fields.ts';
import type { SetUpPorts } from '../catalog/ports.ts';
import { newId } from '../ids.ts';
import { parseInput } from '../parse-input.ts';
import type { Actor } from '../people/actor.ts';
import { requirePermission } from '../people/permissions.ts';
import type { CarrierRecord } from '../ports/catalog.ts';
import { ok, type Result, refuse } from '../result.ts';

export interface SaveCarrierInput {
  readonly actor: Actor;
  /** The merchant in whose name it is done. */
  readonly merchantId: string;
  /** Null: a new one. */
  readonly carrierId: string | null;
  readonly code: string;
  readonly name: string;
  /** With `{number}` where the tracking number goes. */
  readonly trackingUrl: string | null;
  readonly enabled?: boolean | undefined;
}

const schema = z.object({
  carrierId: idField('There is no such carrier.').nullable(),
  code: codeField().toLowerCase(),
  name: nameField(),
  trackingUrl: urlField('The tracking link').refine(
    (link) => link === null || link.includes('{number}'),
    'Write {number} where the tracking number goes.',
  ),
  enabled: z.boolean().default(true),
});

/**
 * Adds a carrier or changes one, for every merchant: needs the role over all of them. Refusals: `not_permitted`,
 * `invalid_input`, `not_found`, `taken`.
 */
export async function saveCarrier(ports: SetUpPorts, input: SaveCarrierInput): Promise<Result<{ carrierId: string }>> {
  const permitted = requirePermission(input.actor, 'administer', null);
  if (!permitted.ok) return permitted;
  const parsed = parseInput(schema, input);
  if (!parsed.ok) return parsed;
  const { carrierId, ...facts } = parsed.value;
  return await ports.database.transaction(async (tx): Promise<Result<{ carrierId: string }>> => {
    const before = carrierId === null ? null : await ports.catalog.findCarrier(tx, carrierId);
    if (carrierId !== null && before === null) return refuse('not_found', 'There is no such carrier.');
    const after: CarrierRecord = { ...facts, id: carrierId ?? newId() };
    if ((await ports.catalog.saveCarrier(tx, after)) === 'taken') {
      return refuse('taken', `Another carrier has the code ${after.code}. Choose another one.`, 'code');
    }
    await ports.audit.append(tx, [
      {
        merchantId: input.merchantId,
        actor: input.actor,
        at: ports.clock.now(),
        event: before === null ? 'carrier.added' : 'carrier.changed',
        subjectType: 'carrier',
        subjectId: after.id,
        before: before === null ? null : { ...before },
        after: { ...after },
      },
    ]);
    return ok({ carrierId: after.id });
  });
}
