import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../../core/ids.ts';
import { type OrderKind, type OrderStatus, orderStatuses } from '../../../core/order/types.ts';
import {
  type Attention,
  type ListOrdersInput,
  type OrderFilter,
  type OrderRow,
  type OrderSort,
  orderSorts,
} from '../../../core/queries/list-orders.ts';
import { createListOrders, createListSourceChannels } from '../../../db/queries/list-orders.ts';
import { createCountOrders } from '../../../db/queries/order-counts.ts';
import { testDatabase } from '../../support/database.ts';
import { readsOf } from '../../support/reads.ts';
import { insertHold, insertOrder, insertStore, insertStoreBeside, type TestStore } from '../../support/rows.ts';

const { sql, db } = await testDatabase();
const listOrders = createListOrders(db);
const countOrders = createCountOrders(db);

interface Made {
  readonly id: string;
  readonly merchantId: string;
  readonly storeId: string;
  readonly kind: OrderKind;
  readonly status: OrderStatus;
  readonly number: string;
  readonly channel: string | null;
  readonly orderedAt: number;
  readonly shipBy: number | null;
  readonly amount: number | null;
  readonly isHeld: boolean;
  readonly isExcepted: boolean;
  readonly recipient: string;
  readonly skus: readonly string[];
}

const dayMs = 86_400_000;
const start = Date.parse('2026-11-01T00:00:00Z');
const names = ['王小明', '王大同', 'Mei Lin', 'mei Stone', 'Ann Park'] as const;
const skus = ['TEA-1', 'CUP-2', 'POT-3'] as const;

/** The same orders every time: differences of a failing case are then in the filter alone. */
function make(serial: number, store: TestStore): Made {
  const pick = <T>(list: readonly T[], salt: number): T => list[(serial * salt + (serial >> 2)) % list.length] as T;
  const status = pick(orderStatuses, 5);
  return {
    id: newId(),
    merchantId: store.merchantId,
    storeId: store.storeId,
    kind: serial % 11 === 0 ? 'b2b' : 'b2c',
    status,
    number: `#${1000 + serial}`,
    channel: pick(['web', 'pos', null, 'web'], 3),
    // Several orders share a moment: then the id decides.
    orderedAt: start + Math.floor(serial / 3) * (dayMs / 4),
    shipBy: serial % 4 === 0 ? null : start + (serial % 17) * dayMs,
    amount: serial % 13 === 0 ? null : (serial * 7) % 50,
    isHeld: status === 'pending' && serial % 2 === 0,
    isExcepted: serial % 9 === 0,
    recipient: pick(names, 7),
    skus: serial % 5 === 0 ? skus.slice(0, 2) : [pick(skus, 2)],
  };
}

async function save(order: Made): Promise<void> {
  const recipientId = newId();
  await sql`insert into recipients (id, merchant_id, name, city, country)
    values (${recipientId}, ${order.merchantId}, ${order.recipient}, 'Taipei', 'TW')`;
  await sql`insert into orders (id, merchant_id, store_id, kind, platform_order_id, platform_order_number, source_channel,
      platform_status, platform_state, platform_updated_at, content_hash, ordered_at, ship_by, currency, total_amount,
      payment_record, status, line_count, recipient_id, open_hold_count, open_exception_count)
    values (${order.id}, ${order.merchantId}, ${order.storeId}, ${order.kind}, ${order.id}, ${order.number}, ${order.channel},
      'PAID', 'open', now(), 'x', ${new Date(order.orderedAt).toISOString()}::timestamptz,
      ${order.shipBy === null ? null : new Date(order.shipBy).toISOString()}::timestamptz, 'USD', ${order.amount},
      'online', ${order.status}, 1, ${recipientId}, ${order.isHeld ? 1 : 0}, ${order.isExcepted ? 1 : 0})`;
  for (const [position, sku] of order.skus.entries()) {
    await sql`insert into order_lines (id, merchant_id, order_id, position, platform_line_id, sku, name, quantity)
      values (${newId()}, ${order.merchantId}, ${order.id}, ${position}, ${String(position)}, ${sku}, ${sku}, 1)`;
  }
  if (order.isHeld) {
    await sql`insert into holds (id, merchant_id, store_id, order_id, code, origin, subject, opened_at, opened_by)
      values (${newId()}, ${order.merchantId}, ${order.storeId}, ${order.id}, 'sku_unmapped', 'derived', ${order.skus[0] ?? ''}, now(), 'Holdfast')`;
  }
  if (order.isExcepted) {
    await sql`insert into order_exceptions (id, merchant_id, store_id, order_id, code, message, opened_at)
      values (${newId()}, ${order.merchantId}, ${order.storeId}, ${order.id}, 'writeback_failed', 'Refused.', now())`;
  }
}

