import { expect, test } from 'vitest';
import { cancelOrder } from '../../../core/commands/cancel-order.ts';
import { correctAddress } from '../../../core/commands/correct-address.ts';
import { holdOrders } from '../../../core/commands/hold-orders.ts';
import { markOutboundException } from '../../../core/commands/mark-outbound-exception.ts';
import { releaseHolds } from '../../../core/commands/release-holds.ts';
import { printable, typedLine } from '../../../core/typed-text.ts';
import { testDatabase } from '../../support/database.ts';
import { dispatchNow, makeOrder, must, outgoingPorts, person, readOrder, world } from '../../support/outgoing.ts';

const database = await testDatabase();
const { sql } = database;
const { ports } = outgoingPorts(database);
const actor = person('Mei', 'admin');

/** NUL, bell, escape, delete, a reversed direction and half an emoji, around words that must stay. */
const typed = 'Damaged\u0000 box\u0007,\u001b[31m see\u007f \u202eoto\u202c\r\nsecond line\ud83d';
const kept = 'Damaged box,[31m see oto\nsecond line\ufffd';

test('what cannot be printed is left out, lines and languages stay', () => {
  expect(printable(typed)).toBe(kept);
  expect(printable('王小明 はこ 📦 é\tü\n')).toBe('王小明 はこ 📦 é\tü\n');
  expect(typedLine().parse(' Main\r\nstreet\t1\u0000 ')).toBe('Main street 1');
});

const dump = async (): Promise<string> =>
  JSON.stringify([
    await sql`select * from holds`,
    await sql`select * from audit_events`,
    await sql`select * from outbound_orders`,
    await sql`select * from order_exceptions`,
  ]);

/** As JSON shows them. */
const unprintable = /\\u00(?:0[0-8bcef]|1|7f)|\\ud83d|\u202e/;

test('a hold, its release, a cancellation and an exception keep typed words without them', async () => {
  const w = await world(sql);
  const { merchantId } = w;
  const held = await makeOrder(sql, w);
  const orderIds = [held.orderId];
  must(await holdOrders(ports, { actor, merchantId, orderIds, reason: 'Check', note: typed }));
  expect(await sql`select 1 from holds where order_id = ${held.orderId} and note = ${kept}`).toHaveLength(1);
  must(await releaseHolds(ports, { actor, merchantId, orderIds, note: typed }));
  const order = { orderId: held.orderId, expectedVersion: (await readOrder(ports, merchantId, held.orderId)).version };
  must(await cancelOrder(ports, { actor, merchantId, ...order, atPlatform: false, reason: typed }));
  const { orderId } = await makeOrder(sql, w);
  const { outboundOrderId } = must(await dispatchNow(ports, w, orderId));
  must(await markOutboundException(ports, { actor, merchantId, outboundOrderId, reason: typed }));
  const written = await dump();
  expect(written.split('second line').length).toBeGreaterThan(4);
  expect(written).not.toMatch(unprintable);
});

test('a reason of nothing but unprintable characters is no reason', async () => {
  const w = await world(sql);
  const { orderId } = await makeOrder(sql, w);
  const { outboundOrderId } = must(await dispatchNow(ports, w, orderId));
  const where = { actor, merchantId: w.merchantId, outboundOrderId };
  expect(await markOutboundException(ports, { ...where, reason: '\u0000\u0007 \u202e' })).toMatchObject({
    ok: false,
    error: { code: 'invalid_input', field: 'reason' },
  });
});

test('a corrected address holds no line breaks and nothing unprintable', async () => {
  const w = await world(sql);
  const { orderId } = await makeOrder(sql, w);
  const { version } = await readOrder(ports, w.merchantId, orderId);
  const recipient = { address1: 'Main street\u0000 1\r\nback door' };
  must(await correctAddress(ports, { actor, merchantId: w.merchantId, orderId, expectedVersion: version, recipient }));
  const [row] = await sql`select r.address1 from orders o join recipients r on r.id = o.corrected_recipient_id
    where o.id = ${orderId}`;
  expect(row?.address1).toBe('Main street 1 back door');
});
