import type { RunProgress } from '../../core/queries/list-run-progress.ts';
import type { Reply } from './commands.ts';
import { inSections } from './sections.ts';
import { count, escapeText, foreign, link, plain } from './text.ts';

export interface SyncLine {
  readonly storeName: string;
  readonly runId: string;
  /** One for the same was under way already. */
  readonly joined: boolean;
  /** Null: not looked at yet. */
  readonly progress: RunProgress | null;
}

/** Stores told one by one; of more only the sums. */
const shownLines = 30;
const shownRefusals = 10;

/** How far the syncs are that somebody asked for. `note` stands at the end, in our own words. */
export function syncReply(
  lines: readonly SyncLine[],
  refused: readonly string[],
  publicUrl: string,
  note: string | null = null,
): Reply {
  const isOver = lines.every(isDone);
  const shown = lines.slice(0, shownLines).map((line) => lineText(line, publicUrl));
  const more = lines.length - shown.length;
  const texts = [
    ...shown,
    ...(more > 0 ? [`and ${count(more, 'more store')}`] : []),
    ...(lines.length > 1 ? [sumText(lines)] : []),
    ...refused.slice(0, shownRefusals).map((reason) => `⚠ ${escapeText(plain(reason, 200))}`),
    ...(refused.length > shownRefusals ? [`and ${refused.length - shownRefusals} more that could not be synced`] : []),
    ...(note === null ? [] : [`_${note}_`]),
  ];
  const [only] = lines;
  const what = lines.length === 1 && only !== undefined ? foreign(only.storeName, 60) : count(lines.length, 'store');
  return { text: `Sync of ${what}: ${isOver ? 'over' : 'under way'}`, blocks: inSections(texts) };
}

export const isDone = ({ progress }: Pick<SyncLine, 'progress'>): boolean =>
  progress !== null && !['queued', 'running'].includes(progress.status);

const lineText = (line: SyncLine, publicUrl: string): string =>
  `${foreign(line.storeName, 60)}: ${progressText(line)} · ${link(`${publicUrl}/sync-log/${line.runId}`, 'open the run')}`;

function sumText(lines: readonly SyncLine[]): string {
  const sum = (read: (progress: RunProgress) => number) =>
    lines.reduce((total, { progress }) => total + (progress === null ? 0 : read(progress)), 0);
  const done = lines.filter(isDone).length;
  return `*${done} of ${count(lines.length, 'store')} done: ${sum((p) => p.fetched)} fetched, ${sum((p) => p.created)} new, ${sum((p) => p.held)} held*`;
}

function progressText({ progress, joined }: SyncLine): string {
  if (progress === null || progress.status === 'queued') return joined ? 'joined the sync that is waiting' : 'waiting';
  const counts = `${count(progress.pages, 'page')}, ${progress.fetched} fetched, ${progress.created} new, ${progress.held} held`;
  switch (progress.status) {
    case 'running':
      return `running: ${counts}`;
    case 'done':
      return progress.failed > 0 ? `done: ${counts}, ${progress.failed} could not be read` : `done: ${counts}`;
    case 'failed':
      return `failed: ${foreign(progress.error ?? 'see the run', 200)}`;
    case 'cancelled':
      return 'cancelled';
  }
}
