import { type SQL, sql } from 'drizzle-orm';
import type {
  ListStock,
  ListStockInput,
  ProductDetail,
  ShowProduct,
  StockCell,
  StockMovement,
  StockRow,
} from '../../core/queries/list-stock.ts';
import type { Drizzle } from '../client.ts';
import { claims } from './claims.ts';
import { decodeKeyset, pageOf, pageSize } from './keyset.ts';
import { productMatches } from './list-products.ts';
import { jsonArray, moment } from './rows.ts';

type RawStock = {
  id: string;
  sku: string;
  name: string;
  barcode: string | null;
  enabled: boolean;
  cells: unknown;
  on_hand: string;
  allocated: string;
  claimed: string;
};

const toStockRow = (raw: RawStock): StockRow => ({
  productId: raw.id,
  sku: raw.sku,
  name: raw.name,
  barcode: raw.barcode,
  enabled: raw.enabled,
  cells: jsonArray<StockCell>(raw.cells),
  onHand: Number(raw.on_hand),
  allocated: Number(raw.allocated),
  available: Number(raw.on_hand) - Number(raw.allocated),
  claimed: Number(raw.claimed),
});

const stockColumns: SQL = sql`p.id, p.sku, p.name, p.enabled,
  (select b.barcode from product_barcodes b where b.merchant_id = p.merchant_id and b.product_id = p.id
    order by b.is_main desc, b.barcode limit 1) as barcode,
  stock.cells, coalesce(stock.on_hand, 0) as on_hand, coalesce(stock.allocated, 0) as allocated,
  coalesce(claim.units, 0) as claimed`;

type Within = ListStockInput['within'];

const isWithin = (within: Within, column: SQL): SQL =>
  within === 'all' ? sql`true` : sql`${column} = any(${sql.param([...within])}::uuid[])`;

const stockOf = (within: Within, warehouseId?: string): SQL => sql`left join lateral (
  select sum(i.on_hand) as on_hand, sum(i.allocated) as allocated,
    coalesce(json_agg(json_build_object('warehouseId', i.warehouse_id, 'onHand', i.on_hand, 'allocated', i.allocated,
      'available', i.on_hand - i.allocated)), '[]') as cells
  from inventory i where i.merchant_id = p.merchant_id and i.product_id = p.id
    and ${isWithin(within, sql`i.warehouse_id`)} ${warehouseId === undefined ? sql`` : sql`and i.warehouse_id = ${warehouseId}::uuid`}
) as stock on true`;

/** Claims are computed for the page's products; for all of them only when the list is cut by what is short. */
export function createListStock(db: Drizzle): ListStock {
  return async (input) => {
    if (input.merchantIds.length === 0) return { rows: [], nextCursor: null };
    const limit = pageSize(input.limit);
    const merchants = sql`${sql.param([...input.merchantIds])}::uuid[]`;
    const conditions: SQL[] = [sql`p.merchant_id = any(${merchants})`];
    const text = input.text?.trim() ?? '';
    if (text !== '') conditions.push(productMatches(text));
    const [sku, id] = decodeKeyset(input.cursor, 2) ?? [];
    if (sku !== undefined) conditions.push(sql`(p.sku, p.id::text) > (${sku}, ${id}::text)`);
    if (input.show === 'in_stock') conditions.push(sql`stock.on_hand > 0`);
    if (input.show === 'short') {
      conditions.push(sql`coalesce(claim.units, 0) > coalesce(stock.on_hand, 0) - coalesce(stock.allocated, 0)`);
    } else if (input.warehouseId !== undefined) conditions.push(sql`stock.on_hand is not null`);
    const needsStock = input.show === 'in_stock' || input.warehouseId !== undefined;
    const claimJoin = sql`left join claim on claim.merchant_id = p.merchant_id and claim.product_id = p.id`;
    const rows = await db.execute<RawStock>(
      input.show === 'short'
        ? // Only what is claimed, or promised beyond what is there, can be short: the rest of the catalogue is not read.
          sql`with claim as materialized (${claims(merchants, null)}),
            suspect as (
              select claim.merchant_id, claim.product_id from claim
              union
              select i.merchant_id, i.product_id from inventory i
              where i.merchant_id = any(${merchants}) and i.allocated > i.on_hand
            )
            select ${stockColumns} from suspect
            join products p on p.merchant_id = suspect.merchant_id and p.id = suspect.product_id
            ${stockOf(input.within, input.warehouseId)} ${claimJoin}
            where ${sql.join(conditions, sql` and `)} order by p.sku, p.id::text limit ${limit + 1}`
        : sql`with page as materialized (
              select p.* from products p ${needsStock ? stockOf(input.within, input.warehouseId) : sql``}
              where ${sql.join(conditions, sql` and `)} order by p.sku, p.id::text limit ${limit + 1}
            ), claim as (${claims(merchants, sql`select page.merchant_id, page.id from page`)})
            select ${stockColumns} from page p ${stockOf(input.within, input.warehouseId)} ${claimJoin} order by p.sku, p.id::text`,
    );
    const page = pageOf(rows, limit, (last) => [last.sku, last.id]);
    return { rows: page.rows.map(toStockRow), nextCursor: page.nextCursor };
  };
}

