import { sql } from 'drizzle-orm';
import type { KeyKind } from '../../core/order/line-key.ts';
import type { MappingKeyRepository } from '../../core/ports/catalog.ts';
import { unwrap } from '../database.ts';
import { keysOfStore } from '../queries/list-mappings.ts';

export function createMappingKeyRepository(): MappingKeyRepository {
  return {
    async stores(tx, merchantId) {
      const rows = await unwrap(tx).execute<{ id: string; name: string; platform: string }>(sql`
        select id, name, platform from stores where merchant_id = ${merchantId}::uuid and deleted_at is null order by id`);
      return rows.map(({ id, name, platform }) => ({ id, name, platform }));
    },

    async matchable(tx, merchantId, storeId, limit) {
      const rows = await unwrap(tx).execute<{ key_kind: KeyKind; key: string; product_id: string }>(sql`
        with ${keysOfStore([merchantId], storeId)}
        select k.key_kind, k.key, coalesce(p.id, b.product_id) as product_id
        from keys k
        left join products p on k.key_kind = 'sku' and p.merchant_id = k.merchant_id and p.sku = k.key and p.enabled
        left join product_barcodes b on k.key_kind = 'barcode' and b.merchant_id = k.merchant_id and b.barcode = k.key
          and exists (select 1 from products o where o.merchant_id = b.merchant_id and o.id = b.product_id and o.enabled)
        where k.mapping_id is null and coalesce(p.id, b.product_id) is not null
        order by k.held desc, k.key limit ${limit}`);
      return rows.map((row) => ({ key: { kind: row.key_kind, key: row.key }, productId: row.product_id }));
    },

    async countUnbound(tx, merchantId, storeId) {
      const [row] = await unwrap(tx).execute<{ count: string }>(sql`
        with ${keysOfStore([merchantId], storeId)} select count(*) as count from keys k where k.mapping_id is null`);
      return Number(row?.count ?? 0);
    },
  };
}
