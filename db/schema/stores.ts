import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  doublePrecision,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { createdAt, id, merchantId, moment } from './columns.ts';
import { merchants, people } from './people.ts';

/** A merchant's grouping of stores: how lines are matched, and defaults for dispatch. */
export const salesChannels = pgTable(
  'sales_channels',
  {
    id: id(),
    merchantId: merchantId().references(() => merchants.id),
    name: text('name').notNull(),
    matchBy: text('match_by').notNull().default('sku'),
    defaultWarehouseId: uuid('default_warehouse_id'),
    defaultShippingTypeId: uuid('default_shipping_type_id'),
    sharesStock: boolean('shares_stock').notNull().default(true),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.id] }),
    uniqueIndex('sales_channels_name').on(t.merchantId, sql`lower(${t.name})`),
    check('sales_channels_match_by', sql`${t.matchBy} in ('sku', 'barcode')`),
  ],
);

/** One grant on a platform; carries one or more stores. */
export const authorizations = pgTable(
  'authorizations',
  {
    id: id(),
    merchantId: merchantId().references(() => merchants.id),
    platform: text('platform').notNull(),
    status: text('status').notNull().default('pending'),
    /** Why the status is what it is, in words for the row; null while all is well. */
    reason: text('reason'),
    /** The platform's own id of the account or shop: the identity of the grant. */
    accountId: text('account_id'),
    accountName: text('account_name'),
    /** What the person typed, secrets apart: { name: value }. */
    fields: jsonb('fields').$type<Record<string, string>>().notNull().default({}),
    scopes: text('scopes').array().notNull().default([]),
    missingScopes: text('missing_scopes').array().notNull().default([]),
    expiresAt: moment('expires_at'),
    refreshExpiresAt: moment('refresh_expires_at'),
    authorizedAt: moment('authorized_at'),
    checkedAt: moment('checked_at'),
    refreshedAt: moment('refreshed_at'),
    /** After a failed refresh: not before this moment again. */
    refreshNotBefore: moment('refresh_not_before'),
    createdBy: uuid('created_by').references(() => people.id),
    createdAt: createdAt(),
    deletedAt: moment('deleted_at'),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.id] }),
    unique('authorizations_id').on(t.id),
    index('authorizations_expiry').on(t.expiresAt).where(sql`${t.deletedAt} is null`),
    check(
      'authorizations_status',
      sql`${t.status} in ('pending', 'unverified', 'authorized', 'expiring', 'expired', 'abnormal', 'revoked')`,
    ),
  ],
);

/** Encrypted credentials of an authorization; `sealed` is bound to `credentials:<id>`. */
export const credentials = pgTable(
  'credentials',
  {
    id: id(),
    merchantId: merchantId(),
    authorizationId: uuid('authorization_id').notNull(),
    sealed: text('sealed').notNull(),
    updatedAt: moment('updated_at').notNull().default(sql`now()`),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.id] }),
    unique('credentials_authorization').on(t.merchantId, t.authorizationId),
    foreignKey({
      columns: [t.merchantId, t.authorizationId],
      foreignColumns: [authorizations.merchantId, authorizations.id],
      name: 'credentials_authorization_fk',
    }).onDelete('cascade'),
  ],
);

