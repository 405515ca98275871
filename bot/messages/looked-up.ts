import type { OrderRow } from '../../core/queries/list-orders.ts';
import { lookUpLimit } from '../../core/queries/look-up-numbers.ts';
import type { Reply } from './commands.ts';
import { orderLine, orderWords } from './order-lines.ts';
import { context, inSections, section, withinMessage } from './sections.ts';
import { count, foreign } from './text.ts';

/** Orders with a button each; the next ones in a line each. */
const withButton = 12;
/** Numbers that were not found and are named. */
const namedMissing = 20;
/** What is left of a message's length beside the rows with buttons. */
const restLength = 4_000;

export interface LookedUp {
  readonly rows: readonly OrderRow[];
  readonly missing: readonly string[];
  /** The message names more numbers than are looked up at once. */
  readonly isCut: boolean;
}

/** The orders that a message speaks of, and which of its numbers are none. */
export function lookedUpReply({ rows, missing, isCut }: LookedUp, publicUrl: string): Reply {
  const head =
    rows.length === 0 ? 'None of these numbers is an order of yours' : `${count(rows.length, 'order')} in this message`;
  const named = missing.slice(0, namedMissing).map((number) => foreign(number, 60));
  const more = missing.length - named.length;
  const rest = rows.slice(withButton).map((row) => orderWords(row, publicUrl));
  return {
    text: head,
    blocks: withinMessage(
      [section(`*${head}*`)],
      [...rows.slice(0, withButton).map((row) => orderLine(row, publicUrl)), ...inSections(rest, restLength)],
      [
        ...(named.length === 0
          ? []
          : [context(`Not found: ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`.slice(0, 2_000))]),
        ...(isCut ? [context(`Only the first ${lookUpLimit} numbers were looked up.`)] : []),
      ],
    ),
  };
}
