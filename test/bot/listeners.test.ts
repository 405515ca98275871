import { createHmac, randomUUID } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createBot } from '../../bot/app.ts';
import type { BotDeps, BotDesk } from '../../bot/deps.ts';
import { createNotifier } from '../../bot/notifier.ts';
import { createSlackClient } from '../../bot/slack-client.ts';
import { deliverAlert } from '../../core/commands/deliver-alert.ts';
import { settleMerchantAlerts } from '../../core/commands/settle-alerts.ts';
import { assignAlert, snoozeAlert } from '../../core/commands/tend-alert.ts';
import { newId } from '../../core/ids.ts';
import { isSlackUserKnown, slackActor } from '../../core/people/slack-actor.ts';
import type { AnyJob } from '../../core/ports/jobs.ts';
import { ok, refuse } from '../../core/result.ts';
import { createAlertRepository } from '../../db/repositories/alerts.ts';
import { createAuditRepository } from '../../db/repositories/audit.ts';
import { createInteractionRepository } from '../../db/repositories/interactions.ts';
import { createSlackPeopleRepository } from '../../db/repositories/slack-people.ts';
import { testDatabase } from '../support/database.ts';
import { eventually } from '../support/jobs.ts';
import { recordingLog } from '../support/log.ts';
import { insertFailedWriteback, insertHold, insertOrder, insertStore, type TestStore } from '../support/rows.ts';
import { type Fault, startSlack } from '../support/slack.ts';

const { database, sql } = await testDatabase();
const slack = await startSlack();
afterAll(() => slack.close());

const signingSecret = 'shhh-signing';
const userId = 'U000000001';
const publicUrl = 'https://desk.example.test';
const clock = { now: () => new Date() };
const log = { debug() {}, info() {}, warn() {}, error() {} };
const jobs = { enqueue: async (_tx: unknown, list: readonly AnyJob[]) => void enqueued.push(...list) };
const enqueued: AnyJob[] = [];
const ports = {
  database,
  clock,
  log,
  jobs,
  audit: createAuditRepository(),
  alerts: createAlertRepository({ renewablePlatforms: [] }),
  interactions: createInteractionRepository(),
  slackPeople: createSlackPeopleRepository(),
  notifier: createNotifier({
    client: createSlackClient({ token: 'xoxb-test', apiUrl: slack.apiUrl }),
    publicUrl,
    clock,
  }),
  defaultChannelId: slack.channelId,
};

const asked: { command: string; input: Record<string, unknown> }[] = [];
const productId = newId();
let bindResult: Awaited<ReturnType<BotDesk['bindSku']>> = ok({ releasedOrders: 1 });
/** The desk behind the bot: records what it is asked; alerts come from the real rows. */
const desk: BotDesk = {
  bindSku: async (input) => {
    asked.push({ command: 'bindSku', input: { ...input } });
    return bindResult;
  },
  classifyPayment: async (input) => {
    asked.push({ command: 'classifyPayment', input: { ...input } });
    return ok({ releasedOrders: 3, heldOrders: 0 });
  },
  mapShippingMethod: async (input) => {
    asked.push({ command: 'mapShippingMethod', input: { ...input } });
    return ok({ releasedOrders: 3 });
  },
  shippingTypes: async () => [{ id: productId, name: 'Home delivery' }],
  assignAlert: (input) => assignAlert(ports, input),
  snoozeAlert: (input) => snoozeAlert(ports, input),
  previewBindSku: async () => ok({ heldOrders: 1 }),
  suggestProducts: async () => [{ productId, sku: 'TS-XL', name: 'T-shirt XL', available: 4 }],
  dispatchChoice: async () => refuse('not_found', 'No such order.'),
  dispatchOrder: async () => refuse('not_found', 'No such order.'),
  retryWritebacks: async (input) => {
    asked.push({ command: 'retryWritebacks', input: { ...input } });
    return ok({ retried: 2 });
  },
  requestSync: async (input) => {
    asked.push({ command: 'requestSync', input: { ...input } });
    return ok({ runs: input.storeIds.map((storeId) => ({ storeId, runId: newId(), joined: false })) });
  },
  stores: async () => [{ id: store.storeId, merchantId: store.merchantId, name: 'Northwind US', platform: 'sandbox' }],
  run: async () => ({ status: 'done', pages: 1, fetched: 3, created: 3, held: 1, failed: 0, error: null }),
  alert: ({ merchantId, alertId }) => database.transaction((tx) => ports.alerts.show(tx, merchantId, alertId)),
  openAlerts: async () => [],
};
const botDeps: BotDeps = {
  ...ports,
  config: { botToken: 'xoxb-test', signingSecret, appToken: null, publicUrl, apiUrl: slack.apiUrl },
  desk,
  people: {
    actorOf: (user) => slackActor(ports, user),
    isKnown: (user) => isSlackUserKnown(ports, user),
  },
};
const bot = createBot(botDeps);
await bot.start();

