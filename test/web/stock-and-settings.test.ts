import { expect, test } from 'vitest';
import { maxImportRows } from '../../core/commands/import-products.ts';
import { newId } from '../../core/ids.ts';
import { formBytes } from '../../web/middleware/form.ts';
import { insertProduct, insertStock, insertWarehouse } from '../support/catalog.ts';
import { testDatabase } from '../support/database.ts';
import { deskUrl, orderPages } from '../support/order-pages.ts';
import { insertHold, insertOrder, insertStore } from '../support/rows.ts';

const database = await testDatabase();
const { sql } = database;
const pages = orderPages(database);

const words = (html: string): string => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');

async function shop() {
  const store = await insertStore(sql);
  const warehouse = await insertWarehouse(sql, [store.merchantId]);
  const productId = await insertProduct(sql, store.merchantId, { sku: 'TEE', name: 'A tee' });
  const visit = (name: string, role: Parameters<typeof pages.visitor>[2]) =>
    pages.visitor(name, store.merchantId, role);
  return { ...store, ...warehouse, store, productId, visit };
}

test('stock is counted on the product’s page, with a note, and stands in the ledger', async () => {
  const { productId, warehouseId, visit } = await shop();
  const wes = await visit('Wes', 'warehouse');
  const form = await wes.get(`/stock/${productId}/adjust?warehouse=${warehouseId}`);
  expect(words(form.body)).toContain('Adjust TEE');
  const place = { warehouse: warehouseId, how: 'count', units: '12' };
  const noNote = await wes.post(`/stock/${productId}/adjust`, { ...place, note: '' });
  expect([noNote.status, noNote.body.includes('href="#f-note"')]).toEqual([422, true]);
  expect(noNote.body).toContain('value="12"');
  await wes.post(`/stock/${productId}/adjust`, { ...place, note: 'counted' });
  const gone = await wes.post(`/stock/${productId}/adjust`, { ...place, how: 'delta', units: '−13', note: 'gone' });
  expect([gone.status, gone.body.includes('href="#f-units"')]).toEqual([422, true]);
  await wes.post(`/stock/${productId}/adjust`, { ...place, how: 'delta', units: '−2', note: '2 damaged' });
  const page = words((await wes.get(`/stock/${productId}`)).body);
  expect(page).toMatch(/Adjusted Reno -2 Wes 2 damaged/);
  expect(words((await wes.get('/stock')).body)).toMatch(/TEE A tee 10 10 — 10/);
});

test('a product is added and changed by an operator, a taken SKU is refused at its field', async () => {
  const { visit, merchantId } = await shop();
  const oli = await visit('Oli', 'operator');
  const added = await oli.post('/stock/new', {
    sku: 'MUG',
    name: 'A mug',
    barcodes: '471\r\n472',
    enabled: 'on',
    pictureUrl: '',
  });
  expect(added.status).toBe(303);
  const path = added.headers.get('location') ?? '';
  expect(words((await oli.get(path)).body)).toContain('471, 472');
  const taken = await oli.post('/stock/new', {
    sku: '472',
    name: 'Another',
    barcodes: '',
    enabled: 'on',
    pictureUrl: '',
  });
  expect([taken.status, taken.body.includes('href="#f-sku"')]).toEqual([422, true]);
  await oli.post(`${path}/edit`, { sku: 'MUG', name: 'A mug', barcodes: '', pictureUrl: 'javascript:alert(1)' });
  const [row] = await sql`select picture_url, enabled from products where merchant_id = ${merchantId} and sku = 'MUG'`;
  expect(row).toMatchObject({ picture_url: null, enabled: true });
  const viv = await visit('Viv', 'viewer');
  expect((await viv.get('/stock/new')).status).toBe(403);
});

test('a product of another merchant is not there', async () => {
  const mine = await shop();
  const theirs = await shop();
  const ada = await mine.visit('Ada', 'admin');
  for (const path of ['', '/edit', `/adjust?warehouse=${mine.warehouseId}`]) {
    expect((await ada.get(`/stock/${theirs.productId}${path}`)).status).toBe(404);
  }
  const post = await ada.post(`/stock/${theirs.productId}/adjust`, {
    warehouse: theirs.warehouseId,
    how: 'count',
    units: '5',
    note: 'x',
  });
  expect(post.status).toBe(404);
});

