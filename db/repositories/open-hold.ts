import { type SQL, sql } from 'drizzle-orm';

/** What the unique index `holds_open` is over, for `on conflict`: `holdKey` of core/order/holds.ts, in SQL. */
export const openHold: SQL = sql`(order_id, code, subject, (coalesce(detail->>'keyKind', '') = 'barcode'))`;
