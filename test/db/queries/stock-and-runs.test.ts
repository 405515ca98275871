import { expect, test } from 'vitest';
import { newId } from '../../../core/ids.ts';
import { createCatalogQueries } from '../../../db/queries/catalog.ts';
import { insertLine, insertMapping, insertProduct, insertStock, insertWarehouse } from '../../support/catalog.ts';
import { testDatabase } from '../../support/database.ts';
import { insertHold, insertOrder, insertStore, type TestStore } from '../../support/rows.ts';

const { db, sql } = await testDatabase();
const queries = createCatalogQueries(db);

test('stock shows what is on hand, promised, left, and claimed by orders that are not allocated yet', async () => {
  const store = await insertStore(sql);
  const { merchantId } = store;
  const reno = await insertWarehouse(sql, [merchantId], 'Reno');
  const rotterdam = await insertWarehouse(sql, [merchantId], 'Rotterdam');
  const pot = await insertProduct(sql, merchantId, { sku: 'POT' });
  const cup = await insertProduct(sql, merchantId, { sku: 'CUP' });
  await insertStock(sql, merchantId, { warehouseId: reno.warehouseId, productId: pot, onHand: 5, allocated: 2 });
  await insertStock(sql, merchantId, { warehouseId: rotterdam.warehouseId, productId: pot, onHand: 1 });
  await insertMapping(sql, store, {
    key: 'SET',
    components: [
      { productId: pot, quantity: 1 },
      { productId: cup, quantity: 2 },
    ],
  });
  const waiting = await insertOrder(sql, store);
  await insertLine(sql, store, waiting, { sku: ' SET ', quantity: 3 });
  const dispatched = await insertOrder(sql, store, { status: 'processing' });
  await insertLine(sql, store, dispatched, { sku: 'SET', quantity: 50 });
  const blocked = await insertOrder(sql, store);
  await insertLine(sql, store, blocked, { sku: 'SET', quantity: 100 });
  await insertHold(sql, store, blocked, { code: 'payment_blocked' });
  const list = await queries.listStock({ merchantIds: [merchantId], within: 'all' });
  expect(
    list.rows.map(({ sku, onHand, allocated, available, claimed }) => ({ sku, onHand, allocated, available, claimed })),
  ).toEqual([
    { sku: 'CUP', onHand: 0, allocated: 0, available: 0, claimed: 6 },
    { sku: 'POT', onHand: 6, allocated: 2, available: 4, claimed: 3 },
  ]);
  const short = await queries.listStock({ merchantIds: [merchantId], within: 'all', show: 'short' });
  expect(short.rows.map((row) => row.sku)).toEqual(['CUP']);
  const inReno = await queries.listStock({ merchantIds: [merchantId], within: 'all', warehouseId: reno.warehouseId });
  expect(inReno.rows.map((row) => [row.sku, row.available])).toEqual([['POT', 3]]);
  const detail = await queries.showProduct({ merchantIds: [merchantId], within: 'all', productId: pot });
  expect(detail?.warehouses.map((one) => [one.name, one.cell.available])).toEqual([
    ['Reno', 3],
    ['Rotterdam', 1],
  ]);
  expect(detail?.mappings).toMatchObject([{ key: 'SET', quantity: 1 }]);
  expect(detail?.row.claimed).toBe(3);
});

test('a product of another merchant is not there', async () => {
  const mine = await insertStore(sql);
  const theirs = await insertStore(sql, 'Other');
  const productId = await insertProduct(sql, theirs.merchantId, { sku: 'SECRET' });
  expect(await queries.showProduct({ merchantIds: [mine.merchantId], within: 'all', productId })).toBeNull();
  expect((await queries.listStock({ merchantIds: [mine.merchantId], within: 'all' })).rows).toEqual([]);
  expect((await queries.listProducts({ merchantIds: [mine.merchantId] })).rows).toEqual([]);
});

async function insertRun(store: TestStore, run: Record<string, string | number | null> = {}): Promise<string> {
  const id = newId();
  const row = {
    id,
    merchant_id: store.merchantId,
    store_id: store.storeId,
    kind: 'sync',
    mode: 'scheduled',
    status: 'done',
    actor_name: 'Holdfast',
    via: 'system',
    ...run,
  };
  await sql`insert into runs ${sql(row)}`;
  return id;
}

test('the sync log tells success, skipped orders, no new orders and failure apart', async () => {
  const store = await insertStore(sql);
  const { merchantId } = store;
  await insertRun(store, {
    mode: 'immediate',
    fetched: 3,
    created: 2,
    unchanged: 1,
    created_at: '2026-11-21T01:00:00Z',
  });
  await insertRun(store, { fetched: 2, skipped: 2, created_at: '2026-11-21T02:00:00Z' });
  await insertRun(store, { fetched: 1, unchanged: 1, created_at: '2026-11-21T03:00:00Z' });
  await insertRun(store, {
    status: 'failed',
    error: 'The platform did not answer.',
    created_at: '2026-11-21T04:00:00Z',
  });
  await insertRun(store, { fetched: 2, created: 1, failed: 1, created_at: '2026-11-21T05:00:00Z' });
  const log = await queries.listRuns({ merchantIds: [merchantId] });
  expect(log.rows.map((run) => run.result)).toEqual(['partly_failed', 'failed', 'no_new_orders', 'skipped', 'success']);
  expect((await queries.listRuns({ merchantIds: [merchantId], result: 'skipped' })).rows).toHaveLength(1);
  expect((await queries.listRuns({ merchantIds: [merchantId], type: 'manual' })).rows.map((run) => run.mode)).toEqual([
    'immediate',
  ]);
  const first = await queries.listRuns({ merchantIds: [merchantId], limit: 3 });
  const second = await queries.listRuns({ merchantIds: [merchantId], limit: 3, cursor: first.nextCursor });
  expect([...first.rows, ...second.rows].map((run) => run.id)).toEqual(log.rows.map((run) => run.id));
});

