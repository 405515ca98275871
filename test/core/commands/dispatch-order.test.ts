import { expect, test } from 'vitest';
import { bindSku } from '../../../core/commands/bind-sku.ts';
import { confirmShipment } from '../../../core/commands/confirm-shipment.ts';
import { dispatchOrder } from '../../../core/commands/dispatch-order.ts';
import { newId } from '../../../core/ids.ts';
import { insertProduct, insertStock } from '../../support/catalog.ts';
import { testDatabase } from '../../support/database.ts';
import { anOrder } from '../../support/orders.ts';
import {
  codeOf,
  dispatchNow,
  makeOrder,
  must,
  outgoingPorts,
  person,
  readOrder,
  stockOf,
  world,
} from '../../support/outgoing.ts';
import { platformError, testPlatform } from '../../support/platform.ts';

const database = await testDatabase();
const { sql } = database;

test('dispatch makes one outbound order with the recipe of that moment, and allocates its stock', async () => {
  const { ports, jobs } = outgoingPorts(database);
  const w = await world(sql);
  const { orderId } = await makeOrder(sql, w, { quantities: [3, 1] });
  const done = must(await dispatchNow(ports, w, orderId));
  expect(done.version).toBe(2);
  const order = await readOrder(ports, w.merchantId, orderId);
  expect(order.status).toBe('processing');
  expect(order.outbound).toMatchObject([
    {
      id: done.outboundOrderId,
      number: done.outboundNumber,
      status: 'created',
      createdBy: 'Mei',
      lines: [
        { quantity: 3, components: [{ productId: w.productId, perUnit: 2 }] },
        { quantity: 1, components: [{ productId: w.productId, perUnit: 2 }] },
      ],
    },
  ]);
  expect(await stockOf(sql, w)).toEqual({ onHand: 100, allocated: 8 });
  const ledger =
    await sql`select kind, allocated_delta, actor_name, via from inventory_ledger where merchant_id = ${w.merchantId}`;
  expect(ledger).toMatchObject([{ kind: 'allocate', allocated_delta: 8, actor_name: 'Mei', via: 'web' }]);
  const history = await sql`select event, actor_name, via, before, after from audit_events where order_id = ${orderId}`;
  expect(history).toMatchObject([
    {
      event: 'order.dispatched',
      actor_name: 'Mei',
      via: 'web',
      before: { status: 'pending' },
      after: { status: 'processing' },
    },
  ]);
  expect(jobs.map((job) => job.task)).toContain('alert.settle');
});

test('a mapping bound anew leaves an order with the recipe it was dispatched with', async () => {
  const { ports } = outgoingPorts(database);
  const w = await world(sql);
  const { orderId } = await makeOrder(sql, w, { quantities: [3] });
  const { outboundOrderId } = must(await dispatchNow(ports, w, orderId));
  const { merchantId, storeId, productId } = w;
  const components = [{ productId, quantity: 5 }];
  must(await bindSku(ports, { actor: person('Mei'), merchantId, storeId, keyKind: 'sku', key: 'TEE-1', components }));
  expect((await readOrder(ports, merchantId, orderId)).outbound).toMatchObject([
    { lines: [{ quantity: 3, components: [{ productId, perUnit: 2 }] }] },
  ]);
  const parcel = { actor: person('Pia', 'warehouse'), merchantId, outboundOrderId, expectedVersion: 1 };
  must(await confirmShipment(ports, { ...parcel, trackingNumber: 'A' }));
  expect(await stockOf(sql, w)).toEqual({ onHand: 94, allocated: 0 });
});

test('the second of two people who dispatch from an old page is told who did it and when', async () => {
  const { ports } = outgoingPorts(database);
  const w = await world(sql);
  const { orderId } = await makeOrder(sql, w);
  const input = {
    merchantId: w.merchantId,
    orderId,
    expectedVersion: 1,
    warehouseId: w.warehouse.warehouseId,
    shippingChannelId: w.warehouse.channelId,
  };
  must(await dispatchOrder(ports, { ...input, actor: person('Mei') }));
  const second = await dispatchOrder(ports, { ...input, actor: person('Tom') });
  expect(second).toMatchObject({ ok: false, error: { code: 'already_dispatched' } });
  expect(second.ok ? '' : second.error.message).toMatch(/^Already dispatched by Mei, 09:00 \(OB-\d+\)\.$/);
});

test('two people who dispatch at the same instant get one outbound order', async () => {
  const { ports } = outgoingPorts(database);
  const w = await world(sql);
  const { orderId } = await makeOrder(sql, w, { quantities: [2] });
  const results = await Promise.all([
    dispatchNow(ports, w, orderId),
    dispatchNow(ports, w, orderId),
    dispatchNow(ports, w, orderId),
  ]);
  expect(results.map(codeOf).sort()).toEqual(['already_dispatched', 'already_dispatched', 'ok']);
  const order = await readOrder(ports, w.merchantId, orderId);
  expect(order.outbound).toHaveLength(1);
  expect(await stockOf(sql, w)).toEqual({ onHand: 100, allocated: 4 });
});

