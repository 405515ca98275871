import { beforeEach, describe, expect, test } from 'vitest';
import { ingestPage } from '../../../core/commands/ingest-page.ts';
import { newId } from '../../../core/ids.ts';
import type { PlatformOrder } from '../../../core/order/types.ts';
import { testDatabase } from '../../support/database.ts';
import { fetched, intakePorts } from '../../support/intake.ts';
import { aLine, anOrder, aRecipient } from '../../support/orders.ts';
import { insertStore, insertStoreBeside, type TestStore } from '../../support/rows.ts';

const { database, sql } = await testDatabase();
const ports = intakePorts(database);
let store: TestStore;

beforeEach(async () => {
  store = await insertStore(sql, 'Northwind');
  ports.followed.length = 0;
  ports.clock.set('2026-11-21T08:00:00Z');
  for (const sku of ['TEA-1', 'CUP-2']) await map(sku);
});

async function map(key: string, kind = 'sku'): Promise<void> {
  await sql`insert into sku_mappings (id, merchant_id, store_id, key_kind, key, version, created_by)
    values (${newId()}, ${store.merchantId}, ${store.storeId}, ${kind}, ${key}, 1, 'Mei')`;
}

const take = (...orders: readonly PlatformOrder[]) => takePage(fetched(...orders));

async function takePage(page: Parameters<typeof ingestPage>[1]['page'], runId: string | null = null) {
  const result = await ingestPage(ports, { merchantId: store.merchantId, storeId: store.storeId, runId, page });
  if (result.outcome !== 'taken') throw new Error(result.outcome);
  return result.counts;
}

const orderRows = () => sql`select * from orders where merchant_id = ${store.merchantId} order by platform_order_id`;
const onlyOrder = async () => {
  const [row] = await orderRows();
  if (row === undefined) throw new Error('no order');
  return row;
};
const openHolds = async () =>
  (
    await sql`select code, subject from holds where merchant_id = ${store.merchantId} and closed_at is null order by code, subject`
  ).map((row) => `${row.code} ${row.subject}`.trim());

describe('new orders', () => {
  test('are kept with recipient, lines, packages and the raw text, and wait as pending', async () => {
    const order = anOrder({
      platformOrderId: '9007199254740993',
      buyerNote: 'Ring "twice"\\',
      tags: ['vip', 'say "hi"', ''],
      recipient: aRecipient({ name: '王小明', address2: null }),
    });
    const counts = await take(order);
    expect(counts).toMatchObject({ fetched: 1, created: 1, held: 0 });
    const row = await onlyOrder();
    expect(row).toMatchObject({
      status: 'pending',
      platform_order_id: '9007199254740993',
      open_hold_count: 0,
      line_count: 2,
      total_amount: '23.9000',
      tags: ['vip', 'say "hi"', ''],
      version: 1,
    });
    expect(new Date(row.ship_by)).toEqual(order.shipBy);
    const [recipient] = await sql`select * from recipients where id = ${row.recipient_id}`;
    expect(recipient).toMatchObject({ name: '王小明', address2: null, buyer_note: 'Ring "twice"\\' });
    const lines =
      await sql`select sku, position, quantity from order_lines where order_id = ${row.id} order by position`;
    expect(lines.map((line) => line.sku)).toEqual(['TEA-1', 'CUP-2']);
    const [pack] = await sql`select lines, shippable from platform_packages where order_id = ${row.id}`;
    expect(pack?.lines).toHaveLength(2);
    const [raw] = await sql`select body from raw_payloads where order_id = ${row.id}`;
    expect(raw?.body).toBe('{"id":"9007199254740993"}');
  });

  test('are held with every reason, and the alerts are told', async () => {
    const counts = await take(
      anOrder({ lines: [aLine({ sku: 'NEW' }), aLine({ sku: null, platformProductId: '77' })] }),
      anOrder(),
    );
    expect(counts).toMatchObject({ created: 2, held: 1 });
    expect(await openHolds()).toEqual(['sku_missing 77', 'sku_unmapped NEW']);
    expect((await orderRows()).map((row) => row.open_hold_count).sort()).toEqual([0, 2]);
    const jobs = await sql`select key from graphile_worker.jobs where key = ${`alert.settle:${store.merchantId}`}`;
    expect(jobs).toHaveLength(1);
  });

  test('are left out when they are none of ours, counted with the reason', async () => {
    const runId = newId();
    await sql`insert into runs (id, merchant_id, store_id, kind, mode, status, actor_name, via)
      values (${runId}, ${store.merchantId}, ${store.storeId}, 'sync', 'immediate', 'running', 'Mei', 'web')`;
    const counts = await takePage(
      {
        ...fetched(
          anOrder({ fulfilledBy: 'platform', platformOrderNumber: 'A' }),
          anOrder({ platformState: 'shipped', platformOrderNumber: 'B' }),
          anOrder({ platformState: 'unpaid', platformOrderNumber: 'C' }),
          anOrder({ platformState: 'cancelled', platformOrderNumber: 'D' }),
          anOrder({ platformOrderNumber: 'E' }),
        ),
        skipped: [{ platformOrderId: '1', platformOrderNumber: 'T', reason: 'Test order' }],
      },
      runId,
    );
    expect(counts).toMatchObject({ fetched: 6, created: 1, skipped: 5 });
    const items = await sql`select result, reason_code, numbers from run_items where run_id = ${runId}`;
    expect(items.map((item) => [item.result, item.reason_code, item.numbers]).sort()).toEqual([
      ['created', null, ['E']],
      ['skipped', 'already_shipped', ['B']],
      ['skipped', 'cancelled', ['D']],
      ['skipped', 'not_paid', ['C']],
      ['skipped', 'out_of_scope', ['T']],
      ['skipped', 'platform_fulfilled', ['A']],
    ]);
    const [run] = await sql`select pages, fetched, created, skipped from runs where id = ${runId}`;
    expect(run).toEqual({ pages: 1, fetched: 6, created: 1, skipped: 5 });
  });

  test('of an unknown status are taken, and held for a person', async () => {
    await take(anOrder({ platformState: 'unknown', platformStatus: 'WEIRD' }));
    expect(await openHolds()).toEqual(['platform_hold status']);
  });
});

