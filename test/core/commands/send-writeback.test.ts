import { expect, test } from 'vitest';
import { closeByHand } from '../../../core/commands/close-by-hand.ts';
import { confirmShipment } from '../../../core/commands/confirm-shipment.ts';
import { confirmWriteback } from '../../../core/commands/confirm-writeback.ts';
import { manualShip } from '../../../core/commands/manual-ship.ts';
import { markShipped } from '../../../core/commands/mark-shipped.ts';
import { pairCarrier } from '../../../core/commands/pair-carrier.ts';
import { resumeParkedWritebacks } from '../../../core/commands/resume-parked-writebacks.ts';
import { retryWritebacks } from '../../../core/commands/retry-writebacks.ts';
import { sendWriteback } from '../../../core/commands/send-writeback.ts';
import { newId } from '../../../core/ids.ts';
import { retryDelayMs, sendingTimeoutMs } from '../../../core/writeback/policy.ts';
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
  type World,
  world,
} from '../../support/outgoing.ts';
import { platformError, testPlatform } from '../../support/platform.ts';

const database = await testDatabase();
const { sql } = database;
const packer = person('Pia', 'warehouse');
const signal = new AbortController().signal;

/** An order that has left the warehouse; its writeback waits. */
async function shipped(ports: DeskPorts, w: World, quantities: readonly number[] = [1], trackingNumber = ' 1Z 999 ') {
  const { orderId } = await makeOrder(sql, w, { quantities });
  const { outboundOrderId } = must(await dispatchNow(ports, w, orderId));
  const input = { actor: packer, merchantId: w.merchantId, outboundOrderId, expectedVersion: 1 };
  must(await confirmShipment(ports, { ...input, trackingNumber }));
  return { orderId, outboundOrderId, ...(await writebackOf(orderId)) };
}

async function writebackOf(orderId: string) {
  const rows = await sql<
    {
      id: string;
      state: string;
      attempts: number;
      error_code: string | null;
      next_attempt_at: string | null;
      may_have_arrived: boolean;
      platform_shipment_id: string | null;
    }[]
  >`
    select id, state, attempts, error_code, next_attempt_at, may_have_arrived, platform_shipment_id
    from writebacks where order_id = ${orderId} order by id desc`;
  const row = rows[0];
  if (row === undefined) throw new Error('There is no writeback.');
  const { id: writebackId, ...rest } = row;
  return { writebackId, ...rest };
}

const exceptionsOf = async (orderId: string) =>
  sql<{ code: string; message: string; platform_code: string | null; platform_message: string | null }[]>`
    select code, message, platform_code, platform_message from order_exceptions
    where order_id = ${orderId} and closed_at is null order by code`;

const send = (ports: DeskPorts, w: World, writebackId: string): Promise<void> =>
  sendWriteback(ports, { merchantId: w.merchantId, writebackId, signal });

test('a shipment is told in full, and the order completes when the platform accepts', async () => {
  const { ports, platform, jobs } = outgoingPorts(database);
  const w = await world(sql);
  const { orderId, writebackId } = await shipped(ports, w, [2, 1]);
  expect((await readOrder(ports, w.merchantId, orderId)).status).toBe('shipped');
  expect(jobs.find((job) => job.task === 'writeback.send')).toMatchObject({
    payload: { merchantId: w.merchantId, writebackId },
    queue: `authorization:${w.authorizationId}:writebacks`,
  });
  await send(ports, w, writebackId);
  const [told] = platform.fulfilments.get(`p-${orderId}`) ?? [];
  expect(told).toMatchObject({
    trackingNumber: '1Z 999',
    carrier: 'UPS',
    trackingUrl: 'https://ups.example/1Z%20999',
    service: 'Ground',
    lines: [
      { platformLineId: 'l-0', quantity: 2 },
      { platformLineId: 'l-1', quantity: 1 },
    ],
    completesOrder: true,
  });
  expect(platform.calls).toEqual(['ship']);
  expect(await writebackOf(orderId)).toMatchObject({ state: 'accepted', platform_shipment_id: 'f-1' });
  expect((await readOrder(ports, w.merchantId, orderId)).status).toBe('completed');
  await send(ports, w, writebackId);
  expect(platform.calls).toEqual(['ship']);
});

