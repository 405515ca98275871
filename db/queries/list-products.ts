import { type SQL, sql } from 'drizzle-orm';
import type { ListProducts } from '../../core/queries/list-products.ts';
import type { Drizzle } from '../client.ts';
import { decodeKeyset, pageOf, pageSize } from './keyset.ts';
import { containing, moment } from './rows.ts';

/** Products whose code, name or a whole barcode is what was typed; `p` is the product. */
export const productMatches = (
  text: string,
): SQL => sql`(p.sku ilike ${containing(text)} or p.name ilike ${containing(text)}
  or exists (select 1 from product_barcodes b
    where b.merchant_id = p.merchant_id and b.product_id = p.id and b.barcode = ${text}))`;

export function createListProducts(db: Drizzle): ListProducts {
  return async (input) => {
    const limit = pageSize(input.limit);
    const conditions: SQL[] = [sql`p.merchant_id = any(${sql.param([...input.merchantIds])}::uuid[])`];
    const text = input.text?.trim() ?? '';
    if (text !== '') conditions.push(productMatches(text));
    if (input.enabled !== undefined) conditions.push(sql`p.enabled = ${input.enabled}`);
    const [sku, id] = decodeKeyset(input.cursor, 2) ?? [];
    if (sku !== undefined) conditions.push(sql`(p.sku, p.id::text) > (${sku}, ${id}::text)`);
    const rows = await db.execute<{
      id: string;
      sku: string;
      name: string;
      picture_url: string | null;
      enabled: boolean;
      created_at: string;
      barcodes: string[];
      on_hand: string;
      available: string;
      mapped: string;
    }>(sql`
      with page as (
        select p.* from products p where ${sql.join(conditions, sql` and `)}
        order by p.sku, p.id::text limit ${limit + 1}
      )
      select p.id, p.sku, p.name, p.picture_url, p.enabled, p.created_at,
        array(select b.barcode from product_barcodes b where b.merchant_id = p.merchant_id and b.product_id = p.id
          order by b.is_main desc, b.barcode) as barcodes,
        coalesce(stock.on_hand, 0) as on_hand, coalesce(stock.available, 0) as available,
        (select count(*) from mapping_components c
          join sku_mappings m on m.merchant_id = c.merchant_id and m.id = c.mapping_id and m.superseded_at is null
          where c.merchant_id = p.merchant_id and c.product_id = p.id) as mapped
      from page p
      left join lateral (select sum(i.on_hand) as on_hand, sum(i.on_hand - i.allocated) as available from inventory i
        where i.merchant_id = p.merchant_id and i.product_id = p.id) as stock on true
      order by p.sku, p.id::text`);
    const page = pageOf(rows, limit, (last) => [last.sku, last.id]);
    return {
      rows: page.rows.map((row) => ({
        id: row.id,
        sku: row.sku,
        name: row.name,
        pictureUrl: row.picture_url,
        enabled: row.enabled,
        barcodes: row.barcodes,
        onHand: Number(row.on_hand),
        available: Number(row.available),
        mappedKeys: Number(row.mapped),
        createdAt: moment(row.created_at),
      })),
      nextCursor: page.nextCursor,
    };
  };
}
