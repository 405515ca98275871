import { expect, test } from 'vitest';
import { acknowledgeException } from '../../../core/commands/acknowledge-exception.ts';
import { acknowledgePurchaseOrder } from '../../../core/commands/acknowledge-purchase-order.ts';
import { advanceOutbound } from '../../../core/commands/advance-outbound.ts';
import { cancelOrder } from '../../../core/commands/cancel-order.ts';
import { cancelRest } from '../../../core/commands/cancel-rest.ts';
import { clearOutboundException } from '../../../core/commands/clear-outbound-exception.ts';
import { confirmShipment } from '../../../core/commands/confirm-shipment.ts';
import { manualShip } from '../../../core/commands/manual-ship.ts';
import { markOutboundException } from '../../../core/commands/mark-outbound-exception.ts';
import { previewDispatch } from '../../../core/commands/preview-dispatch.ts';
import { resumeParkedWritebacks } from '../../../core/commands/resume-parked-writebacks.ts';
import { sendWriteback } from '../../../core/commands/send-writeback.ts';
import { undoCancel } from '../../../core/commands/undo-cancel.ts';
import { undoDispatch } from '../../../core/commands/undo-dispatch.ts';
import { newId } from '../../../core/ids.ts';
import { testDatabase } from '../../support/database.ts';
import {
  codeOf,
  type DeskPorts,
  dispatchNow,
  makeOrder,
  must,
  outgoingPorts,
  person,
  readOrder,
  stockOf,
  type World,
  world,
} from '../../support/outgoing.ts';
import { platformError, testPlatform } from '../../support/platform.ts';

const database = await testDatabase();
const { sql } = database;
const mei = person('Mei');
const packer = person('Pia', 'warehouse');

const on = (w: World, orderId: string, actor = mei) => ({ actor, merchantId: w.merchantId, orderId });

async function cancelNow(
  ports: DeskPorts,
  w: World,
  orderId: string,
  over: { atPlatform?: boolean; actor?: typeof mei } = {},
) {
  const { version } = await readOrder(ports, w.merchantId, orderId);
  const { atPlatform = false, actor = mei } = over;
  return cancelOrder(ports, { ...on(w, orderId, actor), expectedVersion: version, atPlatform, reason: 'Out of stock' });
}

test('an undone dispatch is where it was: outbound order gone, stock free, method held again', async () => {
  const { ports, clock } = outgoingPorts(database);
  const w = await world(sql);
  const { orderId } = await makeOrder(sql, w, { quantities: [2] });
  await sql`update stores set requires_method_mapping = true where id = ${w.storeId}`;
  const recipientId = newId();
  await sql`insert into recipients (id, merchant_id, name, country, city, address1, zip)
    values (${recipientId}, ${w.merchantId}, 'Ada', 'DE', 'Berlin', 'Street 1', '10115')`;
  await sql`update orders set shipping_method = 'express', recipient_id = ${recipientId} where id = ${orderId}`;
  await sql`insert into holds (id, merchant_id, store_id, order_id, code, origin, subject, opened_at, opened_by)
    values (${newId()}, ${w.merchantId}, ${w.storeId}, ${orderId}, 'shipping_method_unmapped', 'derived', 'express', now(), 'Holdfast')`;
  const tom = person('Tom');
  const { outboundOrderId } = must(await dispatchNow(ports, w, orderId, { actor: mei }));
  clock.pass(29_000);
  expect(codeOf(await undoDispatch(ports, on(w, orderId, tom)))).toBe('undo_not_yours');
  const undone = must(await undoDispatch(ports, on(w, orderId)));
  const order = await readOrder(ports, w.merchantId, orderId);
  expect(undone).toEqual({ version: order.version, status: 'pending' });
  expect(order.outbound).toMatchObject([{ id: outboundOrderId, status: 'cancelled', recall: 'recalled' }]);
  expect(order.openHolds).toMatchObject([{ code: 'shipping_method_unmapped' }]);
  expect([order.warehouseId, order.dispatchedAt]).toEqual([null, null]);
  expect(await stockOf(sql, w)).toEqual({ onHand: 100, allocated: 0 });
  const kinds =
    await sql`select kind, allocated_delta from inventory_ledger where merchant_id = ${w.merchantId} order by id`;
  expect(kinds.map((row) => [row.kind, row.allocated_delta])).toEqual([
    ['allocate', 4],
    ['release', -4],
  ]);
  must(await dispatchNow(ports, w, orderId));
  expect(codeOf(await undoDispatch(ports, on(w, orderId)))).toBe('undo_not_yours');
});