const shop = await insertStore(sql, 'Northwind');
const second = await insertStoreBeside(sql, shop, 'Northwind EU');
const stranger = await insertStore(sql, 'Somebody else');
const made: Made[] = [];
for (let serial = 0; serial < 240; serial += 1) {
  const order = make(serial, serial % 8 === 7 ? stranger : serial % 3 === 0 ? second : shop);
  made.push(order);
  await save(order);
}

const isWanted = (order: Made, filter: OrderFilter): boolean =>
  order.merchantId === shop.merchantId &&
  order.kind === filter.kind &&
  (filter.statuses?.includes(order.status) ?? true) &&
  (filter.storeIds?.includes(order.storeId) ?? true) &&
  (filter.attention === undefined ||
    (filter.attention !== 'excepted' && order.isHeld) ||
    (filter.attention !== 'held' && order.isExcepted)) &&
  (filter.sourceChannel === undefined || order.channel === filter.sourceChannel) &&
  (filter.orderedFrom === undefined || order.orderedAt >= filter.orderedFrom.getTime()) &&
  (filter.orderedUntil === undefined || order.orderedAt < filter.orderedUntil.getTime()) &&
  (filter.numbers?.some((number) => order.number.startsWith(number) || order.number.startsWith(`#${number}`)) ??
    true) &&
  (filter.recipient === undefined || order.recipient.toLowerCase().startsWith(filter.recipient.toLowerCase())) &&
  (filter.sku === undefined || order.skus.includes(filter.sku)) &&
  (filter.cause === undefined ||
    (order.isHeld && order.storeId === filter.cause.storeId && order.skus[0] === filter.cause.subject));

const keyOf = (order: Made, sort: ListOrdersInput['sort']): number =>
  sort === 'ordered_at' ? order.orderedAt : sort === 'ship_by' ? (order.shipBy ?? Infinity) : (order.amount ?? 0);

function expected({ filter, sort, direction }: Omit<ListOrdersInput, 'merchantIds'>): string[] {
  const leadsByArrival =
    (filter.sku ?? filter.cause) !== undefined && filter.numbers === undefined && filter.recipient === undefined;
  const turn = leadsByArrival || direction === 'desc' ? -1 : 1;
  return made
    .filter((order) => isWanted(order, filter))
    .sort((a, b) => {
      const [x, y] = leadsByArrival ? [0, 0] : [keyOf(a, sort), keyOf(b, sort)];
      return turn * (x === y ? (a.id < b.id ? -1 : 1) : x < y ? -1 : 1);
    })
    .map((order) => order.id);
}

/** All pages after each other, then back again from the last. */
async function walk(input: ListOrdersInput): Promise<{ forward: string[]; backward: string[] }> {
  const forward: string[] = [];
  let page = await listOrders(input);
  forward.push(...page.rows.map((row) => row.id));
  expect(page.previousCursor).toBeNull();
  while (page.nextCursor !== null) {
    page = await listOrders({ ...input, cursor: page.nextCursor });
    forward.push(...page.rows.map((row) => row.id));
  }
  const backward = page.rows.map((row) => row.id);
  while (page.previousCursor !== null) {
    page = await listOrders({ ...input, cursor: page.previousCursor });
    backward.unshift(...page.rows.map((row) => row.id));
  }
  return { forward, backward };
}