test('partial shipments are told one by one, and the order completes with the last one', async () => {
  const { ports, platform } = outgoingPorts(database);
  const w = await world(sql);
  const { orderId } = await makeOrder(sql, w, { quantities: [3] });
  const { outboundOrderId } = must(await dispatchNow(ports, w, orderId));
  const line = (await readOrder(ports, w.merchantId, orderId)).outbound[0]?.lines[0]?.id ?? '';
  const parcel = { actor: packer, merchantId: w.merchantId, outboundOrderId };
  const lines = [{ outboundLineId: line, quantity: 1 }];
  expect(
    codeOf(
      await confirmShipment(ports, {
        ...parcel,
        expectedVersion: 1,
        trackingNumber: 'A',
        lines: [{ outboundLineId: line, quantity: 4 }],
      }),
    ),
  ).toBe('quantity_too_high');
  expect(codeOf(await confirmShipment(ports, { ...parcel, expectedVersion: 1, trackingNumber: '  ', lines }))).toBe(
    'tracking_missing',
  );
  expect(
    must(await confirmShipment(ports, { ...parcel, expectedVersion: 1, trackingNumber: 'A', lines })).orderStatus,
  ).toBe('partially_shipped');
  expect(codeOf(await confirmShipment(ports, { ...parcel, expectedVersion: 1, trackingNumber: 'A', lines }))).toBe(
    'stale_version',
  );
  const first = await writebackOf(orderId);
  await send(ports, w, first.writebackId);
  expect((await readOrder(ports, w.merchantId, orderId)).status).toBe('partially_shipped');
  expect(must(await confirmShipment(ports, { ...parcel, expectedVersion: 2, trackingNumber: 'B' })).orderStatus).toBe(
    'shipped',
  );
  await send(ports, w, (await writebackOf(orderId)).writebackId);
  expect((await readOrder(ports, w.merchantId, orderId)).status).toBe('completed');
  expect(
    platform.fulfilments.get(`p-${orderId}`)?.map((f) => [f.trackingNumber, f.lines[0]?.quantity, f.completesOrder]),
  ).toEqual([
    ['A', 1, false],
    ['B', 2, true],
  ]);
});

test('a platform that takes one shipment an order hears of all goods with the last parcel', async () => {
  const platform = testPlatform({ capabilities: { partialShip: false } });
  const { ports } = outgoingPorts(database, platform);
  const w = await world(sql);
  const { orderId } = await makeOrder(sql, w, { quantities: [3] });
  const { outboundOrderId } = must(await dispatchNow(ports, w, orderId));
  const line = (await readOrder(ports, w.merchantId, orderId)).outbound[0]?.lines[0]?.id ?? '';
  const parcel = { actor: packer, merchantId: w.merchantId, outboundOrderId };
  must(
    await confirmShipment(ports, {
      ...parcel,
      expectedVersion: 1,
      trackingNumber: 'A',
      lines: [{ outboundLineId: line, quantity: 1 }],
    }),
  );
  expect(await sql`select id from writebacks where order_id = ${orderId}`).toHaveLength(0);
  must(await confirmShipment(ports, { ...parcel, expectedVersion: 2, trackingNumber: 'B' }));
  await send(ports, w, (await writebackOf(orderId)).writebackId);
  expect(platform.fulfilments.get(`p-${orderId}`)).toMatchObject([{ trackingNumber: 'B', lines: [{ quantity: 3 }] }]);
});

test('where the platform takes no tracking, a shipped order is complete at once', async () => {
  const { ports } = outgoingPorts(database, testPlatform({ fulfilment: 'read_only', capabilities: { ship: false } }));
  const w = await world(sql);
  const { orderId } = await makeOrder(sql, w);
  const { outboundOrderId } = must(await dispatchNow(ports, w, orderId));
  const input = { actor: packer, merchantId: w.merchantId, outboundOrderId, expectedVersion: 1, trackingNumber: 'A' };
  expect(must(await confirmShipment(ports, input)).orderStatus).toBe('completed');
  expect(await sql`select id from writebacks where order_id = ${orderId}`).toHaveLength(0);
});

test('a lost answer is looked up before anything is sent again', async () => {
  const { ports, platform, jobs, clock } = outgoingPorts(database);
  const w = await world(sql);
  const { orderId, writebackId } = await shipped(ports, w);
  platform.fail('ship', platformError('retryable', { outcomeUnknown: true }), true);
  await send(ports, w, writebackId);
  const after = await writebackOf(orderId);
  expect(after).toMatchObject({ state: 'retry', attempts: 1, may_have_arrived: true });
  const again = jobs.findLast((job) => job.task === 'writeback.send');
  expect(again?.runAt?.getTime()).toBeGreaterThan(clock.now().getTime());
  clock.pass(60_000);
  await send(ports, w, writebackId);
  expect(platform.calls).toEqual(['ship', 'ship!']);
  expect(platform.fulfilments.get(`p-${orderId}`)).toHaveLength(1);
  expect((await readOrder(ports, w.merchantId, orderId)).status).toBe('completed');
});