/** What is synced: one shop or marketplace. */
export const stores = pgTable(
  'stores',
  {
    id: id(),
    merchantId: merchantId().references(() => merchants.id),
    authorizationId: uuid('authorization_id').notNull(),
    salesChannelId: uuid('sales_channel_id').notNull(),
    platform: text('platform').notNull(),
    name: text('name').notNull(),
    code: text('code'),
    country: text('country'),
    currency: text('currency'),
    platformShopId: text('platform_shop_id'),
    shopName: text('shop_name'),
    status: text('status').notNull().default('enabled'),
    /** `all`, or the platform's warehouse whose orders this store takes. */
    orderScope: text('order_scope').notNull().default('all'),
    syncEveryMinutes: integer('sync_every_minutes').notNull(),
    lookBackHours: integer('look_back_hours').notNull(),
    firstLookBackHours: integer('first_look_back_hours').notNull(),
    /** True: an unmapped shipping method holds. False: the channel is chosen at dispatch. */
    requiresMethodMapping: boolean('requires_method_mapping').notNull().default(false),
    /** Dispatch looks at the platform again when the last complete window ended longer ago than this. */
    freshnessSeconds: integer('freshness_seconds').notNull().default(900),
    /** Platform-specific, no secrets: e.g. { cod_methods: 'cod' }. */
    settings: jsonb('settings').$type<Record<string, string>>().notNull().default({}),
    /** The end of the last complete sync window. */
    syncedUntil: moment('synced_until'),
    lastSyncAt: moment('last_sync_at'),
    lastSyncOutcome: text('last_sync_outcome'),
    failingRuns: integer('failing_runs').notNull().default(0),
    /** Time of the last reconciliation, and what it found missing. */
    reconciledAt: moment('reconciled_at'),
    /** Set when a new consent replaced the shop: its old orders stay, marked. */
    replacedAt: moment('replaced_at'),
    createdAt: createdAt(),
    deletedAt: moment('deleted_at'),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.id] }),
    uniqueIndex('stores_name').on(t.merchantId, t.platform, sql`lower(${t.name})`).where(sql`${t.deletedAt} is null`),
    uniqueIndex('stores_shop')
      .on(t.platform, t.platformShopId, t.orderScope)
      .where(sql`${t.deletedAt} is null and ${t.platformShopId} is not null`),
    index('stores_authorization').on(t.merchantId, t.authorizationId),
    foreignKey({
      columns: [t.merchantId, t.authorizationId],
      foreignColumns: [authorizations.merchantId, authorizations.id],
      name: 'stores_authorization_fk',
    }),
    foreignKey({
      columns: [t.merchantId, t.salesChannelId],
      foreignColumns: [salesChannels.merchantId, salesChannels.id],
      name: 'stores_sales_channel_fk',
    }),
    check('stores_status', sql`${t.status} in ('enabled', 'disabled')`),
  ],
);

/** A consent under way: single use, bound to the browser session that began it. */
export const oauthStates = pgTable('oauth_states', {
  /** SHA-256 of the state that travels. */
  stateHash: text('state_hash').primaryKey(),
  merchantId: merchantId().references(() => merchants.id),
  authorizationId: uuid('authorization_id').notNull(),
  storeId: uuid('store_id'),
  /** SHA-256 of the browser session's token. */
  sessionHash: text('session_hash').notNull(),
  personId: uuid('person_id').notNull(),
  expiresAt: moment('expires_at').notNull(),
  usedAt: moment('used_at'),
  createdAt: createdAt(),
});

/** Token bucket per (authorization, operation): shared by all processes. */
export const pacing = pgTable(
  'pacing',
  {
    authorizationId: uuid('authorization_id').notNull(),
    operation: text('operation').notNull(),
    tokens: doublePrecision('tokens').notNull(),
    refilledAt: moment('refilled_at').notNull().default(sql`now()`),
    blockedUntil: moment('blocked_until'),
    /** When `blocked_until` was written, by the clock that it goes by. */
    blockedAt: moment('blocked_at'),
  },
  (t) => [primaryKey({ columns: [t.authorizationId, t.operation] })],
);

/** Every call to a platform and every incoming webhook; purged after a set time. */
export const platformCalls = pgTable(
  'platform_calls',
  {
    id: id().primaryKey(),
    merchantId: uuid('merchant_id'),
    authorizationId: uuid('authorization_id'),
    storeId: uuid('store_id'),
    direction: text('direction').notNull(),
    operation: text('operation').notNull(),
    method: text('method').notNull(),
    target: text('target').notNull(),
    status: integer('status'),
    durationMs: integer('duration_ms').notNull(),
    requestBytes: integer('request_bytes').notNull(),
    responseBytes: integer('response_bytes').notNull(),
    attempt: integer('attempt').notNull(),
    error: text('error'),
    requestExcerpt: text('request_excerpt'),
    responseExcerpt: text('response_excerpt'),
    at: moment('at').notNull(),
  },
  (t) => [index('platform_calls_store').on(t.merchantId, t.storeId, t.at), index('platform_calls_at').on(t.at)],
);

/** Each incoming webhook once; the body is not kept, the order is fetched. */
export const webhookDeliveries = pgTable(
  'webhook_deliveries',
  {
    id: id(),
    merchantId: merchantId(),
    authorizationId: uuid('authorization_id').notNull(),
    storeId: uuid('store_id').notNull(),
    eventId: text('event_id').notNull(),
    topic: text('topic').notNull(),
    effect: text('effect').notNull(),
    platformOrderId: text('platform_order_id'),
    receivedAt: moment('received_at').notNull().default(sql`now()`),
    processedAt: moment('processed_at'),
    error: text('error'),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.id] }),
    unique('webhook_deliveries_event').on(t.storeId, t.eventId),
    index('webhook_deliveries_at').on(t.receivedAt),
    foreignKey({
      columns: [t.merchantId, t.storeId],
      foreignColumns: [stores.merchantId, stores.id],
      name: 'webhook_deliveries_store_fk',
    }),
  ],
);
