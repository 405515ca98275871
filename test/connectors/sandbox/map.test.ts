import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { mapOrder, mapOrderText } from '../../../connectors/sandbox/map.ts';
import type { PlatformOrder } from '../../../core/order/types.ts';
import type { FetchedOrder } from '../../../core/ports/connector.ts';

const text = readFileSync(new URL('../../fixtures/sandbox/order.json', import.meta.url), 'utf8');
/** The order's own text, as it is cut out of a page. */
const raw = text.slice(text.indexOf('{', 1), text.lastIndexOf('}')).trim();

function mapped(fetched: FetchedOrder): PlatformOrder {
  if (!fetched.ok) throw new Error(fetched.reason);
  return fetched.order;
}

/** The fixture with some fields replaced. */
function with_(change: Record<string, unknown>): PlatformOrder {
  const order: unknown = JSON.parse(raw);
  return mapped(mapOrder({ ...(order as object), ...change }, raw));
}

describe('an order of the marketplace in the desk’s shape', () => {
  it('keeps every field as the marketplace has it, and 64-bit ids to the last digit', () => {
    const order = mapped(mapOrderText(raw));
    expect(order).toEqual({
      platformOrderId: '7000000001000000009',
      platformOrderNumber: 'TEA-1008',
      sourceChannel: 'app',
      kind: 'b2c',
      platformStatus: 'open/partial',
      platformState: 'partially_shipped',
      platformUpdatedAt: new Date('2026-11-20T03:00:00Z'),
      orderedAt: new Date('2026-11-20T01:02:03.004Z'),
      paidAt: null,
      shipBy: new Date('2026-11-23T01:02:03Z'),
      currency: 'TWD',
      itemsAmount: '1220.00',
      shippingAmount: '60.00',
      taxAmount: '0.00',
      discountAmount: '42.00',
      totalAmount: '1238.00',
      paymentMethod: 'cash_on_delivery',
      paymentRecord: 'cash_on_delivery',
      codAmount: '1238.00',
      shippingMethod: 'store_7eleven',
      shippingProvider: 'seven_eleven',
      buyerNote: '請於下午送達',
      tags: ['gift'],
      fulfilledBy: 'merchant',
      recipient: {
        name: '王小明',
        phone: '0900000008',
        email: 'buyer8@example.test',
        country: 'TW',
        state: null,
        city: '台北市',
        district: '中山區',
        address1: null,
        address2: null,
        zip: '10491',
        pickupPointCode: '123456',
      },
      lines: [
        {
          platformLineId: '7100000010000000091',
          sku: 'TEA-OOLONG-150',
          platformProductId: 'P-1001',
          name: 'High mountain oolong 150 g',
          barcode: '4710000000011',
          pictureUrl: 'http://localhost:3000/sandbox/pictures/P-1001.svg',
          quantity: 3,
          quantityCancelled: 1,
          quantityShipped: 1,
          unitPrice: '420.00',
          discountedUnitPrice: '378.00',
          requiresShipping: true,
        },
        {
          platformLineId: '7100000010000000092',
          sku: null,
          platformProductId: 'P-1010',
          name: '手工杯墊 (hand-made coaster)',
          barcode: null,
          pictureUrl: null,
          quantity: 1,
          quantityCancelled: 0,
          quantityShipped: 0,
          unitPrice: '220.00',
          discountedUnitPrice: null,
          requiresShipping: true,
        },
      ],
      packages: [
        {
          platformPackageId: '7000000001000000009',
          location: null,
          state: 'partial',
          shippable: true,
          lines: [
            { platformLineId: '7100000010000000091', platformPackageLineId: null, quantity: 1 },
            { platformLineId: '7100000010000000092', platformPackageLineId: null, quantity: 1 },
          ],
        },
      ],
      holds: [{ code: 'cancellation_requested', subject: 'buyer', reason: 'The buyer asked to cancel' }],
    });
  });

  it('keeps the raw text exactly', () => {
    expect(mapOrderText(raw).raw).toBe(raw);
  });

  it('says unpaid, shipped and cancelled where the marketplace does', () => {
    expect(with_({ status: 'unpaid', fulfilment_status: 'unfulfilled' }).platformState).toBe('unpaid');
    expect(with_({ fulfilment_status: 'fulfilled' }).platformState).toBe('shipped');
    expect(with_({ status: 'cancelled' }).platformState).toBe('cancelled');
    expect(with_({ fulfilled_by: 'marketplace' }).fulfilledBy).toBe('platform');
  });

  it('keeps a payment type that it does not know, and does not take it for paid', () => {
    const order = with_({ payment: { method: 'afterpay_x', status: 'deferred', collect_amount: null } });
    expect(order).toMatchObject({ paymentMethod: 'afterpay_x', paymentRecord: 'unknown', codAmount: null });
  });

  it('holds an order whose status or fulfiller it does not know, never guesses', () => {
    const strange = with_({ status: 'under_review', cancellation_requested: false });
    expect(strange.platformState).toBe('unknown');
    expect(strange.holds).toMatchObject([{ code: 'platform_hold', subject: 'status' }]);
    expect(strange.packages[0]?.shippable).toBe(false);
    expect(with_({ fulfilled_by: 'partner', cancellation_requested: false }).holds).toMatchObject([
      { code: 'platform_hold', subject: 'fulfilled_by' },
    ]);
    expect(with_({ status: 'on_hold', cancellation_requested: false }).holds).toMatchObject([
      { code: 'platform_hold', subject: 'order' },
    ]);
  });

  it('names the field of a malformed order, and who it was as far as that can be read', () => {
    const order = JSON.parse(raw) as Record<string, unknown>;
    const reasonOf = (change: Record<string, unknown>): unknown => {
      const fetched = mapOrder({ ...order, ...change }, raw);
      return fetched.ok ? 'no reason' : [fetched.reason, fetched.platformOrderNumber];
    };
    expect(reasonOf({ lines: undefined })).toEqual(['lines: missing', 'TEA-1008']);
    expect(reasonOf({ lines: [{ id: 1, quantity: -1 }] })).toEqual([
      'lines 1, quantity: less than 0: ‘-1’',
      'TEA-1008',
    ]);
    expect(reasonOf({ updated_at: 'yesterday' })).toEqual(['updated_at: not a time: ‘yesterday’', 'TEA-1008']);
    expect(reasonOf({ currency: 'NT dollars' })).toEqual(['currency: too long: ‘NT dollars’', 'TEA-1008']);
    expect(reasonOf({ number: null })).toEqual(['number: empty', null]);
    expect(mapOrderText('{"id":7000000001000000009,"number":"X-1"}')).toMatchObject({
      ok: false,
      platformOrderId: '7000000001000000009',
    });
    expect(mapOrderText('{"id":')).toMatchObject({ ok: false, reason: 'the order: the JSON breaks off' });
  });
});