describe('orders that the desk has', () => {
  test('cost no write when nothing changed', async () => {
    const order = anOrder();
    await take(order);
    const [before] = await sql`select xmin::text, ctid::text from orders where merchant_id = ${store.merchantId}`;
    expect(await take(order)).toMatchObject({ created: 0, updated: 0, unchanged: 1 });
    const [after] = await sql`select xmin::text, ctid::text from orders where merchant_id = ${store.merchantId}`;
    expect(after).toEqual(before);
  });

  test('follow the platform, and what the desk owns stays', async () => {
    const order = anOrder();
    await take(order);
    const { id } = await onlyOrder();
    await sql`update orders set status = 'processing', touched_at = now(), shipped_at = now() where id = ${id}`;
    const later = new Date('2026-11-20T11:00:00Z');
    await take({
      ...order,
      platformUpdatedAt: later,
      totalAmount: '30.00',
      lines: [{ ...(order.lines[0] ?? aLine()), quantity: 3 }, aLine({ platformLineId: 'new', sku: 'TEA-1' })],
      recipient: aRecipient({ zip: '99999' }),
    });
    const row = await onlyOrder();
    expect(row).toMatchObject({ id, status: 'processing', total_amount: '30.0000', version: 2 });
    expect(row.shipped_at).not.toBeNull();
    const lines = await sql`select platform_line_id, quantity, removed_at is not null as gone from order_lines
      where order_id = ${id} order by position, platform_line_id`;
    expect(lines.map((line) => [line.quantity, line.gone])).toEqual(
      expect.arrayContaining([
        [3, false],
        [1, true],
        [1, false],
      ]),
    );
    expect(ports.followed).toEqual([
      expect.objectContaining({ orderId: id, addressFields: ['zip'], linesChanged: true, touched: true }),
    ]);
  });

  test('are never overwritten by an older copy, but by another of the same time', async () => {
    const order = anOrder({ platformUpdatedAt: new Date('2026-11-20T12:00:00Z') });
    await take(order);
    const older = { ...order, platformUpdatedAt: new Date('2026-11-20T11:00:00Z'), totalAmount: '1.00' };
    expect(await take(older)).toMatchObject({ updated: 0, skipped: 1 });
    expect((await onlyOrder()).total_amount).toBe('23.9000');
    expect(await take({ ...order, totalAmount: '2.00' })).toMatchObject({ updated: 1 });
    expect((await onlyOrder()).total_amount).toBe('2.0000');
  });

  test('remember the newest time of the platform, so that a late copy between two equal ones is refused', async () => {
    const at = (hour: number) => new Date(Date.UTC(2026, 10, 20, hour));
    const order = anOrder({ platformUpdatedAt: at(10) });
    await take(order);
    await take({ ...order, platformUpdatedAt: at(14) });
    expect(await take({ ...order, platformUpdatedAt: at(12), totalAmount: '1.00' })).toMatchObject({ skipped: 1 });
    const row = await onlyOrder();
    expect(row).toMatchObject({ total_amount: '23.9000', version: 1 });
  });

  test('twice on one page are one order, the newest copy of it', async () => {
    const order = anOrder({ platformUpdatedAt: new Date('2026-11-20T12:00:00Z') });
    const older = { ...order, platformUpdatedAt: new Date('2026-11-20T11:00:00Z'), totalAmount: '1.00' };
    expect(await take(order, older, order)).toMatchObject({ fetched: 3, created: 1, unchanged: 2 });
    expect((await onlyOrder()).total_amount).toBe('23.9000');
  });

  test('a line that the platform took away and gave back is there again', async () => {
    const order = anOrder();
    await take(order);
    const one = { ...order, lines: order.lines.slice(0, 1), totalAmount: '10.00' };
    await take(one);
    await take({ ...order, totalAmount: '11.00' });
    const lines = await sql`select removed_at from order_lines where merchant_id = ${store.merchantId}`;
    expect(lines.map((line) => line.removed_at)).toEqual([null, null]);
  });

  test('packages follow when the platform splits them', async () => {
    const order = anOrder();
    await take(order);
    const [first] = order.packages;
    if (first === undefined) throw new Error('no package');
    await take({
      ...order,
      packages: ['a', 'b'].map((platformPackageId) => ({ ...first, platformPackageId })),
    });
    const rows =
      await sql`select platform_package_id as id from platform_packages where merchant_id = ${store.merchantId} order by 1`;
    expect(rows.map((row) => row.id)).toEqual(['a', 'b']);
  });
});

