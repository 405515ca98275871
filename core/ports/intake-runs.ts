import type { OrderKind } from '../order/types.ts';
import type { Door } from '../people/actor.ts';
import type { Tx } from './database.ts';
import type { IntakeStore } from './intake-orders.ts';

export interface MalformedOrder {
  readonly id: string;
  /** The platform's id as far as readable, else its number, else a hash of the payload. */
  readonly identity: string;
  readonly platformOrderId: string | null;
  readonly platformOrderNumber: string | null;
  readonly reason: string;
  readonly body: string;
}

export interface MalformedRepository {
  /** Keeps each once by identity, with how often it was seen. True when one of them was not open before. */
  save(tx: Tx, store: IntakeStore, runId: string | null, rows: readonly MalformedOrder[], at: Date): Promise<boolean>;
  /** They could be read after all; gives back how many were open. */
  resolve(tx: Tx, store: IntakeStore, platformOrderIds: readonly string[], at: Date): Promise<number>;
  /** Platform order ids of open ones, to be read again; without those that this very run has just read. */
  retryable(tx: Tx, merchantId: string, storeId: string, runId: string, limit: number): Promise<string[]>;
}

export const syncModes = [
  'scheduled',
  'immediate',
  'first',
  'time_range',
  'order_numbers',
  'refetch',
  'nightly',
] as const;
export type SyncMode = (typeof syncModes)[number];

export const runOutcomes = ['orders', 'no_new_orders', 'skipped_only', 'partial', 'failed'] as const;
export type RunOutcome = (typeof runOutcomes)[number];

export interface RunCounts {
  readonly fetched: number;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly skipped: number;
  /** Of created and updated: held afterwards. */
  readonly held: number;
  readonly failed: number;
  /** Of created: the reconciliation found them missing. */
  readonly recovered: number;
}

export interface RunItem {
  readonly result:
    | 'created'
    | 'updated'
    | 'unchanged'
    | 'reread'
    | 'skipped'
    | 'held'
    | 'failed'
    | 'missing'
    | 'recovered';
  readonly reasonCode: string | null;
  readonly reason: string | null;
  readonly numbers: readonly string[];
  readonly orderIds: readonly string[];
}

export interface NewRun {
  readonly id: string;
  readonly merchantId: string;
  readonly storeId: string;
  readonly authorizationId: string;
  readonly kind: 'sync' | 'reconciliation';
  readonly mode: SyncMode;
  readonly orderKind: OrderKind;
  readonly since: Date | null;
  readonly until: Date | null;
  /** Order numbers asked for; of a re-fetch the platform order ids. */
  readonly numbers: readonly string[];
  readonly personId: string | null;
  readonly actorName: string;
  readonly via: Door;
}

export interface SyncRun extends NewRun {
  readonly status: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly counts: RunCounts;
}

