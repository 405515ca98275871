import { type SQL, sql } from 'drizzle-orm';
import type { ProductSuggestion, SuggestProducts } from '../../core/queries/suggest-products.ts';
import type { Drizzle } from '../client.ts';
import { containing, startingWith } from './rows.ts';

const maxSuggestions = 20;
/** Looked at in each way of being alike: the most alike of a name that half the catalogue shares are found by their code. */
const candidateLimit = 200;
const ranks = { exactSku: 0, sku: 1, barcode: 2, contains: 3, alike: 4 };
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
    const limit = Math.min(Math.max(input.limit ?? maxSuggestions, 1), maxSuggestions);
    const hint = { merchantId: input.merchantId, code, barcode, name, typed };
    // Typed text that is a part of enough codes or names needs no likeness, which is the dearer look.
    const exact = typed === '' ? [] : await read(db, hint, { limit, withAlike: false });
    const rows = exact.length === limit ? exact : await read(db, hint, { limit, withAlike: true });
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

/**
 * One indexed look-up for each reason to offer a product. Likeness goes by the trigram index; its threshold is the
 * extension's own (0.3). Without any hint the catalogue's first ones are as good as others.
 */
function candidates(hint: Hint, withAlike: boolean): SQL[] {
  const products = sql`products p where p.merchant_id = ${hint.merchantId}::uuid and p.enabled`;
  const found: SQL[] = [];
  const look = (rank: number, condition: SQL): void => {
    found.push(sql`(select p.id, ${rank}::int as rank from ${products} and ${condition} limit ${candidateLimit})`);
  };
  if (hint.code !== '') {
    look(ranks.exactSku, sql`p.sku = ${hint.code}`);
    look(ranks.sku, sql`p.sku ilike ${startingWith(hint.code)} and lower(p.sku) = lower(${hint.code})`);
    if (withAlike) look(ranks.alike, sql`p.sku % ${hint.code}::text`);
  }
  if (hint.barcode !== '') {
    found.push(sql`(select b.product_id as id, ${ranks.barcode}::int as rank from product_barcodes b
      where b.merchant_id = ${hint.merchantId}::uuid and b.barcode = ${hint.barcode})`);
  }
  if (withAlike && hint.name !== '') look(ranks.alike, sql`p.name % ${hint.name}::text`);
  if (hint.typed !== '') {
    look(ranks.contains, sql`p.sku ilike ${containing(hint.typed)}`);
    look(ranks.contains, sql`p.name ilike ${containing(hint.typed)}`);
  }
  if (found.length === 0)
    found.push(sql`(select p.id, ${ranks.alike}::int as rank from ${products} order by p.sku limit ${maxSuggestions})`);
  return found;
}

interface Hint {
  readonly merchantId: string;
  readonly code: string;
  readonly barcode: string;
  readonly name: string;
  readonly typed: string;
}

type RawSuggestion = {
  id: string;
  sku: string;
  name: string;
  main_barcode: string | null;
  available: string;
  match: ProductSuggestion['match'];
};

const read = (
  db: Drizzle,
  hint: Hint,
  { limit, withAlike }: { readonly limit: number; readonly withAlike: boolean },
): Promise<readonly RawSuggestion[]> =>
  db.execute<RawSuggestion>(sql`
      with candidate as (
        ${sql.join(candidates(hint, withAlike), sql` union all `)}
      ), ranked as (
        select p.merchant_id, p.id, p.sku, p.name, min(c.rank) as rank,
          greatest(similarity(p.sku, ${hint.code}), similarity(p.name, ${hint.name}) * ${nameWeight}::float8) as likeness
        from candidate c join products p on p.merchant_id = ${hint.merchantId}::uuid and p.id = c.id and p.enabled
        group by p.merchant_id, p.id, p.sku, p.name
        order by min(c.rank), 6 desc, p.sku limit ${limit}
      )
      select r.id, r.sku, r.name,
        (select b.barcode from product_barcodes b where b.merchant_id = r.merchant_id and b.product_id = r.id
          order by b.is_main desc, b.barcode limit 1) as main_barcode,
        (select coalesce(sum(i.on_hand - i.allocated), 0) from inventory i
          where i.merchant_id = r.merchant_id and i.product_id = r.id) as available,
        case when r.rank < ${ranks.barcode} then 'sku' when r.rank = ${ranks.barcode} then 'barcode' else 'similar' end as match
      from ranked r order by r.rank, r.likeness desc, r.sku`);