test('a run names its orders by result and reason, linked where the desk has them', async () => {
  const store = await insertStore(sql);
  const orderId = await insertOrder(sql, store, { number: '#1001' });
  const runId = await insertRun(store, { fetched: 4, created: 1, skipped: 2, failed: 1 });
  for (const [page, result, reason, numbers] of [
    [0, 'created', null, ['#1001']],
    [0, 'skipped', 'Not paid', ['#1002']],
    [1, 'skipped', 'Not paid', ['#1003']],
    [1, 'failed', 'Lines are missing', ['#1004']],
  ] as const) {
    await sql`insert into run_items (id, merchant_id, run_id, page, result, reason, numbers)
      values (${newId()}, ${store.merchantId}, ${runId}, ${page}, ${result}, ${reason}, ${[...numbers]})`;
  }
  const run = await queries.showRun({ merchantIds: [store.merchantId], runId });
  expect(run?.groups).toEqual([
    {
      result: 'skipped',
      reasonCode: null,
      reason: 'Not paid',
      count: 2,
      orders: [
        { number: '#1002', orderId: null },
        { number: '#1003', orderId: null },
      ],
    },
    { result: 'created', reasonCode: null, reason: null, count: 1, orders: [{ number: '#1001', orderId }] },
    {
      result: 'failed',
      reasonCode: null,
      reason: 'Lines are missing',
      count: 1,
      orders: [{ number: '#1004', orderId: null }],
    },
  ]);
  const numbers = await queries.runNumbers({ merchantIds: [store.merchantId], runId, result: 'skipped' });
  expect(numbers.map((one) => one.number)).toEqual(['#1002', '#1003']);
  const other = await insertStore(sql, 'Other');
  expect(await queries.showRun({ merchantIds: [other.merchantId], runId })).toBeNull();
  expect(await queries.runNumbers({ merchantIds: [other.merchantId], runId })).toEqual([]);
});

test('methods and payment types not yet known stand before the known ones, with the orders they hold', async () => {
  const store = await insertStore(sql);
  const { merchantId, storeId } = store;
  const typeId = newId();
  await sql`insert into shipping_types (id, merchant_id, code, name) values (${typeId}, ${merchantId}, 'home', 'Home')`;
  await sql`insert into method_mappings (id, merchant_id, store_id, method, shipping_type_id, created_by)
    values (${newId()}, ${merchantId}, ${storeId}, 'standard', ${typeId}, 'Mei')`;
  await sql`insert into payment_classifications (id, merchant_id, store_id, payment_method, class, created_by)
    values (${newId()}, ${merchantId}, ${storeId}, 'cod', 'cash_on_delivery', 'Mei')`;
  const orderId = await insertOrder(sql, store);
  await insertHold(sql, store, orderId, { code: 'shipping_method_unmapped', subject: 'drone' });
  await insertHold(sql, store, orderId, { code: 'payment_unknown', subject: 'AFTEE' });
  expect(await queries.listMethods({ merchantIds: [merchantId] })).toMatchObject([
    { method: 'drone', shippingTypeId: null, heldOrders: 1 },
    { method: 'standard', shippingTypeId: typeId, heldOrders: 0 },
  ]);
  expect(await queries.listPayments({ merchantIds: [merchantId] })).toMatchObject([
    { paymentMethod: 'AFTEE', class: null, heldOrders: 1 },
    { paymentMethod: 'cod', class: 'cash_on_delivery', heldOrders: 0 },
  ]);
  expect(await queries.listShippingTypes({ merchantIds: [merchantId] })).toMatchObject([
    { code: 'home', methodCount: 1 },
  ]);
});

test('people are shown with the roles they hold here', async () => {
  const store = await insertStore(sql);
  const personId = newId();
  await sql`insert into people (id, name, email) values (${personId}, 'Mei Lin', 'mei@example.test')`;
  await sql`insert into grants (id, person_id, role, merchant_ids) values (${newId()}, ${personId}, 'operator', ${[store.merchantId]})`;
  await sql`insert into grants (id, person_id, role) values (${newId()}, ${personId}, 'warehouse')`;
  expect(await queries.listPeople({ merchantIds: [store.merchantId] })).toMatchObject([
    {
      name: 'Mei Lin',
      grants: [
        { role: 'operator', merchantIds: [store.merchantId], warehouseIds: 'all' },
        { role: 'warehouse', merchantIds: 'all', warehouseIds: 'all' },
      ],
    },
  ]);
  const other = await insertStore(sql, 'Other');
  const seen = await queries.listPeople({ merchantIds: [other.merchantId] });
  expect(seen.flatMap((person) => person.grants.map((grant) => grant.role))).toEqual(['warehouse']);
});
