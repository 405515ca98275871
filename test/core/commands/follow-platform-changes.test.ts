import { expect, test } from 'vitest';
import { acknowledgeException } from '../../../core/commands/acknowledge-exception.ts';
import { advanceOutbound } from '../../../core/commands/advance-outbound.ts';
import { confirmShipment } from '../../../core/commands/confirm-shipment.ts';
import { correctAddress } from '../../../core/commands/correct-address.ts';
import { dispatchBatch } from '../../../core/commands/dispatch-batch.ts';
import { ingestPage } from '../../../core/commands/ingest-page.ts';
import type { PlatformOrder } from '../../../core/order/types.ts';
import { createShowOrder } from '../../../db/queries/show-order.ts';
import { testDatabase } from '../../support/database.ts';
import { aLine, anOrder, aRecipient } from '../../support/orders.ts';
import {
  codeOf,
  type DeskPorts,
  dispatchNow,
  must,
  outgoingPorts,
  person,
  readOrder,
  stockOf,
  type World,
  world,
} from '../../support/outgoing.ts';
import { testPlatform } from '../../support/platform.ts';

const database = await testDatabase();
const { sql } = database;

const order = (over: Partial<PlatformOrder> = {}): PlatformOrder => {
  const base = anOrder(over);
  return over.lines === undefined
    ? { ...base, lines: [aLine({ platformLineId: 'l-1', sku: 'TEE-1', quantity: 2 })] }
    : base;
};

const later = (given: PlatformOrder, over: Partial<PlatformOrder>): PlatformOrder => ({
  ...given,
  platformUpdatedAt: new Date(given.platformUpdatedAt.getTime() + 60_000),
  ...over,
});

const page = (...orders: readonly PlatformOrder[]) => ({
  orders: orders.map((one) => ({ ok: true as const, order: one, raw: JSON.stringify(one.platformUpdatedAt) })),
});

async function ingest(ports: DeskPorts, w: World, given: PlatformOrder): Promise<string> {
  await ingestPage(ports, { merchantId: w.merchantId, storeId: w.storeId, runId: null, page: page(given) });
  const [row] = await sql<
    { id: string }[]
  >`select id from orders where store_id = ${w.storeId} and platform_order_id = ${given.platformOrderId}`;
  return row?.id ?? '';
}

const exceptionsOf = (orderId: string) =>
  sql<
    { id: string; code: string; message: string }[]
  >`select id, code, message from order_exceptions where order_id = ${orderId} and closed_at is null`;

test('cancelled on the platform while it waits: cancelled here, and nobody is bothered', async () => {
  const { ports } = outgoingPorts(database);
  const w = await world(sql);
  const given = order();
  const orderId = await ingest(ports, w, given);
  await ingest(ports, w, later(given, { platformState: 'cancelled', platformStatus: 'CANCELLED' }));
  expect((await readOrder(ports, w.merchantId, orderId)).status).toBe('cancelled');
  expect(await exceptionsOf(orderId)).toEqual([]);
  const [event] =
    await sql`select actor_name, via from audit_events where order_id = ${orderId} and event = 'order.cancelled_by_platform'`;
  expect(event).toMatchObject({ actor_name: 'Northwind US', via: 'system' });
});

test('shipped elsewhere while it waits: complete here, and told when a person had touched it', async () => {
  const { ports } = outgoingPorts(database);
  const w = await world(sql);
  const [given, touched] = [order(), order()];
  const [orderId, touchedId] = [await ingest(ports, w, given), await ingest(ports, w, touched)];
  await sql`update orders set touched_at = now() where id = ${touchedId}`;
  const shipped = { platformState: 'shipped', platformStatus: 'FULFILLED' } as const;
  await ingest(ports, w, later(given, shipped));
  await ingest(ports, w, later(touched, shipped));
  expect((await readOrder(ports, w.merchantId, orderId)).status).toBe('completed');
  expect(await exceptionsOf(orderId)).toEqual([]);
  expect((await readOrder(ports, w.merchantId, touchedId)).status).toBe('completed');
  expect(await exceptionsOf(touchedId)).toMatchObject([{ code: 'platform_shipped_elsewhere' }]);
});

