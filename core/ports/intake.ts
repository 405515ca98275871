import type { HoldLine, PaymentClass } from '../order/holds.ts';
import type { KeyKind, LineKey, MatchBy } from '../order/line-key.ts';
import type { PlatformChange } from '../order/platform-change.ts';
import type {
  HoldCode,
  HoldOrigin,
  HoldReason,
  OrderKind,
  OrderStatus,
  PlatformLine,
  PlatformOrder,
  PlatformState,
  Recipient,
} from '../order/types.ts';
import type { Door } from '../people/actor.ts';
import type { Tx } from './database.ts';

/** A store as intake needs it. */
export interface IntakeStore {
  readonly id: string;
  readonly merchantId: string;
  readonly authorizationId: string;
  readonly authorizationStatus: string;
  readonly platform: string;
  readonly name: string;
  readonly isEnabled: boolean;
  readonly matchBy: MatchBy;
  readonly requiresMethodMapping: boolean;
  readonly syncEveryMinutes: number;
  readonly lookBackHours: number;
  readonly firstLookBackHours: number;
  readonly syncedUntil: Date | null;
  readonly reconciledAt: Date | null;
  readonly createdAt: Date;
  readonly timezone: string;
  /** Some orders of it could not be read, and are tried again. */
  readonly hasMalformed: boolean;
}

/** How a run ended, on the store's row. */
export interface StoreSyncResult {
  readonly merchantId: string;
  readonly storeId: string;
  readonly at: Date;
  readonly outcome: RunOutcome;
  readonly reconciled: boolean;
}

export interface IntakeStoreRepository {
  /**
   * Locks the store's row until the transaction ends: one page, mapping or classification of a store at a time, so that
   * no order is written by rules that just changed. Taken before any order's lock. Null when deleted or another merchant's.
   */
  lock(tx: Tx, merchantId: string, storeId: string): Promise<IntakeStore | null>;
  /** Without lock; those of this merchant that are not deleted. */
  find(tx: Tx, merchantId: string, storeIds: readonly string[]): Promise<IntakeStore[]>;
  /** Enabled stores of all merchants whose authorization can be used. */
  listSyncable(tx: Tx): Promise<IntakeStore[]>;
  /** Moves the end of the last complete window forward, never back; only when `since` joins what is complete already. */
  completeWindow(tx: Tx, merchantId: string, storeId: string, since: Date, until: Date): Promise<void>;
  recordResult(tx: Tx, result: StoreSyncResult): Promise<void>;
}

/** An order that the desk has, as far as a page must know to see whether it changed. */
export interface KnownOrder {
  readonly id: string;
  readonly platformOrderId: string;
  readonly contentHash: string;
  readonly platformUpdatedAt: Date;
}

export interface StoredLine extends HoldLine {
  readonly id: string;
  readonly position: number;
  readonly pictureUrl: string | null;
  readonly unitPrice: string | null;
  readonly discountedUnitPrice: string | null;
  readonly isRemoved: boolean;
}

export interface OpenHold {
  readonly id: string;
  readonly code: HoldCode;
  readonly origin: HoldOrigin;
  readonly subject: string;
  readonly detail: Readonly<Record<string, string>>;
}

/** An order with everything that a change or a re-evaluation looks at, its row locked. */
export interface IntakeOrder {
  readonly id: string;
  readonly storeId: string;
  readonly platformOrderNumber: string;
  readonly kind: OrderKind;
  readonly status: OrderStatus;
  readonly version: number;
  readonly platformState: PlatformState;
  readonly paymentMethod: string | null;
  readonly paymentRecord: PlatformOrder['paymentRecord'];
  readonly shippingMethod: string | null;
  readonly isTouched: boolean;
  /** As the platform gave it. */
  readonly recipientId: string | null;
  readonly recipient: Recipient | null;
  readonly buyerNote: string | null;
  readonly isRecipientPurged: boolean;
  readonly correctedRecipientId: string | null;
  readonly correctedRecipient: Recipient | null;
  /** In the platform's order; removed ones too. */
  readonly lines: readonly StoredLine[];
  readonly openHolds: readonly OpenHold[];
  /** What a person overruled. */
  readonly released: readonly { readonly code: HoldCode; readonly subject: string }[];
}

