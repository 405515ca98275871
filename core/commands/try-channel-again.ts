import { merchantsOfChannel } from '../alert/routing.ts';
import { newId } from '../ids.ts';
import { type Actor, systemActor } from '../people/actor.ts';
import { requirePermission } from '../people/permissions.ts';
import type { Tx } from '../ports/database.ts';
import { NotifierError } from '../ports/notifier.ts';
import type { SlackChannel, SlackMessenger } from '../ports/slack-channels.ts';
import { ok, type Result, refuse } from '../result.ts';
import { brokenWords } from '../slack/broken-words.ts';
import { lookAnew } from '../slack/look-anew.ts';
import { nameChannel } from '../slack/name-channel.ts';
import type { SlackPorts } from '../slack/ports.ts';

/**
 * Posts one sentence to a channel that was marked as broken: when Slack takes it, alerts go there again.
 * Refusals: `not_permitted`, `not_found`, `channel_unusable` (with what is wrong now), `slack_away`.
 */
export async function tryChannelAgain(
  ports: SlackPorts,
  input: {
    readonly actor: Actor;
    /** The merchant in whose history it stands. */
    readonly merchantId: string;
    readonly channelId: string;
  },
): Promise<Result<{ readonly channelName: string | null }>> {
  const permitted = requirePermission(input.actor, 'administer', null);
  if (!permitted.ok) return permitted;
  const { messenger, slackChannels } = ports;
  const channel = await ports.database.transaction((tx) => slackChannels.find(tx, input.channelId));
  if (channel === null) return refuse('not_found', 'There is no such channel.');
  if (channel.brokenReason === null) return ok({ channelName: channel.name });
  if (messenger === null) return refuse('slack_away', 'Slack is not connected: set SLACK_BOT_TOKEN first.');
  const { actor, merchantId } = input;
  return postAndMend(ports, messenger, channel, (tx, locked) => note(ports, tx, locked, actor, [merchantId]));
}

/**
 * The same without being asked: Slack says that the bot was let into a channel. Whoever let it in waits for its alerts;
 * a channel that was not broken is left alone. It stands in the history of the merchants that the channel hears of;
 * where it hears of none, only the log has it. True when alerts go there again.
 */
export async function channelJoined(ports: SlackPorts, input: { readonly channelId: string }): Promise<boolean> {
  const { messenger, slackChannels } = ports;
  const channel = await ports.database.transaction((tx) => slackChannels.find(tx, input.channelId));
  if (channel === null || channel.brokenReason === null || messenger === null) return false;
  const mended = await postAndMend(ports, messenger, channel, async (tx, locked) => {
    const merchantIds = (await slackChannels.merchants(tx)).map(({ id }) => id);
    const known = { routes: await slackChannels.routes(tx), merchantIds, defaultChannelId: ports.defaultChannelId };
    await note(ports, tx, locked, systemActor, merchantsOfChannel(input.channelId, known));
  });
  const { channelId } = channel;
  if (mended.ok) ports.log.info({ channelId }, 'a Slack channel can be used again');
  else ports.log.warn({ channelId, code: mended.error.code }, 'a Slack channel still cannot be used');
  return mended.ok;
}

const note = (
  ports: SlackPorts,
  tx: Tx,
  locked: SlackChannel,
  actor: Actor,
  merchantIds: readonly string[],
): Promise<void> =>
  ports.audit.append(
    tx,
    merchantIds.map((merchantId) => ({
      merchantId,
      actor,
      at: ports.clock.now(),
      event: 'slack_channel.mended',
      subjectType: 'slack_channel',
      subjectId: locked.id,
      before: { brokenReason: locked.brokenReason },
      after: { channelId: locked.channelId },
    })),
  );

/** One sentence to the channel; when Slack takes it, the channel works, and what waited for it is looked at again. */
async function postAndMend(
  ports: SlackPorts,
  messenger: SlackMessenger,
  channel: SlackChannel,
  record: (tx: Tx, locked: SlackChannel) => Promise<void>,
): Promise<Result<{ readonly channelName: string | null }>> {
  const { slackChannels } = ports;
  const named = await nameChannel(ports, channel.channelId);
  if (!named.ok) return named;
  try {
    await messenger.post(channel.channelId, newId(), { kind: 'channel_works' });
  } catch (error) {
    if (!(error instanceof NotifierError)) throw error;
    return error.kind === 'channel_unusable'
      ? refuse('channel_unusable', brokenWords(error.code, named.value.name))
      : refuse('slack_away', `Slack answered ${error.code}. Try again in a minute.`);
  }
  await ports.database.transaction(async (tx) => {
    const locked = await slackChannels.lock(tx, channel.channelId, named.value.name);
    await slackChannels.markWorking(tx, channel.channelId);
    await record(tx, locked);
    await lookAnew(ports, tx);
  });
  return ok({ channelName: named.value.name ?? channel.name });
}
