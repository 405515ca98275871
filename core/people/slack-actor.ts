import { z } from 'zod';
import { idField } from '../catalog/fields.ts';
import { parseInput } from '../parse-input.ts';
import type { AlertingPorts, SlackPersonLink } from '../ports/alerting.ts';
import type { BasePorts } from '../ports/ports.ts';
import { ok, type Result, refuse } from '../result.ts';
import type { Actor } from './actor.ts';
import { requirePermission } from './permissions.ts';

type SlackPeoplePorts = Pick<BasePorts, 'database' | 'clock'> & Pick<AlertingPorts, 'slackPeople'>;

export interface SlackUser {
  readonly teamId: string;
  readonly userId: string;
  readonly email: string | null;
  readonly name: string;
}

/**
 * The desk user behind a Slack user. At first contact the two are linked by e-mail, and an owner confirms it: until
 * then the answer is a refusal that says so.
 */
export async function slackActor(ports: SlackPeoplePorts, user: SlackUser): Promise<Result<Actor>> {
  const person = await ports.database.transaction(async (tx) => {
    const known = await ports.slackPeople.find(tx, user);
    if (known !== null) return known;
    await ports.slackPeople.meet(tx, user);
    return ports.slackPeople.find(tx, user);
  });
  // Whoever was confirmed once and may not act any more is no stranger, whom a channel may let look.
  if (person?.isUnlinked === true) {
    return refuse('disabled', 'Your access to the desk was taken back. Ask an owner if you still need it.');
  }
  if (person?.isConfirmed === true && person.personId === null) {
    return refuse('disabled', 'Your access to the desk has ended. Ask an owner if you still need it.');
  }
  if (person === null || person.personId === null || !person.isConfirmed) {
    return refuse(
      'unknown_person',
      'The desk does not know you yet. Ask an owner to confirm you under Settings, Slack people; then press again.',
    );
  }
  return ok({ personId: person.personId, name: person.name, via: 'slack', grants: person.grants });
}

/** True when this Slack user was met before. */
export const isSlackUserKnown = (
  ports: SlackPeoplePorts,
  user: Pick<SlackUser, 'teamId' | 'userId'>,
): Promise<boolean> => ports.database.transaction(async (tx) => (await ports.slackPeople.find(tx, user)) !== null);

/** Slack users whom the desk has met, first those who wait for a confirmation. Owners and admins only. */
export async function listSlackPeople(
  ports: SlackPeoplePorts,
  input: { readonly actor: Actor },
): Promise<Result<readonly SlackPersonLink[]>> {
  const permitted = requirePermission(input.actor, 'administer', null);
  if (!permitted.ok) return permitted;
  return ok(await ports.database.transaction((tx) => ports.slackPeople.list(tx)));
}

const confirmation = z.object({
  linkId: idField('There is no such Slack user.'),
  personId: idField('Choose a person.'),
});

/** Confirms that a Slack user is this desk user: from then on their presses count with that person's roles. */
export async function confirmSlackPerson(
  ports: SlackPeoplePorts & Pick<BasePorts, 'audit'>,
  input: {
    readonly actor: Actor;
    /** The merchant in whose history it stands. */
    readonly merchantId: string;
    readonly linkId: string;
    readonly personId: string;
  },
): Promise<Result<{ readonly slackName: string; readonly personName: string }>> {
  // Whoever confirms hands out roles: that is the owner's to do.
  const permitted = requirePermission(input.actor, 'own', null);
  if (!permitted.ok) return permitted;
  const parsed = parseInput(confirmation, input);
  if (!parsed.ok) return parsed;
  const { linkId, personId } = parsed.value;
  return ports.database.transaction(async (tx) => {
    const at = ports.clock.now();
    const confirmed = await ports.slackPeople.confirm(tx, { id: linkId, personId, at });
    if (confirmed === null) return refuse('not_found', 'Choose a Slack user and an active person.', 'personId');
    await ports.audit.append(tx, [
      {
        merchantId: input.merchantId,
        actor: input.actor,
        at,
        event: 'person.slack_confirmed',
        subjectType: 'person',
        subjectId: personId,
        before: { personId: confirmed.personIdBefore },
        after: { personId, slackUserId: confirmed.slackUserId },
      },
    ]);
    return ok({ slackName: confirmed.slackName, personName: confirmed.personName });
  });
}

const unlinking = confirmation.pick({ linkId: true });

/** Takes a confirmation back: from then on nothing that this Slack user presses counts, until confirmed anew. */
export async function unlinkSlackPerson(
  ports: SlackPeoplePorts & Pick<BasePorts, 'audit'>,
  input: {
    readonly actor: Actor;
    /** The merchant in whose history it stands. */
    readonly merchantId: string;
    readonly linkId: string;
  },
): Promise<Result<{ readonly slackName: string }>> {
  const permitted = requirePermission(input.actor, 'own', null);
  if (!permitted.ok) return permitted;
  const parsed = parseInput(unlinking, input);
  if (!parsed.ok) return parsed;
  return ports.database.transaction(async (tx) => {
    const at = ports.clock.now();
    const unlinked = await ports.slackPeople.unlink(tx, { id: parsed.value.linkId, at });
    if (unlinked === null) return refuse('not_found', 'This Slack user is not confirmed: nothing to take back.');
    await ports.audit.append(tx, [
      {
        merchantId: input.merchantId,
        actor: input.actor,
        at,
        event: 'person.slack_unlinked',
        subjectType: 'person',
        subjectId: unlinked.personId,
        before: { personId: unlinked.personId, slackUserId: unlinked.slackUserId },
        after: { personId: null },
      },
    ]);
    return ok({ slackName: unlinked.slackName });
  });
}
