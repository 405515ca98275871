import { expect, test } from 'vitest';
import { adjustStock } from '../../../core/commands/adjust-stock.ts';
import { importProducts } from '../../../core/commands/import-products.ts';
import { saveProduct } from '../../../core/commands/save-product.ts';
import { createCatalogQueries } from '../../../db/queries/catalog.ts';
import { catalogPorts, insertProduct, insertStock, insertWarehouse, someone } from '../../support/catalog.ts';
import { testDatabase } from '../../support/database.ts';
import { insertHold, insertOrder, insertStore } from '../../support/rows.ts';

const database = await testDatabase();
const { sql } = database;
const queries = createCatalogQueries(database.db);

async function shop() {
  const store = await insertStore(sql);
  const warehouse = await insertWarehouse(sql, [store.merchantId]);
  const productId = await insertProduct(sql, store.merchantId, { sku: 'TEE', barcode: '471' });
  return {
    ...catalogPorts(database),
    store,
    merchantId: store.merchantId,
    warehouseId: warehouse.warehouseId,
    productId,
  };
}

test('a SKU is case-sensitive and belongs to one product, also as a barcode', async () => {
  const { ports, merchantId, productId } = await shop();
  const actor = someone('operator', [merchantId]);
  const save = (sku: string, barcodes: string[] = []) =>
    saveProduct(ports, { actor, merchantId, productId: null, sku, name: 'A thing', barcodes });
  expect(await save('tee')).toMatchObject({ ok: true });
  expect(await save('TEE')).toMatchObject({ ok: false, error: { code: 'taken', field: 'sku' } });
  expect(await save('471')).toMatchObject({
    ok: false,
    error: { code: 'taken', field: 'sku', message: '471 belongs to the product TEE already.' },
  });
  expect(await save('NEW', ['471'])).toMatchObject({ ok: false, error: { code: 'taken', field: 'barcodes' } });
  expect(
    await saveProduct(ports, {
      actor,
      merchantId,
      productId,
      sku: 'TEE-2',
      name: 'Tee',
      barcodes: ['472', '471', '472'],
    }),
  ).toMatchObject({ ok: true });
  const list = await queries.listProducts({ merchantIds: [merchantId], text: '472' });
  expect(list.rows).toMatchObject([{ sku: 'TEE-2', barcodes: ['472', '471'] }]);
});

test('two people who add the same SKU at once make one product', async () => {
  const { ports, merchantId } = await shop();
  const actor = someone('operator', 'all');
  const results = await Promise.all(
    [1, 2, 3].map(() =>
      saveProduct(ports, { actor, merchantId, productId: null, sku: 'RACE', name: 'Race', barcodes: [] }),
    ),
  );
  expect(results.filter((result) => result.ok)).toHaveLength(1);
});

test('a product of another merchant cannot be changed', async () => {
  const mine = await shop();
  const theirs = await shop();
  const result = await saveProduct(mine.ports, {
    actor: someone('admin', [mine.merchantId]),
    merchantId: mine.merchantId,
    productId: theirs.productId,
    sku: 'STOLEN',
    name: 'Stolen',
    barcodes: [],
  });
  expect(result).toMatchObject({ ok: false, error: { code: 'not_found' } });
});

test('a count and a difference both end in the ledger, with who and why', async () => {
  const { ports, merchantId, warehouseId, productId } = await shop();
  const actor = someone('warehouse', [merchantId], [warehouseId]);
  const place = { actor, merchantId, warehouseId, productId };
  expect(await adjustStock(ports, { ...place, onHand: 12, note: 'counted' })).toMatchObject({
    ok: true,
    value: { onHand: 12, available: 12 },
  });
  expect(await adjustStock(ports, { ...place, delta: -2, note: 'damaged' })).toMatchObject({
    ok: true,
    value: { onHand: 10 },
  });
  expect(await adjustStock(ports, { ...place, delta: -11, note: 'more than there is' })).toMatchObject({
    ok: false,
    error: { field: 'delta' },
  });
  expect(await adjustStock(ports, { ...place, onHand: 10, note: 'same' })).toMatchObject({ ok: true });
  const detail = await queries.showProduct({ merchantIds: [merchantId], within: 'all', productId });
  expect(
    detail?.movements.map(({ kind, onHandDelta, note, actorName }) => [kind, onHandDelta, note, actorName]),
  ).toEqual([
    ['adjust', -2, 'damaged', 'Mei'],
    ['adjust', 12, 'counted', 'Mei'],
  ]);
  const [row] = await sql`select change_counter from inventory where merchant_id = ${merchantId}`;
  expect(Number(row?.change_counter)).toBe(2);
});

test('ten corrections at once lose none', async () => {
  const { ports, merchantId, warehouseId, productId } = await shop();
  const actor = someone('admin', 'all');
  await Promise.all(
    Array.from({ length: 10 }, () =>
      adjustStock(ports, { actor, merchantId, warehouseId, productId, delta: 3, note: 'arrived' }),
    ),
  );
  const [row] = await sql`select on_hand from inventory where merchant_id = ${merchantId}`;
  expect(row?.on_hand).toBe(30);
});

