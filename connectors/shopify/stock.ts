import type { ConnectorSession, Product } from '../../core/ports/connector.ts';
import { cursorPages } from '../shared/paging.ts';
import { createClient } from './client.ts';
import { variantsDocument } from './documents.ts';
import { idOf, variantsAnswer } from './wire.ts';

const variantsPerPage = 100;

/** All product variants, in pages of up to 100. The key is the variant's id: SKUs are not unique in Shopify. */
export async function* products(session: ConnectorSession): AsyncGenerator<readonly Product[]> {
  const client = createClient(session, 'products');
  yield* cursorPages(
    async (after) => {
      const { data } = await client.query(variantsDocument, { first: variantsPerPage, after }, variantsAnswer);
      const { pageInfo, nodes } = data.productVariants;
      const items = nodes.map((variant): Product => {
        const platformProductId = variant.legacyResourceId ?? idOf(variant.id);
        return {
          platformProductId,
          sku: variant.sku?.trim() || null,
          barcode: variant.barcode?.trim() || null,
          name: variant.displayName?.trim() || platformProductId,
          pictureUrl: null,
        };
      });
      return { items, next: pageInfo.hasNextPage ? (pageInfo.endCursor ?? null) : null };
    },
    { platform: 'shopify', operation: 'products' },
  );
}
