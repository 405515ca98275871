import { afterAll, expect, it } from 'vitest';
import { createBot } from '../../bot/app.ts';
import { teamId, testBot } from '../support/bot.ts';
import { heldOrder } from '../support/causes.ts';
import { world } from '../support/outgoing.ts';
import { startSlackSocket } from '../support/slack-socket.ts';

const desk = await testBot();
const { slack, sql } = desk;
const socket = await startSlackSocket(slack.apiUrl);
const config = { ...desk.deps.config, signingSecret: null, appToken: 'xapp-test', apiUrl: socket.apiUrl };
const bot = createBot({ ...desk.deps, config });
afterAll(async () => {
  await bot.stop();
  await socket.close();
});

it('records a press over the socket before it is acknowledged, answers after, and once however often it comes', async () => {
  const store = await world(sql);
  await heldOrder(desk, store, { code: 'sku_unmapped', subject: 'MUG', detail: { keyKind: 'sku' } });
  const card = await desk.card(store.merchantId);
  await bot.start();
  await socket.connected;
  expect(bot.fetch).toBeNull();
  slack.calls.length = 0;
  const acknowledged: { id: string; recorded: Promise<number>; answers: number }[] = [];
  socket.onAck = (id) => {
    const recorded = sql`select 1 from interactions`.then((rows) => rows.length);
    acknowledged.push({ id, recorded, answers: desk.calls('chat.postEphemeral').length });
  };
  const payload = {
    type: 'block_actions',
    team: { id: teamId, domain: 'emulate' },
    user: { id: slack.users.mei, name: 'mei', team_id: teamId },
    api_app_id: 'A1',
    trigger_id: 'one.gesture',
    container: { type: 'message', message_ts: card.ts, channel_id: slack.channelId },
    channel: { id: slack.channelId, name: 'general' },
    message: { ts: card.ts },
    actions: [
      { type: 'button', block_id: 'b', action_ts: '1', action_id: 'assign_to_me', value: card.valueOf('assign_to_me') },
    ],
  };
  const send = (envelope_id: string) => socket.send({ type: 'interactive', envelope_id, payload });
  send('first');
  await expect.poll(() => acknowledged.length, { timeout: 5_000 }).toBe(1);
  expect(acknowledged[0]).toMatchObject({ id: 'first', answers: 0 });
  expect(await acknowledged[0]?.recorded).toBe(1);
  await desk.settled();
  send('again');
  await expect.poll(() => acknowledged.length, { timeout: 5_000 }).toBe(2);
  await desk.settled();
  expect(await sql`select 1 from interactions`).toHaveLength(1);
  expect(await sql`select event from audit_events where merchant_id = ${store.merchantId}`).toEqual([
    { event: 'alert.assigned' },
  ]);
});
