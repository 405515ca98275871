import { labelLimitBytes } from '../../core/dispatch/label.ts';
import { bindableLines, type DispatchChoice, type DispatchOption } from '../dispatch-choice.ts';
import type { FormValues } from '../gesture.ts';
import { limits, type SlackBlock, type SlackModal, type SlackOption } from '../messages/blocks.ts';
import { channelWords } from '../messages/channel-words.ts';
import { offerButton } from '../messages/order-buttons.ts';
import { context, packed } from '../messages/sections.ts';
import { amounts, count, foreign, link, plain } from '../messages/text.ts';
import { orderButtonValue } from '../values.ts';
import { suggestionOption } from './bind-sku.ts';
import { filled } from './form.ts';
import { mrkdwn, textInput } from './inputs.ts';
import type { OrderMetadata } from './order-form.ts';
import { ruleOption } from './rule.ts';

/** Lines shown before "and N more": the dashboard shows all. */
const shownLines = 20;
const maxQuantity = 9_999;
const labelMegabytes = labelLimitBytes / 1024 / 1024;

/** Null where nothing can be chosen. Grouped by warehouse; Slack takes a hundred choices. */
function channelSelect(choice: DispatchChoice): SlackBlock | null {
  let left: number = limits.options;
  let initial: SlackOption | undefined;
  const groups = choice.warehouses.flatMap((warehouse) => {
    const options = warehouse.options
      .filter((option) => option.unavailable === null)
      .slice(0, left)
      .map((option) => {
        const shown = optionOf(option, choice);
        if (option.channelId === choice.preselected) initial = shown;
        return shown;
      });
    left -= options.length;
    const label = { type: 'plain_text' as const, text: plain(`${warehouse.name} · ${warehouse.stock}`, 75) };
    return options.length === 0 ? [] : [{ label, options }];
  });
  if (groups.length === 0) return null;
  return {
    type: 'input',
    block_id: 'channel',
    label: { type: 'plain_text', text: 'Warehouse and shipping channel' },
    element: {
      type: 'static_select',
      action_id: 'channel',
      placeholder: { type: 'plain_text', text: 'Choose' },
      option_groups: groups,
      ...(initial === undefined ? {} : { initial_option: initial }),
    },
  };
}

function optionOf(option: DispatchOption, { collects }: DispatchChoice): SlackOption {
  const about = [
    option.selfPickup ? 'self-pickup: PDF label and tracking number' : null,
    option.isUnpaired ? 'carrier not paired' : null,
    option.cashOnDelivery ? (collects === null ? 'collects cash: this order is paid' : 'collects cash') : null,
  ].filter((part) => part !== null);
  return ruleOption(
    channelWords({ ...option, name: option.channelName }),
    option.channelId,
    about.length === 0 ? undefined : about.join(' · '),
  );
}

/**
 * The final check before an order goes to a warehouse: who gets it, what, from where, by what. What stands in the way is
 * mended from here; what is not mapped can be bound meanwhile. `notice`, mrkdwn: what was just done.
 */
export function dispatchModal(
  metadata: OrderMetadata,
  choice: DispatchChoice,
  dashboardUrl: string,
  notice: string | null = null,
): SlackModal {
  const isBlocked = choice.blockers.length > 0;
  const select = isBlocked ? null : channelSelect(choice);
  const bindings = select !== null || isBlocked ? inputs(choice) : [];
  const submit = select !== null ? 'Confirm dispatch' : bindings.length > 0 ? 'Bind SKUs' : null;
  const recipient = choice.recipient
    .map((line) => foreign(line, 120))
    .filter((line) => line !== '')
    .join('\n');
  const collects =
    choice.collects === null
      ? ''
      : choice.collects.amount === null
        ? '\n*Cash on delivery*'
        : `\n*Collects ${amounts({ [choice.collects.currency]: choice.collects.amount })} on delivery*`;
  const blocks: SlackBlock[] = [
    mrkdwn(
      `*${foreign(choice.orderNumber, 60)}* · ${foreign(choice.storeName, 60)}${collects}${notice === null ? '' : `\n${notice}`}`,
    ),
    mrkdwn(recipient === '' ? 'No recipient.' : recipient),
    ...packed(lineTexts(choice)),
    ...choice.blockers.slice(0, 5).map((blocker) => mrkdwn(`*It cannot be dispatched yet.* ${foreign(blocker, 500)}`)),
    ...(choice.unpaired === null
      ? []
      : [mrkdwn(`⚠ ${foreign(choice.unpaired.words, 400)} ${link(choice.unpaired.url, 'Pair carriers')}`)]),
    ...choice.warnings.slice(0, 5).map((warning) => mrkdwn(`⚠ ${foreign(warning, 300)}`)),
    ...(select === null ? wayOut(metadata, choice, dashboardUrl, bindings.length > 0) : []),
    ...bindings,
    ...(select === null ? [] : [select]),
    ...notOffered(choice),
    ...(select === null ? [] : afterChannel(choice)),
  ];
  return {
    type: 'modal',
    callback_id: 'dispatch',
    private_metadata: JSON.stringify(
      bindings.length > 0 && select === null ? { ...metadata, bindsOnly: true } : metadata,
    ),
    title: { type: 'plain_text', text: 'Dispatch to warehouse' },
    ...(submit === null ? {} : { submit: { type: 'plain_text', text: submit } }),
    close: { type: 'plain_text', text: submit === null ? 'Close' : 'Cancel' },
    blocks,
  };
}

