import { expect, test } from 'vitest';
import { newId } from '../../../core/ids.ts';
import { createCatalogQueries } from '../../../db/queries/catalog.ts';
import { insertKeyHold, insertMapping, insertProduct, insertStock, insertWarehouse } from '../../support/catalog.ts';
import { testDatabase } from '../../support/database.ts';
import { insertStore, type TestStore } from '../../support/rows.ts';

const { db, sql } = await testDatabase();
const queries = createCatalogQueries(db);

async function heldBy(store: TestStore, sku: string, orders: number, name = sku): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < orders; index += 1) ids.push(await insertKeyHold(sql, store, { key: sku, name }));
  return ids;
}

const listing = (store: TestStore, sku: string | null, id = newId()) =>
  sql`insert into listings (id, merchant_id, store_id, platform_product_id, sku, name)
    values (${newId()}, ${store.merchantId}, ${store.storeId}, ${id}, ${sku}, ${`Listing of ${sku ?? id}`})`;

test('unknown products come by impact, over all stores, with the name the platform gave', async () => {
  const store = await insertStore(sql);
  await heldBy(store, 'ONE', 1);
  await heldBy(store, 'MANY', 3, '茉莉綠茶 75 g');
  await insertKeyHold(sql, store, { key: 'P-9', keyKind: 'product', name: 'A coaster' });
  const unmapped = await queries.listUnmapped({ merchantIds: [store.merchantId] });
  expect(unmapped.total).toBe(3);
  expect(unmapped.heldOrders).toBe(5);
  expect(unmapped.rows[0]).toMatchObject({ key: 'MANY', heldOrders: 3, name: '茉莉綠茶 75 g', keyKind: 'sku' });
  expect(unmapped.rows.find((row) => row.key === 'P-9')).toMatchObject({
    keyKind: 'product',
    platformSku: null,
    name: 'A coaster',
  });
  const some = await queries.listUnmapped({ merchantIds: [store.merchantId], text: 'ONE\nP-9' });
  expect(some.rows.map((row) => row.key).sort()).toEqual(['ONE', 'P-9']);
});

test('a store lists bound and unbound SKUs from orders, listings and mappings', async () => {
  const store = await insertStore(sql);
  const productId = await insertProduct(sql, store.merchantId, { sku: 'W-1', name: 'Warehouse one' });
  await insertMapping(sql, store, { key: 'BOUND', components: [{ productId, quantity: 2 }] });
  await heldBy(store, 'HOLDING', 2);
  await listing(store, 'LISTED');
  await listing(store, 'BOUND');
  await listing(store, null, 'P-5');
  const all = await queries.listMappings({ merchantIds: [store.merchantId], storeId: store.storeId });
  expect(all.rows.map((row) => [row.keyKind, row.key, row.heldOrders, row.mapping === null, row.listed])).toEqual([
    ['sku', 'HOLDING', 2, true, false],
    ['sku', 'BOUND', 0, false, true],
    ['sku', 'LISTED', 0, true, true],
    ['product', 'P-5', 0, true, true],
  ]);
  expect(all.rows[1]?.mapping?.components).toEqual([
    { productId, sku: 'W-1', name: 'Warehouse one', quantity: 2, enabled: true },
  ]);
  const unbound = await queries.listMappings({
    merchantIds: [store.merchantId],
    storeId: store.storeId,
    show: 'unbound',
    limit: 2,
  });
  expect(unbound.rows.map((row) => row.key)).toEqual(['HOLDING', 'LISTED']);
  const rest = await queries.listMappings({
    merchantIds: [store.merchantId],
    storeId: store.storeId,
    show: 'unbound',
    limit: 2,
    cursor: unbound.nextCursor,
  });
  expect(rest.rows.map((row) => row.key)).toEqual(['P-5']);
  const byRecipe = await queries.listMappings({ merchantIds: [store.merchantId], storeId: store.storeId, text: 'w-1' });
  expect(byRecipe.rows.map((row) => row.key)).toEqual(['BOUND']);
  const [summary] = await queries.listMappingStores({ merchantIds: [store.merchantId] });
  expect(summary).toMatchObject({ bound: 1, unbound: 3, heldOrders: 2 });
});

