import { describe, expect, test } from 'vitest';
import { holdReasonText, holdText, holdTitle } from '../../../core/order/hold-text.ts';
import {
  evaluateHolds,
  goesToPickupPoint,
  type HoldContext,
  holdKey,
  keepsClaim,
  keyOfHold,
  releaseRule,
} from '../../../core/order/holds.ts';
import { holdCodes } from '../../../core/order/types.ts';
import { aLine, anOrder, aRecipient } from '../../support/orders.ts';

const context = (over: Partial<HoldContext> = {}): HoldContext => ({
  matchBy: 'sku',
  requiresMethodMapping: false,
  mappedKeys: new Set(['sku:TEA-1', 'sku:CUP-2']),
  classOf: new Map(),
  mappedMethods: new Map(),
  ...over,
});

const codes = (holds: readonly { code: string; subject: string }[]): string[] =>
  holds.map((hold) => (hold.subject === '' ? hold.code : `${hold.code} ${hold.subject}`));

test('a buyer’s wish to cancel is said once, with the reason where one was given', () => {
  const hold = { code: 'cancellation_requested', subject: 'buyer' } as const;
  const why = (reason: string) => holdText({ ...hold, detail: { reason } }).why;
  expect(why('The buyer asked to cancel')).toBe('The buyer asked to cancel.');
  expect(why('Ordered twice.')).toBe('The buyer asked to cancel: Ordered twice.');
});

describe('lines', () => {
  test('an order whose SKUs are all mapped is free to leave', () => {
    expect(evaluateHolds(anOrder(), context())).toEqual([]);
  });

  test('holds an order when one of two SKUs has no mapping', () => {
    const order = anOrder({ lines: [aLine({ sku: 'TEA-1' }), aLine({ sku: 'NEW-9', name: 'New tea' })] });
    const [hold] = evaluateHolds(order, context());
    expect(hold).toMatchObject({ code: 'sku_unmapped', origin: 'derived', subject: 'NEW-9' });
    expect(hold?.detail).toEqual({ keyKind: 'sku', name: 'New tea' });
  });

  test('compares SKUs without the space around them, but by case', () => {
    const order = anOrder({ lines: [aLine({ sku: '  TEA-1 ' }), aLine({ sku: 'tea-1' })] });
    expect(codes(evaluateHolds(order, context()))).toEqual(['sku_unmapped tea-1']);
  });

  test('names the product id of a line without SKU, so that it can be bound', () => {
    const order = anOrder({ lines: [aLine({ sku: '  ', platformProductId: '4711' })] });
    const [hold] = evaluateHolds(order, context());
    expect(hold).toMatchObject({ code: 'sku_missing', subject: '4711' });
    expect(hold === undefined ? null : keyOfHold(hold)).toEqual({ kind: 'product', key: '4711' });
    expect(evaluateHolds(order, context({ mappedKeys: new Set(['product:4711']) }))).toEqual([]);
  });

  test('keeps two lines apart that have neither SKU nor product id', () => {
    const bare = { sku: null, platformProductId: null };
    const order = anOrder({
      lines: [aLine({ ...bare, platformLineId: 'a' }), aLine({ ...bare, platformLineId: 'b' })],
    });
    expect(codes(evaluateHolds(order, context()))).toEqual(['sku_missing line a', 'sku_missing line b']);
  });

  test('matches by barcode where the sales channel says so, and by SKU where a line has none', () => {
    const order = anOrder({ lines: [aLine({ sku: 'X', barcode: ' 4006381 ' }), aLine({ sku: 'Y', barcode: null })] });
    const byBarcode = context({ matchBy: 'barcode', mappedKeys: new Set(['sku:X']) });
    expect(codes(evaluateHolds(order, byBarcode))).toEqual(['sku_unmapped 4006381', 'sku_unmapped Y']);
    const mapped = context({ matchBy: 'barcode', mappedKeys: new Set(['barcode:4006381', 'sku:Y']) });
    expect(evaluateHolds(order, mapped)).toEqual([]);
  });

  test('a barcode and a SKU that read the same are two reasons', () => {
    const order = anOrder({ lines: [aLine({ sku: 'A', barcode: null }), aLine({ sku: 'B', barcode: 'A' })] });
    const byBarcode = context({ matchBy: 'barcode' });
    const keys = evaluateHolds(order, byBarcode).map(keyOfHold);
    expect(keys).toEqual([
      { kind: 'sku', key: 'A' },
      { kind: 'barcode', key: 'A' },
    ]);
    const mapped = evaluateHolds(order, { ...byBarcode, mappedKeys: new Set(['sku:A']) });
    expect(mapped.map(keyOfHold)).toEqual([{ kind: 'barcode', key: 'A' }]);
  });

  test('asks nothing of lines that will not ship: gift cards, cancelled and already shipped ones', () => {
    const order = anOrder({
      lines: [
        aLine({ sku: 'TEA-1' }),
        aLine({ sku: 'GIFT', requiresShipping: false }),
        aLine({ sku: 'GONE', quantity: 2, quantityCancelled: 2 }),
        aLine({ sku: 'SENT', quantity: 2, quantityShipped: 2 }),
      ],
    });
    expect(evaluateHolds(order, context())).toEqual([]);
  });

  test('holds an order of which nothing is left to ship', () => {
    const order = anOrder({ lines: [aLine({ sku: 'GIFT', requiresShipping: false })] });
    expect(codes(evaluateHolds(order, context()))).toEqual(['no_shippable_items']);
    expect(codes(evaluateHolds(anOrder({ lines: [] }), context()))).toEqual(['no_shippable_items']);
  });

  test('one unmapped SKU on two lines is one hold', () => {
    const order = anOrder({ lines: [aLine({ sku: 'NEW' }), aLine({ sku: 'NEW ' })] });
    expect(codes(evaluateHolds(order, context()))).toEqual(['sku_unmapped NEW']);
  });
});

