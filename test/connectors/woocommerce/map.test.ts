import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mapOrder } from '../../../connectors/woocommerce/map.ts';
import { fullName } from '../../../connectors/woocommerce/names.ts';
import { perPiece } from '../../../connectors/woocommerce/per-piece.ts';
import type { PlatformOrder } from '../../../core/order/types.ts';
import { type Json, order } from './support.ts';

function mapped(
  changes: Json,
  settings: Record<string, string> = {},
  refunded?: ReadonlyMap<string, number>,
): PlatformOrder {
  const result = mapOrder(order(14, changes), 'raw', settings, refunded);
  if (!result.take) throw new Error(`skipped: ${result.skipped.reason}`);
  if (!result.fetched.ok) throw new Error(result.fetched.reason);
  return result.fetched.order;
}

const meta = (key: string, value: unknown): Json => ({ meta_data: [{ id: 1, key, value }] });
const told = (...lines: readonly (readonly [id: string, qty: number])[]): Json =>
  meta('_holdfast_shipments', [{ id: 's-1', number: 'T-1', lines: lines.map(([id, qty]) => ({ id, qty })) }]);
const firstLine = (changes: Json): Json => ({
  line_items: [
    {
      id: 1,
      name: 'Mug',
      product_id: 10,
      variation_id: 0,
      quantity: 2,
      subtotal: '300.00',
      total: '250.00',
      ...changes,
    },
  ],
});

