import type { OrderKind, OrderStatus } from '../order/types.ts';

/** Kept by the database with every change of an order, never counted. */
export interface OrderCounts {
  readonly total: number;
  readonly byStatus: Readonly<Record<OrderStatus, number>>;
  readonly held: number;
  readonly excepted: number;
  /** Held, excepted or both. */
  readonly somebody: number;
}

export type CountOrders = (input: {
  readonly merchantIds: readonly string[];
  readonly kind: OrderKind;
  /** All stores when not given. */
  readonly storeIds?: readonly string[] | undefined;
}) => Promise<OrderCounts>;