describe('payment', () => {
  const unknown = anOrder({ paymentRecord: 'unknown', paymentMethod: 'bank' });

  test('holds an unknown payment type that has no online payment record', () => {
    expect(codes(evaluateHolds(unknown, context()))).toEqual(['payment_unknown bank']);
  });

  test('lets a payment type pass that is classified prepaid or cash on delivery', () => {
    for (const known of ['prepaid', 'cash_on_delivery'] as const) {
      expect(evaluateHolds(unknown, context({ classOf: new Map([['bank', known]]) }))).toEqual([]);
    }
  });

  test('a blocked payment type holds also an order that the platform shows as paid', () => {
    const order = anOrder({ paymentRecord: 'online', paymentMethod: 'bank' });
    const blocked = context({ classOf: new Map([['bank', 'blocked']]) });
    expect(codes(evaluateHolds(order, blocked))).toEqual(['payment_blocked bank']);
    expect(evaluateHolds(order, blocked, new Set([holdKey({ code: 'payment_blocked', subject: 'bank' })]))).toEqual([]);
  });

  test('an order without a payment type can be classified, too', () => {
    const order = anOrder({ paymentRecord: 'unknown', paymentMethod: null });
    expect(codes(evaluateHolds(order, context()))).toEqual(['payment_unknown']);
    expect(evaluateHolds(order, context({ classOf: new Map([['', 'prepaid']]) }))).toEqual([]);
  });

  test('a purchase order is not asked how it was paid', () => {
    expect(evaluateHolds({ ...unknown, kind: 'b2b' }, context())).toEqual([]);
  });
});

describe('shipping method', () => {
  const strict = context({ requiresMethodMapping: true });

  test('is asked for only where the store requires a mapping', () => {
    const order = anOrder({ shippingMethod: null });
    expect(evaluateHolds(order, context())).toEqual([]);
    expect(codes(evaluateHolds(order, strict))).toEqual(['shipping_method_missing']);
  });

  test('holds until it is mapped', () => {
    const order = anOrder({ shippingMethod: 'chilled' });
    expect(codes(evaluateHolds(order, strict))).toEqual(['shipping_method_unmapped chilled']);
    const mapped = { ...strict, mappedMethods: new Map([['chilled', { toPickupPoint: false }]]) };
    expect(evaluateHolds(order, mapped)).toEqual([]);
  });
});

describe('address', () => {
  const missing = (over: Parameters<typeof aRecipient>[0]): string[] =>
    codes(evaluateHolds(anOrder({ recipient: aRecipient(over) }), context()));

  test('names every required field that is empty', () => {
    expect(missing({ country: 'US', state: '', zip: ' ' })).toEqual(['address_incomplete state,zip']);
  });

  test('asks what the country asks', () => {
    expect(missing({ country: 'TW', city: null, zip: null, state: null, phone: '0912' })).toEqual([]);
    expect(missing({ country: 'TW', phone: null })).toEqual(['address_incomplete phone']);
    expect(missing({ country: 'DE', state: null, phone: null })).toEqual([]);
    expect(missing({ country: 'AE', zip: null })).toEqual([]);
    expect(missing({ country: 'DE', zip: null })).toEqual(['address_incomplete zip']);
  });

  test('a pickup-point code takes the place of a street', () => {
    const store = { country: 'TW', address1: null, city: null, zip: null, pickupPointCode: '7-11-998' };
    expect(missing({ ...store, phone: '0912' })).toEqual([]);
    expect(missing({ ...store, phone: null })).toEqual(['address_incomplete phone']);
  });

  test('a method that goes to a pickup point needs the code, whatever the street says', () => {
    const order = anOrder({ shippingMethod: 'cvs', recipient: aRecipient({ pickupPointCode: null }) });
    const toStore = context({ mappedMethods: new Map([['cvs', { toPickupPoint: true }]]) });
    expect(codes(evaluateHolds(order, toStore))).toEqual(['address_incomplete pickupPointCode']);
    expect(goesToPickupPoint('convenience_store_711')).toBe(true);
    expect(goesToPickupPoint('home_delivery')).toBe(false);
  });

  test('an order without any recipient lacks everything', () => {
    expect(codes(evaluateHolds(anOrder({ recipient: null }), context()))).toEqual([
      'address_incomplete name,country,city,address1,zip',
    ]);
  });
});

