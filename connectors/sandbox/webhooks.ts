import type { ConnectorSession, Credentials, IncomingWebhook, ParsedWebhook } from '../../core/ports/connector.ts';
import { verifyHmacSha256 } from '../shared/signing.ts';
import { callApi, readAnswer } from './client.ts';
import { webhookWire } from './wire.ts';

/** Registering the same address again replaces its secret. */
export async function registerWebhooks(
  baseUrl: string,
  session: ConnectorSession,
  url: string,
  secret: string,
): Promise<void> {
  await callApi(baseUrl, session, {
    operation: 'registerWebhooks',
    method: 'POST',
    path: '/webhooks',
    body: { url, secret },
    idempotent: true,
  });
}

/** Base64 HMAC-SHA256 over the raw bytes, with the store's `webhook_secret`. */
export const verifyWebhook = (credentials: Credentials, webhook: IncomingWebhook): boolean =>
  verifyHmacSha256(credentials.webhook_secret, webhook.body, webhook.headers['x-sandbox-signature'], 'base64');

/** `permanent` when the body is not one of the marketplace's. */
export function parseWebhook(webhook: IncomingWebhook): ParsedWebhook {
  const body = readAnswer('parseWebhook', Buffer.from(webhook.body).toString('utf8'), webhookWire);
  const isOrder = body.topic.startsWith('order.') && body.order_id !== null;
  return {
    eventId: body.event_id,
    topic: body.topic,
    platformOrderId: isOrder ? body.order_id : null,
    effect: isOrder ? 'order' : body.topic === 'app.uninstalled' ? 'uninstalled' : 'ignore',
  };
}
