import type { SetUpPorts } from '../../core/catalog/ports.ts';
import { newId } from '../../core/ids.ts';
import type { Actor, Role } from '../../core/people/actor.ts';
import type { AnyJob } from '../../core/ports/jobs.ts';
import type { OutgoingPorts } from '../../core/ports/outgoing.ts';
import type { BasePorts } from '../../core/ports/ports.ts';
import type { Sql } from '../../db/client.ts';
import { createAuditRepository } from '../../db/repositories/audit.ts';
import { createCatalogRepositories } from '../../db/repositories/catalog.ts';
import { createOutgoingRepositories } from '../../db/repositories/outgoing.ts';
import type { TestDatabase } from './database.ts';
import { silentLog } from './log.ts';
import { insertHold, insertOrder, type TestOrder, type TestStore } from './rows.ts';

export const someone = (
  role: Role,
  merchantIds: 'all' | readonly string[],
  warehouseIds: 'all' | readonly string[] = 'all',
): Actor => ({
  personId: null,
  name: 'Mei',
  via: 'web',
  grants: [{ role, merchantIds, warehouseIds }],
});

/** What set-up and stock commands use, over a real database; jobs are kept for looking at. */
export function catalogPorts(database: TestDatabase, now = new Date('2026-11-21T09:00:00Z')) {
  const jobs: AnyJob[] = [];
  const ports: SetUpPorts & Pick<BasePorts, 'jobs' | 'log'> & OutgoingPorts = {
    database: database.database,
    clock: { now: () => now },
    log: silentLog,
    audit: createAuditRepository(),
    jobs: {
      enqueue: async (_tx: unknown, more: readonly AnyJob[]) => {
        jobs.push(...more);
      },
    },
    ...createCatalogRepositories(),
    ...createOutgoingRepositories(database.db),
  };
  return { ports, jobs };
}

export interface TestWarehouse {
  readonly warehouseId: string;
  readonly carrierId: string;
  readonly channelId: string;
}

/** A warehouse with one carrier and one channel, and a dropship service for each merchant. */
export async function insertWarehouse(sql: Sql, merchantIds: readonly string[], name = 'Reno'): Promise<TestWarehouse> {
  const ids = { warehouseId: newId(), carrierId: newId(), channelId: newId() };
  await sql`insert into warehouses (id, code, name) values (${ids.warehouseId}, ${ids.warehouseId}, ${name})`;
  await sql`insert into carriers (id, code, name, tracking_url) values (${ids.carrierId}, ${ids.carrierId}, 'UPS', 'https://ups.example/{number}')`;
  await sql`insert into shipping_channels (id, warehouse_id, code, name, carrier_id, service_level)
    values (${ids.channelId}, ${ids.warehouseId}, 'UPS-GROUND', 'UPS Ground', ${ids.carrierId}, 'Ground')`;
  for (const merchantId of merchantIds) {
    await sql`insert into services (id, merchant_id, warehouse_id, kind) values (${newId()}, ${merchantId}, ${ids.warehouseId}, 'dropship')`;
  }
  return ids;
}

export async function insertProduct(
  sql: Sql,
  merchantId: string,
  product: { readonly sku: string; readonly name?: string; readonly barcode?: string; readonly enabled?: boolean },
): Promise<string> {
  const id = newId();
  await sql`insert into products (id, merchant_id, sku, name, enabled)
    values (${id}, ${merchantId}, ${product.sku}, ${product.name ?? product.sku}, ${product.enabled ?? true})`;
  if (product.barcode !== undefined) {
    await sql`insert into product_barcodes (merchant_id, barcode, product_id, is_main)
      values (${merchantId}, ${product.barcode}, ${id}, true)`;
  }
  return id;
}

export async function insertStock(
  sql: Sql,
  merchantId: string,
  level: {
    readonly warehouseId: string;
    readonly productId: string;
    readonly onHand: number;
    readonly allocated?: number;
  },
): Promise<void> {
  await sql`insert into inventory (merchant_id, warehouse_id, product_id, on_hand, allocated)
    values (${merchantId}, ${level.warehouseId}, ${level.productId}, ${level.onHand}, ${level.allocated ?? 0})`;
}

