import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { actions } from '../../bot/actions/index.ts';
import { forms } from '../../bot/forms/index.ts';
import { causeButtonValue } from '../../bot/values.ts';
import { newId } from '../../core/ids.ts';
import { type BotUser, publicUrl, signingSecret, teamId, testBot } from '../support/bot.ts';
import { heldOrder } from '../support/causes.ts';
import { chosen, insertException, insertRecipient, orderFormOf, orderValue, typed } from '../support/order-deeds.ts';
import { type World, world } from '../support/outgoing.ts';
import type { SlackFields } from '../support/slack.ts';

const desk = await testBot();
const { slack, sql } = desk;

/** The merchant attacked, and the one whose admin Ana is. */
let store: World;
let elsewhere: World;
let orderId: string;
let alertId: string;
let number = '';
const shop = 'SECRETSHOP';
const recipient = 'Ada Canary';

beforeEach(async () => {
  [store, elsewhere] = [await world(sql), await world(sql)];
  number = `S-${randomUUID().slice(0, 8)}`;
  await sql`update stores set name = ${shop} where id = ${store.storeId}`;
  const hold = { code: 'sku_unmapped', subject: 'MUG', detail: { keyKind: 'sku' } };
  orderId = await heldOrder(desk, store, hold, { sku: 'MUG', number });
  await insertRecipient(desk, store, orderId, { name: recipient });
  alertId = (await desk.card(store.merchantId)).alertId;
  await sql`update grants set merchant_ids = array[${elsewhere.merchantId}]::uuid[] where person_id = ${desk.personIds.ana}`;
  slack.calls.length = 0;
  slack.responses.length = 0;
});

/** Everything that a deed could change of this merchant. */
async function state(): Promise<string> {
  const id = store.merchantId;
  return JSON.stringify([
    await sql`select version, status, open_hold_count from orders where merchant_id = ${id} order by id`,
    await sql`select event from audit_events where merchant_id = ${id} order by event`,
    await sql`select assigned_to, snoozed_until, state from alerts where merchant_id = ${id} order by id`,
    await sql`select id from sku_mappings where merchant_id = ${id} order by id`,
    await sql`select id from runs where merchant_id = ${id}`,
    await sql`select id from outbound_orders where merchant_id = ${id}`,
    await sql`select id from slack_routes`,
    await sql`select name, address1 from recipients where merchant_id = ${id}`,
  ]);
}
const titleOf = (view: unknown): string => JSON.stringify(Reflect.get(Object(view), 'title') ?? '');
/** Every word that left for Slack. */
const said = () => JSON.stringify([slack.calls.map(({ fields }) => fields), slack.responses, desk.told()]);

const attackers: readonly [BotUser, string][] = [
  ['vic', 'a viewer'],
  ['wes', 'a warehouse worker'],
  ['ana', 'an admin of another merchant'],
  ['stranger', 'somebody unknown'],
];
const values = async (): Promise<readonly string[]> => [
  causeButtonValue({ id: alertId, merchantId: store.merchantId, version: 1 }),
  // The merchant that they may see, with the alert of the other.
  causeButtonValue({ id: alertId, merchantId: elsewhere.merchantId, version: 1 }),
  await orderValue(desk, store, orderId),
  (await orderValue(desk, store, orderId)).replace(store.merchantId, elsewhere.merchantId),
  JSON.stringify({ cause: alertId, of: store.merchantId, page: 0 }),
  JSON.stringify({ storm: alertId, merchant: store.merchantId, offset: 0 }),
  JSON.stringify({ run: newId(), of: store.merchantId, page: 0 }),
  JSON.stringify({ of: store.merchantId, shows: orderId, list: 'all' }),
  JSON.stringify({ text: number, page: 0 }),
  `show ${number}`,
  `dispatch ${number}`,
  'sync',
  'route here',
];

