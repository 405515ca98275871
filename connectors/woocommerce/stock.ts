import type { z } from 'zod';
import type { ConnectorSession, Product } from '../../core/ports/connector.ts';
import { createClient, type StoreClient } from './client.ts';
import { plainText } from './plain-text.ts';
import { product as productSchema } from './wire.ts';

const productsPerPage = 100;
/** More pages than any honest listing has: a cache that answers every page alike would never end. */
const mostPages = 10_000;

type WireProduct = z.infer<typeof productSchema>;

/**
 * Everything that can be sold: simple products, and of variable ones their variations (keyed by the variation's id, as
 * order lines are). One page of products a time; products that cannot be read are left out.
 */
export async function* products(session: ConnectorSession): AsyncGenerator<readonly Product[]> {
  const client = createClient(session, 'products');
  for await (const page of pages(client, 'wc/v3/products', { status: 'any' })) {
    const found: Product[] = [];
    for (const item of page) {
      if (item.type !== 'variable') found.push(productOf(item, item.name));
      else {
        for await (const variations of pages(client, `wc/v3/products/${item.id}/variations`, {})) {
          found.push(...variations.map((variation) => productOf(variation, variationName(item, variation), item)));
        }
      }
    }
    if (found.length > 0) yield found;
  }
}

/** Ascending by id, so that new products come last. Ends on a short page, a page of known ones, or the last by count. */
async function* pages(
  client: StoreClient,
  path: string,
  query: Readonly<Record<string, string>>,
): AsyncGenerator<readonly WireProduct[]> {
  const seen = new Set<string>();
  for (let page = 1; page <= mostPages; page += 1) {
    const paging = { per_page: String(productsPerPage), orderby: 'id', order: 'asc', page: String(page) };
    const { value, headers } = await client.get(path, { ...query, ...paging });
    const rows: readonly unknown[] = Array.isArray(value) ? value : [];
    const items = rows.flatMap((row) => {
      const parsed = productSchema.safeParse(row);
      return parsed.success && !seen.has(parsed.data.id) ? [parsed.data] : [];
    });
    for (const item of items) seen.add(item.id);
    if (items.length > 0) yield items;
    const lastPage = Number(headers['x-wp-totalpages'] ?? Number.NaN);
    if (rows.length === 0 || items.length === 0 || page >= lastPage) return;
  }
}

const textOf = (value: string | null | undefined): string | null => value?.trim() || null;

function productOf(item: WireProduct, name: string | null | undefined, parent?: WireProduct): Product {
  return {
    platformProductId: item.id,
    sku: textOf(item.sku),
    barcode: textOf(item.global_unique_id),
    name: plainText(name ?? '') || item.id,
    pictureUrl: textOf(item.image?.src) ?? textOf(item.images?.[0]?.src) ?? textOf(parent?.images?.[0]?.src),
  };
}

/** Older stores give a variation only the name of its choices, newer ones the whole name. */
function variationName(parent: WireProduct, variation: WireProduct): string {
  const own = textOf(variation.name);
  const whole = textOf(parent.name) ?? '';
  if (own === null) return `${whole} #${variation.id}`;
  return own.startsWith(whole) ? own : `${whole} - ${own}`;
}
