import type { Decimal } from '../money.ts';
import type { ExceptionCode, HoldCode, HoldOrigin, OrderKind, OrderStatus } from '../order/types.ts';

export const orderSorts = ['ordered_at', 'ship_by', 'amount'] as const;
export type OrderSort = (typeof orderSorts)[number];

/** Held: an open hold. Excepted: an open exception. Somebody: either. */
export type Attention = 'somebody' | 'held' | 'excepted';

export interface OrderFilter {
  readonly kind: OrderKind;
  readonly statuses?: readonly OrderStatus[] | undefined;
  readonly attention?: Attention | undefined;
  readonly storeIds?: readonly string[] | undefined;
  readonly sourceChannel?: string | undefined;
  /** Ordered at or after this (inclusive) … */
  readonly orderedFrom?: Date | undefined;
  /** … and before this. */
  readonly orderedUntil?: Date | undefined;
  /** Platform order numbers; each matches from its beginning, with or without a leading `#`. At most 100 count. */
  readonly numbers?: readonly string[] | undefined;
  /** Beginning of the recipient's name, as the platform gave it or as corrected; case does not matter. */
  readonly recipient?: string | undefined;
  /** A whole tracking number. */
  readonly trackingNumber?: string | undefined;
  /** A whole platform SKU. */
  readonly sku?: string | undefined;
  /** Orders that this open cause holds. */
  readonly cause?: HeldCauseKey | undefined;
}

export interface HeldCauseKey {
  readonly storeId: string;
  readonly code: HoldCode;
  /** Null: any subject, for codes that are about one order each. */
  readonly subject: string | null;
}

export interface ListOrdersInput {
  readonly merchantIds: readonly string[];
  readonly filter: OrderFilter;
  readonly sort: OrderSort;
  readonly direction: 'asc' | 'desc';
  /** Opaque, from a page before; of another list, or unreadable: the first page. */
  readonly cursor?: string | undefined;
  /** Rows of a page; default 50, at most 100. */
  readonly limit?: number | undefined;
}

export interface RowHold {
  readonly id: string;
  readonly code: HoldCode;
  readonly origin: HoldOrigin;
  readonly subject: string;
  readonly detail: Readonly<Record<string, string>>;
  readonly note: string | null;
  readonly releaseAt: Date | null;
}

export interface RowException {
  readonly id: string;
  readonly code: ExceptionCode;
  readonly subject: string;
  readonly message: string;
  readonly platformMessage: string | null;
}

export interface OrderRow {
  readonly id: string;
  readonly merchantId: string;
  readonly kind: OrderKind;
  readonly number: string;
  readonly status: OrderStatus;
  readonly version: number;
  readonly storeId: string;
  readonly storeName: string;
  readonly platform: string;
  readonly sourceChannel: string | null;
  readonly orderedAt: Date;
  readonly shipBy: Date | null;
  readonly shippedAt: Date | null;
  readonly currency: string;
  readonly totalAmount: Decimal | null;
  readonly lineCount: number;
  /** Of the recipient in force; nothing more of it is in a list. */
  readonly city: string | null;
  readonly country: string | null;
  readonly warehouseName: string | null;
  readonly openHoldCount: number;
  readonly openExceptionCount: number;
  /** Oldest first, at most `rowReasons`. */
  readonly holds: readonly RowHold[];
  readonly exceptions: readonly RowException[];
  /** The newest live outbound order. */
  readonly outbound: {
    readonly id: string;
    readonly number: string;
    readonly status: string;
    readonly recall: string;
  } | null;
  /** The newest shipment. */
  readonly shipment: { readonly carrier: string; readonly trackingNumber: string; readonly count: number } | null;
  readonly isCod: boolean;
}

/** A row says this many of its reasons; the order's page says all. */
export const rowReasons = 3;

export type ListCut =
  /** Looked through as many orders as one request may and found less than a page: the next page goes on from there. */
  | { readonly kind: 'looked_through'; readonly count: number }
  /** More orders match than can be sorted this way: the first `limit` were. */
  | { readonly kind: 'too_many'; readonly limit: number };

export interface OrderPage {
  readonly rows: readonly OrderRow[];
  /** Of the page before and after; null where there is none. */
  readonly previousCursor: string | null;
  readonly nextCursor: string | null;
  /** Why the page may not be the whole answer; null when it is. */
  readonly cut: ListCut | null;
  /** How the rows are really sorted: by arrival (newest first) where a SKU or a cause leads. */
  readonly sortedBy: OrderSort | 'arrival';
}

/** One page, read by key in both directions; deep pages cost what the first one does. */
export type ListOrders = (input: ListOrdersInput) => Promise<OrderPage>;

/** Source channels seen on orders of this kind, in alphabetical order, at most 100. */
export type ListSourceChannels = (input: {
  readonly merchantIds: readonly string[];
  readonly kind: OrderKind;
}) => Promise<readonly string[]>;