describe('every button, with every forged value', () => {
  it.each(attackers)('does nothing for %s: %s', async (user) => {
    const before = await state();
    for (const value of await values()) {
      await Promise.all(actions.map(({ id }) => desk.press(id, value, { user, trigger: randomUUID() })));
    }
    expect(await state()).toBe(before);
    const words = said();
    expect(words).not.toContain(recipient);
    expect(words).not.toContain('Canary Row');
    if (user !== 'vic') {
      expect(words).not.toContain(shop);
      expect(words).not.toContain(`/orders/${orderId}`);
    }
  }, 60_000);
});

describe('every form, sent off by hand', () => {
  const allFields = (): SlackFields => ({
    ...typed({
      tracking: '1Z1',
      carrier_name: 'UPS',
      reason: 'x',
      note: 'x',
      name: 'Eve',
      text: number,
      provider: 'UPS',
    }),
    ...chosen('channel', store.warehouse.channelId),
    ...chosen('class', 'prepaid'),
    ...chosen('type', newId()),
    ...chosen('where', 'here'),
    product_0: { product_search: { selected_option: { value: store.productId } } },
    quantity_0: { quantity: { value: '1' } },
    exceptions: { exceptions: { selected_options: [{ value: newId() }] } },
    holds: { holds: { selected_options: [{ value: newId() }] } },
  });
  const metadata = async (): Promise<SlackFields> => ({
    ...(await orderFormOf(desk, store, orderId)),
    alert: alertId,
    store: store.storeId,
    subject: 'afterpay_x',
    keyKind: 'sku',
    key: 'MUG',
    carrier: store.warehouse.carrierId,
    until: desk.clock.now().toISOString(),
    rows: 1,
  });

  it.each(attackers)('changes nothing for %s: %s', async (user) => {
    const before = await state();
    const kept = await metadata();
    for (const { id } of forms) {
      for (const merchant of [store.merchantId, elsewhere.merchantId]) {
        const answer = await desk.submit(id, { ...kept, merchant }, allFields(), { user });
        if (user !== 'vic') expect(answer.text, id).not.toContain(shop);
        expect(answer.text, id).not.toContain(recipient);
      }
    }
    expect(await state()).toBe(before);
    expect(said()).not.toContain(recipient);
    if (user !== 'vic') expect(said()).not.toContain(shop);
  });

  it('with ids that are none is answered as outdated', async () => {
    const kept = await metadata();
    const errors = () => desk.log.filter(({ level }) => level === 'error').length;
    const before = errors();
    const answers = await Promise.all(
      forms
        .filter(({ id }) => id !== 'find_order')
        .map(({ id }) => desk.submit(id, { ...kept, merchant: "' or 1=1 --" }, allFields())),
    );
    for (const answer of answers) expect(answer.text).toContain('older version');
    expect(errors()).toBe(before);
  });
});

