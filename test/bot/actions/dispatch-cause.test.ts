import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../../core/ids.ts';
import { testBot } from '../../support/bot.ts';
import type { Card } from '../../support/bot-card.ts';
import { showAlerts } from '../../support/causes.ts';
import { chosen, insertException, statusOf } from '../../support/order-deeds.ts';
import { makeOrder, type World, world } from '../../support/outgoing.ts';
import { insertHold } from '../../support/rows.ts';

const desk = await testBot();
const { slack, sql } = desk;

let store: World;
beforeEach(async () => {
  store = await world(sql);
  slack.calls.length = 0;
  slack.responses.length = 0;
});

const channel = () => chosen('channel', store.warehouse.channelId);
const said = () => JSON.stringify(desk.view().blocks);
const outbounds = async () => (await sql`select 1 from outbound_orders where merchant_id = ${store.merchantId}`).length;

async function held(code: string, subject = '', order: Parameters<typeof makeOrder>[2] = {}): Promise<string> {
  const { orderId } = await makeOrder(sql, store, order);
  await insertHold(sql, store, orderId, { code, subject });
  return orderId;
}
async function due(order: Parameters<typeof makeOrder>[2] = {}): Promise<string> {
  const { orderId } = await makeOrder(sql, store, order);
  const shipBy = new Date(desk.clock.now().getTime() + 3_600_000).toISOString();
  await sql`update orders set ship_by = ${shipBy}::timestamptz where id = ${orderId}`;
  return orderId;
}
async function release(holdId: string, orderId: string): Promise<void> {
  const at = desk.clock.now().toISOString();
  await sql`update holds set closed_at = ${at}::timestamptz, closed_by = 'Ana', closed_via = 'web',
    resolution = 'released' where id = ${holdId}`;
  await sql`update orders set open_hold_count = open_hold_count - 1 where id = ${orderId}`;
}
async function cardOf(kind: string): Promise<Card> {
  // Rows are as new as the database's clock says, which runs while the test's stands.
  desk.clock.pass(60_000);
  await showAlerts(desk, store);
  return desk.card(store.merchantId, kind);
}
function buttonOf(card: Card): { text?: { text: string }; style?: string; action_id?: string } {
  const elements = card.blocks.find(({ type }) => type === 'actions')?.elements;
  return Array.isArray(elements) ? elements[0] : {};
}
async function opened(card: Card) {
  await desk.press('dispatch', card.valueOf('dispatch'));
  return JSON.parse(String(desk.view().private_metadata));
}