test('a retry before its time is put off, not sent', async () => {
  const { ports, platform, jobs } = outgoingPorts(database);
  const w = await world(sql);
  const { writebackId, orderId } = await shipped(ports, w);
  platform.fail('ship', platformError('retryable', { retryAfterMs: 600_000 }));
  await send(ports, w, writebackId);
  const due = (await writebackOf(orderId)).next_attempt_at;
  expect(new Date(due ?? 0).toISOString()).toBe('2026-11-21T09:10:00.000Z');
  await send(ports, w, writebackId);
  expect(platform.calls).toEqual(['ship']);
  expect(jobs.findLast((job) => job.task === 'writeback.send')?.runAt?.toISOString()).toBe('2026-11-21T09:10:00.000Z');
});

test('the platform keeps failing: after five tries a person is told, and the desk goes on', async () => {
  const { ports, platform, clock } = outgoingPorts(database);
  const w = await world(sql);
  const { writebackId, orderId } = await shipped(ports, w);
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    platform.fail('ship', platformError('retryable', { platformCode: '503', platformMessage: 'Down for repairs' }));
    await send(ports, w, writebackId);
    expect(await exceptionsOf(orderId)).toHaveLength(attempt < 5 ? 0 : 1);
    clock.pass(3_600_000);
  }
  expect(await exceptionsOf(orderId)).toMatchObject([
    { code: 'writeback_failed', platform_message: 'Down for repairs' },
  ]);
  await send(ports, w, writebackId);
  expect(await exceptionsOf(orderId)).toEqual([]);
  expect((await readOrder(ports, w.merchantId, orderId)).status).toBe('completed');
});

test('waits double with jitter, obey the platform, and never exceed an hour', () => {
  expect(retryDelayMs(1, undefined, 0)).toBe(7_500);
  expect(retryDelayMs(3, undefined, 0.999)).toBeLessThanOrEqual(60_000);
  expect(retryDelayMs(40, undefined, 0.999)).toBeLessThanOrEqual(3_600_000);
  expect(retryDelayMs(1, 42_000, 0.5)).toBe(42_000);
  expect(retryDelayMs(1, 86_400_000, 0.5)).toBe(3_600_000);
});

test('what a refusal quotes of the recipient is kept nowhere', async () => {
  const { ports, platform } = outgoingPorts(database);
  const w = await world(sql);
  const { writebackId, orderId } = await shipped(ports, w);
  await sql`
    with r as (
      insert into recipients (merchant_id, id, name, address1, phone)
      values (${w.merchantId}, gen_random_uuid(), 'Quoted Person', '1 Quoted Street', '+886 900 123 456') returning id
    ) update orders set recipient_id = r.id from r where orders.id = ${orderId}`;
  const platformMessage = 'No courier for quoted person, 1 Quoted Street, +886 900 123 456';
  platform.fail('ship', platformError('rejected', { platformCode: 'no_courier', platformMessage }));
  await send(ports, w, writebackId);
  expect(await exceptionsOf(orderId)).toMatchObject([{ platform_message: 'No courier for …, …, …' }]);
  const kept = await sql`
    select 1 from order_exceptions x, writebacks w where x.order_id = ${orderId} and w.order_id = ${orderId}
      and concat_ws(' ', x.message, x.platform_message, w.error_message) ~* 'quoted|123 456'`;
  expect(kept).toHaveLength(0);
});

test.each([
  { platformCode: '', platformMessage: '' },
  { platformCode: ' ', platformMessage: ' \n ' },
  { platformMessage: '.' },
])('a refusal without words (%j) says that it has none, and what to do next', async (said) => {
  const { ports, platform } = outgoingPorts(database);
  const w = await world(sql);
  const { writebackId, orderId } = await shipped(ports, w);
  platform.fail('ship', platformError('rejected', said));
  await send(ports, w, writebackId);
  const words = 'The platform gave no reason';
  const next = 'Mend the cause, then press Mark Shipped; or use Manual Ship.';
  expect(await exceptionsOf(orderId)).toEqual([
    {
      code: 'writeback_failed',
      message: `The platform refused the shipment: ${words}. ${next}`,
      platform_code: null,
      platform_message: words,
    },
  ]);
  expect(await writebackOf(orderId)).toMatchObject({ state: 'failed', error_code: 'rejected' });
});