export interface RunRepository {
  /** Inserts it, or finds the one of its mode that already waits or runs; `joined` tells which. */
  request(tx: Tx, run: NewRun, at: Date): Promise<{ readonly runId: string; readonly joined: boolean }>;
  /** One that waits or runs for the very same window and numbers. Callers hold the store's lock. */
  findTwin(tx: Tx, run: NewRun): Promise<string | null>;
  /** Inserts those for which none waits or runs; gives back their ids. */
  insertMany(tx: Tx, runs: readonly NewRun[], at: Date): Promise<string[]>;
  find(tx: Tx, merchantId: string, runId: string): Promise<SyncRun | null>;
  /**
   * To `running`, also when a dead process left it so; what an earlier attempt only counted (unchanged, skipped, failed)
   * is forgotten, because it will be counted again. Null when it has ended or is not the merchant's.
   */
  claim(tx: Tx, merchantId: string, runId: string, at: Date): Promise<SyncRun | null>;
  /** The window that a run decided on when it began. */
  setWindow(tx: Tx, merchantId: string, runId: string, since: Date, until: Date): Promise<void>;
  /** Adds what some pages brought. False when the run is not running any more: nothing was written. */
  recordPages(
    tx: Tx,
    merchantId: string,
    runId: string,
    pages: { readonly count: number; readonly counts: RunCounts; readonly items: readonly RunItem[] },
    at: Date,
  ): Promise<boolean>;
  /** Adds items without a page, e.g. numbers that gave no order. */
  recordItems(tx: Tx, merchantId: string, runId: string, items: readonly RunItem[], at: Date): Promise<void>;
  /** A sign of life. False when the run is not running any more. */
  pulse(tx: Tx, merchantId: string, runId: string, at: Date): Promise<boolean>;
  /** What it waits for, while it goes on. */
  note(tx: Tx, merchantId: string, runId: string, words: string, at: Date): Promise<void>;
  finish(
    tx: Tx,
    merchantId: string,
    runId: string,
    end: {
      readonly status: 'done' | 'failed' | 'cancelled';
      readonly outcome: RunOutcome;
      readonly error: string | null;
    },
    at: Date,
  ): Promise<void>;
  /** Running without a pulse since `before`: ended as failed. Gives back their stores. */
  reap(
    tx: Tx,
    before: Date,
    at: Date,
  ): Promise<{ readonly merchantId: string; readonly storeId: string | null; readonly runId: string }[]>;
  /** Queued since before `before`: their jobs may be lost. */
  listStale(
    tx: Tx,
    before: Date,
  ): Promise<
    {
      readonly merchantId: string;
      readonly runId: string;
      readonly storeId: string;
      readonly authorizationId: string;
      readonly kind: 'sync' | 'reconciliation';
    }[]
  >;
  /** Inserts ticks of stores; gives back the scopes whose slot nobody had taken. */
  takeSlots(
    tx: Tx,
    name: string,
    slots: readonly { readonly scope: string; readonly slot: Date }[],
  ): Promise<ReadonlySet<string>>;
}

export interface WebhookDelivery {
  readonly id: string;
  readonly merchantId: string;
  readonly storeId: string;
  readonly effect: string;
  readonly platformOrderId: string | null;
  readonly receivedAt: Date;
  readonly isProcessed: boolean;
}

export interface DeliveryRepository {
  find(tx: Tx, merchantId: string, deliveryId: string): Promise<WebhookDelivery | null>;
  /** Marks it, and every other one about the same order received up to `asOf`: one look answers them all. */
  markProcessed(tx: Tx, delivery: WebhookDelivery, asOf: Date, at: Date): Promise<void>;
  markFailed(tx: Tx, delivery: WebhookDelivery, error: string): Promise<void>;
}

/** What is past its time; every call removes at most `limit` and says how many it removed. */
export interface HousekeepingRepository {
  /** Adds the deltas that the trigger on orders left to `order_counts`. One process at a time; 0 when another does it. */
  foldOrderCounts(tx: Tx, limit: number): Promise<number>;
  /**
   * Looks at the next `limit` orders of all merchants after a cursor, and empties the recipients (corrections too) of
   * those that closed before their platform's moment, `otherwise` for platforms not named. `next` is null at the end.
   */
  purgeRecipients(
    tx: Tx,
    rules: readonly { readonly platform: string; readonly closedBefore: Date }[],
    otherwise: Date,
    at: Date,
    after: PurgeCursor | null,
    limit: number,
  ): Promise<{ readonly purged: number; readonly next: PurgeCursor | null }>;
  purge(tx: Tx, what: Purgeable, before: Date, limit: number): Promise<number>;
}

export interface PurgeCursor {
  readonly merchantId: string;
  readonly orderId: string;
}

/** Tables whose rows have a time after which they go. */
export type Purgeable =
  | 'raw_payloads'
  | 'malformed_orders'
  | 'platform_calls'
  | 'webhook_deliveries'
  | 'files'
  | 'interactions'
  | 'sessions'
  | 'login_links'
  | 'oauth_states'
  | 'runs';
