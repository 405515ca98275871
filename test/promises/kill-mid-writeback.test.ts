import { expect, test, vi } from 'vitest';
import type { Shop } from '../../connectors/sandbox/marketplace/types.ts';
import type { MarketCall } from '../support/chaos-market.ts';
import {
  addStore,
  authorize,
  type Connected,
  dispatch,
  killed,
  orderOf,
  ordersOf,
  passTime,
  plainShop,
  type Scene,
  scene,
  ship,
  signIn,
  synced,
  toldOf,
  type Visitor,
} from '../support/desk-driver.ts';
import type { DeskProcess } from '../support/desk-process.ts';
import { eventually } from '../support/jobs.ts';

vi.setConfig({ testTimeout: 90_000 });

const fulfil = 'POST /api/orders/:id/fulfilments';

interface Shipped {
  readonly s: Scene;
  readonly desk: DeskProcess;
  readonly person: Visitor;
  readonly store: Connected;
  readonly shop: Shop;
}

/** A store with some orders, each dispatched; none shipped yet. */
async function dispatched(count: number): Promise<Shipped> {
  const s = await scene();
  const shop = plainShop(s.market, 'teahouse', count);
  const desk = await s.start();
  const person = await signIn(desk);
  const store = await addStore(s, person, 'teahouse');
  await authorize(person, store);
  for (const order of await synced(s.sql, store.storeId, count)) {
    const answer = await dispatch(s, person, order);
    expect(answer.status).toBe(303);
  }
  return { s, desk, person, store, shop };
}

async function allCompleted({ s, store, shop }: Shipped): Promise<void> {
  const rows = await eventually(async () => {
    const orders = await ordersOf(s.sql, store.storeId);
    return orders.every(({ status }) => status === 'completed') ? orders : null;
  }, 30_000);
  for (const order of rows) {
    const told = toldOf(s.market, shop, order.platformOrderId);
    expect(told.map(({ trackingNumber }) => trackingNumber)).toEqual([`TRACK-${order.number}`]);
  }
  const states = await s.sql<{ state: string }[]>`select distinct state from writebacks`;
  expect(states.map(({ state }) => state)).toEqual(['accepted']);
}

const deaths: readonly { readonly title: string; readonly when: 'before' | 'after' }[] = [
  { title: 'before the marketplace heard of the shipment', when: 'before' },
  { title: 'after the marketplace took the shipment, before its answer', when: 'after' },
];

test.each(deaths)('a desk killed $title tells it once, and the order is completed', async ({ when }) => {
  const world = await dispatched(2);
  const { s, desk, person, store } = world;
  let dead: Promise<void> | null = null;
  s.market[when] = async ({ what, nth }: MarketCall) => {
    if (what !== fulfil || nth !== 1) return;
    dead = killed(desk);
    await dead;
    // Killed before it heard: what it sent is lost with it.
    if (when === 'before') throw new Error('The connection is gone.');
  };
  for (const order of await ordersOf(s.sql, store.storeId)) {
    await ship(s, person, order.id, `TRACK-${order.number}`).catch((error: unknown) => {
      // The desk died while the second one was being shipped: the person does it again below.
      if (dead === null) throw error;
    });
  }
  await eventually(async () => dead !== null);
  await dead;
  const again = await s.start();
  const back = person.at(again);
  for (const order of await ordersOf(s.sql, store.storeId)) {
    if (order.status === 'processing') await ship(s, back, order.id, `TRACK-${order.number}`);
  }
  // What the dead worker was sending is left to it for two minutes, because it might live; all else goes on.
  await eventually(async () => {
    const [{ waiting, open }] = await s.sql<[{ waiting: number; open: number }]>`
      select (select count(*)::int from graphile_worker.jobs
          where key like 'writeback.send:%' and run_at > now() and locked_at is null) as waiting,
        (select count(*)::int from writebacks where state <> 'accepted') as open`;
    return waiting === 1 && open === 1;
  });
  await passTime(s.sql, 3);
  await allCompleted(world);
});

test('a marketplace that takes a shipment and loses its answer is asked before it is told again', async () => {
  const world = await dispatched(1);
  const { s, person, store } = world;
  s.market.faults.add({ kind: 'reset_after_effect', operation: 'createFulfilment', times: 1 });
  const [order] = await ordersOf(s.sql, store.storeId);
  await ship(s, person, order?.id ?? '', `TRACK-${order?.number}`);
  await eventually(async () => {
    const [row] = await s.sql`select id from writebacks where state = 'retry' and may_have_arrived`;
    return row !== undefined;
  });
  await passTime(s.sql, 2);
  await allCompleted(world);
  expect(s.market.count(fulfil)).toBe(1);
});

test('a marketplace that hangs over a shipment does not keep another store from being told', async () => {
  const world = await dispatched(1);
  const { s, person, store } = world;
  const other = plainShop(s.market, 'coffeehouse', 1);
  const second = await addStore(s, person, 'coffeehouse');
  await authorize(person, second);
  const [espresso] = await synced(s.sql, second.storeId, 1);
  expect((await dispatch(s, person, espresso ?? { id: '', version: 0 })).status).toBe(303);
  s.market.faults.add({ kind: 'hang', operation: 'createFulfilment', times: 1 });
  const [order] = await ordersOf(s.sql, store.storeId);
  await ship(s, person, order?.id ?? '', `TRACK-${order?.number}`);
  await eventually(async () => s.market.count(fulfil) === 1);
  await ship(s, person, espresso?.id ?? '', 'TRACK-ESPRESSO');
  await eventually(async () => toldOf(s.market, other, espresso?.platformOrderId ?? '').length === 1, 5_000);
  expect((await orderOf(s.sql, store.storeId, order?.platformOrderId ?? '')).status).toBe('shipped');
});
