import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { createdAt, id, merchantId, moment } from './columns.ts';
import { merchants } from './people.ts';
import { stores } from './stores.ts';

export const warehouses = pgTable('warehouses', {
  id: id().primaryKey(),
  code: text('code').notNull().unique(),
  name: text('name').notNull(),
  country: text('country'),
  timezone: text('timezone').notNull().default('UTC'),
  /** False: dispatching more than is available is a `stock_short` hold. */
  allowsBackorder: boolean('allows_backorder').notNull().default(false),
  /** `own`: our pages pick, pack and ship; `external`: a WMS does, through the API. */
  kind: text('kind').notNull().default('own'),
  enabled: boolean('enabled').notNull().default(true),
  createdAt: createdAt(),
});

/** Which merchant may use which warehouse, and for what: no service, no dispatch. */
export const services = pgTable(
  'services',
  {
    id: id(),
    merchantId: merchantId().references(() => merchants.id),
    warehouseId: uuid('warehouse_id')
      .notNull()
      .references(() => warehouses.id),
    kind: text('kind').notNull(),
    enabled: boolean('enabled').notNull().default(true),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.id] }),
    unique('services_use').on(t.merchantId, t.warehouseId, t.kind),
    check('services_kind', sql`${t.kind} in ('dropship', 'b2b')`),
  ],
);

export const carriers = pgTable('carriers', {
  id: id().primaryKey(),
  code: text('code').notNull().unique(),
  name: text('name').notNull(),
  /** With `{number}` where the tracking number goes. */
  trackingUrl: text('tracking_url'),
  enabled: boolean('enabled').notNull().default(true),
  createdAt: createdAt(),
});

/** Carrier + service level out of one warehouse. */
export const shippingChannels = pgTable(
  'shipping_channels',
  {
    id: id().primaryKey(),
    warehouseId: uuid('warehouse_id')
      .notNull()
      .references(() => warehouses.id),
    code: text('code').notNull(),
    name: text('name').notNull(),
    carrierId: uuid('carrier_id')
      .notNull()
      .references(() => carriers.id),
    serviceLevel: text('service_level').notNull(),
    /** Needs a PDF label and a tracking number at dispatch; never in a batch. */
    selfPickup: boolean('self_pickup').notNull().default(false),
    cashOnDelivery: boolean('cash_on_delivery').notNull().default(false),
    enabled: boolean('enabled').notNull().default(true),
    createdAt: createdAt(),
  },
  (t) => [unique('shipping_channels_code').on(t.warehouseId, t.code)],
);

/** How an order travels: what a platform's shipping method maps to. */
export const shippingTypes = pgTable(
  'shipping_types',
  {
    id: id(),
    merchantId: merchantId().references(() => merchants.id),
    code: text('code').notNull(),
    name: text('name').notNull(),
    defaultChannelId: uuid('default_channel_id').references(() => shippingChannels.id),
    createdAt: createdAt(),
  },
  (t) => [primaryKey({ columns: [t.merchantId, t.id] }), unique('shipping_types_code').on(t.merchantId, t.code)],
);

/** (store, platform shipping method) → shipping type. */
export const methodMappings = pgTable(
  'method_mappings',
  {
    id: id(),
    merchantId: merchantId(),
    storeId: uuid('store_id').notNull(),
    method: text('method').notNull(),
    shippingTypeId: uuid('shipping_type_id').notNull(),
    createdBy: text('created_by').notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.id] }),
    unique('method_mappings_method').on(t.storeId, t.method),
    foreignKey({
      columns: [t.merchantId, t.storeId],
      foreignColumns: [stores.merchantId, stores.id],
      name: 'method_mappings_store_fk',
    }),
    foreignKey({
      columns: [t.merchantId, t.shippingTypeId],
      foreignColumns: [shippingTypes.merchantId, shippingTypes.id],
      name: 'method_mappings_type_fk',
    }),
  ],
);

