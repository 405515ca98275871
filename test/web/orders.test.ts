import { describe, expect, test } from 'vitest';
import { newId } from '../../core/ids.ts';
import { insertProduct } from '../support/catalog.ts';
import { testDatabase } from '../support/database.ts';
import { orderPages } from '../support/order-pages.ts';
import { makeOrder, outgoingPorts, world } from '../support/outgoing.ts';
import { testPlatform } from '../support/platform.ts';
import { insertHold, insertStore } from '../support/rows.ts';
import { restCancelled, shipmentReplaced } from '../support/shipped-orders.ts';

const database = await testDatabase();
const { sql } = database;
const pages = orderPages(database);

/** A shop of its own for each test, and a person who works there. */
async function shopOf(name: string) {
  const shop = await world(sql);
  return { shop, mei: await pages.visitor(`Mei of ${name}`, shop.merchantId) };
}

const statusOf = async (orderId: string): Promise<string | undefined> =>
  (await sql<{ status: string }[]>`select status from orders where id = ${orderId}`)[0]?.status;

/** The text of a page without its tags. */
const words = (html: string): string =>
  html
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .replaceAll('&#39;', "'");

describe('the list', () => {
  test('says under a held order why, with the step that mends it', async () => {
    const { shop, mei } = await shopOf('why');
    const { orderId } = await makeOrder(sql, shop, { number: '#1042', sku: 'TSHIRT-XL' });
    await insertHold(sql, shop, orderId, { code: 'sku_unmapped', subject: 'TSHIRT-XL', detail: { keyKind: 'sku' } });
    const { body } = await mei.get('/orders');
    expect(words(body)).toContain('Held · 1 reason');
    expect(words(body)).toContain('SKU [TSHIRT-XL] not mapped to a warehouse SKU · Bind SKU');
    expect(body).toContain(`href="/held/fix?cause=${shop.storeId}%7Esku_unmapped%7ETSHIRT-XL&amp;order=${orderId}"`);
  });

  test('says of a late order how late it is, and of a shipped one that it was in time', async () => {
    const { shop, mei } = await shopOf('late');
    const late = await makeOrder(sql, shop, { number: '#late' });
    const met = await makeOrder(sql, shop, { number: '#met', status: 'completed' });
    await sql`update orders set ship_by = '2026-11-21T06:00:00Z' where id = ${late.orderId}`;
    await sql`update orders set ship_by = '2026-11-21T06:00:00Z', shipped_at = '2026-11-20T06:00:00Z' where id = ${met.orderId}`;
    const { body } = await mei.get('/orders');
    expect(body).toContain('class="late">3 h late');
    expect(words(body)).toContain('met');
  });

  test('keeps fifty rows of held orders under 100 KB', async () => {
    const { shop, mei } = await shopOf('weight');
    for (let n = 0; n < 51; n += 1) {
      const { orderId } = await makeOrder(sql, shop, { sku: `A-RATHER-LONG-PLATFORM-SKU-${n}` });
      const hold = { code: 'sku_unmapped', subject: `A-RATHER-LONG-PLATFORM-SKU-${n}`, detail: { keyKind: 'sku' } };
      await insertHold(sql, shop, orderId, hold);
      await insertHold(sql, shop, orderId, { code: 'address_incomplete', subject: 'phone,zip' });
    }
    const { body } = await mei.get('/orders');
    expect(body.match(/<tr id="o-/g)).toHaveLength(50);
    expect(Buffer.byteLength(body)).toBeLessThan(100 * 1024);
    expect(words(body)).toContain('50 orders of 50+');
  });

  test('filters by what the address says and counts by what the desk keeps', async () => {
    const { shop, mei } = await shopOf('filter');
    await makeOrder(sql, shop, { number: '#A1' });
    await makeOrder(sql, shop, { number: '#B2', status: 'completed' });
    const { body } = await mei.get('/orders?status=completed');
    expect(body).toContain('#B2');
    expect(body).not.toContain('#A1');
    expect(words(body)).toContain('All 2');
    expect(words(body)).toContain('Completed 1');
    expect((await mei.get('/orders?number=a1')).body).toContain('#A1');
    expect(words((await mei.get('/orders?number=zzz')).body)).toContain('No order matches');
  });

  test('asked for by htmx answers with the rows and the chips, without the frame', async () => {
    const { shop, mei } = await shopOf('part');
    await makeOrder(sql, shop, { number: '#P1' });
    const { body } = await mei.part('/orders');
    expect(body).toContain('id="region"');
    expect(body).toContain('hx-target="#status-chips"');
    expect(body).not.toContain('<html');
  });

  test('reads an address full of nonsense as the plain list', async () => {
    const { shop, mei } = await shopOf('nonsense');
    await makeOrder(sql, shop, { number: '#N1' });
    const answer = await mei.get(
      '/orders?status=evil&needs=x&store=1&from=tomorrow&sort=name&dir=up&cursor=%00&cause=~~~'.replace('%00', 'AA'),
    );
    expect(answer.status).toBe(200);
    expect(answer.body).toContain('#N1');
  });

  test('in an empty shop without stores leads to adding one', async () => {
    const merchantId = newId();
    await sql`insert into merchants (id, name, code) values (${merchantId}, 'New', ${merchantId})`;
    const ann = await pages.visitor('Ann', merchantId);
    expect(words((await ann.get('/orders')).body)).toContain('None is connected yet. Add a store');
    expect(words((await ann.get('/')).body)).toContain('Add a sandbox store');
  });
});

describe('search', () => {
  test('finds an order by its number and opens it at once', async () => {
    const { shop, mei } = await shopOf('search');
    const { orderId } = await makeOrder(sql, shop, { number: '#S-77' });
    await makeOrder(sql, shop, { number: '#S-88' });
    expect((await mei.get('/search?q=s-77')).headers.get('location')).toBe(`/orders/${orderId}`);
    const several = words((await mei.get('/search?q=S-')).body);
    expect(several).toContain('2 orders found');
  });

  test('finds a two-letter Chinese name, and a SKU', async () => {
    const { shop, mei } = await shopOf('names');
    const first = await makeOrder(sql, shop, { number: '#C1' });
    const second = await makeOrder(sql, shop, { number: '#C2', sku: 'OTHER' });
    for (const [orderId, name] of [
      [first.orderId, '王小明'],
      [second.orderId, '李四'],
    ] as const) {
      const id = newId();
      await sql`insert into recipients (id, merchant_id, name) values (${id}, ${shop.merchantId}, ${name})`;
      await sql`update orders set recipient_id = ${id} where id = ${orderId}`;
    }
    const address = (text: string): string => `/search?q=${encodeURIComponent(text)}`;
    expect((await mei.get(address('王小'))).headers.get('location')).toBe(`/orders/${first.orderId}`);
    expect((await mei.get(address('OTHER'))).headers.get('location')).toBe(`/orders/${second.orderId}`);
    expect(words((await mei.get(address('nobody'))).body)).toContain('Nothing found');
  });
});

describe('dispatch of one order', () => {
  test('without script: a page, a form, and back to the order with a word about it', async () => {
    const { shop, mei } = await shopOf('plain dispatch');
    const { orderId } = await makeOrder(sql, shop, { number: '#D1' });
    const form = await mei.get(`/orders/${orderId}/dispatch`);
    expect(form.body).toContain('<html');
    expect(words(form.body)).toContain('UPS Ground');
    const channel = `${shop.warehouse.warehouseId}:${shop.warehouse.channelId}`;
    const sent = await mei.post(`/orders/${orderId}/dispatch`, { version: '1', channel });
    expect(sent.status).toBe(303);
    expect(sent.headers.get('location')).toBe(`/orders/${orderId}`);
    expect(sent.headers.get('set-cookie')).toContain('flash=');
    expect(await statusOf(orderId)).toBe('processing');
  });

  test('names a carrier that is not paired beside its channel, with the page that pairs it', async () => {
    const strict = orderPages(database, { platform: testPlatform({ carrierPairing: 'required' }) });
    const shop = await world(sql);
    const mei = await strict.visitor('Mei of unpaired', shop.merchantId);
    const { orderId } = await makeOrder(sql, shop);
    const form = await mei.part(`/orders/${orderId}/dispatch`);
    expect(words(form.body)).toContain('UPS · Ground · carrier not paired');
    expect(words(form.body)).toContain(
      'UPS is not paired with a carrier of Northwind US: its tracking number will wait for the pairing.',
    );
    expect(form.body).toContain(`href="/stores/${shop.storeId}/carriers"`);
  });

  test('binds a SKU in the dialog, and the mapping stays for the next order', async () => {
    const { shop, mei } = await shopOf('bind in dispatch');
    const productId = await insertProduct(sql, shop.merchantId, { sku: 'WH-9', name: 'A tee, blue' });
    await sql`insert into inventory (merchant_id, warehouse_id, product_id, on_hand)
      values (${shop.merchantId}, ${shop.warehouse.warehouseId}, ${productId}, 10)`;
    const order = await makeOrder(sql, shop, { sku: 'NEW-1' });
    const next = await makeOrder(sql, shop, { sku: 'NEW-1' });
    for (const { orderId } of [order, next]) {
      await insertHold(sql, shop, orderId, { code: 'sku_unmapped', subject: 'NEW-1', detail: { keyKind: 'sku' } });
    }
    const part = await mei.part(`/orders/${order.orderId}/dispatch`);
    expect(part.body).toContain('WH-9');
    expect(part.body).not.toContain('<html');
    const sent = await mei.post(
      `/orders/${order.orderId}/dispatch`,
      {
        version: '1',
        channel: `${shop.warehouse.warehouseId}:${shop.warehouse.channelId}`,
        [`bind.${order.lineIds[0]}`]: productId,
        [`bind.${order.lineIds[0]}.quantity`]: '2',
      },
      { 'hx-request': 'true', 'hx-request-type': 'partial' },
    );
    expect(sent.status).toBe(200);
    expect(sent.headers.get('hx-trigger')).toBe('desk:done');
    expect(sent.body).toContain(`action="/orders/${order.orderId}/undo"`);
    expect(await statusOf(order.orderId)).toBe('processing');
    const [held] = await sql<
      { open_hold_count: number }[]
    >`select open_hold_count from orders where id = ${next.orderId}`;
    expect(held?.open_hold_count).toBe(0);
  });

  test('without script takes a warehouse SKU that was typed in full', async () => {
    const { shop, mei } = await shopOf('typed');
    await insertProduct(sql, shop.merchantId, { sku: 'ZZ-TYPED' });
    const partId = await insertProduct(sql, shop.merchantId, { sku: 'ZZ-PART' });
    const { orderId } = await makeOrder(sql, shop, { sku: 'NEW-2' });
    await insertHold(sql, shop, orderId, { code: 'sku_unmapped', subject: 'NEW-2', detail: { keyKind: 'sku' } });
    const cause = `${shop.storeId}~sku_unmapped~NEW-2`;
    const typed = { cause, keyKind: 'sku', 'part.0.quantity': '3' };
    expect((await mei.post('/held/fix', { ...typed, 'part.0.text': 'ZZ-TYP' })).status).toBe(422);
    const further = { 'part.1': partId, 'part.1.text': 'ZZ-PA', 'part.1.quantity': '3' };
    const refused = await mei.post('/held/fix', { ...typed, ...further, 'part.0.text': 'ZZ-TYP' });
    expect(refused.status).toBe(422);
    expect(refused.body).toMatch(new RegExp(`name="part.1" value="${partId}" checked`));
    expect(refused.body).toContain('value="ZZ-PA"');
    expect((await mei.post('/held/fix', { ...typed, 'part.0.text': 'ZZ-TYPED' })).status).toBe(303);
    expect(words((await mei.get(`/orders/${orderId}`)).body)).toContain('ZZ-TYPED × 3');
    // A form that was open meanwhile: what a colleague bound is not replaced unseen.
    const late = await mei.post('/held/fix', { ...typed, 'part.0.text': 'ZZ-PART' });
    expect([late.status, words(late.body).includes('Somebody bound it to something else meanwhile')]).toEqual([
      422,
      true,
    ]);
    expect(words((await mei.get(`/orders/${orderId}`)).body)).toContain('ZZ-TYPED × 3');
  });

  test('refused keeps the form, what was chosen in it, and the reason on top', async () => {
    const { shop, mei } = await shopOf('refused');
    const { orderId } = await makeOrder(sql, shop, { quantities: [1_000] });
    const channel = `${shop.warehouse.warehouseId}:${shop.warehouse.channelId}`;
    const sent = await mei.post(`/orders/${orderId}/dispatch`, { version: '1', channel });
    expect(sent.status).toBe(422);
    expect(sent.body).toContain('role="alert"');
    expect(sent.body).toContain(`value="${channel}" checked`);
    expect(await statusOf(orderId)).toBe('pending');
  });

  test('can be taken back at once by the same person', async () => {
    const { shop, mei } = await shopOf('undo');
    const { orderId } = await makeOrder(sql, shop);
    const channel = `${shop.warehouse.warehouseId}:${shop.warehouse.channelId}`;
    await mei.post(`/orders/${orderId}/dispatch`, { version: '1', channel });
    const undone = await mei.post(`/orders/${orderId}/undo`, {});
    expect(undone.headers.get('location')).toBe(`/orders/${orderId}`);
    expect(await statusOf(orderId)).toBe('pending');
  });

  test('from an old page says that somebody was faster', async () => {
    const { shop, mei } = await shopOf('stale');
    const { orderId } = await makeOrder(sql, shop);
    const channel = `${shop.warehouse.warehouseId}:${shop.warehouse.channelId}`;
    await mei.post(`/orders/${orderId}/dispatch`, { version: '1', channel });
    const again = await mei.post(`/orders/${orderId}/dispatch`, { version: '1', channel });
    expect([409, 422]).toContain(again.status);
    expect(words(again.body)).toMatch(/already dispatched by Mei of stale/i);
  });
});

describe('several orders at once', () => {
  test('are dispatched with a result for each, the refused with its reason', async () => {
    const { shop, mei } = await shopOf('batch');
    const good = await makeOrder(sql, shop, { number: '#G' });
    const bad = await makeOrder(sql, shop, { number: '#B', sku: 'UNKNOWN' });
    const order = [good.orderId, bad.orderId];
    const form = await mei.get(`/bulk/dispatch?order=${order.join('&order=')}`);
    expect(words(form.body)).toContain('Dispatch 2 orders');
    expect(form.body).toContain(`href="/bulk/dispatch?order=${good.orderId}"`);
    const channel = `${shop.warehouse.warehouseId}:${shop.warehouse.channelId}`;
    const sent = await mei.post('/bulk/dispatch', { order, channel });
    expect(words(sent.body)).toContain('1 of 2 dispatched');
    expect(words(sent.body)).toMatch(/#B Refused SKU \[UNKNOWN\] not mapped to a warehouse SKU/);
    expect(await statusOf(good.orderId)).toBe('processing');
    expect(await statusOf(bad.orderId)).toBe('pending');
  });

  test('name the carriers that are not paired, store by store', async () => {
    const strict = orderPages(database, { platform: testPlatform({ carrierPairing: 'required' }) });
    const shop = await world(sql);
    const mei = await strict.visitor('Mei of unpaired batches', shop.merchantId);
    const order = [await makeOrder(sql, shop), await makeOrder(sql, shop)].map(({ orderId }) => orderId);
    const form = await mei.get(`/bulk/dispatch?order=${order.join('&order=')}`);
    expect(words(form.body)).toContain('Reno · UPS Ground (UPS, Ground) · carrier not paired');
    expect(words(form.body)).toContain(
      'UPS is not paired with a carrier of Northwind US: its tracking number will wait',
    );
    expect(form.body).toContain(`href="/stores/${shop.storeId}/carriers"`);
  });

  test('with one left it is the dialog of that order', async () => {
    const { shop, mei } = await shopOf('one left');
    const { orderId } = await makeOrder(sql, shop);
    expect((await mei.get(`/bulk/dispatch?order=${orderId}`)).headers.get('location')).toBe(
      `/orders/${orderId}/dispatch`,
    );
    expect((await mei.get('/bulk/dispatch')).headers.get('location')).toBe('/orders');
  });

  test('are parked with a reason, and cancelled here', async () => {
    const { shop, mei } = await shopOf('park');
    const orders = [await makeOrder(sql, shop), await makeOrder(sql, shop)];
    const order = orders.map((one) => one.orderId);
    const held = await mei.post('/bulk/hold', { order, reason: 'Ask the buyer' });
    expect(words(held.body)).toContain('2 of 2 done');
    expect(words((await mei.get('/orders')).body)).toContain('A person parked it: Ask the buyer · Release');
    const cancelled = await mei.post('/bulk/cancel', { order });
    expect(words(cancelled.body)).toContain('2 of 2 done');
    expect(await statusOf(order[0] ?? '')).toBe('cancelled');
  });

  test('of another merchant are left out', async () => {
    const { mei } = await shopOf('strangers');
    const other = await world(sql);
    const { orderId } = await makeOrder(sql, other);
    await mei.post('/bulk/cancel', { order: [orderId, orderId] });
    expect(await statusOf(orderId)).toBe('pending');
  });
});

describe('held orders by cause', () => {
  test('are one row a cause, most orders first, and bound once released together', async () => {
    const { shop, mei } = await shopOf('causes');
    const productId = await insertProduct(sql, shop.merchantId, { sku: 'CAUSE-1' });
    for (const sku of ['CAUSE-1', 'CAUSE-1', 'CAUSE-1', 'RARE-1']) {
      const { orderId } = await makeOrder(sql, shop, { sku });
      await insertHold(sql, shop, orderId, {
        code: 'sku_unmapped',
        subject: sku,
        detail: { keyKind: 'sku', name: sku },
      });
    }
    const page = words((await mei.get('/held')).body);
    expect(page).toMatch(/CAUSE-1\].*3 3 orders.*RARE-1\].*1 1 order/);
    const cause = `${shop.storeId}~sku_unmapped~CAUSE-1`;
    const dialog = await mei.part(`/held/fix?cause=${encodeURIComponent(cause)}`);
    expect(words(dialog.body)).toContain('3 held orders wait for this SKU');
    expect(dialog.body).toMatch(new RegExp(`value="${productId}" checked`));
    const sent = await mei.post('/held/fix', { cause, keyKind: 'sku', 'part.0': productId, 'part.0.quantity': '1' });
    expect(sent.headers.get('location')).toBe('/held');
    const after = words((await mei.get('/held')).body);
    expect(after).not.toContain('CAUSE-1]');
    expect(after).toContain('RARE-1]');
  });

  test('a payment type is classified once for all its orders', async () => {
    const { shop, mei } = await shopOf('payments');
    const { orderId } = await makeOrder(sql, shop, { paymentRecord: 'unknown' });
    await sql`update orders set payment_method = 'AFTEE' where id = ${orderId}`;
    await insertHold(sql, shop, orderId, { code: 'payment_unknown', subject: 'AFTEE' });
    const cause = `${shop.storeId}~payment_unknown~AFTEE`;
    const none = await mei.post('/held/fix', { cause });
    expect(none.status).toBe(422);
    expect(words(none.body)).toContain('Choose how it is paid');
    await mei.post('/held/fix', { cause, class: 'prepaid' });
    expect(words((await mei.get(`/orders/${orderId}`)).body)).toContain('classified as prepaid');
  });

  test('an old dialog does not take back what a colleague classified or mapped, and shows it', async () => {
    const { shop, mei } = await shopOf('old dialogs');
    const tom = await pages.visitor('Tom', shop.merchantId, 'operator');
    const { orderId } = await makeOrder(sql, shop, { paymentRecord: 'unknown' });
    await sql`update orders set payment_method = 'AFTEE', shipping_method = 'drone' where id = ${orderId}`;
    await insertHold(sql, shop, orderId, { code: 'payment_unknown', subject: 'AFTEE' });
    await insertHold(sql, shop, orderId, { code: 'shipping_method_unmapped', subject: 'drone' });
    const [home, cold] = [newId(), newId()];
    await sql`insert into shipping_types (id, merchant_id, code, name) values
      (${home}, ${shop.merchantId}, 'home', 'Home delivery'), (${cold}, ${shop.merchantId}, 'cold', 'Chilled')`;
    const payment = `${shop.storeId}~payment_unknown~AFTEE`;
    const method = `${shop.storeId}~shipping_method_unmapped~drone`;
    const dialog = async (cause: string) => (await tom.part(`/held/fix?cause=${encodeURIComponent(cause)}`)).body;
    for (const cause of [payment, method]) expect(await dialog(cause)).toContain('name="seen" value=""');
    await mei.post('/held/fix', { cause: payment, class: 'blocked', seen: '' });
    await mei.post('/held/fix', { cause: method, shippingTypeId: cold, seen: '' });

    const late = await tom.post('/held/fix', { cause: payment, class: 'prepaid', seen: '' });
    expect(late.status).toBe(422);
    expect(words(late.body)).toMatch(/Mei of old dialogs classified it as blocked at \d\d:\d\d\. Look at it again\./);
    expect(words(late.body)).toContain('Now: Blocked , by Mei of old dialogs.');
    expect(late.body).toContain('href="#f-class"');
    expect(late.body).toContain('name="seen" value="blocked"');
    expect(late.body).toMatch(/value="blocked" checked/);
    expect(late.body).not.toMatch(/value="prepaid" checked/);
    const lateMethod = await tom.post('/held/fix', { cause: method, shippingTypeId: home, seen: '' });
    expect(lateMethod.status).toBe(422);
    expect(words(lateMethod.body)).toMatch(/Mei of old dialogs mapped it to Chilled at \d\d:\d\d/);
    expect(lateMethod.body).toContain('href="#f-shippingTypeId"');
    expect(lateMethod.body).toContain(`value="${cold}" selected`);
    const standing = async () => [
      ...(await sql`select class from payment_classifications where store_id = ${shop.storeId}`),
      ...(await sql`select shipping_type_id as type from method_mappings where store_id = ${shop.storeId}`),
    ];
    expect(await standing()).toEqual([{ class: 'blocked' }, { type: cold }]);

    await tom.post('/held/fix', { cause: payment, class: 'prepaid', seen: 'blocked' });
    await tom.post('/held/fix', { cause: method, shippingTypeId: home, seen: cold });
    expect(await standing()).toEqual([{ class: 'prepaid' }, { type: home }]);
  });

  test('a cause of another merchant is not there', async () => {
    const { mei } = await shopOf('foreign cause');
    const other = await insertStore(sql, 'Other');
    const cause = encodeURIComponent(`${other.storeId}~sku_unmapped~X`);
    expect((await mei.get(`/held/fix?cause=${cause}`)).status).toBe(404);
    expect((await mei.get('/held/fix?cause=torn')).status).toBe(404);
  });
});

describe('the page of an order', () => {
  test('has the four parts of the manual, the history, and buttons with reasons', async () => {
    const { shop, mei } = await shopOf('page');
    const { orderId } = await makeOrder(sql, shop, { number: '#Page' });
    await mei.post(`/orders/${orderId}/hold`, { reason: 'Waiting for stock' });
    const page = words((await mei.get(`/orders/${orderId}`)).body);
    for (const part of ['Basic Info', 'Payment Info', 'Recipient Info', 'Item Details', 'History']) {
      expect(page).toContain(part);
    }
    expect(page).toContain('A person parked it: Waiting for stock');
    expect(page).toContain('There is no shipment to tell the platform');
  });

  test('tells what has left of an order whose rest was cancelled, and which shipment was replaced', async () => {
    const { shop, mei } = await shopOf('left');
    const outgoing = outgoingPorts(database);
    const rest = words((await mei.get(`/orders/${await restCancelled(outgoing.ports, sql, shop)}`)).body);
    expect(rest).toContain('2 of 5 units');
    expect(rest).toContain('3 will not ship');
    const orderId = await shipmentReplaced(outgoing, sql, shop);
    const replaced = words((await mei.get(`/orders/${orderId}`)).body);
    expect(replaced.match(/Replaced by NEW-7 \(Mei\)/g)).toHaveLength(2);
    expect(replaced).not.toContain('Closed by hand');
  });

  test('says what is to be collected by how the payment type was classified, and marks it in the list', async () => {
    const { shop, mei } = await shopOf('cash');
    const { orderId } = await makeOrder(sql, shop, { paymentRecord: 'unknown' });
    await sql`update orders set payment_method = 'mystery wallet' where id = ${orderId}`;
    const before = words((await mei.get(`/orders/${orderId}`)).body);
    expect(before).not.toContain('To collect on delivery');
    expect(words((await mei.get('/orders')).body)).not.toContain('COD');
    await sql`insert into payment_classifications (id, merchant_id, store_id, payment_method, class, created_by)
      values (${newId()}, ${shop.merchantId}, ${shop.storeId}, 'mystery wallet', 'cash_on_delivery', 'Mei')`;
    expect(words((await mei.get(`/orders/${orderId}`)).body)).toMatch(/To collect on delivery\s+\S*\s*25\.00/);
    expect(words((await mei.get('/orders')).body)).toContain('1 line · COD');
  });

  test('corrects an address and keeps what the platform gave beside it', async () => {
    const { shop, mei } = await shopOf('address');
    const { orderId } = await makeOrder(sql, shop);
    const id = newId();
    await sql`insert into recipients (id, merchant_id, name, country, address1, city, zip, phone)
      values (${id}, ${shop.merchantId}, 'Ada', 'DE', 'Old Street 1', 'Berlin', '10115', '1')`;
    await sql`update orders set recipient_id = ${id} where id = ${orderId}`;
    const fields = {
      version: '1',
      name: 'Ada',
      country: 'DE',
      address1: 'New Street 2',
      city: 'Berlin',
      zip: '10115',
      phone: '1',
    };
    const half = await mei.post(`/orders/${orderId}/address`, { ...fields, zip: '' });
    const flash = /flash=([^;]*)/.exec(half.headers.get('set-cookie') ?? '')?.[1] ?? '';
    const said = Buffer.from(flash, 'base64url').toString('utf8');
    expect(said).toContain('is still held. Missing: postcode');
    const [{ version } = { version: 0 }] = await sql<
      { version: number }[]
    >`select version from orders where id = ${orderId}`;
    await mei.post(`/orders/${orderId}/address`, { ...fields, version: String(version) });
    const page = words((await mei.get(`/orders/${orderId}`)).body);
    expect(page).toContain('New Street 2');
    expect(page).toMatch(/The platform says:.*Old Street 1/);
  });

  test('an address that no order can have is simply not there', async () => {
    const { mei } = await shopOf('nowhere');
    expect((await mei.get(`/orders/${newId()}`)).status).toBe(404);
    expect((await mei.get('/orders/1042')).status).toBe(404);
  });
});

describe('manual sync', () => {
  test('asks for what its mode needs, beside the field', async () => {
    const { shop, mei } = await shopOf('sync');
    const base = { kind: 'b2c', store: shop.storeId };
    const range = await mei.post('/sync', { ...base, mode: 'time_range', since: '', until: '' });
    expect(range.status).toBe(422);
    expect(range.body).toContain('id="e-since"');
    const numbers = await mei.post('/sync', { ...base, mode: 'order_numbers', numbers: ' , ' });
    expect(words(numbers.body)).toContain('Give at least one order number');
    expect(words((await mei.get('/sync?kind=b2b')).body)).toContain('Manual Sync - PO Mode');
  });
});

describe('an order that the platform changed after dispatch', () => {
  test('shows old beside new, the address only to people who may see it', async () => {
    const { shop, mei } = await shopOf('changed');
    const { orderId, lineIds } = await makeOrder(sql, shop, { status: 'processing', quantities: [1] });
    const [now, before] = [newId(), newId()];
    await sql`insert into recipients (id, merchant_id, name, city, country) values
      (${now}, ${shop.merchantId}, 'Ann Lee', 'New <b>Town</b>', 'US'), (${before}, ${shop.merchantId}, 'Ann Lee', 'Oldham', 'US')`;
    await sql`update orders set recipient_id = ${now}, open_exception_count = 1 where id = ${orderId}`;
    await sql`update order_lines set quantity = 3 where id = ${lineIds[0] ?? ''}`;
    await sql`insert into order_exceptions (id, merchant_id, store_id, order_id, code, message, opened_at, previous_recipient_id)
      values (${newId()}, ${shop.merchantId}, ${shop.storeId}, ${orderId}, 'platform_changed_after_dispatch', 'Changed.', now(), ${before})`;
    const page = words((await mei.get(`/orders/${orderId}`)).body);
    expect(page).toContain('City Oldham New &lt;b&gt;Town&lt;/b&gt;');
    expect(page).toContain('A tee (TEE-1) 0 3');
    expect(page).not.toContain('Recipient Name Ann Lee');
    const wes = await pages.visitor('Wes of changed', shop.merchantId, 'warehouse');
    expect((await wes.get(`/orders/${orderId}`)).body).not.toContain('Oldham');
  });
});

describe('a cancellation that the platform did not take', () => {
  test('is named as that, and a person who has cancelled it there closes it', async () => {
    const { shop, mei } = await shopOf('untaken');
    const { orderId } = await makeOrder(sql, shop, { status: 'cancelled' });
    const [writebackId, exceptionId] = [newId(), newId()];
    await sql`insert into writebacks (id, merchant_id, store_id, authorization_id, order_id, kind, state, error_kind, error_code)
      values (${writebackId}, ${shop.merchantId}, ${shop.storeId}, ${shop.authorizationId}, ${orderId}, 'cancellation', 'failed', 'rejected', 'too_late')`;
    await sql`insert into order_exceptions (id, merchant_id, store_id, order_id, code, subject, message, opened_at)
      values (${exceptionId}, ${shop.merchantId}, ${shop.storeId}, ${orderId}, 'cancellation_failed', ${writebackId}, 'Too late.', now())`;
    const page = await mei.get(`/orders/${orderId}`);
    expect(words(page.body)).toContain('Cancellation not accepted by the platform');
    expect(page.body).not.toContain(`href="/orders/${orderId}/mark-shipped" data-dialog`);
    expect((await mei.post(`/orders/${orderId}/exceptions/${exceptionId}/acknowledge`, {})).status).toBe(303);
    const closed = await sql`select x.resolution, x.closed_by, w.state from order_exceptions x, writebacks w
      where x.id = ${exceptionId} and w.id = ${writebackId}`;
    expect(closed).toEqual([{ resolution: 'acknowledged', closed_by: 'Mei of untaken', state: 'closed' }]);
  });
});
