import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createBot } from '../../bot/app.ts';
import { newId } from '../../core/ids.ts';
import { signingSecret, teamId, testBot } from '../support/bot.ts';
import { refusedWriteback } from '../support/causes.ts';
import { eventually } from '../support/jobs.ts';
import { recordingLog } from '../support/log.ts';
import { type World, world } from '../support/outgoing.ts';
import type { Fault } from '../support/slack.ts';

const desk = await testBot();
const { slack, sql } = desk;

let store: World;
let value: string;
beforeAll(async () => {
  store = await world(sql);
});
beforeEach(async () => {
  await sql`update order_exceptions set closed_at = now(), closed_by = 'Ana', closed_via = 'web' where closed_at is null`;
  store = await world(sql);
  await refusedWriteback(desk, store);
  value = (await desk.card(store.merchantId)).valueOf('mark_shipped');
  slack.calls.length = 0;
  desk.jobs.length = 0;
});

const retried = async () =>
  (await sql`select 1 from audit_events where merchant_id = ${store.merchantId} and event = 'order.writeback_repeated'`)
    .length;

describe('requests from Slack', () => {
  it('refuses a wrong signature, an altered body, an old request and another workspace, and changes nothing', async () => {
    const before = await sql`select 1 from interactions`;
    expect((await desk.press('mark_shipped', value, { secret: 'other' })).status).toBe(401);
    expect((await desk.press('mark_shipped', value, { tamper: (body) => `${body}x` })).status).toBe(401);
    expect((await desk.press('mark_shipped', value, { ageSeconds: 6 * 60 })).status).toBe(401);
    expect((await desk.press('mark_shipped', value, { team: 'T-OTHER' })).status).toBe(403);
    expect(await sql`select 1 from interactions`).toHaveLength(before.length);
    expect(await retried()).toBe(0);
  });

  it('runs a redelivered press once', async () => {
    const trigger = randomUUID();
    await Promise.all([1, 2].map(() => desk.press('mark_shipped', value, { trigger })));
    await desk.press('mark_shipped', value, { trigger });
    expect(await retried()).toBe(1);
  });

  it('lets nobody act whom an owner has not confirmed, and notes them', async () => {
    await desk.press('mark_shipped', value, { user: 'stranger' });
    expect(await retried()).toBe(0);
    expect(desk.told().at(-1)).toContain('does not know you yet');
    expect(await sql`select confirmed_at from slack_people where slack_user_id = 'U000000001'`).toMatchObject([
      { confirmed_at: null },
    ]);
  });

  it('tells a person without the role which one is needed', async () => {
    await desk.press('mark_shipped', value, { user: 'vic' });
    expect(await retried()).toBe(0);
    expect(desk.told().at(-1)).toContain('operator, admin or owner');
  });

  it('answers a button of an older version politely', async () => {
    await desk.press('mark_shipped', 'order-17');
    expect(desk.told().at(-1)).toContain('older version');
  });

  it('empties a finished interaction: what a person typed is not kept', async () => {
    await desk.press('mark_shipped', value);
    expect(await sql`select payload from interactions where payload is not null`).toHaveLength(0);
  });

  it('finishes an interaction that a dead process left', async () => {
    const id = newId();
    const body = {
      type: 'block_actions',
      team: { id: teamId },
      user: { id: slack.users.mei, name: 'mei', team_id: teamId },
      trigger_id: randomUUID(),
      channel: { id: slack.channelId },
      container: { type: 'message' },
      actions: [{ type: 'button', action_id: 'mark_shipped', block_id: 'x', value }],
    };
    await sql`insert into interactions (id, dedupe_key, kind, payload, slack_user_id)
      values (${id}, ${id}, 'block_actions', ${JSON.stringify(body)}, ${slack.users.mei})`;
    await desk.bot.replay(id);
    await desk.bot.replay(id);
    expect(await retried()).toBe(1);
  });
});

describe('A desk that starts while Slack cannot be used', () => {
  const troubles: readonly (readonly [string, Fault, string])[] = [
    ['does not answer', { kind: '500' }, 'http_500'],
    ['refuses the token', { kind: 'error', error: 'token_revoked' }, 'token_revoked'],
  ];
  it.each(troubles)('starts although Slack %s, says so, and goes on asking', async (_what, fault, words) => {
    slack.faults.push(fault);
    const { log: kept, lines } = recordingLog();
    const late = createBot({ ...desk.deps, log: kept }, [20]);
    await late.start();
    expect(lines).toMatchObject([{ level: 'error', fields: { error: words } }]);
    await eventually(async () => lines.some(({ message }) => message === 'Slack answers again') || null);
    expect(desk.calls('auth.test')).toHaveLength(2);
    await late.stop();
  });

  it('asks no more once it was stopped', async () => {
    slack.faults.push({ kind: '500' });
    const late = createBot(desk.deps, [20]);
    await late.start();
    await late.stop();
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(desk.calls('auth.test')).toHaveLength(1);
  });

  it('never writes its secret or token into the log', () => {
    const written = JSON.stringify(desk.log);
    expect(written).not.toContain(signingSecret);
    expect(written).not.toContain('xoxb-test');
  });
});
