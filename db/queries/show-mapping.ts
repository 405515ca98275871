import { sql } from 'drizzle-orm';
import type {
  MappingComponentRow,
  MappingDetail,
  MappingVersion,
  ShowMapping,
} from '../../core/queries/list-mappings.ts';
import type { Drizzle } from '../client.ts';
import { keyName, keysOfStore, type RawMapping, toMappingRow } from './list-mappings.ts';
import { components, isMappingHold } from './mapping-keys.ts';
import { jsonArray, moment, momentOrNull } from './rows.ts';

/** Waiting orders that the page lists; the count says how many there are. */
const shownOrders = 50;

export function createShowMapping(db: Drizzle): ShowMapping {
  return async ({ merchantIds, storeId, keyKind, key }) => {
    const [raw] = await db.execute<
      RawMapping & {
        merchant_id: string;
        store_name: string;
        platform: string;
        picture_url: string | null;
        barcode: string | null;
      }
    >(sql`
      with ${keysOfStore(merchantIds, storeId, key)}
      select k.merchant_id, k.store_id, k.key_kind, k.key, ${keyName} as name, k.held,
        k.listing_name is not null as listed, m.id as mapping_id, m.version, m.created_by, m.created_at,
        (${components}) as components, st.name as store_name, st.platform, facts.picture_url, facts.barcode
      from keys k
      join stores st on st.merchant_id = k.merchant_id and st.id = k.store_id
      left join sku_mappings m on m.merchant_id = k.merchant_id and m.id = k.mapping_id
      left join lateral (
        select li.picture_url, li.barcode from listings li
        where li.merchant_id = k.merchant_id and li.store_id = k.store_id
          and case k.key_kind when 'sku' then btrim(li.sku) when 'barcode' then btrim(li.barcode) else li.platform_product_id end = k.key
        union all
        select l.picture_url, l.barcode from order_lines l
        where k.key_kind = 'sku' and l.merchant_id = k.merchant_id and l.sku = k.key
        limit 1
      ) as facts on true
      where k.key_kind = ${keyKind} and k.key = ${key}`);
    if (raw === undefined) return null;
    const [versions, waiting] = await Promise.all([
      readVersions(db, raw.merchant_id, storeId, keyKind, key),
      readWaiting(db, raw.merchant_id, storeId, keyKind, key),
    ]);
    return {
      ...toMappingRow(raw),
      merchantId: raw.merchant_id,
      storeName: raw.store_name,
      platform: raw.platform,
      pictureUrl: raw.picture_url,
      barcode: raw.barcode,
      versions,
      waiting,
    } satisfies MappingDetail;
  };
}

async function readVersions(
  db: Drizzle,
  merchantId: string,
  storeId: string,
  keyKind: string,
  key: string,
): Promise<MappingVersion[]> {
  const rows = await db.execute<{
    id: string;
    version: number;
    created_by: string;
    created_at: string;
    superseded_at: string | null;
    components: unknown;
  }>(sql`
    select m.id, m.version, m.created_by, m.created_at, m.superseded_at, (${components}) as components
    from sku_mappings m
    where m.merchant_id = ${merchantId}::uuid and m.store_id = ${storeId}::uuid and m.key_kind = ${keyKind}
      and m.key = ${key}
    order by m.version desc`);
  return rows.map((row) => ({
    id: row.id,
    version: row.version,
    createdBy: row.created_by,
    createdAt: moment(row.created_at),
    supersededAt: momentOrNull(row.superseded_at),
    components: jsonArray<MappingComponentRow>(row.components),
  }));
}

async function readWaiting(
  db: Drizzle,
  merchantId: string,
  storeId: string,
  keyKind: string,
  key: string,
): Promise<MappingDetail['waiting']> {
  const rows = await db.execute<{
    order_id: string;
    number: string;
    status: string;
    ordered_at: string;
    ship_by: string | null;
    quantity: string;
    other_holds: number;
  }>(sql`
    select o.id as order_id, o.platform_order_number as number, o.status, o.ordered_at, o.ship_by,
      o.open_hold_count - 1 as other_holds,
      (select coalesce(sum(l.quantity - l.quantity_cancelled), 0) from order_lines l
        where l.merchant_id = o.merchant_id and l.order_id = o.id and l.removed_at is null
          and ${key} in (btrim(l.sku), btrim(l.barcode), l.platform_product_id)) as quantity
    from holds h join orders o on o.merchant_id = h.merchant_id and o.id = h.order_id
    where h.merchant_id = ${merchantId}::uuid and h.store_id = ${storeId}::uuid
      and h.subject = ${key} and h.detail->>'keyKind' = ${keyKind} and ${isMappingHold}
    order by o.ship_by nulls last, o.ordered_at, o.id limit ${shownOrders}`);
  return rows.map((row) => ({
    orderId: row.order_id,
    number: row.number,
    status: row.status,
    orderedAt: moment(row.ordered_at),
    shipBy: momentOrNull(row.ship_by),
    quantity: Number(row.quantity),
    otherHolds: row.other_holds,
  }));
}