test('an undo comes too late after thirty seconds, or once the warehouse has begun', async () => {
  const { ports, clock } = outgoingPorts(database);
  const w = await world(sql);
  const [late, begun] = [await makeOrder(sql, w), await makeOrder(sql, w)];
  must(await dispatchNow(ports, w, late.orderId, { actor: mei }));
  const { outboundOrderId } = must(await dispatchNow(ports, w, begun.orderId, { actor: mei }));
  must(
    await advanceOutbound(ports, {
      actor: packer,
      merchantId: w.merchantId,
      outboundOrderId,
      expectedVersion: 1,
      to: 'picking',
    }),
  );
  expect(codeOf(await undoDispatch(ports, on(w, begun.orderId)))).toBe('warehouse_begun');
  clock.pass(30_001);
  expect(codeOf(await undoDispatch(ports, on(w, late.orderId)))).toBe('undo_too_late');
});

test('cancelling takes outbound order and stock along; undone, the order goes back to the warehouse', async () => {
  const { ports, platform } = outgoingPorts(database);
  const w = await world(sql);
  const { orderId } = await makeOrder(sql, w, { quantities: [3] });
  must(await dispatchNow(ports, w, orderId));
  must(await cancelNow(ports, w, orderId));
  expect(await stockOf(sql, w)).toEqual({ onHand: 100, allocated: 0 });
  expect(await readOrder(ports, w.merchantId, orderId)).toMatchObject({
    status: 'cancelled',
    outbound: [{ status: 'cancelled' }],
  });
  expect(must(await undoCancel(ports, on(w, orderId))).status).toBe('processing');
  expect(await readOrder(ports, w.merchantId, orderId)).toMatchObject({
    status: 'processing',
    cancelledAt: null,
    outbound: [{ status: 'created', recall: 'none' }],
  });
  expect(await stockOf(sql, w)).toEqual({ onHand: 100, allocated: 6 });
  expect(platform.calls).toEqual([]);
});

test('stock that a cancelled order gives back releases the orders that wait for it, and their card', async () => {
  const { ports, jobs } = outgoingPorts(database);
  const w = await world(sql, 4);
  const [first, second] = [await makeOrder(sql, w, { quantities: [2] }), await makeOrder(sql, w)];
  must(await dispatchNow(ports, w, first.orderId));
  expect(codeOf(await dispatchNow(ports, w, second.orderId))).toBe('stock_short');
  expect((await readOrder(ports, w.merchantId, second.orderId)).openHolds).toMatchObject([{ code: 'stock_short' }]);
  jobs.length = 0;
  must(await cancelNow(ports, w, first.orderId));
  expect((await readOrder(ports, w.merchantId, second.orderId)).openHolds).toEqual([]);
  expect(jobs.map((job) => job.task)).toContain('alert.settle');
  must(await dispatchNow(ports, w, second.orderId));
});

test('an undone cancellation whose stock went to others waits for a new dispatch', async () => {
  const { ports } = outgoingPorts(database);
  const w = await world(sql, 4);
  const [first, second] = [await makeOrder(sql, w, { quantities: [2] }), await makeOrder(sql, w, { quantities: [2] })];
  must(await dispatchNow(ports, w, first.orderId));
  must(await cancelNow(ports, w, first.orderId));
  must(await dispatchNow(ports, w, second.orderId));
  expect(must(await undoCancel(ports, on(w, first.orderId))).status).toBe('pending');
  expect(await stockOf(sql, w)).toEqual({ onHand: 4, allocated: 4 });
});

