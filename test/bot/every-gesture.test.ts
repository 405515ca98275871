import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { actions } from '../../bot/actions/index.ts';
import { commands } from '../../bot/commands/index.ts';
import { forms } from '../../bot/forms/index.ts';
import { shortcuts } from '../../bot/shortcuts/index.ts';
import { causeButtonValue, orderButtonValue } from '../../bot/values.ts';
import { newId } from '../../core/ids.ts';
import { type Pressed, teamId, testBot } from '../support/bot.ts';
import { showAlerts } from '../support/causes.ts';
import { checked, chosen, insertException, typed, versionOf } from '../support/order-deeds.ts';
import { makeOrder, type World, world } from '../support/outgoing.ts';
import { insertFailedWriteback, insertHold } from '../support/rows.ts';

/** Every button, form, command and shortcut: who may, whose it is, once, and not on what has moved on. */
const desk = await testBot();
const { sql, slack } = desk;

/** What each needs; `reads`: anybody who may see the orders. */
type Needs = 'reads' | 'work_orders' | 'administer';
const about = {
  cause: 'held:sku_unmapped',
  order: 'order',
  value: 'value',
} as const;
/** What each button needs, and what it is pressed on: an alert's kind, an order, or a value of its own. */
const buttons: Readonly<Record<string, readonly [Needs, string]>> = {
  acknowledge: ['work_orders', 'exception:platform_shipped_elsewhere'],
  assign_to_me: ['work_orders', about.cause],
  batch_page: ['reads', about.value],
  bind_part: ['reads', about.value],
  bind_sku: ['work_orders', about.cause],
  cancel_order: ['work_orders', about.order],
  cancel_rest: ['work_orders', about.order],
  change_rule: ['work_orders', 'held:payment_unknown'],
  classify_payment: ['work_orders', 'held:payment_unknown'],
  close_by_hand: ['administer', about.order],
  correct_address: ['work_orders', about.order],
  dispatch: ['work_orders', about.order],
  dispatch_released: ['work_orders', about.cause],
  find_order: ['reads', about.value],
  find_page: ['reads', about.value],
  give_back: ['work_orders', about.cause],
  manual_ship: ['work_orders', about.order],
  map_method: ['work_orders', 'held:shipping_method_unmapped'],
  mark_shipped: ['work_orders', 'exception:writeback_failed'],
  open_dashboard: ['reads', about.value],
  order_details: ['reads', about.order],
  order_details_turn: ['reads', about.value],
  orders_page: ['reads', about.value],
  pair_carrier: ['work_orders', 'exception:carrier_unpaired'],
  refetch: ['work_orders', about.cause],
  refresh_token: ['administer', 'authorization_unusable'],
  release_hold: ['work_orders', about.order],
  run_command: ['reads', about.value],
  show_orders: ['reads', about.cause],
  snooze: ['work_orders', about.cause],
  snooze_morning: ['work_orders', about.cause],
  storm_causes: ['reads', about.cause],
  sync_now: ['work_orders', 'sync_failing'],
  test_connection: ['administer', 'authorization_unusable'],
  undo_bind: ['reads', about.cause],
  undo_order: ['work_orders', about.order],
  wake: ['work_orders', about.cause],
  why: ['reads', about.cause],
};
const sentForms: Readonly<Record<string, Needs>> = {
  acknowledge_exception: 'work_orders',
  bind_sku: 'work_orders',
  cancel_order: 'work_orders',
  cancel_rest: 'work_orders',
  classify_payment: 'work_orders',
  close_by_hand: 'administer',
  correct_address: 'work_orders',
  dispatch: 'work_orders',
  dispatch_released: 'work_orders',
  find_order: 'reads',
  manual_ship: 'work_orders',
  map_method: 'work_orders',
  pair_carrier: 'work_orders',
  release_hold: 'work_orders',
};
/** With what each command is typed. */
const typedCommands: Readonly<Record<string, readonly [Needs, string]>> = {
  help: ['reads', ''],
  held: ['reads', ''],
  show: ['reads', '#4711-1'],
  find: ['reads', '#4711-1'],
  sync: ['work_orders', 'Elsewhere US'],
  dispatch: ['work_orders', '#4711-1'],
  stores: ['reads', ''],
  stats: ['reads', ''],
  digest: ['reads', ''],
  route: ['administer', ''],
};
const chosenShortcuts: Readonly<Record<string, Needs>> = { find_order: 'reads', look_up_numbers: 'reads' };