/** (store, platform payment type) → how it is paid. */
export const paymentClassifications = pgTable(
  'payment_classifications',
  {
    id: id(),
    merchantId: merchantId(),
    storeId: uuid('store_id').notNull(),
    paymentMethod: text('payment_method').notNull(),
    class: text('class').notNull(),
    createdBy: text('created_by').notNull(),
    createdAt: createdAt(),
    updatedAt: moment('updated_at').notNull().default(sql`now()`),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.id] }),
    unique('payment_classifications_method').on(t.storeId, t.paymentMethod),
    foreignKey({
      columns: [t.merchantId, t.storeId],
      foreignColumns: [stores.merchantId, stores.id],
      name: 'payment_classifications_store_fk',
    }),
    check('payment_classifications_class', sql`${t.class} in ('prepaid', 'cash_on_delivery', 'blocked')`),
  ],
);

/** (store, platform logistics provider) ↔ warehouse carrier, or the name of one that a person typed. */
export const carrierPairings = pgTable(
  'carrier_pairings',
  {
    id: id(),
    merchantId: merchantId(),
    storeId: uuid('store_id').notNull(),
    carrierId: uuid('carrier_id').references(() => carriers.id),
    /** As typed in Manual Ship; compared in either case. */
    carrierName: text('carrier_name'),
    platformCode: text('platform_code').notNull(),
    platformName: text('platform_name').notNull(),
    createdBy: text('created_by').notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.id] }),
    unique('carrier_pairings_carrier').on(t.storeId, t.carrierId),
    uniqueIndex('carrier_pairings_typed')
      .on(t.storeId, sql`lower(${t.carrierName})`)
      .where(sql`${t.carrierId} is null`),
    check('carrier_pairings_one', sql`num_nonnulls(${t.carrierId}, ${t.carrierName}) = 1`),
    foreignKey({
      columns: [t.merchantId, t.storeId],
      foreignColumns: [stores.merchantId, stores.id],
      name: 'carrier_pairings_store_fk',
    }),
  ],
);

/** Warehouse SKUs. */
export const products = pgTable(
  'products',
  {
    id: id(),
    merchantId: merchantId().references(() => merchants.id),
    sku: text('sku').notNull(),
    name: text('name').notNull(),
    pictureUrl: text('picture_url'),
    enabled: boolean('enabled').notNull().default(true),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.id] }),
    unique('products_sku').on(t.merchantId, t.sku),
    // Suggestions and searches by a part of the code or the name.
    index('products_search').using('gin', t.sku.op('gin_trgm_ops'), t.name.op('gin_trgm_ops')),
  ],
);

export const productBarcodes = pgTable(
  'product_barcodes',
  {
    merchantId: merchantId(),
    barcode: text('barcode').notNull(),
    productId: uuid('product_id').notNull(),
    isMain: boolean('is_main').notNull().default(false),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.barcode] }),
    index('product_barcodes_product').on(t.merchantId, t.productId),
    foreignKey({
      columns: [t.merchantId, t.productId],
      foreignColumns: [products.merchantId, products.id],
      name: 'product_barcodes_product_fk',
    }).onDelete('cascade'),
  ],
);

/** Stock of a product in a warehouse. `changeCounter` moves with every change: a push remembers which one it carried. */
export const inventory = pgTable(
  'inventory',
  {
    merchantId: merchantId(),
    warehouseId: uuid('warehouse_id')
      .notNull()
      .references(() => warehouses.id),
    productId: uuid('product_id').notNull(),
    onHand: integer('on_hand').notNull().default(0),
    allocated: integer('allocated').notNull().default(0),
    changeCounter: bigint('change_counter', { mode: 'number' }).notNull().default(0),
    updatedAt: moment('updated_at').notNull().default(sql`now()`),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.warehouseId, t.productId] }),
    foreignKey({
      columns: [t.merchantId, t.productId],
      foreignColumns: [products.merchantId, products.id],
      name: 'inventory_product_fk',
    }),
    check('inventory_allocated', sql`${t.allocated} >= 0`),
  ],
);

