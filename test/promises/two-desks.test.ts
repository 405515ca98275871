import { expect, test, vi } from 'vitest';
import { webhookSignature } from '../../connectors/sandbox/marketplace/webhooks.ts';
import {
  addStore,
  authorize,
  dispatch,
  killed,
  orderOf,
  ordersOf,
  plainShop,
  problemIn,
  runsOf,
  scene,
  ship,
  signIn,
  synced,
  toldOf,
} from '../support/desk-driver.ts';
import { eventually } from '../support/jobs.ts';

vi.setConfig({ testTimeout: 90_000 });

/** Two desks, everything on both, on one database, with an authorized store. */
async function twoDesks(count: number) {
  const s = await scene();
  const shop = plainShop(s.market, 'teahouse', count);
  const [first, second] = await Promise.all([s.start(0), s.start(1)]);
  // The first start ends with the owner's link at each; whoever was last has the one that is good.
  const person = await signIn(first).catch(() => signIn(second).then((one) => one.at(first)));
  const store = await addStore(s, person, 'teahouse');
  return { s, shop, first, second, person, store };
}

test('a desk that dies over a page leaves its queue to the other, which ends the sync within seconds', async () => {
  const { s, first, second, person, store } = await twoDesks(600);
  // Whoever takes the job hangs at the third page.
  s.market.faults.add({ kind: 'hang', operation: 'listOrders', skip: 2, times: 1 });
  await authorize(person, store);
  await eventually(async () => s.market.count('GET /api/orders') >= 3);
  const began = Date.now();
  const dead = [first, second].find((desk) => runsSync(desk.output()));
  if (dead === undefined) throw new Error('Nobody runs the sync.');
  await killed(dead);
  const rows = await synced(s.sql, store.storeId, 600, 25_000);
  expect(rows).toHaveLength(600);
  expect(Date.now() - began).toBeLessThan(20_000);
  expect((await runsOf(s.sql, store.storeId))[0]).toMatchObject({ mode: 'first', status: 'done', created: 600 });
});

/** This desk's worker found a sync that it has not completed. */
function runsSync(output: string): boolean {
  const found = [...output.matchAll(/Found task (\d+) \(sync\.run\)/g)].map(([, id]) => id);
  return found.some((id) => !output.includes(`Completed task ${id} (sync.run`));
}

test('two desks make one run of a scheduled slot, and one order of a webhook that both are given, twice', async () => {
  const { s, shop, first, second, person, store } = await twoDesks(3);
  await authorize(person, store);
  await synced(s.sql, store.storeId, 3);
  await eventually(async () => shop.webhooks.length === 1);
  const ticks = await s.sql<{ name: string; count: number }[]>`
    select name, count(*)::int as count from schedule_ticks where name = 'sync' group by name, slot`;
  for (const { count } of ticks) expect(count).toBe(1);
  // Every minute of an hour at once, at both: each store slot makes one run at most.
  await s.sql`update stores set sync_every_minutes = 1`;
  const before = (await runsOf(s.sql, store.storeId)).length;
  const slot = new Date(Math.floor(Date.now() / 60_000) * 60_000 + 60_000).toISOString();
  await s.sql`select graphile_worker.add_jobs(array(
    select row('sync.tick', json_build_object('slot', ${slot}::text), null, now(), null, null, null, null)::graphile_worker.job_spec
    from generate_series(1, 6)))`;
  await eventually(async () => {
    const [left] = await s.sql`select id from graphile_worker.jobs where task_identifier = 'sync.tick'`;
    return left === undefined;
  });
  await synced(s.sql, store.storeId, 3);
  expect((await runsOf(s.sql, store.storeId)).slice(before)).toHaveLength(1);

  // One buyer, one order, one event: delivered to both desks, and again.
  const [registration] = shop.webhooks;
  shop.webhooks = [];
  const [order] = s.market.market.place(shop, { count: 1, kind: 'plain' });
  const body = JSON.stringify({
    event_id: 'evt_chaos_1',
    topic: 'order.created',
    shop: shop.handle,
    order_id: order?.id,
    at: new Date().toISOString(),
  });
  const asked = s.market.count('POST /api/orders/lookup');
  const deliver = async (origin: string): Promise<number> => {
    const answer = await fetch(`${origin}/webhooks/sandbox/${store.storeId}`, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        'x-sandbox-event-id': 'evt_chaos_1',
        'x-sandbox-topic': 'order.created',
        'x-sandbox-signature': webhookSignature(registration?.secret ?? '', body),
      },
    });
    return answer.status;
  };
  const statuses = await Promise.all([first, second, first, second, first, second].map((desk) => deliver(desk.origin)));
  expect(new Set(statuses)).toEqual(new Set([200]));
  const rows = await synced(s.sql, store.storeId, 4);
  expect(rows.filter((row) => row.platformOrderId === order?.id)).toHaveLength(1);
  await eventually(async () => {
    const [open] = await s.sql`select id from webhook_deliveries where processed_at is null`;
    return open === undefined;
  });
  expect(s.market.count('POST /api/orders/lookup') - asked).toBe(1);
});

test('two people who dispatch one order at the same instant at two desks get one outbound order and one clear answer', async () => {
  const { s, shop, second, person, store } = await twoDesks(4);
  await authorize(person, store);
  const orders = await synced(s.sql, store.storeId, 4);
  const other = person.at(second);
  for (const order of orders) {
    const answers = await Promise.all([dispatch(s, person, order), dispatch(s, other, order)]);
    const refused = answers.filter((answer) => answer.status !== 303);
    expect(answers.map(({ status }) => status).sort()).toEqual([303, refused[0]?.status]);
    expect(problemIn(refused[0]?.body ?? '')).toMatch(/already dispatched by/i);
    const outbounds =
      await s.sql`select id from outbound_orders where order_id = ${order.id} and status <> 'cancelled'`;
    expect(outbounds).toHaveLength(1);
  }
  const [{ over }] = await s.sql<[{ over: number }]>`
    select count(*)::int as over from order_lines l where (
      select coalesce(sum(ol.quantity), 0) from outbound_lines ol join outbound_orders o on o.id = ol.outbound_order_id
      where ol.order_line_id = l.id and o.status <> 'cancelled') > l.quantity`;
  expect(over).toBe(0);
  // Both ship it, too: one parcel, told once.
  const [order] = orders;
  await Promise.allSettled([
    ship(s, person, order?.id ?? '', 'TRACK-TWICE'),
    ship(s, other, order?.id ?? '', 'TRACK-TWICE'),
  ]);
  const shipments = await s.sql`select id from shipments where order_id = ${order?.id ?? ''}`;
  expect(shipments.length).toBeLessThanOrEqual(1);
  if (shipments.length === 0) await ship(s, person, order?.id ?? '', 'TRACK-TWICE');
  await eventually(
    async () => (await orderOf(s.sql, store.storeId, order?.platformOrderId ?? '')).status === 'completed',
  );
  expect(toldOf(s.market, shop, order?.platformOrderId ?? '')).toHaveLength(1);
  expect((await ordersOf(s.sql, store.storeId)).filter(({ status }) => status === 'processing')).toHaveLength(3);
});
