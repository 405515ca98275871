import nock from 'nock';
import { afterEach, describe, expect, it } from 'vitest';
import { connector } from '../../../connectors/woocommerce/index.ts';
import type { FetchByNumberResult, FetchedOrder, FetchWindow, OrderPage } from '../../../core/ports/connector.ts';
import { recordingLog } from '../../support/log.ts';
import { collect, failure, fakeStore, fixture, type Json, listing, open, order, wpError } from './support.ts';

const window: FetchWindow = {
  since: new Date('2026-11-20T13:33:00.750Z'),
  until: new Date('2026-11-21T00:00:00Z'),
  kind: 'b2c',
};
const fetchAll = (): Promise<OrderPage[]> => collect(connector.fetchOrders(open(), window));
const idsOf = (orders: readonly FetchedOrder[]): readonly (string | null)[] =>
  orders.map((item) => (item.ok ? item.order.platformOrderId : item.platformOrderId));
const ids = (pages: readonly OrderPage[]): readonly (string | null)[] => idsOf(pages.flatMap((page) => page.orders));
const many = (count: number, changes: (id: number) => Json = () => ({})): Json[] =>
  Array.from({ length: count }, (_, index) => order(index + 1, changes(index + 1)));

afterEach(() => nock.cleanAll());

describe('fetching changed WooCommerce orders', () => {
  it('asks in UTC, oldest change first, since five minutes before the window', async () => {
    const fake = fakeStore({ 'GET wc/v3/orders': listing(() => [order(14)]) });
    expect(ids(await fetchAll())).toEqual(['14']);
    expect(fake.calls).toHaveLength(1);
    expect(fake.calls[0]?.query).toEqual({
      orderby: 'modified',
      order: 'asc',
      modified_after: '2026-11-20T13:27:59',
      modified_before: '2026-11-21T00:00:00',
      dates_are_gmt: 'true',
      status: 'any',
      per_page: '100',
      page: '1',
      nocache: expect.any(String),
    });
    expect(fake.calls[0]?.headers.get('cache-control')).toBe('no-cache');
  });

  it('misses no order when one that was read changes meanwhile', async () => {
    let orders = many(250);
    const answer = listing(() => orders);
    let count = 0;
    fakeStore({
      'GET wc/v3/orders': (call) => {
        const reply = answer(call);
        count += 1;
        // Order 50 moves to the end after the first page: by page numbers, order 101 would be stepped over.
        if (count === 1) orders = many(250, (id) => (id === 50 ? { date_modified_gmt: '2026-11-20T14:00:00' } : {}));
        return reply;
      },
    });
    const seen = ids(await fetchAll());
    expect(new Set(seen).size).toBe(250);
    expect(seen.filter((id) => id === '50')).toHaveLength(2);
  });

  it('reads further pages of one second in which more orders changed than a page holds', async () => {
    const same = many(230, () => ({ date_modified_gmt: '2026-11-20T15:00:00' }));
    fakeStore({
      'GET wc/v3/orders': listing(() => [...same, order(999, { date_modified_gmt: '2026-11-20T16:00:00' })]),
    });
    expect(new Set(ids(await fetchAll())).size).toBe(231);
  });

  it('ends although the totals were stripped', async () => {
    const fake = fakeStore({ 'GET wc/v3/orders': listing(() => many(130), { withTotals: false }) });
    expect(ids(await fetchAll())).toHaveLength(130);
    expect(fake.calls.length).toBeLessThanOrEqual(4);
  });

  it('asks for smaller pages where the host fails on large ones', async () => {
    const answer = listing(() => many(60));
    const fake = fakeStore({
      'GET wc/v3/orders': (call) => {
        if (call.query.per_page === '100') return { status: 500, text: 'memory exhausted' };
        return call.query.per_page === '50' ? { text: '[{"id":1,' } : answer(call);
      },
    });
    expect(ids(await fetchAll())).toHaveLength(60);
    expect(fake.calls.slice(0, 3).map((call) => call.query.per_page)).toEqual(['100', '50', '20']);
    expect(fake.calls.slice(3).every((call) => call.query.per_page === '20')).toBe(true);
  });

  it('waits instead of asking for less when the host says when to come back', async () => {
    const fake = fakeStore({
      'GET wc/v3/orders': () => ({ status: 503, text: '', headers: { 'retry-after': '120' } }),
    });
    expect(await failure(fetchAll())).toMatchObject({ kind: 'retryable', retryAfterMs: 120_000 });
    expect(fake.calls).toHaveLength(1);
  });

  it('refuses to go on when the store ignores the time asked for', async () => {
    const fake = fakeStore({
      'GET wc/v3/orders': () => ({ json: [order(1, { date_modified_gmt: '2020-01-01T00:00:00' })] }),
    });
    expect(await failure(fetchAll())).toMatchObject({ kind: 'permanent', platformCode: 'filter_ignored' });
    expect(fake.calls).toHaveLength(3);
  });

  it('has no purchase orders', async () => {
    expect(await collect(connector.fetchOrders(open(), { ...window, kind: 'b2b' }))).toEqual([]);
  });

  it('counts unfinished checkouts as skipped', async () => {
    fakeStore({ 'GET wc/v3/orders': listing(() => [order(1), order(2, { status: 'checkout-draft' })]) });
    const pages = await fetchAll();
    expect(ids(pages)).toEqual(['1']);
    expect(pages[0]?.skipped?.map((item) => item.platformOrderId)).toEqual(['2']);
  });

  it('keeps the exact text of each order, also behind a PHP warning', async () => {
    const text = `{"id":14, "number" : "14",${JSON.stringify(order(14)).slice(1)}`;
    fakeStore({
      'GET wc/v3/orders': () => ({ text: `\uFEFFWarning: [oops] in {x}\n[${text}]`, headers: { 'x-wp-total': '1' } }),
    });
    const { log, lines } = recordingLog();
    const pages = await collect(connector.fetchOrders({ ...open(), log }, window));
    expect(pages[0]?.orders[0]?.raw).toBe(text);
    expect(lines.map((line) => line.level)).toEqual(['warn']);
  });
});