/** What a role's refusal says. */
const roleWords: Readonly<Record<Needs, string>> = {
  reads: '',
  work_orders: 'operator, admin or owner',
  administer: 'admin or owner',
};

let store: World;
let orderId: string;
/** The only merchant of Ana, who has the role to do anything there. */
let hers: World;

beforeAll(async () => {
  store = await world(sql);
  hers = await world(sql);
  await sql`update grants set merchant_ids = ${[hers.merchantId]}::uuid[] where person_id = ${desk.personIds.ana}`;
  await sql`update authorizations set status = 'expired', reason = 'Log in again' where id = ${store.authorizationId}`;
  await sql`update stores set failing_runs = 3, name = 'Elsewhere US' where id = ${store.storeId}`;
  orderId = (await makeOrder(sql, store, { number: '#4711-1' })).orderId;
  for (const [code, subject] of [
    ['sku_unmapped', 'MUG'],
    ['payment_unknown', 'x_pay'],
    ['shipping_method_unmapped', 'drone'],
    ['operator_hold', ''],
  ] as const) {
    await insertHold(sql, store, orderId, { code, subject, detail: { keyKind: 'sku' } });
  }
  const sent = (await makeOrder(sql, store, { status: 'shipped', number: '#4711-2' })).orderId;
  await insertFailedWriteback(sql, store, sent, 'bad_carrier');
  await insertException(desk, store, sent, 'platform_shipped_elsewhere');
  await sql`insert into order_exceptions (id, merchant_id, store_id, order_id, code, subject, message, opened_at)
    values (${newId()}, ${store.merchantId}, ${store.storeId}, ${sent}, 'carrier_unpaired', 'UPS', 'Not paired.', now())`;
  desk.platform.connector.carriers = async () => [{ code: 'ups', name: 'UPS' }];
  await showAlerts(desk, store);
});
afterAll(() => desk.close());
beforeEach(() => {
  slack.calls.length = 0;
  slack.responses.length = 0;
});

/** All that a gesture could change: what was written into the history, and what has none. */
async function state(): Promise<unknown> {
  const [row] = await sql`
    select (select count(*)::int from audit_events) as events, (select count(*)::int from runs) as runs,
      (select sum(version)::int from orders) as orders, (select count(*)::int from sku_mappings) as mappings,
      (select count(*)::int from holds where closed_at is null) as holds, (select count(*)::int from slack_routes) as routes,
      (select count(*)::int from writebacks where state = 'failed') as failed`;
  return row;
}
/** Everything that the person or the channel was shown. */
const shown = (): string =>
  JSON.stringify([
    desk.told(),
    slack.responses,
    slack.calls.filter(({ method }) => !method.startsWith('users.')).map(({ fields }) => fields),
  ]);

async function valueOn(on: string, versionOff = 0): Promise<string> {
  if (on === about.order) {
    const version = (await versionOf(desk, orderId)) + versionOff;
    return orderButtonValue({ id: orderId, merchantId: store.merchantId, version });
  }
  if (on === about.value) {
    const { merchantId } = store;
    const id = await alertOf(about.cause);
    const ids = { of: merchantId, merchant: merchantId, run: newId(), shows: orderId, cause: id, storm: id };
    return JSON.stringify({ ...ids, page: 0, offset: 0, list: 'all', text: '4711' });
  }
  return causeButtonValue({ id: await alertOf(on), merchantId: store.merchantId, version: 1 });
}
async function alertOf(kind: string): Promise<string> {
  const [row] = await sql<{ id: string }[]>`
    select id from alerts where merchant_id = ${store.merchantId} and kind = ${kind}`;
  if (row === undefined) throw new Error(`There is no alert ${kind}.`);
  return row.id;
}
const press = async (id: string, on: string, sent: Pressed = {}, versionOff = 0) =>
  desk.press(id, await valueOn(on, versionOff), sent);