test('an exception of a writeback names the words of the platform once, and the next step', async () => {
  const { ports, platform, clock } = outgoingPorts(database);
  const w = await world(sql);
  const messageOf = async (orderId: string) => (await exceptionsOf(orderId)).map(({ message }) => message);
  const refused = await shipped(ports, w, [1], 'A');
  const unanswered = await shipped(ports, w, [1], 'B');
  const unknown = await shipped(ports, w, [1], 'C');
  platform.fail('ship', platformError('rejected', { platformMessage: 'Tracking has 10 digits.' }));
  await send(ports, w, refused.writebackId);
  expect(await messageOf(refused.orderId)).toEqual([
    'The platform refused the shipment: Tracking has 10 digits. Mend the cause, then press Mark Shipped; or use Manual Ship.',
  ]);
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    platform.fail('ship', platformError('retryable', { platformMessage: 'Down' }));
    await send(ports, w, unanswered.writebackId);
    clock.pass(3_600_000);
  }
  expect(await messageOf(unanswered.orderId)).toEqual([
    'Northwind US has not answered 5 tries; the desk goes on trying. Mark Shipped tries at once.',
  ]);
  platform.fail('ship', platformError('rejected', { platformCode: 'unknown_carrier' }));
  await send(ports, w, unknown.writebackId);
  expect(await messageOf(unknown.orderId)).toEqual([
    'The platform does not know the carrier. Pair it, and the shipment is told by itself; or use Manual Ship with another.',
  ]);
});

test('a refusal goes to a person with the words of the platform, and Mark Shipped tells it again', async () => {
  const { ports, platform } = outgoingPorts(database);
  const w = await world(sql);
  const { writebackId, orderId } = await shipped(ports, w);
  platform.fail(
    'ship',
    platformError('rejected', { platformCode: 'bad_tracking', platformMessage: 'Tracking has 10 digits' }),
  );
  await send(ports, w, writebackId);
  expect(await exceptionsOf(orderId)).toMatchObject([
    { code: 'writeback_failed', platform_code: 'bad_tracking', platform_message: 'Tracking has 10 digits' },
  ]);
  const [row] = await sql`select open_exception_count from orders where id = ${orderId}`;
  expect(row?.open_exception_count).toBe(1);
  await send(ports, w, writebackId);
  expect(platform.calls).toEqual(['ship', 'readShipments']);
  const input = { actor: person('Mei'), merchantId: w.merchantId, orderIds: [orderId] };
  expect(must(await markShipped(ports, input))).toMatchObject([{ orderId, ok: true }]);
  expect(must(await markShipped(ports, input))).toMatchObject([{ ok: false, code: 'writeback_under_way' }]);
  expect(await exceptionsOf(orderId)).toHaveLength(1);
  await send(ports, w, writebackId);
  expect(await exceptionsOf(orderId)).toEqual([]);
  expect((await readOrder(ports, w.merchantId, orderId)).status).toBe('completed');
  expect(must(await markShipped(ports, input))).toMatchObject([{ ok: false, code: 'nothing_to_repeat' }]);
});

test('"already shipped" with our tracking number is as good as accepted', async () => {
  const { ports, platform } = outgoingPorts(database);
  const w = await world(sql);
  const { writebackId, orderId } = await shipped(ports, w);
  platform.fail('ship', platformError('rejected', { platformCode: 'already_shipped' }), true);
  await send(ports, w, writebackId);
  expect(platform.calls).toEqual(['ship', 'readShipments']);
  expect((await readOrder(ports, w.merchantId, orderId)).status).toBe('completed');
  expect(await exceptionsOf(orderId)).toEqual([]);
});

test('another tracking number is told by Manual Ship when the first was refused', async () => {
  const { ports, platform } = outgoingPorts(database);
  const w = await world(sql);
  const { writebackId, orderId } = await shipped(ports, w, [2]);
  platform.fail('ship', platformError('rejected', { platformCode: 'bad_tracking' }));
  await send(ports, w, writebackId);
  const { version } = await readOrder(ports, w.merchantId, orderId);
  const input = { actor: person('Mei'), merchantId: w.merchantId, orderId, expectedVersion: version };
  must(await manualShip(ports, { ...input, trackingNumber: 'NEW-7', carrier: { name: 'Bike Bob' } }));
  expect(await exceptionsOf(orderId)).toEqual([]);
  await send(ports, w, (await writebackOf(orderId)).writebackId);
  expect(platform.fulfilments.get(`p-${orderId}`)).toMatchObject([
    { trackingNumber: 'NEW-7', carrier: 'Bike Bob', lines: [{ platformLineId: 'l-0', quantity: 2 }] },
  ]);
  const order = await readOrder(ports, w.merchantId, orderId);
  expect(order.status).toBe('manual_completed');
  expect(order.lines[0]?.quantityShipped).toBe(2);
});

