import { NotifierError } from '../ports/notifier.ts';
import type { SlackMessenger } from '../ports/slack-channels.ts';
import { channelBroke, noticeJob } from '../slack/channel-broke.ts';
import { runErrand } from '../slack/errand.ts';
import type { SlackPorts } from '../slack/ports.ts';

/**
 * Tells of a broken channel, once: an owner directly; where no owner is known in Slack, the default channel; else only
 * Settings, Slack says it. Safe to run twice.
 */
export async function tellChannelBroken(ports: SlackPorts, input: { readonly channelId: string }): Promise<void> {
  const { messenger, slackChannels } = ports;
  if (messenger === null) return;
  const { channelId } = input;
  const channel = await ports.database.transaction((tx) => slackChannels.find(tx, channelId));
  const notice = channel?.notice ?? null;
  if (channel === null || notice === null || notice.doneAt !== null) return;
  const to = notice.to ?? (await addressee(ports, messenger, channelId));
  if (to === null) {
    await ports.database.transaction((tx) =>
      slackChannels.saveNotice(tx, channelId, { ...notice, doneAt: ports.clock.now() }),
    );
    return;
  }
  const failed = await runErrand(ports, messenger, {
    async take(tx) {
      const locked = await slackChannels.lock(tx, channelId);
      const current = locked.notice;
      if (current === null || current.id !== notice.id || current.doneAt !== null || locked.brokenReason === null) {
        return null;
      }
      return {
        channelId: current.to ?? to,
        messageId: current.id,
        since: locked.brokenSince ?? ports.clock.now(),
        postingSince: current.postingSince,
        message: { kind: 'channel_broken', channelId, channelName: locked.name, reason: locked.brokenReason },
      };
    },
    save: (tx, { postingSince, messageTs }) =>
      slackChannels.saveNotice(tx, channelId, {
        id: notice.id,
        to,
        postingSince,
        messageTs,
        doneAt: messageTs === null ? null : ports.clock.now(),
      }),
    again: (runAt) => noticeJob(channelId, runAt),
  });
  if (failed === null) return;
  const { defaultChannelId } = ports;
  await ports.database.transaction(async (tx) => {
    const isUnusable = failed.kind === 'channel_unusable' && to === defaultChannelId;
    if (isUnusable) await channelBroke(ports, tx, { channelId: to, code: failed.code });
    const next = to === defaultChannelId || defaultChannelId === channelId ? null : defaultChannelId;
    await slackChannels.saveNotice(tx, channelId, {
      id: notice.id,
      to: next,
      postingSince: null,
      messageTs: null,
      doneAt: next === null ? ports.clock.now() : null,
    });
    if (next !== null) await ports.jobs.enqueue(tx, [noticeJob(channelId)]);
  });
}

/** The conversation with the first owner who can be reached, else the default channel; null: nobody. */
async function addressee(ports: SlackPorts, messenger: SlackMessenger, brokenId: string): Promise<string | null> {
  const owners = await ports.database.transaction((tx) => ports.slackChannels.owners(tx));
  for (const { slackUserId } of owners) {
    try {
      return (await messenger.openDirect(slackUserId)).channelId;
    } catch (error) {
      // An owner who left the workspace; Slack being away is for the job engine to repeat.
      if (!(error instanceof NotifierError) || error.kind === 'retryable') throw error;
    }
  }
  const { defaultChannelId } = ports;
  if (defaultChannelId === null || defaultChannelId === brokenId) return null;
  const channel = await ports.database.transaction((tx) => ports.slackChannels.find(tx, defaultChannelId));
  return (channel?.brokenReason ?? null) === null ? defaultChannelId : null;
}
