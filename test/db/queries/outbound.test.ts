import { expect, test } from 'vitest';
import { newId } from '../../../core/ids.ts';
import { createCatalogQueries } from '../../../db/queries/catalog.ts';
import { insertMapping, insertOutbound, insertProduct, insertWarehouse } from '../../support/catalog.ts';
import { testDatabase } from '../../support/database.ts';
import { insertHold, insertStore } from '../../support/rows.ts';

const { db, sql } = await testDatabase();
const queries = createCatalogQueries(db);

async function workplace() {
  const store = await insertStore(sql);
  const warehouse = await insertWarehouse(sql, [store.merchantId]);
  const productId = await insertProduct(sql, store.merchantId, { sku: 'TEE-BLK', barcode: '471001' });
  const mappingId = await insertMapping(sql, store, { key: 'TEE', components: [{ productId, quantity: 3 }] });
  const dispatched = (more: Partial<Parameters<typeof insertOutbound>[3]> = {}) =>
    insertOutbound(sql, store, warehouse, { productId, mappingId, ...more });
  return {
    store,
    warehouse,
    productId,
    dispatched,
    scopes: [{ merchantId: store.merchantId, warehouseIds: 'all' as const }],
  };
}

test('the work list starts with what waits longest and leaves finished orders out', async () => {
  const { dispatched, scopes } = await workplace();
  await dispatched({ number: '#2', createdAt: new Date('2026-11-21T08:02:00Z') });
  await dispatched({ number: '#1', createdAt: new Date('2026-11-21T08:01:00Z'), outboundStatus: 'picking' });
  await dispatched({ number: '#3', createdAt: new Date('2026-11-21T08:00:00Z'), outboundStatus: 'shipped' });
  const list = await queries.listOutbound({ scopes });
  expect(list.rows.map((row) => row.orderNumber)).toEqual(['#1', '#2']);
  expect(list.rows[0]).toMatchObject({
    contents: 'TEE-BLK × 6',
    unitsLeft: 6,
    lineCount: 1,
    city: 'Portland',
    carrierName: 'UPS',
  });
});

test('the list goes on exactly where a page ended, whatever was added meanwhile', async () => {
  const { dispatched, scopes } = await workplace();
  for (let minute = 0; minute < 5; minute += 1) {
    await dispatched({
      number: `#${minute}`,
      createdAt: new Date(Date.UTC(2026, 10, 21, 8, minute)),
      outboundStatus: minute % 2 ? 'packed' : 'created',
    });
  }
  const first = await queries.listOutbound({ scopes, limit: 2 });
  await dispatched({ number: '#early', createdAt: new Date('2026-11-20T08:00:00Z') });
  const second = await queries.listOutbound({ scopes, limit: 2, cursor: first.nextCursor });
  const third = await queries.listOutbound({ scopes, limit: 2, cursor: second.nextCursor });
  expect([first, second, third].flatMap((page) => page.rows.map((row) => row.orderNumber))).toEqual([
    '#0',
    '#1',
    '#2',
    '#3',
    '#4',
  ]);
  expect(third.nextCursor).toBeNull();
});

test('an outbound order is found by its number, its order number and its tracking number', async () => {
  const { dispatched, scopes, store, warehouse } = await workplace();
  const one = await dispatched({ number: '#7042' });
  await dispatched({ number: '#9999' });
  const shipmentId = newId();
  await sql`insert into shipments (id, merchant_id, order_id, outbound_order_id, carrier_id, carrier_name, tracking_number, shipped_at, created_by)
    values (${shipmentId}, ${store.merchantId}, ${one.orderId}, ${one.outboundOrderId}, ${warehouse.carrierId}, 'UPS', '1Z999', now(), 'Mei')`;
  const detail = await queries.showOutbound({ scopes, outboundOrderId: one.outboundOrderId });
  for (const text of ['7042', '#7042', '1Z999', `OB-${detail?.number}`, `${detail?.number}`]) {
    const list = await queries.listOutbound({ scopes, text });
    expect(
      list.rows.map((row) => row.id),
      text,
    ).toEqual([one.outboundOrderId]);
  }
  expect((await queries.listOutbound({ scopes, text: "100%_'" })).rows).toEqual([]);
});