test('an admin closes by hand what the platform refuses for good', async () => {
  const { ports, platform } = outgoingPorts(database);
  const w = await world(sql);
  const { writebackId, orderId } = await shipped(ports, w);
  platform.fail('ship', platformError('permanent', { platformCode: 'gone' }));
  await send(ports, w, writebackId);
  const { version } = await readOrder(ports, w.merchantId, orderId);
  const input = { merchantId: w.merchantId, orderId, expectedVersion: version, reason: 'Buyer has it' };
  expect(codeOf(await closeByHand(ports, { ...input, actor: person('Mei') }))).toBe('not_permitted');
  must(await closeByHand(ports, { ...input, actor: person('Ada', 'admin') }));
  expect((await readOrder(ports, w.merchantId, orderId)).status).toBe('manual_completed');
  expect(await exceptionsOf(orderId)).toEqual([]);
  expect(await writebackOf(orderId)).toMatchObject({ state: 'closed' });
});

test('a dead authorization parks all of its writebacks, and mending it sends them', async () => {
  const { ports, platform, jobs } = outgoingPorts(database);
  const w = await world(sql);
  const [first, second] = [await shipped(ports, w), await shipped(ports, w, [1], 'B')];
  await sql`update authorizations set status = 'expired' where id = ${w.authorizationId}`;
  platform.fail('ship', platformError('needs_reauthorization'));
  await send(ports, w, first.writebackId);
  expect(await writebackOf(first.orderId)).toMatchObject({ state: 'parked' });
  expect(await writebackOf(second.orderId)).toMatchObject({ state: 'parked' });
  await send(ports, w, second.writebackId);
  expect(platform.calls).toEqual(['ship']);
  const marked = await markShipped(ports, {
    actor: person('Mei'),
    merchantId: w.merchantId,
    orderIds: [first.orderId],
  });
  expect(must(marked)).toMatchObject([{ ok: false, code: 'writeback_parked' }]);
  jobs.length = 0;
  await database.database.transaction((tx) => resumeParkedWritebacks(ports, tx, w.authorizationId));
  expect(jobs.map((job) => job.task)).toEqual(['writeback.send', 'writeback.send']);
  await send(ports, w, first.writebackId);
  await send(ports, w, second.writebackId);
  expect((await readOrder(ports, w.merchantId, second.orderId)).status).toBe('completed');
});

test('an authorization that was mended during the call parks nothing', async () => {
  const { ports, platform } = outgoingPorts(database);
  const w = await world(sql);
  const { orderId, writebackId } = await shipped(ports, w);
  platform.fail('ship', platformError('needs_reauthorization'));
  await send(ports, w, writebackId);
  expect(await writebackOf(orderId)).toMatchObject({ state: 'retry' });
});

test('two workers tell it once: the second leaves the row to the first', async () => {
  const { ports, platform, jobs } = outgoingPorts(database);
  const w = await world(sql);
  const { orderId, writebackId } = await shipped(ports, w);
  jobs.length = 0;
  await Promise.all([send(ports, w, writebackId), send(ports, w, writebackId), send(ports, w, writebackId)]);
  expect(platform.calls.filter((call) => call.startsWith('ship'))).toEqual(['ship']);
  expect(platform.fulfilments.get(`p-${orderId}`)).toHaveLength(1);
  expect((await readOrder(ports, w.merchantId, orderId)).status).toBe('completed');
});

test('a row that a dead worker left is read at the platform before it is sent', async () => {
  const { ports, platform, clock, jobs } = outgoingPorts(database);
  const w = await world(sql);
  const { orderId, writebackId } = await shipped(ports, w);
  await sql`update writebacks set state = 'sending', attempts = 1, sending_since = ${clock.now().toISOString()}::timestamptz where id = ${writebackId}`;
  jobs.length = 0;
  await send(ports, w, writebackId);
  expect(platform.calls).toEqual([]);
  expect(jobs[0]?.runAt?.getTime()).toBe(clock.now().getTime() + sendingTimeoutMs);
  clock.pass(sendingTimeoutMs + 1);
  await send(ports, w, writebackId);
  expect(platform.calls).toEqual(['ship!']);
  expect((await readOrder(ports, w.merchantId, orderId)).status).toBe('completed');
});

