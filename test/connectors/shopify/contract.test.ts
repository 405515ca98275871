import nock from 'nock';
import { z } from 'zod';
import { hmacSha256 } from '../../../connectors/shared/signing.ts';
import { connector } from '../../../connectors/shopify/index.ts';
import { mapOrder } from '../../../connectors/shopify/map.ts';
import { signedQueryText } from '../../../connectors/shopify/signing.ts';
import type { ConnectorSession, FetchedOrder } from '../../../core/ports/connector.ts';
import { contractSuite } from '../../contract/suite.ts';
import {
  app,
  credentials,
  fakeShop,
  fixture,
  fulfilled,
  fulfillment,
  fulfillmentOrder,
  listed,
  type Node,
  now,
  order,
  ordersById,
  packages,
  shipment,
  shop,
} from './support.ts';

const vectors = z
  .object({
    secret: z.string(),
    vectors: z.array(z.object({ query: z.array(z.tuple([z.string(), z.string()])), hmac: z.string() })),
  })
  .parse(fixture('callback-vectors'));

const orders = Array.from({ length: 6 }, (_, index) => order(index + 1));
const idsOf = (list: readonly Node[]): string[] => list.map((item) => String(item.legacyResourceId));
const test = (session: ConnectorSession): Promise<unknown> => connector.testConnection(session);

function map(value: unknown): FetchedOrder {
  const mapped = mapOrder(value, JSON.stringify(value) ?? 'null', {});
  if (mapped.take) return mapped.fetched;
  return { ok: false, raw: '', platformOrderId: null, platformOrderNumber: null, reason: mapped.skipped.reason };
}

const body = Buffer.from('{"id":5550001,"name":"#1001"}');
let told = 0;

contractSuite({
  connector,
  app,
  now,
  credentials: () => credentials,
  goodFields: [
    'demo-desk',
    'demo-desk.myshopify.com',
    'https://demo-desk.myshopify.com/',
    ' https://Demo-Desk.myshopify.com/admin/orders ',
    'admin.shopify.com/store/demo-desk',
    'https://admin.shopify.com/store/demo-desk/orders?status=open',
  ].map((typed) => ({ given: { shop: typed }, kept: { shop } })),
  badFields: [
    '',
    'www.brand.com',
    'https://evil.test/demo-desk.myshopify.com',
    'demo-desk.myshopify.com.evil.test',
    'https://demo-desk.myshopify.com@evil.test/',
    'https://demo-desk.myshopify.com:8443/',
    'myshopify.com',
    '-demo.myshopify.com',
    'a.b.myshopify.com',
    'ftp://demo-desk.myshopify.com',
    'admin.shopify.com/settings',
    '商店',
  ].map((typed) => ({ given: { shop: typed }, field: 'shop' })),
  hosts: {
    allowed: [`https://${shop}/admin/api/2026-10/graphql.json`],
    refused: [
      `http://${shop}/admin`,
      'https://other.myshopify.com/admin',
      'https://evil.test/admin',
      `https://${shop}.evil.test/admin`,
      'https://169.254.169.254/latest/meta-data/',
    ],
  },
  orders: {
    threePages: () => {
      fakeShop({
        ChangedOrders: listed([orders.slice(0, 2), orders.slice(2, 4), orders.slice(4)]),
        Orders: ordersById(orders),
      });
      return idsOf(orders);
    },
    repeatedPage: () => {
      fakeShop({
        ChangedOrders: listed([orders.slice(0, 3), orders.slice(0, 3), orders.slice(3)]),
        Orders: ordersById(orders),
      });
      return idsOf(orders);
    },
    malformed: () => {
      const bad = order(9, { lineItems: null });
      fakeShop({
        ChangedOrders: listed([[...orders.slice(0, 2), bad]]),
        Orders: ordersById([...orders.slice(0, 2), bad]),
      });
      return { reason: /^lineItems/, others: idsOf(orders.slice(0, 2)) };
    },
    map,
    sample: () => order(),
  },
  errors: {
    retryable: { arrange: () => void fakeShop({ Shop: () => ({ status: 500, text: 'oops' }) }), act: test },
    needs_reauthorization: {
      arrange: () => {
        const text = '{"errors":"[API] Invalid API key or access token (unrecognized login or wrong password)"}';
        fakeShop({ Shop: () => ({ status: 401, text }) });
      },
      act: test,
    },
    rejected: {
      arrange: () =>
        void fakeShop({
          Fulfillments: () => fulfilled([]),
          OrderPackages: () => packages([fulfillmentOrder({ status: 'CLOSED' })]),
        }),
      act: (session) => connector.ship?.(session, shipment(), false) ?? Promise.resolve(),
    },
    permanent: {
      arrange: () => {
        const errors = [{ message: "Field 'x' doesn't exist", extensions: { code: 'undefinedField' } }];
        fakeShop({ Shop: () => ({ errors }) });
      },
      act: test,
    },
  },
  webhook: {
    credentials,
    genuine: {
      body,
      headers: {
        'x-shopify-topic': 'orders/updated',
        'x-shopify-hmac-sha256': '0lHxbgHXNSggHXuvmL5f5EpxaVTtQqD8Wc9EXkwD714=',
        'x-shopify-shop-domain': shop,
        'x-shopify-webhook-id': 'webhook-1',
      },
    },
    parsed: { eventId: 'webhook-1', topic: 'orders/updated', platformOrderId: '5550001', effect: 'order' },
    without: { app: { client_id: 'client-id-of-the-app' }, credentials },
  },
  signing: [
    ...vectors.vectors.map(({ query, hmac }, index) => ({
      name: `callback ${index + 1}`,
      actual: () => hmacSha256(vectors.secret, signedQueryText(query), 'hex'),
      expected: hmac,
    })),
    {
      name: 'webhook',
      actual: () => hmacSha256('hush', body, 'base64'),
      expected: '0lHxbgHXNSggHXuvmL5f5EpxaVTtQqD8Wc9EXkwD714=',
    },
  ],
  ship: {
    lostAnswer: () => {
      told = 0;
      fakeShop({
        Fulfillments: () => fulfilled(told > 0 ? [fulfillment('1Z999AA1', [['21', 3]])] : []),
        OrderPackages: () => packages([fulfillmentOrder(told > 0 ? { status: 'CLOSED' } : {})]),
        Fulfill: () => {
          told += 1;
          return 'lost';
        },
      });
      return shipment();
    },
    told: () => told,
  },
  clean: () => nock.cleanAll(),
});