test('cancelled while the warehouse has not begun: recalled at once, stock free, and always told', async () => {
  const { ports } = outgoingPorts(database);
  const w = await world(sql);
  const given = order();
  const orderId = await ingest(ports, w, given);
  must(await dispatchNow(ports, w, orderId));
  await ingest(ports, w, later(given, { platformState: 'cancelled' }));
  expect(await readOrder(ports, w.merchantId, orderId)).toMatchObject({
    status: 'cancelled',
    outbound: [{ status: 'cancelled', recall: 'recalled' }],
  });
  expect(await stockOf(sql, w)).toEqual({ onHand: 100, allocated: 0 });
  const [exception] = await exceptionsOf(orderId);
  expect(exception).toMatchObject({
    code: 'platform_cancelled_after_dispatch',
    message: expect.stringContaining('was recalled'),
  });
  const seen = { actor: person('Mei'), merchantId: w.merchantId, exceptionId: exception?.id ?? '' };
  must(await acknowledgeException(ports, seen));
  expect(codeOf(await acknowledgeException(ports, seen))).toBe('not_open');
  expect(await exceptionsOf(orderId)).toEqual([]);
});

test('cancelled while the warehouse picks: the order stays, the recall is refused, a person decides', async () => {
  const { ports } = outgoingPorts(database);
  const w = await world(sql);
  const given = order();
  const orderId = await ingest(ports, w, given);
  const { outboundOrderId } = must(await dispatchNow(ports, w, orderId));
  const packer = person('Pia', 'warehouse');
  must(
    await advanceOutbound(ports, {
      actor: packer,
      merchantId: w.merchantId,
      outboundOrderId,
      expectedVersion: 1,
      to: 'picking',
    }),
  );
  await ingest(ports, w, later(given, { platformState: 'cancelled' }));
  const stopped = await readOrder(ports, w.merchantId, orderId);
  expect(stopped).toMatchObject({ status: 'processing', outbound: [{ status: 'picking', recall: 'refused' }] });
  expect(await exceptionsOf(orderId)).toMatchObject([{ message: expect.stringContaining('intercept') }]);
  const version = stopped.outbound[0]?.version ?? 0;
  must(
    await confirmShipment(ports, {
      actor: packer,
      merchantId: w.merchantId,
      outboundOrderId,
      expectedVersion: version,
      trackingNumber: 'A',
    }),
  );
});

test('an address that changes after dispatch is told; the status stays', async () => {
  const { ports } = outgoingPorts(database);
  const w = await world(sql);
  const given = order();
  const orderId = await ingest(ports, w, given);
  must(await dispatchNow(ports, w, orderId));
  const recipient = given.recipient === null ? null : { ...given.recipient, city: 'Hamburg', zip: '20095' };
  await ingest(ports, w, later(given, { recipient }));
  expect((await readOrder(ports, w.merchantId, orderId)).status).toBe('processing');
  const [exception] = await exceptionsOf(orderId);
  expect(exception).toMatchObject({
    code: 'platform_changed_after_dispatch',
    message: expect.stringContaining('city, zip'),
  });
  expect(exception?.message).not.toContain('Hamburg');
});

test('a buyer’s wish to cancel that a sync brings after dispatch stops the parcel until a person decides', async () => {
  const { ports } = outgoingPorts(database);
  const w = await world(sql);
  const given = order();
  const orderId = await ingest(ports, w, given);
  const { outboundOrderId } = must(await dispatchNow(ports, w, orderId));
  const wish = { code: 'cancellation_requested', subject: 'buyer', reason: 'Changed my mind' } as const;
  await ingest(ports, w, later(given, { holds: [wish] }));
  const stopped = await readOrder(ports, w.merchantId, orderId);
  expect(stopped).toMatchObject({ status: 'processing', openHolds: [{ code: 'cancellation_requested' }] });
  const parcel = { actor: person('Pia', 'warehouse'), merchantId: w.merchantId, outboundOrderId, trackingNumber: 'A' };
  const expectedVersion = stopped.outbound[0]?.version ?? 0;
  expect(codeOf(await confirmShipment(ports, { ...parcel, expectedVersion }))).toBe('held');
  expect(await stockOf(sql, w)).toEqual({ onHand: 100, allocated: 4 });
});

test('a quantity that the platform changes after dispatch is told; the warehouse’s order stays', async () => {
  const { ports } = outgoingPorts(database);
  const w = await world(sql);
  const given = order();
  const orderId = await ingest(ports, w, given);
  must(await dispatchNow(ports, w, orderId));
  await ingest(ports, w, later(given, { lines: given.lines.map((line) => ({ ...line, quantity: 1 })) }));
  expect(await readOrder(ports, w.merchantId, orderId)).toMatchObject({
    status: 'processing',
    outbound: [{ status: 'created', lines: [{ quantity: 2 }] }],
  });
  expect(await exceptionsOf(orderId)).toMatchObject([
    { code: 'platform_changed_after_dispatch', message: expect.stringContaining('changed the lines after dispatch') },
  ]);
});