test('a key shows its versions and the orders that wait for it', async () => {
  const store = await insertStore(sql);
  const productId = await insertProduct(sql, store.merchantId, { sku: 'W-1' });
  const old = await insertMapping(sql, store, { key: 'TEE', components: [{ productId, quantity: 1 }] });
  await sql`update sku_mappings set superseded_at = now() where id = ${old}`;
  const [orderId] = await heldBy(store, 'TEE', 1);
  const found = await queries.showMapping({
    merchantIds: [store.merchantId],
    storeId: store.storeId,
    keyKind: 'sku',
    key: 'TEE',
  });
  expect(found?.mapping).toBeNull();
  expect(found?.versions).toMatchObject([{ version: 1, components: [{ sku: 'W-1' }] }]);
  expect(found?.versions[0]?.supersededAt).toBeInstanceOf(Date);
  expect(found?.waiting).toMatchObject([{ orderId, quantity: 1, otherHolds: 0 }]);
});

test('mappings of another merchant are not there', async () => {
  const mine = await insertStore(sql);
  const theirs = await insertStore(sql, 'Other');
  await heldBy(theirs, 'SECRET', 1);
  const merchantIds = [mine.merchantId];
  expect((await queries.listMappings({ merchantIds, storeId: theirs.storeId })).rows).toEqual([]);
  expect(await queries.showMapping({ merchantIds, storeId: theirs.storeId, keyKind: 'sku', key: 'SECRET' })).toBeNull();
  expect((await queries.listUnmapped({ merchantIds })).rows).toEqual([]);
});

test('the export has one row for each warehouse SKU of a recipe', async () => {
  const store = await insertStore(sql);
  const pot = await insertProduct(sql, store.merchantId, { sku: 'POT' });
  const cup = await insertProduct(sql, store.merchantId, { sku: 'CUP' });
  await insertMapping(sql, store, {
    key: 'SET',
    components: [
      { productId: pot, quantity: 1 },
      { productId: cup, quantity: 2 },
    ],
  });
  const rows = [];
  for await (const batch of queries.exportMappings({ merchantIds: [store.merchantId] })) rows.push(...batch);
  expect(rows).toEqual([
    { store: 'Northwind US', keyKind: 'sku', key: 'SET', warehouseSku: 'CUP', quantity: 2 },
    { store: 'Northwind US', keyKind: 'sku', key: 'SET', warehouseSku: 'POT', quantity: 1 },
  ]);
});

test('products are suggested by exact code, then barcode, then likeness, never disabled ones', async () => {
  const { merchantId } = await insertStore(sql);
  const exact = await insertProduct(sql, merchantId, { sku: 'TEA-OOLONG-150', name: 'Oolong tea 150 g' });
  const barcode = await insertProduct(sql, merchantId, {
    sku: 'X-77',
    name: 'Something else',
    barcode: '4710000000011',
  });
  const like = await insertProduct(sql, merchantId, { sku: 'TEA-OOLONG-075', name: 'Oolong tea 75 g' });
  await insertProduct(sql, merchantId, { sku: 'TEA-OOLONG-15', name: 'Oolong tea', enabled: false });
  await insertProduct(sql, merchantId, { sku: 'BOLT-M8', name: 'Steel bolt' });
  const warehouse = await insertWarehouse(sql, [merchantId]);
  await insertStock(sql, merchantId, {
    warehouseId: warehouse.warehouseId,
    productId: exact,
    onHand: 10,
    allocated: 4,
  });
  const found = await queries.suggestProducts({
    merchantId,
    platformSku: 'TEA-OOLONG-150',
    platformBarcode: '4710000000011',
    platformName: 'High mountain oolong 150 g',
  });
  expect(found.map((one) => [one.productId, one.match])).toEqual([
    [exact, 'sku'],
    [barcode, 'barcode'],
    [like, 'similar'],
  ]);
  expect(found[0]).toMatchObject({ available: 6 });
  expect((await queries.suggestProducts({ merchantId, text: 'oolong' })).map((one) => one.sku)).toEqual([
    'TEA-OOLONG-075',
    'TEA-OOLONG-150',
  ]);
  expect((await queries.suggestProducts({ merchantId, text: '4710000000011' }))[0]).toMatchObject({
    productId: barcode,
    match: 'barcode',
  });
  const other = await insertStore(sql, 'Other');
  expect(await queries.suggestProducts({ merchantId: other.merchantId, text: 'oolong' })).toEqual([]);
});