describe('what is offered, searched and looked at', () => {
  it.each(attackers)('offers %s no product: %s', async (user) => {
    const kept = {
      alert: alertId,
      merchant: store.merchantId,
      store: store.storeId,
      keyKind: 'sku',
      key: 'MUG',
      rows: 1,
    };
    expect((await desk.suggest('product_search', 'TS', kept, { user })).json).toEqual({ options: [] });
    const [line] = await sql<{ id: string }[]>`select id from order_lines where order_id = ${orderId}`;
    const form = await orderFormOf(desk, store, orderId);
    expect((await desk.suggest(`line_product:${line?.id}`, 'TS', form, { user })).json).toEqual({ options: [] });
  });

  it('tells an admin of another merchant nothing by any command, shortcut, link or Home tab', async () => {
    const before = await state();
    const words = [
      'held',
      `show ${number}`,
      `find ${number}`,
      'find Ada',
      'stores',
      'stats',
      'digest',
      'route',
      'sync',
      `dispatch ${number}`,
    ];
    for (const text of [...words, `route store ${shop} here`, `sync ${shop}`, `held ${shop}`]) {
      await desk.command(text, { user: 'ana' });
    }
    await desk.shortcut('look_up_numbers', { user: 'ana', message: { text: `About ${number}`, ts: '1.1' } });
    await desk.event({ type: 'app_home_opened', tab: 'home' }, { user: 'ana' });
    await desk.event(
      {
        type: 'link_shared',
        channel: slack.channelId,
        message_ts: '1.1',
        links: [{ url: `${publicUrl}/orders/${orderId}`, domain: 'desk.example.test' }],
      },
      { user: 'ana' },
    );
    await expect.poll(() => desk.calls('views.publish').length).toBe(1);
    expect(desk.calls('chat.unfurl')).toEqual([]);
    // What they typed themselves comes back, nothing else of it.
    expect(said()).not.toContain(`/orders/${orderId}`);
    expect(said()).not.toContain(store.storeId);
    expect(said()).not.toContain(recipient);
    expect(JSON.stringify(desk.calls('views.publish'))).not.toContain(shop);
    expect(await state()).toBe(before);
  });

  it('finds nothing by its recipient for somebody unknown whom a channel lets look', async () => {
    await sql`insert into slack_channels (id, channel_id, unknown_may_look) values (gen_random_uuid(), ${slack.channelId}, true)`;
    const ask = async (text: string, user: BotUser) => JSON.stringify(await desk.command(text, { user }));
    expect(await ask(`find ${recipient}`, 'mei')).toContain(orderId);
    expect(await ask(`find ${number}`, 'stranger')).toContain(orderId);
    expect(await ask(`find ${recipient}`, 'stranger')).toContain('Nothing was found');
    expect(await ask(`show ${recipient}`, 'stranger')).not.toContain(orderId);
    await sql`delete from slack_channels`;
  });
});

describe('every fix, pressed by somebody who may only look', () => {
  it.each([
    ['authorization_expiring', 'authorization', {}],
    ['authorization_abnormal', 'authorization', {}],
    ['writeback_failed', 'store', { errorCode: 'bad_carrier' }],
    ['held:payment_unclassified', 'afterpay_x', { subject: 'afterpay_x' }],
    ['held:shipping_method_unmapped', 'express', { subject: 'express' }],
    ['carrier_unpaired', 'store:UPS', {}],
    ['exception:dispatch_failed', 'order', {}],
    ['sync_failing', 'store', {}],
  ])('on a card of %s', async (kind, about, detail) => {
    const subjects: Readonly<Record<string, string>> = {
      authorization: store.authorizationId,
      store: store.storeId,
      order: orderId,
      'store:UPS': `${store.storeId}:UPS`,
    };
    await sql`update alerts set kind = ${kind}, subject = ${subjects[about] ?? about},
      detail = ${JSON.stringify(detail)}::text::jsonb where id = ${alertId}`;
    await insertException(desk, store, orderId);
    const before = await state();
    const [value = ''] = await values();
    await Promise.all(actions.map(({ id }) => desk.press(id, value, { user: 'vic', trigger: randomUUID() })));
    expect(await state()).toBe(before);
    expect(await sql`select status from authorizations where id = ${store.authorizationId}`).toMatchObject([
      { status: 'authorized' },
    ]);
    expect(await sql`select 1 from order_exceptions where order_id = ${orderId} and closed_at is not null`).toEqual([]);
    expect(desk.calls('views.open').filter(({ fields }) => !/Order|Find/.test(titleOf(fields.view)))).toEqual([]);
  });
});

