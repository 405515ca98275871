import { afterAll, expect, test, vi } from 'vitest';
import { createNotifier } from '../../bot/notifier.ts';
import { createSlackClient } from '../../bot/slack-client.ts';
import { createAlertOutbox } from '../../core/commands/deliver-alerts.ts';
import { settleMerchantAlerts } from '../../core/commands/settle-alerts.ts';
import { systemClock } from '../../core/ports/clock.ts';
import { createJobs } from '../../db/jobs.ts';
import { createDatabasePorts } from '../../db/ports.ts';
import { testDatabase } from '../support/database.ts';
import { eventually } from '../support/jobs.ts';
import { silentLog } from '../support/log.ts';
import { insertHold, insertOrder, insertStore, type TestStore } from '../support/rows.ts';
import { startSlack } from '../support/slack.ts';
import { victims } from '../support/victim.ts';

vi.setConfig({ testTimeout: 60_000 });

const { url, database, db, sql } = await testDatabase();
const slack = await startSlack();
afterAll(() => slack.close());
const start = victims('alert-process.ts');
const started = (stop: string) => start([url, slack.apiUrl, slack.channelId, stop]);

const ports = {
  ...createDatabasePorts(db, { log: silentLog, renewablePlatforms: [] }).repositories,
  database,
  clock: systemClock,
  jobs: createJobs(),
  log: silentLog,
  notifier: createNotifier({
    client: createSlackClient({ token: 'xoxb-test', apiUrl: slack.apiUrl }),
    publicUrl: 'https://desk.example.test',
    clock: systemClock,
  }),
  defaultChannelId: slack.channelId,
};
const settle = (store: TestStore) => settleMerchantAlerts(ports, { merchantId: store.merchantId });
const deliverAll = () => createAlertOutbox(ports).run(AbortSignal.timeout(1_500));

async function hold(store: TestStore): Promise<void> {
  await insertHold(sql, store, await insertOrder(sql, store), { code: 'sku_unmapped', subject: 'TSHIRT-XL' });
}

/** Lets time pass where the database keeps it: what the dead process was doing is nobody's any more. */
async function passMinute(): Promise<void> {
  await sql`update alerts set posting_since = posting_since - interval '1 minute', shown_at = shown_at - interval '1 minute',
    deliver_after = deliver_after - interval '1 minute'`;
  await sql`update slack_pacing set free_at = free_at - interval '1 minute'`;
  await sql`update graphile_worker._private_jobs set run_at = run_at - interval '1 minute' where locked_at is null`;
}

interface Change {
  readonly what: string;
  /** Until the alert lags behind by exactly this. */
  prepare(store: TestStore): Promise<void>;
  readonly shows: string;
}
const changes: readonly Change[] = [
  { what: 'a first message', prepare: async () => {}, shows: '1 order waits' },
  {
    what: 'an edit',
    async prepare(store) {
      await settle(store);
      await deliverAll();
      await hold(store);
    },
    shows: '2 orders wait',
  },
  {
    what: 'a resolution',
    async prepare(store) {
      await settle(store);
      await deliverAll();
      await sql`update holds set closed_at = now(), closed_by = 'Mei', closed_via = 'web', resolution = 'mapped'
        where merchant_id = ${store.merchantId}`;
    },
    shows: '✔ SKU not mapped',
  },
];
const stops = [
  ['while it takes the alert', 'claiming'],
  ['before Slack hears of it', 'claimed'],
  ['when Slack has taken it, before that is recorded', 'answered'],
  ['while it is recorded', 'recording'],
] as const;

const cases = changes.flatMap((change) => stops.map(([when, stop]) => ({ ...change, when, stop })));

test.each(cases)('$what whose process is killed $when is one message that says the present', async (given) => {
  const store = await insertStore(sql);
  await hold(store);
  await given.prepare(store);
  await passMinute();
  await settle(store);
  const victim = started(given.stop);
  await victim.said('stands still');
  await victim.kill();
  await passMinute();

  const survivor = started('never');
  try {
    const alertId = await eventually(async () => {
      const [row] = await sql<{ id: string; isShown: boolean }[]>`
        select id, delivered_version = version as "isShown" from alerts where merchant_id = ${store.merchantId}`;
      return row?.isShown === true ? row.id : null;
    }, 30_000);
    const mine = (await slack.messages()).filter((message) =>
      JSON.stringify(message.metadata?.event_payload ?? {}).includes(alertId),
    );
    expect(mine).toHaveLength(1);
    expect(JSON.stringify([mine[0]?.text, mine[0]?.blocks])).toContain(given.shows);
    const [row] = await sql`select message_ts, posting_since from alerts where id = ${alertId}`;
    expect(row).toEqual({ message_ts: mine[0]?.ts, posting_since: null });
  } finally {
    await survivor.kill();
  }
});
