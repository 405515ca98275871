import { sql } from 'drizzle-orm';
import type { DeliveryRepository, WebhookDelivery } from '../../core/ports/intake.ts';
import { unwrap } from '../database.ts';
import { moment } from '../queries/rows.ts';

/** Webhook deliveries as the job that works on them sees them. */
export const deliveryRepository: DeliveryRepository = {
  async find(tx, merchantId, deliveryId) {
    const [row] = await unwrap(tx).execute<
      Record<string, unknown> & Omit<WebhookDelivery, 'receivedAt'> & { receivedAt: string }
    >(sql`
      select id, merchant_id as "merchantId", store_id as "storeId", effect, platform_order_id as "platformOrderId",
        received_at as "receivedAt", processed_at is not null as "isProcessed"
      from webhook_deliveries where merchant_id = ${merchantId}::uuid and id = ${deliveryId}::uuid`);
    return row === undefined ? null : { ...row, receivedAt: moment(row.receivedAt) };
  },

  async markProcessed(tx, delivery, asOf, at) {
    await unwrap(tx).execute(sql`
      update webhook_deliveries set processed_at = ${at.toISOString()}::timestamptz, error = null
      where merchant_id = ${delivery.merchantId}::uuid and processed_at is null and (
        id = ${delivery.id}::uuid or (store_id = ${delivery.storeId}::uuid and effect = 'order'
          and platform_order_id = ${delivery.platformOrderId} and received_at <= ${asOf.toISOString()}::timestamptz))`);
  },

  async markFailed(tx, delivery, error) {
    await unwrap(tx).execute(sql`
      update webhook_deliveries set error = ${error}
      where merchant_id = ${delivery.merchantId}::uuid and id = ${delivery.id}::uuid`);
  },
};
