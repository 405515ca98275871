import { expect, test } from 'vitest';
import { newId } from '../../core/ids.ts';
import { insertKeyHold, insertProduct } from '../support/catalog.ts';
import { testDatabase } from '../support/database.ts';
import { orderPages } from '../support/order-pages.ts';
import { insertStore } from '../support/rows.ts';

const database = await testDatabase();
const { sql } = database;
const pages = orderPages(database);

const words = (html: string): string => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');

async function shop() {
  const store = await insertStore(sql);
  const productId = await insertProduct(sql, store.merchantId, { sku: 'W-TEA', name: 'Tea', barcode: '471' });
  const oli = await pages.visitor('Oli', store.merchantId, 'operator');
  return { store, productId, oli, ...store };
}

test('unknown products stand by impact, with the way to bind them', async () => {
  const { store, oli } = await shop();
  await insertKeyHold(sql, store, { key: 'ONE', name: 'A <i>thing</i>' });
  await insertKeyHold(sql, store, { key: 'TWO' });
  await insertKeyHold(sql, store, { key: 'TWO' });
  const page = await oli.get('/mappings');
  expect(words(page.body)).toContain('Unknown products: 2 SKUs hold 3 orders');
  expect(page.body.indexOf('>TWO<')).toBeLessThan(page.body.indexOf('>ONE<'));
  expect(page.body).toContain('A &lt;i&gt;thing&lt;/i&gt;');
  expect(page.body).toContain(`/mappings/bind?store=${store.storeId}&amp;kind=sku&amp;key=TWO`);
});

test('the form says before how many orders wait; binding says how many it released', async () => {
  const { store, storeId, productId, oli } = await shop();
  await insertKeyHold(sql, store, { key: 'TEA-1' });
  const twice = await insertKeyHold(sql, store, { key: 'TEA-1' });
  const form = await oli.get(`/mappings/bind?store=${storeId}&kind=sku&key=TEA-1`);
  expect(words(form.body)).toContain('2 orders wait for it');
  expect(form.body).toContain(`value="${productId}"`);
  const target = { store: storeId, kind: 'sku', key: 'TEA-1', 'component.quantity': '2' };
  const missing = await oli.post('/mappings/bind', target);
  expect([missing.status, words(missing.body).includes('Choose a warehouse SKU.')]).toEqual([422, true]);
  const bound = await oli.post('/mappings/bind', { ...target, component: productId });
  expect([bound.status, bound.headers.get('location')]).toEqual([303, `/mappings/${storeId}`]);
  const [order] = await sql`select open_hold_count from orders where id = ${twice}`;
  expect(order?.open_hold_count).toBe(0);
  const list = words((await oli.get(`/mappings/${storeId}?show=bound`)).body);
  expect(list).toMatch(/TEA-1 .* W-TEA × 2/);
});

test('a form that was open while a colleague bound the SKU does not replace it unseen', async () => {
  const { storeId, productId, oli } = await shop();
  const target = { store: storeId, kind: 'sku', key: 'TEA-9', component: productId };
  const form = `/mappings/bind?store=${storeId}&kind=sku&key=TEA-9`;
  expect((await oli.get(form)).body).toContain('name="seen" value="0"');
  expect((await oli.post('/mappings/bind', { ...target, 'component.quantity': '1', seen: '0' })).status).toBe(303);
  const late = await oli.post('/mappings/bind', { ...target, 'component.quantity': '2', seen: '0' });
  expect([late.status, words(late.body).includes('Somebody bound it to something else meanwhile')]).toEqual([
    422,
    true,
  ]);
  // Now they have seen it, and mean it.
  expect(late.body).toContain('name="seen" value="1"');
  expect((await oli.post('/mappings/bind', { ...target, 'component.quantity': '2', seen: '1' })).status).toBe(303);
});

test('a combination names its warehouse SKUs; an unknown one loses nothing that was typed', async () => {
  const { storeId, productId, merchantId, oli } = await shop();
  const cup = await insertProduct(sql, merchantId, { sku: 'W-CUP' });
  const target = { store: storeId, kind: 'sku', key: 'SET', component: productId, 'component.quantity': '1' };
  const extras = { 'extra0.sku': 'W-CUP', 'extra0.quantity': '2', 'extra1.sku': 'W-NONE', 'extra1.quantity': '1' };
  const wrong = await oli.post('/mappings/bind', { ...target, ...extras });
  expect(wrong.status).toBe(422);
  expect(words(wrong.body)).toContain('There is no warehouse SKU W-NONE.');
  expect(wrong.body).toMatch(new RegExp(`value="${productId}"[^>]*checked`));
  expect(wrong.body).toContain('value="W-CUP"');
  await oli.post('/mappings/bind', { ...target, ...extras, 'extra1.sku': '' });
  const rows =
    await sql`select product_id, quantity from mapping_components where merchant_id = ${merchantId} order by quantity`;
  expect(rows).toMatchObject([
    { product_id: productId, quantity: 1 },
    { product_id: cup, quantity: 2 },
  ]);
  // Changing it starts from what is in force.
  const change = await oli.get(`/mappings/bind?store=${storeId}&kind=sku&key=SET`);
  expect(change.body).toMatch(/value="[^"]+"[^>]*checked/);
});