const attentions: readonly Attention[] = ['somebody', 'held', 'excepted'];
const moment = fc.integer({ min: -2, max: 25 }).map((days) => new Date(start + days * dayMs));
const words = {
  statuses: fc.uniqueArray(fc.constantFrom(...orderStatuses), { minLength: 1, maxLength: 4 }),
  attention: fc.constantFrom(...attentions),
  storeIds: fc.uniqueArray(fc.constantFrom(shop.storeId, second.storeId, stranger.storeId), { minLength: 1 }),
  sourceChannel: fc.constantFrom('web', 'web', 'pos', 'fax'),
  orderedFrom: moment,
  orderedUntil: moment,
  numbers: fc.array(fc.constantFrom('10', '#11', '1042', '#1100', '12', 'zzz'), { minLength: 1, maxLength: 3 }),
  recipient: fc.constantFrom('王小', '王', 'MEI', 'Ann Park', 'x'),
  sku: fc.constantFrom('TEA-1', 'CUP-2', 'NONE'),
  cause: fc
    .constantFrom(...skus)
    .map((subject) => ({ storeId: second.storeId, code: 'sku_unmapped' as const, subject })),
};
type Word = keyof typeof words;
/** A filter of at most three words: more of them find nothing, and nothing is easily right. */
const filters: fc.Arbitrary<OrderFilter> = fc.subarray(Object.keys(words) as Word[], { maxLength: 3 }).chain((chosen) =>
  fc.record({
    kind: fc.constantFrom<OrderKind>('b2c', 'b2c', 'b2b'),
    ...Object.fromEntries(chosen.map((word) => [word, words[word]])),
  }),
);

describe('any filter and sort', () => {
  test('gives the same orders as looking at each of them, page by page, forward and back', async () => {
    let matched = 0;
    await fc.assert(
      fc.asyncProperty(
        filters,
        fc.constantFrom(...orderSorts),
        fc.constantFrom('asc' as const, 'desc' as const),
        fc.constantFrom(7, 50),
        async (filter, sort, direction, limit) => {
          const input = { merchantIds: [shop.merchantId], filter, sort, direction, limit };
          const wanted = expected(input);
          const { forward, backward } = await walk(input);
          if (wanted.length > 1) matched += 1;
          expect(forward).toEqual(wanted);
          expect(backward).toEqual(wanted);
        },
      ),
      { numRuns: 150 },
    );
    // Most filters must find something, or nothing was compared.
    expect(matched).toBeGreaterThan(30);
  }, 120_000);

  test('over two merchants merges them in one order', async () => {
    const both = [shop.merchantId, stranger.merchantId];
    const { forward } = await walk({
      merchantIds: both,
      filter: { kind: 'b2c' },
      sort: 'ordered_at',
      direction: 'desc',
      limit: 9,
    });
    expect(forward).toHaveLength(made.filter((order) => order.kind === 'b2c').length);
    expect(new Set(forward).size).toBe(forward.length);
  });
});

const firstPage = (filter: Partial<OrderFilter> = {}, cursor?: string) =>
  listOrders({
    merchantIds: [shop.merchantId],
    filter: { kind: 'b2c', ...filter },
    sort: 'ordered_at',
    direction: 'desc',
    cursor,
  });

const rowOf = (rows: readonly OrderRow[], id: string): OrderRow | undefined => rows.find((row) => row.id === id);

test('a cursor that somebody made up, or of another list, is the first page', async () => {
  const first = await firstPage();
  const other = await listOrders({
    merchantIds: [shop.merchantId],
    filter: { kind: 'b2c' },
    sort: 'amount',
    direction: 'asc',
  });
  for (const cursor of [
    'x',
    'W10',
    other.nextCursor ?? '',
    Buffer.from('["ordered_at.desc","next","x","y"]').toString('base64url'),
  ]) {
    expect((await firstPage({}, cursor)).rows).toEqual(first.rows);
  }
});

test('orders that arrive while somebody pages neither repeat nor vanish', async () => {
  const shopNow = await insertStore(sql, 'Busy');
  const ids: string[] = [];
  for (let minute = 0; minute < 30; minute += 1) {
    ids.push(await insertOrder(sql, shopNow, { orderedAt: new Date(start + minute * 60_000) }));
  }
  const input = {
    merchantIds: [shopNow.merchantId],
    filter: { kind: 'b2c' as const },
    sort: 'ordered_at' as const,
    direction: 'desc' as const,
    limit: 10,
  };
  const one = await listOrders(input);
  await insertOrder(sql, shopNow, { orderedAt: new Date(start + dayMs) });
  const two = await listOrders({ ...input, cursor: one.nextCursor ?? '' });
  expect(two.rows.map((row) => row.id)).toEqual(ids.slice(10, 20).reverse());
});

