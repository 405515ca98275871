import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createSlackClient } from '../../bot/slack-client.ts';
import { createPacedFetch } from '../../bot/slack-pace.ts';
import { createUnanswered } from '../../bot/unanswered.ts';
import { createAlertRepository } from '../../db/repositories/alerts.ts';
import { testDatabase } from '../support/database.ts';
import { startSlack } from '../support/slack.ts';

const { database, sql } = await testDatabase();
const slack = await startSlack();
afterAll(() => slack.close());

let now = new Date('2026-11-20T12:00:00Z');
const clock = { now: () => now };
/** Two processes: what one is told the other keeps. */
const [first, second] = [0, 1].map(() =>
  createSlackClient({
    token: 'xoxb-test',
    apiUrl: slack.apiUrl,
    fetch: createPacedFetch({ database, clock, alerts: createAlertRepository({ renewablePlatforms: [] }) }),
  }),
);
if (first === undefined || second === undefined) throw new Error('There are two clients.');
const hello = { channel: slack.channelId, text: 'Hello' };

beforeEach(async () => {
  slack.calls.length = 0;
  await sql`delete from slack_pacing`;
});

describe("answers to people and Slack's Retry-After", () => {
  it('keeps it in every process for that method and channel, exactly as long as Slack said', async () => {
    slack.faults.push({ kind: '429', retryAfter: 20 });
    await expect(first.chat.postMessage(hello)).rejects.toMatchObject({ retryAfter: 20 });
    await expect(second.chat.postMessage(hello)).rejects.toMatchObject({ retryAfter: 20 });
    now = new Date(now.getTime() + 19_000);
    await expect(second.chat.postMessage(hello)).rejects.toMatchObject({ retryAfter: 1 });
    expect(slack.calls).toHaveLength(1);
    const userId = slack.users.mei;
    expect(await second.chat.postEphemeral({ ...hello, user: userId })).toMatchObject({ ok: true });
    now = new Date(now.getTime() + 1_000);
    expect(await second.chat.postMessage(hello)).toMatchObject({ ok: true });
  });

  it('goes out ahead of its turn, and counts', async () => {
    for (let no = 0; no < 3; no += 1) await first.chat.postMessage(hello);
    expect(slack.calls).toHaveLength(3);
    const [row] = await sql<{ ms: number }[]>`
      select extract(epoch from free_at - ${now.toISOString()}::timestamptz)::int * 1000 as ms from slack_pacing`;
    expect(row?.ms).toBe(3_000);
  });
});

describe('acknowledgments', () => {
  it('go before work, which waits no longer than half a second for them', async () => {
    const unanswered = createUnanswered();
    const [mine, other] = [unanswered.add(), unanswered.add()];
    mine();
    mine();
    let isWorking = false;
    const work = unanswered.none().then(() => {
      isWorking = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(isWorking).toBe(false);
    other();
    await work;
    unanswered.add();
    const beganAt = performance.now();
    await unanswered.none();
    expect(performance.now() - beganAt).toBeLessThan(2_000);
  });
});