test('our own shipment, read back from the platform, changes nothing', async () => {
  const { ports } = outgoingPorts(database);
  const w = await world(sql);
  const given = order();
  const orderId = await ingest(ports, w, given);
  const { outboundOrderId } = must(await dispatchNow(ports, w, orderId));
  must(
    await confirmShipment(ports, {
      actor: person('Pia', 'warehouse'),
      merchantId: w.merchantId,
      outboundOrderId,
      expectedVersion: 1,
      trackingNumber: 'A',
    }),
  );
  const lines = given.lines.map((line) => ({ ...line, quantityShipped: line.quantity }));
  await ingest(ports, w, later(given, { platformState: 'shipped', lines }));
  expect((await readOrder(ports, w.merchantId, orderId)).status).toBe('shipped');
  expect(await exceptionsOf(orderId)).toEqual([]);
});

test('goods that somebody else shipped in part, while the warehouse works, are told before they go twice', async () => {
  const { ports } = outgoingPorts(database);
  const w = await world(sql);
  const given = order();
  const orderId = await ingest(ports, w, given);
  must(await dispatchNow(ports, w, orderId));
  const lines = given.lines.map((line) => ({ ...line, quantityShipped: 1 }));
  await ingest(ports, w, later(given, { platformState: 'partially_shipped', lines }));
  expect((await readOrder(ports, w.merchantId, orderId)).status).toBe('processing');
  expect(await exceptionsOf(orderId)).toMatchObject([{ code: 'platform_shipped_elsewhere' }]);
});

test('a look before dispatch finds the cancellation that no sync has seen yet', async () => {
  const platform = testPlatform();
  const { ports } = outgoingPorts(database, platform);
  const w = await world(sql);
  const [given, other] = [order(), order()];
  const [orderId, otherId] = [await ingest(ports, w, given), await ingest(ports, w, other)];
  await sql`update stores set synced_until = null where id = ${w.storeId}`;
  const now = later(given, { platformState: 'cancelled' });
  platform.answer = (ids) => ({
    ...page(...[now, other].filter((one) => ids.includes(one.platformOrderId))),
    missing: [],
  });
  const refused = await dispatchNow(ports, w, orderId);
  expect(refused).toMatchObject({ ok: false, error: { code: 'stale_version' } });
  expect(refused.ok ? '' : refused.error.message).toContain('by Northwind US');
  const changed = later(other, { buyerNote: 'Please hurry', totalAmount: '99.00' });
  platform.answer = () => ({ ...page(changed), missing: [] });
  const input = {
    actor: person('Mei'),
    merchantId: w.merchantId,
    orderIds: [orderId, otherId],
    warehouseId: w.warehouse.warehouseId,
    shippingChannelId: w.warehouse.channelId,
  };
  const { results } = must(await dispatchBatch(ports, input));
  expect(results.map((result) => result.code)).toEqual(['not_in_status', 'changed_meanwhile']);
});

test('an address changed after dispatch keeps the first one for the order’s page, and none of it in its words', async () => {
  const { ports } = outgoingPorts(database);
  const w = await world(sql);
  const given = order();
  const { recipient } = given;
  if (recipient === null) throw new Error('no recipient');
  const orderId = await ingest(ports, w, given);
  await ingest(ports, w, { ...later(given, {}), recipient: { ...recipient, city: 'Waiting Town' } });
  must(await dispatchNow(ports, w, orderId));
  for (const [step, city] of [
    [2, 'Second City'],
    [3, 'Third City'],
  ] as const) {
    const at = new Date(given.platformUpdatedAt.getTime() + step * 60_000);
    await ingest(ports, w, { ...given, platformUpdatedAt: at, recipient: { ...recipient, city } });
  }
  const shown = await createShowOrder(database.db)({ merchantIds: [w.merchantId], orderId });
  expect(shown?.recipient?.city).toBe('Third City');
  expect(shown?.exceptions).toMatchObject([
    { code: 'platform_changed_after_dispatch', previousRecipient: { ...recipient, city: 'Waiting Town' } },
  ]);
  expect(shown?.exceptions[0]?.message).toContain('the address (city)');
  expect(JSON.stringify(await sql`select * from order_exceptions where order_id = ${orderId}`)).not.toMatch(
    /Town|City"/,
  );
  const [kept] = await sql`select count(*)::int as count from recipients where merchant_id = ${w.merchantId}`;
  expect(kept?.count).toBe(2);
});

