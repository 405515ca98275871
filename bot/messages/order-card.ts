import { cashToCollect } from '../../core/dispatch/cash-on-delivery.ts';
import { exceptionTitle } from '../../core/order/exception-title.ts';
import { holdText } from '../../core/order/hold-text.ts';
import { finalStatuses } from '../../core/order/lifecycle.ts';
import { statusWord } from '../../core/order/needs.ts';
import { withoutRecipient } from '../../core/order/without-recipient.ts';
import type { OrderDetail } from '../../core/queries/show-order.ts';
import type { SlackMessage } from './alert-card.ts';
import type { SlackBlock } from './blocks.ts';
import { type OrderViewer, orderButtonRow } from './order-buttons.ts';
import { packed } from './sections.ts';
import { amounts, count, foreign, link, moment } from './text.ts';

/** Reasons told on the card; Details tells all. */
const shownReasons = 3;

/**
 * One order in a few lines, without its recipient: fit for a channel, a private answer and an unfurled link. Its
 * buttons are those that the rules allow this viewer now.
 */
export function orderCard(order: OrderDetail, viewer: OrderViewer): SlackMessage {
  const url = `${viewer.publicUrl}/orders/${order.id}`;
  const reasons = reasonLines(order);
  const facts = orderFacts(order);
  const head = `*${link(url, order.number)}* · ${foreign(order.storeName, 60)} · *${statusLine(order)}*`;
  const blocks: SlackBlock[] = [
    { type: 'section', text: { type: 'mrkdwn', text: head } },
    { type: 'context', elements: [{ type: 'mrkdwn', text: facts.join(' · ') }] },
  ];
  if (reasons.length > 0) {
    const more = reasons.length - shownReasons;
    const shown = [...reasons.slice(0, shownReasons), ...(more > 0 ? [`and ${count(more, 'more reason')}`] : [])];
    blocks.push(...packed(shown));
  }
  blocks.push(orderButtonRow(order, viewer));
  return { text: `Order ${foreign(order.number, 60)}: ${statusLine(order)}`, blocks };
}

/** `Pending, held` or `Shipped, with an exception`. */
export function statusLine(order: OrderDetail): string {
  const isHeld = order.holds.some((hold) => hold.closedAt === null);
  const hasFailed = order.exceptions.some((exception) => exception.closedAt === null);
  const kind = order.kind === 'b2b' ? 'Purchase order, ' : '';
  return `${kind}${statusWord(order.status)}${isHeld ? ', held' : ''}${hasFailed ? ', with an exception' : ''}`;
}

function orderFacts(order: OrderDetail): string[] {
  const isOver = finalStatuses.includes(order.status) || order.status === 'shipped';
  return [
    order.totalAmount === null ? null : amounts({ [order.currency]: order.totalAmount }),
    collectsWords(order),
    count(order.lines.filter((line) => line.removedAt === null).length, 'line'),
    `ordered ${moment(order.orderedAt)}`,
    order.shipBy === null || isOver ? null : `ship by ${moment(order.shipBy)}`,
  ].filter((fact) => fact !== null);
}

function collectsWords(order: OrderDetail): string | null {
  const cash = cashToCollect(order);
  if (cash === null) return null;
  return cash.amount === null
    ? 'collects on delivery'
    : `collects ${amounts({ [order.currency]: cash.amount })} on delivery`;
}

/** Every open hold and exception in words, with the next step, without what they quote of the recipient: mrkdwn lines. */
export function reasonLines(order: OrderDetail): string[] {
  const quoted = (text: string, max: number) => foreign(withoutRecipient(text, order.recipient), max);
  const exceptions = order.exceptions
    .filter((exception) => exception.closedAt === null)
    .map((exception) => {
      const said = [exception.platformCode, exception.platformMessage].filter((part) => part !== null).join(' · ');
      const platform = said === '' ? '' : ` The platform says: ${quoted(said, 200)}`;
      return `⚠ *${exceptionTitle(exception.code)}.* ${quoted(exception.message, 250)}${platform}`;
    });
  const holds = order.holds
    .filter((hold) => hold.closedAt === null)
    .map((hold) => {
      const { why, next } = holdText(hold);
      const note = hold.note === null || hold.note === '' ? '' : ` “${quoted(hold.note, 120)}”`;
      return `• *${quoted(why, 250)}*${note} ${foreign(next, 200)}`;
    });
  return [...exceptions, ...holds];
}
