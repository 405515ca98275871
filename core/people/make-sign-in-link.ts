import { z } from 'zod';
import { allOrNothing } from '../all-or-nothing.ts';
import { parseInput } from '../parse-input.ts';
import type { AccessPorts } from '../ports/access.ts';
import type { Tx } from '../ports/database.ts';
import { ok, type Result, refuse } from '../result.ts';
import { lockStaff, personIdField, type StaffInput, type StaffPorts } from './staff.ts';
import { hashToken, newToken } from './token.ts';

/** Handed over by a person, so it serves longer than the owner's own: a day. It still works once. */
const linkHours = 24;

export interface SignInLink {
  /** Goes into the link, shown once; the database keeps its hash only. */
  readonly token: string;
  readonly expiresAt: Date;
}

/** A one-time link for this person; an earlier open one ends. */
export async function writeLink(
  { access }: Pick<AccessPorts, 'access'>,
  tx: Tx,
  personId: string,
  now: Date,
): Promise<SignInLink> {
  const token = newToken();
  const tokenHash = await hashToken(token);
  const expiresAt = new Date(now.getTime() + linkHours * 3_600_000);
  await access.people.closeLoginLinks(tx, personId, now);
  await access.people.insertLoginLink(tx, { tokenHash, personId, createdAt: now, expiresAt });
  return { token, expiresAt };
}

const schema = z.object({ personId: personIdField });

/** A new sign-in link for a person, to be handed over by the owner. Refusals: `not_permitted`, `not_found`, `disabled`. */
export async function makeSignInLink(
  ports: StaffPorts,
  input: StaffInput,
): Promise<Result<SignInLink & { readonly name: string }>> {
  const parsed = parseInput(schema, input);
  if (!parsed.ok) return parsed;
  return allOrNothing<SignInLink & { readonly name: string }>(ports.database, async (tx) => {
    const person = await lockStaff(ports, tx, input);
    if (!person.ok) return person;
    const { id, name, status } = person.value;
    if (status === 'disabled') return refuse('disabled', `${name} is disabled. Enable them first.`);
    const now = ports.clock.now();
    const link = await writeLink(ports, tx, id, now);
    await ports.audit.append(tx, [
      {
        merchantId: input.merchantId,
        actor: input.actor,
        at: now,
        event: 'person.link_made',
        subjectType: 'person',
        subjectId: id,
        after: { name, expiresAt: link.expiresAt.toISOString() },
      },
    ]);
    return ok({ ...link, name });
  });
}
