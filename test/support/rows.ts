import { newId } from '../../core/ids.ts';
import type { Sql } from '../../db/client.ts';

export interface TestStore {
  readonly merchantId: string;
  readonly storeId: string;
  readonly authorizationId: string;
  readonly salesChannelId: string;
}

/** A merchant with one authorized sandbox store. */
export async function insertStore(sql: Sql, name = 'Northwind'): Promise<TestStore> {
  const ids = { merchantId: newId(), storeId: newId(), authorizationId: newId(), salesChannelId: newId() };
  await sql`insert into merchants (id, name, code) values (${ids.merchantId}, ${name}, ${ids.merchantId})`;
  await sql`insert into sales_channels (id, merchant_id, name) values (${ids.salesChannelId}, ${ids.merchantId}, 'Web')`;
  await sql`insert into authorizations (id, merchant_id, platform, status, account_id)
    values (${ids.authorizationId}, ${ids.merchantId}, 'sandbox', 'authorized', 'shop-1')`;
  await sql`insert into stores (id, merchant_id, authorization_id, sales_channel_id, platform, name, sync_every_minutes, look_back_hours, first_look_back_hours)
    values (${ids.storeId}, ${ids.merchantId}, ${ids.authorizationId}, ${ids.salesChannelId}, 'sandbox', ${`${name} US`}, 15, 48, 120)`;
  return ids;
}

/** Another store of the same merchant and login. */
export async function insertStoreBeside(sql: Sql, beside: TestStore, name: string): Promise<TestStore> {
  const storeId = newId();
  await sql`insert into stores (id, merchant_id, authorization_id, sales_channel_id, platform, name, sync_every_minutes, look_back_hours, first_look_back_hours)
    values (${storeId}, ${beside.merchantId}, ${beside.authorizationId}, ${beside.salesChannelId}, 'sandbox', ${name}, 15, 48, 120)`;
  return { ...beside, storeId };
}

export interface TestOrder {
  readonly number?: string;
  readonly status?: string;
  readonly totalAmount?: string;
  readonly currency?: string;
  readonly orderedAt?: Date;
  readonly shipBy?: Date | null;
}

/** A bare order row without lines. */
export async function insertOrder(sql: Sql, store: TestStore, order: TestOrder = {}): Promise<string> {
  const id = newId();
  const at = (order.orderedAt ?? new Date('2026-11-20T10:00:00Z')).toISOString();
  await sql`insert into orders (id, merchant_id, store_id, kind, platform_order_id, platform_order_number, platform_status, platform_state,
      platform_updated_at, content_hash, ordered_at, ship_by, currency, total_amount, payment_record, status, line_count)
    values (${id}, ${store.merchantId}, ${store.storeId}, 'b2c', ${id}, ${order.number ?? `#${id.slice(-4)}`}, 'PAID', 'open', ${at}::timestamptz, 'x',
      ${at}::timestamptz, ${order.shipBy?.toISOString() ?? null}::timestamptz, ${order.currency ?? 'USD'}, ${order.totalAmount ?? '10.00'}, 'online', ${order.status ?? 'pending'}, 1)`;
  return id;
}

/** An open hold row, and the order's count with it. */
export async function insertHold(
  sql: Sql,
  store: TestStore,
  orderId: string,
  hold: {
    readonly code: string;
    readonly subject?: string;
    readonly origin?: string;
    readonly detail?: Record<string, string>;
  },
): Promise<string> {
  const id = newId();
  await sql`insert into holds (id, merchant_id, store_id, order_id, code, origin, subject, detail, opened_at, opened_by)
    values (${id}, ${store.merchantId}, ${store.storeId}, ${orderId}, ${hold.code}, ${hold.origin ?? 'derived'}, ${hold.subject ?? ''}, ${JSON.stringify(hold.detail ?? {})}::text::jsonb, now(), 'Holdfast')`;
  await sql`update orders set open_hold_count = open_hold_count + 1 where merchant_id = ${store.merchantId} and id = ${orderId}`;
  return id;
}

/** A writeback that the platform refused, with its exception. */
export async function insertFailedWriteback(
  sql: Sql,
  store: TestStore,
  orderId: string,
  code: string,
): Promise<string> {
  const id = newId();
  await sql`insert into writebacks (id, merchant_id, store_id, authorization_id, order_id, kind, state, error_kind, error_code)
    values (${id}, ${store.merchantId}, ${store.storeId}, ${store.authorizationId}, ${orderId}, 'shipment', 'failed', 'rejected', ${code})`;
  await sql`insert into order_exceptions (id, merchant_id, store_id, order_id, code, subject, message, platform_code, opened_at)
    values (${newId()}, ${store.merchantId}, ${store.storeId}, ${orderId}, 'writeback_failed', ${id}, 'The platform refused it.', ${code}, now())`;
  await sql`update orders set open_exception_count = open_exception_count + 1 where merchant_id = ${store.merchantId} and id = ${orderId}`;
  return id;
}
