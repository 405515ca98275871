import { createHash } from 'node:crypto';
import { z } from 'zod';
import type {
  ConnectorSession,
  Credentials,
  IncomingWebhook,
  ParsedWebhook,
  PlatformApp,
} from '../../core/ports/connector.ts';
import { verifyHmacSha256 } from '../shared/signing.ts';
import { createClient } from './client.ts';
import { webhook as webhookSchema } from './wire.ts';

/** There is no topic for "paid" or "cancelled": every change comes as `order.updated`. */
const topics = ['order.created', 'order.updated', 'order.deleted', 'order.restored'] as const;
const webhooksPerPage = '100';

const orderBody = z.looseObject({
  id: z.union([z.number().int().positive(), z.string().regex(/^\d{1,20}$/)]),
  date_modified_gmt: z.string().nullish().catch(null),
});

/**
 * The raw bytes against the store's own `webhook_secret`, and the store named in the headers against this one. The
 * greeting that WooCommerce sends to a new webhook is not signed, so it is never taken for an order: see `isPing`.
 */
export function verifyWebhook(_app: PlatformApp, credentials: Credentials, webhook: IncomingWebhook): boolean {
  const source = hostOf(webhook.headers['x-wc-webhook-source']);
  const own = [credentials.store_url, credentials.home_url].map(hostOf).filter((host) => host !== null);
  if (source === null || !own.includes(source)) return false;
  const signature = webhook.headers['x-wc-webhook-signature'];
  return verifyHmacSha256(credentials.webhook_secret, webhook.body, signature, 'base64');
}

const hostOf = (url: string | undefined): string | null => URL.parse(url ?? '')?.host.replace(/^www\./, '') ?? null;

/** `webhook_id=12`, form-encoded, without a signature. */
export function isPing(webhook: IncomingWebhook): boolean {
  if (webhook.headers['x-wc-webhook-signature'] !== undefined) return false;
  if (webhook.body.length > 64) return false;
  return /^webhook_id=\d+$/.test(Buffer.from(webhook.body).toString('utf8').trim());
}

/**
 * The body is a hint only. `X-WC-Webhook-Delivery-ID` is made of webhook and second and so is not unique: the event is
 * known by order, time of change and a hash of the bytes. Never throws.
 */
export function parseWebhook(webhook: IncomingWebhook): ParsedWebhook {
  const topic = webhook.headers['x-wc-webhook-topic'] ?? (isPing(webhook) ? 'ping' : '');
  const hash = createHash('sha256').update(webhook.body).digest('hex').slice(0, 32);
  const body = topic.startsWith('order.') ? bodyOf(webhook.body) : null;
  if (body === null) return { eventId: `${topic}:${hash}`, topic, platformOrderId: null, effect: 'ignore' };
  const platformOrderId = String(body.id);
  // A deletion carries nothing but the id: the same order may be deleted, restored and deleted again.
  const changedAt = body.date_modified_gmt ?? webhook.headers['x-wc-webhook-delivery-id'] ?? '';
  return { eventId: `${topic}:${platformOrderId}:${changedAt}:${hash}`, topic, platformOrderId, effect: 'order' };
}

function bodyOf(body: Uint8Array): z.infer<typeof orderBody> | null {
  try {
    return orderBody.safeParse(JSON.parse(Buffer.from(body).toString('utf8'))).data ?? null;
  } catch {
    return null; // A body that names no order is nothing to fetch; the poll finds what it meant.
  }
}

/**
 * Makes the webhooks that are missing for `url`, and wakes those that WooCommerce switched off after five failures in a
 * row; safe to repeat. `secret`: letters, digits, `_` and `-` only (others are changed on the way).
 */
export async function registerWebhooks(session: ConnectorSession, url: string, secret: string): Promise<void> {
  const client = createClient(session, 'registerWebhooks');
  const present: z.infer<typeof webhookSchema>[] = [];
  for (let page = 1; ; page += 1) {
    const { value, headers } = await client.get('wc/v3/webhooks', { per_page: webhooksPerPage, page: String(page) });
    const rows: readonly unknown[] = Array.isArray(value) ? value : [];
    present.push(...rows.flatMap((row) => webhookSchema.safeParse(row).data ?? []));
    if (rows.length === 0 || page >= Number(headers['x-wp-totalpages'] ?? 1)) break;
  }
  for (const topic of topics) {
    const known = present.find((item) => item.topic === topic && item.delivery_url === url);
    if (known === undefined) {
      await client.post('wc/v3/webhooks', { name: `Holdfast ${topic}`, topic, delivery_url: url, secret });
    } else {
      // The secret goes along: one that changed here would make every delivery unverifiable.
      await client.put(`wc/v3/webhooks/${known.id}`, { status: 'active', secret });
    }
  }
}
