import { afterAll, expect, test } from 'vitest';
import { advanceOutbound } from '../../../core/commands/advance-outbound.ts';
import { cancelOrder } from '../../../core/commands/cancel-order.ts';
import { cancelRest } from '../../../core/commands/cancel-rest.ts';
import { closeByHand } from '../../../core/commands/close-by-hand.ts';
import { confirmShipment } from '../../../core/commands/confirm-shipment.ts';
import { dispatchBatch } from '../../../core/commands/dispatch-batch.ts';
import { dispatchOrder } from '../../../core/commands/dispatch-order.ts';
import { followPlatformChanges } from '../../../core/commands/follow-platform-changes.ts';
import { manualShip } from '../../../core/commands/manual-ship.ts';
import { markShipped } from '../../../core/commands/mark-shipped.ts';
import { sendWriteback } from '../../../core/commands/send-writeback.ts';
import { undoCancel } from '../../../core/commands/undo-cancel.ts';
import { undoDispatch } from '../../../core/commands/undo-dispatch.ts';
import { claimOf, liveOutboundQuantity } from '../../../core/order/order-state.ts';
import type { LockedOrder } from '../../../core/ports/outgoing.ts';
import { connectDatabase } from '../../../db/client.ts';
import { createDatabase } from '../../../db/database.ts';
import { testDatabase } from '../../support/database.ts';
import { eventually } from '../../support/jobs.ts';
import {
  codeOf,
  type DeskPorts,
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
import { platformError, type TestPlatform, testPlatform } from '../../support/platform.ts';

const database = await testDatabase();
const { sql } = database;
/** A second process, as far as PostgreSQL can see. */
const other = connectDatabase(database.url, { max: 3 });
afterAll(() => other.close());

const mei = person('Mei', 'admin');
const signal = new AbortController().signal;

interface Scene {
  readonly w: World;
  readonly orderId: string;
  readonly outboundOrderId: string;
  readonly outboundLineId: string;
  readonly outboundVersion: number;
  readonly version: number;
  readonly writebackId: string;
  readonly platform: TestPlatform;
  /** Two doors to the same database. */
  readonly doors: readonly [DeskPorts, DeskPorts];
}

type Deed = (ports: DeskPorts, scene: Scene) => Promise<string>;

const onOrder = ({ w, orderId, version }: Scene) => ({
  actor: mei,
  merchantId: w.merchantId,
  orderId,
  expectedVersion: version,
});
const onOutbound = ({ w, outboundOrderId, outboundVersion }: Scene) => ({
  actor: mei,
  merchantId: w.merchantId,
  outboundOrderId,
  expectedVersion: outboundVersion,
});
const target = ({ w }: Scene) => ({ warehouseId: w.warehouse.warehouseId, shippingChannelId: w.warehouse.channelId });

const follow =
  (stateAfter: 'cancelled' | 'shipped'): Deed =>
  async (ports, { w, orderId }) => {
    await ports.database.transaction(async (tx) => {
      const [order] = await ports.orderLocks.lock(tx, w.merchantId, [orderId]);
      if (order === undefined) return;
      const { merchantId, storeId, status } = order;
      const change = { merchantId, storeId, orderId, status, stateBefore: 'open', stateAfter } as const;
      await followPlatformChanges(ports, tx, [
        { ...change, addressFields: [], previousRecipient: null, linesChanged: false, others: [], touched: true },
      ]);
    });
    return 'ok';
  };

const deeds: Readonly<Record<string, Deed>> = {
  dispatch: async (ports, s) => codeOf(await dispatchOrder(ports, { ...onOrder(s), ...target(s) })),
  batch: async (ports, s) => {
    const result = await dispatchBatch(ports, {
      actor: person('Tom'),
      merchantId: s.w.merchantId,
      orderIds: [s.orderId],
      ...target(s),
    });
    return must(result).results[0]?.code ?? 'ok';
  },
  cancel: async (ports, s) => codeOf(await cancelOrder(ports, { ...onOrder(s), atPlatform: false })),
  manualShip: async (ports, s) =>
    codeOf(await manualShip(ports, { ...onOrder(s), trackingNumber: 'HAND-1', carrier: { name: 'Bike' } })),
  undoDispatch: async (ports, s) => codeOf(await undoDispatch(ports, onOrder(s))),
  undoCancel: async (ports, s) => codeOf(await undoCancel(ports, onOrder(s))),
  pick: async (ports, s) => codeOf(await advanceOutbound(ports, { ...onOutbound(s), to: 'picking' })),
  shipSome: async (ports, s) => {
    const lines = [{ outboundLineId: s.outboundLineId, quantity: 1 }];
    return codeOf(await confirmShipment(ports, { ...onOutbound(s), trackingNumber: 'SOME-1', lines }));
  },
  shipRest: async (ports, s) => codeOf(await confirmShipment(ports, { ...onOutbound(s), trackingNumber: 'REST-1' })),
  cancelRest: async (ports, s) => codeOf(await cancelRest(ports, { ...onOrder(s), reason: 'Broken' })),
  closeByHand: async (ports, s) => codeOf(await closeByHand(ports, { ...onOrder(s), reason: 'Done' })),
  markShipped: async (ports, s) =>
    must(await markShipped(ports, { actor: mei, merchantId: s.w.merchantId, orderIds: [s.orderId] }))[0]?.code ?? 'ok',
  send: async (ports, s) => {
    await sendWriteback(ports, { merchantId: s.w.merchantId, writebackId: s.writebackId, signal });
    return 'ok';
  },
  platformCancelled: follow('cancelled'),
  platformShipped: follow('shipped'),
};

/** How far the order is before the two meet. */
const stages = {
  pending: async () => {},
  dispatched: async (ports: DeskPorts, w: World, orderId: string) => {
    must(await dispatchNow(ports, w, orderId, { actor: mei }));
  },
  partiallyShipped: async (ports: DeskPorts, w: World, orderId: string) => {
    const { outboundOrderId } = must(await dispatchNow(ports, w, orderId, { actor: mei }));
    const line = (await readOrder(ports, w.merchantId, orderId)).outbound[0]?.lines[0]?.id ?? '';
    const lines = [{ outboundLineId: line, quantity: 1 }];
    const input = {
      actor: mei,
      merchantId: w.merchantId,
      outboundOrderId,
      expectedVersion: 1,
      trackingNumber: 'FIRST',
    };
    must(await confirmShipment(ports, { ...input, lines }));
  },
  refused: async (ports: DeskPorts, w: World, orderId: string, platform: TestPlatform) => {
    const { outboundOrderId } = must(await dispatchNow(ports, w, orderId, { actor: mei }));
    const input = {
      actor: mei,
      merchantId: w.merchantId,
      outboundOrderId,
      expectedVersion: 1,
      trackingNumber: 'FIRST',
    };
    must(await confirmShipment(ports, input));
    platform.fail('ship', platformError('rejected', { platformCode: 'bad' }));
    const writebackId = (await readOrder(ports, w.merchantId, orderId)).writebacks[0]?.id ?? '';
    await sendWriteback(ports, { merchantId: w.merchantId, writebackId, signal });
  },
  cancelled: async (ports: DeskPorts, w: World, orderId: string) => {
    const { version } = must(await dispatchNow(ports, w, orderId, { actor: mei }));
    must(
      await cancelOrder(ports, {
        actor: mei,
        merchantId: w.merchantId,
        orderId,
        expectedVersion: version,
        atPlatform: false,
      }),
    );
  },
} as const;

type Stage = keyof typeof stages;

function doorsTo(platform: TestPlatform): readonly [DeskPorts, DeskPorts] {
  const { ports, clock } = outgoingPorts(database, platform);
  return [ports, { ...outgoingPorts(database, platform, clock).ports, database: createDatabase(other.db) }];
}

async function sceneAt(stage: Stage): Promise<Scene> {
  const platform = testPlatform();
  const doors = doorsTo(platform);
  const [ports] = doors;
  const w = await world(sql);
  const { orderId } = await makeOrder(sql, w, { quantities: [3] });
  await stages[stage](ports, w, orderId, platform);
  const order = await readOrder(ports, w.merchantId, orderId);
  const outbound = order.outbound[0];
  return {
    w,
    orderId,
    outboundOrderId: outbound?.id ?? w.productId,
    outboundLineId: outbound?.lines[0]?.id ?? w.productId,
    outboundVersion: outbound?.version ?? 1,
    version: order.version,
    writebackId: order.writebacks[0]?.id ?? w.productId,
    platform,
    doors,
  };
}

/** Everything that two histories could differ in. */
async function outcome(scene: Scene, codes: readonly string[]): Promise<string> {
  const { w, orderId, doors } = scene;
  const order = await readOrder(doors[0], w.merchantId, orderId);
  await holdTrue(scene, order);
  const exceptions = await sql<{ code: string }[]>`
    select code from order_exceptions where order_id = ${orderId} and closed_at is null order by code`;
  return JSON.stringify({
    codes,
    status: order.status,
    outbound: order.outbound.map((o) => [o.status, o.recall, o.lines.map((line) => line.quantityShipped)]),
    shipped: order.lines.map((line) => line.quantityShipped),
    writebacks: order.writebacks.map((writeback) => writeback.state),
    told: (scene.platform.fulfilments.get(`p-${orderId}`) ?? []).map((shipment) => shipment.trackingNumber),
    exceptions: exceptions.map((row) => row.code),
    stock: await stockOf(sql, w),
  });
}

async function holdTrue({ w }: Scene, order: LockedOrder): Promise<void> {
  for (const line of order.lines) {
    expect(liveOutboundQuantity(order, line.id)).toBeLessThanOrEqual(line.quantity - line.quantityCancelled);
    expect(line.quantityShipped).toBeLessThanOrEqual(line.quantity);
  }
  const claimed = order.outbound.reduce((sum, outbound) => sum + (claimOf(outbound).get(w.productId) ?? 0), 0);
  const stock = await stockOf(sql, w);
  expect(stock.allocated).toBe(claimed);
  const [ledger] = await sql<{ on_hand: number; allocated: number }[]>`
    select 100 + coalesce(sum(on_hand_delta), 0)::int as on_hand, coalesce(sum(allocated_delta), 0)::int as allocated
    from inventory_ledger where merchant_id = ${w.merchantId}`;
  expect(stock).toEqual({ onHand: ledger?.on_hand, allocated: ledger?.allocated });
}

const names = Object.keys(deeds);

/** One after the other; a batch that found the order changed between its two looks did nothing. */
async function inTurn(stage: Stage, turns: readonly [name: string, door: 0 | 1][], codes: string[]): Promise<string> {
  const scene = await sceneAt(stage);
  for (const [name, door] of turns) codes[door] = (await deeds[name]?.(scene.doors[door], scene)) ?? '';
  return outcome(scene, codes);
}

/** These make other deeds possible that were refused before them. */
const openers: ReadonlySet<string> = new Set(['dispatch', 'batch', 'undoDispatch', 'undoCancel', 'shipSome']);

/** What is refused before and after the other one is refused at the same time, too. */
const isWorthARace = (a: string, b: string, acting: ReadonlySet<string>): boolean =>
  acting.has(a) && acting.has(b) ? true : (acting.has(a) && openers.has(a)) || (acting.has(b) && openers.has(b));

/** The deeds that change something at this stage. */
async function effective(stage: Stage): Promise<Set<string>> {
  const found = new Set<string>();
  for (const name of names) {
    const scene = await sceneAt(stage);
    const before = await outcome(scene, []);
    await deeds[name]?.(scene.doors[0], scene);
    if ((await outcome(scene, [])) !== before) found.add(name);
  }
  return found;
}

test.each(
  Object.keys(stages) as Stage[],
)('any two deeds that meet on one order (%s) end as if one had come first', async (stage) => {
  const acting = await effective(stage);
  expect(acting.size).toBeGreaterThan(0);
  for (const [index, a] of names.entries()) {
    for (const b of names.slice(index)) {
      if (!isWorthARace(a, b, acting)) continue;
      const scene = await sceneAt(stage);
      const [first, second] = [deeds[a], deeds[b]];
      if (first === undefined || second === undefined) continue;
      const codes = await Promise.all([first(scene.doors[0], scene), second(scene.doors[1], scene)]);
      const met = await outcome(scene, codes);
      const histories: (readonly [name: string, door: 0 | 1][])[] = [
        [
          [a, 0],
          [b, 1],
        ],
        [
          [b, 1],
          [a, 0],
        ],
      ];
      if (codes[0] === 'changed_meanwhile') histories.push([[b, 1]]);
      if (codes[1] === 'changed_meanwhile') histories.push([[a, 0]]);
      const allowed: string[] = [];
      for (const history of histories) {
        if (!allowed.includes(met)) allowed.push(await inTurn(stage, history, [...codes]));
      }
      expect(allowed, `${a} and ${b}, ${stage}`).toContain(met);
    }
  }
}, 120_000);

test('of two orders that are dispatched at the same instant for the last pieces one leaves', async () => {
  const [first, second] = doorsTo(testPlatform());
  const w = await world(sql, 3);
  const [a, b] = [await makeOrder(sql, w), await makeOrder(sql, w)];
  const waitForTheShelf = async () => {
    const [row] = await other.sql<{ count: number }[]>`
      select count(*)::int as count from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    return row?.count === 2;
  };
  const done = await other.sql.begin(async (tx) => {
    // Until both stand before it.
    await tx`select 1 from inventory where merchant_id = ${w.merchantId} for update`;
    const both = [dispatchNow(first, w, a.orderId), dispatchNow(second, w, b.orderId)];
    await eventually(waitForTheShelf);
    return { both };
  });
  const codes = (await Promise.all(done.both)).map(codeOf);
  expect(codes.sort()).toEqual(['ok', 'stock_short']);
  expect(await stockOf(sql, w)).toEqual({ onHand: 3, allocated: 2 });
});