test.each([
  ['what is to be collected', { codAmount: null, paymentRecord: 'online' }],
  ['the shipping method', { shippingMethod: 'EXPRESS' }],
  ['the buyer’s note', { buyerNote: 'Not before Friday' }],
  ['the lines', { lines: [aLine({ platformLineId: 'l-1', sku: 'OTHER-9', platformProductId: 'p9', quantity: 2 })] }],
] as const)('%s, changed after dispatch, is told while nothing has left', async (words, change) => {
  const { ports } = outgoingPorts(database);
  const w = await world(sql);
  const given = order({ codAmount: '23.90', paymentRecord: 'cash_on_delivery' });
  await sql`update shipping_channels set cash_on_delivery = true where id = ${w.warehouse.channelId}`;
  const orderId = await ingest(ports, w, given);
  must(await dispatchNow(ports, w, orderId));
  await ingest(ports, w, later(given, change));
  const [exception, ...others] = await exceptionsOf(orderId);
  expect(exception).toMatchObject({ code: 'platform_changed_after_dispatch' });
  expect(exception?.message).toContain(`changed ${words} after dispatch`);
  expect(others).toEqual([]);
});

test('a cash-on-delivery order that is paid when it arrives bothers nobody', async () => {
  const { ports } = outgoingPorts(database);
  const w = await world(sql);
  await sql`update shipping_channels set cash_on_delivery = true where id = ${w.warehouse.channelId}`;
  const given = order({ codAmount: '23.90', paymentRecord: 'cash_on_delivery' });
  const orderId = await ingest(ports, w, given);
  const { outboundOrderId } = must(await dispatchNow(ports, w, orderId));
  const shipment = {
    actor: person('Pia', 'warehouse'),
    merchantId: w.merchantId,
    outboundOrderId,
    trackingNumber: '1Z9',
  };
  must(await confirmShipment(ports, { ...shipment, expectedVersion: 1 }));
  await ingest(ports, w, later(given, { codAmount: null, paymentRecord: 'online' }));
  expect(await exceptionsOf(orderId)).toEqual([]);
});

test.each([
  'cancelled',
  'shipped',
] as const)('%s on the platform and open again there: a person is told', async (state) => {
  const { ports } = outgoingPorts(database);
  const w = await world(sql);
  const given = order();
  const orderId = await ingest(ports, w, given);
  await ingest(ports, w, later(given, { platformState: state, platformStatus: state }));
  const { status } = await readOrder(ports, w.merchantId, orderId);
  await ingest(ports, w, {
    ...later(given, {}),
    platformUpdatedAt: new Date(given.platformUpdatedAt.getTime() + 120_000),
  });
  // Status never runs backwards; nobody overlooks it either.
  expect((await readOrder(ports, w.merchantId, orderId)).status).toBe(status);
  const [exception] = await exceptionsOf(orderId);
  expect(exception?.message).toContain('shows this order as open again');
});

test('an address that the platform changes after it was corrected here is for a person to decide, before it leaves', async () => {
  const { ports } = outgoingPorts(database);
  const w = await world(sql);
  const given = order();
  const orderId = await ingest(ports, w, given);
  const correct = async (city: string) => {
    const { version } = await readOrder(ports, w.merchantId, orderId);
    const which = { actor: person('Mei'), merchantId: w.merchantId, orderId };
    return correctAddress(ports, { ...which, expectedVersion: version, recipient: { city } });
  };
  must(await correct('Potsdam'));
  await ingest(ports, w, later(given, { recipient: aRecipient({ city: 'Hamburg', zip: '20095' }) }));
  const [hold] = (await readOrder(ports, w.merchantId, orderId)).openHolds;
  expect(hold).toMatchObject({ code: 'platform_hold', subject: 'address' });
  expect(hold?.detail.reason).toContain('city, postcode');
  expect(codeOf(await dispatchNow(ports, w, orderId))).toBe('held');
  must(await correct('Hamburg'));
  expect((await readOrder(ports, w.merchantId, orderId)).openHolds).toEqual([]);
  must(await dispatchNow(ports, w, orderId));
});
