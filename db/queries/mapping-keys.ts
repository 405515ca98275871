import { type SQL, sql } from 'drizzle-orm';

/**
 * The key by which a line finds its recipe, as `core/order/line-key.ts` has it; SQL over a line `l` and its store's sales
 * channel `sc`.
 */
export const lineKeyKind: SQL = sql`case when sc.match_by = 'barcode' and coalesce(btrim(l.barcode), '') <> '' then 'barcode'
  when coalesce(btrim(l.sku), '') <> '' then 'sku' else 'product' end`;
export const lineKey: SQL = sql`case when sc.match_by = 'barcode' and coalesce(btrim(l.barcode), '') <> '' then btrim(l.barcode)
  when coalesce(btrim(l.sku), '') <> '' then btrim(l.sku) else btrim(l.platform_product_id) end`;

/** What a hold `h` waits for: its subject is the key, its detail says of which kind and the product's name. */
export const holdKeyKind: SQL = sql`h.detail->>'keyKind'`;

/** Holds that a mapping cures. A line without any key has no kind: only its platform can repair it. */
export const isMappingHold: SQL = sql`h.code in ('sku_unmapped', 'sku_missing') and h.closed_at is null
  and h.detail->>'keyKind' is not null`;

/** Typed lines that are several keys; null when the text is one line. */
export function keyLines(text: string): readonly string[] | null {
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return lines.length > 1 ? lines : null;
}

/** `[{ productId, sku, name, quantity, enabled }]` of the mapping `m`. */
export const components: SQL = sql`select coalesce(json_agg(json_build_object('productId', p.id, 'sku', p.sku,
    'name', p.name, 'quantity', c.quantity, 'enabled', p.enabled) order by p.sku), '[]')
  from mapping_components c join products p on p.merchant_id = c.merchant_id and p.id = c.product_id
  where c.merchant_id = m.merchant_id and c.mapping_id = m.id`;
