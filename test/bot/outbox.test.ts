import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createNotifier } from '../../bot/notifier.ts';
import { createSlackClient } from '../../bot/slack-client.ts';
import { claimDue, deliverClaim } from '../../core/commands/deliver-alert.ts';
import { settleMerchantAlerts } from '../../core/commands/settle-alerts.ts';
import { createDatabasePorts } from '../../db/ports.ts';
import { testDatabase } from '../support/database.ts';
import { silentLog } from '../support/log.ts';
import { insertHold, insertOrder, insertStore, type TestStore } from '../support/rows.ts';
import { startSlack } from '../support/slack.ts';

const { database, db, sql } = await testDatabase();
const slack = await startSlack();
afterAll(() => slack.close());

let now = new Date('2026-11-20T12:00:00Z');
const clock = { now: () => now };
const wait = (seconds: number) => {
  now = new Date(now.getTime() + seconds * 1_000);
};
const ports = {
  ...createDatabasePorts(db, { log: silentLog, renewablePlatforms: [] }).repositories,
  database,
  clock,
  log: silentLog,
  jobs: { enqueue: async () => {} },
  notifier: createNotifier({
    client: createSlackClient({ token: 'xoxb-test', apiUrl: slack.apiUrl, timeoutMs: 2_000 }),
    publicUrl: 'https://desk.example.test',
    clock,
  }),
  defaultChannelId: slack.channelId,
};

const settle = (store: TestStore) => settleMerchantAlerts(ports, { merchantId: store.merchantId });
/** One round of the outbox; what was called, in order. */
async function round(): Promise<readonly string[]> {
  const before = slack.calls.length;
  const { claims } = await claimDue(ports);
  for (const claim of claims) await deliverClaim(ports, claim);
  return slack.calls.slice(before).map(({ method }) => method);
}
/** Rounds until nothing is due, time passing as the outbox would wait; the seconds that it took. */
async function untilQuiet(mostSeconds = 3_600): Promise<number> {
  const beganAt = now.getTime();
  for (;;) {
    const { claims, nextAt } = await claimDue(ports);
    for (const claim of claims) await deliverClaim(ports, claim);
    if (claims.length > 0) continue;
    if (nextAt === null || nextAt.getTime() - beganAt > mostSeconds * 1_000) break;
    now = new Date(Math.max(nextAt.getTime(), now.getTime() + 1));
  }
  return (now.getTime() - beganAt) / 1_000;
}
const hold = async (store: TestStore, subject: string) =>
  insertHold(sql, store, await insertOrder(sql, store), { code: 'sku_unmapped', subject });
const close = (store: TestStore, subject: string) =>
  sql`update holds set closed_at = now(), closed_by = 'Mei', closed_via = 'web', resolution = 'mapped'
    where merchant_id = ${store.merchantId} and subject = ${subject}`;
