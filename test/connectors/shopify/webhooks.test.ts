import nock from 'nock';
import { afterEach, describe, expect, it } from 'vitest';
import { hmacSha256 } from '../../../connectors/shared/signing.ts';
import { connector } from '../../../connectors/shopify/index.ts';
import type { IncomingWebhook } from '../../../core/ports/connector.ts';
import { app, credentials, failure, fakeShop, listOf, open, shop } from './support.ts';

function webhook(topic: string, body: unknown, changes: Record<string, string> = {}): IncomingWebhook {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const headers = {
    'x-shopify-topic': topic,
    'x-shopify-hmac-sha256': hmacSha256(app.client_secret, bytes, 'base64'),
    'x-shopify-shop-domain': shop,
    'x-shopify-webhook-id': 'w-1',
    ...changes,
  };
  return { headers, body: bytes };
}

const verify = (incoming: IncomingWebhook, secrets: Record<string, string> = app): boolean | undefined =>
  connector.verifyWebhook?.(secrets, credentials, incoming);

afterEach(() => nock.cleanAll());

describe('a Shopify webhook', () => {
  it('of another shop of the same app is refused, although its signature is right', () => {
    expect(verify(webhook('orders/updated', { id: 1 }, { 'x-shopify-shop-domain': 'other.myshopify.com' }))).toBe(
      false,
    );
  });

  it('is not what Shopify signed for the return of a login, whoever kept that', () => {
    const query = 'code=0907a61c&host=YWRtaW4&shop=other.myshopify.com&state=1&timestamp=1763683200';
    expect(verify(webhook('app/uninstalled', query))).toBe(false);
    expect(verify(webhook('app/uninstalled', {}))).toBe(true);
  });

  it('signed with the previous secret is accepted after a rotation', () => {
    const rotated = { client_secret: 'newer', previous_client_secret: app.client_secret };
    expect(verify(webhook('orders/updated', { id: 1 }), rotated)).toBe(true);
  });

  it('names the order by its graphql id first', () => {
    const parsed = connector.parseWebhook?.(
      webhook('orders/create', { id: 5, admin_graphql_api_id: 'gid://shopify/Order/5551000000001' }),
    );
    expect(parsed).toEqual({
      eventId: 'w-1',
      topic: 'orders/create',
      platformOrderId: '5551000000001',
      effect: 'order',
    });
  });

  it('that the app was uninstalled ends the grant', () => {
    expect(connector.parseWebhook?.(webhook('app/uninstalled', { id: 5 }))).toMatchObject({ effect: 'uninstalled' });
  });

  it.each([
    ['products/update', { id: 5 }],
    ['orders/updated', 'not json'],
    ['orders/updated', { name: '#1001' }],
    ['orders/updated', { id: '../../etc' }],
    ['customers/redact', { shop_id: 1 }],
  ])('with topic %s and body %j fetches nothing', (topic, body) => {
    expect(connector.parseWebhook?.(webhook(topic, body))).toMatchObject({ effect: 'ignore', platformOrderId: null });
  });
});

describe('asking Shopify for webhooks', () => {
  const url = 'https://desk.example.test/webhooks/abc';

  it('makes the ones that are missing and leaves the others', async () => {
    const fake = fakeShop({
      Webhooks: () => ({
        data: {
          webhookSubscriptions: listOf([
            { id: '1', topic: 'ORDERS_UPDATED', uri: url },
            { id: '2', topic: 'ORDERS_CREATE', uri: 'https://old.example.test/' },
          ]),
        },
      }),
      CreateWebhook: () => ({
        data: { webhookSubscriptionCreate: { webhookSubscription: { id: '3' }, userErrors: [] } },
      }),
    });
    await connector.registerWebhooks?.(open(), url, 'unused');
    const made = fake.calls.filter((call) => call.name === 'CreateWebhook').map((call) => call.variables);
    expect(made).toEqual(
      ['ORDERS_CREATE', 'ORDERS_CANCELLED', 'ORDERS_PAID', 'APP_UNINSTALLED'].map((topic) => ({ topic, uri: url })),
    );
  });

  it('passes on why Shopify refuses the address', async () => {
    fakeShop({
      Webhooks: () => ({ data: { webhookSubscriptions: listOf([]) } }),
      CreateWebhook: () => ({
        data: {
          webhookSubscriptionCreate: {
            userErrors: [{ field: ['callbackUrl'], message: 'Address protocol http:// is not supported' }],
          },
        },
      }),
    });
    expect(await failure(connector.registerWebhooks?.(open(), 'http://x.test', '') ?? Promise.resolve())).toMatchObject(
      {
        kind: 'rejected',
        platformMessage: expect.stringContaining('http:// is not supported'),
      },
    );
  });
});
