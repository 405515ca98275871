import { may } from '../../core/people/permissions.ts';
import { type BindKey, showKey, suggestionsFor } from '../bind-choice.ts';
import { bindMetadata, suggestionOption } from '../forms/bind-sku.ts';
import type { OptionSource, OptionsAsked } from './option.ts';

/** A select shows this many; typing narrows it. */
const optionCount = 20;

/** Warehouse SKUs of the form's merchant, ranked: exact code, barcode, likeness; of the line itself while nothing is typed. */
export const productSearch: OptionSource = {
  id: 'product_search',
  async search(asked) {
    const form = bindMetadata.safeParse(asked.metadata);
    if (!form.success || !may(asked.actor, 'work_orders', form.data.merchant)) return [];
    const products = asked.text.trim() === '' ? await likely(asked, form.data) : await typed(asked, form.data);
    return products.map(suggestionOption);
  },
};

const likely = async ({ deps }: OptionsAsked, key: BindKey) =>
  suggestionsFor(deps, key, await showKey(deps, key), optionCount);

const typed = ({ deps, text }: OptionsAsked, { merchant, key }: BindKey) =>
  deps.queries.suggestProducts({ merchantId: merchant, text, platformSku: key, limit: optionCount });
