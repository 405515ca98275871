import { z } from 'zod';
import { may } from '../../core/people/permissions.ts';
import { suggestionOption } from '../forms/bind-sku.ts';
import type { OptionSource } from './option.ts';

/** A select shows this many; typing narrows it. */
const optionCount = 20;

const wanted = z.object({ merchant: z.uuid(), key: z.string().optional() });

/** Warehouse SKUs of the form's merchant, ranked: exact code, barcode, likeness. */
export const productSearch: OptionSource = {
  id: 'product_search',
  async search({ deps, actor, text, metadata }) {
    const form = wanted.safeParse(metadata);
    if (!form.success || !may(actor, 'see_orders', form.data.merchant)) return [];
    const products = await deps.queries.suggestProducts({
      merchantId: form.data.merchant,
      text,
      platformSku: form.data.key,
      limit: optionCount,
    });
    return products.map(suggestionOption);
  },
};
