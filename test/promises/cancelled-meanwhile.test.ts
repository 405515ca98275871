import { expect, test, vi } from 'vitest';
import {
  addStore,
  alertsOf,
  authorize,
  dispatch,
  orderOf,
  plainShop,
  problemIn,
  type Scene,
  scene,
  ship,
  signIn,
  synced,
  toldOf,
} from '../support/desk-driver.ts';
import { eventually } from '../support/jobs.ts';

vi.setConfig({ testTimeout: 90_000 });

/** A store with plain orders, of which the desk hears nothing but what it asks for. */
async function quietStore(count: number) {
  const s = await scene();
  const shop = plainShop(s.market, 'teahouse', count);
  const person = await signIn(await s.start());
  const store = await addStore(s, person, 'teahouse');
  await authorize(person, store);
  const orders = await synced(s.sql, store.storeId, count);
  await eventually(async () => shop.webhooks.length === 1);
  const [webhook] = shop.webhooks;
  shop.webhooks = [];
  return { s, shop, person, store, orders, webhook };
}

const outboundsOf = (s: Scene, orderId: string) =>
  s.sql<{ status: string; recall: string }[]>`select status, recall from outbound_orders where order_id = ${orderId}`;

test('an order that the buyer cancelled since the last sync is not dispatched, and the person is told why', async () => {
  const { s, shop, person, store, orders } = await quietStore(1);
  const [one] = orders;
  s.market.market.cancel(shop, one?.platformOrderId ?? '', 'The buyer changed their mind');
  // The last complete sync is older than the store allows.
  await s.sql`update stores set synced_until = synced_until - interval '1 hour'`;
  const answer = await dispatch(s, person, one ?? { id: '', version: 0 });
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(problemIn(answer.body)).toMatch(/cancelled/i);
  expect(await outboundsOf(s, one?.id ?? '')).toEqual([]);
  expect(await orderOf(s.sql, store.storeId, one?.platformOrderId ?? '')).toMatchObject({ status: 'cancelled' });
});

test('a batch dispatches what is still wanted and names what the buyers cancelled', async () => {
  const { s, shop, person, store, orders } = await quietStore(3);
  const [gone, ...wanted] = orders;
  s.market.market.cancel(shop, gone?.platformOrderId ?? '', 'The buyer changed their mind');
  await s.sql`update stores set synced_until = synced_until - interval '1 hour'`;
  const [channel] = await s.sql<{ value: string }[]>`
    select warehouse_id || ':' || id as value from shipping_channels where code = 'UPS-GROUND'`;
  const answer = await person.postAll('/bulk/dispatch', [
    ['channel', channel?.value ?? ''],
    ...orders.map((order): [string, string] => ['order', order.id]),
  ]);
  expect(answer.status).toBe(200);
  expect(problemIn(answer.body)).toMatch(/2 of 3 dispatched/);
  for (const order of wanted) expect(await outboundsOf(s, order.id)).toHaveLength(1);
  expect(await outboundsOf(s, gone?.id ?? '')).toEqual([]);
  expect(await orderOf(s.sql, store.storeId, gone?.platformOrderId ?? '')).toMatchObject({ status: 'cancelled' });
});

test('an order cancelled after dispatch is recalled; one that the warehouse has begun becomes an exception, alerted', async () => {
  const { s, shop, person, store, orders, webhook } = await quietStore(3);
  if (webhook === undefined) throw new Error('No webhook was registered.');
  const [waiting, begun, shipped] = orders;
  if (waiting === undefined || begun === undefined || shipped === undefined) throw new Error('Three orders, please.');
  for (const order of orders) expect((await dispatch(s, person, order)).status).toBe(303);
  const [picked] = await s.sql<{ id: string; version: number }[]>`
    select id, version from outbound_orders where order_id = ${begun.id}`;
  await person.post(`/outbound/${picked?.id}/advance`, { step: `picking:${picked?.version}` });
  await ship(s, person, shipped.id, 'TRACK-GONE');
  await eventually(async () => (await orderOf(s.sql, store.storeId, shipped.platformOrderId)).status === 'completed');

  shop.webhooks = [webhook];
  s.market.market.cancel(shop, waiting.platformOrderId, 'The buyer changed their mind');
  s.market.market.cancel(shop, begun.platformOrderId, 'The buyer changed their mind');
  // Shipped: the marketplace refuses the buyer.
  expect(s.market.market.cancel(shop, shipped.platformOrderId, 'Too late').ok).toBe(false);

  await eventually(async () => (await orderOf(s.sql, store.storeId, waiting.platformOrderId)).status === 'cancelled');
  expect(await outboundsOf(s, waiting.id)).toMatchObject([{ status: 'cancelled' }]);
  const stopped = await eventually(async () => {
    const order = await orderOf(s.sql, store.storeId, begun.platformOrderId);
    return order.exceptions > 0 ? order : null;
  });
  expect(stopped).toMatchObject({ status: 'processing', exceptions: 1 });
  expect(await outboundsOf(s, begun.id)).toMatchObject([{ status: 'picking', recall: 'refused' }]);
  const alerts = await eventually(async () => {
    const found = (await alertsOf(s.sql)).filter(({ kind }) => kind.includes('platform_cancelled_after_dispatch'));
    return found.length === 2 ? found : null;
  });
  expect(alerts.map(({ state }) => state)).toEqual(['open', 'open']);
  expect(alerts.map(({ detail }) => detail.message).join(' ')).toMatch(/recalled.*has begun|has begun.*recalled/s);
  // The stock of the recalled one is free again, that of the others is not.
  const [{ allocated, expected }] = await s.sql<[{ allocated: number; expected: number }]>`
    select (select sum(allocated)::int from inventory) as allocated,
      (select sum(ol.quantity * oc.per_unit)::int from outbound_lines ol
        join outbound_components oc on oc.outbound_line_id = ol.id where ol.outbound_order_id = ${picked?.id ?? ''}) as expected`;
  expect(allocated).toBe(expected);
  expect(toldOf(s.market, shop, shipped.platformOrderId)).toHaveLength(1);
});

test('an address that changes after dispatch stops nobody unseen: an exception and an alert without the address', async () => {
  const { s, shop, person, store, orders, webhook } = await quietStore(1);
  const [order] = orders;
  if (order === undefined || webhook === undefined) throw new Error('One order and a webhook, please.');
  expect((await dispatch(s, person, order)).status).toBe(303);
  shop.webhooks = [webhook];
  s.market.market.changeAddress(shop, order.platformOrderId, { address1: 'Kanarienvogelweg 77' });
  await eventually(async () => (await orderOf(s.sql, store.storeId, order.platformOrderId)).exceptions === 1);
  const alert = await eventually(
    async () => (await alertsOf(s.sql)).find(({ kind }) => kind.includes('platform_changed')) ?? null,
  );
  expect(alert.detail.message).toMatch(/address/);
  expect(JSON.stringify(alert)).not.toContain('Kanarienvogelweg');
});
