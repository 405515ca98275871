import type { RunResult, RunRow } from '../../../core/queries/list-runs.ts';
import type { Tone } from '../parts.tsx';

export const resultWords: Readonly<Record<RunResult, { readonly tone: Tone; readonly words: string }>> = {
  queued: { tone: 'info', words: 'Waiting' },
  running: { tone: 'flow', words: 'Running' },
  success: { tone: 'ok', words: 'Success' },
  partly_failed: { tone: 'wait', words: 'Partly failed' },
  skipped: { tone: 'off', words: 'Orders skipped' },
  no_new_orders: { tone: 'off', words: 'No new orders' },
  failed: { tone: 'hold', words: 'Failed' },
  cancelled: { tone: 'off', words: 'Cancelled' },
};

const modeWords: Readonly<Record<string, string>> = {
  scheduled: 'Scheduled',
  first: 'First sync',
  held: 'Re-read of held orders',
  webhook: 'Platform notice',
  nightly: 'Nightly comparison',
  immediate: 'Immediate sync',
  time_range: 'Time range sync',
  order_numbers: 'Order number sync',
  refetch: 'Orders fetched again',
};

const kindWords: Readonly<Record<RunRow['kind'], string>> = {
  sync: 'Sync',
  reconciliation: 'Comparison',
  batch_dispatch: 'Batch dispatch',
  bulk_retry: 'Bulk retry',
  stock_push: 'Stock push',
};

export const runName = (run: Pick<RunRow, 'kind' | 'mode'>): string =>
  run.kind === 'sync' || run.kind === 'reconciliation'
    ? (modeWords[run.mode] ?? kindWords[run.kind])
    : kindWords[run.kind];

export const isUnderWay = (run: Pick<RunRow, 'status'>): boolean => run.status === 'queued' || run.status === 'running';

/** A running row without a sign of life for this long belongs to a process that died; another one takes over. */
export const silentMs = 60_000;

const secondMs = 1_000;
const minuteMs = 60 * secondMs;

/** `420 ms`, `12 s`, `3 min 5 s`. */
export function durationText(ms: number): string {
  if (ms < secondMs) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < minuteMs) return `${Math.round(ms / secondMs)} s`;
  const minutes = Math.floor(ms / minuteMs);
  const seconds = Math.round((ms - minutes * minuteMs) / secondMs);
  return seconds === 0 ? `${minutes} min` : `${minutes} min ${seconds} s`;
}

export const runDuration = (run: RunRow, now: Date): string | null =>
  run.startedAt === null ? null : durationText((run.finishedAt ?? now).getTime() - run.startedAt.getTime());

const groupWords: Readonly<Record<string, { readonly tone: Tone; readonly words: string }>> = {
  created: { tone: 'ok', words: 'New' },
  updated: { tone: 'ok', words: 'Updated' },
  unchanged: { tone: 'off', words: 'Unchanged' },
  reread: { tone: 'off', words: 'Read again' },
  recovered: { tone: 'ok', words: 'Recovered' },
  held: { tone: 'hold', words: 'Held' },
  skipped: { tone: 'off', words: 'Skipped' },
  missing: { tone: 'wait', words: 'Not found' },
  failed: { tone: 'wait', words: 'Could not be read' },
  dispatched: { tone: 'ok', words: 'Dispatched' },
  repeated: { tone: 'ok', words: 'Sent again' },
  refused: { tone: 'hold', words: 'Refused' },
};

export const groupText = (result: string): { readonly tone: Tone; readonly words: string } =>
  groupWords[result] ?? { tone: 'off', words: result };
