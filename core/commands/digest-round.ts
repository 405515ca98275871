import { newId } from '../ids.ts';
import type { AnyJob } from '../ports/jobs.ts';
import type { SlackChannel } from '../ports/slack-channels.ts';
import { noticeJob } from '../slack/channel-broke.ts';
import type { SlackPorts } from '../slack/ports.ts';
import { localDay, momentOn } from '../time/zoned.ts';

/**
 * Every minute: digests whose time has come get their row and their job, those that are not posted yet theirs again.
 * A digest missed by a whole day is not made up for. Also asks again for what owners were not told.
 */
export async function digestRound(ports: SlackPorts): Promise<{ readonly due: number }> {
  if (ports.messenger === null) return { due: 0 };
  return ports.database.transaction(async (tx) => {
    const now = ports.clock.now();
    const days = (await ports.slackChannels.list(tx)).flatMap((channel) => dueDay(channel, now));
    await ports.slackChannels.addDigests(
      tx,
      days.map((day) => ({ ...day, messageId: newId() })),
    );
    const open = await ports.slackChannels.openDigests(tx, days);
    const untold = await ports.slackChannels.untold(tx);
    await ports.jobs.enqueue(tx, [
      ...open.map(({ channelId, day }) => digestJob(channelId, day)),
      ...untold.map((channelId) => noticeJob(channelId)),
    ]);
    return { due: open.length };
  });
}

function dueDay(channel: SlackChannel, now: Date): { channelId: string; day: string }[] {
  const { channelId, digestAt, digestSince, timeZone, brokenReason } = channel;
  if (digestAt === null || timeZone === null || brokenReason !== null) return [];
  const day = localDay(now, timeZone);
  const at = momentOn(day, digestAt, timeZone);
  const isDue = at <= now && (digestSince === null || digestSince < at);
  return isDue ? [{ channelId, day }] : [];
}

/** Posts one channel's digest of one day. */
export const digestJob = (channelId: string, day: string, runAt?: Date): AnyJob => ({
  task: 'slack.digest',
  payload: { channelId, day },
  key: `slack.digest:${channelId}:${day}`,
  runAt,
});
