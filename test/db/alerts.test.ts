import { describe, expect, it } from 'vitest';
import { unwrap } from '../../db/database.ts';
import { createAlertRepository } from '../../db/repositories/alerts.ts';
import { testDatabase } from '../support/database.ts';
import { readsOf } from '../support/reads.ts';
import { insertHold, insertOrder, insertStore, type TestStore } from '../support/rows.ts';

const { database, sql } = await testDatabase();
const alerts = createAlertRepository({ renewablePlatforms: ['sandbox'] });
const hourMs = 60 * 60 * 1000;
const noon = new Date('2026-11-20T12:00:00Z');

const settle = (store: TestStore, now = noon, withDeadlines = true) =>
  database.transaction((tx) => alerts.settle(tx, store.merchantId, { now, reopenWithinMs: hourMs, withDeadlines }));
const rowsOf = (store: TestStore) =>
  sql<
    {
      id: string;
      kind: string;
      subject: string;
      state: string;
      order_count: number;
      version: number;
      amounts: object;
      resolved_by: string;
      resolution: string;
      nearest_ship_by: string;
    }[]
  >`
    select * from alerts where merchant_id = ${store.merchantId} order by kind, subject, opened_at`;
const closeHolds = (store: TestStore, subject: string, by = 'Mei') =>
  sql`update holds set closed_at = now(), closed_by = ${by}, closed_via = 'web', resolution = 'mapped'
    where merchant_id = ${store.merchantId} and subject = ${subject} and closed_at is null`;