describe('a WooCommerce order in our shape', () => {
  it('keeps every field where it belongs', () => {
    expect(mapped({ date_created_gmt: '2026-11-20T13:33:15', date_modified_gmt: '2026-11-20T13:33:20' })).toEqual({
      platformOrderId: '14',
      platformOrderNumber: '14',
      sourceChannel: 'checkout',
      kind: 'b2c',
      platformStatus: 'processing',
      platformState: 'open',
      platformUpdatedAt: new Date('2026-11-20T13:33:20Z'),
      orderedAt: new Date('2026-11-20T13:33:15Z'),
      paidAt: null,
      shipBy: null,
      currency: 'TWD',
      itemsAmount: '600.00',
      shippingAmount: '60.00',
      taxAmount: '0.00',
      discountAmount: '50.00',
      totalAmount: '610.00',
      paymentMethod: 'cod',
      paymentRecord: 'cash_on_delivery',
      codAmount: '610.00',
      shippingMethod: 'Home delivery',
      shippingProvider: null,
      buyerNote: 'Ring twice',
      tags: [],
      fulfilledBy: 'merchant',
      recipient: {
        name: 'Mei Test',
        phone: '0900000002',
        email: 'mei@example.test',
        country: 'TW',
        state: 'TPE',
        city: 'Zhongshan',
        district: null,
        address1: 'No. 7',
        address2: '3F',
        zip: '104',
        pickupPointCode: null,
      },
      lines: [
        {
          platformLineId: '1',
          sku: 'MUG-1',
          platformProductId: '10',
          name: 'Mug',
          barcode: null,
          pictureUrl: null,
          quantity: 2,
          quantityCancelled: 0,
          quantityShipped: 0,
          unitPrice: '150.00',
          discountedUnitPrice: '125.00',
          requiresShipping: true,
        },
        {
          platformLineId: '2',
          sku: 'TEE-S',
          platformProductId: '12',
          name: 'Shirt - S',
          barcode: null,
          pictureUrl: null,
          quantity: 1,
          quantityCancelled: 0,
          quantityShipped: 0,
          unitPrice: '300.00',
          discountedUnitPrice: '300.00',
          requiresShipping: true,
        },
      ],
      packages: [
        {
          platformPackageId: '14',
          location: null,
          state: 'processing',
          shippable: true,
          lines: [
            { platformLineId: '1', platformPackageLineId: null, quantity: 2 },
            { platformLineId: '2', platformPackageLineId: null, quantity: 1 },
          ],
        },
      ],
      holds: [],
    });
  });

  it.each([
    ['processing', 'open'],
    ['completed', 'shipped'],
    ['cancelled', 'cancelled'],
    ['refunded', 'cancelled'],
    ['failed', 'cancelled'],
    ['trash', 'cancelled'],
    ['packing', 'unknown'],
  ])('in status %s is %s', (status, state) => {
    expect(mapped({ status }).platformState).toBe(state);
  });

  it.each(['on-hold', 'pending'])('in status %s is unpaid, or held when it is cash on delivery', (status) => {
    expect(mapped({ status, payment_method: 'bacs' })).toMatchObject({ platformState: 'unpaid', holds: [] });
    const cod = mapped({ status });
    expect(cod.platformState).toBe('open');
    expect(cod.holds.map((hold) => hold.subject)).toEqual(['status']);
    expect(cod.packages[0]?.shippable).toBe(false);
  });

  it('in a status of the shop’s own is open once the settings name it', () => {
    expect(mapped({ status: 'packing' }, { ready_statuses: 'processing, packing' }).platformState).toBe('open');
  });

  it('of a checkout that is not finished is skipped', () => {
    expect(mapOrder(order(14, { status: 'checkout-draft' }), 'raw', {})).toMatchObject({
      take: false,
      skipped: { platformOrderId: '14' },
    });
  });

  it('is paid online once it has a payment date, and unknown without one', () => {
    const paid = { payment_method: 'ecpay', date_paid_gmt: '2026-11-20T13:34:00' };
    expect(mapped(paid)).toMatchObject({
      paymentRecord: 'online',
      paidAt: new Date('2026-11-20T13:34:00Z'),
      codAmount: null,
    });
    expect(mapped({ payment_method: 'ecpay' }).paymentRecord).toBe('unknown');
  });

  it('takes the store’s own list of cash-on-delivery methods', () => {
    expect(mapped({ payment_method: 'ecpay_cod' }, { cod_methods: 'cod,ecpay_cod' }).paymentRecord).toBe(
      'cash_on_delivery',
    );
    expect(mapped({}, { cod_methods: 'ecpay_cod' }).paymentRecord).toBe('unknown');
  });

  it('asks the buyer for what is left after refunds', () => {
    expect(
      mapped({
        refunds: [
          { id: 1, total: '-125.00' },
          { id: 2, total: '-10.00' },
        ],
      }).codAmount,
    ).toBe('475.00');
  });

  it('counts refunded pieces as cancelled', () => {
    const order = mapped({}, {}, new Map([['1', 1]]));
    expect(order.lines.map((line) => line.quantityCancelled)).toEqual([1, 0]);
    expect(order.packages[0]?.lines.map((line) => line.quantity)).toEqual([1, 1]);
  });

  it('of downloads only has nothing to ship', () => {
    const order = mapped({ needs_processing: false });
    expect(order.lines.every((line) => !line.requiresShipping)).toBe(true);
    expect(order.packages[0]).toMatchObject({ shippable: false, lines: [] });
  });

  it('shows what we told it as shipped', () => {
    expect(mapped(told(['1', 2])).platformState).toBe('partially_shipped');
    expect(mapped(told(['1', 2])).lines.map((line) => line.quantityShipped)).toEqual([2, 0]);
    expect(mapped(told(['1', 2], ['2', 1])).platformState).toBe('shipped');
    expect(mapped(told(['1', 9])).lines[0]?.quantityShipped).toBe(2);
  });

  it.each([
    ['fulfilled', 'shipped'],
    ['partially_fulfilled', 'partially_shipped'],
  ])('%s by WooCommerce’s own fulfilments is %s', (value, state) => {
    expect(mapped(meta('_fulfillment_status', value)).platformState).toBe(state);
  });

  it('with a tracking number that somebody else put there is held', () => {
    for (const changes of [
      meta('_tracking_number', 'X1'),
      meta('_wc_shipment_tracking_items', [{ tracking_number: 'X1' }, null, { tracking_number: null }]),
    ]) {
      const order = mapped(changes);
      expect(order.holds).toEqual([
        { code: 'platform_hold', subject: 'tracking', reason: expect.stringContaining('X1') },
      ]);
    }
  });

  it('with only our own tracking number is not held', () => {
    const own = { id: 1, key: '_tracking_number', value: 't1' };
    const record = told(['1', 2]).meta_data;
    expect(mapped({ meta_data: [own, ...(Array.isArray(record) ? record : [])] }).holds).toEqual([]);
  });

  it('uses the billing address when the shipping one is empty, and either phone', () => {
    const shipping = { first_name: '', last_name: '', address_1: '', phone: '' };
    expect(mapped({ shipping }).recipient).toMatchObject({ name: 'Mei Test', address1: 'No. 7', phone: '0900000001' });
    expect(mapped({ shipping: [] }).recipient?.phone).toBe('0900000001');
    expect(mapped({ shipping: [], billing: [] }).recipient).toMatchObject({ name: null, address1: null });
  });

  it('keeps lines of deleted products, and what the buyer chose', () => {
    const line = {
      sku: null,
      product_id: 0,
      name: 'Ring &amp; box',
      meta_data: [
        { id: 1, key: 'pa_size', value: 'M', display_key: 'Size', display_value: '<p>M</p>' },
        { id: 2, key: '_hidden', value: 'x', display_key: '_hidden', display_value: 'x' },
        { id: 3, key: 'parts', value: { a: 1 }, display_key: 'parts', display_value: { a: 1 } },
      ],
    };
    expect(mapped(firstLine(line)).lines[0]).toMatchObject({
      sku: null,
      platformProductId: null,
      name: 'Ring & box (Size: M)',
    });
  });

  it('takes a ship-by date from the field that the store names', () => {
    const changes = meta('_delivery_date', '2026-11-25');
    expect(mapped(changes).shipBy).toBeNull();
    expect(mapped(changes, { ship_by_meta_key: '_delivery_date' }).shipBy).toEqual(new Date('2026-11-25T00:00:00Z'));
  });

  it('with a part of a piece is named as malformed', () => {
    const result = mapOrder(order(14, firstLine({ quantity: 1.5 })), 'raw', {});
    expect(result).toMatchObject({ take: true, fetched: { ok: false, platformOrderId: '14' } });
    expect(JSON.stringify(result)).not.toContain('example.test');
  });

  it.each([
    ['', '', 'TW', undefined, null],
    ['小明', '王', 'TW', undefined, '王小明'],
    ['Mei', 'Wang', 'TW', undefined, 'Mei Wang'],
    ['小明', '王', 'US', undefined, '小明 王'],
    ['Ana', 'Doe', 'US', 'last_first', 'DoeAna'],
    ['小明', '王', 'TW', 'first_last', '小明 王'],
    ['Ana', '', 'US', undefined, 'Ana'],
  ] as const)('writes the name of "%s" "%s" in %s (%s) as %s', (first, last, country, setting, name) => {
    expect(fullName(first, last, country, setting)).toBe(name);
  });

  it('divides prices without losing a cent beyond rounding', () => {
    expect(perPiece('100.00', 3)).toBe('33.3333');
    expect(perPiece('200', 3)).toBe('66.6667');
    expect(perPiece('-0.05', 2)).toBe('-0.025');
    expect(perPiece('5', 0)).toBeNull();
    expect(perPiece(null, 2)).toBeNull();
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000_000 }), fc.integer({ min: 1, max: 999 }), (cents, count) => {
        const each = Number(perPiece((cents / 100).toFixed(2), count));
        return Math.abs(each * count - cents / 100) <= count * 0.00006;
      }),
    );
  });
});
