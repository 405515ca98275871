import { cashToCollect } from '../../core/dispatch/cash-on-delivery.ts';
import { holdTitle } from '../../core/order/hold-text.ts';
import { recipientLabels } from '../../core/order/recipient-labels.ts';
import { recipientFields } from '../../core/order/types.ts';
import { may } from '../../core/people/permissions.ts';
import type { OrderDetail } from '../../core/queries/show-order.ts';
import { orderButtonValue } from '../values.ts';
import { limits, type SlackBlock, type SlackButton, type SlackModal } from './blocks.ts';
import { type OrderViewer, offerButton, orderOffers } from './order-buttons.ts';
import { reasonLines, statusLine } from './order-card.ts';
import { eventWords, lineWords, outboundWords, shipmentWords, writebackText } from './order-words.ts';
import { context, packed, section } from './sections.ts';
import { amounts, count, foreign, link, moment, momentFirst } from './text.ts';

/** The lists that may be longer than a form. */
export const detailLists = ['lines', 'fulfilment', 'history'] as const;
export type DetailList = (typeof detailLists)[number];
/** What is open: everything in short, or one list, page by page. */
export type DetailPlace = { readonly list: 'all' } | { readonly list: DetailList; readonly page: number };

export const detailsCallback = 'order_details';

/** Rows of a list before "Show all", and rows of one of its pages. */
const shortList = 8;
const pageRows = 25;
export interface DetailsView {
  readonly order: OrderDetail;
  readonly viewer: OrderViewer;
  readonly place: DetailPlace;
  /** What was just done, mrkdwn; null when it was only opened. */
  readonly notice: string | null;
  /** The address of the private card from which it was opened. */
  readonly card?: string | undefined;
}

/** Everything about one order in a form: what it is, who gets it (by role), its lines, what left, and its story. */
export function orderDetailsModal({ order, viewer, place, notice, card }: DetailsView): SlackModal {
  const url = `${viewer.publicUrl}/orders/${order.id}`;
  const blocks: SlackBlock[] = [
    section(
      `*${link(url, order.number)}* · ${foreign(order.storeName, 60)} · *${statusLine(order)}*${notice === null ? '' : `\n${notice}`}`,
    ),
    ...(place.list === 'all' ? overview(order, viewer) : listPage(order, place)),
    context(link(url, 'Open in dashboard')),
  ];
  return {
    type: 'modal',
    callback_id: detailsCallback,
    private_metadata: JSON.stringify({ merchant: order.merchantId, order: order.id, card, ...place }),
    title: { type: 'plain_text', text: 'Order' },
    close: { type: 'plain_text', text: 'Close' },
    blocks,
  };
}

function overview(order: OrderDetail, viewer: OrderViewer): SlackBlock[] {
  const mayWork = may(viewer.actor, 'work_orders', order.merchantId);
  return [
    ...packed(reasonLines(order)),
    ...deeds(order, viewer),
    header('Order'),
    ...facts(orderFacts(order)),
    header('Recipient'),
    ...(mayWork ? recipientBlocks(order) : [section('Recipients are shown to people who work on orders.')]),
    ...shortened(order, 'lines', 'Lines'),
    ...shortened(order, 'fulfilment', 'Shipments and writebacks'),
    ...shortened(order, 'history', 'History'),
  ];
}

/** What can be done now as buttons, what cannot in words. */
function deeds(order: OrderDetail, viewer: OrderViewer): SlackBlock[] {
  const value = orderButtonValue(order);
  const offers = orderOffers(order, viewer);
  const possible = offers.filter((offer) => offer.reason === null);
  const reasons = Map.groupBy(
    offers.filter((offer) => offer.reason !== null),
    (offer) => offer.reason ?? '',
  );
  const words = [...reasons].map(
    ([reason, same]) => `*${same.map((offer) => offer.text).join(', ')}*: ${foreign(reason, 300)}`,
  );
  return [
    ...(possible.length === 0
      ? []
      : [{ type: 'actions' as const, elements: possible.map((offer) => offerButton(offer, value)) }]),
    ...packed(words, context),
  ];
}

const rowsOf = (order: OrderDetail): Readonly<Record<DetailList, readonly string[]>> => ({
  lines: order.lines.map((line) => lineWords(line, order.currency)),
  fulfilment: [
    ...order.outbounds.map((outbound) => outboundWords(outbound, order.currency)),
    ...order.shipments.map(shipmentWords),
    ...order.writebacks.map((writeback) => writebackText(writeback, order)),
  ],
  history: [
    ...order.history.map(eventWords),
    ...order.holds
      .filter((hold) => hold.closedAt !== null)
      .map((hold) => {
        const by = hold.closedBy === null ? '' : ` by ${foreign(hold.closedBy, 40)}`;
        const note = hold.resolutionNote === null ? '' : ` “${foreign(hold.resolutionNote, 120)}”`;
        const when = hold.closedAt === null ? '' : `${momentFirst(hold.closedAt)} `;
        return `${when}Hold ended: ${holdTitle(hold.code)}, ${foreign(hold.resolution ?? 'closed', 40)}${by}${note}`;
      }),
    `${momentFirst(order.createdAt)} *Arrived at the desk* from ${foreign(order.storeName, 60)}`,
  ],
});

const emptyWords: Readonly<Record<DetailList, string>> = {
  lines: 'No lines.',
  fulfilment: 'Nothing was dispatched yet.',
  history: 'Nothing happened yet.',
};

