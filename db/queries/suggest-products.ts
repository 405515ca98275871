import { type SQL, sql } from 'drizzle-orm';
import type { ProductSuggestion, SuggestProducts } from '../../core/queries/suggest-products.ts';
import type { Drizzle } from '../client.ts';
import { containing } from './rows.ts';

const maxSuggestions = 20;
/** Below this, names have hardly more in common than their language. */
const minLikeness = 0.2;
/** A likeness of names says less than the same likeness of codes: many products share most of a name. */
const nameWeight = 0.8;
const textLimit = 200;

export function createSuggestProducts(db: Drizzle): SuggestProducts {
  return async (input) => {
    const typed = input.text?.trim().slice(0, textLimit) ?? '';
    // Typed text stands for code, barcode and name at once; without it the platform's facts stand for themselves.
    const code = typed === '' ? (input.platformSku?.trim() ?? '') : typed;
    const barcode = typed === '' ? (input.platformBarcode?.trim() ?? '') : typed;
    const name = typed === '' ? (input.platformName?.trim().slice(0, textLimit) ?? '') : typed;
    const likeness: SQL = sql`greatest(
      similarity(p.sku, ${code}), word_similarity(${code}, p.name) * ${typed === '' ? 0 : nameWeight}::float8,
      similarity(p.name, ${name}) * ${nameWeight}::float8)`;
    // With nothing known every product is as good: the list opens with the first of them.
    const anything = code === '' && barcode === '' && name === '';
    const contains =
      typed === '' ? sql`false` : sql`(p.sku ilike ${containing(typed)} or p.name ilike ${containing(typed)})`;
    const rows = await db.execute<{
      id: string;
      sku: string;
      name: string;
      main_barcode: string | null;
      available: string;
      match: ProductSuggestion['match'];
    }>(sql`
      with found as (
        select p.merchant_id, p.id, p.sku, p.name, ${likeness} as likeness, ${contains} as contains,
          case when ${code} <> '' and p.sku = ${code} then 0 when ${code} <> '' and lower(p.sku) = lower(${code}) then 1
            when b.barcode is not null then 2 else 3 end as rank
        from products p
        left join product_barcodes b on ${barcode} <> '' and b.merchant_id = p.merchant_id
          and b.product_id = p.id and b.barcode = ${barcode}
        where p.merchant_id = ${input.merchantId}::uuid and p.enabled
      ), ranked as (
        select * from found where rank < 3 or contains or likeness >= ${minLikeness}::float8 or ${anything}::boolean
        order by rank, contains desc, likeness desc, sku
        limit ${Math.min(Math.max(input.limit ?? maxSuggestions, 1), maxSuggestions)}
      )
      select r.id, r.sku, r.name,
        (select b.barcode from product_barcodes b where b.merchant_id = r.merchant_id and b.product_id = r.id
          order by b.is_main desc, b.barcode limit 1) as main_barcode,
        (select coalesce(sum(i.on_hand - i.allocated), 0) from inventory i
          where i.merchant_id = r.merchant_id and i.product_id = r.id) as available,
        case when r.rank < 2 then 'sku' when r.rank = 2 then 'barcode' else 'similar' end as match
      from ranked r order by r.rank, r.contains desc, r.likeness desc, r.sku`);
    return rows.map((row) => ({
      productId: row.id,
      sku: row.sku,
      name: row.name,
      mainBarcode: row.main_barcode,
      available: Number(row.available),
      match: row.match,
    }));
  };
}
