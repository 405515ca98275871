import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  derivedHolds,
  evaluateHolds,
  type HoldContext,
  holdKey,
  keyOfHold,
  type PaymentClass,
} from '../../../core/order/holds.ts';
import { keyText } from '../../../core/order/line-key.ts';
import type { PlatformHold, PlatformOrder } from '../../../core/order/types.ts';
import { aLine, anOrder, aRecipient } from '../../support/orders.ts';

const text = fc.constantFrom('A', 'B', ' A', 'b', '', '  ', null);

const order: fc.Arbitrary<PlatformOrder> = fc
  .record({
    kind: fc.constantFrom('b2c' as const, 'b2b' as const),
    platformState: fc.constantFrom(
      'open' as const,
      'partially_shipped' as const,
      'unknown' as const,
      'unpaid' as const,
    ),
    lines: fc.array(
      fc
        .record({
          sku: text,
          platformProductId: text,
          barcode: text,
          quantity: fc.nat(3),
          quantityCancelled: fc.nat(3),
          quantityShipped: fc.nat(3),
          requiresShipping: fc.boolean(),
        })
        .map((over) => aLine(over)),
      { maxLength: 4 },
    ),
    paymentMethod: text,
    paymentRecord: fc.constantFrom('online' as const, 'cash_on_delivery' as const, 'unknown' as const),
    shippingMethod: text,
    recipient: fc.option(
      fc
        .record({
          country: fc.constantFrom('US', 'TW', 'SG', 'AE', 'XX', '', null),
          zip: text,
          phone: text,
          state: text,
          address1: text,
          pickupPointCode: fc.constantFrom('P1', '', null),
        })
        .map((over) => aRecipient(over)),
    ),
    holds: fc.array(
      fc.record<PlatformHold>({
        code: fc.constantFrom('platform_hold', 'scheduled', 'cancellation_requested', 'payment_blocked'),
        subject: fc.constantFrom('x', 'y'),
        reason: fc.string(),
      }),
      { maxLength: 3 },
    ),
  })
  .map((over) => anOrder(over));

const context: fc.Arbitrary<HoldContext> = fc.record({
  matchBy: fc.constantFrom('sku' as const, 'barcode' as const),
  requiresMethodMapping: fc.boolean(),
  mappedKeys: fc.uniqueArray(fc.constantFrom('sku:A', 'sku:B', 'product:A', 'barcode:A')).map((keys) => new Set(keys)),
  classOf: fc
    .array(
      fc.tuple(fc.constantFrom('A', 'B', ''), fc.constantFrom<PaymentClass>('prepaid', 'cash_on_delivery', 'blocked')),
    )
    .map((pairs) => new Map(pairs)),
  mappedMethods: fc
    .array(fc.tuple(fc.constantFrom('A', 'B'), fc.record({ toPickupPoint: fc.boolean() })))
    .map((pairs) => new Map(pairs)),
});

test('one hold for each code and subject, and the same again for the same order', () => {
  fc.assert(
    fc.property(order, context, (one, rules) => {
      const keys = evaluateHolds(one, rules).map(holdKey);
      expect(new Set(keys).size).toBe(keys.length);
      expect(evaluateHolds(one, rules).map(holdKey)).toEqual(keys);
    }),
  );
});

test('binding the key of a hold closes that hold and opens none', () => {
  fc.assert(
    fc.property(order, context, (one, rules) => {
      const before = derivedHolds(one, rules);
      for (const hold of before) {
        const key = keyOfHold(hold);
        if (key === null) continue;
        const mappedKeys = new Set([...rules.mappedKeys, keyText(key)]);
        const after = derivedHolds(one, { ...rules, mappedKeys }).map(holdKey);
        expect(after).not.toContain(holdKey(hold));
        expect(before.map(holdKey)).toEqual(expect.arrayContaining(after));
      }
    }),
  );
});

test('with every key, payment type and method known, only address and content can hold', () => {
  fc.assert(
    fc.property(order, context, (one, rules) => {
      const mappedKeys = new Set(
        ['sku', 'product', 'barcode'].flatMap((kind) => ['A', 'B', 'b'].map((key) => `${kind}:${key}`)),
      );
      const classOf = new Map<string, PaymentClass>(['A', 'B', 'b', ''].map((method) => [method, 'prepaid']));
      const mappedMethods = new Map(['A', 'B', 'b'].map((method) => [method, { toPickupPoint: false }]));
      const codes = derivedHolds(one, { ...rules, mappedKeys, classOf, mappedMethods }).map((hold) =>
        hold.code === 'sku_missing' && hold.subject.startsWith('line ') ? 'no key at all' : hold.code,
      );
      const possible = ['address_incomplete', 'no_shippable_items', 'no key at all', 'shipping_method_missing'];
      expect(possible).toEqual(expect.arrayContaining([...new Set(codes)]));
    }),
  );
});

test('a person’s release takes away that hold and no other', () => {
  fc.assert(
    fc.property(order, context, fc.nat(), (one, rules, pick) => {
      const all = evaluateHolds(one, rules).map(holdKey);
      const released = all[pick % Math.max(1, all.length)];
      if (released === undefined) return;
      expect(evaluateHolds(one, rules, new Set([released])).map(holdKey)).toEqual(
        all.filter((key) => key !== released),
      );
    }),
  );
});

test('the platform’s own holds are all there, whatever the rules say', () => {
  fc.assert(
    fc.property(order, context, (one, rules) => {
      const keys = evaluateHolds(one, rules).map(holdKey);
      for (const { code, subject } of one.holds) {
        const shown = code === 'payment_blocked' ? `platform: ${subject}` : subject;
        expect(keys).toContain(holdKey({ code, subject: shown }));
      }
    }),
  );
});

test('an order with something to ship is never called empty, one with nothing always is', () => {
  fc.assert(
    fc.property(order, context, (one, rules) => {
      const left = one.lines.some(
        (line) => line.requiresShipping && line.quantity - line.quantityCancelled - line.quantityShipped > 0,
      );
      const isEmpty = derivedHolds(one, rules).some((hold) => hold.code === 'no_shippable_items');
      expect(isEmpty).toBe(!left);
    }),
  );
});
