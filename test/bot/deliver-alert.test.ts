import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createNotifier } from '../../bot/notifier.ts';
import { createSlackClient } from '../../bot/slack-client.ts';
import { whereToShow } from '../../core/alert/where-to-show.ts';
import { deliverAlert } from '../../core/commands/deliver-alert.ts';
import { settleMerchantAlerts } from '../../core/commands/settle-alerts.ts';
import type { AnyJob } from '../../core/ports/jobs.ts';
import { createAlertRepository } from '../../db/repositories/alerts.ts';
import { createAuditRepository } from '../../db/repositories/audit.ts';
import { createInteractionRepository } from '../../db/repositories/interactions.ts';
import { createSlackChannelRepository } from '../../db/repositories/slack-channels.ts';
import { createSlackPeopleRepository } from '../../db/repositories/slack-people.ts';
import { testDatabase } from '../support/database.ts';
import { insertHold, insertOrder, insertStore, type TestStore } from '../support/rows.ts';
import { startSlack } from '../support/slack.ts';

const { database, sql } = await testDatabase();
const slack = await startSlack();
afterAll(() => slack.close());

let now = new Date('2026-11-20T12:00:00Z');
const clock = { now: () => now };
const enqueued: AnyJob[] = [];
const silent = { debug() {}, info() {}, warn() {}, error() {} };
const client = createSlackClient({ token: 'xoxb-test', apiUrl: slack.apiUrl, timeoutMs: 2_000 });
const ports = {
  database,
  clock,
  audit: createAuditRepository(),
  log: silent,
  jobs: { enqueue: async (_tx: unknown, jobs: readonly AnyJob[]) => void enqueued.push(...jobs) },
  alerts: createAlertRepository({ renewablePlatforms: [] }),
  interactions: createInteractionRepository(),
  slackPeople: createSlackPeopleRepository(),
  slackChannels: createSlackChannelRepository(),
  notifier: createNotifier({ client, publicUrl: 'https://desk.example.test', clock }),
  defaultChannelId: slack.channelId,
};

let store: TestStore;
let orderId: string;
beforeEach(async () => {
  enqueued.length = 0;
  await sql`delete from slack_pacing`;
  slack.faults.length = 0;
  store = await insertStore(sql);
  orderId = await insertOrder(sql, store, { number: '#1042' });
  await insertHold(sql, store, orderId, { code: 'sku_unmapped', subject: 'TSHIRT-XL' });
});

const settle = () => settleMerchantAlerts(ports, { merchantId: store.merchantId });
const alertRow = async () => {
  const [row] = await sql<
    {
      id: string;
      message_ts: string | null;
      posting_since: string | null;
      delivered_version: number;
      version: number;
    }[]
  >`
    select * from alerts where merchant_id = ${store.merchantId}`;
  if (row === undefined) throw new Error('no alert');
  return row;
};
const deliver = async () => deliverAlert(ports, { merchantId: store.merchantId, alertId: (await alertRow()).id });
const waits = async () => {
  const [row] = await sql<{ delivery_error: string | null; deliver_after: string | null }[]>`
    select delivery_error, deliver_after from alerts where merchant_id = ${store.merchantId}`;
  return {
    delivery_error: row?.delivery_error,
    deliver_after: row?.deliver_after == null ? null : new Date(row.deliver_after),
  };
};
const messagesOfAlert = async () => {
  const { id } = await alertRow();
  return (await slack.messages()).filter((message) =>
    JSON.stringify(message.metadata?.event_payload ?? {}).includes(id),
  );
};

