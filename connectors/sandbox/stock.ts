import type { ConnectorSession, Product } from '../../core/ports/connector.ts';
import { cursorPages } from '../shared/paging.ts';
import { callApi, readAnswer } from './client.ts';
import { platform, stockBatchSize } from './profile.ts';
import { productPageWire, stockWire } from './wire.ts';

/** The shop's products, page by page. */
export function products(baseUrl: string, session: ConnectorSession): AsyncGenerator<readonly Product[]> {
  const operation = 'products';
  return cursorPages(
    async (cursor) => {
      const path = cursor === null ? '/products' : `/products?cursor=${encodeURIComponent(cursor)}`;
      const text = await callApi(baseUrl, session, { operation, method: 'GET', path });
      const page = readAnswer(operation, text, productPageWire);
      const items = page.products.map((product) => ({
        platformProductId: product.id,
        sku: product.sku ?? null,
        barcode: product.barcode ?? null,
        name: product.name,
        pictureUrl: product.picture_url ?? null,
      }));
      return { items, next: page.next_cursor };
    },
    { platform, operation },
  );
}

export interface StockLevel {
  readonly platformProductId: string;
  readonly quantity: number;
  readonly key: string;
}

/** Absolute quantities, so a repeat is harmless; one refused listing does not fail the others. */
export async function pushStock(
  baseUrl: string,
  session: ConnectorSession,
  levels: readonly StockLevel[],
): Promise<readonly { platformProductId: string; error: string | null }[]> {
  const operation = 'pushStock';
  const results: { platformProductId: string; error: string | null }[] = [];
  for (let start = 0; start < levels.length; start += stockBatchSize) {
    const batch = levels.slice(start, start + stockBatchSize);
    const text = await callApi(baseUrl, session, {
      operation,
      method: 'PUT',
      path: '/stock',
      body: { levels: batch.map((level) => ({ product_id: level.platformProductId, quantity: level.quantity })) },
      idempotent: true,
    });
    const answers = new Map(
      readAnswer(operation, text, stockWire).results.map((result) => [
        result.product_id,
        result.error?.message ?? null,
      ]),
    );
    for (const { platformProductId } of batch) {
      const error = answers.get(platformProductId);
      results.push({ platformProductId, error: error === undefined ? 'The marketplace gave no answer for it' : error });
    }
  }
  return results;
}
