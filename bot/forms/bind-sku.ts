import { z } from 'zod';
import type { AlertView } from '../../core/alert/types.ts';
import type { ProductSuggestion } from '../../core/queries/suggest-products.ts';
import type { FormValues } from '../gesture.ts';
import type { SlackBlock, SlackModal, SlackOption } from '../messages/blocks.ts';
import { count, foreign, plain } from '../messages/text.ts';
import { defineForm, done, fieldError } from './form.ts';

/** Rows of the form: a bundle of more parts is made in the dashboard. */
export const componentRows = 3;
/** Warehouse units per platform unit that a person may type. */
const maxQuantity = 9_999;

/** Kept in the modal: ids and the key, nothing else. */
export const bindMetadata = z.object({
  alert: z.string(),
  merchant: z.string(),
  store: z.string(),
  keyKind: z.enum(['sku', 'product', 'barcode']),
  key: z.string(),
});
export type BindMetadata = z.infer<typeof bindMetadata>;

export interface BindSkuForm {
  readonly metadata: BindMetadata;
  readonly alert: AlertView;
  readonly heldOrders: number;
  /** Best first; the first is filled in where it matches exactly. */
  readonly suggestions: readonly ProductSuggestion[];
}

export const suggestionOption = (product: ProductSuggestion): SlackOption => ({
  text: { type: 'plain_text', text: plain(`${product.sku} · ${product.name} · ${product.available} available`, 75) },
  value: product.productId,
});

/** Binds one platform SKU: what it is, how many orders wait for it, and the recipe. */
export function bindSkuModal(form: BindSkuForm): SlackModal {
  const { alert, suggestions } = form;
  const exact = suggestions.find((product) => product.match === 'sku');
  const facts = [
    `*${foreign(form.metadata.key, 100)}* at ${foreign(alert.storeName ?? alert.merchantName, 60)}`,
    alert.detail.name === undefined ? null : foreign(alert.detail.name, 200),
    form.heldOrders === 0
      ? 'No order waits for it now.'
      : `Saving releases up to *${count(form.heldOrders, 'held order')}*.`,
  ].filter((line) => line !== null);
  const blocks: SlackBlock[] = [{ type: 'section', text: { type: 'mrkdwn', text: facts.join('\n') } }];
  if (suggestions.length > 0) {
    const names = suggestions
      .slice(0, 5)
      .map((product) => `${foreign(product.sku, 40)} (${foreign(product.name, 40)})`);
    blocks.push({ type: 'context', elements: [{ type: 'mrkdwn', text: `Looks like: ${names.join(', ')}` }] });
  }
  for (let row = 0; row < componentRows; row += 1) {
    blocks.push(
      productInput(row, row === 0 && exact !== undefined ? suggestionOption(exact) : undefined),
      quantityInput(row),
    );
  }
  return {
    type: 'modal',
    callback_id: 'bind_sku',
    private_metadata: JSON.stringify(form.metadata),
    title: { type: 'plain_text', text: 'Bind SKU' },
    submit: { type: 'plain_text', text: form.heldOrders === 0 ? 'Bind' : plain(`Release ${form.heldOrders}`, 24) },
    close: { type: 'plain_text', text: 'Cancel' },
    blocks,
  };
}

function productInput(row: number, initial: SlackOption | undefined): SlackBlock {
  return {
    type: 'input',
    block_id: `product_${row}`,
    optional: row > 0,
    label: { type: 'plain_text', text: row === 0 ? 'Warehouse SKU' : `Further part ${row + 1}, for a bundle` },
    element: {
      type: 'external_select',
      action_id: 'product_search',
      min_query_length: 0,
      placeholder: { type: 'plain_text', text: 'Code, barcode or name' },
      ...(initial === undefined ? {} : { initial_option: initial }),
    },
  };
}

function quantityInput(row: number): SlackBlock {
  return {
    type: 'input',
    block_id: `quantity_${row}`,
    optional: row > 0,
    label: { type: 'plain_text', text: 'Quantity per platform unit' },
    element: {
      type: 'number_input',
      action_id: 'quantity',
      is_decimal_allowed: false,
      min_value: '1',
      max_value: String(maxQuantity),
      initial_value: '1',
    },
  };
}

/** Saves the recipe and says how many orders it released. */
export const bindSkuForm = defineForm({
  id: 'bind_sku',
  metadata: bindMetadata,
  firstBlock: 'product_0',
  async submit({ deps, actor, metadata, values }) {
    const components = componentsOf(values);
    if ('errors' in components) return { kind: 'errors', errors: components.errors };
    const bound = await deps.commands.bindSku({
      actor,
      merchantId: metadata.merchant,
      storeId: metadata.store,
      keyKind: metadata.keyKind,
      key: metadata.key,
      components: components.list,
    });
    if (!bound.ok) {
      return fieldError(bound.error.field?.startsWith('quantity') ? 'quantity_0' : 'product_0', bound.error.message);
    }
    return done(`Bound. ${count(bound.value.releasedOrders, 'order')} released.`);
  },
});

interface Component {
  readonly productId: string;
  readonly quantity: number;
}

function componentsOf(values: FormValues): { list: Component[] } | { errors: Record<string, string> } {
  const list: Component[] = [];
  const errors: Record<string, string> = {};
  for (let row = 0; row < componentRows; row += 1) {
    const productId = values[`product_${row}`]?.product_search?.selected_option?.value;
    if (productId === undefined) continue;
    const quantity = Number(values[`quantity_${row}`]?.quantity?.value ?? '1');
    if (!Number.isInteger(quantity) || quantity < 1) errors[`quantity_${row}`] = 'A whole number from 1 on.';
    if (list.some((component) => component.productId === productId)) {
      errors[`product_${row}`] = 'This SKU is already above.';
    }
    list.push({ productId, quantity });
  }
  if (list.length === 0) errors.product_0 = 'Choose a warehouse SKU.';
  return Object.keys(errors).length > 0 ? { errors } : { list };
}
