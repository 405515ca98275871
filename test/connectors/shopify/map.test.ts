import { describe, expect, it } from 'vitest';
import { mapOrder } from '../../../connectors/shopify/map.ts';
import type { PlatformOrder } from '../../../core/order/types.ts';
import { foLines, fulfillmentOrder, listOf, type Node, order } from './support.ts';

function mapped(changes: Node, settings: Record<string, string> = {}): PlatformOrder {
  const result = mapOrder(order(1, changes), 'raw', settings);
  if (!result.take) throw new Error(`skipped: ${result.skipped.reason}`);
  if (!result.fetched.ok) throw new Error(result.fetched.reason);
  return result.fetched.order;
}

const holds = (changes: Node): readonly string[] => mapped(changes).holds.map((hold) => `${hold.code} ${hold.subject}`);

const line = (changes: Node): Node => {
  const original = order().lineItems;
  const nodes = typeof original === 'object' && original !== null && 'nodes' in original ? original.nodes : [];
  return listOf([{ ...(Array.isArray(nodes) ? nodes[0] : {}), ...changes }]);
};

const withPackages = (...nodes: Node[]): Node => ({ fulfillmentOrders: listOf(nodes) });

describe('a Shopify order in our shape', () => {
  it('keeps every field where it belongs', () => {
    expect(mapped({})).toEqual({
      platformOrderId: '5551000000001',
      platformOrderNumber: '#1001',
      sourceChannel: 'web',
      kind: 'b2c',
      platformStatus: 'PAID/UNFULFILLED',
      platformState: 'open',
      platformUpdatedAt: new Date('2026-11-20T02:11:30Z'),
      orderedAt: new Date('2026-11-20T02:10:00Z'),
      paidAt: new Date('2026-11-20T02:10:02Z'),
      shipBy: null,
      currency: 'USD',
      itemsAmount: '60.00',
      shippingAmount: '5.0',
      taxAmount: '4.4',
      discountAmount: '5.0',
      totalAmount: '64.4',
      paymentMethod: 'shopify_payments',
      paymentRecord: 'online',
      codAmount: null,
      shippingMethod: 'Standard',
      shippingProvider: null,
      buyerNote: 'leave at door\nGift: yes',
      tags: ['vip'],
      fulfilledBy: 'merchant',
      recipient: {
        name: 'Ana Doe',
        phone: '+12175550100',
        email: 'ana@example.test',
        country: 'US',
        state: 'IL',
        city: 'Springfield',
        district: null,
        address1: '1 Test St',
        address2: 'Unit 2',
        zip: '62701',
        pickupPointCode: null,
      },
      lines: [
        {
          platformLineId: '21',
          sku: 'MUG-BL',
          platformProductId: '31',
          name: 'Mug - Blue',
          barcode: '4710000000017',
          pictureUrl: 'https://cdn.example.test/mug.png',
          quantity: 3,
          quantityCancelled: 0,
          quantityShipped: 0,
          unitPrice: '20.0',
          discountedUnitPrice: '18.33',
          requiresShipping: true,
        },
      ],
      packages: [
        {
          platformPackageId: '61',
          location: 'Main',
          state: 'OPEN',
          shippable: true,
          lines: [{ platformLineId: '21', platformPackageLineId: '81', quantity: 3 }],
        },
      ],
      holds: [],
    });
  });

  it.each([
    [{ cancelledAt: '2026-11-20T03:00:00Z' }, 'cancelled'],
    [{ displayFulfillmentStatus: 'FULFILLED' }, 'shipped'],
    [{ displayFulfillmentStatus: 'FULFILLMENT_NOT_REQUIRED' }, 'shipped'],
    [{ displayFulfillmentStatus: 'PARTIALLY_FULFILLED' }, 'partially_shipped'],
    [{ displayFulfillmentStatus: 'RESTOCKED' }, 'cancelled'],
    [{ displayFulfillmentStatus: 'REQUEST_DECLINED' }, 'open'],
    [{ displayFulfillmentStatus: 'SOMETHING_NEW' }, 'unknown'],
    [{ displayFinancialStatus: 'PENDING' }, 'unpaid'],
    [{ displayFinancialStatus: 'AUTHORIZED' }, 'open'],
    [{ displayFinancialStatus: 'SOMETHING_NEW' }, 'unknown'],
    [
      { displayFinancialStatus: 'REFUNDED', lineItems: line({ currentQuantity: 0, unfulfilledQuantity: 0 }) },
      'cancelled',
    ],
  ] as const)('with %j is %s', (changes, state) => {
    expect(mapped(changes).platformState).toBe(state);
  });

  it.each([
    ['PAID', 'online'],
    ['PARTIALLY_REFUNDED', 'online'],
    ['AUTHORIZED', 'unknown'],
    ['PARTIALLY_PAID', 'unknown'],
    ['EXPIRED', 'unknown'],
  ] as const)('with payment %s has the record "%s"', (displayFinancialStatus, record) => {
    expect(mapped({ displayFinancialStatus }).paymentRecord).toBe(record);
  });

  it.each([
    'REFUNDED',
    'VOIDED',
    'EXPIRED',
  ])('whose payment is %s is unpaid, and held once a part was shipped', (payment) => {
    expect(mapped({ displayFinancialStatus: payment })).toMatchObject({ platformState: 'unpaid', holds: [] });
    const partly = { displayFinancialStatus: payment, displayFulfillmentStatus: 'PARTIALLY_FULFILLED' };
    expect(holds(partly)).toEqual(['payment_blocked payment']);
  });

  it('still to be paid on delivery is taken, with the amount that is due', () => {
    const cod = {
      displayFinancialStatus: 'PENDING',
      paymentGatewayNames: ['cash on delivery (cod)'],
      totalOutstandingSet: { shopMoney: { amount: '40.0', currencyCode: 'USD' } },
    };
    expect(mapped(cod)).toMatchObject({ platformState: 'open', paymentRecord: 'cash_on_delivery', codAmount: '40.0' });
  });

  it('takes the store’s own names of cash on delivery', () => {
    const order = { displayFinancialStatus: 'PENDING', paymentGatewayNames: ['貨到付款'] };
    expect(mapped(order, { cod_methods: 'COD, 貨到付款' }).paymentRecord).toBe('cash_on_delivery');
    expect(mapped(order).platformState).toBe('unpaid');
  });

  it('by bank deposit is not cash on delivery, although it is manual too', () => {
    const transactions = [{ manualPaymentGateway: true, gateway: 'bank_deposit', formattedGateway: 'Bank Deposit' }];
    expect(
      mapped({ displayFinancialStatus: 'PENDING', paymentGatewayNames: ['Bank Deposit'], transactions }),
    ).toMatchObject({ platformState: 'unpaid', paymentRecord: 'unknown' });
  });

  it('counts refunded pieces as cancelled and fulfilled ones as shipped', () => {
    const [item] = mapped({ lineItems: line({ quantity: 5, currentQuantity: 4, unfulfilledQuantity: 1 }) }).lines;
    expect(item).toMatchObject({ quantity: 5, quantityCancelled: 1, quantityShipped: 3 });
  });

  it('keeps lines of deleted products, without an id', () => {
    const [item] = mapped({ lineItems: line({ variant: null, product: null, sku: '' }) }).lines;
    expect(item).toMatchObject({ platformProductId: null, sku: null, barcode: null });
  });

  it.each([
    ['fraud analysis says so', { risk: { recommendation: 'INVESTIGATE', assessments: [] } }, 'payment_blocked risk'],
    [
      'one assessment is high',
      { risk: { recommendation: 'NONE', assessments: [{ riskLevel: 'HIGH' }] } },
      'payment_blocked risk',
    ],
    [
      'the assessment is not done',
      { risk: { recommendation: 'NONE', assessments: [{ riskLevel: 'PENDING' }] } },
      'platform_hold risk',
    ],
    [
      'it is on hold',
      withPackages(fulfillmentOrder({ status: 'ON_HOLD', supportedActions: [] })),
      'platform_hold fulfillment order 61',
    ],
    [
      'it is scheduled',
      withPackages(fulfillmentOrder({ status: 'SCHEDULED', supportedActions: [] })),
      'scheduled fulfillment order 61',
    ],
    [
      'Shopify does not let us fulfil it',
      withPackages(fulfillmentOrder({ supportedActions: [] })),
      'platform_hold fulfillment order 61',
    ],
    ['its address is hidden', { shippingAddress: null }, 'platform_hold protected customer data'],
    ['its packages are hidden', withPackages(), 'platform_hold fulfillment order scope'],
  ] as const)('is held when %s', (_title, changes, hold) => {
    expect(holds(changes)).toEqual([hold]);
  });

  it('on hold passes on the shop’s reason', () => {
    const onHold = fulfillmentOrder({
      status: 'ON_HOLD',
      supportedActions: [],
      fulfillmentHolds: [{ reason: 'INVENTORY_OUT_OF_STOCK', reasonNotes: 'back on Monday' }],
    });
    expect(mapped(withPackages(onHold)).holds[0]?.reason).toBe(
      'On hold in Shopify: INVENTORY_OUT_OF_STOCK: back on Monday',
    );
  });

  it('is not held for its address when it needs none', () => {
    expect(holds({ requiresShipping: false, shippingAddress: null })).toEqual([]);
  });

  it('served by another fulfilment service is not ours', () => {
    const theirs = fulfillmentOrder({ supportedActions: [], requestStatus: 'ACCEPTED' });
    expect(mapped(withPackages(theirs))).toMatchObject({ fulfilledBy: 'other_warehouse', holds: [] });
  });

  it('leaves out the lines that another fulfilment service ships, and holds lines that are shared', () => {
    const ours = fulfillmentOrder({ lineItems: foLines([['81', '21', 2]]) });
    const theirs = fulfillmentOrder({
      id: 'gid://shopify/FulfillmentOrder/62',
      supportedActions: [],
      requestStatus: 'SUBMITTED',
      lineItems: foLines([['82', '22', 1]]),
    });
    const lines = [line({}), line({ id: 'gid://shopify/LineItem/22', sku: 'BOX' })].flatMap((list) => list.nodes);
    const split = mapped({ lineItems: listOf(lines), ...withPackages(ours, theirs) });
    expect(split.lines.map((item) => item.requiresShipping)).toEqual([true, false]);
    expect(split.fulfilledBy).toBe('merchant');
    expect(split.packages.map((item) => item.shippable)).toEqual([true, false]);
    const shared = { ...theirs, lineItems: foLines([['82', '21', 1]]) };
    expect(holds(withPackages(ours, shared))).toEqual(['platform_hold line 21']);
  });

  it('takes the earliest promise as the time to ship by', () => {
    const first = fulfillmentOrder({ fulfillBy: '2026-11-25T00:00:00Z' });
    const second = fulfillmentOrder({ id: 'gid://shopify/FulfillmentOrder/62', fulfillBy: '2026-11-24T00:00:00Z' });
    expect(mapped(withPackages(first, second)).shipBy).toEqual(new Date('2026-11-24T00:00:00Z'));
  });

  it('falls back to the order’s phone, then the billing one', () => {
    const address = { address1: '1 Test St', countryCodeV2: 'us' };
    expect(mapped({ shippingAddress: address, phone: '+1999' }).recipient?.phone).toBe('+1999');
    expect(mapped({ shippingAddress: address }).recipient).toMatchObject({ phone: '+12175550101', country: 'US' });
  });

  it('uses the total after edits', () => {
    const currentTotalPriceSet = { shopMoney: { amount: '30.0', currencyCode: 'USD' } };
    expect(mapped({ currentTotalPriceSet }).totalAmount).toBe('30.0');
  });

  it('that is a test is skipped, unless the store takes tests', () => {
    expect(mapOrder(order(1, { test: true }), 'raw', {})).toEqual({
      take: false,
      skipped: { platformOrderId: '5551000000001', platformOrderNumber: '#1001', reason: 'Test order' },
    });
    expect(mapped({ test: true }, { include_test_orders: 'yes' }).platformOrderNumber).toBe('#1001');
  });

  it('for pick-up is skipped, unless the store ships such orders', () => {
    const pickUp = withPackages(fulfillmentOrder({ deliveryMethod: { methodType: 'PICK_UP' } }));
    expect(mapOrder(order(1, pickUp), 'raw', {})).toMatchObject({
      take: false,
      skipped: { reason: 'Delivery method PICK_UP is not shipped from the warehouse' },
    });
    expect(mapped(pickUp, { delivery_methods: 'shipping,pick_up' }).packages[0]?.shippable).toBe(true);
  });

  it('that cannot be read is named with the places, never with what stood there', () => {
    const result = mapOrder(order(1, { currencyCode: 7, email: 'ana@example.test' }), 'raw', {});
    expect(result).toMatchObject({
      take: true,
      fetched: { ok: false, platformOrderId: '5551000000001', platformOrderNumber: '#1001', raw: 'raw' },
    });
    expect(JSON.stringify(result)).toContain('currencyCode');
    expect(JSON.stringify(result)).not.toContain('example.test');
  });
});
