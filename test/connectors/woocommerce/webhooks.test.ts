import nock from 'nock';
import { afterEach, describe, expect, it } from 'vitest';
import { hmacSha256 } from '../../../connectors/shared/signing.ts';
import { connector } from '../../../connectors/woocommerce/index.ts';
import type { IncomingWebhook, ParsedWebhook } from '../../../core/ports/connector.ts';
import { credentials, failure, fakeStore, open, order, storeUrl, wpError } from './support.ts';

function webhook(topic: string, body: unknown, changes: Record<string, string> = {}): IncomingWebhook {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const headers = {
    'x-wc-webhook-source': `${storeUrl}/`,
    'x-wc-webhook-topic': topic,
    'x-wc-webhook-signature': hmacSha256(credentials.webhook_secret, bytes, 'base64'),
    'x-wc-webhook-delivery-id': 'd-1',
    ...changes,
  };
  return { headers, body: bytes };
}

const ping: IncomingWebhook = {
  headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-wc-webhook-topic': 'order.updated' },
  body: Buffer.from('webhook_id=12'),
};

const verify = (incoming: IncomingWebhook): boolean | undefined => connector.verifyWebhook?.({}, credentials, incoming);
function parse(incoming: IncomingWebhook): ParsedWebhook {
  const parsed = connector.parseWebhook?.(incoming);
  if (parsed === undefined) throw new Error('not offered');
  return parsed;
}

afterEach(() => nock.cleanAll());

describe('a WooCommerce webhook', () => {
  it('of another store is refused, although its signature is right', () => {
    expect(verify(webhook('order.updated', { id: 14 }, { 'x-wc-webhook-source': 'https://other.test/' }))).toBe(false);
  });

  it('of the store’s www address is accepted', () => {
    const source = { 'x-wc-webhook-source': 'https://www.shop.example.test/' };
    expect(verify(webhook('order.updated', { id: 14 }, source))).toBe(true);
  });

  it('has another event for every change of the order, and the same one when it is repeated', () => {
    const first = parse(webhook('order.updated', order(14)));
    expect(first).toMatchObject({ platformOrderId: '14', effect: 'order' });
    expect(parse(webhook('order.updated', order(14), { 'x-wc-webhook-delivery-id': 'd-2' })).eventId).toBe(
      first.eventId,
    );
    expect(parse(webhook('order.updated', order(14, { status: 'completed' }))).eventId).not.toBe(first.eventId);
    const later = order(14, { date_modified_gmt: '2026-11-20T14:00:00' });
    expect(parse(webhook('order.updated', later)).eventId).not.toBe(first.eventId);
  });

  it('of a deletion tells two deletions of one order apart', () => {
    const [first, second] = ['d-1', 'd-2'].map((id) =>
      parse(webhook('order.deleted', { id: 14 }, { 'x-wc-webhook-delivery-id': id })),
    );
    expect(first).toMatchObject({ platformOrderId: '14', effect: 'order' });
    expect(second?.eventId).not.toBe(first?.eventId);
  });

  it.each([
    ['product.updated', { id: 14 }],
    ['order.updated', 'not json'],
    ['order.updated', { id: '14; drop' }],
    ['order.updated', { id: -1 }],
    ['', { id: 14 }],
  ])('with topic "%s" and body %j fetches nothing', (topic, body) => {
    expect(parse(webhook(topic, body))).toMatchObject({ effect: 'ignore', platformOrderId: null });
  });
});

describe('the greeting of a new WooCommerce webhook', () => {
  it('is known for what it is, never verified, and fetches nothing', () => {
    expect(connector.isPing?.(ping)).toBe(true);
    expect(verify(ping)).toBe(false);
    expect(parse(ping)).toMatchObject({ effect: 'ignore', platformOrderId: null });
  });

  it('is not taken for one when it is signed, longer, or anything else', () => {
    expect(connector.isPing?.({ ...ping, headers: { ...ping.headers, 'x-wc-webhook-signature': 'x' } })).toBe(false);
    for (const text of ['webhook_id=12&order_id=14', '{"id":14}', `webhook_id=${'1'.repeat(100)}`, '']) {
      expect(connector.isPing?.({ ...ping, body: Buffer.from(text) }), text).toBe(false);
    }
  });
});

describe('asking WooCommerce for webhooks', () => {
  const url = 'https://desk.example.test/webhooks/abc';
  const register = (): Promise<void> => connector.registerWebhooks?.(open(), url, 'a-secret_123') ?? Promise.resolve();

  it('makes the missing ones and wakes those that were switched off', async () => {
    const fake = fakeStore({
      'GET wc/v3/webhooks': () => ({
        json: [
          { id: 1, topic: 'order.updated', delivery_url: url, status: 'disabled' },
          { id: 2, topic: 'order.created', delivery_url: 'https://old.test/', status: 'active' },
        ],
      }),
      'POST wc/v3/webhooks': () => ({ status: 201, json: { id: 3 } }),
      'PUT wc/v3/webhooks/1': () => ({ json: { id: 1 } }),
    });
    await register();
    const made = fake.calls.filter((call) => call.method === 'POST').map((call) => call.body);
    expect(made).toEqual(
      ['order.created', 'order.deleted', 'order.restored'].map((topic) => ({
        name: `Holdfast ${topic}`,
        topic,
        delivery_url: url,
        secret: 'a-secret_123',
      })),
    );
    expect(fake.calls.filter((call) => call.method === 'PUT').map((call) => call.body)).toEqual([
      { status: 'active', secret: 'a-secret_123' },
    ]);
  });

  it('passes on that the key may not make webhooks', async () => {
    fakeStore({
      'GET wc/v3/webhooks': () => ({ json: [] }),
      'POST wc/v3/webhooks': () => wpError(401, 'woocommerce_rest_cannot_create'),
    });
    expect(await failure(register())).toMatchObject({ kind: 'needs_reauthorization' });
  });
});