test('a SKU bound in the dialog is mapped for the whole store and releases what waited for it', async () => {
  const { ports } = outgoingPorts(database);
  const w = await world(sql);
  const held = async () => {
    const made = await makeOrder(sql, w, { sku: 'NEW-1' });
    await sql`insert into holds (id, merchant_id, store_id, order_id, code, origin, subject, detail, opened_at, opened_by)
      values (${newId()}, ${w.merchantId}, ${w.storeId}, ${made.orderId}, 'sku_unmapped', 'derived', 'NEW-1',
        '{"keyKind":"sku"}'::jsonb, now(), 'Holdfast')`;
    await sql`update orders set open_hold_count = 1 where id = ${made.orderId}`;
    return made;
  };
  const [first, other] = [await held(), await held()];
  expect(codeOf(await dispatchNow(ports, w, first.orderId))).toBe('sku_unmapped');
  const bindings = [{ lineId: first.lineIds[0] ?? '', components: [{ productId: w.productId, quantity: 5 }] }];
  must(await dispatchNow(ports, w, first.orderId, { bindings }));
  expect(await stockOf(sql, w)).toEqual({ onHand: 100, allocated: 5 });
  const rows = await sql`select id, open_hold_count from orders where merchant_id = ${w.merchantId} order by id`;
  expect(rows.map((row) => row.open_hold_count)).toEqual([0, 0]);
  must(await dispatchNow(ports, w, other.orderId));
});

test('a refused dispatch leaves no binding behind', async () => {
  const { ports } = outgoingPorts(database);
  const w = await world(sql, 3);
  const { orderId, lineIds } = await makeOrder(sql, w, { sku: 'NEW-2', quantities: [2] });
  const bindings = [{ lineId: lineIds[0] ?? '', components: [{ productId: w.productId, quantity: 5 }] }];
  expect(codeOf(await dispatchNow(ports, w, orderId, { bindings }))).toBe('stock_short');
  const mappings = await sql`select key from sku_mappings where merchant_id = ${w.merchantId}`;
  expect(mappings.map((row) => row.key)).toEqual(['TEE-1']);
});

test('an order stays held for what dispatch cannot cure', async () => {
  const { ports } = outgoingPorts(database);
  const w = await world(sql);
  const { orderId } = await makeOrder(sql, w);
  await sql`insert into holds (id, merchant_id, store_id, order_id, code, origin, subject, opened_at, opened_by)
    values (${newId()}, ${w.merchantId}, ${w.storeId}, ${orderId}, 'address_incomplete', 'derived', 'zip', now(), 'Holdfast'),
      (${newId()}, ${w.merchantId}, ${w.storeId}, ${orderId}, 'shipping_method_unmapped', 'derived', 'express', now(), 'Holdfast')`;
  const refused = await dispatchNow(ports, w, orderId);
  expect(refused).toMatchObject({ ok: false, error: { code: 'held' } });
  expect(refused.ok ? '' : refused.error.message).toContain('Missing required recipient address fields');
  expect(refused.ok ? '' : refused.error.message).not.toContain('express');
  await sql`update holds set closed_at = now() where order_id = ${orderId} and code = 'address_incomplete'`;
  must(await dispatchNow(ports, w, orderId));
  const holds = await sql`select code, resolution from holds where order_id = ${orderId} and resolution is not null`;
  expect(holds).toMatchObject([{ code: 'shipping_method_unmapped', resolution: 'dispatched' }]);
});

test('short stock refuses, is kept as a hold, and ends when another warehouse has it', async () => {
  const { ports } = outgoingPorts(database);
  const w = await world(sql, 3);
  const { orderId } = await makeOrder(sql, w, { quantities: [2] });
  const refused = await dispatchNow(ports, w, orderId);
  expect(refused).toMatchObject({ ok: false, error: { code: 'stock_short', field: 'warehouseId' } });
  expect(refused.ok ? '' : refused.error.message).toContain('TS-1: 3 of 4');
  const before = await readOrder(ports, w.merchantId, orderId);
  expect(before.openHolds).toMatchObject([{ code: 'stock_short', origin: 'dispatch', subject: 'TS-1' }]);
  expect(before.version).toBe(1);
  expect(await stockOf(sql, w)).toEqual({ onHand: 3, allocated: 0 });
  await sql`update inventory set on_hand = 10 where merchant_id = ${w.merchantId}`;
  must(await dispatchNow(ports, w, orderId));
  expect((await readOrder(ports, w.merchantId, orderId)).openHolds).toEqual([]);
});

