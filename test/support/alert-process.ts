/**
 * A process that shows alerts in Slack, for tests that kill it:
 * `alert-process.ts <database url> <Slack API url> <channel> <stop: never|claiming|claimed|answered|recording>`.
 * It stands still, and prints so, `claiming`: in the transaction that takes the alert; `claimed`: after it, before Slack
 * hears of anything; `answered`: when Slack has answered, before anything is recorded; `recording`: in the transaction
 * that records it.
 */
import { createNotifier } from '../../bot/notifier.ts';
import { createSlackClient } from '../../bot/slack-client.ts';
import { createAlertOutbox } from '../../core/commands/deliver-alerts.ts';
import { systemClock } from '../../core/ports/clock.ts';
import type { Notifier } from '../../core/ports/notifier.ts';
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

const standStill = (): Promise<never> => {
  process.stdout.write('stands still\n');
  return new Promise(() => {});
};
const real = createNotifier({
  client: createSlackClient({ token: 'xoxb-test', apiUrl, timeoutMs: 2_000 }),
  publicUrl: 'https://desk.example.test',
  clock: systemClock,
});
async function around<T>(call: () => Promise<T>): Promise<T> {
  if (stop === 'claimed') await standStill();
  const answer = await call();
  if (stop === 'answered') await standStill();
  return answer;
}
const notifier: Notifier = {
  post: (channelId, alert) => around(() => real.post(channelId, alert)),
  update: (channelId, ts, alert) => around(() => real.update(channelId, ts, alert)),
  find: (channelId, alertId, since) => real.find(channelId, alertId, since),
};
const { alerts } = repositories;
const outbox = createAlertOutbox({
  ...repositories,
  database: createDatabase(client.db),
  clock: systemClock,
  jobs: createJobs(),
  log: silentLog,
  alerts: {
    ...alerts,
    async claim(tx, claims, since) {
      await alerts.claim(tx, claims, since);
      if (stop === 'claiming' && claims.length > 0) await standStill();
    },
    async markDelivered(tx, merchantId, alertId, delivered) {
      await alerts.markDelivered(tx, merchantId, alertId, delivered);
      if (stop === 'recording') await standStill();
    },
  },
  notifier,
  defaultChannelId: channel,
});

await startWorkers({
  url,
  log: silentLog,
  lanes: ['alert'],
  reapMs: 300,
  handlers: handlersFor({ 'alert.outbox': (_payload, { signal }) => outbox.run(signal) }),
});
process.stdout.write('ready\n');