test('a warehouse person sees and counts the stock of their warehouses only', async () => {
  const { merchantId, productId, warehouseId, visit } = await shop();
  const depot = await insertWarehouse(sql, [merchantId], 'Depot');
  await insertStock(sql, merchantId, { warehouseId, productId, onHand: 7 });
  await insertStock(sql, merchantId, { warehouseId: depot.warehouseId, productId, onHand: 4711 });
  const ada = await visit('Ada', 'admin');
  const count = (visitor: typeof ada, place: string, units: string) =>
    visitor.post(`/stock/${productId}/adjust`, { warehouse: place, how: 'count', units, note: `found ${units}` });
  await count(ada, depot.warehouseId, '4712');
  const pia = await pages.visitor('Pia', merchantId, 'warehouse', { warehouseIds: [warehouseId] });
  for (const path of ['/stock', `/stock?warehouse=${depot.warehouseId}`, '/stock?show=in_stock', '/stock?show=short']) {
    expect((await pia.get(path)).body).not.toMatch(/Depot|4,71/);
    expect((await pia.part(path)).body).not.toMatch(/Depot|4,71/);
  }
  expect(words((await pia.get('/stock')).body)).toMatch(/TEE A tee 7 7 — 7/);
  const page = words((await pia.get(`/stock/${productId}`)).body);
  expect(page).toMatch(/Reno 7 0 7 Adjust/);
  expect(page).toMatch(/Available in all 7 /);
  expect(page).not.toMatch(/Depot|4,71|found 4712/);
  expect((await pia.get(`/stock/${productId}/adjust?warehouse=${depot.warehouseId}`)).status).toBe(404);
  expect((await count(pia, depot.warehouseId, '1')).status).toBe(404);
  await count(pia, warehouseId, '6');
  expect(await sql`select on_hand from inventory where product_id = ${productId} order by on_hand`).toEqual([
    { on_hand: 6 },
    { on_hand: 4712 },
  ]);
  for (const role of ['warehouse', 'viewer'] as const) {
    const wide = await visit('Wim', role);
    expect(words((await wide.get('/stock')).body)).toMatch(/TEE A tee 4,712 6 4,718 — 4,718/);
    expect(words((await wide.get(`/stock/${productId}`)).body)).toMatch(/Adjusted Depot \+1 Ada found 4712/);
  }
});

test('a run is drawn again by itself only while it goes on', async () => {
  const { store, visit } = await shop();
  const viv = await visit('Viv', 'viewer');
  const id = newId();
  await sql`insert into runs (id, merchant_id, store_id, kind, mode, status, fetched, actor_name, via, started_at, pulse_at)
    values (${id}, ${store.merchantId}, ${store.storeId}, 'sync', 'immediate', 'running', 1234, 'Mei', 'web', now(), now())`;
  const running = await viv.part(`/sync-log/${id}`);
  expect(running.body).toContain('hx-trigger="every 2s"');
  expect(words(running.body)).toContain('1,234 orders read so far');
  await sql`update runs set status = 'done', finished_at = now(), created = 1 where id = ${id}`;
  await sql`insert into run_items (id, merchant_id, run_id, page, result, reason, numbers)
    values (${newId()}, ${store.merchantId}, ${id}, 0, 'skipped', 'Not paid', ${['=1+1', '#2']})`;
  const done = await viv.part(`/sync-log/${id}`);
  expect(done.body).not.toContain('hx-trigger');
  expect(words(done.body)).toContain('Skipped Not paid 2 =1+1, #2');
  const file = await viv.get(`/sync-log/${id}/numbers.csv?result=skipped`);
  expect(file.body).toBe("order_number,result,reason\r\n'=1+1,skipped,Not paid\r\n#2,skipped,Not paid\r\n");
  const list = words((await viv.get('/sync-log?type=manual')).body);
  expect(list).toContain('Immediate sync');
  const other = await shop();
  const stranger = await other.visit('Sam', 'owner');
  expect((await stranger.get(`/sync-log/${id}`)).status).toBe(404);
  expect((await stranger.get(`/sync-log/${id}/numbers.csv`)).status).toBe(404);
});

