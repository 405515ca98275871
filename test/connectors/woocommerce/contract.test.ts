import { createHash } from 'node:crypto';
import nock from 'nock';
import { hmacSha256 } from '../../../connectors/shared/signing.ts';
import { connector } from '../../../connectors/woocommerce/index.ts';
import { mapOrder } from '../../../connectors/woocommerce/map.ts';
import { signatureBase, signedParameters } from '../../../connectors/woocommerce/signing.ts';
import type { ConnectorSession, FetchedOrder } from '../../../core/ports/connector.ts';
import { contractSuite } from '../../contract/suite.ts';
import { credentials, fakeStore, keys, listing, now, order, shipment, site, storeUrl, wpError } from './support.ts';

const test = (session: ConnectorSession): Promise<unknown> => connector.testConnection(session);
const orders = (count: number) => Array.from({ length: count }, (_, index) => order(index + 1));
const idsOf = (count: number): string[] => orders(count).map((item) => String(item.id));

function map(value: unknown): FetchedOrder {
  const mapped = mapOrder(value, JSON.stringify(value) ?? 'null', {});
  if (mapped.take) return mapped.fetched;
  return { ok: false, raw: '', platformOrderId: null, platformOrderNumber: null, reason: mapped.skipped.reason };
}

const body = Buffer.from('{"id":14,"number":"14","status":"processing"}');
const vectorUrl = 'http://shop.example.test/wp-json/wc/v3/orders';
const vectorQuery = [
  ['per_page', '5'],
  ['status', 'processing,on-hold'],
] as const;
const signed = () =>
  signedParameters(
    'GET',
    vectorUrl,
    vectorQuery,
    { key: 'ck_test', secret: 'cs_test' },
    {
      timestamp: 1_763_640_000,
      nonce: '0123456789abcdef',
    },
  );

let told = 0;

