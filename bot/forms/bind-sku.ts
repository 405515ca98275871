import { z } from 'zod';
import type { ProductSuggestion } from '../../core/queries/suggest-products.ts';
import { type BindChoice, showKey } from '../bind-choice.ts';
import type { BotDeps } from '../deps.ts';
import type { FormValues } from '../gesture.ts';
import { limits, type SlackBlock, type SlackModal, type SlackOption } from '../messages/blocks.ts';
import { undoButton } from '../messages/card-buttons.ts';
import { releasedSentence } from '../messages/released.ts';
import { count, foreign, link, plain } from '../messages/text.ts';
import { causeButtonValue } from '../values.ts';
import { defineForm, done, fieldError } from './form.ts';

/** Rows that a person may add: a bundle of more parts is made in the dashboard. */
export const mostComponents = 10;
/** Of what one section may hold; the rest is for names. */
const longestPictureUrl = 800;
/** Warehouse units per platform unit that a person may type. */
const maxQuantity = 9_999;

/** Kept in the modal: ids and the key, nothing else. */
export const bindMetadata = z.object({
  alert: z.uuid(),
  merchant: z.uuid(),
  store: z.uuid(),
  keyKind: z.enum(['sku', 'product', 'barcode']),
  key: z.string(),
  /** How many parts the recipe has room for. */
  rows: z.number().int().min(1).max(mostComponents).default(1),
  /** Of the mapping that the person saw; 0: none. */
  seen: z.number().int().optional(),
});
export type BindMetadata = z.infer<typeof bindMetadata>;

export const suggestionOption = (product: ProductSuggestion): SlackOption => ({
  text: { type: 'plain_text', text: plain(`${product.sku} · ${product.name} · ${product.available} available`, 75) },
  value: product.productId,
});

/** Binds one platform SKU: what it is, how many orders wait for it, and the recipe. */
export function bindSkuModal(metadata: BindMetadata, choice: BindChoice): SlackModal {
  const { suggestions } = choice;
  const exact = suggestions.find((product) => product.match !== 'similar');
  const facts = [
    `*${foreign(metadata.key, 100)}* at ${foreign(choice.storeName, 60)}`,
    choice.productName === null ? null : foreign(choice.productName, 200),
    pictureLink(choice.pictureUrl),
    outcome(choice),
  ].filter((line) => line !== null);
  const blocks: SlackBlock[] = [{ type: 'section', text: { type: 'mrkdwn', text: facts.join('\n') } }];
  if (suggestions.length > 0) {
    const names = suggestions.map((product) => `${foreign(product.sku, 40)} (${foreign(product.name, 40)})`);
    blocks.push({ type: 'context', elements: [{ type: 'mrkdwn', text: `Looks like: ${names.join(', ')}` }] });
  }
  for (let row = 0; row < metadata.rows; row += 1) {
    blocks.push(
      productInput(row, row === 0 && exact !== undefined ? suggestionOption(exact) : undefined),
      quantityInput(row),
    );
  }
  if (metadata.rows < mostComponents) {
    blocks.push({
      type: 'actions',
      block_id: 'more',
      elements: [
        {
          type: 'button',
          action_id: 'bind_part',
          text: { type: 'plain_text', text: 'Add a part (bundle)', emoji: false },
          value: 'more',
        },
      ],
    });
  }
  const released = choice.freedOrders ?? choice.heldOrders;
  return {
    type: 'modal',
    callback_id: 'bind_sku',
    private_metadata: JSON.stringify({ ...metadata, seen: metadata.seen ?? choice.version }),
    title: { type: 'plain_text', text: 'Bind SKU' },
    submit: {
      type: 'plain_text',
      text: released === 0 ? 'Bind' : plain(`Release ${released.toLocaleString('en-US')}`, limits.viewTitle),
    },
    close: { type: 'plain_text', text: 'Cancel' },
    blocks,
  };
}

