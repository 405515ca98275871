import { expect, test, vi } from 'vitest';
import { openInScope } from '../support/chaos-market.ts';
import {
  addStore,
  alertsOf,
  authorize,
  dispatch,
  orderOf,
  ordersOf,
  plainShop,
  scene,
  ship,
  signIn,
  synced,
  syncNow,
  toldOf,
} from '../support/desk-driver.ts';
import { eventually } from '../support/jobs.ts';

vi.setConfig({ testTimeout: 90_000 });

test('a grant revoked in the middle of a sync stops the store, says so once, and all is made good after a new consent', async () => {
  const s = await scene();
  const shop = plainShop(s.market, 'teahouse', 2);
  const person = await signIn(await s.start());
  const store = await addStore(s, person, 'teahouse');
  await authorize(person, store);
  const [parcel] = await synced(s.sql, store.storeId, 2);
  if (parcel === undefined) throw new Error('Two orders, please.');
  expect((await dispatch(s, person, parcel)).status).toBe(303);
  await eventually(async () => shop.webhooks.length === 1);
  const { webhooks } = shop;
  shop.webhooks = [];

  s.market.market.place(shop, { count: 500, kind: 'plain' });
  const listed = s.market.count('GET /api/orders');
  s.market.before = ({ what, nth }) => {
    if (what === 'GET /api/orders' && nth === listed + 3) s.market.grants.revoke('teahouse');
  };
  const run = await syncNow(s, person, store.storeId);
  s.market.before = () => {};
  expect(run).toMatchObject({ status: 'failed', outcome: 'failed' });
  expect(run.error).toMatch(/please update authorization/i);
  const had = (await ordersOf(s.sql, store.storeId)).length;
  expect(had).toBeGreaterThan(2);
  expect(had).toBeLessThan(502);
  const status = async () =>
    (
      await s.sql<{ status: string; reason: string | null }[]>`
      select status, reason from authorizations where id = ${store.authorizationId}`
    )[0];
  expect(await status()).toMatchObject({ status: 'expired' });
  expect((await status())?.reason).toMatch(/please update authorization/i);
  const unusable = async () => (await alertsOf(s.sql)).filter(({ kind }) => kind === 'authorization_unusable');
  await eventually(async () => (await unusable()).length === 1);

  // The warehouse goes on; the marketplace's buyers, too.
  await ship(s, person, parcel.id, 'TRACK-DARK');
  await eventually(async () => {
    const [row] = await s.sql<{ state: string }[]>`select state from writebacks`;
    return row?.state === 'parked';
  });
  s.market.market.place(shop, { count: 7, kind: 'plain' });
  const asked = await person.post('/sync', { mode: 'immediate', kind: 'b2c', store: store.storeId });
  expect(asked.status).toBeGreaterThanOrEqual(400);
  expect(toldOf(s.market, shop, parcel.platformOrderId)).toEqual([]);

  shop.webhooks = webhooks;
  await authorize(person, store);
  // At once, without anybody asking: what the store missed, and what the platform was not told.
  const wanted = openInScope(s.market, shop).length;
  await synced(s.sql, store.storeId, wanted, 15_000);
  await eventually(async () => (await orderOf(s.sql, store.storeId, parcel.platformOrderId)).status === 'completed');
  expect(toldOf(s.market, shop, parcel.platformOrderId)).toHaveLength(1);
  expect(await status()).toMatchObject({ status: 'authorized', reason: null });
  await eventually(async () => (await unusable()).every(({ state }) => state === 'resolved'));
  expect(await unusable()).toHaveLength(1);
  const rows = await ordersOf(s.sql, store.storeId);
  expect(rows.map((row) => row.platformOrderId)).toEqual(shop.orders.map(({ id }) => id).toSorted());
});