test('a row says why it is held, oldest reason first, and no more of the recipient than the place', async () => {
  const id = await insertOrder(sql, shop, { number: '#why', orderedAt: new Date('2026-12-01T00:00:00Z') });
  for (const subject of ['A', 'B', 'C', 'D']) await insertHold(sql, shop, id, { code: 'sku_unmapped', subject });
  const row = rowOf((await firstPage()).rows, id);
  expect(row?.openHoldCount).toBe(4);
  expect(row?.holds.map((hold) => hold.subject)).toEqual(['A', 'B', 'C']);
  expect(Object.keys(row ?? {})).not.toContain('recipient');
});

test('source channels are those that orders of this kind have', async () => {
  const listSourceChannels = createListSourceChannels(db);
  expect(await listSourceChannels({ merchantIds: [shop.merchantId], kind: 'b2c' })).toEqual(['pos', 'web']);
  expect(await listSourceChannels({ merchantIds: [newId()], kind: 'b2c' })).toEqual([]);
});

test('kept counts are those of counting, by store and over all', async () => {
  for (const storeIds of [undefined, [second.storeId]]) {
    const counts = await countOrders({ merchantIds: [shop.merchantId], kind: 'b2b', storeIds });
    const mine = made.filter((order) => isWanted(order, { kind: 'b2b', storeIds }));
    expect(counts.total).toBe(mine.length);
    expect(counts.somebody).toBe(mine.filter((order) => order.isHeld || order.isExcepted).length);
    for (const status of orderStatuses) {
      expect(counts.byStatus[status]).toBe(mine.filter((order) => order.status === status).length);
    }
  }
});

describe('with many orders', () => {
  const many = 20_000;
  const busy = { merchantIds: [''] };
  beforeAll(async () => {
    const store = await insertStore(sql, 'Busy');
    busy.merchantIds = [store.merchantId];
    await sql.begin(async (tx) => {
      // Kept counts are not needed here.
      await tx`set local session_replication_role = replica`;
      await tx`insert into orders (id, merchant_id, store_id, kind, platform_order_id, platform_order_number, platform_status,
          platform_state, platform_updated_at, content_hash, ordered_at, ship_by, currency, total_amount, payment_record,
          status, line_count, open_hold_count)
        select gen_random_uuid(), ${store.merchantId}, ${store.storeId}, 'b2c', n, '#B' || n, 'PAID', 'open', at, 'x', at,
          at + n % 7 * interval '1 day', 'USD', n % 500, 'online', case n % 2 when 0 then 'pending' else 'completed' end, 1,
          case n % 1000 when 0 then 1 else 0 end
        from (select n, '2026-01-01'::timestamptz + n * interval '1 minute' as at from generate_series(1, ${many}::int) n) t`;
    });
    await sql`analyze orders`;
  });

  const statuses = ['pending', 'completed'] as const;
  const pages: readonly [what: string, sort: OrderSort, filter: Partial<OrderFilter>, found: number][] = [
    ['all by time', 'ordered_at', {}, 50],
    ['chosen statuses by time', 'ordered_at', { statuses }, 50],
    ['all by ship-by', 'ship_by', {}, 50],
    ['all by amount', 'amount', {}, 50],
    ['what needs somebody by time', 'ordered_at', { attention: 'somebody' }, 20],
    ['what needs somebody by ship-by', 'ship_by', { attention: 'somebody' }, 20],
    ['what needs somebody by amount', 'amount', { attention: 'somebody' }, 20],
    ['the beginning of a number', 'ordered_at', { numbers: ['b1999'] }, 11],
  ];

  test.each(
    pages,
  )('a page of %s looks at some hundred of them, found by an index', async (_what, sort, filter, found) => {
    await db.transaction(async (tx) => {
      const input = { ...busy, filter: { kind: 'b2c' as const, ...filter }, sort, direction: 'desc' as const };
      const [reads] = await readsOf(tx, ['orders'], async () => {
        expect((await createListOrders(tx)(input)).rows).toHaveLength(found);
      });
      expect(reads?.scans).toBe(0);
      expect(reads?.rows).toBeGreaterThan(0);
      expect(reads?.rows).toBeLessThan(1_000);
    });
  });

  test('the measure sees a look at all of them', async () => {
    await db.transaction(async (tx) => {
      const [reads] = await readsOf(tx, ['orders'], () => tx.execute('select max(version) from orders'));
      expect(reads?.scans).toBe(1);
      expect(reads?.rows).toBeGreaterThan(many);
    });
  });
});
