import { limits, type SlackBlock } from './blocks.ts';

/** Below Slack's limit of one section: what a person sees is shorter than what is sent. */
const sectionLength = limits.sectionText - 200;

export const section = (text: string): SlackBlock => ({ type: 'section', text: { type: 'mrkdwn', text } });

export const context = (text: string): SlackBlock => ({ type: 'context', elements: [{ type: 'mrkdwn', text }] });

/** Below Slack's limit of one section, or of one element of a context. */
const packedLength = 2_900;

/** Lines in as few sections (or other blocks) as Slack’s limit allows. */
export function packed(lines: readonly string[], block: (text: string) => SlackBlock = section): SlackBlock[] {
  const texts: string[] = [];
  for (const line of lines) {
    const last = texts.at(-1);
    if (last !== undefined && last.length + line.length + 1 <= packedLength)
      texts[texts.length - 1] = `${last}\n${line}`;
    else texts.push(line);
  }
  return texts.map(block);
}

/**
 * Blocks that one message holds: as many rows as fit between its first and its last blocks, and how many do not. Names
 * full of characters that must be escaped are several times as long as they look.
 */
export function withinMessage(
  head: readonly SlackBlock[],
  rows: readonly SlackBlock[],
  tail: readonly SlackBlock[] = [],
): SlackBlock[] {
  const lengthOf = (blocks: readonly SlackBlock[]) => JSON.stringify(blocks).length;
  const room = limits.messageBlocksLength - lengthOf(head) - lengthOf(tail) - moreLength;
  const most = limits.blocksPerMessage - head.length - tail.length - 1;
  const shown: SlackBlock[] = [];
  let length = 0;
  for (const row of rows) {
    length += JSON.stringify(row).length + 1;
    if (length > room || shown.length === most) break;
    shown.push(row);
  }
  const more = rows.length - shown.length;
  return [...head, ...shown, ...(more > 0 ? [context(`and ${more} more: open the dashboard`)] : []), ...tail];
}

/** What the line about the rest takes. */
const moreLength = 150;

/** Lines of mrkdwn in as few sections as hold them, within the length of one message; the rest is left out, and said. */
export function inSections(lines: readonly string[], most: number = limits.messageBlocksLength - 2_500): SlackBlock[] {
  const texts: string[] = [];
  let length = 0;
  for (const [at, line] of lines.entries()) {
    length += JSON.stringify(line).length + 2;
    if (length > most) {
      texts.push(`and ${lines.length - at} more lines: open the dashboard`);
      break;
    }
    const last = texts.at(-1);
    if (last !== undefined && last.length + line.length < sectionLength) texts[texts.length - 1] = `${last}\n${line}`;
    else texts.push(line);
  }
  return texts.map((text) => section(text.slice(0, limits.sectionText)));
}
