import type { Tx } from './database.ts';

/**
 * Lanes have capacity of their own, so that no bulk work keeps an operator or a writeback waiting.
 * interactive: a person waits · writeback: tracking to platforms · alert: Slack · sync: fetching · background: the rest.
 */
export const lanes = ['interactive', 'writeback', 'alert', 'sync', 'background'] as const;
export type Lane = (typeof lanes)[number];

/** Every task, its lane and the shape of its payload: ids only, never recipient data or secrets. */
export interface Tasks {
  /** Run one sync (a row of `runs`). Queue: the authorization. */
  'sync.run': { merchantId: string; runId: string };
  /** Decide which stores' slots are due, and enqueue their syncs (from a schedule tick). */
  'sync.tick': { slot: string };
  /** Nightly reconciliation of one store. Queue: the authorization. */
  'sync.reconcile': { merchantId: string; storeId: string };
  /** A webhook arrived: fetch that order. Queue: the authorization. */
  'webhook.process': { merchantId: string; deliveryId: string };
  /** Send one writeback (row of `writebacks`). Queue: the writebacks of the authorization. */
  'writeback.send': { merchantId: string; writebackId: string };
  /** Read back accepted writebacks and mark them confirmed. Queue: likewise. */
  'writeback.confirm': { merchantId: string; writebackId: string };
  /**
   * Bring the alerts of a merchant in line with what is open; `page`: without those that time alone brings; `orderId`:
   * one that was put back, whose settled cards count it again.
   */
  'alert.settle': { merchantId: string; scope?: 'page'; orderId?: string };
  /** Post, update or resolve one alert's Slack message; `snooze`: although it is snoozed, so that it says so. */
  'alert.deliver': { merchantId: string; alertId: string; why?: 'snooze' };
  /** Show whatever is due in Slack, at its pace. */
  'alert.outbox': Record<string, never>;
  /** Tell an owner that a Slack channel cannot be used. */
  'slack.notice': { channelId: string };
  /** Post the digest of one channel and day (`2026-11-21`). */
  'slack.digest': { channelId: string; day: string };
  /** Draw the Home tab anew for those who opened it lately and whose work changed. */
  'slack.homes': Record<string, never>;
  /** Edit the answer of one `/orders sync` until its runs are over. */
  'slack.follow': { followId: string };
  /** Work on one recorded Slack interaction. */
  'slack.interaction': { interactionId: string };
  /** Refresh a token ahead of its expiry. Queue: the authorization. */
  'authorization.refresh': { merchantId: string; authorizationId: string };
  /** Ask the platform to call us for one store. Queue: the authorization. */
  'webhooks.register': { merchantId: string; storeId: string };
  /** Look for expiring authorizations, release timed holds, fold counters, purge what is past its time. */
  'housekeeping.minute': { slot: string };
  'housekeeping.daily': { slot: string };
}

/** Does not compile for a payload with anything but texts: the job engine takes no other. */
type OfTexts<T extends { [N in keyof T]: { [Field in keyof T[N]]: string | undefined } }> = T;

export type TaskName = keyof OfTexts<Tasks>;

export interface Job<N extends TaskName = TaskName> {
  readonly task: N;
  readonly payload: Tasks[N];
  /** Jobs of one named queue run one after the other, over all processes: `authorizationQueue(id)`. */
  readonly queue?: string | undefined;
  /** A waiting job with the same key is replaced, not doubled. A running one is not joined: tasks are safe to run twice. */
  readonly key?: string | undefined;
  readonly runAt?: Date | undefined;
  /** Lower runs first; default 0. */
  readonly priority?: number | undefined;
  /** Attempts of the job engine before it gives up; default 10. Business retries live on the writeback's row instead. */
  readonly maxAttempts?: number | undefined;
}

/** Any of the jobs, discriminated by `task`. */
export type AnyJob = { [N in TaskName]: Job<N> }[TaskName];

export const authorizationQueue = (authorizationId: string): string => `authorization:${authorizationId}`;
/** Writebacks of an account are told one after the other, but never after a sync of it that takes an hour. */
export const writebackQueue = (authorizationId: string): string => `${authorizationQueue(authorizationId)}:writebacks`;

export interface Jobs {
  /** Enqueues in the caller's transaction: the jobs exist exactly when the transaction commits. Takes many at once. */
  enqueue(tx: Tx, jobs: readonly AnyJob[]): Promise<void>;
}

/** What a worker calls; `signal` aborts on shutdown. Registered by the composition root, one per task. */
export type TaskHandlers = {
  [N in TaskName]: (
    payload: Tasks[N],
    context: { signal: AbortSignal; attempt: number; maxAttempts: number },
  ) => Promise<void>;
};

export const laneOf: Record<TaskName, Lane> = {
  'sync.run': 'sync',
  'sync.tick': 'sync',
  'sync.reconcile': 'background',
  'webhook.process': 'sync',
  'writeback.send': 'writeback',
  'writeback.confirm': 'background',
  'alert.settle': 'alert',
  'alert.deliver': 'alert',
  'alert.outbox': 'alert',
  'slack.notice': 'alert',
  'slack.digest': 'alert',
  'slack.homes': 'alert',
  'slack.follow': 'interactive',
  'slack.interaction': 'interactive',
  'authorization.refresh': 'background',
  'webhooks.register': 'background',
  'housekeeping.minute': 'background',
  'housekeeping.daily': 'background',
};
