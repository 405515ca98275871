import { sql } from 'drizzle-orm';
import type { ProductRecord, ProductRepository } from '../../core/ports/catalog.ts';
import type { Tx } from '../../core/ports/database.ts';
import { unwrap } from '../database.ts';
import { saving, textArray, uuidArray } from './saving.ts';

type RawProduct = {
  id: string;
  sku: string;
  name: string;
  picture_url: string | null;
  enabled: boolean;
  barcodes: string[];
};

export function createProductRepository(): ProductRepository {
  return {
    findProducts: (tx, merchantId, ids) => readProducts(tx, merchantId, 'id', ids),
    findBySku: (tx, merchantId, skus) => readProducts(tx, merchantId, 'sku', skus),

    async findCodes(tx, merchantId, codes) {
      const rows = await unwrap(tx).execute<{ code: string; product_id: string; sku: string }>(sql`
        select p.sku as code, p.id as product_id, p.sku from products p
        where p.merchant_id = ${merchantId}::uuid and p.sku = any(${textArray(codes)})
        union all
        select b.barcode, p.id, p.sku from product_barcodes b
        join products p on p.merchant_id = b.merchant_id and p.id = b.product_id
        where b.merchant_id = ${merchantId}::uuid and b.barcode = any(${textArray(codes)})`);
      return rows.map((row) => ({ code: row.code, productId: row.product_id, sku: row.sku }));
    },

    saveProducts(tx, merchantId, products) {
      const rows = products.map((product) => ({
        id: product.id,
        sku: product.sku,
        name: product.name,
        picture_url: product.pictureUrl,
        enabled: product.enabled,
      }));
      const barcodes = products.flatMap((product) =>
        product.barcodes.map((barcode, place) => ({ barcode, product_id: product.id, is_main: place === 0 })),
      );
      return saving(tx, async (savepoint) => {
        await savepoint.execute(sql`
          insert into products (merchant_id, id, sku, name, picture_url, enabled)
          select ${merchantId}::uuid, r.id, r.sku, r.name, r.picture_url, r.enabled
          from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb)
            as r(id uuid, sku text, name text, picture_url text, enabled boolean)
          order by r.id
          on conflict (merchant_id, id) do update set sku = excluded.sku, name = excluded.name,
            picture_url = excluded.picture_url, enabled = excluded.enabled`);
        await savepoint.execute(sql`
          delete from product_barcodes
          where merchant_id = ${merchantId}::uuid and product_id = any(${uuidArray(products.map((one) => one.id))})`);
        if (barcodes.length === 0) return;
        await savepoint.execute(sql`
          insert into product_barcodes (merchant_id, barcode, product_id, is_main)
          select ${merchantId}::uuid, r.barcode, r.product_id, r.is_main
          from jsonb_to_recordset(${JSON.stringify(barcodes)}::text::jsonb)
            as r(barcode text, product_id uuid, is_main boolean)
          order by r.barcode`);
      });
    },

    async findWarehousesByCode(tx, merchantId, codes) {
      const rows = await unwrap(tx).execute<{ id: string; code: string; is_served: boolean }>(sql`
        select w.id, w.code, exists (select 1 from services s
          where s.merchant_id = ${merchantId}::uuid and s.warehouse_id = w.id and s.enabled) as is_served
        from warehouses w where w.code = any(${textArray(codes)})`);
      return rows.map((row) => ({ id: row.id, code: row.code, isServed: row.is_served }));
    },
  };
}

async function readProducts(
  tx: Tx,
  merchantId: string,
  by: 'id' | 'sku',
  values: readonly string[],
): Promise<ProductRecord[]> {
  if (values.length === 0) return [];
  const isWanted = by === 'id' ? sql`p.id = any(${uuidArray(values)})` : sql`p.sku = any(${textArray(values)})`;
  const rows = await unwrap(tx).execute<RawProduct>(sql`
    select p.id, p.sku, p.name, p.picture_url, p.enabled,
      array(select b.barcode from product_barcodes b where b.merchant_id = p.merchant_id and b.product_id = p.id
        order by b.is_main desc, b.barcode) as barcodes
    from products p where p.merchant_id = ${merchantId}::uuid and ${isWanted}
    order by p.id for no key update of p`);
  return rows.map((row) => ({
    id: row.id,
    merchantId,
    sku: row.sku,
    name: row.name,
    pictureUrl: row.picture_url,
    enabled: row.enabled,
    barcodes: row.barcodes,
  }));
}
