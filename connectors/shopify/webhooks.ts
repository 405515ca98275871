import { z } from 'zod';
import type {
  ConnectorSession,
  Credentials,
  IncomingWebhook,
  ParsedWebhook,
  PlatformApp,
} from '../../core/ports/connector.ts';
import { hmacSha256, verifyHmacSha256 } from '../shared/signing.ts';
import { createClient } from './client.ts';
import { createWebhookDocument, webhooksDocument } from './documents.ts';
import { rejected } from './errors.ts';
import { createWebhookAnswer, idOf, webhooksAnswer } from './wire.ts';

/** `ORDERS_UPDATED` alone would do; the others come sooner, and each only says which order to read. */
const topics = ['ORDERS_CREATE', 'ORDERS_UPDATED', 'ORDERS_CANCELLED', 'ORDERS_PAID', 'APP_UNINSTALLED'] as const;

/** Every webhook is a JSON object. */
const openBrace = '{'.charCodeAt(0);

const orderBody = z.looseObject({
  admin_graphql_api_id: z.string().nullish().catch(null),
  id: z.union([z.string(), z.number().int()]).nullish().catch(null),
});

/**
 * The raw bytes against the app's client secret (the previous one too, which may sign for an hour after a rotation),
 * and the shop named in the headers against this authorization's: all shops of one app share the secret. Shopify signs
 * the query of a login's return with it, too: such a text, seen by whoever logs in, must not pass for a webhook.
 */
export function verifyWebhook(app: PlatformApp, credentials: Credentials, webhook: IncomingWebhook): boolean {
  if ((webhook.headers['x-shopify-shop-domain'] ?? '').toLowerCase() !== credentials.shop) return false;
  if (webhook.body[0] !== openBrace) return false;
  const signature = webhook.headers['x-shopify-hmac-sha256'];
  return [app.client_secret, app.previous_client_secret].some((secret) =>
    verifyHmacSha256(secret, webhook.body, signature, 'base64'),
  );
}

/** The body is a hint only: it names the order, which is then read. Never throws. */
export function parseWebhook(webhook: IncomingWebhook): ParsedWebhook {
  const topic = webhook.headers['x-shopify-topic'] ?? '';
  const eventId = webhook.headers['x-shopify-webhook-id'] ?? `${topic}:${hmacSha256(topic, webhook.body, 'hex')}`;
  if (topic === 'app/uninstalled') return { eventId, topic, platformOrderId: null, effect: 'uninstalled' };
  const platformOrderId = topic.startsWith('orders/') ? orderIdOf(webhook.body) : null;
  return { eventId, topic, platformOrderId, effect: platformOrderId === null ? 'ignore' : 'order' };
}

function orderIdOf(body: Uint8Array): string | null {
  try {
    const parsed = orderBody.parse(JSON.parse(Buffer.from(body).toString('utf8')));
    const id = parsed.admin_graphql_api_id ? idOf(parsed.admin_graphql_api_id) : String(parsed.id ?? '');
    return /^\d{1,20}$/.test(id) ? id : null;
  } catch {
    return null; // A body that names no order is nothing to fetch; the poll finds what it meant.
  }
}

/**
 * Makes the subscriptions that are missing for `url`; safe to repeat. Shopify signs with the app's secret, so `_secret`
 * is not used. Throws `rejected` with Shopify's words for an address that it does not accept (http, internal).
 */
export async function registerWebhooks(session: ConnectorSession, url: string, _secret: string): Promise<void> {
  const client = createClient(session, 'registerWebhooks');
  const present = new Set<string>();
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof list>> = await list(after);
    for (const node of page.nodes) if (node.uri === url) present.add(node.topic);
    after = page.pageInfo.hasNextPage ? (page.pageInfo.endCursor ?? null) : null;
  } while (after !== null);
  for (const topic of topics.filter((item) => !present.has(item))) {
    const { data } = await client.mutate(createWebhookDocument, { topic, uri: url }, createWebhookAnswer);
    const refusal = data.webhookSubscriptionCreate?.userErrors[0];
    if (refusal !== undefined) throw rejected('registerWebhooks', 'user_error', `${topic}: ${refusal.message}`);
  }

  async function list(cursor: string | null) {
    const { data } = await client.query(webhooksDocument, { after: cursor }, webhooksAnswer);
    return data.webhookSubscriptions;
  }
}
