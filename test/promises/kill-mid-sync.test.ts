import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { openInScope } from '../support/chaos-market.ts';
import { addStore, authorize, killed, ordersOf, runsOf, scene, signIn, synced } from '../support/desk-driver.ts';
import { eventually } from '../support/jobs.ts';

vi.setConfig({ testTimeout: 90_000 });

/** Pages of the first sync at whose request the desk dies, and how long after it: before, during and after a page is written. */
const deaths = [
  { page: 3, afterMs: 0 },
  { page: 8, afterMs: 25 },
  { page: 12, afterMs: 60 },
];

test('a desk killed three times in its first sync ends with exactly the open orders of the marketplace, each once', async () => {
  const s = await scene();
  const shop = s.market.market.openShop('teahouse');
  s.market.market.place(shop, { count: 1_400 });
  let desk = await s.start();
  const person = await signIn(desk);
  const store = await addStore(s, person, 'teahouse');
  s.market.faults.add({ kind: 'slow', operation: 'listOrders', delayMs: 40 });
  let left = [...deaths];
  let pages = 0;
  const dead: Promise<void>[] = [];
  s.market.before = ({ what }) => {
    if (what !== 'GET /api/orders') return;
    pages += 1;
    const [next] = left;
    if (next === undefined || pages !== next.page) return;
    left = left.slice(1);
    dead.push(sleep(next.afterMs).then(() => killed(desk)));
  };
  await authorize(person, store);
  for (const [index] of deaths.entries()) {
    await eventually(async () => dead.length > index, 40_000);
    await dead[index];
    expect((await ordersOf(s.sql, store.storeId)).length).toBeLessThan(1_400);
    pages = 0;
    desk = await s.start();
  }
  const wanted = openInScope(s.market, shop).map(({ id }) => id);
  const rows = await synced(s.sql, store.storeId, wanted.length);
  expect(rows.map((row) => row.platformOrderId)).toEqual(wanted.toSorted());
  const runs = await runsOf(s.sql, store.storeId);
  expect(runs.map(({ status }) => status)).not.toContain('running');
  expect(runs[0]).toMatchObject({ mode: 'first', status: 'done', created: wanted.length });
  // The two malformed orders of a new shop, each named once; nothing else failed.
  expect(runs[0]).toMatchObject({ failed: 2, outcome: 'partial' });
  const [{ lines, expected }] = await s.sql<[{ lines: number; expected: number }]>`
    select (select count(*)::int from order_lines where merchant_id = ${store.merchantId}) as lines,
      (select sum(line_count)::int from orders where store_id = ${store.storeId}) as expected`;
  expect(lines).toBe(expected);
});