describe('rights that have ended', () => {
  const bind = (trigger = randomUUID()) =>
    desk.submit(
      'bind_sku',
      { alert: alertId, merchant: store.merchantId, store: store.storeId, keyKind: 'sku', key: 'MUG', rows: 1 },
      {
        product_0: { product_search: { selected_option: { value: store.productId } } },
        quantity_0: { quantity: { value: '1' } },
      },
      { trigger },
    );
  const mei = desk.personIds.mei;

  it('count no more in a form that was opened before', async () => {
    await desk.press('bind_sku', (await desk.card(store.merchantId)).valueOf('bind_sku'));
    await sql`update grants set role = 'viewer' where person_id = ${mei}`;
    const before = await state();
    expect((await bind()).text).toContain('operator, admin or owner');
    expect(await state()).toBe(before);
    await sql`update grants set role = 'operator' where person_id = ${mei}`;
  });

  it('count no more for a press that a dead process left', async () => {
    const id = newId();
    const body = {
      type: 'block_actions',
      team: { id: teamId },
      user: { id: slack.users.mei, name: 'mei', team_id: teamId },
      trigger_id: randomUUID(),
      channel: { id: slack.channelId },
      actions: [{ type: 'button', action_id: 'assign_to_me', block_id: 'x', value: (await values())[0] }],
    };
    await sql`insert into interactions (id, dedupe_key, kind, payload, slack_user_id)
      values (${id}, ${id}, 'block_actions', ${JSON.stringify(body)}, ${slack.users.mei})`;
    await sql`update grants set role = 'viewer' where person_id = ${mei}`;
    const before = await state();
    await desk.bot.replay(id);
    expect(await state()).toBe(before);
    expect(await sql`select payload from interactions where id = ${id}`).toMatchObject([{ payload: null }]);
    await sql`update grants set role = 'operator' where person_id = ${mei}`;
  });

  it('of a disabled person are less than a stranger’s: no deed, and no look where strangers may', async () => {
    await sql`insert into slack_channels (id, channel_id, unknown_may_look) values (gen_random_uuid(), ${slack.channelId}, true)`;
    await sql`update people set status = 'disabled' where id = ${mei}`;
    const before = await state();
    await desk.press('assign_to_me', (await values())[0] ?? '');
    expect((await bind()).text).toContain('access to the desk has ended');
    expect(JSON.stringify(await desk.command('held'))).toContain('access to the desk has ended');
    expect(await state()).toBe(before);
    expect(said()).not.toContain(shop);
    await sql`update people set status = 'active' where id = ${mei}`;
    await sql`delete from slack_channels`;
  });
});

describe('a platform that quotes the recipient', () => {
  it('is not repeated in the order’s card, which a whole channel may read as an unfurled link', async () => {
    const exceptionId = await insertException(desk, store, orderId);
    const words = `Phone 555-0100 of ${recipient.toUpperCase()} at 1 Canary Row (89501) is wrong: code 17`;
    await sql`update order_exceptions set message = ${words}, platform_message = ${words} where id = ${exceptionId}`;
    const links = [{ url: `${publicUrl}/orders/${orderId}`, domain: 'desk.example.test' }];
    await desk.event({ type: 'link_shared', channel: slack.channelId, message_ts: '1.1', links });
    await expect.poll(() => desk.calls('chat.unfurl').length).toBe(1);
    await desk.command(`show ${number}`);
    for (const shown of [desk.calls('chat.unfurl')[0]?.fields, slack.responses.at(-1)]) {
      expect(JSON.stringify(shown)).toContain('is wrong: code 17');
      expect(JSON.stringify(shown)).not.toMatch(/canary|555-0100|89501/i);
    }
  });
});

describe('logs and tables', () => {
  it('keep nothing of a form that failed, and no token', async () => {
    const broken = JSON.stringify({ type: 'view_submission', note: recipient }).slice(0, -1);
    await desk.send({ payload: broken }, 'form');
    slack.faults.push({ kind: 'error', error: 'fatal_error', on: 'chat.postEphemeral' });
    const form = { ...(await orderFormOf(desk, store, orderId)), channel: slack.channelId };
    await desk.submit('correct_address', form, typed({ name: recipient, city: 'Sparks' }));
    const written = JSON.stringify(desk.log);
    expect(written).toContain('fatal_error');
    for (const secret of [recipient, 'Sparks', 'xoxb-test', signingSecret]) expect(written).not.toContain(secret);
    expect(await sql`select 1 from interactions where payload is not null`).toEqual([]);
  });
});
