import { channelBroke } from '../slack/channel-broke.ts';
import { makeDigest } from '../slack/digest.ts';
import { runErrand } from '../slack/errand.ts';
import type { SlackPorts } from '../slack/ports.ts';
import { digestJob } from './digest-round.ts';

/**
 * Posts the digest that `digestRound` wrote down, once whatever crashes. What it counted at the first attempt is what it
 * says at the last. Throws only faults.
 */
export async function deliverDigest(
  ports: SlackPorts,
  { channelId, day }: { readonly channelId: string; readonly day: string },
): Promise<void> {
  const { messenger, slackChannels } = ports;
  if (messenger === null) return;
  const failed = await runErrand(ports, messenger, {
    async take(tx) {
      const channel = await slackChannels.find(tx, channelId);
      const row = await slackChannels.lockDigest(tx, channelId, day);
      if (channel === null || channel.timeZone === null || channel.brokenReason !== null) return null;
      // Switched off since: only a post that may be there already is looked after.
      if (row === null || row.messageTs !== null || (channel.digestAt === null && row.postingSince === null))
        return null;
      const counted = await makeDigest(ports, tx, { channelId, day, timeZone: channel.timeZone });
      const digest = row.figures === null ? counted : { ...counted, figures: row.figures };
      await slackChannels.saveDigest(tx, { ...row, figures: digest.figures });
      return {
        channelId,
        messageId: row.messageId,
        since: row.createdAt,
        postingSince: row.postingSince,
        message: { kind: 'digest', digest },
      };
    },
    async save(tx, state) {
      const row = await slackChannels.lockDigest(tx, channelId, day);
      if (row !== null && row.messageTs === null) await slackChannels.saveDigest(tx, { ...row, ...state });
    },
    again: (runAt) => digestJob(channelId, day, runAt),
  });
  if (failed?.kind === 'channel_unusable') {
    await ports.database.transaction((tx) => channelBroke(ports, tx, { channelId, code: failed.code }));
  }
}