function lineTexts(choice: DispatchChoice): string[] {
  const texts = choice.lines.slice(0, shownLines).map((line) => {
    const bound = line.boundTo === null ? '*not mapped*' : foreign(line.boundTo, 60);
    const sku = line.sku === null ? '' : ` (${foreign(line.sku, 60)})`;
    return `${line.quantity} × ${foreign(line.name, 80)}${sku} → ${line.quantity === 0 ? '_nothing left_' : bound}`;
  });
  const more = choice.lines.length - shownLines;
  if (texts.length === 0) return ['No lines.'];
  return more > 0 ? [...texts, `and ${count(more, 'more line')}`] : texts;
}

/** Nothing can be chosen: what to do instead, with the buttons that do it. */
function wayOut(metadata: OrderMetadata, choice: DispatchChoice, dashboardUrl: string, canBind: boolean): SlackBlock[] {
  const open = link(dashboardUrl, 'open the order in the dashboard');
  const meanwhile = canBind ? ' What is not mapped can be bound meanwhile: that is saved by itself.' : '';
  const text =
    choice.blockers.length > 0
      ? `Fix this first, or ${open}.${meanwhile}`
      : `No warehouse with a channel is open to this order: ${open}.`;
  const value = orderButtonValue({ id: metadata.order, merchantId: metadata.merchant, version: metadata.version });
  const possible = choice.mends.filter((offer) => offer.reason === null);
  const words = choice.mends
    .filter((offer) => offer.reason !== null)
    .map((offer) => `*${offer.text}*: ${foreign(offer.reason ?? '', 200)}`);
  return [
    mrkdwn(text),
    ...(possible.length === 0
      ? []
      : [{ type: 'actions' as const, elements: possible.map((offer) => offerButton(offer, value)) }]),
    ...packed(words, context),
  ];
}

/** A warehouse SKU and a quantity for each line that is not bound yet. */
function inputs(choice: DispatchChoice): SlackBlock[] {
  const unbound = choice.lines.filter((line) => line.canBeBound);
  const blocks = unbound.slice(0, bindableLines).flatMap((line): SlackBlock[] => {
    const name = line.sku ?? line.name;
    return [
      {
        type: 'input',
        block_id: `bind_${line.id}`,
        optional: true,
        label: { type: 'plain_text', text: plain(`${name} is, in the warehouse`, 200) },
        hint: { type: 'plain_text', text: 'Becomes the mapping of this store, for every order with it.' },
        element: {
          type: 'external_select',
          action_id: `line_product:${line.id}`,
          min_query_length: 0,
          placeholder: { type: 'plain_text', text: 'Code, barcode or name' },
          ...(line.exact === null ? {} : { initial_option: suggestionOption(line.exact) }),
        },
      },
      {
        type: 'input',
        block_id: `quantity_${line.id}`,
        optional: true,
        label: { type: 'plain_text', text: plain(`Quantity per unit of ${name}`, 200) },
        element: {
          type: 'number_input',
          action_id: 'quantity',
          is_decimal_allowed: false,
          min_value: '1',
          max_value: String(maxQuantity),
          initial_value: '1',
        },
      },
    ];
  });
  const more = unbound.length - bindableLines;
  return more > 0 ? [...blocks, mrkdwn(`${count(more, 'more line')} to bind: do that in the dashboard.`)] : blocks;
}

/** What is wrong with the quantities of what was bound, by block; an emptied one is no 1. */
export const wrongQuantities = (values: FormValues): Readonly<Record<string, string>> =>
  Object.fromEntries(
    boundIn(values)
      .filter(({ components: [part] }) => !Number.isInteger(part?.quantity) || Number(part?.quantity) < 1)
      .map(({ lineId }) => [`quantity_${lineId}`, 'A whole number from 1 on.']),
  );

/** What was bound in the form, line by line. */
export const boundIn = (values: FormValues) =>
  Object.keys(values).flatMap((block) => {
    const lineId = /^bind_(.+)$/.exec(block)?.[1];
    const productId = lineId === undefined ? null : filled(values, block, `line_product:${lineId}`);
    if (lineId === undefined || productId === null) return [];
    const quantity = Number(filled(values, `quantity_${lineId}`, 'quantity'));
    return [{ lineId, components: [{ productId, quantity }] }];
  });

function notOffered(choice: DispatchChoice): SlackBlock[] {
  const texts = choice.warehouses
    .flatMap((warehouse) => [
      ...(warehouse.options.length === 0 ? [`${foreign(warehouse.name, 40)}: no shipping channel is set up`] : []),
      ...warehouse.options
        .filter((option) => option.unavailable !== null)
        .map((option) => `${foreign(option.channelName, 40)}: ${foreign(option.unavailable ?? '', 120)}`),
    ])
    .slice(0, 5);
  return texts.length === 0 ? [] : [{ type: 'context', elements: [{ type: 'mrkdwn', text: texts.join('\n') }] }];
}

/** What some choices need besides: label and number for self-pickup, a note of an admin for more than is in stock. */
function afterChannel(choice: DispatchChoice): SlackBlock[] {
  const hasPickup = choice.warehouses.some(({ options }) =>
    options.some((option) => option.selfPickup && option.unavailable === null),
  );
  const pickup: SlackBlock[] = [
    {
      type: 'input',
      block_id: 'label',
      optional: true,
      label: { type: 'plain_text', text: 'Shipping label, for self-pickup only' },
      hint: { type: 'plain_text', text: `One PDF, at most ${labelMegabytes} MB.` },
      element: { type: 'file_input', action_id: 'label', filetypes: ['pdf'], max_files: 1 },
    },
    textInput({ id: 'tracking', label: 'Tracking number, for self-pickup only', max: 100, optional: true }),
  ];
  const override = textInput({
    id: 'override',
    label: 'Dispatch although stock is short: why?',
    hint: 'Only admins. The note stays in the history.',
    max: 500,
    optional: true,
  });
  return [...(hasPickup ? pickup : []), ...(choice.offersOverride ? [override] : [])];
}
