import { type SQL, sql } from 'drizzle-orm';
import type { MappingKeyKind } from '../../core/queries/list-mappings.ts';
import type { ListUnmapped } from '../../core/queries/list-unmapped.ts';
import type { Drizzle } from '../client.ts';
import { holdKeyKind, isMappingHold, keyLines } from './mapping-keys.ts';
import { containing, moment } from './rows.ts';

const defaultLimit = 100;
const maxLimit = 500;

export function createListUnmapped(db: Drizzle): ListUnmapped {
  return async (input) => {
    if (input.merchantIds.length === 0) return { rows: [], total: 0, heldOrders: 0 };
    const limit = Math.min(Math.max(input.limit ?? defaultLimit, 1), maxLimit);
    const conditions: SQL[] = [sql`true`];
    if (input.storeId !== undefined) conditions.push(sql`g.store_id = ${input.storeId}::uuid`);
    const text = input.text?.trim() ?? '';
    const lines = keyLines(text);
    if (lines !== null) conditions.push(sql`g.key = any(${sql.param([...lines])}::text[])`);
    else if (text !== '') conditions.push(sql`(g.key ilike ${containing(text)} or g.name ilike ${containing(text)})`);
    const storeId = input.storeId ?? null;
    const rows = await db.execute<{
      merchant_id: string;
      store_id: string;
      store_name: string;
      platform: string;
      key_kind: MappingKeyKind;
      key: string;
      platform_sku: string | null;
      name: string;
      orders: string;
      oldest_at: string;
      total: string;
      held_orders: string;
    }>(sql`
      with grouped as (
        select sc.merchant_id, sc.id as store_id, sc.name as store_name, sc.platform, ${holdKeyKind} as key_kind,
          h.subject as key, count(*) as orders, min(h.opened_at) as oldest_at, min(h.detail->>'name') as name
        from stores sc
        join holds h on h.merchant_id = sc.merchant_id and h.store_id = sc.id and ${isMappingHold}
        where sc.merchant_id = any(${sql.param([...input.merchantIds])}::uuid[])
        group by sc.merchant_id, sc.id, sc.name, sc.platform, 5, h.subject
      ), page as (
        select g.*, count(*) over () as total
        from grouped g where ${sql.join(conditions, sql` and `)}
        order by orders desc, oldest_at, key limit ${limit}
      )
      select g.merchant_id, g.store_id, g.store_name, g.platform, g.key_kind, g.key, g.orders, g.oldest_at, g.total, coalesce(g.name, '') as name,
        (select count(distinct h.order_id) from holds h where h.merchant_id = any(${sql.param([...input.merchantIds])}::uuid[])
          and (${storeId}::uuid is null or h.store_id = ${storeId}::uuid) and ${isMappingHold}) as held_orders,
        case when g.key_kind = 'product' then null else g.key end as platform_sku
      from page g order by g.orders desc, g.oldest_at, g.key`);
    return {
      rows: rows.map((row) => ({
        merchantId: row.merchant_id,
        storeId: row.store_id,
        storeName: row.store_name,
        platform: row.platform,
        keyKind: row.key_kind,
        key: row.key,
        platformSku: row.platform_sku,
        name: row.name,
        heldOrders: Number(row.orders),
        oldestAt: moment(row.oldest_at),
      })),
      total: Number(rows[0]?.total ?? 0),
      heldOrders: Number(rows[0]?.held_orders ?? 0),
    };
  };
}
