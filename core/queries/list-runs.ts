import type { Page, PageRequest } from './paging.ts';

export type RunKind = 'sync' | 'reconciliation' | 'batch_dispatch' | 'bulk_retry' | 'stock_push';
export type RunStatus = 'queued' | 'running' | 'done' | 'failed' | 'cancelled';

/** Who set it off: the schedule (and webhooks), or a person. */
export type RunType = 'automatic' | 'manual';

/**
 * What the Sync Status column says. `skipped` and `no_new_orders` are successes that brought nothing new: the first saw
 * orders that are none of the desk's business, the second saw none.
 */
export type RunResult =
  | 'queued'
  | 'running'
  | 'success'
  | 'partly_failed'
  | 'skipped'
  | 'no_new_orders'
  | 'failed'
  | 'cancelled';

export interface RunRow {
  readonly id: string;
  readonly merchantId: string;
  readonly storeId: string | null;
  readonly storeName: string | null;
  readonly platform: string | null;
  readonly kind: RunKind;
  /** scheduled, first, held, webhook, nightly; immediate, time_range, order_numbers; batch. */
  readonly mode: string;
  readonly type: RunType;
  readonly orderKind: 'b2c' | 'b2b';
  readonly status: RunStatus;
  readonly result: RunResult;
  /** Orders that the platform gave; for tasks, the orders asked for. */
  readonly orderCount: number;
  readonly pages: number;
  readonly fetched: number;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly skipped: number;
  readonly held: number;
  readonly failed: number;
  readonly recovered: number;
  /** Known size of a task; null for a sync. */
  readonly total: number | null;
  readonly error: string | null;
  readonly actorName: string;
  readonly via: string;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  /** Moved while it runs; an old one on a running row means that its process died and another will take over. */
  readonly pulseAt: Date | null;
  readonly finishedAt: Date | null;
}

export interface ListRunsInput extends PageRequest {
  readonly merchantIds: readonly string[];
  readonly storeId?: string | undefined;
  readonly platform?: string | undefined;
  readonly type?: RunType | undefined;
  readonly result?: RunResult | undefined;
}

/** Newest first. */
export type ListRuns = (input: ListRunsInput) => Promise<Page<RunRow>>;