export interface NewHold extends HoldReason {
  readonly id: string;
  readonly orderId: string;
  readonly note?: string | null | undefined;
  readonly releaseAt?: Date | null | undefined;
}

export interface NewOrder {
  readonly id: string;
  /** Null when the platform gave neither recipient nor note. */
  readonly recipientId: string | null;
  readonly order: PlatformOrder;
  readonly raw: string;
  readonly contentHash: string;
  readonly holds: readonly NewHold[];
}

/** New content of an order that the desk has. Only what the platform owns, and the count of its open holds. */
export interface ChangedOrder {
  readonly id: string;
  readonly order: PlatformOrder;
  readonly raw: string;
  readonly contentHash: string;
  /** `write`: this row is inserted or overwritten; `keep`: left alone (purged, or unchanged). */
  readonly recipient: { readonly id: string | null; readonly action: 'write' | 'keep' };
  /** New or changed lines; `id` is the stored line's, or a new one. */
  readonly lines: readonly { readonly id: string; readonly position: number; readonly line: PlatformLine }[];
  readonly removedLineIds: readonly string[];
  readonly openHoldCount: number;
}

export interface OrderIngestRepository {
  /** By platform order id, without locks; unknown ones are left out. */
  findKnown(tx: Tx, merchantId: string, storeId: string, platformOrderIds: readonly string[]): Promise<KnownOrder[]>;
  /** Locks the rows in id order, then loads. Ids of other merchants are left out. In id order. */
  lock(tx: Tx, merchantId: string, orderIds: readonly string[]): Promise<IntakeOrder[]>;
  /** Everything of new orders: recipients, orders, lines, packages, raw payloads, holds. Throws on a duplicate. */
  insert(tx: Tx, store: IntakeStore, orders: readonly NewOrder[], at: Date): Promise<void>;
  /** Everything of changed orders but their holds; each version moves by one. Their rows are locked. */
  update(tx: Tx, store: IntakeStore, orders: readonly ChangedOrder[], at: Date): Promise<void>;
  /** The platform changed nothing but its own time. */
  touch(
    tx: Tx,
    merchantId: string,
    orders: readonly { readonly id: string; readonly platformUpdatedAt: Date }[],
  ): Promise<void>;
  /** The platform was asked about these, and they are as they were. */
  seen(tx: Tx, merchantId: string, orderIds: readonly string[], at: Date): Promise<void>;
  /** Saves an operator's correction; the original stays. `id` is the row's, old or new. */
  saveCorrection(
    tx: Tx,
    merchantId: string,
    orderId: string,
    recipient: Recipient & { readonly id: string },
    at: Date,
  ): Promise<void>;
  /** Open orders held for one of `codes`, those not looked at for longest first: their platform order ids. */
  heldFor(tx: Tx, merchantId: string, storeId: string, codes: readonly HoldCode[], limit: number): Promise<string[]>;
  /** Orders that the desk still works on, created before `before`, in platform order id order from `after`. */
  listOpen(
    tx: Tx,
    merchantId: string,
    storeId: string,
    page: { readonly after: string; readonly before: Date; readonly limit: number },
  ): Promise<string[]>;
  /** [{ orderId, storeId, platformOrderId, number }] of this merchant's. */
  platformIds(
    tx: Tx,
    merchantId: string,
    orderIds: readonly string[],
  ): Promise<
    { readonly orderId: string; readonly storeId: string; readonly platformOrderId: string; readonly number: string }[]
  >;
  /** Which of these orders of the store are open for rules: ids, in id order, page by page. */
  listOpenForRules(
    tx: Tx,
    merchantId: string,
    storeId: string,
    page: {
      readonly after: string | null;
      readonly limit: number;
      readonly shippingMethod?: string | undefined;
    },
  ): Promise<string[]>;
}

/** Who or what closes a hold. */
export interface HoldClosing {
  readonly by: string;
  readonly via: Door;
  /** `mapped`, `classified`, `corrected`, `platform`, `released`, `time` … */
  readonly resolution: string;
  readonly note?: string | null | undefined;
}

/** A hold with its order, locked: what a person acts on. */
export interface HoldToRelease extends OpenHold {
  readonly orderId: string;
  readonly orderNumber: string;
  readonly status: OrderStatus;
}

