import nock from 'nock';
import { afterEach, describe, expect, it } from 'vitest';
import { connector } from '../../../connectors/shopify/index.ts';
import type { ShipmentToTell, ShipResult } from '../../../core/ports/connector.ts';
import {
  failure,
  fakeShop,
  foLines,
  fulfilled,
  fulfillment,
  fulfillmentOrder,
  listOf,
  type Node,
  open,
  packages,
  type Reply,
  shipment,
} from './support.ts';

const ship = async (told: ShipmentToTell = shipment(), settings: Record<string, string> = {}): Promise<ShipResult> => {
  const result = await connector.ship?.(open(settings), told, false);
  if (result === undefined) throw new Error('not offered');
  return result;
};

const created = (id = 91): Reply => ({
  data: {
    fulfillmentCreate: { fulfillment: { id: `gid://shopify/Fulfillment/${id}`, status: 'SUCCESS' }, userErrors: [] },
  },
});
const refused = (message: string): Reply => ({
  data: { fulfillmentCreate: { fulfillment: null, userErrors: [{ field: ['fulfillment'], message }] } },
});

const told = (calls: readonly { name: string; variables: Node }[]): readonly unknown[] =>
  calls.filter((call) => call.name === 'Fulfill').map((call) => call.variables.fulfillment);

afterEach(() => nock.cleanAll());

