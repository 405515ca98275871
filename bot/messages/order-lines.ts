import { statusWord } from '../../core/order/needs.ts';
import type { OrderRow } from '../../core/queries/list-orders.ts';
import { orderButtonValue } from '../values.ts';
import type { SlackBlock } from './blocks.ts';
import { amounts, foreign, link } from './text.ts';

/** What a row's button does with its order. */
export type RowButton = { readonly actionId: string; readonly text: string };
export const detailsButton: RowButton = { actionId: 'order_details', text: 'Details' };

/** One order in one line with a button; no recipient, not even its city. */
export function orderLine(order: OrderRow, publicUrl: string, button: RowButton = detailsButton): SlackBlock {
  return {
    type: 'section',
    text: { type: 'mrkdwn', text: orderWords(order, publicUrl) },
    accessory: {
      type: 'button',
      action_id: button.actionId,
      text: { type: 'plain_text', text: button.text, emoji: false },
      value: orderButtonValue(order),
    },
  };
}

export function orderWords(order: OrderRow, publicUrl: string): string {
  const state = [
    `${order.kind === 'b2b' ? 'Purchase order, ' : ''}${statusWord(order.status)}`,
    order.openHoldCount > 0 ? 'held' : null,
    order.openExceptionCount > 0 ? 'with an exception' : null,
  ].filter((part) => part !== null);
  return [
    `*${link(`${publicUrl}/orders/${order.id}`, order.number)}*`,
    foreign(order.storeName, 60),
    state.join(', '),
    order.totalAmount === null ? null : amounts({ [order.currency]: order.totalAmount }),
  ]
    .filter((part) => part !== null)
    .join(' · ');
}