test('only an admin may dispatch more than is there, and says why', async () => {
  const { ports } = outgoingPorts(database);
  const w = await world(sql, 1);
  const { orderId } = await makeOrder(sql, w, { quantities: [2] });
  const override = { note: 'Delivery arrives at noon' };
  expect(codeOf(await dispatchNow(ports, w, orderId, { override }))).toBe('not_permitted');
  expect(codeOf(await dispatchNow(ports, w, orderId, { override: { note: ' ' }, actor: person('Ada', 'admin') }))).toBe(
    'invalid_input',
  );
  must(await dispatchNow(ports, w, orderId, { override, actor: person('Ada', 'admin') }));
  expect(await stockOf(sql, w)).toEqual({ onHand: 1, allocated: 4 });
  const [event] = await sql`select note from audit_events where order_id = ${orderId} and event = 'order.dispatched'`;
  expect(event?.note).toBe('Delivery arrives at noon');
});

test('a warehouse that allows backorders takes more than it has', async () => {
  const { ports } = outgoingPorts(database);
  const w = await world(sql, 0);
  await sql`update warehouses set allows_backorder = true where id = ${w.warehouse.warehouseId}`;
  const { orderId } = await makeOrder(sql, w);
  must(await dispatchNow(ports, w, orderId));
  expect(await stockOf(sql, w)).toEqual({ onHand: 0, allocated: 2 });
});

test('without a service, with a disabled warehouse or channel, or a channel of another warehouse nothing leaves', async () => {
  const { ports } = outgoingPorts(database);
  const w = await world(sql);
  const elsewhere = await world(sql);
  const { orderId } = await makeOrder(sql, w);
  const { warehouseId, channelId } = w.warehouse;
  const other = elsewhere.warehouse;
  expect(codeOf(await dispatchNow(ports, w, orderId, { shippingChannelId: other.channelId }))).toBe('not_found');
  expect(
    codeOf(
      await dispatchNow(ports, w, orderId, { warehouseId: other.warehouseId, shippingChannelId: other.channelId }),
    ),
  ).toBe('no_service');
  await sql`update shipping_channels set enabled = false where id = ${channelId}`;
  expect(codeOf(await dispatchNow(ports, w, orderId))).toBe('channel_disabled');
  await sql`update warehouses set enabled = false where id = ${warehouseId}`;
  expect(codeOf(await dispatchNow(ports, w, orderId))).toBe('warehouse_disabled');
  expect((await readOrder(ports, w.merchantId, orderId)).outbound).toEqual([]);
});

test('a cash-on-delivery order goes only to a channel that collects, with the amount', async () => {
  const { ports } = outgoingPorts(database);
  const w = await world(sql);
  const { orderId } = await makeOrder(sql, w, { paymentRecord: 'cash_on_delivery', codAmount: '84.50' });
  expect(await dispatchNow(ports, w, orderId)).toMatchObject({
    ok: false,
    error: { code: 'channel_collects_no_cash' },
  });
  await sql`update shipping_channels set cash_on_delivery = true where id = ${w.warehouse.channelId}`;
  const { outboundOrderId } = must(await dispatchNow(ports, w, orderId));
  const [row] = await sql`select cod_amount, currency from outbound_orders where id = ${outboundOrderId}`;
  expect(row).toMatchObject({ cod_amount: '84.5000', currency: 'USD' });
});

test('a payment type that a person called cash on delivery collects too', async () => {
  const { ports } = outgoingPorts(database);
  const w = await world(sql);
  const { orderId } = await makeOrder(sql, w, { paymentRecord: 'unknown' });
  await sql`update orders set payment_method = ' pay later ' where id = ${orderId}`;
  await sql`insert into payment_classifications (id, merchant_id, store_id, payment_method, class, created_by)
    values (${newId()}, ${w.merchantId}, ${w.storeId}, 'pay later', 'cash_on_delivery', 'Mei')`;
  expect(codeOf(await dispatchNow(ports, w, orderId))).toBe('channel_collects_no_cash');
});

const pdf = (size = 100): Uint8Array => {
  const body = new Uint8Array(size);
  body.set(new TextEncoder().encode('%PDF-1.7\n'));
  return body;
};

