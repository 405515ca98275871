import { beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../../core/ids.ts';
import { testBot } from '../../support/bot.ts';
import { checked, chosen, insertRecipient, orderValue, statusOf, typed } from '../../support/order-deeds.ts';
import { makeOrder, type World, world } from '../../support/outgoing.ts';
import { insertHold } from '../../support/rows.ts';

/** The dispatch dialog of an order that no dispatch may move yet: what mends it, from the dialog itself. */
const desk = await testBot();
const { slack, sql } = desk;

let store: World;
beforeEach(async () => {
  store = await world(sql);
  slack.calls.length = 0;
});

const words = () => JSON.stringify(desk.view().blocks);
const kept = () => JSON.parse(String(desk.view().private_metadata));
const openHolds = async (orderId: string) =>
  (await sql<{ code: string }[]>`select code from holds where order_id = ${orderId} and closed_at is null`).map(
    ({ code }) => code,
  );

interface Element {
  readonly action_id?: string;
  readonly value?: string;
}
const elements = (): readonly Element[] => {
  const { blocks } = desk.view();
  return (Array.isArray(blocks) ? blocks : []).flatMap((block) => (block.type === 'actions' ? block.elements : []));
};
const buttons = () => elements().map(({ action_id }) => action_id);
const valueIn = (actionId: string) => elements().find(({ action_id }) => action_id === actionId)?.value ?? '';

async function openDialog(orderId: string, user: 'mei' | 'ana' = 'mei') {
  await desk.press('dispatch', await orderValue(desk, store, orderId), { user });
  return desk.view();
}

describe('the dispatch dialog of a held order', () => {
  it.each([
    ['cancellation_requested', '', 'platform', ['cancel_order', 'release_hold', 'refetch']],
    ['payment_blocked', 'fraud', 'platform', ['release_hold', 'cancel_order', 'refetch']],
    ['payment_blocked', 'invoice', 'derived', ['release_hold', 'classify_payment', 'cancel_order', 'refetch']],
    ['payment_unknown', 'x_pay', 'derived', ['classify_payment', 'refetch']],
    ['platform_hold', 'status', 'platform', ['release_hold', 'refetch']],
    ['operator_hold', '', 'person', ['release_hold', 'refetch']],
    ['address_incomplete', 'zip', 'derived', ['correct_address', 'refetch']],
    ['no_shippable_items', '', 'derived', ['cancel_order', 'refetch']],
  ] as const)('offers what mends %s [%s] of origin %s', async (code, subject, origin, offered) => {
    const { orderId } = await makeOrder(sql, store);
    await insertHold(sql, store, orderId, { code, subject, origin });
    await openDialog(orderId);
    expect(buttons()).toEqual(offered);
    expect(desk.view().submit ?? null).toBeNull();
  });

  it('says who may release what the platform holds', async () => {
    const { orderId } = await makeOrder(sql, store);
    await insertHold(sql, store, orderId, { code: 'platform_hold', subject: 'fraud_check' });
    await openDialog(orderId);
    expect(buttons()).toEqual(['refetch']);
    expect(words()).toContain('*Release hold*: This needs the role admin or owner.');
    await openDialog(orderId, 'ana');
    expect(buttons()).toEqual(['release_hold', 'refetch']);
  });

  it('becomes the dialog to dispatch with when the hold was released on top of it', async () => {
    const { orderId } = await makeOrder(sql, store, { number: '#31' });
    await insertRecipient(desk, store, orderId);
    await insertHold(sql, store, orderId, { code: 'cancellation_requested', subject: '' });
    const dialog = await openDialog(orderId);
    await desk.press('release_hold', valueIn('release_hold'), { view: dialog });
    expect(desk.calls('views.push')).toMatchObject([{ error: null }]);
    const [hold] = await sql<{ id: string }[]>`select id from holds where order_id = ${orderId}`;
    const values = { ...checked('holds', hold?.id ?? ''), ...typed({ note: 'The buyer wants it after all' }) };
    await desk.submit('release_hold', kept(), values);
    expect(await openHolds(orderId)).toEqual([]);
    expect(desk.view().id).toBe(dialog.id);
    expect(words()).toContain('Released #31.');
    expect(desk.view().submit).toMatchObject({ text: 'Confirm dispatch' });
    expect(desk.told()).toEqual([]);
    await desk.submit('dispatch', kept(), chosen('channel', store.warehouse.channelId));
    expect(await statusOf(desk, orderId)).toBe('processing');
  });

  it('is drawn anew when a payment type was classified on top of it', async () => {
    const { orderId } = await makeOrder(sql, store, { paymentRecord: 'unknown' });
    await insertHold(sql, store, orderId, { code: 'payment_unknown', subject: 'x_pay' });
    const dialog = await openDialog(orderId);
    await desk.press('classify_payment', valueIn('classify_payment'), { view: dialog });
    await desk.submit('classify_payment', kept(), chosen('class', 'prepaid'));
    expect(desk.view().id).toBe(dialog.id);
    expect(words()).toContain('Classified.');
    expect(desk.view().submit).toMatchObject({ text: 'Confirm dispatch' });
  });

  it('says in place that the order was cancelled from it, and offers the way back', async () => {
    const { orderId } = await makeOrder(sql, store);
    await insertHold(sql, store, orderId, { code: 'cancellation_requested', subject: '' });
    const dialog = await openDialog(orderId);
    await desk.press('cancel_order', valueIn('cancel_order'), { view: dialog });
    await desk.submit('cancel_order', kept(), { ...chosen('where', 'here'), ...typed({ reason: 'Asked for' }) });
    expect(words()).toContain('Cancelled here. The platform was not told.');
    expect(buttons()).toEqual(['undo_order']);
    await desk.press('undo_order', valueIn('undo_order'), { view: desk.view() });
    expect(await statusOf(desk, orderId)).toBe('pending');
    expect(words()).toContain('is where it was');
  });

  it('binds what is not mapped while something else holds the order', async () => {
    const { orderId, lineIds } = await makeOrder(sql, store, { sku: 'NEW-9' });
    const [lineId] = lineIds;
    await insertHold(sql, store, orderId, { code: 'sku_unmapped', subject: 'NEW-9', detail: { keyKind: 'sku' } });
    await insertHold(sql, store, orderId, { code: 'operator_hold', subject: '' });
    await openDialog(orderId);
    expect(words()).toContain('NEW-9 is, in the warehouse');
    expect(desk.view().submit).toMatchObject({ text: 'Bind SKUs' });
    const metadata = kept();
    const picked = {
      [`bind_${lineId}`]: { [`line_product:${lineId}`]: { selected_option: { value: store.productId } } },
    };
    const quantity = (value: string | null) => ({ [`quantity_${lineId}`]: { quantity: { value } } });
    const nothing = { [`bind_${lineId}`]: { [`line_product:${lineId}`]: { selected_option: null } } };
    expect((await desk.submit('dispatch', metadata, nothing)).json).toMatchObject({
      errors: { [`bind_${lineId}`]: 'Choose a warehouse SKU.' },
    });
    expect((await desk.submit('dispatch', metadata, { ...picked, ...quantity(null) })).json).toMatchObject({
      errors: { [`quantity_${lineId}`]: 'A whole number from 1 on.' },
    });
    expect((await desk.submit('dispatch', metadata, { ...picked, ...quantity('2') }, { user: 'vic' })).text).toContain(
      'operator, admin or owner',
    );
    const bound = await desk.submit('dispatch', metadata, { ...picked, ...quantity('2') });
    expect(bound.json).toMatchObject({ response_action: 'update' });
    expect(bound.text).toContain('1 line bound, for every order of the store.');
    expect(bound.text).not.toContain('is, in the warehouse');
    expect(await openHolds(orderId)).toEqual(['operator_hold']);
    expect(await statusOf(desk, orderId)).toBe('pending');
  });
});

describe('the card of /orders show', () => {
  it('offers Dispatch first only where it is not sure to be refused', async () => {
    const typeId = newId();
    await sql`insert into shipping_types (id, merchant_id, code, name) values (${typeId}, ${store.merchantId}, 'HOME', 'Home')`;
    for (const [code, first] of [
      ['cancellation_requested', 'cancel_order'],
      ['payment_unknown', 'classify_payment'],
      ['operator_hold', 'release_hold'],
      ['platform_hold', 'refetch'],
      ['sku_unmapped', 'dispatch'],
      ['shipping_method_unmapped', 'dispatch'],
    ] as const) {
      const number = `#${code}`;
      const { orderId } = await makeOrder(sql, store, { number });
      await insertHold(sql, store, orderId, { code, subject: 'x', detail: { keyKind: 'sku' } });
      const card = JSON.stringify(await desk.command(`show ${number}`));
      expect(card, code).toMatch(new RegExp(`"elements":\\[{[^[]*"action_id":"${first}"`));
      if (code === 'shipping_method_unmapped') expect(card).toContain('map_method');
    }
  });

  it('maps the method of its order from the menu', async () => {
    const typeId = newId();
    await sql`insert into shipping_types (id, merchant_id, code, name) values (${typeId}, ${store.merchantId}, 'HOME', 'Home')`;
    const { orderId } = await makeOrder(sql, store);
    await insertHold(sql, store, orderId, { code: 'shipping_method_unmapped', subject: 'drone' });
    await desk.choose('map_method', await orderValue(desk, store, orderId));
    await desk.submit('map_method', kept(), chosen('type', typeId));
    expect(await openHolds(orderId)).toEqual([]);
    expect(desk.told().join()).toContain('Mapped.');
  });
});