test('holds of a cancelled order close, and open again when the cancellation is undone', async () => {
  const { ports } = outgoingPorts(database);
  const w = await world(sql);
  const { orderId } = await makeOrder(sql, w);
  await sql`insert into holds (id, merchant_id, store_id, order_id, code, origin, subject, opened_at, opened_by)
    values (${newId()}, ${w.merchantId}, ${w.storeId}, ${orderId}, 'address_incomplete', 'derived', 'zip', now(), 'Holdfast')`;
  must(await cancelNow(ports, w, orderId));
  const count = async () => (await sql`select open_hold_count from orders where id = ${orderId}`)[0]?.open_hold_count;
  expect(await count()).toBe(0);
  expect(must(await undoCancel(ports, on(w, orderId))).status).toBe('pending');
  expect(await count()).toBe(1);
});

test('the platform hears of a cancellation only when it can no longer be undone', async () => {
  const { ports, platform, jobs, clock } = outgoingPorts(database);
  const w = await world(sql);
  const [kept, undone] = [await makeOrder(sql, w), await makeOrder(sql, w)];
  must(await cancelNow(ports, w, kept.orderId, { atPlatform: true }));
  must(await cancelNow(ports, w, undone.orderId, { atPlatform: true }));
  const rows = await sql<
    { id: string; order_id: string }[]
  >`select id, order_id from writebacks where merchant_id = ${w.merchantId} order by id`;
  const signal = new AbortController().signal;
  const sendAll = async () => {
    for (const { id } of rows) await sendWriteback(ports, { merchantId: w.merchantId, writebackId: id, signal });
  };
  await sendAll();
  expect(platform.calls).toEqual([]);
  expect(jobs.findLast((job) => job.task === 'writeback.send')?.runAt?.getTime()).toBe(clock.now().getTime() + 30_000);
  must(await undoCancel(ports, on(w, undone.orderId)));
  clock.pass(30_000);
  await sendAll();
  expect(platform.cancelled).toEqual([`p-${kept.orderId}`]);
  expect(codeOf(await undoCancel(ports, on(w, kept.orderId)))).toBe('platform_told');
});

test('an authorization that dies meanwhile neither ends the time for an undo nor shortens it', async () => {
  const { ports, platform, jobs, clock } = outgoingPorts(database);
  const w = await world(sql);
  const [kept, undone, sent] = [await makeOrder(sql, w), await makeOrder(sql, w), await makeOrder(sql, w)];
  const inTransaction = database.database.transaction;
  const writebackOf = async (orderId: string) => {
    const [row] = await sql<
      { id: string; state: string }[]
    >`select id, state from writebacks where order_id = ${orderId}`;
    return row ?? { id: '', state: '' };
  };
  const send = async ({ orderId }: { orderId: string }) => {
    const { id } = await writebackOf(orderId);
    await sendWriteback(ports, { merchantId: w.merchantId, writebackId: id, signal: new AbortController().signal });
  };
  for (const { orderId } of [kept, undone, sent]) must(await cancelNow(ports, w, orderId, { atPlatform: true }));
  const due = clock.now().getTime() + 30_000;
  await sql`update writebacks set attempts = 1, may_have_arrived = true where order_id = ${sent.orderId}`;
  clock.pass(5_000);
  await inTransaction((tx) => ports.writebacks.park(tx, w.merchantId, w.authorizationId, clock.now()));
  expect(await writebackOf(undone.orderId)).toMatchObject({ state: 'parked' });
  expect(must(await undoCancel(ports, on(w, undone.orderId))).status).toBe('pending');
  expect(codeOf(await undoCancel(ports, on(w, sent.orderId)))).toBe('platform_told');
  jobs.length = 0;
  await inTransaction((tx) => resumeParkedWritebacks(ports, tx, w.authorizationId));
  const { id } = await writebackOf(kept.orderId);
  const queued = jobs.filter((job) => job.task === 'writeback.send');
  expect(queued).toHaveLength(2);
  expect(queued.find((job) => job.key === `writeback.send:${id}`)?.runAt?.getTime()).toBe(due);
  for (const order of [kept, undone]) await send(order);
  expect(platform.calls).toEqual([]);
  clock.pass(25_000);
  for (const order of [kept, undone]) await send(order);
  expect(platform.cancelled).toEqual([`p-${kept.orderId}`]);
  expect(await writebackOf(undone.orderId)).toMatchObject({ state: 'closed' });
});