test('an admin over all merchants sets up a warehouse, a carrier and a channel; a wrong form comes back with its field', async () => {
  const { visit, merchantId } = await shop();
  const ada = await pages.visitor('Ada', merchantId, 'admin', { everywhere: true });
  const local = await visit('Loc', 'admin');
  expect((await local.get('/settings/warehouses')).body).not.toContain('/settings/warehouses/new');
  expect((await local.get('/settings/warehouses/new')).status).toBe(403);
  const code = `H-${merchantId.slice(-8)}`.toUpperCase();
  const bad = await ada.post('/settings/warehouses/new', {
    name: 'Hamburg',
    code,
    country: 'Germany',
    timezone: 'Europe/Berlin',
    kind: 'own',
  });
  expect([bad.status, bad.body.includes('href="#f-country"'), bad.body.includes('value="Hamburg"')]).toEqual([
    422,
    true,
    true,
  ]);
  const good = await ada.post('/settings/warehouses/new', {
    name: 'Hamburg',
    code,
    country: 'de',
    timezone: 'Europe/Berlin',
    kind: 'own',
    enabled: 'on',
  });
  expect([good.status, good.headers.get('location')]).toEqual([303, '/settings/warehouses']);
  expect(
    (await ada.post('/settings/carriers/new', { name: 'GLS', code: `gls-${code}`, trackingUrl: '', enabled: 'on' }))
      .status,
  ).toBe(303);
  const [warehouse] = await sql`select id from warehouses where code = ${code}`;
  const [carrier] = await sql`select id from carriers where code = ${`gls-${code}`.toLowerCase()}`;
  const channel = {
    warehouseId: warehouse?.id,
    carrierId: carrier?.id,
    name: 'GLS Standard',
    code: 'GLS',
    serviceLevel: 'Standard',
    enabled: 'on',
  };
  expect((await ada.post('/settings/channels/new', channel)).status).toBe(303);
  expect(words((await ada.get('/settings/channels')).body)).toContain('GLS Standard GLS Hamburg GLS · Standard');
  expect(words((await ada.get('/settings/warehouses')).body)).toMatch(/Hamburg .* Drop shipping \(B2C\) Switch off/);
});

test('who chooses a WMS for a warehouse reads that none is connected yet', async () => {
  const { merchantId, warehouseId } = await shop();
  const ada = await pages.visitor('Ada', merchantId, 'admin', { everywhere: true });
  const said = 'A WMS is not connected yet: its orders are moved on the Outbound page';
  expect(words((await ada.get(`/settings/warehouses/${warehouseId}`)).body)).toContain(said);
  expect(words((await ada.get('/settings/warehouses')).body)).not.toContain(said);
  await sql`update warehouses set kind = 'external' where id = ${warehouseId}`;
  expect(words((await ada.get('/settings/warehouses')).body)).toContain(said);
});

test('settings are read by everybody who sees orders, and changed by the roles they name', async () => {
  const { visit, warehouseId } = await shop();
  const oli = await visit('Oli', 'operator');
  for (const path of ['', '/warehouses', '/channels', '/carriers', '/shipping-types', '/payments']) {
    const page = await oli.get(`/settings${path}`);
    expect(page.status, path).toBe(200);
    expect(page.body).not.toMatch(/href="\/settings\/[a-z-]+\/new"/);
  }
  for (const path of [
    '/warehouses/new',
    `/warehouses/${warehouseId}`,
    '/channels/new',
    '/carriers/new',
    '/shipping-types/new',
    '/merchants/new',
    '/people',
  ]) {
    expect((await oli.get(`/settings${path}`)).status, path).toBe(403);
  }
  const refused = await oli.post('/settings/services', { warehouseId, kind: 'b2b', enabled: 'yes' });
  expect([refused.status, words(refused.body).includes('This needs the role admin or owner')]).toEqual([403, true]);
  const ada = await visit('Ada', 'admin');
  expect((await ada.get('/settings/merchants/new')).status).toBe(403);
  expect((await ada.get('/settings/people')).status).toBe(200);
  const wes = await visit('Wes', 'warehouse');
  expect((await wes.get('/settings')).status).toBe(403);
});

test('a merchant of somebody else is neither shown nor changed', async () => {
  const mine = await shop();
  const theirs = await shop();
  await sql`update merchants set name = 'Secret Ltd' where id = ${theirs.merchantId}`;
  const own = await mine.visit('Own', 'owner');
  expect((await own.get('/settings')).body).not.toContain('Secret Ltd');
  expect((await own.get(`/settings/merchants/${theirs.merchantId}`)).status).toBe(404);
  const post = await own.post(`/settings/merchants/${theirs.merchantId}`, {
    name: 'Mine now',
    code: 'mine',
    timezone: 'UTC',
  });
  expect(post.status).toBe(404);
  const [row] = await sql`select name from merchants where id = ${theirs.merchantId}`;
  expect(row?.name).toBe('Secret Ltd');
});