export interface Touched {
  /** Orders of which a hold was opened or closed. */
  readonly touched: number;
  /** Of those: not held any more. */
  readonly released: number;
}

/**
 * Holds of orders. Every call keeps `orders.open_hold_count` right, moves the version of the orders that it touches,
 * and takes their locks in id order first.
 */
export interface HoldRepository {
  /** Opens holds; those that are open already are left alone. */
  open(
    tx: Tx,
    merchantId: string,
    holds: readonly NewHold[],
    by: { readonly name: string },
    at: Date,
  ): Promise<Touched>;
  closeByIds(tx: Tx, merchantId: string, holdIds: readonly string[], closing: HoldClosing, at: Date): Promise<Touched>;
  /** Opens and closes of a re-evaluation in one go. */
  replace(
    tx: Tx,
    merchantId: string,
    change: { readonly open: readonly NewHold[]; readonly closeIds: readonly string[] },
    closing: HoldClosing,
    at: Date,
  ): Promise<Touched>;
  /** As `replace`, where the caller writes the orders' rows itself (a page does, with their new counts). */
  replaceOnly(
    tx: Tx,
    merchantId: string,
    change: {
      readonly open: readonly NewHold[];
      readonly closeIds: readonly string[];
      readonly redescribe: readonly { readonly id: string; readonly detail: Readonly<Record<string, string>> }[];
    },
    closing: HoldClosing,
    at: Date,
  ): Promise<void>;
  /** Open holds by id, with their orders locked; those of other merchants are left out. */
  lockHolds(tx: Tx, merchantId: string, holdIds: readonly string[]): Promise<HoldToRelease[]>;
  /** All open holds of these orders, likewise. */
  lockHoldsOf(tx: Tx, merchantId: string, orderIds: readonly string[]): Promise<HoldToRelease[]>;
  /** A re-evaluation does not open these again. */
  overrule(
    tx: Tx,
    merchantId: string,
    releases: readonly { readonly orderId: string; readonly code: HoldCode; readonly subject: string }[],
    by: string,
    note: string,
    at: Date,
  ): Promise<void>;
  /** The platform says it no longer: should it say so again, it counts anew. */
  forgetReleases(
    tx: Tx,
    merchantId: string,
    releases: readonly { readonly orderId: string; readonly code: HoldCode; readonly subject: string }[],
  ): Promise<void>;
  /** Closes every open hold whose release time has come, at most `limit`; gives back the merchants touched. */
  releaseDue(tx: Tx, at: Date, limit: number): Promise<{ readonly merchantIds: string[]; readonly closed: number }>;

  // One rule of a store changed: every open order that it touches, in one set-based statement each.
  // The store's row is locked. `core/order/holds.ts` says the same of one order; a property test compares them.

  /** A mapping exists now. */
  closeForKey(
    tx: Tx,
    merchantId: string,
    storeId: string,
    key: LineKey,
    closing: HoldClosing,
    at: Date,
  ): Promise<Touched>;
  /** The mapping is gone. */
  openForKey(
    tx: Tx,
    merchantId: string,
    storeId: string,
    key: LineKey,
    matchBy: MatchBy,
    by: { readonly name: string },
    at: Date,
  ): Promise<Touched>;
  /** A payment type has this class now. */
  applyClass(
    tx: Tx,
    merchantId: string,
    storeId: string,
    paymentMethod: string,
    paymentClass: PaymentClass,
    closing: HoldClosing,
    at: Date,
  ): Promise<{ readonly released: number; readonly held: number }>;
  /** A shipping method is mapped now. */
  closeForMethod(
    tx: Tx,
    merchantId: string,
    storeId: string,
    method: string,
    closing: HoldClosing,
    at: Date,
  ): Promise<Touched>;
  /** Orders of the store that wait for this key. */
  countForKey(tx: Tx, merchantId: string, storeId: string, key: LineKey): Promise<number>;
}

export interface MappingComponent {
  readonly productId: string;
  /** Warehouse units per platform unit. */
  readonly quantity: number;
}

export interface CurrentMapping {
  readonly id: string;
  readonly storeId: string;
  readonly keyKind: KeyKind;
  readonly key: string;
  readonly version: number;
  readonly components: readonly MappingComponent[];
}