test('a carrier that the platform does not know waits for its pairing and then goes by itself', async () => {
  const { ports, platform, jobs } = outgoingPorts(database, testPlatform({ carrierPairing: 'required' }));
  const w = await world(sql);
  const { orderId, writebackId } = await shipped(ports, w);
  await send(ports, w, writebackId);
  expect(platform.calls).toEqual([]);
  expect(await exceptionsOf(orderId)).toMatchObject([
    { code: 'carrier_unpaired', message: expect.stringContaining('UPS'), platform_message: null },
  ]);
  jobs.length = 0;
  const pairing = {
    storeId: w.storeId,
    carrier: { id: w.warehouse.carrierId },
    platformCode: 'UPS_US',
    platformName: 'UPS (US)',
  };
  const input = { actor: person('Mei'), merchantId: w.merchantId, ...pairing };
  expect(must(await pairCarrier(ports, input))).toEqual({ resumed: 1 });
  expect(jobs.map((job) => job.task)).toContain('writeback.send');
  await send(ports, w, writebackId);
  expect(platform.fulfilments.get(`p-${orderId}`)).toMatchObject([{ carrier: 'UPS_US' }]);
  expect(await exceptionsOf(orderId)).toEqual([]);
});

test('a carrier typed in Manual Ship waits for its pairing, in any capitals, and then goes by itself', async () => {
  const { ports, platform } = outgoingPorts(database, testPlatform({ carrierPairing: 'required' }));
  const [w, elsewhere] = [await world(sql), await world(sql)];
  const ship = async (at: World, name: string, trackingNumber: string) => {
    const { orderId } = await makeOrder(sql, at);
    const input = { actor: person('Mei'), merchantId: at.merchantId, orderId, expectedVersion: 1 };
    must(await manualShip(ports, { ...input, trackingNumber, carrier: { name } }));
    const { writebackId } = await writebackOf(orderId);
    await send(ports, at, writebackId);
    return { orderId, writebackId };
  };
  const made = [await ship(w, 'Bike Bob', 'B1'), await ship(w, ' BIKE bob', 'B2')];
  const others = [await ship(w, 'Bike Bill', 'B3'), await ship(elsewhere, 'Bike Bob', 'B4')];
  expect(platform.calls).toEqual([]);
  const pairing = { carrier: { name: 'bike BOB' }, platformCode: 'BOB', platformName: 'Bob’s bikes' };
  const input = { actor: person('Mei'), merchantId: w.merchantId, storeId: w.storeId, ...pairing };
  expect(must(await pairCarrier(ports, input))).toEqual({ resumed: 2 });
  for (const { writebackId, orderId } of made) {
    await send(ports, w, writebackId);
    expect(platform.fulfilments.get(`p-${orderId}`)).toMatchObject([{ carrier: 'BOB' }]);
    expect(await exceptionsOf(orderId)).toEqual([]);
    expect((await readOrder(ports, w.merchantId, orderId)).status).toBe('manual_completed');
  }
  for (const { orderId } of others) expect((await writebackOf(orderId)).state).toBe('failed');
  // The next one needs nobody.
  const next = await ship(w, 'Bike bob', 'B5');
  expect(platform.fulfilments.get(`p-${next.orderId}`)).toMatchObject([{ carrier: 'BOB' }]);
  const rows =
    await sql`select p.carrier_id, p.carrier_name, v.subject_id = p.id as is_its, v.after->>'carrierName' as name
    from carrier_pairings p join audit_events v on v.merchant_id = p.merchant_id and v.event = 'carrier.paired'
    where p.store_id = ${w.storeId}`;
  expect(rows).toEqual([{ carrier_id: null, carrier_name: 'bike BOB', is_its: true, name: 'bike BOB' }]);
});

test('a typed name that reads as one enabled carrier of the desk is that carrier', async () => {
  const { ports } = outgoingPorts(database);
  const w = await world(sql);
  const [only, twin, other, off] = [newId(), newId(), newId(), newId()];
  await sql`insert into carriers (id, code, name, enabled) values (${only}, ${only}, 'Owl Post', true),
    (${twin}, ${twin}, 'Pigeon', true), (${other}, ${other}, 'PIGEON', true), (${off}, ${off}, 'Raven', false)`;
  for (const [typed, carrier_id, carrier_name] of [
    [' owl POST ', only, 'Owl Post'],
    ['Pigeon', null, 'Pigeon'],
    ['raven', null, 'raven'],
    ['Owl', null, 'Owl'],
  ] as const) {
    const { orderId } = await makeOrder(sql, w);
    const input = { actor: person('Mei'), merchantId: w.merchantId, orderId, expectedVersion: 1 };
    must(await manualShip(ports, { ...input, trackingNumber: orderId, carrier: { name: typed } }));
    const rows = await sql`select carrier_id, carrier_name from shipments where order_id = ${orderId}`;
    expect(rows).toEqual([{ carrier_id, carrier_name }]);
  }
});