/** What saving does to the orders that wait, said before. */
function outcome({ heldOrders, freedOrders }: BindChoice): string {
  if (heldOrders === 0) return 'No order waits for it now.';
  if (freedOrders === null) return `Saving releases up to *${count(heldOrders, 'held order')}*.`;
  const others = heldOrders - freedOrders;
  if (others === 0) return `Saving releases *${count(heldOrders, 'held order')}*.`;
  const also = `${others === 1 ? '1 waits' : `${others.toLocaleString('en-US')} wait`} for something else too.`;
  return `Saving releases *${freedOrders.toLocaleString('en-US')} of ${count(heldOrders, 'held order')}*; ${also}`;
}

/** A link, no picture: Slack refuses a whole form when it cannot fetch a picture of it. */
function pictureLink(url: string | null): string | null {
  if (url === null || !URL.canParse(url)) return null;
  const { protocol, href } = new URL(url);
  const isUsable = protocol === 'https:' && href.length <= longestPictureUrl && !/[<>|]/.test(href);
  return isUsable ? link(href, 'Picture') : null;
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
      seenVersion: metadata.seen,
    });
    if (!bound.ok && bound.error.code === 'bound_meanwhile') {
      return fieldError('product_0', await boundMeanwhile(deps, metadata));
    }
    if (!bound.ok) {
      return fieldError(bound.error.field?.startsWith('quantity') ? 'quantity_0' : 'product_0', bound.error.message);
    }
    const text = `Bound. ${releasedSentence(bound.value)}`;
    return done({ text, blocks: whatNext(text, metadata, bound.value.releasedOrders > 0) });
  },
});

/** Somebody was faster, with another recipe: theirs stands until a person who has seen it says otherwise. */
async function boundMeanwhile(deps: Pick<BotDeps, 'queries'>, metadata: BindMetadata): Promise<string> {
  const mapping = (await showKey(deps, metadata))?.mapping;
  if (mapping == null) return 'Somebody bound it meanwhile. Close this form and look at the card.';
  const recipe = mapping.components.map((part) => `${part.quantity} × ${part.sku}`).join(' + ');
  return `${plain(mapping.createdBy, 40)} bound it to ${plain(recipe, 120)} meanwhile. Close this form; to change that, use Undo on the card or the mapping’s page.`;
}

interface Component {
  readonly productId: string;
  readonly quantity: number;
}

function componentsOf(values: FormValues): { list: Component[] } | { errors: Record<string, string> } {
  const list: Component[] = [];
  const errors: Record<string, string> = {};
  for (let row = 0; row < mostComponents; row += 1) {
    const productId = values[`product_${row}`]?.product_search?.selected_option?.value;
    if (productId === undefined) continue;
    // An emptied one is no 1: nobody would see what was saved.
    const typed = values[`quantity_${row}`];
    const quantity = typed === undefined ? 1 : Number(typed.quantity?.value);
    if (!Number.isInteger(quantity) || quantity < 1) errors[`quantity_${row}`] = 'A whole number from 1 on.';
    if (list.some((component) => component.productId === productId)) {
      errors[`product_${row}`] = 'This SKU is already above.';
    }
    list.push({ productId, quantity });
  }
  if (list.length === 0) errors.product_0 = 'Choose a warehouse SKU.';
  return Object.keys(errors).length > 0 ? { errors } : { list };
}

/** The way on and the way back, for the person who bound it: a folded cause has no card of its own that offers them. */
function whatNext(text: string, { alert, merchant }: BindMetadata, hasReleased: boolean): SlackBlock[] {
  const value = causeButtonValue({ id: alert, merchantId: merchant, version: 0 });
  const dispatch = {
    type: 'button' as const,
    action_id: 'dispatch_released',
    text: { type: 'plain_text' as const, text: 'Dispatch all released', emoji: false },
    value,
  };
  return [
    { type: 'section', text: { type: 'mrkdwn', text } },
    { type: 'actions', elements: [...(hasReleased ? [dispatch] : []), undoButton(value)] },
  ];
}