let store: TestStore;
let alertId: string;
beforeEach(async () => {
  asked.length = 0;
  slack.calls.length = 0;
  bindResult = ok({ releasedOrders: 1 });
  store = await insertStore(sql);
  await sql`delete from slack_people`;
  const personId = newId();
  await sql`insert into people (id, name) values (${personId}, 'Mei')`;
  await sql`insert into grants (id, person_id, role) values (gen_random_uuid(), ${personId}, 'operator')`;
  await sql`insert into slack_people (id, team_id, slack_user_id, person_id, display_name, confirmed_at)
    values (gen_random_uuid(), 'T000000001', ${userId}, ${personId}, 'mei', now())`;
  await insertHold(sql, store, await insertOrder(sql, store, { number: '#1042' }), {
    code: 'sku_unmapped',
    subject: 'TSHIRT-XL',
    detail: { keyKind: 'sku' },
  });
  await settleMerchantAlerts(ports, { merchantId: store.merchantId });
  const [row] = await sql<{ id: string }[]>`select id from alerts where merchant_id = ${store.merchantId}`;
  alertId = row?.id ?? '';
  await deliverAlert(ports, { merchantId: store.merchantId, alertId });
});

interface Sent {
  readonly secret?: string;
  readonly ageSeconds?: number;
  readonly tamper?: (body: string) => string;
}

async function send(form: Record<string, string>, options: Sent = {}): Promise<{ status: number; text: string }> {
  const body = new URLSearchParams(form).toString();
  const timestamp = Math.floor(Date.now() / 1000) - (options.ageSeconds ?? 0);
  const signature = `v0=${createHmac('sha256', options.secret ?? signingSecret)
    .update(`v0:${timestamp}:${body}`)
    .digest('hex')}`;
  const request = new Request('http://127.0.0.1/slack/events', {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-signature': signature,
      'x-slack-request-timestamp': String(timestamp),
    },
    body: options.tamper?.(body) ?? body,
  });
  if (bot.fetch === null) throw new Error('not on HTTP');
  const response = await bot.fetch(request);
  return { status: response.status, text: await response.text() };
}

const team = { id: 'T000000001', domain: 'emulate' };
const user = { id: userId, name: 'mei', team_id: team.id };
const press = (actionId: string, options: Sent & { trigger?: string; team?: string } = {}) =>
  send(
    {
      payload: JSON.stringify({
        type: 'block_actions',
        team: { ...team, id: options.team ?? team.id },
        user,
        api_app_id: 'A1',
        trigger_id: options.trigger ?? randomUUID(),
        container: { type: 'message', message_ts: '1.1', channel_id: slack.channelId },
        channel: { id: slack.channelId, name: 'general' },
        actions: [
          {
            type: 'button',
            action_id: actionId,
            block_id: `alert:${alertId}`,
            action_ts: '1',
            value: JSON.stringify({ alert: alertId, merchant: store.merchantId, version: 1 }),
          },
        ],
      }),
    },
    options,
  );
const submitRule = (callbackId: string, subject: string, values: Record<string, unknown>) =>
  send({
    payload: JSON.stringify({
      type: 'view_submission',
      team,
      user,
      api_app_id: 'A1',
      trigger_id: randomUUID(),
      view: {
        id: 'V2',
        type: 'modal',
        callback_id: callbackId,
        private_metadata: JSON.stringify({ merchant: store.merchantId, store: store.storeId, subject }),
        state: { values },
      },
    }),
  });
const submitBind = (values: Record<string, unknown>, trigger: string = randomUUID()) =>
  send({
    payload: JSON.stringify({
      type: 'view_submission',
      team,
      user,
      api_app_id: 'A1',
      trigger_id: trigger,
      view: {
        id: 'V1',
        type: 'modal',
        callback_id: 'bind_sku',
        private_metadata: JSON.stringify({
          alert: alertId,
          merchant: store.merchantId,
          store: store.storeId,
          keyKind: 'sku',
          key: 'TSHIRT-XL',
        }),
        state: { values },
      },
    }),
  });
