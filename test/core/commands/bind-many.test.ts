import { expect, test } from 'vitest';
import { autoMatch } from '../../../core/commands/auto-match.ts';
import { importMappings } from '../../../core/commands/import-mappings.ts';
import { csvLine } from '../../../core/csv.ts';
import { newId } from '../../../core/ids.ts';
import { createCatalogQueries } from '../../../db/queries/catalog.ts';
import { createCatalogRepositories } from '../../../db/repositories/catalog.ts';
import { insertKeyHold, insertMapping, insertProduct, someone } from '../../support/catalog.ts';
import { testDatabase } from '../../support/database.ts';
import { intakePorts } from '../../support/intake.ts';
import { insertStore, type TestStore } from '../../support/rows.ts';

const { database, db, sql } = await testDatabase();
const queries = createCatalogQueries(db);
const ports = { ...intakePorts(database), ...createCatalogRepositories(), jobs: { enqueue: async () => {} } };

const held = async (store: TestStore): Promise<number> => {
  const [row] =
    await sql`select count(*)::int as count from orders where merchant_id = ${store.merchantId} and open_hold_count > 0`;
  return row?.count;
};

test('Auto match binds equal codes of listings and waiting orders, and releases the orders', async () => {
  const store = await insertStore(sql);
  const { merchantId, storeId } = store;
  await insertProduct(sql, merchantId, { sku: 'TEA-1' });
  await insertProduct(sql, merchantId, { sku: 'CUP-2' });
  await insertProduct(sql, merchantId, { sku: 'OFF-3', enabled: false });
  await insertKeyHold(sql, store, { key: 'TEA-1' });
  await insertKeyHold(sql, store, { key: 'TEA-1' });
  await insertKeyHold(sql, store, { key: 'tea-1' });
  await insertKeyHold(sql, store, { key: 'OFF-3' });
  await sql`insert into listings (id, merchant_id, store_id, platform_product_id, sku, name)
    values (${newId()}, ${merchantId}, ${storeId}, 'P-2', ' CUP-2 ', 'A cup')`;
  const result = await autoMatch(ports, { actor: someone('operator', [merchantId]), merchantId, storeId });
  expect(result).toEqual({ ok: true, value: { bound: 2, releasedOrders: 2, unmatched: 2 } });
  expect(await held(store)).toBe(2);
  const again = await autoMatch(ports, { actor: someone('operator', [merchantId]), merchantId, storeId });
  expect(again).toEqual({ ok: true, value: { bound: 0, releasedOrders: 0, unmatched: 2 } });
});

test('Auto match goes through a shop of many listings', async () => {
  const store = await insertStore(sql);
  const { merchantId, storeId } = store;
  await sql`insert into products (id, merchant_id, sku, name)
    select gen_random_uuid(), ${merchantId}, 'P-' || n, 'Product ' || n from generate_series(1, 350) n`;
  await sql`insert into listings (id, merchant_id, store_id, platform_product_id, sku, name)
    select gen_random_uuid(), ${merchantId}, ${storeId}, n::text, 'P-' || n, 'Listing ' || n from generate_series(1, 360) n`;
  const result = await autoMatch(ports, { actor: someone('admin', 'all'), merchantId, storeId });
  expect(result).toMatchObject({ ok: true, value: { bound: 350, unmatched: 10 } });
});

test('Auto match of a store of another merchant, or by a viewer, is refused', async () => {
  const mine = await insertStore(sql);
  const theirs = await insertStore(sql, 'Other');
  const { merchantId } = mine;
  const foreign = await autoMatch(ports, {
    actor: someone('admin', [merchantId]),
    merchantId,
    storeId: theirs.storeId,
  });
  expect(foreign).toMatchObject({ ok: false, error: { code: 'not_found' } });
  const viewer = await autoMatch(ports, { actor: someone('viewer', [merchantId]), merchantId, storeId: mine.storeId });
  expect(viewer).toMatchObject({ ok: false, error: { code: 'not_permitted' } });
});

test('a file binds combinations, and says at each row what became of it', async () => {
  const store = await insertStore(sql);
  const { merchantId, storeId } = store;
  const pot = await insertProduct(sql, merchantId, { sku: 'POT' });
  await insertProduct(sql, merchantId, { sku: 'CUP' });
  await insertProduct(sql, merchantId, { sku: 'OLD', enabled: false });
  await insertMapping(sql, store, { key: 'SAME', components: [{ productId: pot, quantity: 1 }] });
  await insertKeyHold(sql, store, { key: 'SET' });
  const csv = `store,platform_sku,warehouse_sku,quantity
northwind us,SET,POT,1
Northwind US,SET,CUP,2
Northwind US,SAME,POT,
Nowhere,A,POT,1
Northwind US,BAD,POT,1
Northwind US,BAD,NONE,1
Northwind US,B,OLD,1
Northwind US,C,POT,0
Northwind US,,POT,1
`;
  const result = await importMappings(ports, { actor: someone('operator', [merchantId]), merchantId, csv });
  expect(result.ok && result.value.rows.map((row) => [row.line, row.result, row.reason])).toEqual([
    [2, 'bound', null],
    [3, 'bound', null],
    [4, 'unchanged', null],
    [5, 'failed', 'No store is called Nowhere.'],
    [6, 'failed', 'Line 7 of the same combination is wrong.'],
    [7, 'failed', 'There is no warehouse SKU NONE.'],
    [8, 'failed', 'The warehouse SKU OLD is disabled.'],
    [9, 'failed', 'The quantity is a whole number from 1 to 9,999.'],
    [10, 'failed', 'Which SKU?'],
  ]);
  expect(result.ok && [result.value.boundKeys, result.value.releasedOrders]).toEqual([1, 1]);
  const bound = await queries.listMappings({ merchantIds: [merchantId], storeId, show: 'bound' });
  expect(
    bound.rows.map((row) => [row.key, row.mapping?.components.map((one) => `${one.sku}*${one.quantity}`)]),
  ).toEqual([
    ['SAME', ['POT*1']],
    ['SET', ['CUP*2', 'POT*1']],
  ]);
});

test('what was exported is imported again without a change', async () => {
  const store = await insertStore(sql);
  const { merchantId } = store;
  const pot = await insertProduct(sql, merchantId, { sku: '=POT' });
  await insertMapping(sql, store, { key: '-1;x', components: [{ productId: pot, quantity: 3 }] });
  await insertMapping(sql, store, { keyKind: 'product', key: 'P-9', components: [{ productId: pot, quantity: 1 }] });
  let csv = csvLine(['store', 'key_kind', 'platform_sku', 'warehouse_sku', 'quantity']);
  for await (const rows of queries.exportMappings({ merchantIds: [merchantId] })) {
    csv += rows.map((row) => csvLine([row.store, row.keyKind, row.key, row.warehouseSku, row.quantity])).join('');
  }
  const result = await importMappings(ports, { actor: someone('operator', [merchantId]), merchantId, csv });
  expect(result.ok && result.value.rows.map((row) => row.result)).toEqual(['unchanged', 'unchanged']);
});
