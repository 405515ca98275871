import { createHmac } from 'node:crypto';
import type { Shop, WebhookDelivery, WebhookRegistration } from './types.ts';

export type Topic = 'order.created' | 'order.updated' | 'order.cancelled' | 'app.uninstalled';

/** Kept for the back office page and for redelivery. */
const keptDeliveries = 200;
const retryAfterMs = [1_000, 5_000] as const;
const deliveryTimeoutMs = 5_000;

export interface WebhookSender {
  /** Tells every registered address of the shop; returns at once. `orderId` null for topics about the shop. */
  emit(shop: Shop, topic: Topic, orderId: string | null): void;
  /** Sends a kept delivery again, bytes and event id unchanged. False when it is not known. */
  redeliver(shop: Shop, eventId: string): Promise<boolean>;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
  close(): void;
}

export const webhookSignature = (secret: string, body: string): string =>
  createHmac('sha256', secret).update(body).digest('base64');

export function createWebhookSender(options: {
  readonly now: () => number;
  readonly nextEventId: () => string;
  readonly changed: () => void;
}): WebhookSender {
  const stop = new AbortController();
  const underWay = new Set<Promise<void>>();

  function track(work: Promise<void>): Promise<void> {
    const tracked = work.finally(() => underWay.delete(tracked));
    underWay.add(tracked);
    return tracked;
  }

  async function post(registration: WebhookRegistration, delivery: WebhookDelivery): Promise<boolean> {
    delivery.attempts += 1;
    try {
      const answer = await fetch(registration.url, {
        method: 'POST',
        body: delivery.body,
        redirect: 'manual',
        signal: AbortSignal.any([stop.signal, AbortSignal.timeout(deliveryTimeoutMs)]),
        headers: {
          'content-type': 'application/json',
          'x-sandbox-event-id': delivery.eventId,
          'x-sandbox-topic': delivery.topic,
          'x-sandbox-signature': webhookSignature(registration.secret, delivery.body),
        },
      });
      await answer.body?.cancel();
      delivery.status = answer.status;
    } catch {
      // Nobody listens there (yet): the status stays empty, which the back office page shows.
      delivery.status = null;
    }
    options.changed();
    return delivery.status !== null && delivery.status < 300;
  }

  async function deliver(registration: WebhookRegistration, delivery: WebhookDelivery): Promise<void> {
    if (await post(registration, delivery)) return;
    for (const waitMs of retryAfterMs) {
      await new Promise<void>((resolve) => {
        setTimeout(resolve, waitMs).unref();
        stop.signal.addEventListener('abort', () => resolve(), { once: true });
      });
      if (stop.signal.aborted || (await post(registration, delivery))) return;
    }
  }

  return {
    emit(shop, topic, orderId) {
      for (const registration of shop.webhooks) {
        const eventId = options.nextEventId();
        const at = options.now();
        const body = JSON.stringify({
          event_id: eventId,
          topic,
          shop: shop.handle,
          order_id: orderId,
          at: new Date(at).toISOString(),
        });
        const delivery: WebhookDelivery = {
          eventId,
          topic,
          url: registration.url,
          body,
          at,
          status: null,
          attempts: 0,
        };
        shop.deliveries = [...shop.deliveries.slice(1 - keptDeliveries), delivery];
        track(deliver(registration, delivery));
      }
    },
    async redeliver(shop, eventId) {
      const delivery = shop.deliveries.find((one) => one.eventId === eventId);
      const registration = shop.webhooks.find((one) => one.url === delivery?.url);
      if (delivery === undefined || registration === undefined) return false;
      await track(post(registration, delivery).then(() => undefined));
      return true;
    },
    async idle() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
    close: () => stop.abort(),
  };
}