describe('Dispatch on the card of several orders', () => {
  it('takes those near their ship-by that nothing holds, says how many and why not the others, and lists the results', async () => {
    const free = [await due({ number: '#1' }), await due({ number: '#2' })];
    const parked = await due({ number: '#3' });
    await insertHold(sql, store, parked, { code: 'operator_hold', origin: 'person' });
    await due({ number: '#4', kind: 'b2b', status: 'acknowledged' });
    await due({ number: '#5', status: 'processing' });
    const card = await cardOf('ship_by_near');
    expect(buttonOf(card)).toMatchObject({ action_id: 'dispatch', style: 'primary', text: { text: 'Dispatch (2)' } });
    const metadata = await opened(card);
    expect(said()).toContain('2 orders will be dispatched.');
    expect(said()).toContain(
      'Left out of 5 orders: 1 order held for something else; 1 purchase order, dispatched one at a time; 1 order with the warehouse already.',
    );
    expect((await desk.submit('dispatch_released', metadata, channel())).text).toBe('');
    for (const orderId of free) expect(await statusOf(desk, orderId)).toBe('processing');
    expect(await statusOf(desk, parked)).toBe('pending');
    const [results] = await slack.replies(card.ts);
    expect(results?.text).toBe('2 of 2 orders dispatched');
    const after = await cardOf('ship_by_near');
    expect(after.actions).not.toContain('dispatch');
    expect(after.actions).toContain('show_orders');
    expect(buttonOf(after).style).toBeUndefined();
  });

  it('gives orders without a shipping method the channel that is chosen for all of them', async () => {
    const orders = [await held('shipping_method_missing'), await held('shipping_method_missing')];
    const card = await cardOf('held:shipping_method_missing');
    expect(buttonOf(card).text?.text).toBe('Dispatch (2)');
    await desk.submit('dispatch_released', await opened(card), channel());
    for (const orderId of orders) expect(await statusOf(desk, orderId)).toBe('processing');
    expect((await cardOf('held:shipping_method_missing')).text).toContain('✔');
  });

  it('tries those short of stock again, and one that is refused blocks no other', async () => {
    const orders = [await held('stock_short', 'TS-1'), await held('stock_short', 'TS-1')];
    await sql`update inventory set on_hand = 2 where merchant_id = ${store.merchantId}`;
    const card = await cardOf('held:stock_short');
    expect(buttonOf(card).text?.text).toBe('Dispatch (2)');
    const metadata = await opened(card);
    expect(said()).toContain('Choose a warehouse that has the goods');
    await desk.submit('dispatch_released', metadata, channel());
    const statuses = await Promise.all(orders.map((orderId) => statusOf(desk, orderId)));
    expect(statuses.sort()).toEqual(['pending', 'processing']);
    const [results] = await slack.replies(card.ts);
    expect(results?.text).toBe('1 of 2 orders dispatched, 1 refused');
  });

  it('dispatches once for two deliveries and two clicks', async () => {
    await due();
    await due();
    const card = await cardOf('ship_by_near');
    const metadata = await opened(card);
    const trigger = randomUUID();
    await Promise.all([1, 2].map(() => desk.submit('dispatch_released', metadata, channel(), { trigger })));
    const again = await desk.submit('dispatch_released', metadata, channel());
    expect(again.json).toMatchObject({ errors: { channel: expect.stringContaining('Nothing of this is left') } });
    expect(await outbounds()).toBe(2);
    expect(await slack.replies(card.ts)).toHaveLength(1);
  });

  it('leaves out what came after the form was opened', async () => {
    await due();
    await due();
    const metadata = await opened(await cardOf('ship_by_near'));
    const later = new Date(desk.clock.now().getTime() + 60_000).toISOString();
    const late = await due();
    await sql`update orders set created_at = ${later}::timestamptz where id = ${late}`;
    await desk.submit('dispatch_released', metadata, channel());
    expect(await statusOf(desk, late)).toBe('pending');
    expect(await outbounds()).toBe(2);
  });

  it.each([
    ['ship_by_near', due],
    ['held:shipping_method_missing', () => held('shipping_method_missing')],
    ['held:stock_short', () => held('stock_short', 'TS-1')],
  ] as const)('leaves out what something else held when the form was opened: %s', async (kind, order) => {
    const free = [await order(), await order()];
    const parked = await order();
    const holdId = await insertHold(sql, store, parked, { code: 'operator_hold', origin: 'person' });
    const metadata = await opened(await cardOf(kind));
    expect(said()).toContain('2 orders will be dispatched.');
    desk.clock.pass(60_000);
    await release(holdId, parked);
    await desk.submit('dispatch_released', metadata, channel());
    expect(await statusOf(desk, parked)).toBe('pending');
    for (const orderId of free) expect(await statusOf(desk, orderId)).toBe('processing');
  });

  it('takes what only a hold that it makes good has left since the form was opened', async () => {
    const orders = [await held('shipping_method_missing'), await held('shipping_method_missing')];
    const [first = ''] = orders;
    const short = await insertHold(sql, store, first, { code: 'stock_short', subject: 'TS-1' });
    const metadata = await opened(await cardOf('held:shipping_method_missing'));
    desk.clock.pass(60_000);
    await release(short, first);
    await desk.submit('dispatch_released', metadata, channel());
    for (const orderId of orders) expect(await statusOf(desk, orderId)).toBe('processing');
  });

  it('opens the dialog of the only order that is left for it', async () => {
    await due({ number: '#77' });
    const parked = await due();
    await insertHold(sql, store, parked, { code: 'operator_hold', origin: 'person' });
    const card = await cardOf('ship_by_near');
    expect(buttonOf(card).text?.text).toBe('Dispatch (1)');
    const metadata = await opened(card);
    expect(desk.view().callback_id).toBe('dispatch');
    expect(said()).toContain('#77');
    await desk.submit('dispatch', metadata, channel());
    expect(await outbounds()).toBe(1);
  });

  it('has no main button where a batch can take none, and says why to whoever presses an old one', async () => {
    for (const code of ['stock_short', 'stock_short']) {
      const orderId = await held(code, 'TS-1');
      await insertHold(sql, store, orderId, { code: 'payment_unknown', subject: 'x' });
    }
    const card = await cardOf('held:stock_short');
    expect(card.actions[0]).toBe('show_orders');
    expect(buttonOf(card).style).toBeUndefined();
    await desk.press('dispatch', card.menu);
    expect(said()).toContain('None of 2 orders can be dispatched like this');
    expect(await outbounds()).toBe(0);
  });

  it('is refused to a viewer, and redraws a card that is settled', async () => {
    await due();
    await due();
    const card = await cardOf('ship_by_near');
    const views = () => slack.calls.filter(({ method }) => method.startsWith('views.')).length;
    await desk.press('dispatch', card.valueOf('dispatch'), { user: 'vic' });
    expect(desk.told().at(-1)).toContain('operator, admin or owner');
    const metadata = { merchant: store.merchantId, alert: card.alertId, until: desk.clock.now().toISOString() };
    const sent = await desk.submit('dispatch_released', { ...metadata, scope: 'dispatchable' }, channel(), {
      user: 'vic',
    });
    expect(sent.text).toContain('operator, admin or owner');
    await sql`update orders set status = 'shipped' where merchant_id = ${store.merchantId}`;
    await cardOf('ship_by_near');
    await desk.press('dispatch', card.valueOf('dispatch'));
    expect(views()).toBe(0);
    expect(await outbounds()).toBe(0);
  });
});

