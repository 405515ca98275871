import { beforeEach, expect, test } from 'vitest';
import { newId } from '../../../core/ids.ts';
import { testBot } from '../../support/bot.ts';
import { orderValue } from '../../support/order-deeds.ts';
import { makeOrder, type World, world } from '../../support/outgoing.ts';

const desk = await testBot();
const { sql } = desk;

let store: World;
beforeEach(async () => {
  store = await world(sql);
  desk.slack.calls.length = 0;
});

const classify = (method: string, as: string) => sql`
  insert into payment_classifications (id, merchant_id, store_id, payment_method, class, created_by)
  values (${newId()}, ${store.merchantId}, ${store.storeId}, ${method}, ${as}, 'Mei')`;

/** What the card of `/orders show`, Details and Dispatch say of one order. */
async function shown(over: Parameters<typeof makeOrder>[2], method: string) {
  const number = `#C-${newId().slice(-8)}`;
  const { orderId } = await makeOrder(sql, store, { ...over, number });
  await sql`update orders set payment_method = ${method} where id = ${orderId}`;
  const card = JSON.stringify((await desk.command(`show ${number}`)).blocks);
  const value = await orderValue(desk, store, orderId);
  await desk.press('order_details', value);
  const details = JSON.stringify(desk.view().blocks);
  await desk.press('dispatch', value);
  return { card, details, dispatch: JSON.stringify(desk.view().blocks) };
}

test('an order whose payment type was classified as cash on delivery collects its total, wherever it is shown', async () => {
  await classify('mystery wallet', 'cash_on_delivery');
  const { card, details, dispatch } = await shown({ paymentRecord: 'unknown' }, ' mystery wallet ');
  expect(card).toContain('collects USD 25.00 on delivery');
  expect(details).toContain('*To collect on delivery*\\nUSD 25.00');
  expect(dispatch).toContain('Collects USD 25.00 on delivery');
});

test('the amount that the platform gave is collected, not the total', async () => {
  const { card, dispatch } = await shown({ paymentRecord: 'cash_on_delivery', codAmount: '7.00' }, 'cod');
  expect(card).toContain('collects USD 7.00 on delivery');
  expect(dispatch).toContain('Collects USD 7.00 on delivery');
});

test('an order that was classified as prepaid collects nothing, whatever the platform said', async () => {
  await classify('bank slip', 'prepaid');
  const { card, details, dispatch } = await shown(
    { paymentRecord: 'cash_on_delivery', codAmount: '7.00' },
    'bank slip',
  );
  for (const words of [card, details, dispatch]) expect(words).not.toMatch(/collects? /i);
});
