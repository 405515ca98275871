import { expect, test } from 'vitest';
import { requeueWritebacks } from '../../core/commands/requeue-writebacks.ts';
import { newId } from '../../core/ids.ts';
import { writebackJob } from '../../core/writeback/writeback-job.ts';
import { createJobs } from '../../db/jobs.ts';
import { testDatabase } from '../support/database.ts';
import { dispatchNow, makeOrder, must, outgoingPorts, person, stockOf, world } from '../support/outgoing.ts';

const database = await testDatabase();
const { sql } = database;
const { ports } = outgoingPorts(database);
const at = new Date('2026-11-21T09:00:00Z');
const inTransaction = database.database.transaction;

test('a repository gives nothing of another merchant away, and changes nothing of it', async () => {
  const [mine, theirs] = [await world(sql), await world(sql)];
  const { orderId } = await makeOrder(sql, theirs);
  const { outboundOrderId } = must(await dispatchNow(ports, theirs, orderId));
  const writebackId = newId();
  const exception = { orderId, storeId: theirs.storeId, code: 'dispatch_failed', subject: '', message: 'x' } as const;
  await inTransaction(async (tx) => {
    const { storeId, authorizationId } = theirs;
    const row = {
      id: writebackId,
      storeId,
      authorizationId,
      orderId,
      shipmentId: null,
      kind: 'cancellation',
      reason: null,
    } as const;
    await ports.writebacks.create(tx, theirs.merchantId, [row], at);
    await ports.exceptions.open(tx, theirs.merchantId, [exception], at);
  });
  const [opened] = await sql<{ id: string }[]>`select id from order_exceptions where order_id = ${orderId}`;
  const { merchantId } = mine;
  await inTransaction(async (tx) => {
    expect(await ports.orderLocks.lock(tx, merchantId, [orderId])).toEqual([]);
    expect(await ports.orderLocks.lastMove(tx, merchantId, orderId)).toBeNull();
    expect((await ports.orderLocks.lastDeeds(tx, merchantId, [orderId])).size).toBe(0);
    expect(await ports.outbound.find(tx, merchantId, outboundOrderId)).toBeNull();
    expect(await ports.writebacks.lock(tx, merchantId, writebackId)).toBeNull();
    expect(await ports.writebacks.message(tx, merchantId, writebackId)).toBeNull();
    expect(await ports.writebacks.store(tx, merchantId, theirs.storeId)).toBeNull();
    expect(await ports.writebacks.repeat(tx, merchantId, [writebackId], at)).toEqual([]);
    expect(await ports.writebacks.park(tx, merchantId, theirs.authorizationId, at)).toBe(0);
    expect(await ports.exceptions.find(tx, merchantId, opened?.id ?? '')).toBeNull();
    const by = { name: 'Mei', via: 'web', resolution: 'x' };
    expect(await ports.exceptions.close(tx, merchantId, { orderIds: [orderId] }, by, at)).toBe(0);
    expect(await ports.inventory.levels(tx, merchantId, [theirs.productId])).toEqual([]);
    const keys = [{ storeId: theirs.storeId, keyKind: 'sku' as const, key: 'TEE-1' }];
    expect(await ports.outbound.recipes(tx, merchantId, keys)).toEqual([]);
    const target = await ports.outbound.target(
      tx,
      merchantId,
      theirs.warehouse.warehouseId,
      theirs.warehouse.channelId,
    );
    expect(target?.warehouse.services).toEqual([]);
  });
});

test('an exception is open once for each order and subject; its new words replace the old, the count stays right', async () => {
  const w = await world(sql);
  const { orderId } = await makeOrder(sql, w);
  const row = (subject: string, message: string) => ({
    orderId,
    storeId: w.storeId,
    code: 'writeback_failed' as const,
    subject,
    message,
  });
  const count = async () => (await sql`select open_exception_count as n from orders where id = ${orderId}`)[0]?.n;
  await inTransaction((tx) => ports.exceptions.open(tx, w.merchantId, [row('a', 'first'), row('b', 'other')], at));
  await inTransaction((tx) => ports.exceptions.open(tx, w.merchantId, [row('a', 'again')], at));
  expect(await count()).toBe(2);
  const messages = await sql`select message from order_exceptions where order_id = ${orderId} order by subject`;
  expect(messages.map((one) => one.message)).toEqual(['again', 'other']);
  const by = { name: 'Mei', via: 'web', resolution: 'seen' };
  await inTransaction((tx) =>
    ports.exceptions.close(tx, w.merchantId, { orderIds: [orderId], subjects: ['a'] }, by, at),
  );
  expect(await count()).toBe(1);
  await inTransaction((tx) => ports.exceptions.open(tx, w.merchantId, [row('a', 'anew')], at));
  expect(await count()).toBe(2);
});

