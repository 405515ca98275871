import { minName } from '../../core/queries/find-orders.ts';
import { type Found, foundPerPage } from '../find-orders.ts';
import type { SlackBlock, SlackButton } from './blocks.ts';
import type { Reply } from './commands.ts';
import { orderLine } from './order-lines.ts';
import { context, section, withinMessage } from './sections.ts';
import { count, foreign } from './text.ts';

/** What a search found, one page of it: in a private answer and inside the form of the shortcut. */
export function foundReply(found: Found, publicUrl: string): Reply {
  if (found.total === 0) {
    const what = `Nothing was found for “${foreign(found.text, 60)}”.`;
    const isShort = [...found.text].length < minName;
    const how = isShort
      ? `One character finds order numbers and SKUs only: type at least ${minName} to find a name.`
      : 'Order numbers and names match from their beginning; tracking numbers and SKUs as a whole.';
    return { text: what, blocks: [section(`${what} ${how}`)] };
  }
  const first = found.page * foundPerPage + 1;
  const last = first + found.rows.length - 1;
  const total = found.isCut ? `${found.total} or more orders` : count(found.total, 'order');
  const head = `${total} for “${foreign(found.text, 60)}”`;
  const turns = turnButtons(found);
  return {
    text: head,
    blocks: withinMessage(
      [section(found.total > found.rows.length ? `*${head}* · ${first}–${last}` : `*${head}*`)],
      found.rows.map((row) => orderLine(row, publicUrl)),
      [
        ...(turns.length === 0 ? [] : [{ type: 'actions', elements: turns } satisfies SlackBlock]),
        ...(found.isCut && last === found.total ? [context('There may be more: say more of it.')] : []),
      ],
    ),
  };
}

function turnButtons({ text, page, total }: Found): SlackButton[] {
  const button = (name: string, label: string, to: number): SlackButton => ({
    type: 'button',
    action_id: `find_page:${name}`,
    text: { type: 'plain_text', text: label, emoji: false },
    value: JSON.stringify({ text, page: to }),
  });
  return [
    ...(page > 0 ? [button('previous', 'Previous', page - 1)] : []),
    ...((page + 1) * foundPerPage < total ? [button('next', 'Next', page + 1)] : []),
  ];
}
