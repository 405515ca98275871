import { expect, test, vi } from 'vitest';
import { batchLimit, dispatchBatch } from '../../../core/commands/dispatch-batch.ts';
import { undoDispatch } from '../../../core/commands/undo-dispatch.ts';
import { newId } from '../../../core/ids.ts';
import { testDatabase } from '../../support/database.ts';
import {
  codeOf,
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

const batch = (w: World, orderIds: readonly string[], actor = person('Mei')) => ({
  actor,
  merchantId: w.merchantId,
  orderIds,
  warehouseId: w.warehouse.warehouseId,
  shippingChannelId: w.warehouse.channelId,
});

test('each order of a batch has a result of its own, and the run keeps them', async () => {
  const { ports } = outgoingPorts(database);
  const w = await world(sql, 6);
  const good = await makeOrder(sql, w, { quantities: [2] });
  const short = await makeOrder(sql, w, { quantities: [2] });
  const small = await makeOrder(sql, w);
  const unmapped = await makeOrder(sql, w, { sku: 'NONE' });
  const cash = await makeOrder(sql, w, { paymentRecord: 'cash_on_delivery', codAmount: '9.00' });
  const purchase = await makeOrder(sql, w, { kind: 'b2b' });
  const gone = newId();
  const before = await makeOrder(sql, w);
  must(await dispatchNow(ports, w, before.orderId));
  const ids = [good, short, small, unmapped, cash, purchase, before].map((made) => made.orderId);
  const { runId, results } = must(await dispatchBatch(ports, batch(w, [...ids, gone])));
  // 6 on hand, 2 allocated before: 4 for the first, none for the second, none for the third.
  expect(results.map((result) => result.code ?? 'ok')).toEqual([
    'ok',
    'stock_short',
    'stock_short',
    'sku_unmapped',
    'channel_collects_no_cash',
    'not_for_kind',
    'already_dispatched',
    'not_found',
  ]);
  expect(await stockOf(sql, w)).toEqual({ onHand: 6, allocated: 6 });
  expect((await readOrder(ports, w.merchantId, short.orderId)).openHolds).toMatchObject([{ code: 'stock_short' }]);
  const exceptions = await sql`select order_id, code from order_exceptions where merchant_id = ${w.merchantId}`;
  expect(exceptions).toMatchObject([{ order_id: cash.orderId, code: 'dispatch_failed' }]);
  const [run] =
    await sql`select kind, status, outcome, total, updated, failed, actor_name from runs where id = ${runId}`;
  expect(run).toMatchObject({
    kind: 'batch_dispatch',
    status: 'done',
    outcome: 'partly_done',
    total: 8,
    updated: 1,
    failed: 7,
    actor_name: 'Mei',
  });
  const items = await sql`select result, reason_code, order_ids from run_items where run_id = ${runId} order by page`;
  expect(items[0]).toMatchObject({ result: 'dispatched', order_ids: [good.orderId] });
});

test('a batch refuses a self-pickup channel by name, and changes nothing', async () => {
  const { ports } = outgoingPorts(database);
  const w = await world(sql);
  await sql`update shipping_channels set self_pickup = true where id = ${w.warehouse.channelId}`;
  const { orderId } = await makeOrder(sql, w);
  const refused = await dispatchBatch(ports, batch(w, [orderId]));
  expect(refused).toMatchObject({ ok: false, error: { code: 'self_pickup_channel', field: 'shippingChannelId' } });
  expect(refused.ok ? '' : refused.error.message).toContain('UPS Ground');
  expect((await readOrder(ports, w.merchantId, orderId)).status).toBe('pending');
});

test('a batch is of 1 to 1,000 orders, and needs a role', async () => {
  const { ports } = outgoingPorts(database);
  const w = await world(sql);
  expect(codeOf(await dispatchBatch(ports, batch(w, [])))).toBe('invalid_input');
  expect(codeOf(await dispatchBatch(ports, batch(w, Array.from({ length: batchLimit + 1 }, newId))))).toBe(
    'invalid_input',
  );
  expect(codeOf(await dispatchBatch(ports, batch(w, [newId()], person('Vic', 'viewer'))))).toBe('not_permitted');
});

test('the same batch submitted twice at once runs once, and both answers say the same', async () => {
  const { ports } = outgoingPorts(database);
  const w = await world(sql);
  const mei = person('Mei');
  const ids = [(await makeOrder(sql, w)).orderId, (await makeOrder(sql, w)).orderId];
  const [a, b] = (
    await Promise.all([dispatchBatch(ports, batch(w, ids, mei)), dispatchBatch(ports, batch(w, ids, mei))])
  ).map(must);
  expect(a?.runId).toBe(b?.runId);
  expect(a?.results.map((result) => result.outboundNumber)).toEqual(b?.results.map((result) => result.outboundNumber));
  expect([a?.repeated, b?.repeated].sort()).toEqual([false, true]);
  expect(await sql`select id from runs where merchant_id = ${w.merchantId}`).toHaveLength(1);
  expect(await stockOf(sql, w)).toEqual({ onHand: 100, allocated: 4 });
});

test('what the first submission refused is tried again by the second', async () => {
  const { ports } = outgoingPorts(database);
  const w = await world(sql, 2);
  const mei = person('Mei');
  const ids = [(await makeOrder(sql, w)).orderId, (await makeOrder(sql, w)).orderId];
  expect(must(await dispatchBatch(ports, batch(w, ids, mei))).results.map((r) => r.ok)).toEqual([true, false]);
  await sql`update inventory set on_hand = 10 where merchant_id = ${w.merchantId}`;
  expect(must(await dispatchBatch(ports, batch(w, ids, mei))).results.map((r) => r.ok)).toEqual([true, true]);
  expect(await stockOf(sql, w)).toEqual({ onHand: 10, allocated: 4 });
});

test('two people with overlapping batches in other sequences dispatch every order once', async () => {
  const { ports } = outgoingPorts(database);
  const w = await world(sql, 1_000);
  const made: string[] = [];
  for (let index = 0; index < 40; index += 1) made.push((await makeOrder(sql, w, { quantities: [1, 2] })).orderId);
  const runs = [made, [...made].reverse(), made.slice(10, 30)];
  const results = (
    await Promise.all(runs.map((ids, index) => dispatchBatch(ports, batch(w, ids, person(`P${index}`)))))
  ).map(must);
  const dispatched = results.flatMap((result) => result.results.filter((one) => one.ok).map((one) => one.orderId));
  expect(dispatched.sort()).toEqual([...made].sort());
  expect(await stockOf(sql, w)).toEqual({ onHand: 1_000, allocated: 40 * 6 });
  const codes = new Set(results.flatMap((result) => result.results.map((one) => one.code ?? 'ok')));
  expect([...codes].sort()).toEqual(['already_dispatched', 'ok']);
});

test('one order of a batch can be undone by the person who sent it', async () => {
  const { ports } = outgoingPorts(database);
  const w = await world(sql);
  const mei = person('Mei');
  const ids = [(await makeOrder(sql, w)).orderId, (await makeOrder(sql, w)).orderId];
  must(await dispatchBatch(ports, batch(w, ids, mei)));
  expect(must(await undoDispatch(ports, { actor: mei, merchantId: w.merchantId, orderId: ids[0] ?? '' })).status).toBe(
    'pending',
  );
  expect(await stockOf(sql, w)).toEqual({ onHand: 100, allocated: 2 });
});

test('a stale batch asks each platform account once; what it could not ask is dispatched and said so', async () => {
  const platform = testPlatform();
  const { ports } = outgoingPorts(database, platform);
  const w = await world(sql);
  await sql`update stores set synced_until = null where id = ${w.storeId}`;
  const ids = [(await makeOrder(sql, w)).orderId, (await makeOrder(sql, w)).orderId];
  platform.fail('fetchByIds', platformError('retryable'));
  const { results } = must(await dispatchBatch(ports, batch(w, ids)));
  expect(platform.calls).toEqual(['fetchByIds']);
  expect(results.map((result) => [result.ok, result.notAsked])).toEqual([
    [true, 'the platform could not be asked'],
    [true, 'the platform could not be asked'],
  ]);
});

test('a platform that does not answer costs three seconds, not more', async () => {
  const platform = testPlatform();
  const { ports } = outgoingPorts(database, platform);
  const w = await world(sql);
  await sql`update stores set synced_until = null where id = ${w.storeId}`;
  const { orderId } = await makeOrder(sql, w);
  const asked = Promise.withResolvers<void>();
  platform.answer = () => {
    asked.resolve();
    return new Promise(() => {});
  };
  const deadline = new AbortController();
  const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(deadline.signal);
  try {
    const dispatched = dispatchBatch(ports, batch(w, [orderId]));
    await asked.promise;
    expect(timeout.mock.calls).toEqual([[3_000]]);
    deadline.abort(new DOMException('The operation timed out.', 'TimeoutError'));
    const { results } = must(await dispatched);
    expect(results).toMatchObject([{ ok: true, notAsked: 'the platform did not answer in time' }]);
  } finally {
    timeout.mockRestore();
  }
});

test('a thousand fresh orders leave in one action', async () => {
  const { ports } = outgoingPorts(database);
  const w = await world(sql, 100_000);
  const ids = Array.from({ length: 1_000 }, newId);
  await sql`insert into orders (id, merchant_id, store_id, kind, platform_order_id, platform_order_number, platform_status,
      platform_state, platform_updated_at, content_hash, ordered_at, currency, total_amount, payment_record, status, line_count)
    select id, ${w.merchantId}, ${w.storeId}, 'b2c', id::text, id::text, 'PAID', 'open', now(), 'x', now(), 'USD', 1, 'online', 'pending', 2
    from unnest(${ids}::uuid[]) as t(id)`;
  const lineIds = Array.from({ length: 2_000 }, newId);
  await sql`insert into order_lines (id, merchant_id, order_id, position, platform_line_id, sku, name, quantity)
    select l.id, ${w.merchantId}, (${ids}::uuid[])[1 + (l.n - 1) / 2], (l.n - 1) % 2, 'l' || l.n, 'TEE-1', 'A tee', 1
    from unnest(${lineIds}::uuid[]) with ordinality as l(id, n)`;
  const { results } = must(await dispatchBatch(ports, batch(w, ids)));
  expect(results.every((result) => result.ok)).toBe(true);
  expect(await stockOf(sql, w)).toEqual({ onHand: 100_000, allocated: 4_000 });
  // Not one order at a time: that is what the time of it depends on.
  const [written] =
    await sql`select count(*)::int as orders, count(distinct (xmin::text, cmin::text))::int as statements
    from outbound_orders where merchant_id = ${w.merchantId}`;
  expect(written).toEqual({ orders: 1_000, statements: 1 });
});
