import { createHmac } from 'node:crypto';
import { afterAll } from 'vitest';
import { mapOrder } from '../../../connectors/sandbox/map.ts';
import type { Shop } from '../../../connectors/sandbox/marketplace/types.ts';
import { parseJson } from '../../../connectors/shared/json.ts';
import { hmacSha256 } from '../../../connectors/shared/signing.ts';
import type { ConnectorSession, Credentials, ShipmentToTell } from '../../../core/ports/connector.ts';
import { contractSuite } from '../../contract/suite.ts';
import { app, openSandbox } from './support.ts';

const now = (): Date => new Date();
const bench = await openSandbox(now);
const { connector, marketplace } = bench;
const { market } = marketplace;
afterAll(() => marketplace.close());

/** The shop that the test under way speaks of. */
let shop: Shop = bench.bulkShop(3);
let credentials: Credentials = bench.grant(shop.handle);
function use(next: Shop): void {
  shop = next;
  credentials = bench.grant(next.handle);
}

function bulkIds(count: number): readonly string[] {
  use(bench.bulkShop(count));
  const texts = market
    .book(shop)
    .list({ since: 0, until: Number.MAX_SAFE_INTEGER, onlyOpen: false, cursor: null, limit: count }).texts;
  return texts.map((text) => /"id":(\d+)/.exec(text)?.[1] ?? '');
}

function shipmentFor(orderSeq: number): ShipmentToTell {
  const [order] = market.place(shop, { count: orderSeq, kind: 'plain' });
  if (order === undefined) throw new Error('no order');
  return {
    shipmentId: 'shipment-1',
    platformOrderId: order.id,
    platformOrderNumber: order.number,
    trackingNumber: 'BC 1234-5678',
    carrier: 'black_cat',
    trackingUrl: null,
    service: null,
    shippedAt: now(),
    lines: order.lines.map((line) => ({ platformLineId: line.id, quantity: line.quantity })),
    completesOrder: true,
  };
}

const webhookSecret = 'store-webhook-secret';
const body = Buffer.from(
  '{"event_id":"evt_1","topic":"order.updated","shop":"teahouse","order_id":"7000000001000000009","at":"2026-11-21T00:00:00.000Z"}',
);
const headers = {
  'x-sandbox-topic': 'order.updated',
  'x-sandbox-event-id': 'evt_1',
  'x-sandbox-signature': createHmac('sha256', webhookSecret).update(body).digest('base64'),
};

const test = (session: ConnectorSession): Promise<unknown> => connector.testConnection(session);

contractSuite({
  connector,
  app,
  now,
  credentials: () => credentials,
  goodFields: [
    { given: { shop: 'teahouse' }, kept: { shop: 'teahouse' } },
    { given: { shop: '  TeaHouse ' }, kept: { shop: 'teahouse' } },
    { given: { shop: 'Tea House' }, kept: { shop: 'tea-house' } },
  ],
  badFields: [
    { given: {}, field: 'shop' },
    { given: { shop: ' ' }, field: 'shop' },
    { given: { shop: '-a-' }, field: 'shop' },
    { given: { shop: '茶屋' }, field: 'shop' },
    { given: { shop: 'x'.repeat(32) }, field: 'shop' },
  ],
  hosts: {
    allowed: [`${marketplace.baseUrl}/api/shop`],
    refused: [
      'http://127.0.0.1:1/sandbox/api/shop',
      `http://user@${new URL(marketplace.baseUrl).host}/sandbox`,
      `https://${new URL(marketplace.baseUrl).host}/sandbox`,
      'https://example.test/sandbox',
      'http://169.254.169.254/latest/meta-data/',
    ],
  },
  orders: {
    window: { since: new Date(0), until: new Date(Date.now() + 3_600_000), kind: 'b2c' },
    threePages: () => bulkIds(230),
    repeatedPage: () => {
      const ids = bulkIds(230);
      bench.spoil({ kind: 'duplicate_page', operation: 'listOrders', times: 1, skip: 1 });
      return ids;
    },
    malformed: () => {
      const others = bulkIds(5);
      market.place(shop, { count: 1, kind: 'lines_missing' });
      return { reason: /^lines: /, others };
    },
    map: (value) => mapOrder(value, JSON.stringify(value)),
    sample: () => {
      const [order] = market.place(market.openShop('sample-shop'), { count: 1, kind: 'store_pickup', lineCount: 3 });
      if (order === undefined) throw new Error('no order');
      const text = market.book(market.openShop('sample-shop')).json(order);
      return parseJson(text, { platform: 'sandbox', operation: 'sample' });
    },
  },
  errors: {
    retryable: { arrange: () => bench.spoil({ kind: 'status', status: 500 }), act: test },
    needs_reauthorization: { arrange: () => marketplace.grants.revoke(shop.handle), act: test },
    rejected: {
      arrange: () => use(market.openShop('rejected-shop')),
      act: (session) => connector.ship?.(session, { ...shipmentFor(1), carrier: 'pigeon' }, false) ?? Promise.resolve(),
    },
    permanent: { arrange: () => bench.spoil({ kind: 'status', status: 404 }), act: test },
  },
  webhook: {
    credentials: { webhook_secret: webhookSecret },
    genuine: { headers, body },
    parsed: { eventId: 'evt_1', topic: 'order.updated', platformOrderId: '7000000001000000009', effect: 'order' },
    without: { app, credentials: {} },
  },
  signing: [
    {
      // RFC 4231, test case 2.
      name: 'HMAC-SHA256 in hex',
      actual: () => hmacSha256('Jefe', 'what do ya want for nothing?', 'hex'),
      expected: '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    },
  ],
  ship: {
    lostAnswer: () => {
      use(market.openShop('shipping-shop'));
      bench.spoil({ kind: 'reset_after_effect', operation: 'createFulfilment', times: 1 });
      return shipmentFor(1);
    },
    told: () => shop.fulfilments.filter((one) => one.trackingNumber === 'BC 1234-5678').length,
  },
  clean: () => marketplace.faults.clear(),
});
