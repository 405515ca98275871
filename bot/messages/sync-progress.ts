import type { AskedNumber, RunProgress } from '../../core/queries/list-run-progress.ts';
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
/** Order numbers that were asked for, told one by one over all stores. */
const shownNumbers = 25;

/** How far the syncs are that somebody asked for. `note` stands at the end, in our own words. */
export function syncReply(
  lines: readonly SyncLine[],
  refused: readonly string[],
  publicUrl: string,
  note: string | null = null,
): Reply {
  const isOver = lines.every(isDone);
  const room = { left: shownNumbers };
  const shown = lines.slice(0, shownLines).flatMap((line) => [lineText(line, publicUrl), ...numberTexts(line, room)]);
  const more = lines.length - Math.min(lines.length, shownLines);
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
  return `*${done} of ${count(lines.length, 'store')} done: ${figures({ fetched: sum((p) => p.fetched), created: sum((p) => p.created), held: sum((p) => p.held) })}*`;
}

function progressText({ progress, joined }: SyncLine): string {
  if (progress === null || progress.status === 'queued') return joined ? 'joined the sync that is waiting' : 'waiting';
  const counts = syncCounts(progress);
  switch (progress.status) {
    case 'running':
      return progress.error === null
        ? `running: ${counts}`
        : `stopped for now: ${foreign(progress.error, 200)} So far ${counts}`;
    case 'done':
      return progress.failed > 0 ? `done: ${counts}, ${progress.failed} could not be read` : `done: ${counts}`;
    case 'failed':
      return `failed: ${foreign(progress.error ?? 'see the run', 200)}`;
    case 'cancelled':
      return 'cancelled';
  }
}

/** What one sync did. The last figure is no count of all that is held. */
export const syncCounts = (run: Pick<RunProgress, 'pages' | 'fetched' | 'created' | 'held'>): string =>
  `${count(run.pages, 'page')}, ${figures(run)}`;

const figures = ({ fetched, created, held }: Pick<RunProgress, 'fetched' | 'created' | 'held'>): string =>
  `${fetched} fetched, ${created} new, ${held} held among the new and changed`;

/** What became of each number that was asked for, what was not taken first. */
function numberTexts({ progress }: SyncLine, room: { left: number }): string[] {
  const byNumber = Map.groupBy(progress?.numbers ?? [], ({ number }) => number);
  const isTaken = (all: readonly AskedNumber[]) => all.some(({ result }) => takenResults.has(result));
  const rows = [...byNumber.values()].sort((a, b) => Number(isTaken(a)) - Number(isTaken(b)));
  const shown = rows.slice(0, room.left);
  room.left -= shown.length;
  const more = rows.length - shown.length;
  const texts = shown.map((all) => `• ${foreign(all[0]?.number ?? '', 40)}: ${all.map(resultText).join(', ')}`);
  return more > 0 ? [...texts, `and ${count(more, 'more number')}: open the run`] : texts;
}

const takenResults: ReadonlySet<string> = new Set(['created', 'updated', 'recovered']);

function resultText({ result, reason }: AskedNumber): string {
  const why = reason === null ? '' : foreign(reason, 160);
  switch (result) {
    case 'created':
    case 'recovered':
      return 'new';
    case 'missing':
      return why === '' ? 'not found' : `not taken · ${why}`;
    case 'failed':
      return `could not be read${why === '' ? '' : ` · ${why}`}`;
    case 'unchanged':
    case 'updated':
    case 'skipped':
    case 'held':
      return why === '' ? result : `${result} · ${why}`;
    default:
      return why === '' ? result.replaceAll('_', ' ') : why;
  }
}
