import type { webApi } from '@slack/bolt';
import type { Actor } from '../core/people/actor.ts';
import { isSlackUserKnown, slackActor } from '../core/people/slack-actor.ts';
import { slackLooker } from '../core/people/slack-looker.ts';
import type { AlertingPorts } from '../core/ports/alerting.ts';
import type { BasePorts } from '../core/ports/ports.ts';
import type { SlackChannelPorts } from '../core/ports/slack-channels.ts';
import { type Result, refuse } from '../core/result.ts';
import type { SlackPeople } from './deps.ts';

/** Who pressed, as the desk knows them. */
export type PeopleLookup = (
  body: object,
  /** They only want to read: then the channel's setting may let in people whom the desk does not know. */
  how?: { readonly isLooking: boolean },
) => Promise<Result<Actor>>;

const field = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** The desk's own rows about Slack users. */
export const createSlackPeople = (
  ports: Pick<BasePorts, 'database' | 'clock'> &
    Pick<AlertingPorts, 'slackPeople' | 'defaultChannelId'> &
    Pick<SlackChannelPorts, 'slackChannels'>,
): SlackPeople => ({
  actorOf: (user) => slackActor(ports, user),
  lookerIn: (user, channelId) => slackLooker(ports, user, channelId),
  isKnown: (user) => isSlackUserKnown(ports, user),
});

export function createPeopleLookup(deps: { client: webApi.WebClient; people: SlackPeople }): PeopleLookup {
  return async (body, how) => {
    const userId = text(field(body, 'user_id')) ?? text(field(field(body, 'user'), 'id'));
    const teamId =
      text(field(body, 'team_id')) ??
      text(field(field(body, 'team'), 'id')) ??
      text(field(field(body, 'user'), 'team_id'));
    if (userId === null || teamId === null) return refuse('unknown_person', 'Slack did not say who you are.');
    const name = text(field(body, 'user_name')) ?? text(field(field(body, 'user'), 'name')) ?? userId;
    const isKnown = await deps.people.isKnown({ teamId, userId });
    const profile = isKnown ? null : await profileOf(deps.client, { teamId, userId });
    // Events name nobody: then Slack's own name for them, so that an owner knows whom they confirm.
    const shown = name === userId ? (profile?.name ?? name) : name;
    const user = { teamId, userId, email: profile?.email ?? null, name: shown };
    return how?.isLooking === true
      ? deps.people.lookerIn(user, text(field(body, 'channel_id')))
      : deps.people.actorOf(user);
  };
}

async function profileOf(
  client: webApi.WebClient,
  { teamId, userId }: { readonly teamId: string; readonly userId: string },
): Promise<{ readonly email: string | null; readonly name: string | null } | null> {
  try {
    const { user } = await client.users.info({ user: userId });
    // In a channel shared with another company their people are seen, too: what those say of themselves proves nothing.
    const isOfOurs = user?.is_stranger !== true && (user?.team_id ?? teamId) === teamId;
    return { email: isOfOurs ? (user?.profile?.email ?? null) : null, name: text(user?.real_name) ?? text(user?.name) };
  } catch {
    // Slack is slow or the scope is missing: the person is noted without an e-mail and can be linked by an admin.
    return null;
  }
}