test('a self-pickup channel wants a PDF of at most 10 MB, by content, and a tracking number', async () => {
  const { ports } = outgoingPorts(database);
  const w = await world(sql);
  await sql`update shipping_channels set self_pickup = true where id = ${w.warehouse.channelId}`;
  const { orderId } = await makeOrder(sql, w);
  const trackingNumber = ' 7-11 00042 ';
  const label = { name: '../../label.pdf', body: pdf() };
  expect(codeOf(await dispatchNow(ports, w, orderId, { trackingNumber }))).toBe('label_missing');
  const png = { name: 'label.pdf', body: new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 0]) };
  expect(codeOf(await dispatchNow(ports, w, orderId, { trackingNumber, label: png }))).toBe('label_not_pdf');
  const large = { name: 'label.pdf', body: pdf(10 * 1024 * 1024 + 1) };
  expect(codeOf(await dispatchNow(ports, w, orderId, { trackingNumber, label: large }))).toBe('label_too_large');
  expect(codeOf(await dispatchNow(ports, w, orderId, { label }))).toBe('tracking_missing');
  const { outboundOrderId } = must(await dispatchNow(ports, w, orderId, { trackingNumber, label }));
  const [row] = await sql`select o.tracking_number, f.name, f.size, f.content_type from outbound_orders o
    join files f on f.id = o.label_file_id where o.id = ${outboundOrderId}`;
  expect(row).toMatchObject({
    tracking_number: '7-11 00042',
    name: '....label.pdf',
    size: 100,
    content_type: 'application/pdf',
  });
});

test('an order of another merchant does not exist, and a viewer may not dispatch', async () => {
  const { ports } = outgoingPorts(database);
  const [w, other] = [await world(sql), await world(sql)];
  const { orderId } = await makeOrder(sql, other);
  const input = {
    merchantId: w.merchantId,
    orderId,
    expectedVersion: 1,
    warehouseId: w.warehouse.warehouseId,
    shippingChannelId: w.warehouse.channelId,
  };
  expect(codeOf(await dispatchOrder(ports, { ...input, actor: person('Mei') }))).toBe('not_found');
  expect(codeOf(await dispatchOrder(ports, { ...input, actor: person('Vic', 'viewer') }))).toBe('not_permitted');
  expect(codeOf(await dispatchOrder(ports, { ...input, orderId: 'x', actor: person('Mei') }))).toBe('invalid_input');
});

test('an old sync is asked about once more; an answer in time, or dispatched without and said so', async () => {
  const platform = testPlatform();
  const { ports } = outgoingPorts(database, platform);
  const w = await world(sql);
  await sql`update stores set synced_until = '2026-11-21T08:00:00Z', freshness_seconds = 900 where id = ${w.storeId}`;
  const [asked, unreachable] = [await makeOrder(sql, w), await makeOrder(sql, w)];
  platform.answer = (ids) => ({
    orders: ids.map((platformOrderId) => ({ ok: true, order: anOrder({ platformOrderId }), raw: '{}' })),
    missing: [],
  });
  expect(must(await dispatchNow(ports, w, asked.orderId)).notAsked).toBeNull();
  platform.fail('fetchByIds', platformError('retryable'));
  expect(must(await dispatchNow(ports, w, unreachable.orderId)).notAsked).toContain('could not be asked');
  expect(platform.calls).toEqual(['fetchByIds', 'fetchByIds']);
});

test('an order that the platform no longer shows is not dispatched', async () => {
  const platform = testPlatform();
  const { ports } = outgoingPorts(database, platform);
  const w = await world(sql);
  await sql`update stores set synced_until = null where id = ${w.storeId}`;
  const { orderId } = await makeOrder(sql, w);
  platform.answer = (ids) => ({ orders: [], missing: ids.map((number) => ({ number, reason: 'deleted' })) });
  expect(codeOf(await dispatchNow(ports, w, orderId))).toBe('gone_at_platform');
});

test('a line is never sent again beyond what was ordered and not cancelled', async () => {
  const { ports } = outgoingPorts(database);
  const w = await world(sql);
  const { orderId, lineIds } = await makeOrder(sql, w, { quantities: [5] });
  await sql`update order_lines set quantity_cancelled = 1, platform_quantity_shipped = 2 where id = ${lineIds[0] ?? ''}`;
  must(await dispatchNow(ports, w, orderId));
  const order = await readOrder(ports, w.merchantId, orderId);
  expect(order.outbound[0]?.lines.map((line) => line.quantity)).toEqual([2]);
});

test('a second product of a bundle that is short refuses the whole order', async () => {
  const { ports } = outgoingPorts(database);
  const w = await world(sql);
  const rare = await insertProduct(sql, w.merchantId, { sku: 'RARE' });
  await insertStock(sql, w.merchantId, { warehouseId: w.warehouse.warehouseId, productId: rare, onHand: 1 });
  await sql`insert into mapping_components (merchant_id, mapping_id, product_id, quantity) values (${w.merchantId}, ${w.mappingId}, ${rare}, 1)`;
  const { orderId } = await makeOrder(sql, w, { quantities: [2] });
  expect(codeOf(await dispatchNow(ports, w, orderId))).toBe('stock_short');
  expect(await stockOf(sql, w)).toEqual({ onHand: 100, allocated: 0 });
});
