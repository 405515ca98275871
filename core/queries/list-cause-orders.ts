import type { Decimal } from '../money.ts';
import type { OrderKind, OrderStatus } from '../order/types.ts';

/** An order of a cause, without anything of its recipient: for messages that a whole channel reads. */
export interface CauseOrder {
  readonly id: string;
  readonly number: string;
  readonly kind: OrderKind;
  readonly status: OrderStatus;
  readonly version: number;
  readonly orderedAt: Date;
  readonly shipBy: Date | null;
  readonly currency: string;
  readonly totalAmount: Decimal | null;
}

export interface ListCauseOrdersInput {
  readonly merchantIds: readonly string[];
  /** The alert; of one that folds others, the orders of all of them. */
  readonly alertId: string;
  /**
   * `waiting`: what the cause holds now. `released`: b2c orders that it held and that wait for dispatch now, held by
   * nothing else. `dispatchable`: b2c orders that it holds, or that are late, and that one batch can dispatch now.
   */
  readonly scope: 'waiting' | 'released' | 'dispatchable';
  /**
   * Only what was released up to here; with `dispatchable`, what the cause held already then. Either way without what
   * something else held then.
   */
  readonly until?: Date | undefined;
  /** From 0; behind the end: the last page. */
  readonly page: number;
  /** At most 1,000. */
  readonly pageSize: number;
}

export interface CauseOrders {
  /** Of all pages. */
  readonly total: number;
  readonly page: number;
  /** Oldest first. */
  readonly rows: readonly CauseOrder[];
}

/**
 * The orders behind an alert. Pages are counted, not read by key: a cause is read whole for its number anyway. Nothing
 * for an alert of another merchant and for one that is about no orders.
 */
export type ListCauseOrders = (input: ListCauseOrdersInput) => Promise<CauseOrders>;