/** A current mapping of a platform SKU. */
export async function insertMapping(
  sql: Sql,
  store: TestStore,
  mapping: {
    readonly key: string;
    readonly keyKind?: string;
    readonly components: readonly { readonly productId: string; readonly quantity: number }[];
  },
): Promise<string> {
  const id = newId();
  await sql`insert into sku_mappings (id, merchant_id, store_id, key_kind, key, version, created_by)
    values (${id}, ${store.merchantId}, ${store.storeId}, ${mapping.keyKind ?? 'sku'}, ${mapping.key}, 1, 'Mei')`;
  for (const { productId, quantity } of mapping.components) {
    await sql`insert into mapping_components (merchant_id, mapping_id, product_id, quantity)
      values (${store.merchantId}, ${id}, ${productId}, ${quantity})`;
  }
  return id;
}

export async function insertLine(
  sql: Sql,
  store: TestStore,
  orderId: string,
  line: {
    readonly sku?: string | null;
    readonly platformProductId?: string;
    readonly name?: string;
    readonly quantity?: number;
  },
): Promise<string> {
  const id = newId();
  await sql`insert into order_lines (id, merchant_id, order_id, position, platform_line_id, sku, platform_product_id, name, quantity)
    values (${id}, ${store.merchantId}, ${orderId}, 0, ${id}, ${line.sku ?? null}, ${line.platformProductId ?? null},
      ${line.name ?? line.sku ?? 'A thing'}, ${line.quantity ?? 1})`;
  return id;
}

/** An order that waits for a key to be bound. */
export async function insertKeyHold(
  sql: Sql,
  store: TestStore,
  hold: {
    readonly key: string;
    readonly keyKind?: 'sku' | 'product';
    readonly name?: string;
    readonly order?: TestOrder;
    readonly quantity?: number;
  },
): Promise<string> {
  const orderId = await insertOrder(sql, store, hold.order ?? {});
  const name = hold.name ?? hold.key;
  const kind = hold.keyKind ?? 'sku';
  await insertLine(sql, store, orderId, {
    name,
    quantity: hold.quantity ?? 1,
    ...(kind === 'sku' ? { sku: hold.key } : { platformProductId: hold.key }),
  });
  const code = kind === 'sku' ? 'sku_unmapped' : 'sku_missing';
  const holdId = await insertHold(sql, store, orderId, { code, subject: hold.key });
  await sql`update holds set detail = ${JSON.stringify({ keyKind: kind, name })}::text::jsonb where id = ${holdId}`;
  return orderId;
}

/** An order with one line, dispatched into the warehouse. */
export async function insertOutbound(
  sql: Sql,
  store: TestStore,
  warehouse: TestWarehouse,
  outbound: TestOrder & {
    readonly outboundStatus?: string;
    readonly productId: string;
    readonly mappingId: string;
    readonly quantity?: number;
    readonly createdAt?: Date;
  },
): Promise<{
  readonly orderId: string;
  readonly outboundOrderId: string;
  readonly lineId: string;
  readonly orderLineId: string;
}> {
  const orderId = await insertOrder(sql, store, { status: 'processing', ...outbound });
  const orderLineId = await insertLine(sql, store, orderId, {
    sku: 'TEE',
    name: 'A tee',
    quantity: outbound.quantity ?? 2,
  });
  const recipientId = newId();
  await sql`insert into recipients (id, merchant_id, name, city, country, address1, phone)
    values (${recipientId}, ${store.merchantId}, 'Ann Lee', 'Portland', 'US', '1 Main St', '+1 555 0100')`;
  await sql`update orders set recipient_id = ${recipientId} where merchant_id = ${store.merchantId} and id = ${orderId}`;
  const outboundOrderId = newId();
  await sql`insert into outbound_orders (id, merchant_id, order_id, store_id, warehouse_id, shipping_channel_id, status, currency, created_by, created_at)
    values (${outboundOrderId}, ${store.merchantId}, ${orderId}, ${store.storeId}, ${warehouse.warehouseId}, ${warehouse.channelId},
      ${outbound.outboundStatus ?? 'created'}, 'USD', 'Mei', ${(outbound.createdAt ?? new Date('2026-11-21T08:00:00Z')).toISOString()}::timestamptz)`;
  const lineId = newId();
  await sql`insert into outbound_lines (id, merchant_id, outbound_order_id, order_line_id, quantity, mapping_id)
    values (${lineId}, ${store.merchantId}, ${outboundOrderId}, ${orderLineId}, ${outbound.quantity ?? 2}, ${outbound.mappingId})`;
  await sql`insert into outbound_components (merchant_id, outbound_line_id, product_id, per_unit)
    values (${store.merchantId}, ${lineId}, ${outbound.productId}, 3)`;
  return { orderId, outboundOrderId, lineId, orderLineId };
}
