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
import { bytea, createdAt, id, merchantId, moment, money } from './columns.ts';
import { orderLines, orders } from './orders.ts';
import { merchants } from './people.ts';
import { authorizations, stores } from './stores.ts';
import { carriers, products, shippingChannels, skuMappings, warehouses } from './warehouses.ts';

/** Uploaded or fetched files (labels), with the date they go. */
export const files = pgTable(
  'files',
  {
    id: id(),
    merchantId: merchantId().references(() => merchants.id),
    kind: text('kind').notNull(),
    name: text('name').notNull(),
    contentType: text('content_type').notNull(),
    size: integer('size').notNull(),
    sha256: text('sha256').notNull(),
    body: bytea('body').notNull(),
    createdAt: createdAt(),
    purgeAt: moment('purge_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.merchantId, t.id] }), index('files_purge').on(t.purgeAt)],
);

/** What dispatch creates in one warehouse. */
export const outboundOrders = pgTable(
  'outbound_orders',
  {
    id: id(),
    merchantId: merchantId(),
    orderId: uuid('order_id').notNull(),
    storeId: uuid('store_id').notNull(),
    warehouseId: uuid('warehouse_id')
      .notNull()
      .references(() => warehouses.id),
    shippingChannelId: uuid('shipping_channel_id')
      .notNull()
      .references(() => shippingChannels.id),
    /** Shown as `OB-<number>`. */
    number: bigint('number', { mode: 'number' }).notNull().generatedAlwaysAsIdentity({ startWith: 20001 }),
    status: text('status').notNull().default('created'),
    recall: text('recall').notNull().default('none'),
    codAmount: money('cod_amount'),
    currency: text('currency').notNull(),
    /** Self-pickup: given at dispatch. */
    trackingNumber: text('tracking_number'),
    labelFileId: uuid('label_file_id'),
    /** Set by the warehouse; compulsory text. */
    exceptionReason: text('exception_reason'),
    exceptionAt: moment('exception_at'),
    exceptionBy: text('exception_by'),
    version: integer('version').notNull().default(1),
    createdBy: text('created_by').notNull(),
    /** Null for the desk itself; who may undo. */
    createdByPersonId: uuid('created_by_person_id'),
    createdAt: createdAt(),
    pickedAt: moment('picked_at'),
    packedAt: moment('packed_at'),
    shippedAt: moment('shipped_at'),
    cancelledAt: moment('cancelled_at'),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.id] }),
    unique('outbound_orders_number').on(t.number),
    index('outbound_orders_order').on(t.merchantId, t.orderId),
    index('outbound_orders_list').on(t.merchantId, t.status, t.createdAt, t.id),
    index('outbound_orders_tracking').on(t.merchantId, t.trackingNumber).where(sql`${t.trackingNumber} is not null`),
    index('outbound_orders_warehouse').on(t.warehouseId, t.status, t.createdAt),
    foreignKey({
      columns: [t.merchantId, t.orderId],
      foreignColumns: [orders.merchantId, orders.id],
      name: 'outbound_orders_order_fk',
    }),
    foreignKey({
      columns: [t.merchantId, t.storeId],
      foreignColumns: [stores.merchantId, stores.id],
      name: 'outbound_orders_store_fk',
    }),
    foreignKey({
      columns: [t.merchantId, t.labelFileId],
      foreignColumns: [files.merchantId, files.id],
      name: 'outbound_orders_label_fk',
    }),
    check(
      'outbound_orders_status',
      sql`${t.status} in ('created', 'picking', 'packed', 'partially_shipped', 'shipped', 'cancelled')`,
    ),
    check('outbound_orders_recall', sql`${t.recall} in ('none', 'requested', 'recalled', 'refused')`),
  ],
);

/** Lines in the platform's units. */
export const outboundLines = pgTable(
  'outbound_lines',
  {
    id: id(),
    merchantId: merchantId(),
    outboundOrderId: uuid('outbound_order_id').notNull(),
    orderLineId: uuid('order_line_id').notNull(),
    quantity: integer('quantity').notNull(),
    quantityShipped: integer('quantity_shipped').notNull().default(0),
    mappingId: uuid('mapping_id').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.id] }),
    unique('outbound_lines_line').on(t.outboundOrderId, t.orderLineId),
    index('outbound_lines_order_line').on(t.merchantId, t.orderLineId),
    foreignKey({
      columns: [t.merchantId, t.outboundOrderId],
      foreignColumns: [outboundOrders.merchantId, outboundOrders.id],
      name: 'outbound_lines_outbound_fk',
    }).onDelete('cascade'),
    foreignKey({
      columns: [t.merchantId, t.orderLineId],
      foreignColumns: [orderLines.merchantId, orderLines.id],
      name: 'outbound_lines_line_fk',
    }),
    foreignKey({
      columns: [t.merchantId, t.mappingId],
      foreignColumns: [skuMappings.merchantId, skuMappings.id],
      name: 'outbound_lines_mapping_fk',
    }),
    check('outbound_lines_quantity', sql`${t.quantity} > 0 and ${t.quantityShipped} between 0 and ${t.quantity}`),
  ],
);