test('failed writebacks of one cause are sent again together', async () => {
  const { ports, platform, jobs } = outgoingPorts(database);
  const w = await world(sql);
  const [a, b, other] = [await shipped(ports, w), await shipped(ports, w, [1], 'B'), await shipped(ports, w, [1], 'C')];
  for (const [made, code] of [
    [a, 'bad'],
    [b, 'bad'],
    [other, 'worse'],
  ] as const) {
    platform.fail('ship', platformError('rejected', { platformCode: code }));
    await send(ports, w, made.writebackId);
  }
  jobs.length = 0;
  const input = {
    actor: person('Mei'),
    merchantId: w.merchantId,
    storeId: w.storeId,
    kind: 'shipment' as const,
    errorCode: 'bad',
  };
  const { runId, count } = must(await retryWritebacks(ports, input));
  expect(count).toBe(2);
  expect(jobs.filter((job) => job.task === 'writeback.send')).toHaveLength(2);
  const [run] = await sql`select kind, status, updated from runs where id = ${runId}`;
  expect(run).toMatchObject({ kind: 'bulk_retry', status: 'done', updated: 2 });
  expect(codeOf(await retryWritebacks(ports, input))).toBe('nothing_to_repeat');
  expect(await writebackOf(other.orderId)).toMatchObject({ state: 'failed', error_code: 'worse' });
});

test('accepted is confirmed when a read-back sees it; what stays unseen for six hours goes to a person', async () => {
  const { ports, platform, clock, jobs } = outgoingPorts(database);
  const w = await world(sql);
  const [seen, lost] = [await shipped(ports, w), await shipped(ports, w, [1], 'B')];
  await send(ports, w, seen.writebackId);
  await send(ports, w, lost.writebackId);
  platform.fulfilments.delete(`p-${lost.orderId}`);
  const confirm = (writebackId: string) => confirmWriteback(ports, { merchantId: w.merchantId, writebackId, signal });
  expect(jobs.findLast((job) => job.task === 'writeback.confirm')?.runAt?.getTime()).toBe(
    clock.now().getTime() + 300_000,
  );
  clock.pass(300_000);
  await confirm(seen.writebackId);
  await confirm(lost.writebackId);
  expect((await writebackOf(seen.orderId)).state).toBe('confirmed');
  expect(jobs.findLast((job) => job.task === 'writeback.confirm')?.runAt?.toISOString()).toBe(
    '2026-11-21T09:30:00.000Z',
  );
  clock.pass(6 * 3_600_000);
  await confirm(lost.writebackId);
  expect(await exceptionsOf(lost.orderId)).toMatchObject([{ code: 'writeback_unconfirmed' }]);
  must(await markShipped(ports, { actor: person('Mei'), merchantId: w.merchantId, orderIds: [lost.orderId] }));
  await send(ports, w, lost.writebackId);
  expect(platform.fulfilments.get(`p-${lost.orderId}`)).toHaveLength(1);
  expect(await exceptionsOf(lost.orderId)).toEqual([]);
  expect((await readOrder(ports, w.merchantId, lost.orderId)).status).toBe('completed');
});

test('a fault of the desk itself goes to a person and is not repeated blindly', async () => {
  const { ports, platform } = outgoingPorts(database);
  const w = await world(sql);
  const { orderId, writebackId } = await shipped(ports, w);
  const broken: DeskPorts = {
    ...ports,
    platforms: {
      withStore: async () => {
        throw new TypeError('undefined is not a function');
      },
    },
  };
  await send(broken, w, writebackId);
  expect(await exceptionsOf(orderId)).toMatchObject([{ code: 'writeback_failed', platform_code: 'desk_fault' }]);
  must(await markShipped(ports, { actor: person('Mei'), merchantId: w.merchantId, orderIds: [orderId] }));
  await send(ports, w, writebackId);
  expect(platform.calls).toEqual(['ship!']);
});