test('a platform that refuses the cancellation goes to a person; one that takes none is not asked', async () => {
  const { ports, platform, clock } = outgoingPorts(database);
  const w = await world(sql);
  const { orderId } = await makeOrder(sql, w);
  must(await cancelNow(ports, w, orderId, { atPlatform: true }));
  clock.pass(30_000);
  platform.fail('cancel', platformError('rejected', { platformCode: 'shipped', platformMessage: 'Too late' }));
  const [row] = await sql<{ id: string }[]>`select id from writebacks where order_id = ${orderId}`;
  await sendWriteback(ports, {
    merchantId: w.merchantId,
    writebackId: row?.id ?? '',
    signal: new AbortController().signal,
  });
  const [exception] =
    await sql`select code, message from order_exceptions where order_id = ${orderId} and closed_at is null`;
  expect(exception).toMatchObject({ code: 'cancellation_failed', message: expect.stringContaining('Too late') });
  const { ports: other } = outgoingPorts(database, testPlatform({ capabilities: { cancel: false } }));
  const second = await makeOrder(sql, w);
  expect(codeOf(await cancelNow(other, w, second.orderId, { atPlatform: true }))).toBe('cannot_cancel_there');
  expect((await readOrder(ports, w.merchantId, second.orderId)).status).toBe('pending');
});

test('an order that the warehouse has begun is not cancelled; a stale page is told who moved it', async () => {
  const { ports } = outgoingPorts(database);
  const w = await world(sql);
  const { orderId } = await makeOrder(sql, w);
  const { outboundOrderId, version } = must(await dispatchNow(ports, w, orderId));
  const stale = await cancelOrder(ports, { ...on(w, orderId), expectedVersion: 1, atPlatform: false });
  expect(stale.ok ? '' : stale.error.message).toBe(
    'Changed meanwhile by Mei, 09:00 (dispatched). Look at the order again.',
  );
  must(
    await advanceOutbound(ports, {
      actor: packer,
      merchantId: w.merchantId,
      outboundOrderId,
      expectedVersion: 1,
      to: 'packed',
    }),
  );
  const refused = await cancelOrder(ports, { ...on(w, orderId), expectedVersion: version, atPlatform: false });
  expect(codeOf(refused)).toBe('warehouse_begun');
});

test('the rest of a partially shipped order can be cancelled: its stock is free and the order completes', async () => {
  const { ports, platform } = outgoingPorts(database);
  const w = await world(sql);
  const { orderId } = await makeOrder(sql, w, { quantities: [3] });
  const { outboundOrderId } = must(await dispatchNow(ports, w, orderId));
  const lineId = (await readOrder(ports, w.merchantId, orderId)).outbound[0]?.lines[0]?.id ?? '';
  must(
    await confirmShipment(ports, {
      actor: packer,
      merchantId: w.merchantId,
      outboundOrderId,
      expectedVersion: 1,
      trackingNumber: 'A',
      lines: [{ outboundLineId: lineId, quantity: 1 }],
    }),
  );
  expect(await stockOf(sql, w)).toEqual({ onHand: 98, allocated: 4 });
  const [row] = await sql<{ id: string }[]>`select id from writebacks where order_id = ${orderId}`;
  await sendWriteback(ports, {
    merchantId: w.merchantId,
    writebackId: row?.id ?? '',
    signal: new AbortController().signal,
  });
  const { version } = await readOrder(ports, w.merchantId, orderId);
  const rest = { ...on(w, orderId), expectedVersion: version };
  expect(codeOf(await cancelRest(ports, { ...rest, reason: ' ' }))).toBe('invalid_input');
  expect(must(await cancelRest(ports, { ...rest, reason: 'Broken' })).status).toBe('completed');
  expect(await stockOf(sql, w)).toEqual({ onHand: 98, allocated: 0 });
  expect(platform.fulfilments.get(`p-${orderId}`)).toHaveLength(1);
});

