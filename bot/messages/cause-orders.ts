import type { AlertView } from '../../core/alert/types.ts';
import type { CauseOrder, CauseOrders } from '../../core/queries/list-cause-orders.ts';
import { causeButtonValue, orderButtonValue } from '../values.ts';
import { type CardContext, causeTitle, type SlackMessage } from './alert-card.ts';
import type { SlackBlock, SlackButton } from './blocks.ts';
import { section } from './sections.ts';
import { age, amounts, count, foreign, link, moment, timeOf } from './text.ts';

/** A row each, with its button: stays far below what one message may hold. */
export const ordersPerPage = 10;

/** Where the next press of a page button leads. */
export const pageValue = (alert: Pick<AlertView, 'id' | 'merchantId'>, page: number): string =>
  JSON.stringify({ cause: alert.id, of: alert.merchantId, page });

/** The orders behind a card, ten at a time, for its thread: no recipient data, because the whole channel reads it. */
export function causeOrdersMessage(
  alert: AlertView,
  { waiting, released }: { readonly waiting: CauseOrders; readonly released: number },
  context: CardContext,
): SlackMessage {
  const { total, page, rows } = waiting;
  const first = page * ordersPerPage + 1;
  const shown =
    total === 0 ? 'No order waits for it now' : `${first}–${first + rows.length - 1} of ${count(total, 'order')}`;
  const title = foreign(causeTitle(alert), 150);
  const notes = [
    `as of ${timeOf(context.now)}`,
    released === 0 ? null : `${count(released, 'order')} released and waiting for dispatch`,
  ].filter((note) => note !== null);
  const turns = turnButtons(alert, total, page, released);
  return {
    text: `${title}: ${shown}`,
    blocks: [
      section(`*${title}*\n${shown} · ${notes.join(' · ')}`),
      ...rows.map((order) => rowOf(order, alert, context)),
      ...(turns.length === 0 ? [] : [{ type: 'actions', elements: turns } as const]),
    ],
  };
}

function rowOf(order: CauseOrder, alert: AlertView, { publicUrl, now }: CardContext): SlackBlock {
  const facts = [
    link(`${publicUrl}/orders/${order.id}`, order.number, 60),
    order.totalAmount === null ? null : amounts({ [order.currency]: order.totalAmount }),
    age(order.orderedAt, now),
    order.shipBy === null ? null : `ship by ${moment(order.shipBy)}`,
  ].filter((fact) => fact !== null);
  return {
    type: 'section',
    text: { type: 'mrkdwn', text: facts.join(' · ') },
    accessory: {
      type: 'button',
      action_id: 'order_details',
      text: { type: 'plain_text', text: 'Details', emoji: false },
      value: orderButtonValue({ id: order.id, merchantId: alert.merchantId, version: order.version }),
    },
  };
}

function turnButtons(alert: AlertView, total: number, page: number, released: number): SlackButton[] {
  const turn = (actionId: string, text: string, to: number): SlackButton => ({
    type: 'button',
    action_id: `orders_page:${actionId}`,
    text: { type: 'plain_text', text, emoji: false },
    value: pageValue(alert, to),
  });
  return [
    ...(page > 0 ? [turn('previous', 'Previous', page - 1)] : []),
    ...((page + 1) * ordersPerPage < total ? [turn('next', 'Next', page + 1)] : []),
    ...(total > 0 ? [turn('again', 'Refresh', page)] : []),
    ...(released > 0
      ? [
          {
            type: 'button' as const,
            action_id: 'dispatch_released',
            text: { type: 'plain_text' as const, text: `Dispatch all released (${released})`, emoji: false },
            value: causeButtonValue(alert),
          },
        ]
      : []),
  ];
}
