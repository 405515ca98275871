import fc from 'fast-check';
import { expect, it } from 'vitest';
import { brokenChannelMessage } from '../../bot/messages/channel-notice.ts';
import { digestMessage } from '../../bot/messages/digest.ts';
import { routesReply } from '../../bot/messages/routes.ts';
import { refusedBySlack } from '../../bot/messages/validate.ts';
import type { DigestFigures } from '../../core/alert/digest.ts';
import { holdCodes } from '../../core/order/types.ts';

const hostile = fc.oneof(
  fc.constantFrom('<!channel>', '<@U1>', '*bold* _it_ ```', '\u202eevil', '🧥'.repeat(100), 'مرحبا', '|>x<http://a|b>'),
  fc.string({ maxLength: 300 }),
);
const count = fc.nat(10_000_000);
const figures: fc.Arbitrary<DigestFigures> = fc.record({
  held: count,
  heldByCode: fc.constant(Object.fromEntries(holdCodes.map((code) => [code, 9_999_999]))),
  exceptions: count,
  openAlerts: count,
  troubledStores: count,
  oldestHoldAt: fc.constantFrom(null, '2026-11-01T00:00:00Z'),
  shipped: count,
  shippedBefore: count,
  newOrders: count,
  newOrdersBefore: count,
});

it('stays inside every limit of Slack, and no name calls anybody', () => {
  fc.assert(
    fc.property(figures, fc.option(figures), fc.array(hostile, { maxLength: 30 }), (counted, before, merchantNames) => {
      const [name = 'x'] = merchantNames;
      const route = { id: 'r', merchantId: 'm', merchantName: name, storeId: 's', storeName: name, kind: name };
      const channel = { id: 'c', channelId: 'C1', name, timeZone: 'UTC', quietHours: null, digestAt: null };
      const rest = { digestSince: null, unknownMayLook: false, brokenSince: null, notice: null };
      const messages = [
        digestMessage({ day: '2026-11-21', merchantNames, figures: counted, before }, 'https://desk.example.test'),
        brokenChannelMessage(
          { kind: 'channel_broken', channelId: 'C1', channelName: name, reason: name },
          'https://desk.example.test',
        ),
        routesReply(
          {
            isConnected: true,
            defaultChannelId: 'C1',
            channels: Array.from({ length: 30 }, () => ({ ...channel, ...rest, brokenReason: 'is_archived' })),
            routes: Array.from({ length: 100 }, () => ({ ...route, channelId: 'C1' })),
            waiting: [],
            blocked: [],
          },
          'https://desk.example.test',
        ),
      ];
      for (const message of messages) {
        expect(refusedBySlack('message', { ...message })).toBeNull();
        expect(JSON.stringify(message)).not.toMatch(/<!(?!date)|<@/);
      }
    }),
    { numRuns: 60 },
  );
});

it('says how each count moved', () => {
  const counted: DigestFigures = {
    held: 12,
    heldByCode: { sku_unmapped: 12 },
    exceptions: 3,
    openAlerts: 2,
    troubledStores: 0,
    oldestHoldAt: null,
    shipped: 1_204,
    shippedBefore: 1_200,
    newOrders: 5,
    newOrdersBefore: 9,
  };
  const before = { ...counted, held: 20, heldByCode: { stock_short: 20 }, exceptions: 3 };
  const digest = { day: '2026-11-21', merchantNames: ['Northwind'], figures: counted, before };
  const text = JSON.stringify(digestMessage(digest, 'https://desk.example.test').blocks);
  expect(text).toMatch(/Orders held +12 +▼ 8\\n/);
  expect(text).toMatch(/SKU not mapped to a warehou… +12 +▲ 12\\n/);
  expect(text).toMatch(/Not enough stock +0 +▼ 20\\n/);
  expect(text).toMatch(/Exceptions +3 +=\\n/);
  expect(text).toMatch(/Shipped yesterday +1,204 +▲ 4\\n/);
  expect(text).toMatch(/New orders yesterday +5 +▼ 4/);
});
