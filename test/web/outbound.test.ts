import { expect, test } from 'vitest';
import { newId } from '../../core/ids.ts';
import { insertWarehouse } from '../support/catalog.ts';
import { testDatabase } from '../support/database.ts';
import { orderPages } from '../support/order-pages.ts';
import { dispatchNow, makeOrder, must, outgoingPorts, world } from '../support/outgoing.ts';

const database = await testDatabase();
const { sql } = database;
const pages = orderPages(database);
const { ports } = outgoingPorts(database);

const words = (html: string): string => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');

/** A shop with one dispatched order of two lines (2 and 1 pieces), to be shipped to Ann Lee. */
async function dispatched(number = `#${newId().slice(-6)}`) {
  const shop = await world(sql);
  const order = await makeOrder(sql, shop, { quantities: [2, 1], number });
  const recipientId = newId();
  await sql`insert into recipients (id, merchant_id, name, city, country, address1, zip, phone)
    values (${recipientId}, ${shop.merchantId}, 'Ann <b>Lee</b>', 'Portland', 'US', '1 Main St', '97201', '+1 555 0100')`;
  await sql`update orders set recipient_id = ${recipientId} where id = ${order.orderId}`;
  const outbound = must(await dispatchNow(ports, shop, order.orderId));
  return { shop, order, number, id: outbound.outboundOrderId, name: `OB-${outbound.outboundNumber}` };
}

const lineInputs = (html: string): string[] =>
  [...html.matchAll(/name="(quantity:[^"]+)"/g)].map((match) => match[1] ?? '');
const versionIn = (html: string): string => /name="version" value="(\d+)"/.exec(html)?.[1] ?? '';

test('the work list shows what to pick, for whom, and the next step', async () => {
  const { shop, id, name, number } = await dispatched();
  const wes = await pages.visitor('Wes', shop.merchantId, 'warehouse');
  const list = await wes.get('/outbound');
  expect(list.status).toBe(200);
  expect(words(list.body)).toContain(`${name} ${number} · Northwind US To pick TS-1 × 6 Portland, US Reno`);
  expect(list.body).toContain(`formaction="/outbound/${id}/advance"`);
});

test('a step is one post; a stale one says who was faster and changes nothing', async () => {
  const { shop, id, name } = await dispatched();
  const wes = await pages.visitor('Wes', shop.merchantId, 'warehouse');
  const first = await wes.post(`/outbound/${id}/advance`, { step: 'picking:1' });
  expect([first.status, first.headers.get('location')]).toEqual([303, '/outbound']);
  const stale = await wes.post(
    `/outbound/${id}/advance`,
    { step: 'packed:1' },
    { 'hx-request': 'true', 'hx-request-type': 'partial' },
  );
  expect(stale.status).toBe(409);
  expect(words(stale.body)).toContain(`${name} was changed meanwhile by Wes`);
  expect(stale.body.trimStart().startsWith('<tr')).toBe(true);
  const [row] = await sql`select status from outbound_orders where id = ${id}`;
  expect(row?.status).toBe('picking');
});

test('a parcel with a part of the goods leaves the rest to be shipped', async () => {
  const { shop, id } = await dispatched();
  const wes = await pages.visitor('Wes', shop.merchantId, 'warehouse');
  const form = await wes.get(`/outbound/${id}/ship`);
  const [first = '', second = ''] = lineInputs(form.body);
  const fields = { version: versionIn(form.body), trackingNumber: '1Z-1', [first]: '2', [second]: '0' };
  const shipped = await wes.post(`/outbound/${id}/ship`, fields);
  expect([shipped.status, shipped.headers.get('location')]).toEqual([303, `/outbound/${id}`]);
  const rest = await wes.get(`/outbound/${id}/ship`);
  expect(lineInputs(rest.body)).toHaveLength(1);
  await wes.post(`/outbound/${id}/ship`, { version: versionIn(rest.body), trackingNumber: '1Z-2' });
  const page = words((await wes.get(`/outbound/${id}`)).body);
  expect(page).toContain('Shipped');
  expect(page).toContain('2 shipments');
});

