import { beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../../core/ids.ts';
import { testBot } from '../../support/bot.ts';
import {
  chosen,
  insertException,
  insertRecipient,
  orderFormOf,
  orderValue,
  statusOf,
  typed,
  versionOf,
} from '../../support/order-deeds.ts';
import { makeOrder, type World, world } from '../../support/outgoing.ts';
import { insertFailedWriteback, insertHold } from '../../support/rows.ts';
import { restCancelled, shipmentReplaced } from '../../support/shipped-orders.ts';

const desk = await testBot();
const { slack, sql } = desk;

let store: World;
beforeEach(async () => {
  store = await world(sql);
  slack.calls.length = 0;
});

const words = () => JSON.stringify(desk.view().blocks);
const open = async (orderId: string, user?: 'vic' | 'ana') => {
  await desk.press('order_details', await orderValue(desk, store, orderId), user === undefined ? {} : { user });
  return desk.view();
};
/** The value of a button of the open form. */
const valueIn = (actionId: string): string => {
  const { blocks } = desk.view();
  const elements = (Array.isArray(blocks) ? blocks : []).flatMap((block) => block.elements ?? []);
  const found = elements.find((element) => String(element.action_id).startsWith(actionId));
  if (found === undefined) throw new Error(`There is no button ${actionId}.`);
  return String(found.value);
};

describe('Details', () => {
  it('shows the order, its recipient, lines, shipments, log and what can be done', async () => {
    const { orderId } = await makeOrder(sql, store, { status: 'shipped', number: '#1042' });
    await insertRecipient(desk, store, orderId);
    await insertFailedWriteback(sql, store, orderId, 'bad_carrier');
    await open(orderId);
    const shown = words();
    for (const part of ['#1042', 'Northwind US', 'Shipped, with an exception', 'Ada Canary', '1 Canary Row', 'TEE-1']) {
      expect(shown).toContain(part);
    }
    expect(shown).toContain('2 × TS-1');
    expect(shown).toContain('Shipment *refused by the platform*');
    expect(shown).toContain('Arrived at the desk');
    expect(valueIn('mark_shipped')).toBe(await orderValue(desk, store, orderId));
    expect(shown).toContain('this is possible while it is Pending');
  });

  it('tells after Cancel the rest what has left, and what will not', async () => {
    const orderId = await restCancelled(desk.ports, sql, store);
    await open(orderId);
    expect(words()).toMatch(/OB-\d+\* shipped · [^"]* · 2 of 5 units ·/);
    expect(words()).toContain('2 shipped · 3 will not ship');
    expect(words()).toMatch(/GONE-2> · 2 units/);
  });

  it('says of a shipment that Manual Ship replaced by what and by whom, not that it was closed by hand', async () => {
    const orderId = await shipmentReplaced(desk, sql, store);
    await open(orderId);
    expect(words()).toMatch(/GONE-5> · 5 units · [^"]* · OB-\d+ · \*replaced by NEW-7 \(Mei\)\*/);
    expect(words()).toContain('Shipment *replaced by NEW-7 (Mei)* · tried once');
    expect(words()).toContain('Shipment *waits to be told*');
    expect(words()).not.toContain('closed by hand');
    expect(words()).not.toContain('will not ship');
  });

  it('shows people who only look the order without its recipient, and says which role the rest needs', async () => {
    const { orderId } = await makeOrder(sql, store);
    await insertRecipient(desk, store, orderId);
    await open(orderId, 'vic');
    expect(words()).not.toMatch(/Canary|555-0100|89501/);
    expect(words()).toContain('Recipients are shown to people who work on orders.');
    expect(words()).toContain('This needs the role operator, admin or owner.');
    await desk.press('order_details', await orderValue(desk, store, orderId), { user: 'wes' });
    expect(desk.told().at(-1)).toContain('not yours to see');
  });

  it('opens from a card of before, as the order is now', async () => {
    const { orderId } = await makeOrder(sql, store);
    const value = await orderValue(desk, store, orderId);
    await sql`update orders set version = version + 1, status = 'cancelled' where id = ${orderId}`;
    await desk.press('order_details', value);
    expect(words()).toContain('*Cancelled*');
  });

  it('turns the pages of 60 lines and of a long story', async () => {
    const { orderId } = await makeOrder(sql, store, { quantities: Array.from({ length: 60 }, () => 1) });
    for (let index = 0; index < 30; index += 1) {
      await sql`insert into audit_events (id, merchant_id, at, event, subject_type, subject_id, order_id, actor_name, via)
        values (${newId()}, ${store.merchantId}, now(), 'order.holds_released', 'order', ${orderId}, ${orderId}, 'Mei', 'web')`;
    }
    const view = await open(orderId);
    expect(words()).toContain('Show all 60');
    await desk.press('order_details_turn:lines_0', valueIn('order_details_turn:lines'), { view });
    expect(words()).toContain('Page 1 of 3');
    await desk.press('order_details_turn:lines_1', valueIn('order_details_turn:lines_1'), { view: desk.view() });
    expect(words()).toContain('Page 2 of 3');
    await desk.press('order_details_turn:all', valueIn('order_details_turn:all'), { view: desk.view() });
    await desk.press('order_details_turn:history_0', valueIn('order_details_turn:history'), { view: desk.view() });
    expect(words()).toContain('Holds released');
  });

  it('says in place what a button did, as the order is then', async () => {
    const { orderId } = await makeOrder(sql, store, { number: '#7' });
    await insertException(desk, store, orderId);
    const view = await open(orderId);
    await desk.press('acknowledge', valueIn('acknowledge'), { view });
    expect(words()).toContain('#7 is acknowledged.');
    expect(words()).not.toContain('with an exception');
    expect(desk.told()).toEqual([]);
  });

  it('tells the person privately when Slack does not take the form anew: the deed is done', async () => {
    const { orderId } = await makeOrder(sql, store, { number: '#8' });
    await insertException(desk, store, orderId);
    const view = await open(orderId);
    slack.faults.push({ kind: '500' });
    await desk.press('acknowledge', valueIn('acknowledge'), { view });
    expect(desk.told()).toEqual(['#8 is acknowledged.']);
  });

  it('opens from the Home tab as a first form', async () => {
    const { orderId } = await makeOrder(sql, store);
    const home = { id: 'V0HOME', type: 'home', callback_id: 'home', private_metadata: '' };
    const trigger = await slack.trigger(slack.users.mei);
    await desk.press('order_details', await orderValue(desk, store, orderId), { view: home, trigger });
    expect(desk.calls('views.open')).toMatchObject([{ error: null }]);
  });

  it('opens forms on top, and is drawn anew when they are sent off', async () => {
    const { orderId } = await makeOrder(sql, store);
    const view = await open(orderId);
    await desk.press('cancel_order', valueIn('cancel_order'), { view });
    expect(desk.calls('views.push')).toMatchObject([{ error: null }]);
    const metadata = JSON.parse(String(desk.view().private_metadata));
    expect(metadata).toMatchObject({ details: view.id, order: orderId, channel: slack.channelId });
    await desk.submit('cancel_order', metadata, { ...chosen('where', 'here'), ...typed({ reason: 'Twice bought' }) });
    expect(desk.view().id).toBe(view.id);
    expect(words()).toContain('Cancelled here. The platform was not told.');
    await desk.press('undo_order', valueIn('undo_order'), { view: desk.view() });
    expect(words()).toContain('is where it was');
    expect(await statusOf(desk, orderId)).toBe('pending');
  });

  it('says that the order has moved on, and shows how it stands', async () => {
    const { orderId } = await makeOrder(sql, store);
    const view = await open(orderId);
    const value = valueIn('cancel_order');
    await sql`update orders set version = version + 1, status = 'shipped' where id = ${orderId}`;
    await desk.press('cancel_order', value, { view });
    expect(words()).toContain('has changed since: it is shipped now');
    expect(desk.calls('views.push')).toHaveLength(0);
    expect(await versionOf(desk, orderId)).toBe(2);
  });

  /** A button of the private card that `/orders show` gave. */
  const onCard = async (orderId: string, action: string, value?: string) => {
    const about = value ?? (await orderValue(desk, store, orderId));
    await desk.press(action, about, { isPrivate: true, element: { block_id: about } });
  };
  const shownCard = () => JSON.stringify(slack.responses.at(-1) ?? {});

  it('draws the private card anew from which it was opened, when something was done in it', async () => {
    const { orderId } = await makeOrder(sql, store, { status: 'shipped', number: '#77' });
    await insertException(desk, store, orderId);
    slack.responses.length = 0;
    await onCard(orderId, 'order_details');
    const view = desk.view();
    await desk.press(
      'order_details_turn:history_0',
      JSON.stringify({ of: store.merchantId, shows: orderId, list: 'all' }),
      {
        view,
      },
    );
    expect(slack.responses).toEqual([]);
    await desk.press('acknowledge', valueIn('acknowledge'), { view: desk.view() });
    expect(words()).toContain('#77 is acknowledged.');
    expect(slack.responses).toMatchObject([{ replace_original: true, response_type: 'ephemeral' }]);
    expect(shownCard()).toContain('*Shipped*');
    expect(shownCard()).not.toContain('with an exception');
  });

  it('draws the private card anew below a form that was opened from it, and from the dialog on it', async () => {
    const { orderId } = await makeOrder(sql, store);
    slack.responses.length = 0;
    await onCard(orderId, 'cancel_order');
    const metadata = JSON.parse(String(desk.view().private_metadata));
    await desk.submit('cancel_order', metadata, { ...chosen('where', 'here'), ...typed({ reason: 'Twice bought' }) });
    expect(shownCard()).toContain('*Cancelled*');
    expect(desk.told()).toContain('Cancelled here. The platform was not told.');

    const other = await makeOrder(sql, store);
    await onCard(other.orderId, 'dispatch');
    const kept = JSON.parse(String(desk.view().private_metadata));
    await desk.submit('dispatch', kept, chosen('channel', store.warehouse.channelId));
    expect(shownCard()).toContain('*Processing*');
  });

  it('draws a private card anew on which a button was too late, and names the person who was faster', async () => {
    const { orderId } = await makeOrder(sql, store, { number: '#78' });
    const old = await orderValue(desk, store, orderId);
    await sql`update orders set version = version + 1, status = 'completed' where id = ${orderId}`;
    for (const [name, via, event] of [
      ['Omar', 'slack', 'order.manual_ship'],
      ['Holdfast', 'system', 'order.complete'],
    ] as const) {
      await sql`insert into audit_events (id, merchant_id, at, event, subject_type, subject_id, order_id, actor_name, via)
        values (${newId()}, ${store.merchantId}, now(), ${event}, 'order', ${orderId}, ${orderId}, ${name}, ${via})`;
    }
    slack.responses.length = 0;
    await onCard(orderId, 'manual_ship', old);
    expect(desk.told().join()).toMatch(
      /#78 has changed since: it is completed now \(Omar, .*; after that Holdfast, .*\)/,
    );
    expect(shownCard()).toContain('*Completed*');
    expect(shownCard()).not.toContain('manual_ship');
  });

  it('never replaces a list by one of its orders', async () => {
    const { orderId } = await makeOrder(sql, store);
    const old = await orderValue(desk, store, orderId);
    await sql`update orders set version = version + 1 where id = ${orderId}`;
    slack.responses.length = 0;
    await desk.press('dispatch', old, { isPrivate: true });
    expect(slack.responses).toEqual([]);
    expect(desk.told().at(-1)).toContain('has changed since');
  });

  it('takes the place of the uppermost form where three lie on each other', async () => {
    const { orderId } = await makeOrder(sql, store);
    const value = await orderValue(desk, store, orderId);
    await open(orderId);
    await desk.press('order_details', value, { view: desk.view() });
    await desk.press('order_details', value, { view: desk.view() });
    const third = desk.view();
    await desk.press('order_details', value, { view: third });
    expect(desk.calls('views.push').at(-1)?.error).toBe('push_limit_reached');
    expect(desk.view().id).toBe(third.id);
    expect(desk.told()).toEqual([]);
  });

  it('has a menu whose options are the same deeds', async () => {
    const { orderId } = await makeOrder(sql, store);
    await insertHold(sql, store, orderId, { code: 'sku_unmapped', subject: 'X' });
    await desk.choose('refetch', await orderValue(desk, store, orderId));
    expect(desk.told().at(-1)).toContain('Fetching');
    expect(await orderFormOf(desk, store, orderId)).toMatchObject({ order: orderId });
  });
});