describe('holds', () => {
  test('close when the platform gives what was missing, with what closed them', async () => {
    const order = anOrder({ lines: [aLine({ sku: null, platformProductId: '5' })] });
    await take(order);
    expect(await openHolds()).toEqual(['sku_missing 5']);
    await take({ ...order, lines: order.lines.map((line) => ({ ...line, sku: 'TEA-1' })) });
    expect(await openHolds()).toEqual([]);
    expect((await onlyOrder()).open_hold_count).toBe(0);
    const [hold] =
      await sql`select resolution, closed_by, closed_via from holds where merchant_id = ${store.merchantId}`;
    expect(hold).toEqual({ resolution: 'platform', closed_by: 'Holdfast', closed_via: 'system' });
  });

  test('of a person stay, whatever the platform says', async () => {
    const order = anOrder({ holds: [{ code: 'scheduled', subject: 'p', reason: 'Friday' }] });
    await take(order);
    const { id } = await onlyOrder();
    await sql`insert into holds (id, merchant_id, store_id, order_id, code, origin, subject, opened_at, opened_by)
      values (${newId()}, ${store.merchantId}, ${store.storeId}, ${id}, 'operator_hold', 'person', 'Fraud?', now(), 'Mei')`;
    await sql`update orders set open_hold_count = 2 where id = ${id}`;
    await take({ ...order, holds: [] });
    expect(await openHolds()).toEqual(['operator_hold Fraud?']);
    expect((await onlyOrder()).open_hold_count).toBe(1);
  });

  test('keep when they opened, and take the platform’s new words', async () => {
    const order = anOrder({ holds: [{ code: 'platform_hold', subject: 'order', reason: 'Checking' }] });
    await take(order);
    ports.clock.set('2026-11-21T09:00:00Z');
    await take({ ...order, holds: [{ code: 'platform_hold', subject: 'order', reason: 'Still checking' }] });
    const [hold] = await sql`select opened_at, detail from holds where merchant_id = ${store.merchantId}`;
    expect(new Date(hold?.opened_at)).toEqual(new Date('2026-11-21T08:00:00Z'));
    expect(hold?.detail).toEqual({ reason: 'Still checking' });
  });

  test('of the platform and of a rule stand side by side, whatever they are called', async () => {
    await sql`insert into payment_classifications (id, merchant_id, store_id, payment_method, class, created_by)
      values (${newId()}, ${store.merchantId}, ${store.storeId}, 'payment', 'blocked', 'Mei')`;
    const pending = { code: 'payment_blocked', subject: 'payment', reason: 'Not captured' } as const;
    await take(anOrder({ paymentMethod: 'payment', holds: [pending] }));
    expect(await openHolds()).toEqual(['payment_blocked payment', 'payment_blocked platform: payment']);
  });

  test('that a person overruled stay released until the platform says it anew', async () => {
    const wish = { code: 'cancellation_requested', subject: 'buyer', reason: 'Oops' } as const;
    const order = anOrder({ holds: [wish] });
    await take(order);
    const { id } = await onlyOrder();
    await sql`update holds set closed_at = now() where order_id = ${id}`;
    await sql`update orders set open_hold_count = 0 where id = ${id}`;
    await sql`insert into hold_releases (merchant_id, order_id, code, subject, reason, released_by, note)
      values (${store.merchantId}, ${id}, 'cancellation_requested', 'buyer', 'Oops', 'Mei', 'Buyer wants it after all')`;
    await take({ ...order, totalAmount: '1.00' });
    expect(await openHolds()).toEqual([]);
    // Said for another reason it is another wish, which nobody has judged.
    await take({ ...order, totalAmount: '1.00', holds: [{ ...wish, reason: 'Wrong size' }] });
    expect(await openHolds()).toEqual(['cancellation_requested buyer']);
    await take({ ...order, totalAmount: '1.00' });
    expect(await openHolds()).toEqual([]);
    await take({ ...order, totalAmount: '1.00', holds: [] });
    await take({ ...order, totalAmount: '1.00' });
    expect(await openHolds()).toEqual(['cancellation_requested buyer']);
  });

  test('an operator’s corrected address counts, and the original follows the platform beside it', async () => {
    const order = anOrder({ recipient: aRecipient({ zip: null }) });
    await take(order);
    const row = await onlyOrder();
    const corrected = newId();
    await sql`insert into recipients (id, merchant_id, name, country, city, address1, zip)
      values (${corrected}, ${store.merchantId}, 'Ada', 'DE', 'Berlin', 'Street 1', '10115')`;
    await sql`update orders set corrected_recipient_id = ${corrected}, open_hold_count = 0 where id = ${row.id}`;
    await sql`update holds set closed_at = now() where order_id = ${row.id}`;
    await take({ ...order, recipient: aRecipient({ zip: null, city: 'Potsdam' }) });
    expect(await openHolds()).toEqual(['platform_hold address']);
    const [kept] = await sql`select zip from recipients where id = ${corrected}`;
    const [original] = await sql`select city from recipients where id = ${row.recipient_id}`;
    expect([kept?.zip, original?.city]).toEqual(['10115', 'Potsdam']);
  });

  test('a purged recipient stays empty and is no change of address', async () => {
    const order = anOrder();
    await take(order);
    const { recipient_id: id } = await onlyOrder();
    await sql`update recipients set name = null, zip = null, address1 = null, purged_at = now() where id = ${id}`;
    await take({ ...order, platformState: 'shipped' });
    const [recipient] = await sql`select name from recipients where id = ${id}`;
    expect(recipient?.name).toBeNull();
    expect(ports.followed).toEqual([expect.objectContaining({ addressFields: [], stateAfter: 'shipped' })]);
  });
});

