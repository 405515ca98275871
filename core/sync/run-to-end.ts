import { settleAlerts } from '../alert/settle-job.ts';
import { safeMessage } from '../describe-error.ts';
import { ConnectorError } from '../errors.ts';
import type { IntakeStore, RunCounts, RunOutcome, SyncRun } from '../ports/intake.ts';
import type { Platforms, StoreConnection } from '../ports/platforms.ts';
import { RunIsOver, type SyncWorkPorts } from './sync-work.ts';

export type SyncPorts = SyncWorkPorts & { readonly platforms: Platforms };

/** A running row shows that it lives this often; one without a pulse for `reapAfterMs` is taken for dead. */
export const pulseMs = 20_000;

export interface RunAttempt {
  readonly run: SyncRun;
  readonly store: IntakeStore;
  readonly signal: AbortSignal;
  /** The job engine will not try again: what fails now has failed. */
  readonly isLastAttempt: boolean;
}

/**
 * Does the work of a claimed run and ends its row. Troubles that may pass are thrown, so that the job engine tries
 * again (the row stays `running`, and says what it waits for); at the last attempt, and for troubles that do not pass,
 * the run fails with its reason. A shutdown leaves the row for the next process.
 */
export async function runToEnd(
  ports: SyncPorts,
  attempt: RunAttempt,
  work: (connection: StoreConnection, signal: AbortSignal) => Promise<void>,
): Promise<RunOutcome | null> {
  const { run, store } = attempt;
  const pulse = startPulse(ports, run, attempt.signal);
  try {
    const reference = { merchantId: run.merchantId, storeId: run.storeId };
    await ports.platforms.withStore(reference, (connection) => work(connection, pulse.signal), pulse.signal);
    return await finish(ports, run, store);
  } catch (error) {
    if (error instanceof RunIsOver || pulse.isOver()) return null;
    if (attempt.signal.aborted) throw error;
    const isPassing = !(error instanceof ConnectorError) || error.kind === 'retryable';
    if (isPassing && !attempt.isLastAttempt) {
      await note(ports, run, error);
      throw error;
    }
    await fail(ports, run, store, wordsFor(error));
    // Troubles of a platform are the run's to tell; anything else is ours, and belongs in the log and the job's row.
    if (!(error instanceof ConnectorError)) throw error;
    return 'failed';
  } finally {
    pulse.stop();
  }
}

/** Ends a run that cannot begin. */
export async function fail(ports: SyncPorts, run: SyncRun, store: IntakeStore | null, words: string): Promise<void> {
  const at = ports.clock.now();
  await ports.database.transaction(async (tx) => {
    await ports.intake.runs.finish(
      tx,
      run.merchantId,
      run.id,
      { status: 'failed', outcome: 'failed', error: words },
      at,
    );
    if (store === null) return;
    const { merchantId, id: storeId } = store;
    await ports.intake.stores.recordResult(tx, { merchantId, storeId, at, outcome: 'failed', reconciled: false });
    await ports.jobs.enqueue(tx, [settleAlerts(merchantId)]);
  });
}

async function finish(ports: SyncPorts, run: SyncRun, store: IntakeStore): Promise<RunOutcome> {
  const at = ports.clock.now();
  return ports.database.transaction(async (tx) => {
    const ended = await ports.intake.runs.find(tx, run.merchantId, run.id);
    const outcome = outcomeOf(ended?.counts ?? run.counts);
    const { merchantId, id: storeId } = store;
    await ports.intake.runs.finish(tx, merchantId, run.id, { status: 'done', outcome, error: null }, at);
    const reconciled = run.kind === 'reconciliation';
    await ports.intake.stores.recordResult(tx, { merchantId, storeId, at, outcome, reconciled });
    // Its pages settle the alerts only now and then; by the row also what a dead process took is counted.
    const counts = ended?.counts ?? run.counts;
    const hasNews = counts.created + counts.updated + counts.failed > 0 || store.failingRuns > 0;
    if (hasNews) await ports.jobs.enqueue(tx, [settleAlerts(merchantId)]);
    return outcome;
  });
}

/** What the log says of a run that went through. Pure. */
export function outcomeOf(counts: RunCounts): RunOutcome {
  if (counts.failed > 0) return 'partial';
  if (counts.created + counts.updated > 0) return 'orders';
  return counts.skipped > 0 && counts.unchanged === 0 ? 'skipped_only' : 'no_new_orders';
}

/** For the run's row: the platform's own words first, never recipient data or secrets. */
export function wordsFor(error: unknown, then = 'It is tried again at the next sync.'): string {
  if (!(error instanceof ConnectorError))
    return 'The desk failed at this; the log has more. It is tried again by itself.';
  if (error.kind === 'needs_reauthorization') return 'Please update authorization: the platform refuses our access.';
  const said = error.platformMessage ?? error.message;
  const code = error.platformCode === undefined ? '' : ` (${error.platformCode})`;
  const next = error.kind === 'retryable' ? ` ${then}` : '';
  return `${said.replace(/[.\s]+$/, '')}${code}.${next}`;
}

async function note(ports: SyncPorts, run: SyncRun, error: unknown): Promise<void> {
  const words =
    error instanceof ConnectorError
      ? wordsFor(error, 'It is tried again in a moment.')
      : 'Interrupted; it goes on in a moment.';
  try {
    await ports.database.transaction((tx) =>
      ports.intake.runs.note(tx, run.merchantId, run.id, words, ports.clock.now()),
    );
  } catch (failure) {
    // The first trouble is the one to be told; most likely this is the same one (the database is away).
    ports.log.warn({ runId: run.id, error: safeMessage(failure) }, 'a run could not be marked as interrupted');
  }
}

interface Pulse {
  /** Aborts on shutdown, and when the run was ended by somebody else. */
  readonly signal: AbortSignal;
  isOver(): boolean;
  stop(): void;
}

function startPulse(ports: SyncPorts, run: SyncRun, signal: AbortSignal): Pulse {
  const over = new AbortController();
  const beat = async (): Promise<void> => {
    try {
      const lives = await ports.database.transaction((tx) =>
        ports.intake.runs.pulse(tx, run.merchantId, run.id, ports.clock.now()),
      );
      if (!lives) over.abort(new RunIsOver('run_ended'));
    } catch (error) {
      // One missed pulse is nothing; the work itself will notice a database that stays away.
      ports.log.warn({ runId: run.id, error: safeMessage(error) }, 'a run could not show that it lives');
    }
  };
  const timer = setInterval(() => void beat(), pulseMs);
  timer.unref();
  return {
    signal: AbortSignal.any([signal, over.signal]),
    isOver: () => over.signal.aborted,
    stop: () => clearInterval(timer),
  };
}
