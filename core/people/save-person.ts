import { allOrNothing } from '../all-or-nothing.ts';
import { newId } from '../ids.ts';
import { parseInput } from '../parse-input.ts';
import { ok, type Result, refuse } from '../result.ts';
import type { Actor } from './actor.ts';
import { type SignInLink, writeLink } from './make-sign-in-link.ts';
import { requirePermission } from './permissions.ts';
import {
  grantForHistory,
  grantOf,
  keepsOwner,
  lockStaff,
  type PersonFacts,
  personFacts,
  personIdField,
  type StaffInput,
  type StaffPorts,
} from './staff.ts';

const taken = refuse('taken', 'Another person has this e-mail address.', 'email');
const withoutEmpty = <Input extends PersonFacts>(input: Input) => ({ ...input, email: input.email?.trim() || null });

/**
 * Adds a person with one role and makes their first sign-in link, to be handed over by the owner. Refusals:
 * `not_permitted`, `invalid_input`, `not_found`, `taken`.
 */
export async function invitePerson(
  ports: StaffPorts,
  input: PersonFacts & { readonly actor: Actor; readonly merchantId: string },
): Promise<Result<SignInLink & { readonly personId: string }>> {
  const { actor, merchantId } = input;
  const permitted = requirePermission(actor, 'own', merchantId);
  if (!permitted.ok) return permitted;
  const parsed = parseInput(personFacts, withoutEmpty(input));
  if (!parsed.ok) return parsed;
  const facts = parsed.value;
  if (facts.email === null) return refuse('invalid_input', 'Give the person’s e-mail address.', 'email');
  const { name, email } = facts;
  return allOrNothing<SignInLink & { readonly personId: string }>(ports.database, async (tx) => {
    const grant = await grantOf(ports, tx, actor, facts);
    if (!grant.ok) return grant;
    const personId = newId();
    const { people } = ports.access;
    if ((await people.insert(tx, { id: personId, name, email })) === 'taken') return taken;
    await people.replaceGrants(tx, personId, grant.value);
    const now = ports.clock.now();
    const link = await writeLink(ports, tx, personId, now);
    await ports.audit.append(tx, [
      {
        merchantId,
        actor,
        at: now,
        event: 'person.invited',
        subjectType: 'person',
        subjectId: personId,
        after: { name, email, ...grantForHistory(grant.value) },
      },
    ]);
    return ok({ ...link, personId });
  });
}

const changeSchema = personFacts.extend({ personId: personIdField });

/**
 * Changes a person's name, e-mail address and role; the one role takes the place of all that they held, at once in
 * every open browser. Refusals: `not_permitted`, `invalid_input`, `not_found`, `taken`, `last_owner`.
 */
export async function changePerson(
  ports: StaffPorts,
  input: PersonFacts & StaffInput,
): Promise<Result<{ readonly personId: string }>> {
  const { actor, merchantId } = input;
  const parsed = parseInput(changeSchema, withoutEmpty(input));
  if (!parsed.ok) return parsed;
  const { personId, name, email } = parsed.value;
  return allOrNothing<{ readonly personId: string }>(ports.database, async (tx) => {
    const before = await lockStaff(ports, tx, input);
    if (!before.ok) return before;
    const grant = await grantOf(ports, tx, actor, parsed.value);
    if (!grant.ok) return grant;
    const { people } = ports.access;
    if ((await people.update(tx, personId, { name, email })) === 'taken') return taken;
    await people.replaceGrants(tx, personId, grant.value);
    const owned = await keepsOwner(ports, tx, before.value);
    if (!owned.ok) return owned;
    await ports.audit.append(tx, [
      {
        merchantId,
        actor,
        at: ports.clock.now(),
        event: 'person.changed',
        subjectType: 'person',
        subjectId: personId,
        before: {
          name: before.value.name,
          email: before.value.email,
          grants: before.value.grants.map(grantForHistory),
        },
        after: { name, email, grants: [grantForHistory(grant.value)] },
      },
    ]);
    return ok({ personId });
  });
}