function shortened(order: OrderDetail, list: DetailList, title: string): SlackBlock[] {
  const rows = rowsOf(order)[list];
  const shown = rows.length === 0 ? [emptyWords[list]] : rows.slice(0, shortList);
  const more: SlackBlock[] =
    rows.length <= shortList
      ? []
      : [{ type: 'actions', elements: [turn(order, { list, page: 0 }, `Show all ${rows.length}`)] }];
  return [header(title), ...packed(shown), ...more];
}

const listTitles: Readonly<Record<DetailList, string>> = {
  lines: 'Lines',
  fulfilment: 'Shipments and writebacks',
  history: 'History',
};

function listPage(order: OrderDetail, place: Extract<DetailPlace, { page: number }>): SlackBlock[] {
  const { list } = place;
  const rows = rowsOf(order)[list];
  const pages = Math.max(1, Math.ceil(rows.length / pageRows));
  // The list may have become shorter since the button was drawn.
  const page = Math.min(place.page, pages - 1);
  const shown = rows.slice(page * pageRows, (page + 1) * pageRows);
  const buttons = [
    turn(order, { list: 'all' }, 'Back to the order'),
    ...(page > 0 ? [turn(order, { list, page: page - 1 }, 'Previous')] : []),
    ...(page < pages - 1 ? [turn(order, { list, page: page + 1 }, 'Next')] : []),
  ];
  return [
    header(listTitles[list]),
    ...packed(shown.length === 0 ? [emptyWords[list]] : shown),
    context(`Page ${page + 1} of ${pages} · ${count(rows.length, 'row')}`),
    { type: 'actions', elements: buttons },
  ];
}

/** The value of a button that shows another part of the same order. */
function turn(order: OrderDetail, place: DetailPlace, text: string): SlackButton {
  const page = place.list === 'all' ? '' : `_${place.page}`;
  return {
    type: 'button',
    action_id: `order_details_turn:${place.list}${page}`,
    text: { type: 'plain_text', text, emoji: false },
    value: JSON.stringify({ of: order.merchantId, shows: order.id, ...place }),
  };
}

const classWords: Readonly<Record<string, string>> = {
  prepaid: 'prepaid',
  cash_on_delivery: 'cash on delivery',
  blocked: 'blocked',
};
const recordWords: Readonly<Record<string, string>> = {
  online: 'paid online',
  cash_on_delivery: 'cash on delivery',
  unknown: 'no record of a payment',
};

type FactRow = readonly [string, string | null];

function orderFacts(order: OrderDetail): FactRow[] {
  const money = (amount: string | null) => (amount === null ? null : amounts({ [order.currency]: amount }));
  const at = (moment_: Date | null) => (moment_ === null ? null : moment(moment_));
  const text = (value: string | null, max = 80) => (value === null || value === '' ? null : foreign(value, max));
  const cash = cashToCollect(order);
  const classed = order.paymentClass === null ? '' : `, classified as ${classWords[order.paymentClass] ?? 'other'}`;
  const record = `${recordWords[order.paymentRecord] ?? foreign(order.paymentRecord, 40)}${classed}`;
  return [
    ['Ordered', at(order.orderedAt)],
    ['Ship by', at(order.shipBy)],
    ['Amount', money(order.totalAmount)],
    ['To collect on delivery', cash === null ? null : (money(cash.amount) ?? 'The platform gave no amount')],
    ['Payment', [text(order.paymentMethod, 60), record].filter((part) => part !== null).join(' · ')],
    ['Paid', at(order.paidAt)],
    ['Shipping method', text(order.shippingMethod)],
    ['Warehouse', text(order.warehouseName)],
    ['Shipping channel', text(order.channelName)],
    ['On the platform', text(order.platformStatus, 60)],
    ['Made up of', partsOf(order, money)],
    ['Tags', text(order.tags.join(', '), 200)],
    ['Buyer note', text(order.buyerNote, 300)],
  ];
}

function partsOf(order: OrderDetail, money: (amount: string | null) => string | null): string | null {
  const parts = [
    ['items', order.itemsAmount],
    ['shipping', order.shippingAmount],
    ['tax', order.taxAmount],
    ['discount', order.discountAmount],
  ] as const;
  return parts.flatMap(([word, amount]) => (amount === null ? [] : [`${word} ${money(amount)}`])).join(', ') || null;
}

/** Shown, not asked for: shorter than in a form. */
const labels: typeof recipientLabels = { ...recipientLabels, name: 'Name', country: 'Country' };

function recipientBlocks(order: OrderDetail): SlackBlock[] {
  const { recipient } = order;
  if (recipient === null) {
    const why =
      order.recipientPurgedAt === null
        ? 'The platform gave none.'
        : `Deleted ${moment(order.recipientPurgedAt)}, as the platform’s rules ask.`;
    return [section(why)];
  }
  const rows = recipientFields.map((field): FactRow => {
    const value = recipient[field];
    return [labels[field], value === null || value === '' ? null : foreign(value, 200)];
  });
  const corrected = order.originalRecipient === null ? [] : [context('Corrected here; the platform’s is kept.')];
  return [...facts(rows), ...corrected];
}

/** What a section takes. */
const fieldsPerSection = 10;

function facts(rows: readonly FactRow[]): SlackBlock[] {
  const fields = rows.flatMap(([label, value]) =>
    value === null ? [] : [{ type: 'mrkdwn' as const, text: `*${label}*\n${value}` }],
  );
  if (fields.length === 0) return [section('Nothing is known.')];
  const blocks: SlackBlock[] = [];
  for (let start = 0; start < fields.length; start += fieldsPerSection) {
    blocks.push({ type: 'section', fields: fields.slice(start, start + fieldsPerSection) });
  }
  return blocks;
}

const header = (text: string): SlackBlock => ({
  type: 'header',
  text: { type: 'plain_text', text: text.slice(0, limits.headerText), emoji: false },
});
