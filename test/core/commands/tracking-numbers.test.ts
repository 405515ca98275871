import { expect, test } from 'vitest';
import { confirmShipment } from '../../../core/commands/confirm-shipment.ts';
import { manualShip } from '../../../core/commands/manual-ship.ts';
import { sendWriteback } from '../../../core/commands/send-writeback.ts';
import { testDatabase } from '../../support/database.ts';
import {
  codeOf,
  dispatchNow,
  makeOrder,
  must,
  outgoingPorts,
  person,
  readOrder,
  type World,
  world,
} from '../../support/outgoing.ts';
import { platformError } from '../../support/platform.ts';

const database = await testDatabase();
const { sql } = database;
const { ports, platform } = outgoingPorts(database);
const packer = person('Pia', 'warehouse');

/** An order in the warehouse, and how its parcels are shipped. */
async function dispatched(w: World, number: string, quantities = [1]) {
  const { orderId } = await makeOrder(sql, w, { number, quantities });
  const { outboundOrderId } = must(await dispatchNow(ports, w, orderId));
  const [line] = await sql<
    { id: string }[]
  >`select id from outbound_lines where outbound_order_id = ${outboundOrderId}`;
  return {
    orderId,
    ship: (
      trackingNumber: string,
      over: { quantity?: number; expectedVersion?: number; carrierId?: string; override?: { note: string } } = {},
    ) => {
      const { quantity, ...rest } = over;
      const lines = quantity === undefined ? {} : { lines: [{ outboundLineId: line?.id ?? '', quantity }] };
      const which = { actor: packer, merchantId: w.merchantId, outboundOrderId, expectedVersion: 1 };
      return confirmShipment(ports, { ...which, trackingNumber, ...lines, ...rest });
    },
  };
}

const shipmentsOf = async (w: World) =>
  (await sql`select count(*)::int as count from shipments where merchant_id = ${w.merchantId}`)[0]?.count;

test('one number for two parcels of an order is refused, whatever the note says', async () => {
  const w = await world(sql);
  const order = await dispatched(w, '#1', [3]);
  must(await order.ship('1Z999AA', { quantity: 1 }));
  const again = { quantity: 1, expectedVersion: 2, override: { note: 'One box' } };
  const refused = await order.ship(' 1z999aa ', again);
  expect(refused).toMatchObject({
    ok: false,
    error: { code: 'tracking_repeated', field: 'trackingNumber', message: expect.stringContaining('Order #1 (UPS') },
  });
  expect(await shipmentsOf(w)).toBe(1);
  must(await order.ship('1Z999AB', again));
});

test('a number of another order needs a note, which the history keeps with the other order', async () => {
  const w = await world(sql);
  const first = await dispatched(w, '#1');
  const second = await dispatched(w, '#2');
  must(await first.ship('1Z999'));
  expect(await second.ship('1Z999')).toMatchObject({
    ok: false,
    error: { code: 'tracking_in_use', field: 'trackingNumber', message: expect.stringContaining('Order #1 (UPS') },
  });
  expect(codeOf(await second.ship('1Z999', { override: { note: '  ' } }))).toBe('invalid_input');
  expect(await shipmentsOf(w)).toBe(1);
  must(await second.ship('1Z999', { override: { note: 'Same buyer, one box' } }));
  const [event] = await sql`select after from audit_events
    where subject_id = ${second.orderId} and after ? 'sharedNumberNote'`;
  expect(event?.after).toMatchObject({
    sharedNumberNote: 'Same buyer, one box',
    sharedWithOrderIds: [first.orderId],
  });
});

test('another carrier, and another merchant, may have the same number', async () => {
  const [w, other] = [await world(sql), await world(sql)];
  must(await (await dispatched(w, '#1')).ship('7'));
  must(await (await dispatched(w, '#2')).ship('7', { carrierId: await carrier('DHL') }));
  must(await (await dispatched(other, '#3')).ship('7'));
});

test('Manual Ship is warned like the warehouse, also by the typed name of the carrier', async () => {
  const w = await world(sql);
  must(await (await dispatched(w, '#1')).ship('7'));
  const { orderId } = await makeOrder(sql, w, { number: '#2' });
  const which = { actor: person('Mei'), merchantId: w.merchantId, orderId, expectedVersion: 1 };
  const input = { ...which, trackingNumber: '7', carrier: { name: 'ups' } };
  expect(codeOf(await manualShip(ports, input))).toBe('tracking_in_use');
  must(await manualShip(ports, { ...input, override: { note: 'Same box' } }));
});

test('a shipment that the platform refused may be told again with its own number', async () => {
  const w = await world(sql);
  const order = await dispatched(w, '#1');
  must(await order.ship('7'));
  platform.fail('ship', platformError('rejected', { platformCode: 'bad_carrier' }));
  const [row] = await sql<{ id: string }[]>`select id from writebacks where order_id = ${order.orderId}`;
  const signal = new AbortController().signal;
  await sendWriteback(ports, { merchantId: w.merchantId, writebackId: row?.id ?? '', signal });
  const { version } = await readOrder(ports, w.merchantId, order.orderId);
  const which = { actor: person('Mei'), merchantId: w.merchantId, orderId: order.orderId, expectedVersion: version };
  const carrierId = w.warehouse.carrierId;
  must(await manualShip(ports, { ...which, trackingNumber: '7', carrier: { id: carrierId }, service: 'Express' }));
});

test('of two people who ship two orders with one number at the same instant, one is asked', async () => {
  const w = await world(sql);
  const orders = [await dispatched(w, '#1'), await dispatched(w, '#2')];
  const codes = (await Promise.all(orders.map((order) => order.ship('1Z1')))).map(codeOf).sort();
  expect(codes).toEqual(['ok', 'tracking_in_use']);
});

async function carrier(name: string): Promise<string> {
  const [row] = await sql<{ id: string }[]>`
    insert into carriers (id, code, name) values (gen_random_uuid(), gen_random_uuid(), ${name}) returning id`;
  return row?.id ?? '';
}
