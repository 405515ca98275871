import nock from 'nock';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { connector } from '../../../connectors/shopify/index.ts';
import type { FetchByNumberResult, FetchedOrder, FetchWindow, OrderPage } from '../../../core/ports/connector.ts';
import { recordingLog } from '../../support/log.ts';
import {
  collect,
  failure,
  fakeShop,
  foLines,
  fulfillmentOrder,
  listed,
  listOf,
  type Node,
  open,
  order,
  ordersById,
  plentyOfPoints,
} from './support.ts';

const window: FetchWindow = {
  since: new Date('2026-11-20T00:00:00Z'),
  until: new Date('2026-11-21T00:00:00Z'),
  kind: 'b2c',
};
const fetchAll = (settings: Record<string, string> = {}): Promise<OrderPage[]> =>
  collect(connector.fetchOrders(open(settings), window));

const numbersOf = (orders: readonly FetchedOrder[]): readonly (string | null)[] =>
  orders.map((item) => (item.ok ? item.order.platformOrderNumber : item.platformOrderNumber));
const numbers = (pages: readonly OrderPage[]): readonly (string | null)[] =>
  numbersOf(pages.flatMap((page) => page.orders));

const idsAsked = (variables: Node): readonly string[] => z.array(z.string()).parse(variables.ids);

/** Points as an answer states them; the shop restores so fast that a test does not wait. */
const points = (requested: number, available: number): Node => ({
  cost: {
    requestedQueryCost: requested,
    throttleStatus: { maximumAvailable: 2000, currentlyAvailable: available, restoreRate: 50_000 },
  },
});

afterEach(() => nock.cleanAll());

