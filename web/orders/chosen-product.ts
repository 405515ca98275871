import type { WebDeps } from '../deps.ts';
import type { WebContext } from '../env.ts';
import { textOf } from '../form.ts';

/**
 * The product that a picker (`product-picker.tsx`) sent: the chosen one, else the one whose code or barcode was typed in
 * full; '' when there is neither.
 */
export async function chosenProduct(c: WebContext, deps: WebDeps, merchantId: string, name: string): Promise<string> {
  const chosen = textOf(c, name);
  const text = textOf(c, `${name}.text`);
  if (chosen !== '' || text === '') return chosen;
  const [best] = await deps.desk.queries.suggestProducts({ merchantId, text, limit: 1 });
  return best === undefined || best.match === 'similar' ? '' : best.productId;
}