test('a recipe of seven warehouse SKUs is shown whole, and saved whole', async () => {
  const { storeId, productId, merchantId, oli } = await shop();
  const target = { store: storeId, kind: 'sku', key: 'BIG', component: productId, 'component.quantity': '1' };
  const extras: Record<string, string> = {};
  for (let place = 0; place < 6; place += 1) {
    await insertProduct(sql, merchantId, { sku: `W-PART-${place}` });
    extras[`extra${place}.sku`] = `W-PART-${place}`;
    extras[`extra${place}.quantity`] = `${place + 2}`;
  }
  await oli.post('/mappings/bind', { ...target, ...extras });
  const form = await oli.get(`/mappings/bind?store=${storeId}&kind=sku&key=BIG`);
  const again: Record<string, string> = {};
  for (const [, field = '', value = ''] of form.body.matchAll(/name="(extra\d+\.\w+)"[^>]* value="([^"]*)"/g)) {
    again[field] = value;
  }
  // One place more than there are parts, to add another one.
  expect(Object.keys(again).filter((field) => field.endsWith('.sku'))).toHaveLength(7);
  const component = /name="component" value="([^"]+)" checked/.exec(form.body)?.[1] ?? '';
  await oli.post('/mappings/bind', { ...target, ...again, component, 'component.quantity': '9' });
  const rows = await sql`select p.sku, c.quantity from mapping_components c
    join sku_mappings m on m.id = c.mapping_id and m.superseded_at is null join products p on p.id = c.product_id
    where c.merchant_id = ${merchantId} order by c.quantity`;
  expect(rows.map((row) => row.quantity)).toEqual([1, 3, 4, 5, 6, 7, 9]);
});

test('unbinding says what is lost, and holds the open orders again', async () => {
  const { store, storeId, productId, oli } = await shop();
  const orderId = await insertKeyHold(sql, store, { key: 'TEA-1' });
  await oli.post('/mappings/bind', {
    store: storeId,
    kind: 'sku',
    key: 'TEA-1',
    component: productId,
    'component.quantity': '1',
  });
  const asked = await oli.get(`/mappings/unbind?store=${storeId}&kind=sku&key=TEA-1`);
  expect(words(asked.body)).toContain('are held again until somebody binds it');
  const mapping = /name="mapping" value="([^"]+)"/.exec(asked.body)?.[1] ?? '';
  const done = await oli.post('/mappings/unbind', { store: storeId, kind: 'sku', key: 'TEA-1', mapping });
  expect(done.status).toBe(303);
  const [order] = await sql`select open_hold_count from orders where id = ${orderId}`;
  expect(order?.open_hold_count).toBe(1);
  const twice = await oli.post('/mappings/unbind', { store: storeId, kind: 'sku', key: 'TEA-1', mapping });
  expect(twice.status).toBe(404);
  const history = words((await oli.get(`/mappings/key?store=${storeId}&kind=sku&key=TEA-1`)).body);
  expect(history).toMatch(/W-TEA × 1 Version 1 by Oli .* until/);
});

test('pasted rows are imported, and each row says what became of it', async () => {
  const { storeId, oli } = await shop();
  const rows = 'store,platform_sku,warehouse_sku\nNorthwind US,A,W-TEA\nNorthwind US,B,NONE\n';
  const imported = await oli.post('/mappings/import', { rows });
  expect(imported.status).toBe(200);
  expect(words(imported.body)).toContain('1 SKU bound, 0 orders released; 1 row not taken.');
  expect(words(imported.body)).toContain('There is no warehouse SKU NONE.');
  const bad = await oli.post('/mappings/import', { rows: 'sku\nA' });
  expect([bad.status, words(bad.body).includes('missing: store, platform_sku, warehouse_sku')]).toEqual([422, true]);
  const file = await oli.get(`/mappings/export.csv?store=${storeId}`);
  expect(file.headers.get('content-type')).toContain('text/csv');
  expect(file.body).toBe('store,key_kind,platform_sku,warehouse_sku,quantity\r\nNorthwind US,sku,A,W-TEA,1\r\n');
});

test('stores and keys of another merchant are not there, and a viewer binds nothing', async () => {
  const mine = await shop();
  const theirs = await shop();
  await insertKeyHold(sql, theirs.store, { key: 'SECRET' });
  const key = `store=${theirs.storeId}&kind=sku&key=SECRET`;
  for (const path of [
    `/mappings/${theirs.storeId}`,
    `/mappings/key?${key}`,
    `/mappings/bind?${key}`,
    `/mappings/${newId()}`,
    '/mappings/x',
  ]) {
    expect((await mine.oli.get(path)).status, path).toBe(404);
  }
  const fields = {
    store: theirs.storeId,
    kind: 'sku',
    key: 'SECRET',
    component: mine.productId,
    'component.quantity': '1',
  };
  expect((await mine.oli.post('/mappings/bind', fields)).status).toBe(404);
  expect((await mine.oli.post(`/mappings/${theirs.storeId}/auto-match`, {})).status).toBe(404);
  expect((await mine.oli.get(`/mappings/export.csv?store=${theirs.storeId}`)).body.split('\r\n')).toHaveLength(2);
  const viv = await pages.visitor('Viv', mine.merchantId, 'viewer');
  expect((await viv.get(`/mappings/bind?store=${mine.storeId}&kind=sku&key=A`)).status).toBe(403);
  expect((await viv.get('/mappings')).body).not.toContain('/mappings/import');
  const [row] = await sql`select count(*)::int as count from sku_mappings where store_id = ${theirs.storeId}`;
  expect(row?.count).toBe(0);
});

test('what an input offers while typing is of this merchant only', async () => {
  const mine = await shop();
  await shop();
  const options = await mine.oli.get('/products/suggest?from=extra0.sku&extra0.sku=w-te');
  expect(options.body).toBe('<option value="W-TEA">Tea</option>');
});

test('an address that does not say which input was typed in is offered nothing', async () => {
  const { oli } = await shop();
  for (const path of ['/products/suggest', '/products/suggest?from=', '/products/suggest?from=&text=tea']) {
    const { status, body } = await oli.get(path);
    expect([status, body], path).toEqual([200, '']);
  }
});
