import { type AnyJob, authorizationQueue } from '../ports/jobs.ts';

/**
 * Attempts of the job engine for one run, about two minutes in all: longer troubles are left to the next tick, which
 * covers the same window.
 */
const maxAttempts = 5;
/** A person waits for it: before what the schedule asked. */
const personPriority = -10;

/** The job of a run. Its key makes enqueuing it again harmless while it waits. */
export function syncJob(
  run: { readonly merchantId: string; readonly runId: string; readonly authorizationId: string },
  byPerson: boolean,
): AnyJob {
  return {
    task: 'sync.run',
    payload: { merchantId: run.merchantId, runId: run.runId },
    queue: authorizationQueue(run.authorizationId),
    key: `sync.run:${run.runId}`,
    maxAttempts,
    priority: byPerson ? personPriority : undefined,
  };
}

/** The nightly comparison of one store. */
export function reconcileJob(store: {
  readonly merchantId: string;
  readonly storeId: string;
  readonly authorizationId: string;
}): AnyJob {
  return {
    task: 'sync.reconcile',
    payload: { merchantId: store.merchantId, storeId: store.storeId },
    queue: authorizationQueue(store.authorizationId),
    key: `sync.reconcile:${store.storeId}`,
    maxAttempts,
  };
}