describe('Dispatch failed', () => {
  it('offers Dispatch first, Details and Acknowledge beside it', async () => {
    const { orderId } = await makeOrder(sql, store);
    await insertException(desk, store, orderId, 'dispatch_failed');
    const card = await cardOf('exception:dispatch_failed');
    expect(card.actions.slice(0, 3)).toEqual(['dispatch', 'order_details', 'acknowledge']);
    const metadata = await opened(card);
    await desk.submit('dispatch', { ...metadata, channel: slack.channelId }, channel());
    expect(await statusOf(desk, orderId)).toBe('processing');
    expect((await cardOf('exception:dispatch_failed')).text).toContain('✔');
  });
});

it('counts a batch by store', async () => {
  await held('shipping_method_missing');
  await held('shipping_method_missing');
  const other = newId();
  await sql`insert into stores select (jsonb_populate_record(s, jsonb_build_object('id', ${other}::text, 'name', 'Northwind CA',
    'code', null))).* from stores s where s.id = ${store.storeId}`;
  const elsewhere = { ...store, storeId: other };
  for (let n = 0; n < 3; n += 1) {
    const { orderId } = await makeOrder(sql, elsewhere);
    await insertHold(sql, elsewhere, orderId, { code: 'shipping_method_missing' });
  }
  await cardOf('held:shipping_method_missing');
  const rows =
    await sql`select store_id, detail->>'batch' as batch from alerts where merchant_id = ${store.merchantId}`;
  expect(new Map(rows.map((row) => [row.store_id, row.batch]))).toEqual(
    new Map([
      [store.storeId, '2'],
      [other, '3'],
    ]),
  );
});