describe('refunded pieces of WooCommerce orders', () => {
  const refunded = order(14, { refunds: [{ id: 90, reason: '', total: '-150.00' }] });
  const withRefunds = (handler: () => ReturnType<typeof wpError>) => ({
    'GET wc/v3/orders': listing(() => [refunded, order(15)]),
    'GET wc/v3/orders/14/refunds': handler,
  });

  it('are read for the orders that have any', async () => {
    const fake = fakeStore(withRefunds(() => ({ json: fixture('refunds').refunds })));
    const [item] = (await fetchAll())[0]?.orders ?? [];
    expect(item?.ok === true ? item.order.lines.map((line) => line.quantityCancelled) : []).toEqual([1, 0]);
    expect(fake.calls).toHaveLength(2);
  });

  it('are not read for orders that nobody would ship', async () => {
    const fake = fakeStore({ 'GET wc/v3/orders': listing(() => [{ ...refunded, status: 'completed' }]) });
    expect(ids(await fetchAll())).toEqual(['14']);
    expect(fake.calls).toHaveLength(1);
  });

  it('that cannot be read spoil that order alone', async () => {
    fakeStore(withRefunds(() => ({ json: { not: 'a list' } })));
    const orders = (await fetchAll()).flatMap((page) => page.orders);
    expect(orders.map((item) => item.ok)).toEqual([false, true]);
    expect(orders[0]?.ok === false ? orders[0].reason : '').toMatch(/refunds/);
  });

  it('are asked for again later when the store is down', async () => {
    fakeStore(withRefunds(() => ({ status: 500, text: '' })));
    expect(await failure(fetchAll())).toMatchObject({ kind: 'retryable' });
  });
});

