import { afterAll, beforeEach, expect, it } from 'vitest';
import { createSlackClient } from '../../bot/slack-client.ts';
import { claimDue, deliverClaim } from '../../core/commands/deliver-alert.ts';
import { settleMerchantAlerts } from '../../core/commands/settle-alerts.ts';
import { createMetrics } from '../../web/metrics.ts';
import { testBot } from '../support/bot.ts';
import { type World, world } from '../support/outgoing.ts';
import { insertHold, insertOrder } from '../support/rows.ts';

const desk = await testBot();
const { ports, slack, sql } = desk;
afterAll(() => desk.close());

let store: World;
beforeEach(async () => {
  store = await world(sql);
  slack.faults.length = 0;
});

const metricsOf = async () => {
  const metrics = createMetrics();
  metrics.watchSlackWith(() =>
    desk.database.database.transaction(async (tx) => {
      const now = desk.clock.now();
      return { waiting: await ports.alerts.waiting(tx, now), blocked: await ports.alerts.blocked(tx, now), now };
    }),
  );
  return metrics.text();
};
const hold = async (subject: string) =>
  insertHold(sql, store, await insertOrder(sql, store), { code: 'sku_unmapped', subject });
async function round(): Promise<void> {
  for (const claim of (await claimDue(ports)).claims) await deliverClaim(ports, claim);
}

it('shows what waits for Slack, since when, and until when Slack said to wait', async () => {
  expect(await metricsOf()).toContain('holdfast_slack_waiting{what="post"} 0');
  for (const sku of ['A', 'B', 'C']) await hold(sku);
  await settleMerchantAlerts(ports, { merchantId: store.merchantId });
  slack.faults.push({ kind: '429', retryAfter: 90 });
  await round();
  desk.clock.pass(30_000);
  const text = await metricsOf();
  expect(text).toContain('holdfast_slack_waiting{what="post"} 3');
  expect(text).toContain('holdfast_slack_waiting{what="edit"} 0');
  expect(text).toMatch(/holdfast_slack_waiting_oldest_seconds\{what="post"\} \d+/);
  expect(text).toMatch(/holdfast_slack_blocked_until_seconds\{bucket="chat\.postMessage:C\w+"\} 1\d{9}/);
  // The first was refused; the others wait behind it for their turn.
  const groups = await desk.database.database.transaction((tx) => ports.alerts.waiting(tx, desk.clock.now()));
  expect(groups.map(({ why, count }) => [why, count])).toEqual([
    [null, 2],
    ['ratelimited', 1],
  ]);
  expect(groups[1]?.until?.getTime()).toBe(desk.clock.now().getTime() + 60_000);
  desk.clock.pass(61_000);
  await desk.work('alert.outbox');
  expect(await metricsOf()).toContain('holdfast_slack_waiting{what="post"} 0');
  expect(await metricsOf()).not.toContain('holdfast_slack_blocked_until_seconds{');
});

it('counts the calls to Slack by method and outcome', async () => {
  const metrics = createMetrics();
  const client = createSlackClient({ token: 'xoxb-test', apiUrl: slack.apiUrl, onCall: metrics.slackCalled });
  const post = (text: string) => client.chat.postMessage({ channel: slack.channelId, text }).catch(() => null);
  expect(await post('one')).toMatchObject({ ok: true });
  slack.faults.push({ kind: '429', retryAfter: 1 }, { kind: '500' }, { kind: 'error', error: 'is_archived' });
  slack.faults.push({ kind: 'lost_answer' });
  for (let no = 0; no < 4; no += 1) await post('more');
  const text = await metrics.text();
  for (const outcome of ['ok', 'ratelimited', 'failed', 'refused', 'no_answer']) {
    expect(text).toContain(`holdfast_slack_calls_total{method="chat.postMessage",outcome="${outcome}"} 1`);
  }
});