/** Every change of stock, never altered. */
export const inventoryLedger = pgTable(
  'inventory_ledger',
  {
    id: id(),
    merchantId: merchantId(),
    warehouseId: uuid('warehouse_id').notNull(),
    productId: uuid('product_id').notNull(),
    kind: text('kind').notNull(),
    onHandDelta: integer('on_hand_delta').notNull(),
    allocatedDelta: integer('allocated_delta').notNull(),
    outboundOrderId: uuid('outbound_order_id'),
    actorName: text('actor_name').notNull(),
    via: text('via').notNull(),
    note: text('note'),
    at: moment('at').notNull().default(sql`now()`),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.id] }),
    index('inventory_ledger_product').on(t.merchantId, t.productId, t.at),
    check('inventory_ledger_kind', sql`${t.kind} in ('receive', 'adjust', 'allocate', 'release', 'ship')`),
  ],
);

/** (store, key) → recipe; a row is never changed, a newer version supersedes it. */
export const skuMappings = pgTable(
  'sku_mappings',
  {
    id: id(),
    merchantId: merchantId(),
    storeId: uuid('store_id').notNull(),
    keyKind: text('key_kind').notNull(),
    key: text('key').notNull(),
    version: integer('version').notNull(),
    createdBy: text('created_by').notNull(),
    createdAt: createdAt(),
    supersededAt: moment('superseded_at'),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.id] }),
    unique('sku_mappings_version').on(t.storeId, t.keyKind, t.key, t.version),
    uniqueIndex('sku_mappings_current').on(t.storeId, t.keyKind, t.key).where(sql`${t.supersededAt} is null`),
    foreignKey({
      columns: [t.merchantId, t.storeId],
      foreignColumns: [stores.merchantId, stores.id],
      name: 'sku_mappings_store_fk',
    }),
    check('sku_mappings_key_kind', sql`${t.keyKind} in ('sku', 'product', 'barcode')`),
  ],
);

export const mappingComponents = pgTable(
  'mapping_components',
  {
    merchantId: merchantId(),
    mappingId: uuid('mapping_id').notNull(),
    productId: uuid('product_id').notNull(),
    /** Warehouse units per platform unit: a conversion factor, never stock. */
    quantity: integer('quantity').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.mappingId, t.productId] }),
    foreignKey({
      columns: [t.merchantId, t.mappingId],
      foreignColumns: [skuMappings.merchantId, skuMappings.id],
      name: 'mapping_components_mapping_fk',
    }).onDelete('cascade'),
    foreignKey({
      columns: [t.merchantId, t.productId],
      foreignColumns: [products.merchantId, products.id],
      name: 'mapping_components_product_fk',
    }),
    check('mapping_components_quantity', sql`${t.quantity} > 0`),
  ],
);

/** What a store sells, as its platform lists it, and what stock we last told it. */
export const listings = pgTable(
  'listings',
  {
    id: id(),
    merchantId: merchantId(),
    storeId: uuid('store_id').notNull(),
    platformProductId: text('platform_product_id').notNull(),
    sku: text('sku'),
    barcode: text('barcode'),
    name: text('name').notNull(),
    pictureUrl: text('picture_url'),
    pushMode: text('push_mode').notNull().default('off'),
    pushedQuantity: integer('pushed_quantity'),
    pushedCounter: bigint('pushed_counter', { mode: 'number' }),
    pushedAt: moment('pushed_at'),
    pushError: text('push_error'),
    seenAt: moment('seen_at').notNull().default(sql`now()`),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.id] }),
    unique('listings_product').on(t.storeId, t.platformProductId),
    foreignKey({
      columns: [t.merchantId, t.storeId],
      foreignColumns: [stores.merchantId, stores.id],
      name: 'listings_store_fk',
    }),
    check('listings_push_mode', sql`${t.pushMode} in ('off', 'absolute', 'increase')`),
  ],
);
