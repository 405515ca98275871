import { setTimeout as sleep } from 'node:timers/promises';
import type { Actor } from '../people/actor.ts';
import { may, requirePermission } from '../people/permissions.ts';
import type { BlockedCalls, WaitingMessages } from '../ports/alerting.ts';
import { NotifierError } from '../ports/notifier.ts';
import type { SlackChannel, SlackRoute } from '../ports/slack-channels.ts';
import { ok, type Result } from '../result.ts';
import type { SlackPorts } from '../slack/ports.ts';

export interface SlackRouting {
  /** False: no token is set, alerts wait in the dashboard. */
  readonly isConnected: boolean;
  readonly defaultChannelId: string | null;
  /** Those with a row, a route, or that are the default; by name. */
  readonly channels: readonly SlackChannel[];
  /** Of all merchants and of those that `actor` may see, widest first. */
  readonly routes: readonly SlackRoute[];
  /** Messages of the merchants that `actor` may see that are not in Slack yet, and why. */
  readonly waiting: readonly WaitingMessages[];
  /** What Slack said to wait with. */
  readonly blocked: readonly BlockedCalls[];
}

/** Which channel hears of what, and how each channel stands. Refusal: `not_permitted`. */
export async function slackRouting(
  ports: SlackPorts,
  input: { readonly actor: Actor; readonly merchantId: string },
): Promise<Result<SlackRouting>> {
  const permitted = requirePermission(input.actor, 'see_orders', input.merchantId);
  if (!permitted.ok) return permitted;
  const routing = await ports.database.transaction(async (tx): Promise<SlackRouting> => {
    const known = await ports.slackChannels.list(tx);
    const routes = (await ports.slackChannels.routes(tx)).filter(
      ({ merchantId }) => merchantId === null || may(input.actor, 'see_orders', merchantId),
    );
    const now = ports.clock.now();
    const waiting = (await ports.alerts.waiting(tx, now)).filter(({ merchantId }) =>
      may(input.actor, 'see_orders', merchantId),
    );
    const blocked = await ports.alerts.blocked(tx, now);
    const { defaultChannelId } = ports;
    const ids = new Set([
      ...(defaultChannelId === null ? [] : [defaultChannelId]),
      ...known.map(({ channelId }) => channelId),
      ...routes.map(({ channelId }) => channelId),
    ]);
    const channels = [...ids].map((channelId) => known.find((one) => one.channelId === channelId) ?? unset(channelId));
    return { isConnected: ports.messenger !== null, defaultChannelId, channels, routes, waiting, blocked };
  });
  return ok({ ...routing, channels: await withNames(ports, routing.channels) });
}

/** The page does not wait for Slack longer than this: an id tells a channel too. */
const namesWithinMs = 1_500;

/** A channel that nobody has set anything for has no row, and its name only Slack knows. */
async function withNames(ports: SlackPorts, channels: readonly SlackChannel[]): Promise<readonly SlackChannel[]> {
  if (channels.every(({ name }) => name !== null)) return channels;
  const choices = await Promise.race([slackChannelChoices(ports, {}), sleep(namesWithinMs, [], { ref: false })]);
  const names = new Map(choices.map(({ channelId, name }) => [channelId, name]));
  return channels.map((channel) => ({ ...channel, name: channel.name ?? names.get(channel.channelId) ?? null }));
}

/** Channels that can be chosen: those that the bot is in. Empty where Slack cannot be asked. */
export async function slackChannelChoices(
  ports: SlackPorts,
  _input: Readonly<Record<string, never>>,
): Promise<readonly { readonly channelId: string; readonly name: string }[]> {
  try {
    return (await ports.messenger?.memberOf()) ?? [];
  } catch (error) {
    if (!(error instanceof NotifierError)) throw error;
    // An id can still be typed.
    return [];
  }
}

/** A channel of which the desk keeps nothing yet. */
const unset = (channelId: string): SlackChannel => ({
  id: '',
  channelId,
  name: null,
  timeZone: null,
  quietHours: null,
  digestAt: null,
  digestSince: null,
  unknownMayLook: false,
  brokenReason: null,
  brokenSince: null,
  notice: null,
});