async function submit(id: string, sent: Pressed = {}, versionOff = 0) {
  const metadata = {
    merchant: store.merchantId,
    store: store.storeId,
    order: orderId,
    version: (await versionOf(desk, orderId)) + versionOff,
    alert: await alertOf(about.cause),
    carrier: store.warehouse.carrierId,
    subject: 'x_pay',
    keyKind: 'sku',
    key: 'MUG',
    until: desk.clock.now().toISOString(),
    channel: slack.channelId,
  };
  const [hold] = await sql<{ id: string }[]>`select id from holds where order_id = ${orderId} limit 1`;
  const [type] = await sql<{ id: string }[]>`select id from shipping_types where merchant_id = ${store.merchantId}`;
  const values = {
    ...typed({ reason: 'Because.', note: 'Because.', tracking: '1Z9', name: 'Ada', text: '4711' }),
    ...chosen('class', 'prepaid'),
    ...chosen('type', type?.id ?? newId()),
    ...chosen('channel', store.warehouse.channelId),
    ...chosen('carrier', store.warehouse.carrierId),
    ...chosen('where', 'here'),
    provider: { provider: { selected_option: { value: 'ups', text: { text: 'UPS' } } } },
    ...checked('holds', hold?.id ?? ''),
    ...checked('exceptions', newId()),
    product_0: { product_search: { selected_option: { value: store.productId } } },
    quantity_0: { quantity: { value: '1' } },
  };
  return desk.submit(id, metadata, values, sent);
}

describe('the lists of this file', () => {
  it('name every button, form, command and shortcut that there is', () => {
    expect(Object.keys(buttons).sort()).toEqual(actions.map(({ id }) => id).sort());
    expect(Object.keys(sentForms).sort()).toEqual(forms.map(({ id }) => id).sort());
    expect(Object.keys(typedCommands).sort()).toEqual(commands.map(({ word }) => word).sort());
    expect(Object.keys(chosenShortcuts).sort()).toEqual(shortcuts.map(({ id }) => id).sort());
  });
});

describe('somebody who may only look changes nothing', () => {
  it.each(Object.entries(buttons))('with the button %s', async (id, [needs, on]) => {
    const before = await state();
    await press(id, on, { user: 'vic' });
    expect(await state()).toEqual(before);
    if (needs !== 'reads') expect(shown()).toContain(roleWords[needs]);
  });
  it.each(Object.entries(sentForms))('with the form %s', async (id, needs) => {
    const before = await state();
    const answer = await submit(id, { user: 'vic' });
    expect(await state()).toEqual(before);
    if (needs !== 'reads') expect(answer.text + shown()).toContain(roleWords[needs]);
  });
  it.each(Object.entries(typedCommands))('with /orders %s', async (word, [needs, argument]) => {
    const before = await state();
    const reply = await desk.command(`${word} ${argument}`, { user: 'vic' });
    expect(await state()).toEqual(before);
    if (needs === 'work_orders') expect(JSON.stringify(reply)).toContain(roleWords[needs]);
  });
  it.each(Object.keys(chosenShortcuts))('with the shortcut %s', async (id) => {
    const before = await state();
    await desk.shortcut(id, { user: 'vic', ...(id === 'find_order' ? {} : { message: { text: 'see #4711-1' } }) });
    expect(await state()).toEqual(before);
  });
});