/** Another parcel of the order, told after this one; with a carrier of its own where one is typed. */
async function anotherParcel(orderId: string, writebackId: string, typed?: string): Promise<string> {
  const second = newId();
  await sql`with parcel as (
      insert into shipments (id, merchant_id, order_id, carrier_id, carrier_name, tracking_number, shipped_at, created_by)
      select ${second}, merchant_id, order_id, case when ${typed ?? null}::text is null then carrier_id end,
        coalesce(${typed ?? null}::text, carrier_name), '1Z-2', shipped_at, created_by
      from shipments where order_id = ${orderId} returning 1)
    insert into writebacks (id, merchant_id, store_id, authorization_id, order_id, shipment_id, kind)
    select ${second}, merchant_id, store_id, authorization_id, order_id, ${second}, kind
    from writebacks where id = ${writebackId}`;
  return second;
}

test('a parcel that waits for its carrier is not forgotten when another of its order is refused for something else', async () => {
  const { ports, platform } = outgoingPorts(database);
  const w = await world(sql);
  const { orderId, writebackId } = await shipped(ports, w);
  platform.fail('ship', platformError('rejected', { platformCode: 'unknown_carrier' }));
  await send(ports, w, writebackId);
  const second = await anotherParcel(orderId, writebackId);
  platform.fail('ship', platformError('rejected', { platformCode: 'bad_number' }));
  await send(ports, w, second);
  expect(await exceptionsOf(orderId)).toMatchObject([{ code: 'carrier_unpaired' }, { code: 'writeback_failed' }]);
});

test('a parcel that waits for its carrier is not forgotten when the platform takes another of its order', async () => {
  const { ports, platform } = outgoingPorts(database);
  const w = await world(sql);
  const { orderId, writebackId } = await shipped(ports, w);
  platform.fail('ship', platformError('rejected', { platformCode: 'unknown_carrier' }));
  await send(ports, w, writebackId);
  await send(ports, w, await anotherParcel(orderId, writebackId));
  expect(await exceptionsOf(orderId)).toMatchObject([{ code: 'carrier_unpaired' }]);
});

test.each([
  ['for a reason of its own', 'bad_weight', undefined, ['writeback_failed', 'writeback_failed']],
  ['for the pairing of another carrier', 'unknown_carrier', 'Bike Bob', ['carrier_unpaired', 'writeback_failed']],
])('no pairing is asked for once it is made, though another parcel of the order failed %s', async (_, code, typed, left) => {
  const { ports, platform } = outgoingPorts(database);
  const w = await world(sql);
  const { orderId, writebackId } = await shipped(ports, w);
  platform.fail('ship', platformError('rejected', { platformCode: 'unknown_carrier' }));
  await send(ports, w, writebackId);
  platform.fail('ship', platformError('rejected', { platformCode: code }));
  await send(ports, w, await anotherParcel(orderId, writebackId, typed));
  const pairing = { storeId: w.storeId, carrier: { id: w.warehouse.carrierId }, platformCode: 'U', platformName: 'U' };
  must(await pairCarrier(ports, { actor: person('Mei'), merchantId: w.merchantId, ...pairing }));
  platform.fail('ship', platformError('rejected', { platformCode: 'bad_number' }));
  await send(ports, w, writebackId);
  const open = await sql<{ code: string; subject: string }[]>`
    select code, subject from order_exceptions where order_id = ${orderId} and closed_at is null order by code`;
  expect(open.map((row) => row.code)).toEqual(left);
  expect(open.map((row) => row.subject)).not.toContain('UPS');
});

test('a carrier that the platform calls unknown is a pairing to make, one cause for all of its parcels', async () => {
  const { ports, platform } = outgoingPorts(database);
  const w = await world(sql);
  const made = [await shipped(ports, w), await shipped(ports, w, [1], 'B')];
  for (const { writebackId } of made) {
    platform.fail('ship', platformError('rejected', { platformCode: 'unknown_carrier', platformMessage: 'UPS?' }));
    await send(ports, w, writebackId);
  }
  const open = () =>
    sql`select code, subject from order_exceptions where merchant_id = ${w.merchantId} and closed_at is null`;
  expect(await open()).toMatchObject([
    { code: 'carrier_unpaired', subject: 'UPS' },
    { code: 'carrier_unpaired', subject: 'UPS' },
  ]);
  const pairing = { storeId: w.storeId, carrier: { id: w.warehouse.carrierId }, platformCode: 'U', platformName: 'U' };
  expect(must(await pairCarrier(ports, { actor: person('Mei'), merchantId: w.merchantId, ...pairing }))).toEqual({
    resumed: 2,
  });
  for (const { writebackId } of made) await send(ports, w, writebackId);
  expect(await open()).toEqual([]);
});
