import { isId } from '../../core/ids.ts';
import type { ProductSuggestion } from '../../core/queries/suggest-products.ts';
import type { WebDeps } from '../deps.ts';

/** The suggestions, with the product that was chosen before among them. */
export async function withProduct(
  deps: WebDeps,
  merchantId: string,
  suggestions: readonly ProductSuggestion[],
  productId: string,
): Promise<readonly ProductSuggestion[]> {
  if (!isId(productId) || suggestions.some((one) => one.productId === productId)) return suggestions;
  const detail = await deps.desk.queries.showProduct({ merchantIds: [merchantId], productId, within: 'all' });
  if (detail === null) return suggestions;
  const { sku, name, barcode, available } = detail.row;
  return [{ productId, sku, name, mainBarcode: barcode, available, match: 'similar' }, ...suggestions];
}