describe('an alert in Slack', () => {
  it('is posted once, then edited in place, then turns to its resolved form', async () => {
    await settle();
    expect(await deliver()).toBe('delivered');
    await insertHold(sql, store, await insertOrder(sql, store), { code: 'sku_unmapped', subject: 'TSHIRT-XL' });
    await settle();
    await deliver();
    expect(await messagesOfAlert()).toHaveLength(1);
    expect(JSON.stringify(await messagesOfAlert())).toContain('2 orders wait');
    await sql`update holds set closed_at = now(), closed_by = 'Mei', closed_via = 'web', resolution = 'mapped' where merchant_id = ${store.merchantId}`;
    await settle();
    await deliver();
    const [message] = await messagesOfAlert();
    expect(message?.text).toContain('✔ SKU not mapped');
    expect(JSON.stringify(message?.blocks)).not.toContain('bind_sku');
  });

  it('is not posted a second time when Slack took it and the answer was lost', async () => {
    await settle();
    slack.faults.push({ kind: 'lost_answer' });
    expect(await deliver()).toBe('undeliverable');
    expect((await alertRow()).posting_since).not.toBeNull();
    now = new Date(now.getTime() + 60_000);
    expect(await deliver()).toBe('delivered');
    expect(await messagesOfAlert()).toHaveLength(1);
  });

  it('leaves a post under way to the worker that began it', async () => {
    await settle();
    await sql`update alerts set posting_since = ${now.toISOString()}::timestamptz where merchant_id = ${store.merchantId}`;
    expect(await deliver()).toBe('nothing_to_do');
    expect(await messagesOfAlert()).toHaveLength(0);
    expect(enqueued.at(-1)?.task).toBe('alert.outbox');
  });

  it('waits as long as Slack says when it is rate limited, and loses nothing', async () => {
    await settle();
    slack.faults.push({ kind: '429', retryAfter: 30 });
    expect(await deliver()).toBe('undeliverable');
    const saysSo = { delivery_error: 'ratelimited', deliver_after: new Date(now.getTime() + 30_000) };
    expect(await waits()).toEqual(saysSo);
    now = new Date(now.getTime() + 29_000);
    const before = slack.calls.length;
    expect(await deliver()).toBe('nothing_to_do');
    expect(slack.calls).toHaveLength(before);
    expect(await waits()).toEqual(saysSo);
    now = new Date(now.getTime() + 1_000);
    expect(await deliver()).toBe('delivered');
    expect(await messagesOfAlert()).toHaveLength(1);
    expect(await waits()).toEqual({ delivery_error: null, deliver_after: null });
  });

  it('is posted anew when somebody deleted the message', async () => {
    await settle();
    await deliver();
    await insertHold(sql, store, await insertOrder(sql, store), { code: 'sku_unmapped', subject: 'TSHIRT-XL' });
    await settle();
    slack.faults.push({ kind: 'error', error: 'message_not_found' });
    expect(await deliver()).toBe('undeliverable');
    expect((await alertRow()).message_ts).toBeNull();
    expect(await deliver()).toBe('delivered');
  });

  it('says why on its row when the channel cannot be used', async () => {
    await settle();
    slack.faults.push({ kind: 'error', error: 'is_archived' });
    await deliver();
    expect(await sql`select delivery_error from alerts where merchant_id = ${store.merchantId}`).toMatchObject([
      { delivery_error: 'is_archived' },
    ]);
  });

  it('says nothing about a cause that came and went before anybody could see it', async () => {
    await settle();
    await sql`update holds set closed_at = now(), closed_by = 'Mei', closed_via = 'web' where merchant_id = ${store.merchantId}`;
    await settle();
    const before = slack.calls.length;
    expect(await deliver()).toBe('nothing_to_do');
    expect(slack.calls).toHaveLength(before);
  });

  it('goes to the channel of its store before that of its kind', async () => {
    await settle();
    const insertRoute = (channel: string, storeId: string | null, kind: string | null) =>
      sql`insert into slack_routes (id, merchant_id, store_id, kind, channel_id, created_by) values (gen_random_uuid(), ${store.merchantId}, ${storeId}, ${kind}, ${channel}, 'test')`;
    await insertRoute('C-KIND', null, 'held:sku_unmapped');
    await insertRoute('C-STORE', store.storeId, null);
    const places = await database.transaction(async (tx) => {
      const alert = await ports.alerts.show(tx, store.merchantId, (await alertRow()).id);
      return whereToShow(ports, tx, alert === null ? [] : [alert], now);
    });
    expect([...places.values()]).toEqual([{ kind: 'channel', channelId: 'C-STORE' }]);
  });
});