test('stock that arrives closes the holds of orders that waited for it, as far as it reaches', async () => {
  const w = await world(sql, 0);
  const [small, large] = [await makeOrder(sql, w, { quantities: [1] }), await makeOrder(sql, w, { quantities: [5] })];
  for (const { orderId } of [small, large]) await dispatchNow(ports, w, orderId);
  const held = () => sql`select id, open_hold_count as n from orders where merchant_id = ${w.merchantId} order by id`;
  expect((await held()).map((row) => row.n)).toEqual([1, 1]);
  await sql`update inventory set on_hand = 4 where merchant_id = ${w.merchantId}`;
  const place = { warehouseId: w.warehouse.warehouseId, productId: w.productId };
  expect(await inTransaction((tx) => ports.dispatchHolds.closeShortages(tx, w.merchantId, [place], at))).toBe(1);
  expect((await held()).map((row) => row.n)).toEqual([0, 1]);
});

test('stock moves of many people end in the right sum, without a deadlock, with a ledger line each', async () => {
  const w = await world(sql);
  const other = newId();
  await sql`insert into products (id, merchant_id, sku, name) values (${other}, ${w.merchantId}, 'OTHER', 'Other')`;
  const move = (productId: string) => ({
    warehouseId: w.warehouse.warehouseId,
    productId,
    kind: 'allocate' as const,
    onHandDelta: 0,
    allocatedDelta: 1,
    outboundOrderId: null,
  });
  const by = person('Mei');
  await Promise.all(
    Array.from({ length: 20 }, (_, index) => {
      const products = index % 2 === 0 ? [w.productId, other] : [other, w.productId];
      return inTransaction((tx) => ports.inventory.move(tx, w.merchantId, products.map(move), by, at));
    }),
  );
  expect(await stockOf(sql, w)).toEqual({ onHand: 100, allocated: 20 });
  const [row] = await sql`select change_counter::int as n from inventory where product_id = ${other}`;
  expect(row?.n).toBe(20);
  expect(await sql`select id from inventory_ledger where merchant_id = ${w.merchantId}`).toHaveLength(40);
});

test('times and amounts come back as they went in', async () => {
  const w = await world(sql);
  const { orderId } = await makeOrder(sql, w, { codAmount: '84.50' });
  await sql`update orders set dispatched_at = '2026-11-21T09:00:00.123Z' where id = ${orderId}`;
  const [order] = await inTransaction((tx) => ports.orderLocks.read(tx, w.merchantId, [orderId]));
  expect(order?.dispatchedAt).toEqual(new Date('2026-11-21T09:00:00.123Z'));
  expect([order?.codAmount, order?.version, order?.cancelledAt]).toEqual(['84.5000', 1, null]);
});

test('a writeback whose job is gone gets another one, and only then', async () => {
  await sql`delete from writebacks`;
  const w = await world(sql);
  const { orderId } = await makeOrder(sql, w);
  const id = newId();
  const { merchantId, storeId, authorizationId } = w;
  const live = { ...ports, jobs: createJobs(), clock: { now: () => new Date(at.getTime() + 6 * 60_000) } };
  const queued = { id, merchantId, authorizationId, orderId };
  await inTransaction(async (tx) => {
    const row = { id, storeId, authorizationId, orderId, shipmentId: null, kind: 'shipment', reason: null } as const;
    await ports.writebacks.create(tx, merchantId, [row], at);
    await live.jobs.enqueue(tx, [writebackJob(queued)]);
  });
  expect(await requeueWritebacks(live)).toBe(0);
  await sql`delete from graphile_worker._private_jobs`;
  expect(await requeueWritebacks({ ...live, clock: { now: () => at } })).toBe(0);
  expect(await requeueWritebacks(live)).toBe(1);
  expect(await requeueWritebacks(live)).toBe(0);
  await sql`delete from graphile_worker._private_jobs`;
  await sql`update writebacks set state = 'accepted' where id = ${id}`;
  expect(await requeueWritebacks(live)).toBe(0);
});