contractSuite({
  connector,
  app: {},
  now,
  credentials: () => credentials,
  goodFields: [
    ['https://shop.example.test', storeUrl],
    ['shop.example.test/', storeUrl],
    [' HTTPS://Shop.Example.Test/wp-json/wc/v3/ ', storeUrl],
    ['https://shop.example.test/wp-admin/admin.php', storeUrl],
    ['https://example.test/shops/tea/', 'https://example.test/shops/tea'],
    ['shop.example.test:8443', 'https://shop.example.test:8443'],
  ].map(([given = '', kept = '']) => ({
    given: { store_url: given, ...keys },
    kept: { store_url: kept, ...keys },
  })),
  badFields: [
    ...[
      '',
      'not a url',
      'http://shop.example.test',
      'ftp://shop.example.test',
      'javascript:alert(1)',
      'https://user:secret@shop.example.test',
      'https://shop.example.test/?page=1',
      'https://shop.example.test/#top',
      'https://localhost',
      'https://intranet',
      'https://nas.local',
      'https://127.0.0.1',
      'https://10.1.2.3/shop',
      'https://[::1]/',
      'https://169.254.169.254/latest/meta-data',
    ].map((url) => ({ given: { store_url: url, ...keys }, field: 'store_url' })),
    { given: { ...keys, store_url: storeUrl, consumer_key: 'ck_short' }, field: 'consumer_key' },
    { given: { ...keys, store_url: storeUrl, consumer_secret: keys.consumer_key }, field: 'consumer_secret' },
  ],
  hosts: {
    allowed: [`${storeUrl}/wp-json/wc/v3/orders`],
    refused: [
      'http://shop.example.test/wp-json/wc/v3/orders',
      'https://www.shop.example.test/wp-json/',
      'https://shop.example.test:8443/wp-json/',
      'https://127.0.0.1/wp-json/',
      'https://evil.test/wp-json/',
    ],
  },
  orders: {
    threePages: () => {
      fakeStore({ 'GET wc/v3/orders': listing(() => orders(250)) });
      return idsOf(250);
    },
    repeatedPage: () => {
      // A cache answers the second request with the first page again.
      const all = orders(150);
      let count = 0;
      const fresh = listing(() => all, { withTotals: false });
      fakeStore({
        'GET wc/v3/orders': (call) => {
          count += 1;
          return fresh(count === 2 ? { ...call, query: { ...call.query, modified_after: '', page: '1' } } : call);
        },
      });
      return idsOf(150);
    },
    malformed: () => {
      const all = [...orders(3), order(4, { line_items: [{ id: 1, quantity: 1.5 }] })];
      fakeStore({ 'GET wc/v3/orders': listing(() => all) });
      return { reason: /^line_items 1, quantity: /, others: idsOf(3) };
    },
    map,
    sample: () => order(),
  },
  errors: {
    retryable: { arrange: () => void fakeStore({ 'GET ': () => ({ status: 502, text: '<html>' }) }), act: test },
    needs_reauthorization: {
      arrange: () => {
        const wrong = wpError(401, 'woocommerce_rest_authentication_error', 'Consumer secret is invalid.');
        fakeStore({ 'GET ': () => site(), 'GET wc/v3/orders': () => wrong });
      },
      act: test,
    },
    rejected: {
      arrange: () =>
        void fakeStore({
          'GET ': () => site(),
          'GET wc/v3/orders/14': () => ({ json: order(14, { status: 'cancelled' }) }),
        }),
      act: (session) => connector.ship?.(session, shipment(), false) ?? Promise.resolve(),
    },
    permanent: {
      arrange: () =>
        void fakeStore({ 'GET ': () => site(), 'GET wc/v3/orders': () => wpError(400, 'rest_invalid_param') }),
      act: test,
    },
  },
  webhook: {
    credentials,
    genuine: {
      body,
      headers: {
        'x-wc-webhook-signature': 'z+yqT+xfiWUJaS0hPxXmX/4pq0XbGNJJw4I6UVpfIcI=',
        'x-wc-webhook-source': 'https://shop.example.test/',
        'x-wc-webhook-topic': 'order.updated',
        'x-wc-webhook-delivery-id': 'd-1',
      },
    },
    parsed: {
      eventId: `order.updated:14:d-1:${createHash('sha256').update(body).digest('hex').slice(0, 32)}`,
      topic: 'order.updated',
      platformOrderId: '14',
      effect: 'order',
    },
    without: { app: {}, credentials: { store_url: storeUrl } },
  },
  signing: [
    {
      name: 'OAuth 1.0a base string',
      actual: () =>
        signatureBase(
          'GET',
          vectorUrl,
          signed().filter(([key]) => key !== 'oauth_signature'),
        ),
      expected:
        'GET&http%3A%2F%2Fshop.example.test%2Fwp-json%2Fwc%2Fv3%2Forders&oauth_consumer_key%3Dck_test%26oauth_nonce%3D0123456789abcdef%26oauth_signature_method%3DHMAC-SHA256%26oauth_timestamp%3D1763640000%26per_page%3D5%26status%3Dprocessing%252Con-hold',
    },
    {
      name: 'OAuth 1.0a signature',
      actual: () => signed().find(([key]) => key === 'oauth_signature')?.[1] ?? '',
      expected: 'OKO3JhgOn/8JggxgXLNR3UennBJ0g8MMJG7lwHjz6SY=',
    },
    {
      name: 'webhook',
      actual: () => hmacSha256('s3cret-ABC_123', body, 'base64'),
      expected: 'z+yqT+xfiWUJaS0hPxXmX/4pq0XbGNJJw4I6UVpfIcI=',
    },
  ],
  ship: {
    lostAnswer: () => {
      told = 0;
      fakeStore({
        'GET ': () => site(['wc-shipment-tracking/v3']),
        'GET wc/v3/orders/14': () => ({ json: order() }),
        'GET wc-shipment-tracking/v3/orders/14/shipment-trackings': () => ({
          json: told > 0 ? [{ tracking_id: 'a', tracking_number: 'BC12345678' }] : [],
        }),
        'GET wc-shipment-tracking/v3/orders/14/shipment-trackings/providers': () => ({
          json: { Taiwan: { 'Black Cat': 'x' } },
        }),
        'POST wc-shipment-tracking/v3/orders/14/shipment-trackings': () => {
          told += 1;
          return 'lost';
        },
        'PUT wc/v3/orders/14': () => ({ json: order(14, { status: 'completed' }) }),
      });
      return shipment();
    },
    told: () => told,
  },
  clean: () => nock.cleanAll(),
});
