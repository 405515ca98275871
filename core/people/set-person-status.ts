import { z } from 'zod';
import { allOrNothing } from '../all-or-nothing.ts';
import { parseInput } from '../parse-input.ts';
import type { StaffMember } from '../ports/staff.ts';
import { ok, type Result, refuse } from '../result.ts';
import { keepsOwner, lockStaff, personIdField, type StaffInput, type StaffPorts } from './staff.ts';

const schema = z.object({
  personId: personIdField,
  status: z.enum(['active', 'disabled'], 'Choose active or disabled.'),
});

/**
 * Lets a person in again, or keeps them out: a disabled one is signed out everywhere at once, open links end, and
 * presses in Slack count no more. Refusals: `not_permitted`, `invalid_input`, `not_found`, `self`, `last_owner`.
 */
export async function setPersonStatus(
  ports: StaffPorts,
  input: StaffInput & { readonly status: StaffMember['status'] },
): Promise<Result<{ readonly name: string }>> {
  const parsed = parseInput(schema, input);
  if (!parsed.ok) return parsed;
  const { personId, status } = parsed.value;
  return allOrNothing<{ readonly name: string }>(ports.database, async (tx) => {
    const found = await lockStaff(ports, tx, input);
    if (!found.ok) return found;
    const { name, status: before } = found.value;
    if (before === status) return ok({ name });
    if (personId === input.actor.personId) {
      return refuse('self', 'You cannot disable yourself. Ask another owner.', 'personId');
    }
    const { people } = ports.access;
    const now = ports.clock.now();
    await people.setStatus(tx, personId, status);
    if (status === 'disabled') {
      const owned = await keepsOwner(ports, tx, found.value);
      if (!owned.ok) return owned;
      await people.endSessions(tx, personId);
      await people.closeLoginLinks(tx, personId, now);
    }
    await ports.audit.append(tx, [
      {
        merchantId: input.merchantId,
        actor: input.actor,
        at: now,
        event: status === 'disabled' ? 'person.disabled' : 'person.enabled',
        subjectType: 'person',
        subjectId: personId,
        before: { status: before },
        after: { name, status },
      },
    ]);
    return ok({ name });
  });
}

/** Ends every browser session of a person and their open sign-in links. Refusals: `not_permitted`, `not_found`. */
export async function signOutEverywhere(
  ports: StaffPorts,
  input: StaffInput,
): Promise<Result<{ readonly name: string; readonly sessions: number }>> {
  const parsed = parseInput(z.object({ personId: personIdField }), input);
  if (!parsed.ok) return parsed;
  return allOrNothing<{ readonly name: string; readonly sessions: number }>(ports.database, async (tx) => {
    const found = await lockStaff(ports, tx, input);
    if (!found.ok) return found;
    const { id, name } = found.value;
    const now = ports.clock.now();
    const sessions = await ports.access.people.endSessions(tx, id);
    await ports.access.people.closeLoginLinks(tx, id, now);
    await ports.audit.append(tx, [
      {
        merchantId: input.merchantId,
        actor: input.actor,
        at: now,
        event: 'person.signed_out',
        subjectType: 'person',
        subjectId: id,
        after: { name, sessions },
      },
    ]);
    return ok({ name, sessions });
  });
}