test('a page of one outbound order says what to pick, for whom, and what left', async () => {
  const { dispatched, scopes, store, warehouse, productId } = await workplace();
  const one = await dispatched({ quantity: 2 });
  const shipmentId = newId();
  await sql`insert into shipments (id, merchant_id, order_id, outbound_order_id, carrier_id, carrier_name, tracking_number, shipped_at, created_by)
    values (${shipmentId}, ${store.merchantId}, ${one.orderId}, ${one.outboundOrderId}, ${warehouse.carrierId}, 'UPS', '1Z1', now(), 'Mei')`;
  await sql`insert into shipment_lines (merchant_id, shipment_id, order_line_id, quantity) values (${store.merchantId}, ${shipmentId}, ${one.orderLineId}, 1)`;
  await sql`insert into writebacks (id, merchant_id, store_id, authorization_id, order_id, shipment_id, kind, state)
    values (${newId()}, ${store.merchantId}, ${store.storeId}, ${store.authorizationId}, ${one.orderId}, ${shipmentId}, 'shipment', 'accepted')`;
  const detail = await queries.showOutbound({ scopes, outboundOrderId: one.outboundOrderId });
  expect(detail?.lines).toEqual([
    {
      id: one.lineId,
      orderLineId: one.orderLineId,
      name: 'A tee',
      platformSku: 'TEE',
      quantity: 2,
      quantityShipped: 0,
      components: [{ productId, sku: 'TEE-BLK', name: 'TEE-BLK', barcode: '471001', perUnit: 3 }],
    },
  ]);
  expect(detail?.recipient).toMatchObject({ name: 'Ann Lee', address1: '1 Main St', zip: null });
  expect(detail?.shipments).toMatchObject([
    {
      trackingNumber: '1Z1',
      trackingUrl: 'https://ups.example/1Z1',
      writeback: { state: 'accepted' },
      lines: [{ name: 'A tee', quantity: 1 }],
    },
  ]);
  expect(detail?.shipments[0]?.shippedAt).toBeInstanceOf(Date);
});

test('nobody sees the outbound orders of another merchant or of a warehouse that is not theirs', async () => {
  const mine = await workplace();
  const theirs = await workplace();
  const foreign = await theirs.dispatched({ number: '#7777' });
  const elsewhere = await insertWarehouse(sql, [mine.store.merchantId], 'Rotterdam');
  const own = await mine.dispatched();
  const { scopes } = mine;
  expect(await queries.showOutbound({ scopes, outboundOrderId: foreign.outboundOrderId })).toBeNull();
  expect((await queries.listOutbound({ scopes, text: '#7777' })).rows).toEqual([]);
  const narrow = [{ merchantId: mine.store.merchantId, warehouseIds: [elsewhere.warehouseId] }];
  expect(await queries.showOutbound({ scopes: narrow, outboundOrderId: own.outboundOrderId })).toBeNull();
  expect((await queries.listOutbound({ scopes: narrow })).rows).toEqual([]);
  expect((await queries.countOutbound({ scopes: narrow })).byStatus.created).toBe(0);
  expect((await queries.countOutbound({ scopes })).byStatus.created).toBe(1);
  expect(
    await queries.showOutbounds({ scopes, outboundOrderIds: [foreign.outboundOrderId, own.outboundOrderId] }),
  ).toHaveLength(1);
});

test('marked orders are found by what needs attention, and counted', async () => {
  const { dispatched, scopes } = await workplace();
  const marked = await dispatched();
  await dispatched();
  await sql`update outbound_orders set exception_reason = 'short by 1' where id = ${marked.outboundOrderId}`;
  const list = await queries.listOutbound({ scopes, attention: true });
  expect(list.rows.map((row) => row.exceptionReason)).toEqual(['short by 1']);
  expect((await queries.countOutbound({ scopes })).exceptions).toBe(1);
});

test('a row says what stands in its way: holds the warehouse must heed, and changes after dispatch', async () => {
  const { dispatched, scopes, store } = await workplace();
  const held = await dispatched();
  const changed = await dispatched();
  for (const code of ['cancellation_requested', 'shipping_method_unmapped'] as const) {
    await insertHold(sql, store, held.orderId, { code, subject: 'buyer', detail: {} });
  }
  await sql`insert into order_exceptions (id, merchant_id, store_id, order_id, code, message, opened_at)
    values (${newId()}, ${store.merchantId}, ${store.storeId}, ${changed.orderId}, 'platform_changed_after_dispatch', 'The address changed.', now())`;
  await sql`update orders set open_exception_count = 1 where id = ${changed.orderId}`;
  const { rows } = await queries.listOutbound({ scopes });
  const row = (id: string) => rows.find((one) => one.id === id);
  expect(row(held.outboundOrderId)).toMatchObject({ holds: [{ code: 'cancellation_requested' }], platformChanges: [] });
  expect(row(changed.outboundOrderId)).toMatchObject({ holds: [], platformChanges: ['The address changed.'] });
  const detail = await queries.showOutbound({ scopes, outboundOrderId: held.outboundOrderId });
  expect(detail?.holds.map(({ code }) => code)).toEqual(['cancellation_requested']);
});

test('as many exceptions are counted as are listed, refused recalls among them', async () => {
  const { dispatched, scopes } = await workplace();
  const refused = await dispatched({ outboundStatus: 'picking' });
  const marked = await dispatched();
  await dispatched();
  await sql`update outbound_orders set recall = 'refused' where id = ${refused.outboundOrderId}`;
  await sql`update outbound_orders set exception_reason = 'Item missing' where id = ${marked.outboundOrderId}`;
  const listed = await queries.listOutbound({ scopes, attention: true });
  expect(listed.rows).toHaveLength(2);
  expect((await queries.countOutbound({ scopes })).exceptions).toBe(2);
});