describe('the nightly sweep of open WooCommerce orders', () => {
  it('lists what is ready and what is waiting, by the time of order', async () => {
    const fake = fakeStore({ 'GET wc/v3/orders': listing(() => many(120)) });
    const pages = await collect(connector.fetchOpenOrders(open({ ready_statuses: 'processing,packing' })));
    expect(new Set(ids(pages)).size).toBe(120);
    expect(fake.calls[0]?.query).toMatchObject({
      status: 'processing,packing,on-hold,pending',
      orderby: 'date',
      after: '2007-12-31T23:59:59',
      dates_are_gmt: 'true',
    });
  });
});

describe('fetching single WooCommerce orders', () => {
  const gone = () => wpError(404, 'woocommerce_rest_shop_order_invalid_id');
  const byNumber = async (numbers: readonly string[]): Promise<FetchByNumberResult> => {
    const result = await connector.fetchByNumber?.(open(), numbers);
    if (result === undefined) throw new Error('not offered');
    return result;
  };

  it('takes the number that buyers see, not the id', async () => {
    const fake = fakeStore({
      'GET wc/v3/orders/14': () => ({ json: order(14, { number: 'A-1' }) }),
      'GET wc/v3/orders/99': gone,
      'GET wc/v3/orders': ({ query }) => ({
        json: query.search === '14' ? [order(20, { number: '140' }), order(21, { number: '14' })] : [],
      }),
    });
    const result = await byNumber(['14', '99', ' ', '#14']);
    expect(idsOf(result.orders)).toEqual(['21', '21']);
    expect(result.missing.map((item) => item.number)).toEqual(['99', ' ']);
    expect(fake.calls.find((call) => call.query.search !== undefined)?.query.status).toBe('any');
  });

  it('reads many by id in one call, and the trashed ones singly', async () => {
    const fake = fakeStore({
      'GET wc/v3/orders': ({ query }) => ({
        json: (query.include ?? '')
          .split(',')
          .filter((id) => id === '1')
          .map(() => order(1)),
      }),
      'GET wc/v3/orders/2': () => ({ json: order(2, { status: 'trash' }) }),
      'GET wc/v3/orders/3': gone,
    });
    const result = await connector.fetchByIds(open(), ['1', '2', '3', '../4', '1']);
    expect(idsOf(result.orders)).toEqual(['1', '2']);
    expect(result.orders.map((item) => (item.ok ? item.order.platformState : null))).toEqual(['open', 'cancelled']);
    expect(result.missing.map((item) => item.number)).toEqual(['../4', '3']);
    expect(fake.calls).toHaveLength(3);
  });
});

describe('listing WooCommerce products', () => {
  it('gives simple products and every variation, under the id that order lines carry', async () => {
    const product = (id: number, changes: Json = {}): Json => ({
      id,
      type: 'simple',
      name: `Mug ${id}`,
      sku: `MUG-${id}`,
      global_unique_id: '',
      images: [{ id: 1, src: 'https://cdn.example.test/1.png' }],
      ...changes,
    });
    fakeStore({
      'GET wc/v3/products': ({ query }) => ({
        json: query.page === '1' ? [product(10)] : [product(11, { type: 'variable', name: 'Shirt' }), { broken: true }],
        headers: { 'x-wp-totalpages': '2' },
      }),
      'GET wc/v3/products/11/variations': () => ({
        json: [
          { id: 12, name: 'S', sku: '', global_unique_id: '471', image: null },
          { id: 13, name: 'Shirt - M', sku: 'TEE-M' },
        ],
        headers: { 'x-wp-totalpages': '1' },
      }),
    });
    if (connector.products === undefined) throw new Error('not offered');
    expect((await collect(connector.products(open()))).flat()).toEqual([
      {
        platformProductId: '10',
        sku: 'MUG-10',
        barcode: null,
        name: 'Mug 10',
        pictureUrl: 'https://cdn.example.test/1.png',
      },
      {
        platformProductId: '12',
        sku: null,
        barcode: '471',
        name: 'Shirt - S',
        pictureUrl: 'https://cdn.example.test/1.png',
      },
      {
        platformProductId: '13',
        sku: 'TEE-M',
        barcode: null,
        name: 'Shirt - M',
        pictureUrl: 'https://cdn.example.test/1.png',
      },
    ]);
  });
});