test('stock is corrected by warehouse people of that warehouse, admins and owners, in warehouses that serve the merchant', async () => {
  const { ports, merchantId, warehouseId, productId } = await shop();
  const other = await insertWarehouse(sql, [], 'Elsewhere');
  const adjust = (actor: ReturnType<typeof someone>, where = warehouseId) =>
    adjustStock(ports, { actor, merchantId, warehouseId: where, productId, delta: 1, note: 'x' });
  expect(await adjust(someone('operator', [merchantId]))).toMatchObject({ error: { code: 'not_permitted' } });
  expect(await adjust(someone('warehouse', [merchantId], [other.warehouseId]))).toMatchObject({
    error: { code: 'not_permitted' },
  });
  expect(await adjust(someone('admin', 'all'), other.warehouseId)).toMatchObject({
    error: { code: 'not_found', field: 'warehouseId' },
  });
  expect(await adjust(someone('admin', 'all'))).toMatchObject({ ok: true });
});

test('stock that arrives releases the orders that waited for it', async () => {
  const { ports, jobs, store, merchantId, warehouseId, productId } = await shop();
  await insertStock(sql, merchantId, { warehouseId, productId, onHand: 1 });
  const orderId = await insertOrder(sql, store);
  const holdId = await insertHold(sql, store, orderId, { code: 'stock_short', subject: 'TEE', origin: 'dispatch' });
  await sql`update holds set detail = ${JSON.stringify({ warehouseId, productId, needed: '4', available: '1' })}::text::jsonb where id = ${holdId}`;
  const actor = someone('admin', 'all');
  await adjustStock(ports, { actor, merchantId, warehouseId, productId, delta: 2, note: 'some' });
  expect((await sql`select closed_at from holds where id = ${holdId}`)[0]?.closed_at).toBeNull();
  await adjustStock(ports, { actor, merchantId, warehouseId, productId, delta: 1, note: 'enough' });
  expect((await sql`select resolution from holds where id = ${holdId}`)[0]?.resolution).toBe('stock_arrived');
  expect((await sql`select open_hold_count from orders where id = ${orderId}`)[0]?.open_hold_count).toBe(0);
  expect(jobs.map((job) => job.task)).toEqual(['alert.settle']);
});

const importFile = async (
  shopOf: Awaited<ReturnType<typeof shop>>,
  csv: string,
  role: 'operator' | 'admin' = 'admin',
) => importProducts(shopOf.ports, { actor: someone(role, [shopOf.merchantId]), merchantId: shopOf.merchantId, csv });

test('an import adds, changes and leaves products, and says for each row what became of it', async () => {
  const one = await shop();
  await sql`update warehouses set code = ${`W-${one.warehouseId.slice(-6)}`.toUpperCase()} where id = ${one.warehouseId}`;
  const code = `W-${one.warehouseId.slice(-6)}`.toUpperCase();
  const result = await importFile(
    one,
    `sku,name,barcodes,warehouse,on_hand
TEE,Tee shirt,471 472,${code},5
NEW-1,A new one,,${code.toLowerCase()},7
NEW-2,,,,
NEW-3,Takes a barcode,471,,
NEW-1,A new one,,NOWHERE,3
,No SKU,,,
NEW-4,Bad count,,${code},minus
`,
  );
  expect(result.ok && result.value.rows.map((row) => [row.line, row.result, row.reason])).toEqual([
    [2, 'updated', null],
    [3, 'created', null],
    [4, 'failed', 'A new product needs a name.'],
    [5, 'failed', '471 belongs to the product TEE.'],
    [6, 'failed', 'No warehouse NOWHERE serves you.'],
    [7, 'failed', 'SKU is missing.'],
    [8, 'failed', 'On hand is a whole number, 0 or more.'],
  ]);
  const stock = await queries.listStock({ merchantIds: [one.merchantId], within: 'all' });
  expect(stock.rows.map((row) => [row.sku, row.onHand])).toEqual([
    ['NEW-1', 7],
    ['TEE', 5],
  ]);
  const again = await importFile(one, `sku,name,barcodes\nTEE,Tee shirt,471 472\n`);
  expect(again.ok && again.value.rows).toEqual([{ line: 2, sku: 'TEE', result: 'unchanged', reason: null }]);
});

test('an operator imports products, but not their stock', async () => {
  const one = await shop();
  const code = `V-${one.warehouseId.slice(-6)}`.toUpperCase();
  await sql`update warehouses set code = ${code} where id = ${one.warehouseId}`;
  const result = await importFile(one, `sku,name,warehouse,on_hand\nA-1,One,,\nA-2,Two,${code},4\n`, 'operator');
  expect(result.ok && result.value.rows.map((row) => row.result)).toEqual(['created', 'failed']);
  expect((await queries.listStock({ merchantIds: [one.merchantId], within: 'all', show: 'in_stock' })).rows).toEqual(
    [],
  );
});

test('five thousand products are imported in a few statements', async () => {
  const one = await shop();
  const rows = Array.from({ length: 5_000 }, (_, index) => `BULK-${index},Product ${index},${900_000 + index}`).join(
    '\n',
  );
  const started = performance.now();
  const result = await importFile(one, `sku,name,barcodes\n${rows}\n`);
  expect(result.ok && result.value.rows.filter((row) => row.result === 'created')).toHaveLength(5_000);
  expect(performance.now() - started).toBeLessThan(10_000);
  const tooMany = await importFile(one, `sku,name\n${rows}\nONE,More\n`);
  expect(tooMany).toMatchObject({ ok: false, error: { code: 'too_many_rows' } });
});