const chosen = {
  product_0: { product_search: { type: 'external_select', selected_option: { value: productId } } },
  quantity_0: { quantity: { type: 'number_input', value: '2' } },
};
/** From here on `alertId` is the alert of a tracking number that the platform refused. */
async function failWriteback(): Promise<void> {
  await insertFailedWriteback(sql, store, await insertOrder(sql, store, { status: 'shipped' }), 'bad_carrier');
  await settleMerchantAlerts(ports, { merchantId: store.merchantId });
  const [row] = await sql<{ id: string }[]>`
    select id from alerts where merchant_id = ${store.merchantId} and kind = 'exception:writeback_failed'`;
  alertId = row?.id ?? '';
}
const callsOf = (method: string) => slack.calls.filter((call) => call.method === method);
/** Everything that was pressed is worked on, after its acknowledgment. */
const settled = () =>
  expect
    .poll(() => sql`select 1 from interactions where done_at is null`.then((rows) => rows.length), { timeout: 5_000 })
    .toBe(0);

describe('requests from Slack', () => {
  it('refuses a wrong signature, an altered body, an old request and another workspace, and changes nothing', async () => {
    expect((await press('bind_sku', { secret: 'other' })).status).toBe(401);
    expect((await press('bind_sku', { tamper: (body) => `${body}x` })).status).toBe(401);
    expect((await press('bind_sku', { ageSeconds: 6 * 60 })).status).toBe(401);
    expect((await press('bind_sku', { team: 'T-OTHER' })).status).toBe(403);
    expect(
      await sql`select 1 from interactions where slack_user_id = ${userId} and received_at > now() - interval '1 second'`,
    ).toHaveLength(0);
    expect(callsOf('views.open')).toHaveLength(0);
  });

  it('opens Bind SKU with what waits and a suggestion', async () => {
    expect(await press('bind_sku', { trigger: await slack.trigger(userId) })).toEqual({ status: 200, text: '' });
    await settled();
    expect(callsOf('views.open')).toMatchObject([{ status: 200, error: null }]);
  });

  it('runs a redelivered press once', async () => {
    await failWriteback();
    const trigger = randomUUID();
    await Promise.all([press('mark_shipped', { trigger }), press('mark_shipped', { trigger })]);
    await press('mark_shipped', { trigger });
    await settled();
    expect(asked).toHaveLength(1);
  });

  it('binds what was chosen, as the person who pressed', async () => {
    expect(await submitBind(chosen)).toEqual({ status: 200, text: '' });
    expect(asked).toMatchObject([
      {
        command: 'bindSku',
        input: { key: 'TSHIRT-XL', components: [{ productId, quantity: 2 }], actor: { name: 'Mei', via: 'slack' } },
      },
    ]);
  });

  it('keeps the form open with the reason on the field', async () => {
    const empty = await submitBind({});
    expect(JSON.parse(empty.text)).toEqual({
      response_action: 'errors',
      errors: { product_0: 'Choose a warehouse SKU.' },
    });
    bindResult = refuse('product_disabled', 'This SKU is disabled.', 'components');
    const refused = await submitBind(chosen);
    expect(JSON.parse(refused.text)).toEqual({
      response_action: 'errors',
      errors: { product_0: 'This SKU is disabled.' },
    });
  });

  it('tells a late presser privately who was faster', async () => {
    await sql`update alerts set opened_at = now() - interval '1 minute' where id = ${alertId}`;
    await sql`update holds set closed_at = now(), closed_by = 'Ana', closed_via = 'web', resolution = 'mapped' where merchant_id = ${store.merchantId}`;
    await settleMerchantAlerts(ports, { merchantId: store.merchantId });
    await press('bind_sku');
    await settled();
    expect(callsOf('views.open')).toHaveLength(0);
    expect(callsOf('chat.update')).toHaveLength(1);
    expect(callsOf('chat.postEphemeral')).toHaveLength(1);
  });

  it('retries the whole cause of a refused tracking number', async () => {
    await failWriteback();
    await press('mark_shipped');
    await settled();
    expect(asked).toMatchObject([
      { command: 'retryWritebacks', input: { storeId: store.storeId, errorCode: 'bad_carrier' } },
    ]);
  });

  it('classifies a payment type and maps a method, each by a choice in a form', async () => {
    await submitRule('classify_payment', 'afterpay_x', { class: { class: { selected_option: { value: 'prepaid' } } } });
    await submitRule('map_method', '店到店', { type: { type: { selected_option: { value: productId } } } });
    expect(asked).toMatchObject([
      { command: 'classifyPayment', input: { paymentMethod: 'afterpay_x', class: 'prepaid', storeId: store.storeId } },
      { command: 'mapShippingMethod', input: { method: '店到店', shippingTypeId: productId } },
    ]);
    const nothing = await submitRule('classify_payment', 'afterpay_x', {});
    expect(JSON.parse(nothing.text)).toEqual({ response_action: 'errors', errors: { class: 'Choose one.' } });
  });

  it('opens the forms for a payment type and a method within what Slack takes', async () => {
    const order = await insertOrder(sql, store);
    await insertHold(sql, store, order, { code: 'payment_unknown', subject: 'afterpay_x' });
    await insertHold(sql, store, order, { code: 'shipping_method_unmapped', subject: '店到店' });
    await settleMerchantAlerts(ports, { merchantId: store.merchantId });
    for (const [kind, actionId] of [
      ['held:payment_unknown', 'classify_payment'],
      ['held:shipping_method_unmapped', 'map_method'],
    ] as const) {
      const [row] = await sql<
        { id: string }[]
      >`select id from alerts where merchant_id = ${store.merchantId} and kind = ${kind}`;
      alertId = row?.id ?? '';
      await press(actionId, { trigger: await slack.trigger(userId) });
    }
    await settled();
    expect(callsOf('views.open').map((call) => call.error)).toEqual([null, null]);
  });

  it('names on the card who took it, and stays quiet while it is snoozed', async () => {
    await press('assign_to_me');
    await settled();
    await deliverAlert(ports, { merchantId: store.merchantId, alertId });
    expect(JSON.stringify((await slack.messages())[0]?.blocks)).toContain('Mei has it');
    await press('snooze');
    await settled();
    await insertHold(sql, store, await insertOrder(sql, store), { code: 'sku_unmapped', subject: 'TSHIRT-XL' });
    await settleMerchantAlerts(ports, { merchantId: store.merchantId });
    expect(await deliverAlert(ports, { merchantId: store.merchantId, alertId })).toBe('nothing_to_do');
    expect(await sql`select event from audit_events where merchant_id = ${store.merchantId} order by id`).toMatchObject(
      [{ event: 'alert.assigned' }, { event: 'alert.snoozed' }],
    );
  });

  it('lets nobody act whom an admin has not confirmed, and notes them', async () => {
    await sql`delete from slack_people`;
    await press('mark_shipped');
    await settled();
    expect(asked).toHaveLength(0);
    expect(await sql`select slack_user_id, confirmed_at from slack_people`).toMatchObject([
      { slack_user_id: userId, confirmed_at: null },
    ]);
  });

  it('empties a finished interaction: what a person typed is not kept', async () => {
    await submitBind(chosen);
    await settled();
    expect(await sql`select payload from interactions where done_at is null`).toHaveLength(0);
    expect(await sql`select payload from interactions where payload is not null`).toHaveLength(0);
  });

  it('finishes an interaction that a dead process left', async () => {
    await failWriteback();
    const id = newId();
    const body = {
      type: 'block_actions',
      team,
      user,
      trigger_id: randomUUID(),
      channel: { id: slack.channelId },
      container: { type: 'message' },
      actions: [
        {
          type: 'button',
          action_id: 'mark_shipped',
          block_id: 'x',
          value: JSON.stringify({ alert: alertId, merchant: store.merchantId, version: 1 }),
        },
      ],
    };
    await sql`insert into interactions (id, dedupe_key, kind, payload, slack_user_id) values (${id}, ${id}, 'block_actions', ${JSON.stringify(body)}, ${userId})`;
    await bot.replay(id);
    await bot.replay(id);
    expect(asked.map((call) => call.command)).toEqual(['retryWritebacks']);
  });

  it('answers an unknown command with the nearest right one', async () => {
    const answers: string[] = [];
    const { createServer } = await import('node:http');
    const server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk) => {
        text += chunk;
      });
      request.on('end', () => {
        answers.push(text);
        response.end('ok');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const command = (text: string) =>
      send({
        command: '/orders',
        text,
        team_id: team.id,
        user_id: userId,
        user_name: 'mei',
        trigger_id: randomUUID(),
        response_url: `http://127.0.0.1:${port}/`,
      });
    await command('hled');
    await expect.poll(() => answers[0], { timeout: 10_000 }).toContain('/orders held');
    await command('sync northwind');
    await expect.poll(() => answers.at(-1), { timeout: 10_000 }).toContain('3 new, 1 held');
    server.close();
    expect(asked).toMatchObject([{ command: 'requestSync', input: { storeIds: [store.storeId] } }]);
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
    const late = createBot({ ...botDeps, log: kept }, [20]);
    await late.start();
    expect(lines).toMatchObject([{ level: 'error', fields: { error: words } }]);
    await eventually(async () => lines.some(({ message }) => message === 'Slack answers again') || null);
    expect(slack.calls.filter(({ method }) => method === 'auth.test')).toHaveLength(2);
    await late.stop();
  });

  it('asks no more once it was stopped', async () => {
    slack.faults.push({ kind: '500' });
    const late = createBot(botDeps, [20]);
    await late.start();
    await late.stop();
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(slack.calls.filter(({ method }) => method === 'auth.test')).toHaveLength(1);
  });
});
