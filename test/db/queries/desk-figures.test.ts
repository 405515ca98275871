import { beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../../core/ids.ts';
import { createOrderQueries } from '../../../db/queries/order-queries.ts';
import { testDatabase } from '../../support/database.ts';
import { makeOrder, type World, world } from '../../support/outgoing.ts';
import { insertHold } from '../../support/rows.ts';

const { sql, db } = await testDatabase();
const queries = createOrderQueries(db);
const now = new Date();
const weekAgo = new Date(now.getTime() - 7 * 86_400_000);

let store: World;
let other: World;
beforeEach(async () => {
  store = await world(sql);
  other = await world(sql);
});

const shipped = (w: World, orderId: string, hoursAgo: number) => sql`
  insert into shipments (id, merchant_id, order_id, carrier_id, carrier_name, tracking_number, shipped_at, created_by)
  values (${newId()}, ${w.merchantId}, ${orderId}, ${w.warehouse.carrierId}, 'UPS', ${newId()},
    ${new Date(now.getTime() - hoursAgo * 3_600_000).toISOString()}::timestamptz, 'Mei')`;
const orderedAt = (orderId: string, hoursAgo: number) => sql`
  update orders set ordered_at = ${new Date(now.getTime() - hoursAgo * 3_600_000).toISOString()}::timestamptz where id = ${orderId}`;

describe('a look-up of many numbers', () => {
  it('finds each whole number in every store, with or without its hash, whatever its case', async () => {
    const { orderId: a } = await makeOrder(sql, store, { number: '#AB-1' });
    const { orderId: b } = await makeOrder(sql, store, { number: 'ab-1', kind: 'b2b' });
    await makeOrder(sql, store, { number: 'AB-12' });
    const found = await queries.lookUpNumbers({ merchantIds: [store.merchantId], numbers: ['#Ab-1', ' AB-1 ', ''] });
    expect(found.map(({ id }) => id).toSorted()).toEqual([a, b].toSorted());
  });

  it('sees no order of another merchant', async () => {
    await makeOrder(sql, other, { number: 'THEIRS-1' });
    expect(await queries.lookUpNumbers({ merchantIds: [store.merchantId], numbers: ['THEIRS-1'] })).toEqual([]);
    expect(await queries.lookUpNumbers({ merchantIds: [], numbers: ['THEIRS-1'] })).toEqual([]);
  });
});

describe('the counts of each store', () => {
  it('tell what is held from what can go, and nothing of other merchants', async () => {
    const { orderId } = await makeOrder(sql, store);
    await insertHold(sql, store, orderId, { code: 'sku_unmapped', subject: 'X' });
    await makeOrder(sql, store);
    await makeOrder(sql, store, { status: 'shipped' });
    await makeOrder(sql, other);
    expect(await queries.countByStore({ merchantIds: [store.merchantId] })).toEqual([
      { storeId: store.storeId, held: 1, excepted: 0, toDispatch: 1 },
    ]);
    expect(await queries.countByStore({ merchantIds: [] })).toEqual([]);
  });
});

describe('the figures of some days', () => {
  it('count orders in, orders shipped and the median from order to first parcel', async () => {
    for (const [ordered, left] of [
      [10, 8],
      [40, 20],
      [60, 10],
    ] as const) {
      const { orderId } = await makeOrder(sql, store, { status: 'shipped' });
      await orderedAt(orderId, ordered);
      await shipped(store, orderId, left);
      await shipped(store, orderId, 1);
    }
    const { orderId: cancelled } = await makeOrder(sql, store, { status: 'cancelled' });
    await orderedAt(cancelled, 5);
    const { orderId: old } = await makeOrder(sql, store, { status: 'shipped' });
    await orderedAt(old, 24 * 30);
    await shipped(store, old, 24 * 20);
    const stats = await queries.showStats({ merchantIds: [store.merchantId], since: weekAgo, now });
    expect(stats).toMatchObject({ placed: 4, placedCancelled: 1, shipped: 3, medianSecondsToShip: 20 * 3_600 });
  });

  it('count what is held now by its reasons, each order once in all', async () => {
    const { orderId } = await makeOrder(sql, store);
    await insertHold(sql, store, orderId, { code: 'sku_unmapped', subject: 'X' });
    await insertHold(sql, store, orderId, { code: 'payment_unknown', subject: 'Y' });
    await insertHold(sql, other, (await makeOrder(sql, other)).orderId, { code: 'sku_unmapped', subject: 'X' });
    const stats = await queries.showStats({ merchantIds: [store.merchantId], since: weekAgo, now });
    expect(stats.held).toBe(1);
    expect(stats.heldByCode).toEqual({ sku_unmapped: 1, payment_unknown: 1 });
    expect(stats.medianSecondsHeld).not.toBeNull();
  });

  it('are empty where there is nothing', async () => {
    const stats = await queries.showStats({ merchantIds: [store.merchantId], since: weekAgo, now });
    expect(stats).toEqual({
      placed: 0,
      placedCancelled: 0,
      shipped: 0,
      medianSecondsToShip: null,
      heldByCode: {},
      held: 0,
      medianSecondsHeld: null,
    });
  });
});
