import { callableStatuses } from '../connect/health.ts';
import type { IntakeStore, RunOutcome, SyncRun } from '../ports/intake.ts';
import type { StoreConnection } from '../ports/platforms.ts';
import { fail, runToEnd, type SyncPorts } from '../sync/run-to-end.ts';
import { SyncWork } from '../sync/sync-work.ts';
import { type SyncWindow, windowFor } from '../sync/window.ts';

export interface RunSyncInput {
  readonly merchantId: string;
  readonly runId: string;
  /** Aborts on shutdown: the run is left as it is, and the next process goes on. */
  readonly signal: AbortSignal;
  /** The job engine will not try again. Default false. */
  readonly isLastAttempt?: boolean | undefined;
}

/**
 * Does one run of the Order Sync Log: fetches its window (or numbers) page by page, the next page under way while one is
 * written, and ends its row. Safe to be run again, also at the same time and after a crash in the middle: every page is
 * idempotent. Returns the outcome, null when the run had ended already. Throws what may pass (see `runToEnd`).
 */
export async function runSync(ports: SyncPorts, input: RunSyncInput): Promise<RunOutcome | null> {
  const begun = await begin(ports, input);
  if (begun === null) return null;
  const { run, store, window } = begun;
  if (store === null || !callableStatuses.has(store.authorizationStatus)) {
    const words = store === null ? 'The store does not exist any more.' : 'Please update authorization.';
    await fail(ports, run, store, words);
    return 'failed';
  }
  const attempt = { run, store, signal: input.signal, isLastAttempt: input.isLastAttempt ?? false };
  let work: SyncWork | null = null;
  return runToEnd(ports, attempt, async (connection, signal) => {
    work ??= new SyncWork(ports, run, signal);
    await workOn(work, connection, run, window);
  });
}

async function workOn(work: SyncWork, connection: StoreConnection, run: SyncRun, window: SyncWindow): Promise<void> {
  switch (run.mode) {
    case 'order_numbers':
      return work.numbers(connection);
    case 'refetch':
      return work.platformIds(connection, run.numbers);
    case 'time_range':
      return work.windows(connection, window);
    default:
      await work.windows(connection, window);
      return work.curable(connection);
  }
}

interface Begun {
  readonly run: SyncRun;
  readonly store: IntakeStore | null;
  readonly window: SyncWindow;
}

async function begin(ports: SyncPorts, input: RunSyncInput): Promise<Begun | null> {
  const now = ports.clock.now();
  return ports.database.transaction(async (tx) => {
    const run = await ports.intake.runs.claim(tx, input.merchantId, input.runId, now);
    if (run === null) return null;
    const [store] = await ports.intake.stores.find(tx, run.merchantId, [run.storeId]);
    const window = store === undefined ? { since: now, until: now } : decideWindow(run, store, now);
    const isDecided =
      run.since?.getTime() === window.since.getTime() && run.until?.getTime() === window.until.getTime();
    const hasWindow = run.mode !== 'order_numbers' && run.mode !== 'refetch';
    if (hasWindow && !isDecided)
      await ports.intake.runs.setWindow(tx, run.merchantId, run.id, window.since, window.until);
    return { run, store: store ?? null, window };
  });
}

/** A run keeps the window that it began with; what was asked for ends now at the latest. */
function decideWindow(run: SyncRun, store: IntakeStore, now: Date): SyncWindow {
  if (run.since === null || run.until === null) return windowFor(run.mode, store, now);
  return { since: run.since, until: run.until < now ? run.until : now };
}