test('Manual Ship recalls what the warehouse has not begun and completes when the platform accepts', async () => {
  const { ports, platform } = outgoingPorts(database);
  const w = await world(sql);
  const { orderId } = await makeOrder(sql, w, { quantities: [2] });
  must(await dispatchNow(ports, w, orderId));
  const { version } = await readOrder(ports, w.merchantId, orderId);
  const input = { ...on(w, orderId), expectedVersion: version, trackingNumber: ' X1 ' };
  expect(codeOf(await manualShip(ports, { ...input, carrier: { name: ' ' } }))).toBe('invalid_input');
  expect(codeOf(await manualShip(ports, { ...input, carrier: { id: newId() } }))).toBe('not_found');
  expect(must(await manualShip(ports, { ...input, carrier: { id: w.warehouse.carrierId } })).status).toBe('shipped');
  expect(await stockOf(sql, w)).toEqual({ onHand: 100, allocated: 0 });
  const [row] = await sql<{ id: string }[]>`select id from writebacks where order_id = ${orderId}`;
  await sendWriteback(ports, {
    merchantId: w.merchantId,
    writebackId: row?.id ?? '',
    signal: new AbortController().signal,
  });
  expect(platform.fulfilments.get(`p-${orderId}`)).toMatchObject([
    { trackingNumber: 'X1', carrier: 'UPS', lines: [{ quantity: 2 }] },
  ]);
  expect((await readOrder(ports, w.merchantId, orderId)).status).toBe('manual_completed');
});

test('Manual Ship of a held order is refused for money and cancellations, not for a missing mapping', async () => {
  const { ports } = outgoingPorts(database, testPlatform({ fulfilment: 'read_only' }));
  const w = await world(sql);
  const { orderId } = await makeOrder(sql, w, { sku: 'NONE' });
  const hold = (
    code: string,
  ) => sql`insert into holds (id, merchant_id, store_id, order_id, code, origin, subject, opened_at, opened_by)
    values (${newId()}, ${w.merchantId}, ${w.storeId}, ${orderId}, ${code}, 'derived', '', now(), 'Holdfast')`;
  await hold('sku_unmapped');
  await hold('payment_blocked');
  const input = { ...on(w, orderId), expectedVersion: 1, trackingNumber: 'X', carrier: { name: 'Bike' } };
  expect(codeOf(await manualShip(ports, input))).toBe('held');
  await sql`update holds set closed_at = now() where order_id = ${orderId} and code = 'payment_blocked'`;
  expect(must(await manualShip(ports, input)).status).toBe('manual_completed');
});

