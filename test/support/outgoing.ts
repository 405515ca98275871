import { type DispatchOrderInput, dispatchOrder } from '../../core/commands/dispatch-order.ts';
import { followPlatformChanges } from '../../core/commands/follow-platform-changes.ts';
import { newId } from '../../core/ids.ts';
import type { Actor, Role } from '../../core/people/actor.ts';
import type { IntakePorts } from '../../core/ports/intake.ts';
import type { AnyJob } from '../../core/ports/jobs.ts';
import type { LockedOrder, OutgoingPorts } from '../../core/ports/outgoing.ts';
import type { BasePorts } from '../../core/ports/ports.ts';
import type { Result } from '../../core/result.ts';
import type { Sql } from '../../db/client.ts';
import { createAuditRepository } from '../../db/repositories/audit.ts';
import { createIntakeRepositories } from '../../db/repositories/intake.ts';
import { createOutgoingRepositories } from '../../db/repositories/outgoing.ts';
import type { TestWarehouse } from './catalog.ts';
import type { TestDatabase } from './database.ts';
import { silentLog } from './log.ts';
import { type TestPlatform, testPlatform } from './platform.ts';
import type { TestStore } from './rows.ts';

export type DeskPorts = BasePorts & IntakePorts & OutgoingPorts;

/** A person with one role over all merchants. */
export const person = (name: string, role: Role = 'operator'): Actor => ({
  personId: newId(),
  name,
  via: 'web',
  grants: [{ role, merchantIds: 'all', warehouseIds: 'all' }],
});

export interface TestClock {
  now(): Date;
  /** Moves the time on, in ms. */
  pass(ms: number): void;
}

export function testClock(start = new Date('2026-11-21T09:00:00.000Z')): TestClock {
  let at = start.getTime();
  return {
    now: () => new Date(at),
    pass: (ms) => {
      at += ms;
    },
  };
}

/** What outgoing commands use: a real database, a platform in memory, a clock to move; jobs are kept for looking at. */
export function outgoingPorts(
  database: TestDatabase,
  platform: TestPlatform = testPlatform(),
  clock: TestClock = testClock(),
): { ports: DeskPorts; jobs: AnyJob[]; platform: TestPlatform; clock: TestClock } {
  const jobs: AnyJob[] = [];
  const ports: DeskPorts = {
    database: database.database,
    clock,
    log: silentLog,
    audit: createAuditRepository(),
    connectors: platform.connectors,
    platforms: platform.platforms,
    vault: { seal: (text) => text, open: (text) => text, isStale: () => false },
    jobs: {
      enqueue: async (_tx, more) => {
        jobs.push(...more);
      },
    },
    intake: createIntakeRepositories(),
    followPlatformChanges: (tx, changes) => followPlatformChanges(ports, tx, changes),
    ...createOutgoingRepositories(database.db),
  };
  return { ports, jobs, platform, clock };
}

export interface World extends TestStore {
  readonly warehouse: TestWarehouse;
  readonly productId: string;
  readonly mappingId: string;
}

/** Whatever clock a test has: a mark that is ahead of it would be none. */
const alwaysFreshSeconds = 1_000_000_000;

/**
 * A merchant with a fresh store, a warehouse with one channel, and TEE-1 → 2 × the product, of which 100 are there. Sent
 * as one pipeline: tests that need hundreds of worlds are not made of round trips.
 */
