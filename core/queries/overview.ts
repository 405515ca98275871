import type { ExceptionCode } from '../order/types.ts';
import type { HeldCause } from './list-held-causes.ts';

export interface Overview {
  /** The causes that hold most orders. */
  readonly causes: readonly HeldCause[];
  readonly causesAreComplete: boolean;
  /** Open exceptions by code, most first. Exact up to 1,000 each. */
  readonly exceptions: readonly { readonly code: ExceptionCode; readonly count: number; readonly oldestAt: Date }[];
  /** Stores whose authorization or sync needs a person. */
  readonly stores: readonly StoreInTrouble[];
  /** Orders that arrived and could not be read: the desk has no order of them, so no list shows them. */
  readonly unreadable: readonly UnreadableOrders[];
  /** Open orders past their ship-by time, and due within the next hours; at most `overviewLimit` each. */
  readonly late: number;
  readonly atRisk: number;
  /** Shipments since the start of today, and in the same part of yesterday, in the merchant's time zone. */
  readonly shippedToday: number;
  readonly shippedYesterdayByNow: number;
  readonly shippedYesterday: number;
  readonly lastRun: {
    readonly id: string;
    readonly finishedAt: Date;
    readonly storeName: string | null;
    readonly created: number;
    readonly status: string;
  } | null;
  /** What is set up, for the first-run checklist. */
  readonly setUp: {
    readonly stores: number;
    readonly firstStoreId: string | null;
    readonly orders: boolean;
    readonly products: boolean;
    readonly channels: boolean;
    readonly mappings: boolean;
    readonly dispatched: boolean;
  };
}

export interface StoreInTrouble {
  readonly id: string;
  readonly name: string;
  readonly platform: string;
  readonly authorizationId: string;
  readonly authorizationStatus: string;
  /** Why, in words; null where the status says it all. */
  readonly reason: string | null;
  readonly expiresAt: Date | null;
  readonly failingRuns: number;
}

/** One store's orders that cannot be read. */
export interface UnreadableOrders {
  readonly storeId: string;
  readonly storeName: string;
  readonly count: number;
  readonly oldestAt: Date;
  /** The oldest, at most `shownUnreadable`. */
  readonly orders: readonly {
    readonly id: string;
    /** Null where not even that could be read. */
    readonly number: string | null;
    readonly reason: string;
  }[];
}

export const shownUnreadable = 10;

export const overviewLimit = 999;

export type ShowOverview = (input: {
  readonly merchantIds: readonly string[];
  readonly now: Date;
  readonly timeZone: string;
}) => Promise<Overview>;
