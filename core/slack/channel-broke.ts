import { newId } from '../ids.ts';
import type { Tx } from '../ports/database.ts';
import type { AnyJob } from '../ports/jobs.ts';
import type { SlackPorts } from './ports.ts';

/**
 * Notes that Slack refuses a channel for good (archived, gone, the bot not in it): alerts take the next wider route from
 * now on, and an owner is told once. `code` is Slack's word.
 */
export async function channelBroke(
  ports: Pick<SlackPorts, 'slackChannels' | 'jobs' | 'clock' | 'log'>,
  tx: Tx,
  { channelId, code }: { readonly channelId: string; readonly code: string },
): Promise<void> {
  const at = ports.clock.now();
  const isNew = await ports.slackChannels.markBroken(tx, channelId, { reason: code, noticeId: newId(), at });
  if (!isNew) return;
  await ports.jobs.enqueue(tx, [noticeJob(channelId)]);
  ports.log.warn({ channelId, code }, 'a Slack channel cannot be used');
}

/** Tells an owner that a channel cannot be used. */
export const noticeJob = (channelId: string, runAt?: Date): AnyJob => ({
  task: 'slack.notice',
  payload: { channelId },
  key: `slack.notice:${channelId}`,
  runAt,
  maxAttempts: 25,
});