export async function world(sql: Sql, onHand = 100): Promise<World> {
  const merchantId = newId();
  const store: TestStore = { merchantId, storeId: newId(), authorizationId: newId(), salesChannelId: newId() };
  const warehouse: TestWarehouse = { warehouseId: newId(), carrierId: newId(), channelId: newId() };
  const [productId, mappingId] = [newId(), newId()];
  await sql.begin((q) => [
    q`insert into merchants (id, name, code) values (${merchantId}, 'Northwind', ${merchantId})`,
    q`insert into sales_channels (id, merchant_id, name) values (${store.salesChannelId}, ${merchantId}, 'Web')`,
    q`insert into authorizations (id, merchant_id, platform, status, account_id)
      values (${store.authorizationId}, ${merchantId}, 'sandbox', 'authorized', 'shop-1')`,
    q`insert into stores (id, merchant_id, authorization_id, sales_channel_id, platform, name, sync_every_minutes,
        look_back_hours, first_look_back_hours, synced_until, freshness_seconds)
      values (${store.storeId}, ${merchantId}, ${store.authorizationId}, ${store.salesChannelId}, 'sandbox', 'Northwind US',
        15, 48, 120, '2020-01-01T00:00:00Z', ${alwaysFreshSeconds})`,
    q`insert into warehouses (id, code, name) values (${warehouse.warehouseId}, ${warehouse.warehouseId}, 'Reno')`,
    q`insert into carriers (id, code, name, tracking_url)
      values (${warehouse.carrierId}, ${warehouse.carrierId}, 'UPS', 'https://ups.example/{number}')`,
    q`insert into shipping_channels (id, warehouse_id, code, name, carrier_id, service_level)
      values (${warehouse.channelId}, ${warehouse.warehouseId}, 'UPS-GROUND', 'UPS Ground', ${warehouse.carrierId}, 'Ground')`,
    q`insert into services (id, merchant_id, warehouse_id, kind) values
      (${newId()}, ${merchantId}, ${warehouse.warehouseId}, 'dropship'),
      (${newId()}, ${merchantId}, ${warehouse.warehouseId}, 'b2b')`,
    q`insert into products (id, merchant_id, sku, name) values (${productId}, ${merchantId}, 'TS-1', 'Tee')`,
    q`insert into inventory (merchant_id, warehouse_id, product_id, on_hand)
      values (${merchantId}, ${warehouse.warehouseId}, ${productId}, ${onHand})`,
    q`insert into sku_mappings (id, merchant_id, store_id, key_kind, key, version, created_by)
      values (${mappingId}, ${merchantId}, ${store.storeId}, 'sku', 'TEE-1', 1, 'Mei')`,
    q`insert into mapping_components (merchant_id, mapping_id, product_id, quantity)
      values (${merchantId}, ${mappingId}, ${productId}, 2)`,
  ]);
  return { ...store, warehouse, productId, mappingId };
}

export interface MadeOrder {
  readonly orderId: string;
  readonly lineIds: readonly string[];
}

/** A paid order with lines `TEE-1` × the quantities given. */
export async function makeOrder(
  sql: Sql,
  store: TestStore,
  over: {
    readonly kind?: 'b2c' | 'b2b';
    readonly status?: string;
    readonly quantities?: readonly number[];
    readonly sku?: string;
    readonly paymentRecord?: string;
    readonly codAmount?: string | null;
    readonly number?: string;
  } = {},
): Promise<MadeOrder> {
  const orderId = newId();
  const quantities = over.quantities ?? [1];
  const lineIds = quantities.map(() => newId());
  await sql.begin((q) => [
    q`insert into orders (id, merchant_id, store_id, kind, platform_order_id, platform_order_number, platform_status,
        platform_state, platform_updated_at, content_hash, ordered_at, currency, total_amount, payment_record, cod_amount,
        status, line_count)
      values (${orderId}, ${store.merchantId}, ${store.storeId}, ${over.kind ?? 'b2c'}, ${`p-${orderId}`},
        ${over.number ?? `#${orderId.slice(-6)}`}, 'PAID', 'open', now(), 'x', now(), 'USD', '25.00',
        ${over.paymentRecord ?? 'online'}, ${over.codAmount ?? null}, ${over.status ?? 'pending'}, ${quantities.length})`,
    q`insert into order_lines (id, merchant_id, order_id, position, platform_line_id, sku, name, quantity)
      select id, ${store.merchantId}, ${orderId}, n - 1, 'l-' || (n - 1), ${over.sku ?? 'TEE-1'}, 'A tee', quantity
      from unnest(${lineIds}::uuid[], ${[...quantities]}::int[]) with ordinality as line(id, quantity, n)`,
  ]);
  return { orderId, lineIds };
}

export async function readOrder(ports: DeskPorts, merchantId: string, orderId: string): Promise<LockedOrder> {
  const [order] = await ports.database.transaction((tx) => ports.orderLocks.read(tx, merchantId, [orderId]));
  if (order === undefined) throw new Error(`There is no order ${orderId}.`);
  return order;
}

/** Dispatches an order as it is now. */
export async function dispatchNow(ports: DeskPorts, w: World, orderId: string, over: Partial<DispatchOrderInput> = {}) {
  const { version } = await readOrder(ports, w.merchantId, orderId);
  return dispatchOrder(ports, {
    actor: person('Mei'),
    merchantId: w.merchantId,
    orderId,
    expectedVersion: version,
    warehouseId: w.warehouse.warehouseId,
    shippingChannelId: w.warehouse.channelId,
    ...over,
  });
}

/** The value of a result that has to be one; its refusal is the error's message. */
export function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  return result.value;
}

/** The code of a refusal; `ok` where there is none. */
export const codeOf = (result: Result<unknown>): string => (result.ok ? 'ok' : result.error.code);

export async function stockOf(sql: Sql, w: World): Promise<{ onHand: number; allocated: number }> {
  const [row] = await sql<{ on_hand: number; allocated: number }[]>`
    select on_hand, allocated from inventory where merchant_id = ${w.merchantId} and product_id = ${w.productId}`;
  return { onHand: row?.on_hand ?? 0, allocated: row?.allocated ?? 0 };
}
