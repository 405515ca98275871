import type { App } from '@slack/bolt';
import type { BotDeps } from '../deps.ts';
import type { Homes } from '../home.ts';
import { unfurlsOf } from '../unfurl.ts';
import type { PeopleLookup } from '../who.ts';

/** Event types that the bot asks Slack for; the manifest names the same. */
export const subscribedEvents = ['app_home_opened', 'link_shared', 'member_joined_channel'] as const;

const field = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** What happens in Slack without a press: the Home tab is opened, a link to the desk is posted, the bot is invited. */
export function listenToEvents(app: App, deps: BotDeps, who: PeopleLookup, homes: Homes): void {
  app.event('app_home_opened', async ({ event, body }) => {
    const teamId = textOf(field(body, 'team_id'));
    if (event.tab !== 'home' || teamId === null) return;
    // Notes people at first contact, by their e-mail: an owner can confirm them then.
    await who({ user: { id: event.user }, team_id: teamId });
    await homes.opened({ teamId, slackUserId: event.user }, textOf(field(event.view, 'hash')));
  });
  app.event('link_shared', async ({ event, body, client }) => {
    const teamId = textOf(field(body, 'team_id'));
    const found = await who({ user: { id: event.user }, team_id: teamId });
    // Nobody asked for anything: a link of somebody without access simply stays a link.
    if (!found.ok) return;
    const unfurls = await unfurlsOf(
      deps,
      found.value,
      event.links.map(({ url }) => url),
    );
    if (Object.keys(unfurls).length === 0) return;
    const unfurlId = textOf(field(event, 'unfurl_id'));
    const source = textOf(field(event, 'source'));
    // Slack names the message by one or the other; a link that is still being typed has no time stamp.
    await (unfurlId !== null && (source === 'composer' || source === 'conversations_history')
      ? client.chat.unfurl({ unfurl_id: unfurlId, source, unfurls })
      : client.chat.unfurl({ channel: event.channel, ts: event.message_ts, unfurls }));
  });
  app.event('member_joined_channel', async ({ event, context }) => {
    if (context.botUserId === undefined || event.user !== context.botUserId) return;
    await deps.commands.channelJoined({ channelId: event.channel });
  });
}