describe('what cannot be read', () => {
  test('is kept whole and named, and its page goes on', async () => {
    const bad = {
      ok: false,
      platformOrderId: '13',
      platformOrderNumber: '#13',
      reason: 'lines: missing',
      raw: '{',
    } as const;
    const counts = await takePage({ orders: [...fetched(anOrder()).orders, bad] });
    expect(counts).toMatchObject({ created: 1, failed: 1 });
    const [row] = await sql`select * from malformed_orders where merchant_id = ${store.merchantId}`;
    expect(row).toMatchObject({
      identity: '13',
      reason: 'lines: missing',
      body: '{',
      seen_count: 1,
      resolved_at: null,
    });
    await takePage({ orders: [bad] });
    await take(anOrder({ platformOrderId: '13' }));
    const [later] =
      await sql`select seen_count, resolved_at from malformed_orders where merchant_id = ${store.merchantId}`;
    expect(later?.seen_count).toBe(2);
    expect(later?.resolved_at).not.toBeNull();
  });

  test('also when it only shows in the database’s limits', async () => {
    const line = aLine();
    const counts = await take(
      anOrder({ totalAmount: '123456789012345678.00' }),
      anOrder({ orderedAt: new Date(Number.NaN) }),
      anOrder({ lines: [line, line] }),
      anOrder({ lines: [aLine({ sku: 'x'.repeat(300) })] }),
      anOrder({ lines: [aLine({ quantity: 3e9 })] }),
      anOrder(),
    );
    expect(counts).toMatchObject({ created: 1, failed: 5 });
  });

  test('characters that cannot be stored are left out', async () => {
    const order = anOrder({ buyerNote: 'a\0b', lines: [aLine({ sku: 'N\0EW', name: 'cut \ud83d' })] });
    const page = { orders: [{ ok: true, order, raw: '{"note":"a\\u0000b \\ud83d"}' } as const] };
    expect(await takePage(page)).toMatchObject({ created: 1, held: 1 });
    expect(await openHolds()).toEqual(['sku_unmapped NEW']);
  });
});