test('a number that another order has is asked about, and goes with a note', async () => {
  const { shop, id } = await dispatched();
  const second = await makeOrder(sql, shop, { number: '#second' });
  const other = must(await dispatchNow(ports, shop, second.orderId));
  const wes = await pages.visitor('Wes', shop.merchantId, 'warehouse');
  await wes.post(`/outbound/${other.outboundOrderId}/ship`, { version: '1', trackingNumber: '1Z-1' });
  const fields = { version: versionIn((await wes.get(`/outbound/${id}/ship`)).body), trackingNumber: '1Z-1' };
  expect((await wes.get(`/outbound/${id}/ship`)).body).not.toContain('name="override"');
  const asked = await wes.post(`/outbound/${id}/ship`, fields);
  expect([asked.status, asked.body.includes('name="override"')]).toEqual([422, true]);
  expect(words(asked.body)).toContain('Order #second (UPS, shipped');
  const shipped = await wes.post(`/outbound/${id}/ship`, { ...fields, override: 'One box for both' });
  expect(shipped.status).toBe(303);
});

test('a refused parcel keeps what was typed and names the field', async () => {
  const { shop, id } = await dispatched();
  const wes = await pages.visitor('Wes', shop.merchantId, 'warehouse');
  const form = await wes.get(`/outbound/${id}/ship`);
  const [first = '', second = ''] = lineInputs(form.body);
  const version = versionIn(form.body);
  const empty = await wes.post(`/outbound/${id}/ship`, { version, trackingNumber: ' ', service: 'Overnight' });
  expect(empty.status).toBe(422);
  expect(empty.body).toContain('href="#f-trackingNumber"');
  expect(empty.body).toContain('value="Overnight"');
  const nothing = await wes.post(`/outbound/${id}/ship`, {
    version,
    trackingNumber: '1Z',
    [first]: '0',
    [second]: '0',
  });
  expect([nothing.status, words(nothing.body).includes('Put at least one piece into the parcel')]).toEqual([422, true]);
  const tooMany = await wes.post(`/outbound/${id}/ship`, {
    version,
    trackingNumber: '1Z',
    [first]: '99',
    [second]: '1',
  });
  expect(tooMany.status).toBe(422);
  expect(tooMany.body).toContain('value="99"');
  const [row] = await sql`select count(*)::int as count from shipments where outbound_order_id = ${id}`;
  expect(row?.count).toBe(0);
});

test('several are started at once; one that cannot be started does not stop the others', async () => {
  const { shop, id } = await dispatched();
  const more = await makeOrder(sql, shop, { number: '#second' });
  const second = must(await dispatchNow(ports, shop, more.orderId));
  const wes = await pages.visitor('Wes', shop.merchantId, 'warehouse');
  await wes.post(`/outbound/${id}/mark-exception`, { quick: 'Stock short', reason: 'by 1' });
  const started = await wes.post('/outbound/start-picking', {
    picks: [`${id}:2`, `${second.outboundOrderId}:1`, 'x:1'],
  });
  expect(started.status).toBe(422);
  expect(words(started.body)).toContain('Picking of 1 started.');
  expect(words(started.body)).toMatch(
    /1 outbound order could not be started OB-\d+ : OB-\d+ is marked: Stock short: by 1/,
  );
  const rows = await sql`select status from outbound_orders where merchant_id = ${shop.merchantId} order by number`;
  expect(rows.map((row) => row.status)).toEqual(['created', 'picking']);
});

test('the papers name what to take and where it goes, and are escaped', async () => {
  const { shop, id, name } = await dispatched();
  const wes = await pages.visitor('Wes', shop.merchantId, 'warehouse');
  const asked = await wes.post('/outbound/packing-slips', { picks: [`${id}:1`] });
  expect([asked.status, asked.headers.get('location')]).toEqual([303, `/outbound/packing-slips?picks=${id}`]);
  const slips = await wes.get(`/outbound/packing-slips?picks=${id}`);
  expect(slips.body).toContain('Ann &lt;b&gt;Lee&lt;/b&gt;');
  expect(words(slips.body)).toContain('1 Main St');
  const list = words((await wes.get(`/outbound/pick-list?picks=${id}`)).body);
  expect(list).toContain(`TS-1 Tee 6 ${name} × 6`);
  expect((await wes.get('/outbound/pick-list?picks=nothing')).status).toBe(404);
});

test('a viewer sees that an order leaves, not who lives where, and moves nothing', async () => {
  const { shop, id } = await dispatched();
  const viv = await pages.visitor('Viv', shop.merchantId, 'viewer');
  const page = await viv.get(`/outbound/${id}`);
  expect(page.status).toBe(200);
  for (const secret of ['Ann', '1 Main St', '555 0100']) expect(page.body).not.toContain(secret);
  expect(page.body).toContain('Portland');
  expect((await viv.get(`/outbound/packing-slips?picks=${id}`)).status).toBe(403);
  expect((await viv.get(`/outbound/${id}/ship`)).status).toBe(403);
  const post = await viv.post(`/outbound/${id}/advance`, { step: 'picking:1' });
  expect([post.status, words(post.body).includes('This needs the role warehouse, admin or owner')]).toEqual([
    403,
    true,
  ]);
});