describe('fetching changed Shopify orders', () => {
  it('asks for what changed since ten minutes before the window, and reads the orders by id', async () => {
    const fake = fakeShop({ ChangedOrders: listed([[order(1)]]), Orders: ordersById([order(1)]) });
    expect(numbers(await fetchAll())).toEqual(['#1001']);
    expect(fake.calls[0]?.variables).toEqual({
      first: 50,
      after: null,
      query: "updated_at:>='2026-11-19T23:50:00Z'",
    });
    expect(idsAsked(fake.calls[1]?.variables ?? {})).toEqual(['gid://shopify/Order/5551000000001']);
  });

  it('stops at the end of the window', async () => {
    const late = order(3, { updatedAt: '2026-11-21T00:00:00Z' });
    const fake = fakeShop({
      ChangedOrders: listed([[order(1), order(2), late], [order(4)]]),
      Orders: ordersById([order(1), order(2), late, order(4)]),
    });
    expect(numbers(await fetchAll())).toEqual(['#1001', '#1002']);
    expect(fake.calls.filter((call) => call.name === 'ChangedOrders')).toHaveLength(1);
  });

  it('has no purchase orders', async () => {
    expect(await collect(connector.fetchOrders(open(), { ...window, kind: 'b2b' }))).toEqual([]);
  });

  it('counts test orders as skipped', async () => {
    const test = order(2, { test: true });
    fakeShop({ ChangedOrders: listed([[order(1), test]]), Orders: ordersById([order(1), test]) });
    const pages = await fetchAll();
    expect(numbers(pages)).toEqual(['#1001']);
    expect(pages[0]?.skipped).toEqual([
      { platformOrderId: '5551000000002', platformOrderNumber: '#1002', reason: 'Test order' },
    ]);
  });

  it('keeps the exact text of each order', async () => {
    fakeShop({ ChangedOrders: listed([[order(1)]]), Orders: ordersById([order(1)]) });
    const [page] = await fetchAll();
    expect(page?.orders[0]?.raw).toBe(JSON.stringify(order(1)));
  });

  it('reads the rest of orders with more lines and packages than one page shows', async () => {
    const lineNode = (id: number): Node => ({ id: `gid://shopify/LineItem/${id}`, name: `Item ${id}`, quantity: 1 });
    const cut = order(1, {
      lineItems: listOf([lineNode(1), lineNode(2)], 'l1'),
      fulfillmentOrders: listOf(
        [
          fulfillmentOrder({
            lineItems: { ...foLines([['81', '1', 1]]), pageInfo: { hasNextPage: true, endCursor: 'p1' } },
          }),
        ],
        'f1',
      ),
    });
    const second = fulfillmentOrder({ id: 'gid://shopify/FulfillmentOrder/62', lineItems: foLines([['83', '3', 1]]) });
    fakeShop({
      ChangedOrders: listed([[cut]]),
      Orders: ordersById([cut]),
      OrderLines: (_variables, count) => ({
        data: { order: { lineItems: count === 0 ? listOf([lineNode(3)], 'l2') : listOf([lineNode(4)]) } },
      }),
      OrderPackages: () => ({ data: { order: { fulfillmentOrders: listOf([second]) } } }),
      PackageLines: () => ({ data: { fulfillmentOrder: { lineItems: foLines([['82', '2', 1]]) } } }),
    });
    const fetched = (await fetchAll())[0]?.orders[0];
    if (fetched?.ok !== true) throw new Error('malformed');
    expect(fetched.order.lines.map((line) => line.platformLineId)).toEqual(['1', '2', '3', '4']);
    expect(fetched.order.packages.map((item) => item.lines.map((line) => line.platformLineId))).toEqual([
      ['1', '2'],
      ['3'],
    ]);
    expect(fetched.raw).toContain('Item 4');
  });

  it('halves the number of orders in a query that costs too much, then the nested pages', async () => {
    const orders = Array.from({ length: 8 }, (_, index) => order(index + 1));
    const answer = ordersById(orders);
    const fake = fakeShop({
      ChangedOrders: listed([orders]),
      Orders: (variables, count) => {
        const tooBig = idsAsked(variables).length > 1 || Number(variables.lines) > 25;
        if (!tooBig) return { ...Object(answer(variables, count)), extensions: points(800, 2000) };
        return { errors: [{ message: 'Query cost is too high', extensions: { code: 'MAX_COST_EXCEEDED' } }] };
      },
    });
    expect(numbers(await fetchAll())).toHaveLength(8);
    const tries = fake.calls
      .filter((call) => call.name === 'Orders')
      .map(({ variables }) => `${idsAsked(variables).length}×${variables.lines}`);
    expect(tries.slice(0, 6)).toEqual(['8×50', '4×50', '2×50', '1×50', '1×25', '1×25']);
  });

  it('learns from the cost of an answer how many orders the next may ask for', async () => {
    const orders = Array.from({ length: 24 }, (_, index) => order(index + 1));
    const answer = ordersById(orders);
    const fake = fakeShop({
      ChangedOrders: listed([orders]),
      Orders: (variables, count) => ({
        ...Object(answer(variables, count)),
        extensions: points(idsAsked(variables).length * 180, 2000),
      }),
    });
    await fetchAll();
    const sizes = fake.calls
      .filter((call) => call.name === 'Orders')
      .map(({ variables }) => idsAsked(variables).length);
    expect(sizes).toEqual([10, 5, 5, 4]);
  });

  it('waits until the shop has restored enough points when throttled, and asks again', async () => {
    const answer = ordersById([order(1)]);
    const fake = fakeShop({
      ChangedOrders: listed([[order(1)]]),
      Orders: (variables, count) =>
        count < 2
          ? { errors: [{ message: 'Throttled', extensions: { code: 'THROTTLED' } }], extensions: points(700, 100) }
          : { ...Object(answer(variables, count)), extensions: points(700, 1300) },
    });
    expect(numbers(await fetchAll())).toEqual(['#1001']);
    expect(fake.calls.filter((call) => call.name === 'Orders')).toHaveLength(3);
  });

  it('tells the job when to come back once the wait would be long', async () => {
    const slow = {
      cost: {
        requestedQueryCost: 900,
        throttleStatus: { maximumAvailable: 1000, currentlyAvailable: 0, restoreRate: 10 },
      },
    };
    fakeShop({
      ChangedOrders: () => ({
        errors: [{ message: 'Throttled', extensions: { code: 'THROTTLED' } }],
        extensions: slow,
      }),
    });
    expect(await failure(fetchAll())).toMatchObject({
      kind: 'retryable',
      platformCode: 'THROTTLED',
      retryAfterMs: 90_000,
    });
  });

  it('gives up after a few throttled answers, as something to retry', async () => {
    const fake = fakeShop({
      ChangedOrders: () => ({
        errors: [{ message: 'Throttled', extensions: { code: 'THROTTLED' } }],
        extensions: points(100, 50),
      }),
    });
    expect(await failure(fetchAll())).toMatchObject({ kind: 'retryable', platformCode: 'THROTTLED' });
    expect(fake.calls).toHaveLength(6);
  });

  it('refuses an answer to a search that Shopify did not understand, since it is not filtered', async () => {
    fakeShop({
      ChangedOrders: () => ({
        data: { orders: listOf([{ id: 'gid://shopify/Order/1', name: '#1', updatedAt: '2020-01-01T00:00:00Z' }]) },
        extensions: {
          ...plentyOfPoints,
          search: [{ path: ['orders'], warnings: [{ field: 'updated', message: 'Invalid' }] }],
        },
      }),
    });
    expect(await failure(fetchAll())).toMatchObject({ kind: 'permanent', platformCode: 'search_warning' });
  });

  it('warns once when Shopify serves another version', async () => {
    fakeShop({ ChangedOrders: listed([[order(1)]]), Orders: ordersById([order(1)]) }, '2027-01');
    const { log, lines } = recordingLog();
    await collect(connector.fetchOrders({ ...open(), log }, window));
    expect(lines).toEqual([
      {
        level: 'warn',
        fields: { platform: 'shopify', asked: '2026-10', served: '2027-01' },
        message: expect.any(String),
      },
    ]);
  });
});