test('the warehouse marks an exception with a reason, and nothing moves until it is cleared', async () => {
  const { ports } = outgoingPorts(database);
  const w = await world(sql);
  const { orderId } = await makeOrder(sql, w);
  const { outboundOrderId } = must(await dispatchNow(ports, w, orderId));
  const which = { actor: packer, merchantId: w.merchantId, outboundOrderId };
  expect(codeOf(await markOutboundException(ports, { ...which, reason: '  ' }))).toBe('invalid_input');
  expect(codeOf(await markOutboundException(ports, { ...which, actor: mei, reason: 'x' }))).toBe('not_permitted');
  must(await markOutboundException(ports, { ...which, reason: 'Carton crushed' }));
  const [exception] = await sql<
    { id: string; message: string }[]
  >`select id, message from order_exceptions where order_id = ${orderId} and closed_at is null`;
  expect(exception?.message).toContain('Carton crushed');
  expect(
    codeOf(
      await acknowledgeException(ports, { actor: mei, merchantId: w.merchantId, exceptionId: exception?.id ?? '' }),
    ),
  ).toBe('must_be_mended');
  expect(codeOf(await advanceOutbound(ports, { ...which, expectedVersion: 2, to: 'picking' }))).toBe(
    'outbound_exception',
  );
  expect(codeOf(await confirmShipment(ports, { ...which, expectedVersion: 2, trackingNumber: 'A' }))).toBe(
    'outbound_exception',
  );
  must(await clearOutboundException(ports, { ...which, note: 'Repacked' }));
  expect(codeOf(await clearOutboundException(ports, which))).toBe('not_marked');
  must(await advanceOutbound(ports, { ...which, expectedVersion: 3, to: 'picking' }));
  expect(codeOf(await advanceOutbound(ports, { ...which, expectedVersion: 3, to: 'packed' }))).toBe('stale_version');
  expect(codeOf(await advanceOutbound(ports, { ...which, expectedVersion: 4, to: 'picking' }))).toBe('not_in_status');
  must(await advanceOutbound(ports, { ...which, expectedVersion: 4, to: 'packed' }));
});

test('a buyer who asks to cancel stops the picking and the parcel, until somebody decides', async () => {
  const { ports } = outgoingPorts(database);
  const w = await world(sql);
  const { orderId } = await makeOrder(sql, w);
  const { outboundOrderId } = must(await dispatchNow(ports, w, orderId));
  await sql`insert into holds (id, merchant_id, store_id, order_id, code, origin, subject, opened_at, opened_by)
    values (${newId()}, ${w.merchantId}, ${w.storeId}, ${orderId}, 'cancellation_requested', 'platform', '', now(), 'Holdfast')`;
  const which = { actor: packer, merchantId: w.merchantId, outboundOrderId, expectedVersion: 1 };
  expect(codeOf(await advanceOutbound(ports, { ...which, to: 'picking' }))).toBe('held');
  expect(codeOf(await confirmShipment(ports, { ...which, trackingNumber: 'A' }))).toBe('held');
  expect(await sql`select 1 from shipments where order_id = ${orderId}`).toEqual([]);
  await sql`update holds set closed_at = now() where order_id = ${orderId}`;
  must(await confirmShipment(ports, { ...which, trackingNumber: 'A' }));
});

test('warehouse people work only in their warehouse', async () => {
  const { ports } = outgoingPorts(database);
  const w = await world(sql);
  const { orderId } = await makeOrder(sql, w);
  const { outboundOrderId } = must(await dispatchNow(ports, w, orderId));
  const elsewhere = {
    ...packer,
    grants: [{ role: 'warehouse' as const, merchantIds: 'all' as const, warehouseIds: [newId()] }],
  };
  const input = { actor: elsewhere, merchantId: w.merchantId, outboundOrderId, expectedVersion: 1 };
  expect(codeOf(await advanceOutbound(ports, { ...input, to: 'picking' }))).toBe('not_permitted');
  expect(codeOf(await confirmShipment(ports, { ...input, trackingNumber: 'A' }))).toBe('not_permitted');
});