describe('the platform says', () => {
  test('its own holds are kept apart by subject, with its words', () => {
    const order = anOrder({
      holds: [
        { code: 'platform_hold', subject: 'package 1', reason: 'On hold' },
        { code: 'platform_hold', subject: 'package 2', reason: 'On hold' },
        { code: 'cancellation_requested', subject: 'buyer', reason: 'Changed my mind' },
      ],
    });
    const holds = evaluateHolds(order, context());
    expect(codes(holds)).toEqual([
      'platform_hold package 1',
      'platform_hold package 2',
      'cancellation_requested buyer',
    ]);
    expect(holds.every((hold) => hold.origin === 'platform')).toBe(true);
    expect(holds[2]?.detail).toEqual({ reason: 'Changed my mind' });
  });

  test('a status that nobody knows holds, and so do lost payment and a change of who fulfils', () => {
    expect(codes(evaluateHolds(anOrder({ platformState: 'unknown' }), context()))).toEqual(['platform_hold status']);
    expect(codes(evaluateHolds(anOrder({ platformState: 'unpaid' }), context()))).toEqual(['platform_hold unpaid']);
    expect(codes(evaluateHolds(anOrder({ fulfilledBy: 'platform' }), context()))).toEqual([
      'platform_hold fulfilled_by',
    ]);
  });

  test('what a person overruled stays released', () => {
    const order = anOrder({ holds: [{ code: 'cancellation_requested', subject: 'buyer', reason: '' }] });
    const released = new Set([holdKey({ code: 'cancellation_requested', subject: 'buyer' })]);
    expect(evaluateHolds(order, context(), released)).toEqual([]);
  });
});

test('names all reasons of an order at once', () => {
  const order = anOrder({
    paymentRecord: 'unknown',
    paymentMethod: 'bank',
    shippingMethod: null,
    recipient: aRecipient({ zip: null }),
    lines: [aLine({ sku: 'NEW' }), aLine({ sku: null, platformProductId: '7' })],
    holds: [{ code: 'scheduled', subject: 'package 1', reason: 'For Friday' }],
  });
  expect(codes(evaluateHolds(order, context({ requiresMethodMapping: true })))).toEqual([
    'sku_unmapped NEW',
    'sku_missing 7',
    'payment_unknown bank',
    'shipping_method_missing',
    'address_incomplete zip',
    'scheduled package 1',
  ]);
});

describe('in words', () => {
  test('every hold says why and what to do next', () => {
    for (const code of holdCodes) {
      const { why, next } = holdText({ code, subject: 'X', detail: {} });
      expect(why).toMatch(/\.$/);
      expect(next).toMatch(/\.$/);
    }
  });

  test('a group of orders is named without blanks where a single order has its subject', () => {
    for (const code of holdCodes) expect(holdTitle(code)).toMatch(/^[A-Z].*\w$/);
    expect(holdTitle('address_incomplete')).toBe('Missing required recipient address fields');
  });

  test('speaks the words of the manuals', () => {
    expect(holdText({ code: 'sku_unmapped', subject: 'ABC' }).why).toBe('SKU [ABC] not mapped to a warehouse SKU.');
    expect(holdText({ code: 'sku_missing', subject: '4711' }).why).toBe('Platform SKU is empty.');
    expect(holdText({ code: 'no_shippable_items', subject: '' }).why).toBe('No shippable items.');
    expect(holdReasonText({ code: 'address_incomplete', subject: 'phone,zip' })).toBe(
      'Missing required recipient address fields: phone, postcode. Correct the address here, or on the platform and fetch the order again.',
    );
  });
});

test('a held order keeps its claim on stock, but not for blocked payment or a wish to cancel', () => {
  expect(holdCodes.filter((code) => !keepsClaim(code))).toEqual(['payment_blocked', 'cancellation_requested']);
});

test('a hold with a cause to mend cannot be released by hand; a risky release needs a note', () => {
  const rule = (code: (typeof holdCodes)[number], subject = '') => releaseRule({ code, subject, origin: 'derived' });
  expect(rule('sku_unmapped').by).toBe('nobody');
  expect(rule('address_incomplete').by).toBe('nobody');
  expect(rule('operator_hold')).toEqual({ by: 'operator', note: false });
  expect(rule('payment_blocked')).toEqual({ by: 'operator', note: true });
  expect(rule('platform_hold', 'status')).toEqual({ by: 'operator', note: true });
  expect(rule('platform_hold', 'package 1')).toEqual({ by: 'admin', note: true });
});
