import type { Decimal } from '../money.ts';
import type { HoldLine, Release } from '../order/holds.ts';
import type { MatchBy } from '../order/line-key.ts';
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
import type { AuthorizationStatus } from './access.ts';
import type { Tx } from './database.ts';
import type { RunOutcome } from './intake-runs.ts';

/** A store as intake needs it. */
export interface IntakeStore {
  readonly id: string;
  readonly merchantId: string;
  readonly authorizationId: string;
  readonly authorizationStatus: AuthorizationStatus;
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
  /** Failed runs since the last good one. */
  readonly failingRuns: number;
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
  /**
   * Moves the end of the last complete window forward, never back; only when `since` joins what is complete already. One
   * that is later than `now` (core/moved-clock.ts) says nothing and is begun anew; `now` null: it stays.
   */
  completeWindow(
    tx: Tx,
    merchantId: string,
    storeId: string,
    window: { readonly since: Date; readonly until: Date },
    now: Date | null,
  ): Promise<void>;
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
  readonly codAmount: Decimal | null;
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
  readonly released: readonly Release[];
  /** What the platform said against shipping when it was last heard. */
  readonly platformHolds: readonly HoldReason[];
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
  readonly platformHolds: readonly HoldReason[];
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
  /** A person did something with these. */
  markTouched(tx: Tx, merchantId: string, orderIds: readonly string[], at: Date): Promise<void>;
  /** Whether the platform's copy was changed after `since`. */
  isChangedSince(tx: Tx, merchantId: string, orderId: string, since: Date): Promise<boolean>;
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