const messagesOf = async (store: TestStore) => {
  const ids = (await sql<{ id: string }[]>`select id from alerts where merchant_id = ${store.merchantId}`).map(
    ({ id }) => id,
  );
  return (await slack.messages()).filter((message) => {
    const payload = JSON.stringify(message.metadata?.event_payload ?? {});
    return ids.some((id) => payload.includes(id));
  });
};
const lagging = async () => {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count from alerts where delivered_version < version and folded_into is null`;
  return row?.count;
};

let store: TestStore;
beforeEach(async () => {
  wait(7_200);
  slack.faults.length = 0;
  await sql`update alerts set delivered_version = version`;
  store = await insertStore(sql);
});

describe("the desk's messages at Slack's pace", () => {
  it('posts new causes one a second in a channel', async () => {
    for (const sku of ['A', 'B', 'C', 'D']) await hold(store, sku);
    await settle(store);
    expect(await round()).toEqual(['chat.postMessage']);
    expect(await round()).toEqual([]);
    wait(1);
    expect(await round()).toEqual(['chat.postMessage']);
    expect(await untilQuiet()).toBeLessThanOrEqual(3);
    expect(await messagesOf(store)).toHaveLength(4);
  });

  it('draws a burst of changes once, and the last one wins', async () => {
    await hold(store, 'A');
    await settle(store);
    await untilQuiet();
    const before = slack.calls.length;
    for (let no = 0; no < 5; no += 1) {
      await hold(store, 'A');
      await settle(store);
      await round();
      wait(0.2);
    }
    await untilQuiet();
    expect(slack.calls.slice(before).map(({ method }) => method)).toEqual(['chat.update']);
    expect(JSON.stringify(await messagesOf(store))).toContain('6 orders wait');
  });

  it('tells of a new cause first, then of what is settled, then of counts', async () => {
    for (const sku of ['A', 'B', 'C', 'D']) await hold(store, sku);
    await settle(store);
    await untilQuiet();
    wait(60);
    for (const sku of ['A', 'B']) await hold(store, sku);
    for (const sku of ['C', 'D']) await close(store, sku);
    await hold(store, 'NEW');
    await settle(store);
    const before = slack.calls.length;
    await untilQuiet(60);
    const texts = slack.calls.slice(before).map(({ fields }) => String(fields.text));
    expect(texts).toHaveLength(5);
    expect(texts[0]).toContain('NEW');
    expect(texts.slice(1, 3).every((text) => text.startsWith('✔'))).toBe(true);
    expect(texts.slice(3).every((text) => text.includes('2 orders'))).toBe(true);
  });

  it('holds back one channel alone when Slack limits it, exactly as long as Slack says', async () => {
    const other = await insertStore(sql);
    const created = await fetch(`${slack.apiUrl}conversations.create`, {
      method: 'POST',
      headers: { authorization: 'Bearer xoxb-test', 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'second' }),
    });
    const answer: unknown = await created.json();
    const { channel } = z.object({ channel: z.object({ id: z.string() }) }).parse(answer);
    await sql`insert into slack_routes (id, merchant_id, channel_id, created_by)
      values (gen_random_uuid(), ${other.merchantId}, ${channel.id}, 'Mei')`;
    await hold(store, 'A');
    await settle(store);
    slack.faults.push({ kind: '429', retryAfter: 17 });
    await round();
    await hold(other, 'B');
    await settle(other);
    expect(await round()).toEqual(['chat.postMessage']);
    wait(16);
    expect(await round()).toEqual([]);
    const [row] = await sql`select delivery_error, deliver_after from alerts where merchant_id = ${store.merchantId}`;
    expect(row?.delivery_error).toBe('ratelimited');
    wait(1);
    expect(await round()).toEqual(['chat.postMessage']);
    expect(await messagesOf(store)).toHaveLength(1);
  });

  it('loses and doubles nothing while Slack is down for an hour', async () => {
    for (const sku of ['A', 'B', 'C']) await hold(store, sku);
    await settle(store);
    await untilQuiet();
    const downFrom = slack.calls.length;
    // One of the answers is lost after Slack took the post, the others are refusals of a broken Slack.
    slack.faults.push({ kind: 'lost_answer' });
    for (let no = 0; no < 500; no += 1) slack.faults.push({ kind: '500' });
    await hold(store, 'NEW');
    await settle(store);
    const change = new Map<number, () => PromiseLike<unknown>>([
      [2, () => close(store, 'A')],
      [5, () => hold(store, 'B')],
      [8, () => hold(store, 'LATE')],
    ]);
    // As often as the desk looks, for three minutes; then with long pauses, as of workers that stood still.
    for (let step = 0; step < 18; step += 1) {
      await change.get(step)?.();
      if (change.has(step)) await settle(store);
      await round();
      wait(10);
    }
    // Slack is not hammered while it is away: of all that waits, each message is tried once in ten seconds at most.
    expect(slack.calls.length - downFrom).toBeLessThanOrEqual(18 * 5);
    for (let step = 0; step < 11; step += 1) {
      await settle(store);
      await round();
      wait(310);
    }
    expect(await lagging()).toBeGreaterThan(0);
    slack.faults.length = 0;
    await untilQuiet();
    expect(await lagging()).toBe(0);
    const messages = await messagesOf(store);
    expect(messages).toHaveLength(5);
    const texts = messages.map(({ text }) => text ?? '');
    expect(texts.filter((text) => text.startsWith('✔'))).toHaveLength(1);
    expect(texts.filter((text) => text.includes('· B · ') && text.includes('2 orders'))).toHaveLength(1);
    expect(texts.filter((text) => text.includes('NEW'))).toHaveLength(1);
    expect(texts.filter((text) => text.includes('LATE'))).toHaveLength(1);
  });

  it('says nothing of a storm that came and went while Slack was down', async () => {
    for (let no = 0; no < 30; no += 1) await hold(store, `SKU-${no}`);
    await settle(store);
    slack.faults.push({ kind: '500' });
    await round();
    for (let no = 0; no < 30; no += 1) await close(store, `SKU-${no}`);
    await settle(store);
    slack.faults.length = 0;
    await untilQuiet();
    expect(await messagesOf(store)).toHaveLength(0);
    expect(await lagging()).toBe(0);
  });

  it('takes Undo away when its five minutes are over, with one edit', async () => {
    for (const sku of ['A', 'B']) await hold(store, sku);
    await settle(store);
    await untilQuiet();
    wait(60);
    for (const sku of ['A', 'B']) await close(store, sku);
    await settle(store);
    await untilQuiet(60);
    const undos = async () => JSON.stringify(await messagesOf(store)).match(/undo_bind/g)?.length ?? 0;
    expect(await undos()).toBe(2);
    const before = slack.calls.length;
    wait(4 * 60);
    expect(await round()).toEqual([]);
    expect((await claimDue(ports)).nextAt?.getTime()).toBeLessThanOrEqual(now.getTime() + 71_000);
    await untilQuiet();
    expect(await undos()).toBe(0);
    expect(slack.calls.slice(before).map(({ method }) => method)).toEqual(['chat.update', 'chat.update']);
    wait(600);
    expect(await round()).toEqual([]);
  });

  it('opens the same message again within the hour, and a new one later', async () => {
    const back = async () => {
      await close(store, 'A');
      await settle(store);
      await untilQuiet();
    };
    await hold(store, 'A');
    await settle(store);
    await untilQuiet();
    await back();
    wait(1_800);
    await hold(store, 'A');
    await settle(store);
    await untilQuiet();
    expect(await messagesOf(store)).toHaveLength(1);
    expect((await messagesOf(store))[0]?.text).not.toContain('✔');
    await back();
    wait(2 * 3_600);
    await hold(store, 'A');
    await settle(store);
    await untilQuiet();
    expect((await messagesOf(store)).map(({ text }) => text?.startsWith('✔'))).toEqual([false, true]);
  });

  it('comes back in a moment for a cause that a settlement has in hand, and not with the next minute', async () => {
    const store = await insertStore(sql);
    await hold(store, 'LOCKED-SKU');
    await settle(store);
    await sql.begin(async (other) => {
      await other`select id from alerts where merchant_id = ${store.merchantId} for update`;
      const { claims, nextAt } = await claimDue(ports);
      expect(claims.filter(({ alert }) => alert.merchantId === store.merchantId)).toEqual([]);
      expect(nextAt?.getTime()).toBeLessThanOrEqual(now.getTime() + 1_000);
    });
    wait(1);
    expect(await round()).toContain('chat.postMessage');
  });
});
