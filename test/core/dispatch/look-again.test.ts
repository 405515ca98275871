import { expect, test } from 'vitest';
import { dispatchBatch } from '../../../core/commands/dispatch-batch.ts';
import { isStale, lookAgain } from '../../../core/dispatch/look-again.ts';
import { newId } from '../../../core/ids.ts';
import type { FetchedOrder } from '../../../core/ports/connector.ts';
import { testDatabase } from '../../support/database.ts';
import { recordingLog } from '../../support/log.ts';
import { anOrder } from '../../support/orders.ts';
import { dispatchNow, makeOrder, must, outgoingPorts, person, readOrder, world } from '../../support/outgoing.ts';
import { testPlatform } from '../../support/platform.ts';

const database = await testDatabase();
const { sql } = database;

const longAgo = new Date('2020-01-01T00:00:00Z');
const readable = (platformOrderId: string): FetchedOrder => ({
  ok: true,
  order: anOrder({ platformOrderId, platformUpdatedAt: longAgo }),
  raw: '{}',
});
const unreadable = (platformOrderId: string | null, platformOrderNumber: string | null = null): FetchedOrder => ({
  ok: false,
  platformOrderId,
  platformOrderNumber,
  reason: 'The status is no text',
  raw: `{"id":"${platformOrderId}"}`,
});

/** A store whose last sync says nothing any more. */
async function staleStore() {
  const platform = testPlatform();
  const { lines, log } = recordingLog();
  const { ports: quiet } = outgoingPorts(database, platform);
  const ports = { ...quiet, log };
  const w = await world(sql);
  await sql`update stores set synced_until = null where id = ${w.storeId}`;
  return { platform, ports, w, lines };
}

const batch = (w: Awaited<ReturnType<typeof world>>, orderIds: readonly string[]) => ({
  actor: person('Mei'),
  merchantId: w.merchantId,
  orderIds,
  warehouseId: w.warehouse.warehouseId,
  shippingChannelId: w.warehouse.channelId,
});

test('an order whose copy on the platform cannot be read is dispatched, and said so', async () => {
  const { platform, ports, w } = await staleStore();
  const { orderId } = await makeOrder(sql, w);
  platform.answer = (ids) => ({ orders: ids.map((id) => unreadable(id)), missing: [] });
  expect(must(await dispatchNow(ports, w, orderId)).notAsked).toBe(
    "Dispatched without asking Northwind US again: the platform's answer could not be read.",
  );
});

test('of a batch only the orders that the answer shows, and can be read, count as asked', async () => {
  const { platform, ports, w } = await staleStore();
  const [shown, broken, faulty, leftOut, nameless] = [
    await makeOrder(sql, w),
    await makeOrder(sql, w),
    await makeOrder(sql, w),
    await makeOrder(sql, w),
    await makeOrder(sql, w, { number: '#77' }),
  ].map(({ orderId }) => orderId);
  const unfit = anOrder({ platformOrderId: `p-${faulty}`, currency: 'no currency' });
  platform.answer = () => ({
    orders: [
      readable(`p-${shown}`),
      unreadable(`p-${broken}`),
      { ok: true, order: unfit, raw: '{}' },
      unreadable(null, '#77'),
    ],
    missing: [],
  });
  const ids = [shown, broken, faulty, leftOut, nameless].map(String);
  const { results } = must(await dispatchBatch(ports, batch(w, ids)));
  expect(results.map((result) => [result.ok, result.notAsked])).toEqual([
    [true, undefined],
    [true, "the platform's answer could not be read"],
    [true, "the platform's answer could not be read"],
    [true, "the platform's answer did not name the order"],
    [true, "the platform's answer could not be read"],
  ]);
});

test("a fault in one store's connector is logged, and stops neither its orders nor another store's", async () => {
  const { platform, ports, w, lines } = await staleStore();
  const [authorizationId, storeId] = [newId(), newId()];
  await sql`insert into authorizations (id, merchant_id, platform, status, account_id)
    values (${authorizationId}, ${w.merchantId}, 'sandbox', 'authorized', 'shop-2')`;
  await sql`insert into stores (id, merchant_id, authorization_id, sales_channel_id, platform, name, sync_every_minutes,
      look_back_hours, first_look_back_hours)
    values (${storeId}, ${w.merchantId}, ${authorizationId}, ${w.salesChannelId}, 'sandbox', 'Other', 15, 48, 120)`;
  const [here, there] = [await makeOrder(sql, w), await makeOrder(sql, { ...w, storeId, authorizationId })];
  platform.answer = (ids) => {
    if (ids.includes(`p-${here.orderId}`)) throw new TypeError("Cannot read properties of undefined (reading 'id')");
    return { orders: ids.map(readable), missing: [] };
  };
  const orders = [
    await readOrder(ports, w.merchantId, here.orderId),
    await readOrder(ports, w.merchantId, there.orderId),
  ];
  const looked = await lookAgain(ports, w.merchantId, orders);
  expect([...looked.notAsked]).toEqual([[here.orderId, 'the desk itself failed, its log says how']]);
  expect(lines).toMatchObject([{ level: 'error', fields: { merchantId: w.merchantId, storeId: w.storeId } }]);
  const { results } = must(await dispatchBatch(ports, batch(w, [here.orderId])));
  expect(results).toMatchObject([{ ok: true, notAsked: 'the desk itself failed, its log says how' }]);
});

test('a connector that answers with nothing at all does not keep an order back', async () => {
  const { platform, ports, w } = await staleStore();
  const { orderId } = await makeOrder(sql, w);
  platform.answer = () => JSON.parse('{"missing":[]}');
  expect(must(await dispatchNow(ports, w, orderId)).notAsked).toContain('the desk itself failed');
});

test('work that is given up while the platform is asked dispatches nothing', async () => {
  const { platform, ports, w } = await staleStore();
  const { orderId } = await makeOrder(sql, w);
  platform.answer = () => {
    throw new DOMException('The desk stops.', 'AbortError');
  };
  await expect(dispatchNow(ports, w, orderId)).rejects.toThrow('The desk stops.');
  expect((await readOrder(ports, w.merchantId, orderId)).status).toBe('pending');
});

test('a sync mark that is later than now, from when the clock was ahead, is asked about', async () => {
  const { ports, w, platform } = await staleStore();
  const { orderId } = await makeOrder(sql, w);
  const order = await readOrder(ports, w.merchantId, orderId);
  const { profile } = platform.connector;
  const now = ports.clock.now();
  const asks = (aheadMs: number, freshnessSeconds: number) =>
    isStale({ ...order, syncedUntil: new Date(now.getTime() + aheadMs), freshnessSeconds }, profile, now);
  expect([30_000, 120_000, 86_400_000].map((aheadMs) => asks(aheadMs, 900))).toEqual([false, true, true]);
  // Two machines' clocks are never quite the same, but "always" is always.
  expect([0, 1_000].map((aheadMs) => asks(aheadMs, 0))).toEqual([false, true]);
});
