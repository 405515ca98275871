import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import { createMessenger } from '../../bot/messenger.ts';
import { createSlackClient } from '../../bot/slack-client.ts';
import { digestRound } from '../../core/commands/digest-round.ts';
import { newId } from '../../core/ids.ts';
import { systemClock } from '../../core/ports/clock.ts';
import { channelBroke } from '../../core/slack/channel-broke.ts';
import { createJobs } from '../../db/jobs.ts';
import { createDatabasePorts } from '../../db/ports.ts';
import { testDatabase } from '../support/database.ts';
import { eventually } from '../support/jobs.ts';
import { silentLog } from '../support/log.ts';
import { insertHold, insertOrder, insertStore } from '../support/rows.ts';
import { startSlack } from '../support/slack.ts';
import { victims } from '../support/victim.ts';

vi.setConfig({ testTimeout: 60_000 });

const { url, database, db, sql } = await testDatabase();
const slack = await startSlack();
afterAll(() => slack.close());
const start = victims('errand-process.ts');
const started = (stop: string) => start([url, slack.apiUrl, slack.channelId, stop]);

const ports = {
  ...createDatabasePorts(db, { log: silentLog, renewablePlatforms: [] }).repositories,
  database,
  clock: systemClock,
  jobs: createJobs(),
  log: silentLog,
  messenger: createMessenger({
    client: createSlackClient({ token: 'xoxb-test', apiUrl: slack.apiUrl }),
    publicUrl: 'https://desk.example.test',
  }),
  defaultChannelId: slack.channelId,
};

beforeEach(async () => {
  await sql`delete from slack_digests`;
  await sql`delete from slack_channels`;
  await sql`delete from slack_pacing`;
});

/** Lets time pass where the database keeps it: what the dead process was doing is nobody's any more. */
async function passMinute(): Promise<void> {
  await sql`update slack_digests set posting_since = posting_since - interval '1 minute'`;
  await sql`update slack_channels set notice_posting_since = notice_posting_since - interval '1 minute'`;
  await sql`update slack_pacing set free_at = free_at - interval '1 minute'`;
  await sql`update graphile_worker._private_jobs set run_at = run_at - interval '1 minute' where locked_at is null`;
}

interface Errand {
  readonly what: string;
  /** Asks for it, as the minute's round and a refused post do. */
  ask(): Promise<unknown>;
  /** The id in its metadata. */
  messageId(): Promise<string>;
  isRecorded(): Promise<boolean>;
  readonly says: string;
}
const brokenId = 'C0GONE0001';
const errands: readonly Errand[] = [
  {
    what: 'a digest',
    async ask() {
      const store = await insertStore(sql);
      await insertHold(sql, store, await insertOrder(sql, store), { code: 'sku_unmapped', subject: 'TSHIRT-XL' });
      await sql`insert into slack_channels (id, channel_id, timezone, digest_at)
        values (${newId()}, ${slack.channelId}, 'UTC', '00:00')`;
      await digestRound(ports);
    },
    async messageId() {
      const [row] = await sql<{ id: string }[]>`select message_id as id from slack_digests`;
      return row?.id ?? '';
    },
    isRecorded: async () =>
      (await sql`select 1 from slack_digests where message_ts is not null and posting_since is null`).length === 1,
    says: 'Orders held',
  },
  {
    what: 'word of a broken channel',
    ask: () => database.transaction((tx) => channelBroke(ports, tx, { channelId: brokenId, code: 'is_archived' })),
    async messageId() {
      const [row] = await sql<
        { id: string }[]
      >`select notice_id as id from slack_channels where channel_id = ${brokenId}`;
      return row?.id ?? '';
    },
    isRecorded: async () =>
      (await sql`select 1 from slack_channels where notice_ts is not null and notice_done_at is not null`).length === 1,
    says: 'archived',
  },
];
const stops = [
  ['while it takes the errand', 'claiming'],
  ['before Slack hears of it', 'claimed'],
  ['when Slack has taken it, before that is recorded', 'answered'],
  ['while it is recorded', 'recording'],
] as const;
const cases = errands.flatMap((errand) => stops.map(([when, stop]) => ({ ...errand, when, stop })));

test.each(cases)('$what whose process is killed $when is posted once', async (given) => {
  await given.ask();
  const victim = started(given.stop);
  await victim.said('stands still');
  await victim.kill();
  await passMinute();

  const survivor = started('never');
  try {
    await eventually(given.isRecorded, 30_000);
    const messageId = await given.messageId();
    const mine = (await slack.messages()).filter((message) =>
      JSON.stringify(message.metadata?.event_payload ?? {}).includes(messageId),
    );
    expect(mine).toHaveLength(1);
    expect(JSON.stringify([mine[0]?.text, mine[0]?.blocks])).toContain(given.says);
  } finally {
    await survivor.kill();
  }
});

test('a digest waits for its turn in a channel that alerts are posted to, and takes one', async () => {
  await errands[0]?.ask();
  const bucket = `chat.postMessage:${slack.channelId}`;
  await sql`insert into slack_pacing (bucket, free_at) values (${bucket}, now() + interval '3 seconds')`;
  const [{ at: freeAt } = { at: 0 }] = await sql<{ at: number }[]>`
    select extract(epoch from free_at)::float8 as at from slack_pacing where bucket = ${bucket}`;
  const worker = started('never');
  try {
    await eventually(async () => errands[0]?.isRecorded() ?? false, 30_000);
    const [row] = await sql<{ ts: string; at: number }[]>`
      select d.message_ts as ts, extract(epoch from p.free_at)::float8 as at from slack_digests d, slack_pacing p
      where p.bucket = ${bucket}`;
    // The stand-in counts whole seconds.
    expect(Number(row?.ts)).toBeGreaterThanOrEqual(Math.floor(freeAt));
    expect(row?.at).toBeGreaterThan(freeAt + 0.9);
  } finally {
    await worker.kill();
  }
});