/** What the warehouse picks: the recipe as it was at dispatch. */
export const outboundComponents = pgTable(
  'outbound_components',
  {
    merchantId: merchantId(),
    outboundLineId: uuid('outbound_line_id').notNull(),
    productId: uuid('product_id').notNull(),
    /** Warehouse units per platform unit. */
    perUnit: integer('per_unit').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.outboundLineId, t.productId] }),
    foreignKey({
      columns: [t.merchantId, t.outboundLineId],
      foreignColumns: [outboundLines.merchantId, outboundLines.id],
      name: 'outbound_components_line_fk',
    }).onDelete('cascade'),
    foreignKey({
      columns: [t.merchantId, t.productId],
      foreignColumns: [products.merchantId, products.id],
      name: 'outbound_components_product_fk',
    }),
  ],
);

/** What left. Without an outbound order: shipped by hand. */
export const shipments = pgTable(
  'shipments',
  {
    id: id(),
    merchantId: merchantId(),
    orderId: uuid('order_id').notNull(),
    outboundOrderId: uuid('outbound_order_id'),
    carrierId: uuid('carrier_id').references(() => carriers.id),
    carrierName: text('carrier_name').notNull(),
    service: text('service'),
    trackingNumber: text('tracking_number').notNull(),
    shippedAt: moment('shipped_at').notNull(),
    /** Refused by the platform, and told anew as another shipment by hand. */
    replacedById: uuid('replaced_by_id'),
    createdBy: text('created_by').notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.id] }),
    index('shipments_order').on(t.merchantId, t.orderId),
    index('shipments_tracking').on(t.merchantId, t.trackingNumber),
    index('shipments_by_time').on(t.merchantId, t.shippedAt),
    foreignKey({
      columns: [t.merchantId, t.orderId],
      foreignColumns: [orders.merchantId, orders.id],
      name: 'shipments_order_fk',
    }),
    foreignKey({
      columns: [t.merchantId, t.outboundOrderId],
      foreignColumns: [outboundOrders.merchantId, outboundOrders.id],
      name: 'shipments_outbound_fk',
    }),
    foreignKey({
      columns: [t.merchantId, t.replacedById],
      foreignColumns: [t.merchantId, t.id],
      name: 'shipments_replaced_by_fk',
    }),
  ],
);

export const shipmentLines = pgTable(
  'shipment_lines',
  {
    merchantId: merchantId(),
    shipmentId: uuid('shipment_id').notNull(),
    orderLineId: uuid('order_line_id').notNull(),
    quantity: integer('quantity').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.shipmentId, t.orderLineId] }),
    foreignKey({
      columns: [t.merchantId, t.shipmentId],
      foreignColumns: [shipments.merchantId, shipments.id],
      name: 'shipment_lines_shipment_fk',
    }).onDelete('cascade'),
    foreignKey({
      columns: [t.merchantId, t.orderLineId],
      foreignColumns: [orderLines.merchantId, orderLines.id],
      name: 'shipment_lines_line_fk',
    }),
    check('shipment_lines_quantity', sql`${t.quantity} > 0`),
  ],
);

/** What the platform must be told: the outbox, one row a message, written with what it tells. */
export const writebacks = pgTable(
  'writebacks',
  {
    id: id(),
    merchantId: merchantId(),
    storeId: uuid('store_id').notNull(),
    authorizationId: uuid('authorization_id').notNull(),
    orderId: uuid('order_id').notNull(),
    shipmentId: uuid('shipment_id'),
    kind: text('kind').notNull(),
    state: text('state').notNull().default('pending'),
    /** Cancellation: the reason to give. */
    reason: text('reason'),
    attempts: integer('attempts').notNull().default(0),
    nextAttemptAt: moment('next_attempt_at'),
    /** When an attempt began; still set after a crash: the outcome is unknown, read the platform first. */
    sendingSince: moment('sending_since'),
    /** An earlier attempt may have arrived. */
    mayHaveArrived: boolean('may_have_arrived').notNull().default(false),
    errorKind: text('error_kind'),
    errorCode: text('error_code'),
    errorMessage: text('error_message'),
    platformShipmentId: text('platform_shipment_id'),
    acceptedAt: moment('accepted_at'),
    confirmedAt: moment('confirmed_at'),
    createdAt: createdAt(),
    updatedAt: moment('updated_at').notNull().default(sql`now()`),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.id] }),
    uniqueIndex('writebacks_shipment').on(t.merchantId, t.shipmentId, t.kind).where(sql`${t.shipmentId} is not null`),
    index('writebacks_order').on(t.merchantId, t.orderId),
    index('writebacks_open').on(t.merchantId, t.storeId, t.state).where(sql`${t.state} not in ('confirmed')`),
    index('writebacks_authorization').on(t.merchantId, t.authorizationId).where(sql`${t.state} = 'parked'`),
    foreignKey({
      columns: [t.merchantId, t.orderId],
      foreignColumns: [orders.merchantId, orders.id],
      name: 'writebacks_order_fk',
    }),
    foreignKey({
      columns: [t.merchantId, t.shipmentId],
      foreignColumns: [shipments.merchantId, shipments.id],
      name: 'writebacks_shipment_fk',
    }),
    foreignKey({
      columns: [t.merchantId, t.authorizationId],
      foreignColumns: [authorizations.merchantId, authorizations.id],
      name: 'writebacks_authorization_fk',
    }),
    check('writebacks_kind', sql`${t.kind} in ('acceptance', 'shipment', 'cancellation')`),
    check(
      'writebacks_state',
      sql`${t.state} in ('pending', 'sending', 'accepted', 'confirmed', 'retry', 'failed', 'parked', 'closed')`,
    ),
  ],
);
