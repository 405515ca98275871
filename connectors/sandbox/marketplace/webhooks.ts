import { createHmac } from 'node:crypto';
import type { MarketStore } from './store.ts';
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
  redeliver(handle: string, eventId: string): Promise<boolean>;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
  close(): void;
}

export const webhookSignature = (secret: string, body: string): string =>
  createHmac('sha256', secret).update(body).digest('base64');

export function createWebhookSender(options: {
  readonly now: () => number;
  readonly nextEventId: () => string;
  readonly store: MarketStore;
  /** Origin that is tried when the registered address takes nothing; null: only that address. */
  readonly standIn: string | null;
}): WebhookSender {
  const { store } = options;
  const stop = new AbortController();
  const underWay = new Set<Promise<void>>();

  function track(work: Promise<void>): Promise<void> {
    // What became of a delivery could not be written down: nobody waits for it, and the desk has it or not.
    const tracked = work.catch(() => undefined).finally(() => underWay.delete(tracked));
    underWay.add(tracked);
    return tracked;
  }

  async function post(handle: string, url: string, secret: string, delivery: WebhookDelivery): Promise<boolean> {
    let status: number | null;
    try {
      const answer = await fetch(url, {
        method: 'POST',
        body: delivery.body,
        redirect: 'manual',
        signal: AbortSignal.any([stop.signal, AbortSignal.timeout(deliveryTimeoutMs)]),
        headers: {
          'content-type': 'application/json',
          'x-sandbox-event-id': delivery.eventId,
          'x-sandbox-topic': delivery.topic,
          'x-sandbox-signature': webhookSignature(secret, delivery.body),
        },
      });
      await answer.body?.cancel();
      status = answer.status;
    } catch {
      // Nobody listens there (yet): the status stays empty, which the back office page shows.
      status = null;
    }
    await note(handle, delivery.eventId, status);
    return status !== null && status < 300;
  }

  /** By their ids: another process may have changed the shop while the call was under way. */
  async function note(handle: string, eventId: string, status: number | null): Promise<void> {
    await store.turn(() => {
      const shop = store.state.shops.find((one) => one.handle === handle);
      const delivery = shop?.deliveries.find((one) => one.eventId === eventId);
      if (shop === undefined || delivery === undefined) return;
      delivery.attempts += 1;
      delivery.status = status;
      store.changed.deliveries(shop);
    });
  }

  async function deliver(
    handle: string,
    { url, secret }: WebhookRegistration,
    delivery: WebhookDelivery,
  ): Promise<void> {
    const { standIn } = options;
    const elsewhere = standIn === null ? url : `${standIn}${new URL(url).pathname}`;
    if (await post(handle, url, secret, delivery)) return;
    for (const [index, waitMs] of retryAfterMs.entries()) {
      await new Promise<void>((resolve) => {
        setTimeout(resolve, waitMs).unref();
        stop.signal.addEventListener('abort', () => resolve(), { once: true });
      });
      const next = index % 2 === 0 ? elsewhere : url;
      if (stop.signal.aborted || (await post(handle, next, secret, delivery))) return;
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
        store.changed.deliveries(shop);
        store.afterwards(() => void track(deliver(shop.handle, registration, delivery)));
      }
    },
    async redeliver(handle, eventId) {
      const found = await store.turn(() => {
        const shop = store.state.shops.find((one) => one.handle === handle);
        const delivery = shop?.deliveries.find((one) => one.eventId === eventId);
        const registration = shop?.webhooks.find((one) => one.url === delivery?.url);
        return delivery === undefined || registration === undefined ? null : { delivery, registration };
      });
      if (found === null) return false;
      const { url, secret } = found.registration;
      await track(post(handle, url, secret, found.delivery).then(() => undefined));
      return true;
    },
    async idle() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
    close: () => stop.abort(),
  };
}
