import { z } from 'zod';
import { codeField, idField, nameField, timezoneField } from '../catalog/fields.ts';
import type { SetUpPorts } from '../catalog/ports.ts';
import { newId } from '../ids.ts';
import { parseInput } from '../parse-input.ts';
import type { Actor } from '../people/actor.ts';
import { requirePermission } from '../people/permissions.ts';
import type { MerchantRecord } from '../ports/catalog.ts';
import { ok, type Result, refuse } from '../result.ts';

export interface SaveMerchantInput {
  readonly actor: Actor;
  /** The merchant to change; null: a new one. */
  readonly merchantId: string | null;
  readonly name: string;
  /** Short name for labels and URLs; unique over the installation, kept in lower case. */
  readonly code: string;
  readonly timezone: string;
  /** Archived: its pages stay readable, it takes no part in pickers. */
  readonly archived?: boolean | undefined;
}

const schema = z.object({
  merchantId: idField('There is no such merchant.').nullable(),
  name: nameField(),
  code: codeField().toLowerCase(),
  timezone: timezoneField,
  archived: z.boolean().default(false),
});

/** Adds a merchant or changes one. Refusals: `not_permitted`, `invalid_input`, `not_found`, `taken`. */
export async function saveMerchant(
  ports: SetUpPorts,
  input: SaveMerchantInput,
): Promise<Result<{ merchantId: string }>> {
  const permitted = requirePermission(input.actor, 'own', input.merchantId);
  if (!permitted.ok) return permitted;
  const parsed = parseInput(schema, input);
  if (!parsed.ok) return parsed;
  const { merchantId, archived, ...facts } = parsed.value;
  return await ports.database.transaction(async (tx): Promise<Result<{ merchantId: string }>> => {
    const now = ports.clock.now();
    const before = merchantId === null ? null : await ports.catalog.findMerchant(tx, merchantId);
    if (merchantId !== null && before === null) return refuse('not_found', 'There is no such merchant.');
    const after: MerchantRecord = {
      ...facts,
      id: merchantId ?? newId(),
      archivedAt: archived ? (before?.archivedAt ?? now) : null,
    };
    if ((await ports.catalog.saveMerchant(tx, after)) === 'taken') {
      return refuse('taken', `Another merchant has the code ${after.code}. Choose another one.`, 'code');
    }
    await ports.audit.append(tx, [
      {
        merchantId: after.id,
        actor: input.actor,
        at: now,
        event: before === null ? 'merchant.added' : 'merchant.changed',
        subjectType: 'merchant',
        subjectId: after.id,
        before: before === null ? null : { ...before },
        after: { ...after },
      },
    ]);
    return ok({ merchantId: after.id });
  });
}