describe('an admin of another merchant changes nothing here and sees nothing of it', () => {
  const nothing = (text: string) => {
    expect(text).not.toContain('Elsewhere US');
    expect(text).not.toContain('#4711-2');
  };
  it.each(Object.entries(buttons))('with the button %s', async (id, [, on]) => {
    const before = await state();
    await press(id, on, { user: 'ana' });
    expect(await state()).toEqual(before);
    nothing(shown());
  });
  it.each(Object.keys(sentForms))('with the form %s', async (id) => {
    const before = await state();
    const answer = await submit(id, { user: 'ana' });
    expect(await state()).toEqual(before);
    nothing(answer.text + shown());
  });
  it.each(Object.entries(typedCommands))('with /orders %s', async (word, [, argument]) => {
    const before = await state();
    const reply = await desk.command(`${word} ${argument === 'Elsewhere US' ? '"no such"' : argument}`, {
      user: 'ana',
    });
    expect(await state()).toEqual(before);
    nothing(JSON.stringify(reply));
  });
  it.each(Object.keys(chosenShortcuts))('with the shortcut %s', async (id) => {
    await desk.shortcut(id, { user: 'ana', ...(id === 'find_order' ? {} : { message: { text: 'see #4711-2' } }) });
    // The number itself is what the person marked.
    nothing(shown().replaceAll('#4711-2', ''));
  });
});

describe('what has moved on is refused, told privately and drawn anew', () => {
  const stale = (id: string) => actions.find((action) => action.id === id)?.evenStale !== true;
  const onOrders = Object.entries(buttons).filter(([id, [, on]]) => on === about.order && stale(id));
  it.each(onOrders)('on an order: %s', async (id) => {
    const before = await state();
    await press(id, about.order, {}, -1);
    expect(await state()).toEqual(before);
    expect(desk.told().at(-1)).toContain('has changed since');
  });
  const isCause = (on: string) => on !== about.order && on !== about.value;
  const onCauses = Object.entries(buttons).filter(([id, [, on]]) => isCause(on) && stale(id));
  it.each(onCauses)('on a settled card: %s', async (id, [, on]) => {
    const alertId = await alertOf(on);
    await sql`update alerts set state = 'resolved', resolved_by = 'Olga', resolved_at = now() where id = ${alertId}`;
    const before = await state();
    await press(id, on);
    await sql`update alerts set state = 'open', resolved_by = null, resolved_at = null where id = ${alertId}`;
    expect(await state()).toEqual(before);
    expect(desk.told().at(-1)).toContain('Already settled by Olga');
    expect(desk.calls('chat.update')).toHaveLength(1);
  });
});

describe('a gesture that is delivered twice runs once', () => {
  /** Answers and forms that one gesture brings at most. */
  const answers = () =>
    slack.responses.length +
    slack.calls.filter(({ method }) => ['chat.postEphemeral', 'views.open', 'views.push'].includes(method)).length;
  const recorded = async () => Number((await sql`select count(*) from interactions`)[0]?.count);

  it.each(Object.entries(buttons))('the button %s', async (id, [, on]) => {
    const trigger = await slack.trigger(slack.users.olga);
    const before = await recorded();
    await Promise.all([1, 2].map(() => press(id, on, { user: 'olga', trigger })));
    expect(await recorded()).toBe(before + 1);
    expect(answers()).toBeLessThanOrEqual(1);
  });
  it.each(Object.entries(typedCommands))('/orders %s', async (word, [, argument]) => {
    const trigger = await slack.trigger(slack.users.olga);
    const before = await recorded();
    const typedOnce = {
      command: '/orders',
      text: `${word} ${argument}`,
      team_id: teamId,
      user_id: slack.users.olga,
      user_name: 'olga',
      channel_id: slack.channelId,
      trigger_id: trigger,
      response_url: slack.responseUrl(),
    };
    await Promise.all([1, 2].map(() => desk.send(typedOnce, 'form')));
    await desk.settled();
    expect(answers()).toBeLessThanOrEqual(1);
    expect(await recorded()).toBe(before + 1);
  });
  it.each(Object.keys(sentForms))('the form %s', async (id) => {
    const trigger = await slack.trigger(slack.users.olga);
    const before = await recorded();
    await Promise.all([1, 2].map(() => submit(id, { user: 'olga', trigger })));
    expect(await recorded()).toBe(before + 1);
    expect(answers()).toBeLessThanOrEqual(1);
  });
});
