import type { SlackMessage } from './alert-card.ts';
import type { SlackBlock, SlackButton } from './blocks.ts';
import { section } from './sections.ts';
import { count, foreign, link } from './text.ts';

/** Lines of one page: with the longest reasons they stay below what one section may hold. */
export const resultsPerPage = 20;

export interface BatchPlace {
  readonly merchantId: string;
  readonly runId: string;
  readonly by: string;
}

export interface BatchLine {
  readonly number: string;
  /** `dispatched` or `refused`. */
  readonly result: string;
  readonly reason: string | null;
}

/** Where the next press of a page button leads. */
export const batchPageValue = ({ merchantId, runId }: BatchPlace, page: number): string =>
  JSON.stringify({ run: runId, of: merchantId, page });

/** What became of each order of a batch, refused ones first, a page at a time. */
export function batchMessage(
  place: BatchPlace,
  results: readonly BatchLine[],
  wanted: number,
  publicUrl: string,
): SlackMessage {
  const refused = results.filter((line) => line.result !== 'dispatched');
  const all = [...refused, ...results.filter((line) => line.result === 'dispatched')];
  const last = Math.max(0, Math.ceil(all.length / resultsPerPage) - 1);
  const page = Math.min(wanted, last);
  const shown = all.slice(page * resultsPerPage, (page + 1) * resultsPerPage);
  const done = all.length - refused.length;
  const summary = `${done.toLocaleString('en-US')} of ${count(all.length, 'order')} dispatched${
    refused.length === 0 ? '' : `, ${refused.length.toLocaleString('en-US')} refused`
  }`;
  const run = link(`${publicUrl}/sync-log/${place.runId}`, 'all results');
  const lines = shown.map(({ number, result, reason }) =>
    result === 'dispatched'
      ? `✔ ${foreign(number, 40)}`
      : `✖ ${foreign(number, 40)}: ${foreign(reason ?? 'refused', 90)}`,
  );
  const turn = (name: string, text: string, to: number): SlackButton => ({
    type: 'button',
    action_id: `batch_page:${name}`,
    text: { type: 'plain_text', text, emoji: false },
    value: batchPageValue(place, to),
  });
  const turns = [
    ...(page > 0 ? [turn('previous', 'Previous', page - 1)] : []),
    ...(page < last ? [turn('next', 'Next', page + 1)] : []),
  ];
  const blocks: SlackBlock[] = [
    section(`*${summary}* · ${foreign(place.by, 40)} · ${run}`),
    ...(lines.length === 0 ? [] : [section(lines.join('\n'))]),
    ...(turns.length === 0 ? [] : [{ type: 'actions', elements: turns } as const]),
  ];
  return { text: summary, blocks };
}