describe('telling Shopify a shipment', () => {
  it('fulfils the remaining lines with carrier, number and link, without a mail unless asked', async () => {
    const fake = fakeShop({
      Fulfillments: () => fulfilled([]),
      OrderPackages: () => packages([fulfillmentOrder()]),
      Fulfill: () => created(),
    });
    expect(await ship(shipment({ trackingUrl: 'https://track.example.test/1' }))).toEqual({
      outcome: 'accepted',
      platformShipmentId: '91',
    });
    expect(told(fake.calls)).toEqual([
      {
        lineItemsByFulfillmentOrder: [
          {
            fulfillmentOrderId: 'gid://shopify/FulfillmentOrder/61',
            fulfillmentOrderLineItems: [{ id: 'gid://shopify/FulfillmentOrderLineItem/81', quantity: 3 }],
          },
        ],
        trackingInfo: { company: 'UPS', number: '1Z 999-AA1', url: 'https://track.example.test/1' },
        notifyCustomer: false,
      },
    ]);
  });

  it('lets Shopify mail the buyer when the store wants it', async () => {
    const fake = fakeShop({
      Fulfillments: () => fulfilled([]),
      OrderPackages: () => packages([fulfillmentOrder()]),
      Fulfill: () => created(),
    });
    await ship(shipment(), { notify_customer: 'yes' });
    expect(told(fake.calls)).toMatchObject([{ notifyCustomer: true }]);
  });

  it('tells one location after the other', async () => {
    const other = fulfillmentOrder({
      id: 'gid://shopify/FulfillmentOrder/62',
      assignedLocation: { name: 'Shed', location: { id: 'gid://shopify/Location/72' } },
      lineItems: foLines([['82', '22', 1]]),
    });
    const same = fulfillmentOrder({ id: 'gid://shopify/FulfillmentOrder/63', lineItems: foLines([['83', '23', 1]]) });
    const fake = fakeShop({
      Fulfillments: () => fulfilled([]),
      OrderPackages: () => packages([fulfillmentOrder(), other, same]),
      Fulfill: (_variables, count) => created(91 + count),
    });
    const lines = ['21', '22', '23'].map((platformLineId) => ({ platformLineId, quantity: 1 }));
    expect((await ship(shipment({ lines }))).platformShipmentId).toBe('91');
    expect(told(fake.calls)).toMatchObject([
      {
        lineItemsByFulfillmentOrder: [
          { fulfillmentOrderId: 'gid://shopify/FulfillmentOrder/61', fulfillmentOrderLineItems: [{ quantity: 1 }] },
          { fulfillmentOrderId: 'gid://shopify/FulfillmentOrder/63' },
        ],
      },
      { lineItemsByFulfillmentOrder: [{ fulfillmentOrderId: 'gid://shopify/FulfillmentOrder/62' }] },
    ]);
  });

  it('spreads one line over two packages', async () => {
    const first = fulfillmentOrder({ lineItems: foLines([['81', '21', 1]]) });
    const second = fulfillmentOrder({ id: 'gid://shopify/FulfillmentOrder/62', lineItems: foLines([['82', '21', 2]]) });
    const fake = fakeShop({
      Fulfillments: () => fulfilled([]),
      OrderPackages: () => packages([first, second]),
      Fulfill: () => created(),
    });
    await ship();
    expect(JSON.stringify(told(fake.calls))).toMatch(/Item\/81","quantity":1.*Item\/82","quantity":2/);
  });

  it('cuts more lines than Shopify takes into several calls', async () => {
    const many = Array.from({ length: 600 }, (_, index) => String(index + 1));
    const fake = fakeShop({
      Fulfillments: () => fulfilled([]),
      OrderPackages: () => packages([fulfillmentOrder({ lineItems: foLines(many.map((id) => [id, id, 1] as const)) })]),
      Fulfill: () => created(),
    });
    await ship(shipment({ lines: many.map((platformLineId) => ({ platformLineId, quantity: 1 })) }));
    const sizes = told(fake.calls).map((call) => JSON.stringify(call).match(/FulfillmentOrderLineItem\//g)?.length);
    expect(sizes).toEqual([512, 88]);
  });

  it('sends nothing when Shopify already shows the number, however it is written', async () => {
    const fake = fakeShop({ Fulfillments: () => fulfilled([fulfillment('1z999aa1', [['21', 3]])]) });
    expect(await ship()).toEqual({ outcome: 'already_there', platformShipmentId: '91' });
    expect(fake.calls).toHaveLength(1);
  });

  it('does not take a cancelled fulfilment for a told one', async () => {
    const fake = fakeShop({
      Fulfillments: () => fulfilled([fulfillment('1Z999AA1', [['21', 3]], 'CANCELLED')]),
      OrderPackages: () => packages([fulfillmentOrder()]),
      Fulfill: () => created(),
    });
    expect((await ship()).outcome).toBe('accepted');
    expect(told(fake.calls)).toHaveLength(1);
  });

  it('sends only the rest when a crash came between two locations', async () => {
    const other = fulfillmentOrder({ id: 'gid://shopify/FulfillmentOrder/62', lineItems: foLines([['82', '22', 1]]) });
    const fake = fakeShop({
      Fulfillments: () => fulfilled([fulfillment('1Z999AA1', [['21', 3]])]),
      OrderPackages: () =>
        packages([fulfillmentOrder({ status: 'CLOSED', lineItems: foLines([['81', '21', 0]]) }), other]),
      Fulfill: () => created(),
    });
    const lines = [
      { platformLineId: '21', quantity: 3 },
      { platformLineId: '22', quantity: 1 },
    ];
    expect((await ship(shipment({ lines }))).outcome).toBe('accepted');
    expect(JSON.stringify(told(fake.calls))).not.toContain('LineItem/81');
  });

  it('reads the packages again when they moved meanwhile', async () => {
    const fake = fakeShop({
      Fulfillments: () => fulfilled([]),
      OrderPackages: (_variables, count) =>
        packages([count === 0 ? fulfillmentOrder() : fulfillmentOrder({ id: 'gid://shopify/FulfillmentOrder/62' })]),
      Fulfill: (_variables, count) => (count === 0 ? refused('Fulfillment order does not exist.') : created()),
    });
    expect((await ship()).outcome).toBe('accepted');
    expect(JSON.stringify(told(fake.calls)[1])).toContain('FulfillmentOrder/62');
  });

  it('finds its own fulfilment when Shopify says that the package is closed', async () => {
    const fake = fakeShop({
      Fulfillments: (_variables, count) => fulfilled(count === 0 ? [] : [fulfillment('1Z999AA1', [['21', 3]])]),
      OrderPackages: () => packages([fulfillmentOrder()]),
      Fulfill: () => refused('Fulfillment order 61 has an unfulfillable status= closed.'),
    });
    expect((await ship()).outcome).toBe('already_there');
    expect(told(fake.calls)).toHaveLength(1);
  });

  it('does not repeat itself for ever', async () => {
    const fake = fakeShop({
      Fulfillments: () => fulfilled([]),
      OrderPackages: () => packages([fulfillmentOrder()]),
      Fulfill: () => refused('Invalid fulfillment order line item quantity requested.'),
    });
    expect(await failure(ship())).toMatchObject({ kind: 'rejected', platformCode: 'fulfillment_order_stale' });
    expect(told(fake.calls)).toHaveLength(3);
  });

  it('passes on any other words of Shopify', async () => {
    fakeShop({
      Fulfillments: () => fulfilled([]),
      OrderPackages: () => packages([fulfillmentOrder()]),
      Fulfill: () => refused('Something else is wrong.'),
    });
    expect(await failure(ship())).toMatchObject({ kind: 'rejected', platformMessage: 'Something else is wrong.' });
  });

  it.each([
    ['is gone', { data: { order: null } }, [], 'order_not_found'],
    ['is cancelled', fulfilled([], { cancelledAt: '2026-11-20T00:00:00Z' }), [fulfillmentOrder()], 'order_cancelled'],
    ['is on hold', fulfilled([]), [fulfillmentOrder({ status: 'ON_HOLD', supportedActions: [] })], 'on_hold'],
    ['is scheduled', fulfilled([]), [fulfillmentOrder({ status: 'SCHEDULED', supportedActions: [] })], 'scheduled'],
    [
      'has less left than was shipped',
      fulfilled([]),
      [fulfillmentOrder({ lineItems: foLines([['81', '21', 2]]) })],
      'nothing_left_to_fulfil',
    ],
    ['shows no packages', fulfilled([]), [], 'no_fulfillment_orders'],
    [
      'was fulfilled with another number',
      fulfilled([fulfillment('OTHER', [['21', 3]])]),
      [fulfillmentOrder({ status: 'CLOSED', lineItems: foLines([['81', '21', 0]]) })],
      'nothing_left_to_fulfil',
    ],
  ] as const)('sends nothing for an order that %s', async (_title, order, nodes, code) => {
    const fake = fakeShop({ Fulfillments: () => order, OrderPackages: () => packages(nodes) });
    expect(await failure(ship())).toMatchObject({ kind: 'rejected', platformCode: code });
    expect(told(fake.calls)).toEqual([]);
  });

  it('does not know the outcome after a server error or a torn answer', async () => {
    for (const reply of [
      { status: 500, text: 'oops' },
      { status: 200, text: '{"data":{"fulfillmentCreate":{"fulf' },
      { data: { fulfillmentCreate: { fulfillment: null, userErrors: [] } } },
      { errors: [{ message: 'Internal error', extensions: { code: 'INTERNAL_SERVER_ERROR' } }] },
    ] satisfies Reply[]) {
      const fake = fakeShop({
        Fulfillments: () => fulfilled([]),
        OrderPackages: () => packages([fulfillmentOrder()]),
        Fulfill: () => reply,
      });
      expect(await failure(ship()), JSON.stringify(reply)).toMatchObject({ kind: 'retryable', outcomeUnknown: true });
      expect(told(fake.calls), JSON.stringify(reply)).toHaveLength(1);
      nock.cleanAll();
    }
  });

  it('reads back what Shopify knows as shipped', async () => {
    fakeShop({
      Fulfillments: () =>
        fulfilled([
          {
            ...fulfillment('1Z1', [['21', 1]]),
            fulfillmentLineItems: { ...listOf([{ quantity: 1, lineItem: { id: 'gid://shopify/LineItem/21' } }], 'c1') },
          },
          fulfillment('GONE', [['21', 1]], 'FAILURE'),
        ]),
      FulfillmentLines: () => ({
        data: {
          fulfillment: {
            fulfillmentLineItems: listOf([{ quantity: 2, lineItem: { id: 'gid://shopify/LineItem/22' } }]),
          },
        },
      }),
    });
    expect(await connector.readShipments?.(open(), '5551000000001')).toEqual([
      {
        platformShipmentId: '91',
        trackingNumbers: ['1Z1'],
        lines: [
          { platformLineId: '21', quantity: 1 },
          { platformLineId: '22', quantity: 2 },
        ],
      },
    ]);
  });

  it('offers the carrier names that Shopify documents', async () => {
    expect((await connector.carriers?.(open()))?.map((carrier) => carrier.code)).toContain('Yamato (JA)');
  });
});

describe('cancelling at Shopify', () => {
  const state = (cancelledAt: string | null): Reply => ({ data: { order: { cancelledAt } } });
  const answer = (job: Node | null, errors: readonly Node[] = []): Reply => ({
    data: { orderCancel: { job, orderCancelUserErrors: errors } },
  });
  const cancel = (reason: string, settings: Record<string, string> = {}): Promise<void> =>
    connector.cancel?.(open(settings), '5551000000001', reason) ?? Promise.resolve();

  it('puts the goods back, moves no money, and waits until it is done', async () => {
    const fake = fakeShop({
      Cancelled: (_variables, count) => state(count === 0 ? null : '2026-11-21T00:00:00Z'),
      Cancel: () => answer({ id: 'gid://shopify/Job/1', done: false }),
      Job: () => ({ data: { job: { id: 'gid://shopify/Job/1', done: true } } }),
    });
    await cancel(`out of stock ${'x'.repeat(300)}`);
    expect(fake.calls.find((call) => call.name === 'Cancel')?.variables).toEqual({
      orderId: 'gid://shopify/Order/5551000000001',
      reason: 'OTHER',
      restock: true,
      refundMethod: { originalPaymentMethodsRefund: false },
      notifyCustomer: false,
      staffNote: `out of stock ${'x'.repeat(242)}`,
    });
  });

  it('uses Shopify’s own reason, and refunds only when the store says so', async () => {
    const fake = fakeShop({
      Cancelled: (_variables, count) => state(count === 0 ? null : '2026-11-21T00:00:00Z'),
      Cancel: () => answer({ id: 'gid://shopify/Job/1', done: true }),
    });
    await cancel('customer', { cancel_refund: 'yes', cancel_restock: 'no' });
    expect(fake.calls.find((call) => call.name === 'Cancel')?.variables).toMatchObject({
      reason: 'CUSTOMER',
      restock: false,
      refundMethod: { originalPaymentMethodsRefund: true },
    });
  });

  it('sends nothing when the order is cancelled already', async () => {
    const fake = fakeShop({ Cancelled: () => state('2026-11-20T00:00:00Z') });
    await cancel('customer');
    expect(fake.calls).toHaveLength(1);
  });

  it('takes "already cancelled" for success', async () => {
    fakeShop({
      Cancelled: () => state(null),
      Cancel: () =>
        answer(null, [{ message: 'Cannot cancel an order that has already been canceled', code: 'INVALID' }]),
    });
    await expect(cancel('customer')).resolves.toBeUndefined();
  });

  it.each([
    ['Cannot cancel an order that has outstanding fulfillments', 'INVALID', 'rejected'],
    ['No permission', 'NO_REFUND_PERMISSION', 'rejected'],
    ['Internal error', 'INTERNAL_ERROR', 'retryable'],
  ])('passes on "%s" (%s) as %s', async (message, code, kind) => {
    fakeShop({ Cancelled: () => state(null), Cancel: () => answer(null, [{ message, code }]) });
    expect(await failure(cancel('customer'))).toMatchObject({ kind, platformMessage: message });
  });

  it('does not claim a cancellation that Shopify did not make', async () => {
    fakeShop({ Cancelled: () => state(null), Cancel: () => answer({ id: 'gid://shopify/Job/1', done: true }) });
    expect(await failure(cancel('customer'))).toMatchObject({ kind: 'rejected', platformCode: 'not_cancelled' });
  });

  it('comes back later while Shopify is still at it', async () => {
    fakeShop({
      Cancelled: () => state(null),
      Cancel: () => answer({ id: 'gid://shopify/Job/1', done: false }),
      Job: () => ({ data: { job: { id: 'gid://shopify/Job/1', done: false } } }),
    });
    expect(await failure(cancel('customer'))).toMatchObject({ kind: 'retryable', platformCode: 'not_done_yet' });
  });
});