const shownMovements = 100;

export function createShowProduct(db: Drizzle): ShowProduct {
  return async ({ merchantIds, productId, within }) => {
    const merchants = sql`${sql.param([...merchantIds])}::uuid[]`;
    const [raw] = await db.execute<
      RawStock & { merchant_id: string; picture_url: string | null; barcodes: string[] }
    >(sql`
      with claim as (${claims(merchants, sql`select p.merchant_id, p.id from products p where p.id = ${productId}::uuid`)})
      select ${stockColumns}, p.merchant_id, p.picture_url,
        array(select b.barcode from product_barcodes b where b.merchant_id = p.merchant_id and b.product_id = p.id
          order by b.is_main desc, b.barcode) as barcodes
      from products p ${stockOf(within)}
      left join claim on claim.merchant_id = p.merchant_id and claim.product_id = p.id
      where p.merchant_id = any(${merchants}) and p.id = ${productId}::uuid`);
    if (raw === undefined) return null;
    const row = toStockRow(raw);
    const [warehouses, mappings, movements] = await Promise.all([
      readWarehouses(db, raw.merchant_id, row, within),
      readMappings(db, raw.merchant_id, productId),
      readMovements(db, raw.merchant_id, productId, within),
    ]);
    return {
      row,
      merchantId: raw.merchant_id,
      pictureUrl: raw.picture_url,
      barcodes: raw.barcodes,
      warehouses,
      mappings,
      movements,
    };
  };
}

async function readWarehouses(
  db: Drizzle,
  merchantId: string,
  row: StockRow,
  within: Within,
): Promise<ProductDetail['warehouses']> {
  const rows = await db.execute<{ id: string; name: string }>(sql`
    select w.id, w.name from warehouses w
    where ${isWithin(within, sql`w.id`)} and (
      exists (select 1 from services s
        where s.merchant_id = ${merchantId}::uuid and s.warehouse_id = w.id and s.enabled and w.enabled)
      or w.id = any(${sql.param(row.cells.map((cell) => cell.warehouseId))}::uuid[]))
    order by w.name`);
  return rows.map((warehouse) => ({
    id: warehouse.id,
    name: warehouse.name,
    cell: row.cells.find((cell) => cell.warehouseId === warehouse.id) ?? {
      warehouseId: warehouse.id,
      onHand: 0,
      allocated: 0,
      available: 0,
    },
  }));
}

async function readMappings(db: Drizzle, merchantId: string, productId: string): Promise<ProductDetail['mappings']> {
  const rows = await db.execute<{
    store_id: string;
    store_name: string;
    key_kind: string;
    key: string;
    quantity: number;
  }>(sql`
    select st.id as store_id, st.name as store_name, m.key_kind, m.key, c.quantity
    from mapping_components c
    join sku_mappings m on m.merchant_id = c.merchant_id and m.id = c.mapping_id and m.superseded_at is null
    join stores st on st.merchant_id = m.merchant_id and st.id = m.store_id and st.deleted_at is null
    where c.merchant_id = ${merchantId}::uuid and c.product_id = ${productId}::uuid
    order by st.name, m.key`);
  return rows.map((mapping) => ({
    storeId: mapping.store_id,
    storeName: mapping.store_name,
    keyKind: mapping.key_kind,
    key: mapping.key,
    quantity: mapping.quantity,
  }));
}

async function readMovements(
  db: Drizzle,
  merchantId: string,
  productId: string,
  within: Within,
): Promise<StockMovement[]> {
  const rows = await db.execute<{
    id: string;
    at: string;
    kind: StockMovement['kind'];
    warehouse_name: string;
    on_hand_delta: number;
    allocated_delta: number;
    outbound_order_id: string | null;
    outbound_number: string | null;
    actor_name: string;
    via: string;
    note: string | null;
  }>(sql`
    select g.id, g.at, g.kind, w.name as warehouse_name, g.on_hand_delta, g.allocated_delta, g.outbound_order_id,
      o.number as outbound_number, g.actor_name, g.via, g.note
    from inventory_ledger g join warehouses w on w.id = g.warehouse_id
    left join outbound_orders o on o.merchant_id = g.merchant_id and o.id = g.outbound_order_id
    where g.merchant_id = ${merchantId}::uuid and g.product_id = ${productId}::uuid
      and ${isWithin(within, sql`g.warehouse_id`)}
    order by g.at desc, g.id desc limit ${shownMovements}`);
  return rows.map((row) => ({
    id: row.id,
    at: moment(row.at),
    kind: row.kind,
    warehouseName: row.warehouse_name,
    onHandDelta: row.on_hand_delta,
    allocatedDelta: row.allocated_delta,
    outboundOrderId: row.outbound_order_id,
    outboundNumber: row.outbound_number === null ? null : Number(row.outbound_number),
    actorName: row.actor_name,
    via: row.via,
    note: row.note,
  }));
}
