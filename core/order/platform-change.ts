import type { OrderStatus, PlatformState, Recipient } from './types.ts';

/**
 * What a page of platform data changed on an order the desk already had: handed by the ingest to the rules of the
 * lifecycle, in the same transaction, with the order's row locked.
 */
export interface PlatformChange {
  readonly merchantId: string;
  readonly storeId: string;
  readonly orderId: string;
  readonly status: OrderStatus;
  readonly stateBefore: PlatformState;
  readonly stateAfter: PlatformState;
  /** Names of changed recipient fields; empty when the address is the same. */
  readonly addressFields: readonly string[];
  /** As the platform gave it before, where the address changed; null when it gave none. */
  readonly previousRecipient: Recipient | null;
  /** True when lines were added, removed, or became other goods or another quantity. */
  readonly linesChanged: boolean;
  /** What else a parcel depends on and is another now, as words: `the amount to collect`. */
  readonly others: readonly string[];
  /** A person had done something with it. */
  readonly touched: boolean;
}
