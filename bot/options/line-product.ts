import { may } from '../../core/people/permissions.ts';
import { suggestionOption } from '../forms/bind-sku.ts';
import { dispatchMetadata } from '../forms/dispatch.ts';
import type { OptionSource } from './option.ts';

/** A select shows this many; typing narrows it. */
const optionCount = 20;

/** Warehouse SKUs for a line of the dispatch form that is not bound yet: those that look like it, then what is typed. */
export const lineProduct: OptionSource = {
  id: 'line_product',
  async search({ deps, actor, text, metadata, actionId }) {
    const form = dispatchMetadata.safeParse(metadata);
    if (!form.success || !may(actor, 'work_orders', form.data.merchant)) return [];
    const { merchant: merchantId, order: orderId } = form.data;
    const lineId = actionId.split(':')[1];
    const order = await deps.queries.showOrder({ merchantIds: [merchantId], orderId });
    const line = order?.lines.find((one) => one.id === lineId);
    if (line === undefined) return [];
    const products = await deps.queries.suggestProducts({
      merchantId,
      ...(text.trim() === '' ? {} : { text }),
      platformSku: line.sku,
      platformName: line.name,
      platformBarcode: line.barcode,
      limit: optionCount,
    });
    return products.map(suggestionOption);
  },
};