test('a payment type is classified and a method mapped from their pages, and the orders are released', async () => {
  const { store, visit } = await shop();
  const { storeId, merchantId } = store;
  await sql`insert into shipping_types (id, merchant_id, code, name) values (${newId()}, ${merchantId}, 'home', 'Home delivery')`;
  const orderId = await insertOrder(sql, store);
  await sql`update orders set payment_method = 'AFTEE', payment_record = 'unknown', shipping_method = 'drone' where id = ${orderId}`;
  await insertHold(sql, store, orderId, { code: 'payment_unknown', subject: 'AFTEE' });
  await insertHold(sql, store, orderId, { code: 'shipping_method_unmapped', subject: 'drone' });
  const oli = await visit('Oli', 'operator');
  expect(words((await oli.get('/settings/payments')).body)).toContain('AFTEE');
  const unclear = await oli.post('/settings/payments', { storeId, paymentMethod: 'AFTEE', class: '' });
  expect(unclear.status).toBe(422);
  expect((await oli.post('/settings/payments', { storeId, paymentMethod: 'AFTEE', class: 'prepaid' })).status).toBe(
    303,
  );
  const page = await oli.get('/settings/shipping-types');
  const typeId = /<option value="([0-9a-f-]{36})">Home delivery/.exec(page.body)?.[1] ?? '';
  expect((await oli.post('/settings/methods', { storeId, method: 'drone', shippingTypeId: typeId })).status).toBe(303);
  const [order] = await sql`select open_hold_count from orders where id = ${orderId}`;
  expect(order?.open_hold_count).toBe(0);
});

test('an old page of payment types or methods does not take back what a colleague decided, and shows it', async () => {
  const { store, visit } = await shop();
  const { storeId, merchantId } = store;
  const [home, cold] = [newId(), newId()];
  await sql`insert into shipping_types (id, merchant_id, code, name) values
    (${home}, ${merchantId}, 'home', 'Home delivery'), (${cold}, ${merchantId}, 'cold', 'Chilled')`;
  const orderId = await insertOrder(sql, store);
  await insertHold(sql, store, orderId, { code: 'payment_unknown', subject: 'AFTEE' });
  await insertHold(sql, store, orderId, { code: 'shipping_method_unmapped', subject: 'drone' });
  const [mei, tom] = [await visit('Mei', 'operator'), await visit('Tom', 'operator')];
  for (const page of ['/settings/payments', '/settings/shipping-types']) {
    expect((await tom.get(page)).body).toContain('name="seen" value=""');
  }
  const classify = { storeId, paymentMethod: 'AFTEE' };
  const map = { storeId, method: 'drone' };
  await mei.post('/settings/payments', { ...classify, class: 'blocked', seen: '' });
  await mei.post('/settings/methods', { ...map, shippingTypeId: cold, seen: '' });

  const late = await tom.post('/settings/payments', { ...classify, class: 'prepaid', seen: '' });
  expect(late.status).toBe(422);
  expect(late.body).toMatch(/href="#f-class">Mei classified it as blocked at \d\d:\d\d\. Look at it again\./);
  expect(late.body).toMatch(/<select[^>]*id="f-class"[^>]*aria-describedby="e-class"/);
  expect(late.body).toMatch(/id="e-class">Mei classified it as blocked/);
  expect(late.body).toMatch(/name="seen" value="blocked"/);
  expect(late.body).toMatch(/value="blocked" selected/);
  const lateMethod = await tom.post('/settings/methods', { ...map, shippingTypeId: home, seen: '' });
  expect(lateMethod.status).toBe(422);
  expect(lateMethod.body).toMatch(/href="#f-shippingTypeId">Mei mapped it to Chilled at \d\d:\d\d/);
  expect(lateMethod.body).toContain(`value="${cold}" selected`);
  const standing = async () => [
    ...(await sql`select class from payment_classifications where store_id = ${storeId}`),
    ...(await sql`select shipping_type_id as type from method_mappings where store_id = ${storeId}`),
  ];
  expect(await standing()).toEqual([{ class: 'blocked' }, { type: cold }]);

  expect((await tom.post('/settings/payments', { ...classify, class: 'prepaid', seen: 'blocked' })).status).toBe(303);
  expect((await tom.post('/settings/methods', { ...map, shippingTypeId: home, seen: cold })).status).toBe(303);
  expect(await standing()).toEqual([{ class: 'prepaid' }, { type: home }]);
  expect(words((await mei.get('/settings/payments')).body)).toContain('classified by Tom');
});

test('a product table of as many rows as are allowed is taken, also when it is larger than other forms', async () => {
  const { visit, merchantId } = await shop();
  const oli = await visit('Oli', 'operator');
  const name = '漂亮的茶杯'.repeat(20).trim();
  const csv = ['sku,name', ...Array.from({ length: maxImportRows }, (_, n) => `P-${n},${name} ${n}`)].join('\n');
  expect(Buffer.byteLength(csv)).toBeGreaterThan(formBytes);
  const body = new FormData();
  body.set('_csrf', oli.csrf);
  body.set('file', new File([csv], 'products.csv', { type: 'text/csv' }));
  const headers = { cookie: oli.cookie, origin: deskUrl };
  const answer = await pages.app.request(`${deskUrl}/stock/import`, { method: 'POST', headers, body });
  expect(answer.status).toBe(200);
  expect(await sql`select count(*)::int as count from products where merchant_id = ${merchantId}`).toEqual([
    { count: maxImportRows + 1 },
  ]);
});
