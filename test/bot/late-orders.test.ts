import { beforeEach, describe, expect, it } from 'vitest';
import { testBot } from '../support/bot.ts';
import { showAlerts } from '../support/causes.ts';
import { dispatchNow, makeOrder, must, type World, world } from '../support/outgoing.ts';

const desk = await testBot();
const { sql, clock } = desk;

let store: World;
beforeEach(async () => {
  store = await world(sql);
});

const isDue = (orderId: string) =>
  sql`update orders set ship_by = ${new Date(clock.now().getTime() + 2 * 3_600_000).toISOString()}::timestamptz
    where id = ${orderId}`;
const card = async () => {
  await showAlerts(desk, store);
  return desk.card(store.merchantId, 'ship_by_near');
};

describe('The card of a late order', () => {
  it('offers to dispatch one that waits', async () => {
    const { orderId } = await makeOrder(sql, store);
    await isDue(orderId);
    const open = await card();
    expect(open.actions[0]).toBe('dispatch');
    expect(open.words).not.toContain('with the warehouse');
  });

  it('says of one that is dispatched that the warehouse has it, and shows it', async () => {
    const { orderId } = await makeOrder(sql, store);
    await isDue(orderId);
    await card();
    must(await dispatchNow(desk.ports, store, orderId));
    const open = await card();
    expect(open.text).toContain('Ship-by is near, nothing shipped');
    expect(open.words).toContain('It is dispatched and with the warehouse');
    expect(open.actions[0]).toBe('order_details');
    expect(open.actions).not.toContain('dispatch');
    await desk.press('order_details', open.valueOf('order_details'));
    expect(JSON.stringify(desk.view())).toContain(orderId);
  });

  it('says how many of several it has', async () => {
    const { orderId } = await makeOrder(sql, store);
    await isDue(orderId);
    await isDue((await makeOrder(sql, store)).orderId);
    must(await dispatchNow(desk.ports, store, orderId));
    const open = await card();
    expect(open.text).toContain('2 orders');
    expect(open.words).toContain('1 is dispatched and with the warehouse');
  });
});
