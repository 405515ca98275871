import { sql } from 'drizzle-orm';
import { customType, numeric, timestamp, uuid } from 'drizzle-orm/pg-core';

/** A UUID v7 made by the application. */
export const id = (name = 'id') => uuid(name).notNull();

export const merchantId = () => uuid('merchant_id').notNull();

/** A moment, always with time zone. */
export const moment = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });

export const createdAt = () => moment('created_at').notNull().default(sql`now()`);

/** Money without its currency; exact decimal, read and written as a string. */
export const money = (name: string) => numeric(name, { precision: 18, scale: 4 });

export const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => 'bytea' });
