import { type SQL, sql } from 'drizzle-orm';
import type {
  ExportMappings,
  ListMappingStores,
  ListMappings,
  MappingComponentRow,
  MappingKeyKind,
  MappingRow,
} from '../../core/queries/list-mappings.ts';
import type { Drizzle } from '../client.ts';
import { decodeKeyset, pageOf, pageSize } from './keyset.ts';
import { components, holdKeyKind, isMappingHold, keyLines } from './mapping-keys.ts';
import { containing, jsonArray, moment, momentOrNull } from './rows.ts';

export type RawMapping = {
  store_id: string;
  key_kind: MappingKeyKind;
  key: string;
  name: string;
  held: string;
  listed: boolean;
  mapping_id: string | null;
  version: number | null;
  created_by: string | null;
  created_at: string | null;
  components: unknown;
};

export const toMappingRow = (raw: RawMapping): MappingRow => ({
  storeId: raw.store_id,
  keyKind: raw.key_kind,
  key: raw.key,
  name: raw.name,
  mapping:
    raw.mapping_id === null || raw.created_at === null
      ? null
      : {
          id: raw.mapping_id,
          version: raw.version ?? 1,
          createdBy: raw.created_by ?? '',
          createdAt: moment(raw.created_at),
          components: jsonArray<MappingComponentRow>(raw.components),
        },
  heldOrders: Number(raw.held),
  listed: raw.listed,
});

/**
 * `keys(merchant_id, store_id, key_kind, key, held, held_name, listing_name, mapping_id)`: every key that the store's open
 * holds, its listings or its current mappings know; of one key only, where it is given.
 */
export const keysOfStore = (merchantIds: readonly string[], storeId: string, key?: string): SQL => {
  const only = (column: SQL): SQL => (key === undefined ? sql`` : sql`and ${column} = ${key}`);
  return sql`
  store as (
    select st.merchant_id, st.id, sc.match_by from stores st
    join sales_channels sc on sc.merchant_id = st.merchant_id and sc.id = st.sales_channel_id
    where st.merchant_id = any(${sql.param([...merchantIds])}::uuid[]) and st.id = ${storeId}::uuid
  ),
  held as (
    select ${holdKeyKind} as key_kind, h.subject as key, count(*) as orders, min(h.detail->>'name') as name
    from store sc join holds h on h.merchant_id = sc.merchant_id and h.store_id = sc.id and ${isMappingHold} ${only(sql`h.subject`)}
    group by 1, 2
  ),
  mapped as (
    select m.key_kind, m.key, m.id from store
    join sku_mappings m on m.merchant_id = store.merchant_id and m.store_id = store.id and m.superseded_at is null
      ${only(sql`m.key`)}
  ),
  listed as (
    select k.key_kind, k.key, max(li.name) as name from store
    join listings li on li.merchant_id = store.merchant_id and li.store_id = store.id
    cross join lateral (select
      case when store.match_by = 'barcode' and coalesce(btrim(li.barcode), '') <> '' then 'barcode'
        when coalesce(btrim(li.sku), '') <> '' then 'sku' else 'product' end as key_kind,
      case when store.match_by = 'barcode' and coalesce(btrim(li.barcode), '') <> '' then btrim(li.barcode)
        when coalesce(btrim(li.sku), '') <> '' then btrim(li.sku) else li.platform_product_id end as key) as k
    where true ${only(sql`k.key`)}
    group by 1, 2
  ),
  keys as (
    select store.merchant_id, store.id as store_id, key_kind, key, coalesce(held.orders, 0) as held, held.name as held_name,
      listed.name as listing_name, mapped.id as mapping_id
    from store cross join (mapped full join held using (key_kind, key) full join listed using (key_kind, key))
  )`;
};

/** The product's name for a row of `keys` called `k`: the listing's, else a waiting order's, else any order's. */
export const keyName: SQL = sql`coalesce(k.listing_name, k.held_name,
  (select l.name from order_lines l where k.key_kind = 'sku' and l.merchant_id = k.merchant_id and l.sku = k.key limit 1),
  '')`;

export function createListMappings(db: Drizzle): ListMappings {
  return async (input) => {
    if (input.merchantIds.length === 0) return { rows: [], nextCursor: null };
    const limit = pageSize(input.limit);
    const conditions: SQL[] = [sql`true`];
    if (input.show === 'bound') conditions.push(sql`k.mapping_id is not null`);
    if (input.show === 'unbound') conditions.push(sql`k.mapping_id is null`);
    const text = input.text?.trim() ?? '';
    const lines = keyLines(text);
    if (lines !== null) conditions.push(sql`k.key = any(${sql.param([...lines])}::text[])`);
    else if (text !== '') {
      const part = containing(text);
      conditions.push(sql`(k.key ilike ${part} or ${keyName} ilike ${part} or exists (
        select 1 from mapping_components c join products p on p.merchant_id = c.merchant_id and p.id = c.product_id
        where c.merchant_id = k.merchant_id and c.mapping_id = k.mapping_id and p.sku ilike ${part}))`);
    }
    const [held, key, kind] = decodeKeyset(input.cursor, 3) ?? [];
    if (held !== undefined && /^\d{1,18}$/.test(held)) {
      conditions.push(
        sql`(k.held < ${held}::bigint or (k.held = ${held}::bigint and (k.key, k.key_kind) > (${key}::text, ${kind}::text)))`,
      );
    }
    const rows = await db.execute<RawMapping>(sql`
      with ${keysOfStore(input.merchantIds, input.storeId)},
      page as (
        select k.*, ${keyName} as name from keys k where ${sql.join(conditions, sql` and `)}
        order by k.held desc, k.key, k.key_kind limit ${limit + 1}
      )
      select page.store_id, page.key_kind, page.key, page.name, page.held, page.listing_name is not null as listed,
        m.id as mapping_id, m.version, m.created_by, m.created_at, (${components}) as components
      from page left join sku_mappings m on m.merchant_id = page.merchant_id and m.id = page.mapping_id
      order by page.held desc, page.key, page.key_kind`);
    const page = pageOf(rows, limit, (last) => [last.held, last.key, last.key_kind]);
    return { rows: page.rows.map(toMappingRow), nextCursor: page.nextCursor };
  };
}