export interface BindableProduct {
  readonly id: string;
  readonly sku: string;
  readonly enabled: boolean;
}

/** The rules of a store by which its orders are held or not. */
export interface RuleRepository {
  /** What of these keys, payment types and methods the store's tables know. */
  load(
    tx: Tx,
    merchantId: string,
    storeId: string,
    asked: {
      readonly keys: readonly LineKey[];
      readonly paymentMethods: readonly string[];
      readonly shippingMethods: readonly string[];
    },
  ): Promise<{
    readonly mappedKeys: ReadonlySet<string>;
    readonly classOf: ReadonlyMap<string, PaymentClass>;
    /** By method: the code of the shipping type. */
    readonly typeOf: ReadonlyMap<string, string>;
  }>;
  currentMapping(tx: Tx, merchantId: string, storeId: string, key: LineKey): Promise<CurrentMapping | null>;
  findMapping(tx: Tx, merchantId: string, mappingId: string): Promise<CurrentMapping | null>;
  /** A new version that takes the place of the current one; gives back its number. */
  addMapping(
    tx: Tx,
    merchantId: string,
    mapping: {
      readonly id: string;
      readonly storeId: string;
      readonly key: LineKey;
      readonly components: readonly MappingComponent[];
    },
    by: string,
    at: Date,
  ): Promise<number>;
  /** Ends a mapping without another in its place. */
  endMapping(tx: Tx, merchantId: string, mappingId: string, at: Date): Promise<void>;
  products(tx: Tx, merchantId: string, productIds: readonly string[]): Promise<BindableProduct[]>;
  classification(
    tx: Tx,
    merchantId: string,
    storeId: string,
    paymentMethod: string,
  ): Promise<{ readonly id: string; readonly class: PaymentClass } | null>;
  saveClassification(
    tx: Tx,
    merchantId: string,
    row: {
      readonly id: string;
      readonly storeId: string;
      readonly paymentMethod: string;
      readonly class: PaymentClass;
    },
    by: string,
    at: Date,
  ): Promise<void>;
  shippingType(
    tx: Tx,
    merchantId: string,
    shippingTypeId: string,
  ): Promise<{ readonly id: string; readonly code: string; readonly name: string } | null>;
  methodMapping(
    tx: Tx,
    merchantId: string,
    storeId: string,
    method: string,
  ): Promise<{ readonly id: string; readonly shippingTypeId: string; readonly typeCode: string } | null>;
  saveMethodMapping(
    tx: Tx,
    merchantId: string,
    row: { readonly id: string; readonly storeId: string; readonly method: string; readonly shippingTypeId: string },
    by: string,
    at: Date,
  ): Promise<void>;
}

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
  /** Platform order ids of open ones, to be read again. */
  retryable(tx: Tx, merchantId: string, storeId: string, limit: number): Promise<string[]>;
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
  readonly result: 'created' | 'updated' | 'skipped' | 'held' | 'failed' | 'missing' | 'recovered';
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
  /** Adds a page's counts and items. False when the run is not running any more: nothing was written. */
  recordPage(
    tx: Tx,
    merchantId: string,
    runId: string,
    counts: RunCounts,
    items: readonly RunItem[],
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
   * those of `platform` that were closed before `closedBefore`. `next` is null at the end.
   */
  purgeRecipients(
    tx: Tx,
    platform: string,
    closedBefore: Date,
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

/** The rules of an order's life, told what the platform changed; in the page's transaction. */
export type FollowPlatformChanges = (tx: Tx, changes: readonly PlatformChange[]) => Promise<void>;

/** Everything between a platform's answer and an order with its holds. */
export interface IntakeRepositories {
  readonly stores: IntakeStoreRepository;
  readonly orders: OrderIngestRepository;
  readonly holds: HoldRepository;
  readonly rules: RuleRepository;
  readonly malformed: MalformedRepository;
  readonly runs: RunRepository;
  readonly deliveries: DeliveryRepository;
  readonly housekeeping: HousekeepingRepository;
}

export interface IntakePorts {
  readonly intake: IntakeRepositories;
  readonly followPlatformChanges: FollowPlatformChanges;
}
