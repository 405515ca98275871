import { lineProduct } from './line-product.ts';
import type { OptionSource } from './option.ts';
import { productSearch } from './product-search.ts';

/** Every select that is filled while somebody types; one file each. */
export const optionSources: readonly OptionSource[] = [lineProduct, productSearch];