test('a purchase order is accepted by line, keeps its stock until dispatch, and competes with nobody', async () => {
  const { ports } = outgoingPorts(database);
  const w = await world(sql, 7);
  const { orderId, lineIds } = await makeOrder(sql, w, { kind: 'b2b', quantities: [3, 2] });
  const [a = '', b = ''] = lineIds;
  const input = { ...on(w, orderId), expectedVersion: 1, warehouseId: w.warehouse.warehouseId };
  expect(codeOf(await dispatchNow(ports, w, orderId))).toBe('not_in_status');
  const all = await acknowledgePurchaseOrder(ports, { ...input, decision: 'accept_all', lines: [] });
  expect(all.ok ? '' : all.error.message).toBe(
    'TEE-1: Reno can send 0. Accept at most that, or choose another warehouse.',
  );
  const partial = (accepted: number, reason?: string) =>
    acknowledgePurchaseOrder(ports, {
      ...input,
      decision: 'partial',
      lines: [
        { lineId: a, accepted: 3 },
        { lineId: b, accepted, ...(reason === undefined ? {} : { reason }) },
      ],
    });
  expect(codeOf(await partial(0))).toBe('reason_missing');
  expect(codeOf(await partial(9))).toBe('quantity_too_high');
  expect(must(await partial(0, 'No stock')).status).toBe('acknowledged');
  expect(await stockOf(sql, w)).toEqual({ onHand: 7, allocated: 6 });
  const rival = await makeOrder(sql, w);
  expect(codeOf(await dispatchNow(ports, w, rival.orderId))).toBe('stock_short');
  must(await dispatchNow(ports, w, orderId, { actor: mei }));
  expect(await stockOf(sql, w)).toEqual({ onHand: 7, allocated: 6 });
  expect((await readOrder(ports, w.merchantId, orderId)).outbound[0]?.lines).toMatchObject([
    { orderLineId: a, quantity: 3 },
  ]);
  expect(must(await undoDispatch(ports, on(w, orderId))).status).toBe('acknowledged');
  expect(await stockOf(sql, w)).toEqual({ onHand: 7, allocated: 6 });
  must(await cancelNow(ports, w, orderId));
  expect(await stockOf(sql, w)).toEqual({ onHand: 7, allocated: 0 });
  expect(must(await undoCancel(ports, on(w, orderId))).status).toBe('acknowledged');
  expect(await stockOf(sql, w)).toEqual({ onHand: 7, allocated: 6 });
});

test('a purchase order is rejected with a reason for every line', async () => {
  const { ports } = outgoingPorts(database);
  const w = await world(sql);
  const { orderId, lineIds } = await makeOrder(sql, w, { kind: 'b2b', quantities: [3] });
  const input = {
    ...on(w, orderId),
    expectedVersion: 1,
    warehouseId: w.warehouse.warehouseId,
    decision: 'reject_all' as const,
  };
  const lineId = lineIds[0] ?? '';
  expect(codeOf(await acknowledgePurchaseOrder(ports, { ...input, lines: [] }))).toBe('reason_missing');
  expect(
    must(await acknowledgePurchaseOrder(ports, { ...input, lines: [{ lineId, accepted: 0, reason: 'Discontinued' }] }))
      .status,
  ).toBe('cancelled');
  expect(await stockOf(sql, w)).toEqual({ onHand: 100, allocated: 0 });
});

test('the preview shows stock by line, what is cured, and what blocks', async () => {
  const { ports } = outgoingPorts(database);
  const w = await world(sql, 5);
  const { orderId, lineIds } = await makeOrder(sql, w, { quantities: [3] });
  await sql`insert into holds (id, merchant_id, store_id, order_id, code, origin, subject, opened_at, opened_by)
    values (${newId()}, ${w.merchantId}, ${w.storeId}, ${orderId}, 'shipping_method_missing', 'derived', '', now(), 'Holdfast')`;
  const preview = must(await previewDispatch(ports, on(w, orderId)));
  expect(preview).toMatchObject({
    version: 1,
    blockedBy: null,
    holds: [{ code: 'shipping_method_missing', isCured: true }],
    lines: [{ lineId: lineIds[0], toDispatch: 3, components: [{ sku: 'TS-1', quantity: 2 }] }],
    warehouses: [
      {
        id: w.warehouse.warehouseId,
        isEnough: false,
        stock: [{ lineId: lineIds[0], available: 2 }],
        channels: [{ id: w.warehouse.channelId, carrierName: 'UPS', serviceLevel: 'Ground' }],
      },
    ],
  });
  expect(codeOf(await previewDispatch(ports, on(w, orderId, person('Vic', 'viewer'))))).toBe('not_permitted');
});
