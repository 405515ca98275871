import { expect, test, vi } from 'vitest';
import { openInScope } from '../support/chaos-market.ts';
import {
  addStore,
  authorize,
  dispatch,
  orderOf,
  ordersOf,
  plainShop,
  runsOf,
  scene,
  ship,
  signIn,
  synced,
  syncNow,
  toldOf,
} from '../support/desk-driver.ts';
import { eventually } from '../support/jobs.ts';

vi.setConfig({ testTimeout: 90_000 });

test('a marketplace at its worst: 429, 500, torn answers, cut connections, repeated pages; every order arrives once', async () => {
  const s = await scene();
  const shop = s.market.market.openShop('teahouse');
  s.market.market.place(shop, { count: 700 });
  const person = await signIn(await s.start());
  const store = await addStore(s, person, 'teahouse');
  const { faults } = s.market;
  faults.add({ kind: 'status', status: 429, retryAfter: '1', operation: 'listOrders', times: 2 });
  faults.add({ kind: 'torn_json', operation: 'listOrders', skip: 1, times: 1 });
  faults.add({ kind: 'status', status: 500, operation: 'listOrders', skip: 1, times: 2 });
  faults.add({ kind: 'duplicate_page', operation: 'listOrders', skip: 1, times: 2 });
  faults.add({ kind: 'cut_off', operation: 'listOrders', skip: 1, times: 1 });
  faults.add({ kind: 'web_page', operation: 'listOrders', skip: 1, times: 1 });
  faults.add({ kind: 'reset', operation: 'lookupOrders', times: 1 });
  await authorize(person, store);
  const wanted = openInScope(s.market, shop).map(({ id }) => id);
  // What an odd answer ended, the next sync makes good.
  await eventually(async () => {
    const runs = await runsOf(s.sql, store.storeId);
    return runs.length > 0 && runs.every(({ status }) => status === 'done' || status === 'failed');
  }, 40_000);
  for (const run of await runsOf(s.sql, store.storeId)) if (run.status === 'failed') expect(run.error).not.toBeNull();
  if (faults.list().length > 0) await syncNow(s, person, store.storeId);
  expect(faults.list()).toEqual([]);
  const last = await syncNow(s, person, store.storeId);
  expect(last).toMatchObject({ status: 'done', created: 0 });
  const rows = await ordersOf(s.sql, store.storeId);
  expect(rows.map((row) => row.platformOrderId)).toEqual(wanted.toSorted());
  const malformed = shop.orders.filter((order) => order.defect !== null).map(({ number }) => number);
  const named = await s.sql<{ numbers: string[] }[]>`
    select numbers from run_items where run_id = ${last.id} and result = 'failed' and reason_code = 'malformed'`;
  expect(named.flatMap(({ numbers }) => numbers).sort()).toEqual(malformed.toSorted());
  const alerts = await eventually(async () => {
    const found = await s.sql<{ order_count: number }[]>`
      select order_count from alerts where kind = 'orders_malformed' and state = 'open'`;
    return found.length === 1 ? found : null;
  });
  expect(alerts[0]?.order_count).toBe(malformed.length);
});

test('a marketplace whose clock is ten minutes off, either way: new orders come in, a cancelled one does not leave', async () => {
  const s = await scene();
  const shop = plainShop(s.market, 'teahouse', 2);
  const person = await signIn(await s.start());
  const store = await addStore(s, person, 'teahouse');
  await authorize(person, store);
  await synced(s.sql, store.storeId, 2);
  await eventually(async () => shop.webhooks.length === 1);
  // Nothing is told to the desk: what it learns, it learns by asking.
  shop.webhooks = [];
  let had = 2;
  for (const minutes of [10, -10]) {
    s.market.setClockSkew(minutes * 60_000);
    const [kept, cancelled] = s.market.market.place(shop, { count: 2, kind: 'plain' });
    await syncNow(s, person, store.storeId);
    had += 2;
    expect(await ordersOf(s.sql, store.storeId)).toHaveLength(had);
    s.market.market.cancel(shop, cancelled?.id ?? '', 'The buyer changed their mind');
    await syncNow(s, person, store.storeId);
    expect(await orderOf(s.sql, store.storeId, cancelled?.id ?? '')).toMatchObject({ status: 'cancelled' });
    const order = await orderOf(s.sql, store.storeId, kept?.id ?? '');
    expect((await dispatch(s, person, order)).status).toBe(303);
    await ship(s, person, order.id, `TRACK-${order.number}`);
    await eventually(async () => (await orderOf(s.sql, store.storeId, kept?.id ?? '')).status === 'completed');
    expect(toldOf(s.market, shop, kept?.id ?? '')).toHaveLength(1);
  }
});

test('a marketplace that does not answer the fresh look keeps nobody waiting, and the person is told', async () => {
  const s = await scene();
  plainShop(s.market, 'teahouse', 1);
  const person = await signIn(await s.start());
  const store = await addStore(s, person, 'teahouse');
  await authorize(person, store);
  const [order] = await synced(s.sql, store.storeId, 1);
  await s.sql`update stores set synced_until = synced_until - interval '1 hour'`;
  s.market.faults.add({ kind: 'hang', operation: 'lookupOrders', times: 1 });
  const began = Date.now();
  const answer = await dispatch(s, person, order ?? { id: '', version: 0 });
  expect(Date.now() - began).toBeLessThan(6_000);
  expect(answer.status).toBe(303);
  const flash = /flash=([^;]+)/.exec(answer.headers.get('set-cookie') ?? '')?.[1] ?? '';
  expect(Buffer.from(flash, 'base64url').toString()).toMatch(
    /without asking teahouse again: the platform did not answer/,
  );
});
