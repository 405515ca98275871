import type { OrderRow } from '../core/queries/list-orders.ts';
import { lookUpLimit } from '../core/queries/look-up-numbers.ts';
import type { OrderDetail } from '../core/queries/show-order.ts';
import { search } from './find-orders.ts';
import type { Gesture } from './gesture.ts';
import { type Reply, textReply } from './messages/commands.ts';
import { orderLine, type RowButton } from './messages/order-lines.ts';
import { context, section, withinMessage } from './messages/sections.ts';
import { count, foreign, link } from './messages/text.ts';
import { merchantsOf } from './reading.ts';

/** Orders with the same number that are listed; and those with one like it. */
const listed = 15;
const alike = 5;

/** The one order of this number, or the answer that says why there is no such one: none, or several to choose from. */
export async function lookUpOrder(
  { deps, actor }: Pick<Gesture, 'deps' | 'actor'>,
  typed: string,
  button: RowButton,
): Promise<{ readonly order: OrderDetail } | { readonly reply: Reply }> {
  const number = typed.replace(/^["“]|["”]$/g, '').trim();
  const merchantIds = await merchantsOf(deps, actor);
  const rows = await deps.queries.lookUpNumbers({ merchantIds, numbers: [number] });
  const { publicUrl } = deps.config;
  const [only] = rows;
  if (only === undefined) {
    const several = severalNumbers(typed);
    if (several.length > 1) {
      const some = await deps.queries.lookUpNumbers({ merchantIds, numbers: several });
      return { reply: oneAtATime(typed, some, publicUrl, button) };
    }
    const near = await search({ deps, actor }, { merchantIds, text: number, limit: alike });
    return { reply: noneReply(number, near, publicUrl) };
  }
  if (rows.length > 1) return { reply: severalReply(number, rows, publicUrl, button) };
  const order = await deps.queries.showOrder({ merchantIds: [only.merchantId], orderId: only.id });
  return order === null ? { reply: noneReply(number, [], publicUrl) } : { order };
}

/** What looks like several numbers that nobody put in quotes. */
const severalNumbers = (typed: string): string[] =>
  /["“”]/.test(typed) ? [] : [...new Set(typed.split(/[\s,]+/).filter((word) => word !== ''))].slice(0, lookUpLimit);

/** The orders that were meant, each with its button: one number is taken at a time. */
function oneAtATime(typed: string, rows: readonly OrderRow[], publicUrl: string, button: RowButton): Reply {
  const what = `One order number at a time: no order of yours has the number “${foreign(typed, 60)}”.`;
  const several =
    button.actionId === 'dispatch'
      ? `Several are dispatched at once from ${link(`${publicUrl}/orders?kind=b2c&status=pending`, 'the order list')}: mark them there, then *Dispatch*.`
      : '';
  const more = rows.length - listed;
  return {
    text: what,
    blocks: withinMessage(
      [section([what, several].filter((line) => line !== '').join('\n'))],
      rows.slice(0, listed).map((row) => orderLine(row, publicUrl, button)),
      more > 0 ? [context(`and ${count(more, 'more order')}: open the dashboard`)] : [],
    ),
  };
}

function noneReply(number: string, near: readonly OrderRow[], publicUrl: string): Reply {
  const what = `No order of yours has the number “${foreign(number, 60)}”.`;
  if (near.length === 0) return textReply(`${what} Perhaps it was not synced yet: \`/orders sync\`.`);
  return {
    text: what,
    blocks: withinMessage(
      [section(`${what} Like it:`)],
      near.map((row) => orderLine(row, publicUrl)),
    ),
  };
}

function severalReply(number: string, rows: readonly OrderRow[], publicUrl: string, button: RowButton): Reply {
  const what = `${count(rows.length, 'order')} have the number “${foreign(number, 60)}”`;
  const more = rows.length - listed;
  return {
    text: what,
    blocks: withinMessage(
      [section(`*${what}*`)],
      rows.slice(0, listed).map((row) => orderLine(row, publicUrl, button)),
      more > 0 ? [context(`and ${count(more, 'more order')}: open the dashboard`)] : [],
    ),
  };
}