export function createListMappingStores(db: Drizzle): ListMappingStores {
  return async ({ merchantIds }) => {
    const rows = await db.execute<{
      store_id: string;
      name: string;
      platform: string;
      status: 'enabled' | 'disabled';
      authorization_status: string;
      bound: string;
      unbound: string;
      held: string;
      listings_at: string | null;
    }>(sql`
      select sc.id as store_id, sc.name, sc.platform, sc.status, a.status as authorization_status,
        (select count(*) from sku_mappings m
          where m.merchant_id = sc.merchant_id and m.store_id = sc.id and m.superseded_at is null) as bound,
        (select count(*) from (
          select ${holdKeyKind} as key_kind, h.subject as key from holds h
            where h.merchant_id = sc.merchant_id and h.store_id = sc.id and ${isMappingHold}
          union
          select case when coalesce(btrim(li.sku), '') <> '' then 'sku' else 'product' end,
            coalesce(nullif(btrim(li.sku), ''), li.platform_product_id)
            from listings li where li.merchant_id = sc.merchant_id and li.store_id = sc.id and sc.match_by = 'sku'
          except
          select m.key_kind, m.key from sku_mappings m
            where m.merchant_id = sc.merchant_id and m.store_id = sc.id and m.superseded_at is null
        ) as open_keys) as unbound,
        (select count(distinct h.order_id) from holds h
          where h.merchant_id = sc.merchant_id and h.store_id = sc.id and ${isMappingHold}) as held,
        (select max(li.seen_at) from listings li where li.merchant_id = sc.merchant_id and li.store_id = sc.id) as listings_at
      from (
        select st.*, c.match_by from stores st
        join sales_channels c on c.merchant_id = st.merchant_id and c.id = st.sales_channel_id
        where st.merchant_id = any(${sql.param([...merchantIds])}::uuid[]) and st.deleted_at is null
      ) as sc
      join authorizations a on a.merchant_id = sc.merchant_id and a.id = sc.authorization_id
      order by held desc, sc.name`);
    return rows.map((row) => ({
      storeId: row.store_id,
      name: row.name,
      platform: row.platform,
      status: row.status,
      authorizationStatus: row.authorization_status,
      bound: Number(row.bound),
      unbound: Number(row.unbound),
      heldOrders: Number(row.held),
      listingsAt: momentOrNull(row.listings_at),
    }));
  };
}

/** Rows read at a time, so that an export of any size keeps memory flat. */
const exportBatch = 1_000;

export function createExportMappings(db: Drizzle): ExportMappings {
  return async function* ({ merchantIds, storeId }) {
    let after = { store: '', mapping: '', sku: '' };
    for (;;) {
      const rows = await db.execute<{
        store: string;
        key_kind: MappingKeyKind;
        key: string;
        warehouse_sku: string;
        quantity: number;
        place: string;
        mapping_id: string;
      }>(sql`
        select st.name as store, m.key_kind, m.key, p.sku as warehouse_sku, c.quantity,
          st.name || st.id::text as place, m.id as mapping_id
        from stores st
        join sku_mappings m on m.merchant_id = st.merchant_id and m.store_id = st.id and m.superseded_at is null
        join mapping_components c on c.merchant_id = m.merchant_id and c.mapping_id = m.id
        join products p on p.merchant_id = c.merchant_id and p.id = c.product_id
        where st.merchant_id = any(${sql.param([...merchantIds])}::uuid[]) and st.deleted_at is null
          and (${storeId ?? null}::uuid is null or st.id = ${storeId ?? null}::uuid)
          and (st.name || st.id::text, m.id::text, p.sku) > (${after.store}, ${after.mapping}, ${after.sku})
        order by st.name || st.id::text, m.id::text, p.sku limit ${exportBatch}`);
      const last = rows.at(-1);
      if (last === undefined) return;
      yield rows.map((row) => ({
        store: row.store,
        keyKind: row.key_kind,
        key: row.key,
        warehouseSku: row.warehouse_sku,
        quantity: row.quantity,
      }));
      if (rows.length < exportBatch) return;
      after = { store: last.place, mapping: last.mapping_id, sku: last.warehouse_sku };
    }
  };
}