describe('alerts settle on what is open', () => {
  it('makes one alert of many orders that wait for one SKU', async () => {
    const store = await insertStore(sql);
    for (const [number, currency] of [
      ['#1', 'USD'],
      ['#2', 'USD'],
      ['#3', 'EUR'],
    ] as const) {
      const order = await insertOrder(sql, store, { number, currency, totalAmount: '12.50' });
      await insertHold(sql, store, order, { code: 'sku_unmapped', subject: 'TSHIRT-XL' });
    }
    const { changed } = await settle(store);
    expect(changed).toHaveLength(1);
    const [row] = await rowsOf(store);
    expect(row).toMatchObject({
      kind: 'held:sku_unmapped',
      subject: `${store.storeId}:TSHIRT-XL`,
      order_count: 3,
      amounts: { USD: '25', EUR: '12.5' },
    });
  });

  it('makes one alert of many orders that are short of the same warehouse SKU', async () => {
    const store = await insertStore(sql);
    for (const needed of ['2', '1', '3']) {
      const order = await insertOrder(sql, store);
      await insertHold(sql, store, order, {
        code: 'stock_short',
        subject: 'POT-S',
        origin: 'dispatch',
        detail: { needed },
      });
    }
    expect((await settle(store)).changed).toHaveLength(1);
    expect(await rowsOf(store)).toMatchObject([{ subject: `${store.storeId}:POT-S`, order_count: 3 }]);
    expect((await settle(store)).changed).toHaveLength(0);
    await closeHolds(store, 'POT-S');
    await settle(store);
    expect(await rowsOf(store)).toMatchObject([{ state: 'resolved', resolved_by: 'Mei' }]);
  });

  it('says nothing twice: a second look at the same facts changes no alert', async () => {
    const store = await insertStore(sql);
    await insertHold(sql, store, await insertOrder(sql, store), { code: 'address_incomplete', subject: 'zip' });
    expect((await settle(store)).changed).toHaveLength(1);
    expect((await settle(store)).changed).toHaveLength(0);
  });

  it('moves the count of the same alert when another order joins', async () => {
    const store = await insertStore(sql);
    await insertHold(sql, store, await insertOrder(sql, store), { code: 'sku_unmapped', subject: 'A' });
    await settle(store);
    await insertHold(sql, store, await insertOrder(sql, store), { code: 'sku_unmapped', subject: 'A' });
    expect((await settle(store)).changed).toEqual([{ id: expect.any(String), isNew: false }]);
    expect(await rowsOf(store)).toMatchObject([{ order_count: 2, version: 2 }]);
  });

  it('resolves an alert with the name of who ended its cause', async () => {
    const store = await insertStore(sql);
    await insertHold(sql, store, await insertOrder(sql, store), { code: 'sku_unmapped', subject: 'A' });
    await settle(store);
    await sql`update alerts set opened_at = now() - interval '1 minute' where merchant_id = ${store.merchantId}`;
    await closeHolds(store, 'A');
    await settle(store);
    expect(await rowsOf(store)).toMatchObject([{ state: 'resolved', resolved_by: 'Mei', resolution: 'mapped' }]);
  });

  it('opens the same alert again within the hour, and a new one later', async () => {
    const store = await insertStore(sql);
    const order = await insertOrder(sql, store);
    await insertHold(sql, store, order, { code: 'sku_unmapped', subject: 'A' });
    await settle(store);
    await closeHolds(store, 'A');
    await settle(store);
    await insertHold(sql, store, order, { code: 'sku_unmapped', subject: 'A' });
    await settle(store, new Date(noon.getTime() + hourMs / 2));
    expect(await rowsOf(store)).toMatchObject([{ state: 'open', version: 3 }]);
    await closeHolds(store, 'A');
    await settle(store, new Date(noon.getTime() + hourMs));
    await insertHold(sql, store, order, { code: 'sku_unmapped', subject: 'A' });
    await settle(store, new Date(noon.getTime() + 3 * hourMs));
    expect(await rowsOf(store)).toHaveLength(2);
  });

  it('keeps one open alert for a cause when two workers settle at once', async () => {
    const store = await insertStore(sql);
    for (let i = 0; i < 8; i += 1) {
      await insertHold(sql, store, await insertOrder(sql, store), { code: 'sku_unmapped', subject: `SKU-${i}` });
    }
    const outcomes = await Promise.all([settle(store), settle(store), settle(store)]);
    expect(outcomes.flatMap((outcome) => outcome.changed)).toHaveLength(8);
    expect(await rowsOf(store)).toHaveLength(8);
  });

  it('never mixes the causes of two merchants', async () => {
    const [mine, theirs] = [await insertStore(sql), await insertStore(sql)];
    await insertHold(sql, theirs, await insertOrder(sql, theirs), { code: 'sku_unmapped', subject: 'A' });
    await settle(mine);
    expect(await rowsOf(mine)).toHaveLength(0);
  });

  it('stays silent about orders that a person parked or the platform scheduled', async () => {
    const store = await insertStore(sql);
    const order = await insertOrder(sql, store);
    await insertHold(sql, store, order, { code: 'operator_hold', origin: 'person' });
    await insertHold(sql, store, order, { code: 'scheduled', origin: 'platform' });
    expect((await settle(store)).changed).toHaveLength(0);
  });

  it('warns of a ship-by that is near while nothing has left', async () => {
    const store = await insertStore(sql);
    await insertOrder(sql, store, { shipBy: new Date(noon.getTime() + 2 * hourMs) });
    await insertOrder(sql, store, { shipBy: new Date(noon.getTime() + 20 * hourMs) });
    await insertOrder(sql, store, { shipBy: new Date(noon.getTime() + hourMs), status: 'shipped' });
    await settle(store);
    expect(await rowsOf(store)).toMatchObject([{ kind: 'ship_by_near', order_count: 1 }]);
  });

  it('names the orders that are due first, of every status that has not shipped, and their money', async () => {
    const store = await insertStore(sql);
    const due = (hours: number) => new Date(noon.getTime() + hours * hourMs);
    for (const [index, status] of [
      'pending',
      'acknowledged',
      'processing',
      'pending',
      'processing',
      'pending',
    ].entries()) {
      await insertOrder(sql, store, { number: `#${index}`, shipBy: due(3 - index / 2), status });
    }
    await settle(store);
    const [row] = await sql<
      {
        sample: { number: string }[];
        order_count: number;
        amounts: Record<string, string>;
        nearest_ship_by: Date | string;
      }[]
    >`
      select sample, order_count, amounts, nearest_ship_by from alerts where merchant_id = ${store.merchantId}`;
    expect(row?.order_count).toBe(6);
    expect(row?.sample.map((order) => order.number)).toEqual(['#5', '#4', '#3', '#2', '#1']);
    const [money] = await sql<{ total: string }[]>`
      select trim_scale(sum(total_amount))::text as total from orders where merchant_id = ${store.merchantId}`;
    expect(Object.values(row?.amounts ?? {})).toEqual([money?.total]);
    expect(new Date(row?.nearest_ship_by ?? 0)).toEqual(due(0.5));
  });

  it('counts ship-bys that have passed apart, and says so when another one passes', async () => {
    const store = await insertStore(sql);
    for (const hours of [-72, 1, 2])
      await insertOrder(sql, store, { shipBy: new Date(noon.getTime() + hours * hourMs) });
    const detail = async () => {
      const rows = await sql`select order_count, detail from alerts where merchant_id = ${store.merchantId}`;
      return rows[0];
    };
    await settle(store);
    expect(await detail()).toEqual({ order_count: 3, detail: { passed: '1', batch: '3' } });
    expect((await settle(store, new Date(noon.getTime() + 1.5 * hourMs))).changed).toHaveLength(1);
    expect(await detail()).toEqual({ order_count: 3, detail: { passed: '2', batch: '3' } });
  });

  it('says of a grant whose end has passed that it is over, before anybody has called', async () => {
    const store = await insertStore(sql);
    const at = (hours: number) => new Date(noon.getTime() + hours * hourMs).toISOString();
    await sql`update authorizations set refresh_expires_at = ${at(18)}::timestamptz, expires_at = ${at(-1)}::timestamptz
      where merchant_id = ${store.merchantId}`;
    await settle(store);
    expect(await rowsOf(store)).toMatchObject([
      { kind: 'authorization_expiring', detail: { days: '1', endsAt: at(18).replace('.000', '') } },
    ]);
    await settle(store, new Date(noon.getTime() + 19 * hourMs));
    expect(await rowsOf(store)).toMatchObject([
      { kind: 'authorization_expiring', state: 'resolved', resolution: 'superseded' },
      { kind: 'authorization_unusable', state: 'open', detail: { endedAt: at(18).replace('.000', '') } },
    ]);
  });

  it('names the stores of one login, and when orders last came through it, not when a test failed', async () => {
    const store = await insertStore(sql);
    for (const country of ['CA', 'MX']) {
      await sql`insert into stores select (jsonb_populate_record(s, jsonb_build_object('id', gen_random_uuid(),
          'name', s.name || ' ' || ${country}::text, 'created_at', now() + interval '1 s'))).* from stores s where id = ${store.storeId}`;
    }
    await sql`update stores set synced_until = '2026-11-20T08:00:00Z', last_sync_at = '2026-11-20T11:00:00Z' where id = ${store.storeId}`;
    await sql`update authorizations set status = 'abnormal', checked_at = '2026-11-20T11:59:00Z' where merchant_id = ${store.merchantId}`;
    await settle(store);
    const [row] = await sql<
      { oldest_at: string }[]
    >`select detail, oldest_at from alerts where merchant_id = ${store.merchantId}`;
    expect(row).toMatchObject({
      detail: { status: 'abnormal', storeCount: '3', stores: 'Northwind US, Northwind US CA, Northwind US MX' },
    });
    expect(new Date(row?.oldest_at ?? 0)).toEqual(new Date('2026-11-20T08:00:00Z'));
  });

  it('makes one alert of the purchase orders of a store that nobody has answered, the most urgent first', async () => {
    const store = await insertStore(sql);
    const ids = [];
    for (const [number, hours] of [
      ['PO-1', 40],
      ['PO-2', 20],
      ['PO-3', null],
      ['B2C', 30],
      ['PO-4', 10],
    ] as const) {
      const shipBy = hours === null ? null : new Date(noon.getTime() + hours * hourMs);
      ids.push(await insertOrder(sql, store, { number, shipBy, totalAmount: '10.00' }));
    }
    await sql`update orders set kind = 'b2b' where merchant_id = ${store.merchantId} and platform_order_number like 'PO%'`;
    await sql`update orders set status = 'acknowledged' where id = ${ids[4] ?? ''}`;
    await settle(store);
    const [row, ...others] = await sql<{ sample: { number: string }[] }[]>`
      select kind, subject, order_count, amounts, sample, nearest_ship_by from alerts where merchant_id = ${store.merchantId}`;
    expect(others).toEqual([]);
    expect(row).toMatchObject({
      kind: 'purchase_order_waiting',
      subject: store.storeId,
      order_count: 3,
      amounts: { USD: '30' },
    });
    expect(row?.sample.map(({ number }) => number)).toEqual(['PO-2', 'PO-1', 'PO-3']);
    expect((await settle(store)).changed).toHaveLength(0);
  });

  it('finds what a batch takes by the orders’ keys, also of a merchant that no statistics know', async () => {
    const many = async (count: number) => {
      const store = await insertStore(sql);
      await insertOrder(sql, store);
      await sql`insert into orders select (jsonb_populate_record(o, jsonb_build_object('id', gen_random_uuid(),
          'platform_order_id', 'p' || n, 'platform_order_number', '#' || n, 'open_hold_count', 1))).*
        from orders o, generate_series(2, ${count}::int) n where merchant_id = ${store.merchantId}`;
      await sql`insert into holds (id, merchant_id, store_id, order_id, code, origin, subject, detail, opened_at, opened_by)
        select gen_random_uuid(), merchant_id, store_id, id, 'shipping_method_missing', 'derived', '', '{}', now(), 'Holdfast'
        from orders where merchant_id = ${store.merchantId}`;
      return store;
    };
    await many(5_000);
    await sql`analyze orders, holds`;
    const count = 600;
    const store = await many(count);
    const [reads] = await database.transaction((tx) =>
      readsOf(unwrap(tx), ['orders'], () =>
        alerts.settle(tx, store.merchantId, { now: noon, reopenWithinMs: hourMs, withDeadlines: false }),
      ),
    );
    expect(await rowsOf(store)).toMatchObject([{ order_count: count, detail: { batch: String(count) } }]);
    expect(reads?.rows).toBeLessThan(10 * count);
  });

  it('leaves what only time brings as it is when a page of orders asks', async () => {
    const store = await insertStore(sql);
    const order = await insertOrder(sql, store, { shipBy: new Date(noon.getTime() + 2 * hourMs) });
    await settle(store, noon, false);
    expect(await rowsOf(store)).toHaveLength(0);
    await settle(store);
    await sql`update orders set status = 'shipped' where id = ${order}`;
    await settle(store, noon, false);
    expect(await rowsOf(store)).toMatchObject([{ state: 'open' }]);
    await settle(store);
    expect(await rowsOf(store)).toMatchObject([{ state: 'resolved' }]);
  });

  it('warns of an ending grant at 14, 7, 3 and 1 days, not of a token that renews itself', async () => {
    const store = await insertStore(sql);
    const endIn = (days: number, column: 'expires_at' | 'refresh_expires_at') =>
      sql`update authorizations set ${sql(column)} = ${new Date(noon.getTime() + days * 24 * hourMs - 60_000).toISOString()}::timestamptz
        where merchant_id = ${store.merchantId}`;
    await endIn(1, 'expires_at');
    expect((await settle(store)).changed).toHaveLength(0);
    const days: string[] = [];
    for (const left of [15, 14, 10, 7, 5, 3, 2, 1]) {
      await endIn(left, 'refresh_expires_at');
      await settle(store);
      const [row] = await sql<
        { days: string }[]
      >`select detail->>'days' as days from alerts where merchant_id = ${store.merchantId}`;
      days.push(row?.days ?? '-');
    }
    expect(days).toEqual(['-', '14', '14', '7', '7', '3', '3', '1']);
  });

  it('says of orders that cannot be read how many have which fault, the same at every sync', async () => {
    const store = await insertStore(sql);
    const faults = ['No currency', 'Line 1:\n no quantity', 'No currency', 'A', 'B', 'C', 'D'];
    for (const [at, reason] of faults.entries()) {
      await sql`insert into malformed_orders (id, merchant_id, store_id, identity, platform_order_number, reason, body, first_seen_at, last_seen_at)
        values (gen_random_uuid(), ${store.merchantId}, ${store.storeId}, ${`x${at}`}, ${`#${at}`}, ${reason}, '{}', '2026-11-01'::timestamptz + make_interval(secs => ${at}), now())`;
    }
    await settle(store);
    const read = async () =>
      (
        await sql<{ detail: Record<string, string>; version: number }[]>`
        select detail, version from alerts where merchant_id = ${store.merchantId}`
      )[0];
    const first = await read();
    expect(first?.detail).toMatchObject({
      numbers: '#0, #1, #2, #3, #4',
      reasons: '2 × No currency\n1 × Line 1: no quantity\n1 × A',
      reasonCount: '6',
    });
    await sql`update malformed_orders set last_seen_at = now(), seen_count = 9 where merchant_id = ${store.merchantId}`;
    await settle(store);
    expect(await read()).toEqual(first);
  });

  it('names malformed orders, failing syncs and a dead authorization', async () => {
    const store = await insertStore(sql);
    await sql`insert into malformed_orders (id, merchant_id, store_id, identity, platform_order_number, reason, body, first_seen_at, last_seen_at)
      values (gen_random_uuid(), ${store.merchantId}, ${store.storeId}, 'x', '#77', 'lines: missing', '{}', now(), now())`;
    await sql`update stores set failing_runs = 3 where merchant_id = ${store.merchantId}`;
    await sql`update authorizations set status = 'revoked', reason = 'Please update authorization' where merchant_id = ${store.merchantId}`;
    await settle(store);
    expect((await rowsOf(store)).map((row) => row.kind)).toEqual([
      'authorization_unusable',
      'orders_malformed',
      'sync_failing',
    ]);
    // A deleted store asks nobody for anything.
    await sql`update stores set deleted_at = now(), status = 'disabled' where merchant_id = ${store.merchantId}`;
    await sql`update authorizations set deleted_at = now() where merchant_id = ${store.merchantId}`;
    await settle(store);
    expect((await rowsOf(store)).map((row) => row.state)).toEqual(['resolved', 'resolved', 'resolved']);
  });
});