describe('data that Shopify hides', () => {
  const denied = (path: readonly (string | number)[]): Node => ({
    message: 'Access denied for this field. Required access: protected customer data.',
    path,
    extensions: { code: 'ACCESS_DENIED' },
  });
  const hidden = order(1, { shippingAddress: null, email: null, phone: null, billingAddress: null });
  const reasons = (pages: readonly OrderPage[]): readonly string[] =>
    pages
      .flatMap((page) => page.orders)
      .flatMap((item) => (item.ok ? item.order.holds.map((hold) => hold.subject) : []));

  it('holds an order whose customer fields came back empty', async () => {
    fakeShop({
      ChangedOrders: listed([[hidden]]),
      Orders: () => ({
        data: { nodes: [hidden] },
        errors: [denied(['nodes', 0, 'shippingAddress']), denied(['nodes', 0, 'email'])],
      }),
    });
    const pages = await fetchAll();
    expect(reasons(pages)).toEqual(['protected customer data']);
    const [item] = pages[0]?.orders ?? [];
    expect(item?.ok === true ? item.order.recipient : 'none').toBeNull();
  });

  it('asks again without customer fields when the whole query was refused', async () => {
    const fake = fakeShop({
      ChangedOrders: listed([[hidden]]),
      Orders: (variables) =>
        variables.customer === true
          ? { data: null, errors: [denied(['nodes', 0, 'shippingAddress'])] }
          : { data: { nodes: [hidden] } },
    });
    expect(reasons(await fetchAll())).toEqual(['protected customer data']);
    expect(fake.calls.filter((call) => call.name === 'Orders')).toHaveLength(2);
  });

  it('asks for a new authorization, naming the field, when packages are refused', async () => {
    fakeShop({
      ChangedOrders: listed([[order(1)]]),
      Orders: () => ({ data: { nodes: [null] }, errors: [denied(['nodes', 0, 'fulfillmentOrders'])] }),
    });
    expect(await failure(fetchAll())).toMatchObject({
      kind: 'needs_reauthorization',
      platformMessage: expect.stringContaining('nodes.0.fulfillmentOrders'),
    });
  });

  it('asks for a new authorization when orders may not be read at all', async () => {
    fakeShop({ ChangedOrders: () => ({ data: null, errors: [denied(['orders'])] }) });
    expect(await failure(fetchAll())).toMatchObject({ kind: 'needs_reauthorization', platformCode: 'ACCESS_DENIED' });
  });
});