test('the same order id and number in two shops of a merchant are two orders, each updated by its own shop', async () => {
  const other = await insertStoreBeside(sql, store, 'Northwind EU');
  const of = (totalAmount: string) =>
    anOrder({ platformOrderId: '1042', platformOrderNumber: '#1042', totalAmount, lines: [] });
  const takeInto = ({ merchantId, storeId }: TestStore, order: PlatformOrder) =>
    ingestPage(ports, { merchantId, storeId, runId: null, page: fetched(order) });
  await takeInto(store, of('10.00'));
  expect(await takeInto(other, of('77.00'))).toMatchObject({ counts: { created: 1, updated: 0 } });
  expect(await takeInto(other, of('78.00'))).toMatchObject({ counts: { created: 0, updated: 1 } });
  expect(await takeInto(store, of('11.00'))).toMatchObject({ counts: { created: 0, updated: 1 } });
  const rows =
    await sql`select store_id, total_amount, version from orders where merchant_id = ${store.merchantId} order by 2`;
  expect(rows.map((row) => [row.store_id, Number(row.total_amount), row.version])).toEqual([
    [store.storeId, 11, 2],
    [other.storeId, 78, 2],
  ]);
});

test('a page of a run that has ended changes nothing', async () => {
  const runId = newId();
  await sql`insert into runs (id, merchant_id, store_id, kind, mode, status, actor_name, via)
    values (${runId}, ${store.merchantId}, ${store.storeId}, 'sync', 'immediate', 'cancelled', 'Mei', 'web')`;
  const input = { merchantId: store.merchantId, storeId: store.storeId, runId, page: fetched(anOrder()) };
  expect(await ingestPage(ports, input)).toEqual({ outcome: 'run_ended' });
  expect(await orderRows()).toEqual([]);
});

test('a store of another merchant is not found', async () => {
  const other = await insertStore(sql, 'Other');
  const input = { merchantId: other.merchantId, storeId: store.storeId, runId: null, page: fetched(anOrder()) };
  expect(await ingestPage(ports, input)).toEqual({ outcome: 'no_store' });
});

test('the same page taken by several at once is taken once', async () => {
  const orders = Array.from({ length: 30 }, () => anOrder({ lines: [aLine({ sku: 'NEW' })] }));
  const shuffled = [orders, orders.toReversed(), orders.slice(10), orders.slice(0, 20)];
  const counts = await Promise.all(shuffled.map((some) => take(...some)));
  expect(counts.reduce((sum, one) => sum + one.created, 0)).toBe(30);
  const [row] =
    await sql`select count(*)::int as orders, sum(open_hold_count)::int as holds from orders where merchant_id = ${store.merchantId}`;
  expect(row).toEqual({ orders: 30, holds: 30 });
});
