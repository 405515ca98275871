/**
 * A process that posts digests and notices in Slack, for tests that kill it:
 * `errand-process.ts <database url> <Slack API url> <channel> <stop: never|claiming|claimed|answered|recording>`.
 * It stands still, and prints so, `claiming`: in the transaction that says a post begins; `claimed`: after it, before
 * Slack hears of anything; `answered`: when Slack has answered, before anything is recorded; `recording`: in the
 * transaction that records it.
 */
import { createMessenger } from '../../bot/messenger.ts';
import { createSlackClient } from '../../bot/slack-client.ts';
import { deliverDigest } from '../../core/commands/deliver-digest.ts';
import { tellChannelBroken } from '../../core/commands/tell-channel-broken.ts';
import { systemClock } from '../../core/ports/clock.ts';
import { connectDatabase } from '../../db/client.ts';
import { createDatabase } from '../../db/database.ts';
import { startWorkers } from '../../db/jobs/workers.ts';
import { createJobs } from '../../db/jobs.ts';
import { createDatabasePorts } from '../../db/ports.ts';
import { handlersFor } from './jobs.ts';
import { silentLog } from './log.ts';

const [url = '', apiUrl = '', channel = '', stop = 'never'] = process.argv.slice(2);
const client = connectDatabase(url, { max: 4 });
const { repositories } = createDatabasePorts(client.db, { log: silentLog, renewablePlatforms: [] });
const { slackChannels } = repositories;

const standStill = (): Promise<never> => {
  process.stdout.write('stands still\n');
  return new Promise(() => {});
};
const messenger = createMessenger({
  client: createSlackClient({ token: 'xoxb-test', apiUrl, timeoutMs: 2_000 }),
  publicUrl: 'https://desk.example.test',
});
/** A row that says `posting` is written when a post begins, one with a `ts` when it was made. */
async function afterSave(row: { readonly postingSince: Date | null; readonly messageTs: string | null }) {
  if (stop === 'claiming' && row.postingSince !== null) await standStill();
  if (stop === 'recording' && row.messageTs !== null) await standStill();
}
const ports = {
  ...repositories,
  database: createDatabase(client.db),
  clock: systemClock,
  jobs: createJobs(),
  log: silentLog,
  slackChannels: {
    ...slackChannels,
    async saveDigest(...[tx, row]: Parameters<typeof slackChannels.saveDigest>) {
      await slackChannels.saveDigest(tx, row);
      await afterSave(row);
    },
    async saveNotice(...[tx, channelId, notice]: Parameters<typeof slackChannels.saveNotice>) {
      await slackChannels.saveNotice(tx, channelId, notice);
      await afterSave(notice);
    },
  },
  messenger: {
    ...messenger,
    async post(...given: Parameters<typeof messenger.post>) {
      if (stop === 'claimed') await standStill();
      const answer = await messenger.post(...given);
      if (stop === 'answered') await standStill();
      return answer;
    },
  },
  defaultChannelId: channel,
};

await startWorkers({
  url,
  log: silentLog,
  lanes: ['alert'],
  reapMs: 300,
  handlers: handlersFor({
    'slack.digest': (payload) => deliverDigest(ports, payload),
    'slack.notice': (payload) => tellChannelBroken(ports, payload),
  }),
});
process.stdout.write('ready\n');