describe('the nightly sweep of open Shopify orders', () => {
  it('lists unfulfilled and partly fulfilled orders, each once', async () => {
    const fake = fakeShop({
      OpenOrders: (variables) => {
        const nodes = String(variables.query).includes('partial') ? [order(2), order(3)] : [order(1), order(2)];
        return { data: { orders: listOf(nodes.map(({ id, name, updatedAt }) => ({ id, name, updatedAt }))) } };
      },
      Orders: ordersById([order(1), order(2), order(3)]),
    });
    expect(numbers(await collect(connector.fetchOpenOrders(open())))).toEqual(['#1001', '#1002', '#1003']);
    expect(fake.calls.filter((call) => call.name === 'OpenOrders').map((call) => call.variables.query)).toEqual([
      'status:open fulfillment_status:unfulfilled',
      'status:open fulfillment_status:partial',
    ]);
  });
});

describe('fetching single Shopify orders', () => {
  const byNumber = async (given: readonly string[]): Promise<FetchByNumberResult> => {
    const result = await connector.fetchByNumber?.(open(), given);
    if (result === undefined) throw new Error('not offered');
    return result;
  };

  it('takes only the order whose number is exactly the one asked for', async () => {
    const fake = fakeShop({
      OrdersByName: () => ({
        data: {
          n0: { nodes: [order(1), order(10001, { name: '#10010' })].map(({ id, name }) => ({ id, name })) },
          n1: { nodes: [] },
        },
      }),
      Orders: ordersById([order(1)]),
    });
    const result = await byNumber(['1001', '#4711']);
    expect(numbersOf(result.orders)).toEqual(['#1001']);
    expect(result.missing).toEqual([{ number: '#4711', reason: expect.stringContaining('no order with this number') }]);
    expect(fake.calls[0]?.variables).toEqual({ q0: "name:'1001'", q1: "name:'4711'" });
  });

  it('never puts quotes into the search', async () => {
    const fake = fakeShop({});
    const result = await byNumber(["1001' OR name:*", 'a\\b', ' ']);
    expect(result.orders).toEqual([]);
    expect(result.missing.map((item) => item.reason)).toEqual(Array(3).fill('Not a Shopify order number'));
    expect(fake.calls).toEqual([]);
  });

  it('says why an order of that number is not taken', async () => {
    const test = order(1, { test: true });
    fakeShop({
      OrdersByName: () => ({ data: { n0: { nodes: [{ id: test.id, name: test.name }] } } }),
      Orders: ordersById([test]),
    });
    expect((await byNumber(['#1001'])).missing).toEqual([{ number: '#1001', reason: 'Test order' }]);
  });

  it('reads orders by id and names the ones that are gone', async () => {
    fakeShop({ Orders: ordersById([order(1)]) });
    const result = await connector.fetchByIds(open(), ['5551000000001', '5551000000002', 'gid://x', '5551000000001']);
    expect(numbersOf(result.orders)).toEqual(['#1001']);
    expect(result.missing.map((item) => item.number)).toEqual(['5551000000002', 'gid://x']);
  });
});

describe('listing Shopify products', () => {
  it('gives each variant with its SKU and barcode, page after page', async () => {
    const variant = (id: number, changes: Node = {}): Node => ({
      id: `gid://shopify/ProductVariant/${id}`,
      legacyResourceId: String(id),
      sku: `SKU-${id}`,
      barcode: null,
      displayName: `Mug - ${id}`,
      ...changes,
    });
    fakeShop({
      Variants: (_variables, count) => ({
        data: {
          productVariants: count === 0 ? listOf([variant(1)], 'v1') : listOf([variant(2, { sku: '', barcode: '471' })]),
        },
      }),
    });
    if (connector.products === undefined) throw new Error('not offered');
    expect((await collect(connector.products(open()))).flat()).toEqual([
      { platformProductId: '1', sku: 'SKU-1', barcode: null, name: 'Mug - 1', pictureUrl: null },
      { platformProductId: '2', sku: null, barcode: '471', name: 'Mug - 2', pictureUrl: null },
    ]);
  });
});
