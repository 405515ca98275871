import type { WebhookDeliveryRepository } from '../../core/ports/access.ts';
import { unwrap } from '../database.ts';
import { webhookDeliveries } from '../schema/index.ts';

export function createWebhookDeliveryRepository(): WebhookDeliveryRepository {
  return {
    async insert(tx, delivery) {
      const rows = await unwrap(tx)
        .insert(webhookDeliveries)
        .values(delivery)
        .onConflictDoNothing({ target: [webhookDeliveries.storeId, webhookDeliveries.eventId] })
        .returning({ id: webhookDeliveries.id });
      return rows.length > 0;
    },
  };
}
