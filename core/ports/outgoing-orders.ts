import type { Decimal } from '../money.ts';
import type { LastDeed, OrderState } from '../order/order-state.ts';
import type { OrderStatus } from '../order/types.ts';
import type { Tx } from './database.ts';

/** An order as the outgoing commands see it, its row locked where they write. */
export interface LockedOrder extends OrderState {
  readonly merchantId: string;
  readonly storeId: string;
  readonly storeName: string;
  readonly platform: string;
  readonly authorizationId: string;
  /** IANA zone in which times are told to the merchant's people. */
  readonly timezone: string;
  readonly platformOrderId: string;
  readonly currency: string;
  readonly codAmount: Decimal | null;
  readonly totalAmount: Decimal | null;
  readonly paymentMethod: string | null;
  readonly paymentRecord: 'online' | 'cash_on_delivery' | 'unknown';
  readonly paymentClass: 'prepaid' | 'cash_on_delivery' | 'blocked' | null;
  readonly storeSettings: Readonly<Record<string, string>>;
  /** How the store's sales channel matches lines. */
  readonly matchBy: 'sku' | 'barcode';
  readonly syncedUntil: Date | null;
  readonly freshnessSeconds: number;
  readonly warehouseId: string | null;
  readonly shippingChannelId: string | null;
  readonly touchedAt: Date | null;
  readonly acknowledgedAt: Date | null;
  readonly dispatchedAt: Date | null;
  readonly shippedAt: Date | null;
  readonly completedAt: Date | null;
  readonly cancelledAt: Date | null;
}

/** What an order's row becomes. */
export interface OrderRowChange {
  readonly orderId: string;
  readonly status: OrderStatus;
  readonly version: number;
  readonly warehouseId: string | null;
  readonly shippingChannelId: string | null;
  readonly touchedAt: Date | null;
  readonly acknowledgedAt: Date | null;
  readonly dispatchedAt: Date | null;
  readonly shippedAt: Date | null;
  readonly completedAt: Date | null;
  readonly cancelledAt: Date | null;
}

/** Stock that an acknowledged purchase order claims before it has an outbound order. */
export interface AcknowledgedStock {
  readonly warehouseId: string;
  readonly parts: readonly { readonly productId: string; readonly quantity: number }[];
}

/** Who last changed an order, and how; from the history. */
export interface LastMove {
  readonly actorName: string;
  readonly via: string;
  readonly at: Date;
  readonly event: string;
}

export interface OrderLockRepository {
  /** Locks the rows in id order, then loads. Ids of other merchants and unknown ones are left out. */
  lock(tx: Tx, merchantId: string, orderIds: readonly string[]): Promise<LockedOrder[]>;
  /** The same without locks: for previews and for what happens before the transaction. */
  read(tx: Tx, merchantId: string, orderIds: readonly string[]): Promise<LockedOrder[]>;
  /** By order id; orders whose last move was neither a dispatch nor a cancellation are left out. */
  lastDeeds(tx: Tx, merchantId: string, orderIds: readonly string[]): Promise<Map<string, LastDeed>>;
  lastMove(tx: Tx, merchantId: string, orderId: string): Promise<LastMove | null>;
  save(tx: Tx, merchantId: string, changes: readonly OrderRowChange[], at: Date): Promise<void>;
  /** Adds to what we shipped of order lines. */
  addShipped(
    tx: Tx,
    merchantId: string,
    lines: readonly { readonly orderLineId: string; readonly quantity: number }[],
  ): Promise<void>;
  /** b2b: sets what was accepted; lines that are not named are accepted with 0. */
  setAccepted(
    tx: Tx,
    merchantId: string,
    orderId: string,
    lines: readonly { readonly orderLineId: string; readonly quantity: number }[],
  ): Promise<void>;
  /**
   * b2b, read from the history (`after.stock` of its events): the stock that the acknowledgment claims now, and what it
   * claimed last; `now` is null once a dispatch or a cancellation took it over.
   */
  acknowledgedStock(
    tx: Tx,
    merchantId: string,
    orderId: string,
  ): Promise<{ now: AcknowledgedStock | null; last: AcknowledgedStock | null }>;
}