test('a path to an outbound order of another merchant, or of another warehouse, leads nowhere', async () => {
  const { shop, id, number } = await dispatched();
  const other = await world(sql);
  const elsewhere = await insertWarehouse(sql, [shop.merchantId], 'Rotterdam');
  const stranger = await pages.visitor('Sam', other.merchantId, 'admin');
  const colleague = await pages.visitor('Col', shop.merchantId, 'warehouse', { warehouseIds: [elsewhere.warehouseId] });
  for (const visitor of [stranger, colleague]) {
    for (const path of [
      `/outbound/${id}`,
      `/outbound/${id}/ship`,
      `/outbound/${id}/label`,
      `/outbound/packing-slips?picks=${id}`,
    ]) {
      expect((await visitor.get(path)).status, path).toBe(404);
    }
    for (const path of ['advance', 'ship', 'mark-exception', 'clear-exception']) {
      const answer = await visitor.post(`/outbound/${id}/${path}`, {
        step: 'picking:1',
        trackingNumber: '1Z',
        version: '1',
        reason: 'x',
      });
      expect(answer.status, path).toBe(404);
    }
    expect((await visitor.get(`/outbound?q=${encodeURIComponent(number)}`)).body).not.toContain(`${number.slice(1)} ·`);
  }
  const [row] = await sql`select status, exception_reason from outbound_orders where id = ${id}`;
  expect(row).toMatchObject({ status: 'created', exception_reason: null });
});

test('a scanned number opens the one outbound order it names', async () => {
  const { shop, id, number } = await dispatched();
  const wes = await pages.visitor('Wes', shop.merchantId, 'warehouse');
  const found = await wes.get(`/outbound?q=${encodeURIComponent(number)}`);
  expect([found.status, found.headers.get('location')]).toEqual([303, `/outbound/${id}`]);
});

test('the label of a self-pickup order is handed out as a file to those who pack', async () => {
  const { shop, id } = await dispatched();
  const wes = await pages.visitor('Wes', shop.merchantId, 'warehouse');
  expect((await wes.get(`/outbound/${id}/label`)).status).toBe(404);
  const fileId = newId();
  await sql`insert into files (id, merchant_id, kind, name, content_type, size, sha256, body, purge_at)
    values (${fileId}, ${shop.merchantId}, 'label', 'étiquette.pdf', 'application/pdf', 4, 'x', ${Buffer.from('%PDF')}, now() + interval '1 day')`;
  await sql`update outbound_orders set label_file_id = ${fileId} where id = ${id}`;
  const label = await wes.get(`/outbound/${id}/label`);
  expect(label.body).toBe('%PDF');
  expect(label.headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''%C3%A9tiquette.pdf");
  const viv = await pages.visitor('Viv', shop.merchantId, 'viewer');
  expect((await viv.get(`/outbound/${id}/label`)).status).toBe(403);
});

test('a part is asked for by htmx and is the part alone', async () => {
  const { shop } = await dispatched();
  const wes = await pages.visitor('Wes', shop.merchantId, 'warehouse');
  const part = await wes.part('/outbound');
  expect(part.body.trimStart().startsWith('<div id="region"')).toBe(true);
  expect(part.body).not.toContain('<html');
});

test('warehouse people are led to their work, and offered only what they may open', async () => {
  const { shop } = await dispatched();
  const wes = await pages.visitor('Wes', shop.merchantId, 'warehouse');
  const start = await wes.get('/');
  expect([start.status, start.headers.get('location')]).toEqual([303, '/outbound']);
  const rail = /<nav id="rail"[\s\S]*?<\/nav>/.exec((await wes.get('/outbound')).body)?.[0] ?? '';
  const offered = [...rail.matchAll(/<li><a href="([^"]+)"/g)].map((match) => match[1] ?? '');
  expect(offered).toEqual(['/outbound', '/stock']);
  for (const path of offered) expect((await wes.get(path)).status, path).toBe(200);
  for (const path of ['/orders', '/held', '/mappings', '/sync-log', '/settings']) {
    expect((await wes.get(path)).status, path).toBe(403);
  }
});
