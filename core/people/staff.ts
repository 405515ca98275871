import { z } from 'zod';
import { idField, nameField } from '../catalog/fields.ts';
import type { AccessPorts } from '../ports/access.ts';
import type { Tx } from '../ports/database.ts';
import type { BasePorts } from '../ports/ports.ts';
import type { StaffGrant, StaffMember } from '../ports/staff.ts';
import { ok, type Result, refuse } from '../result.ts';
import { type Actor, roles } from './actor.ts';
import { may, requirePermission } from './permissions.ts';

export type StaffPorts = Pick<BasePorts, 'database' | 'clock' | 'audit'> & Pick<AccessPorts, 'access'>;

/** Whom an owner acts on; `merchantId` is the merchant looked at, in whose history it stands. */
export interface StaffInput {
  readonly actor: Actor;
  readonly merchantId: string;
  readonly personId: string;
}

export const personIdField = idField('There is no such person.');

/** What an owner says of a person. */
export const personFacts = z.object({
  name: nameField(),
  email: z
    .email('Write an e-mail address like mei@example.com.')
    .max(254, 'This e-mail address is too long.')
    .nullable(),
  role: z.enum(roles, 'Choose a role.'),
  merchantIds: z.union(
    [z.literal('all'), z.array(idField('There is no such merchant.')).min(1, 'Choose at least one merchant.')],
    'Choose at least one merchant.',
  ),
  warehouseIds: z.union(
    [z.literal('all'), z.array(idField('There is no such warehouse.')).min(1, 'Choose at least one warehouse.')],
    'Choose at least one warehouse.',
  ),
});

export interface PersonFacts {
  readonly name: string;
  /** Null or empty: none. Slack knows people by it. */
  readonly email: string | null;
  readonly role: string;
  readonly merchantIds: 'all' | readonly string[];
  /** Counts for the role `warehouse` only. */
  readonly warehouseIds: 'all' | readonly string[];
}

const owns = (actor: Actor, merchantIds: readonly string[] | null): boolean =>
  merchantIds === null ? may(actor, 'own', null) : merchantIds.every((id) => may(actor, 'own', id));

/** A role over merchants may be given by whoever owns all of them. */
export async function grantOf(
  { access }: Pick<AccessPorts, 'access'>,
  tx: Tx,
  actor: Actor,
  facts: z.infer<typeof personFacts>,
): Promise<Result<StaffGrant>> {
  const merchantIds = facts.merchantIds === 'all' ? null : [...new Set(facts.merchantIds)];
  const isNarrow = facts.role === 'warehouse' && facts.warehouseIds !== 'all';
  const warehouseIds = isNarrow && facts.warehouseIds !== 'all' ? [...new Set(facts.warehouseIds)] : null;
  if (!owns(actor, merchantIds)) {
    const which = merchantIds === null ? 'over all merchants' : 'of each of these merchants';
    return refuse('not_permitted', `Only an owner ${which} may give this role.`, 'merchantIds');
  }
  const known = await access.people.known(tx, { merchantIds: merchantIds ?? [], warehouseIds: warehouseIds ?? [] });
  if (!(merchantIds ?? []).every((id) => known.merchantIds.has(id))) {
    return refuse('not_found', 'There is no such merchant.', 'merchantIds');
  }
  if (!(warehouseIds ?? []).every((id) => known.warehouseIds.has(id))) {
    return refuse('not_found', 'There is no such warehouse.', 'warehouseIds');
  }
  return ok({ role: facts.role, merchantIds, warehouseIds });
}

/** The person, locked, when the actor owns every merchant that they have a role over. */
export async function lockStaff({ access }: StaffPorts, tx: Tx, input: StaffInput): Promise<Result<StaffMember>> {
  const permitted = requirePermission(input.actor, 'own', input.merchantId);
  if (!permitted.ok) return permitted;
  const person = await access.people.lock(tx, input.personId);
  const isSeen =
    person !== null &&
    (may(input.actor, 'own', null) ||
      person.grants.some(
        ({ merchantIds }) => merchantIds === null || merchantIds.some((id) => may(input.actor, 'own', id)),
      ));
  if (!isSeen) return refuse('not_found', 'There is no such person.', 'personId');
  if (!person.grants.every(({ merchantIds }) => owns(input.actor, merchantIds))) {
    return refuse(
      'not_permitted',
      `${person.name} has a role over other merchants, too. Ask an owner over all merchants.`,
    );
  }
  return ok(person);
}

/** Refuses when the person was the last who could hand out every role. Called after the change, in its transaction. */
export async function keepsOwner({ access }: StaffPorts, tx: Tx, before: StaffMember): Promise<Result<null>> {
  if (!before.grants.some(({ role, merchantIds }) => role === 'owner' && merchantIds === null)) return ok(null);
  return (await access.people.countOwners(tx)) > 0
    ? ok(null)
    : refuse('last_owner', 'This is the last owner over all merchants. Make somebody else an owner first.', 'role');
}

export const grantForHistory = ({ role, merchantIds, warehouseIds }: StaffGrant) => ({
  role,
  merchantIds: merchantIds ?? 'all',
  ...(role === 'warehouse' ? { warehouseIds: warehouseIds ?? 'all' } : {}),
});
