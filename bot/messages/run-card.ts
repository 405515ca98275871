import type { RunDetail } from '../../core/queries/show-run.ts';
import type { SlackBlock } from './blocks.ts';
import { context, section } from './sections.ts';
import { syncCounts } from './sync-progress.ts';
import { count, foreign, link, moment } from './text.ts';

/** One run in two lines, for a link to it. */
export function runCard(run: RunDetail, publicUrl: string): SlackBlock[] {
  const name = `${run.kind.replaceAll('_', ' ').replace(/^./, (letter) => letter.toUpperCase())}${run.storeName === null ? '' : ` of ${run.storeName}`}`;
  const counts =
    run.kind === 'sync' || run.kind === 'reconciliation'
      ? `${syncCounts(run)}, ${run.failed} failed`
      : `${count(run.total ?? run.orderCount, 'order')}, ${run.failed} failed`;
  const error = run.error === null ? '' : `\n${foreign(run.error, 200)}`;
  return [
    section(
      `*${link(`${publicUrl}/sync-log/${run.id}`, name)}* · ${run.result.replaceAll('_', ' ')}\n${counts}${error}`,
    ),
    context(`${foreign(run.actorName, 60)} · ${moment(run.createdAt)}`),
  ];
}
