import type { ExceptionCode, HoldCode } from '../order/types.ts';

/** Holds that need nobody: the platform ends them, or a person set them on purpose. */
export const silentHoldCodes = ['scheduled', 'operator_hold'] as const satisfies readonly HoldCode[];

/** Holds whose cause is one SKU (unbound, or short of stock), payment type or method of a store; all others are about one order. */
export const groupedHoldCodes = [
  'sku_missing',
  'sku_unmapped',
  'payment_unknown',
  'shipping_method_missing',
  'shipping_method_unmapped',
  'stock_short',
] as const satisfies readonly HoldCode[];

export type AlertKind =
  | `held:${HoldCode}`
  | `exception:${ExceptionCode}`
  | 'authorization_unusable'
  | 'authorization_expiring'
  | 'authorization_scopes'
  | 'sync_failing'
  | 'orders_malformed'
  | 'ship_by_near'
  | 'purchase_order_waiting';

/** A cause that is open now, as the database finds it. */
export interface AlertCause {
  readonly kind: AlertKind;
  /** Together with merchant and kind what makes the cause one. */
  readonly subject: string;
  readonly storeId: string | null;
  readonly orderCount: number;
  /** Amount waiting, by currency: { USD: '4210.50' }. */
  readonly amounts: Readonly<Record<string, string>>;
  /** The five oldest orders. */
  readonly sample: readonly { readonly id: string; readonly number: string }[];
  /** Names for the text: sku, productName, method, platformMessage, reason …; no recipient data. */
  readonly detail: Readonly<Record<string, string>>;
  readonly oldestAt: Date | null;
  readonly nearestShipBy: Date | null;
}

/** A cause as a settlement finds it. */
export interface FoundCause extends AlertCause {
  /**
   * How far it has come: nearer its end, late, one more order late. 0 where that never grows. A card that was posted for
   * less is told anew, because an edit rings nobody.
   */
  readonly urgency: number;
}

/** What the card of a storm says of the causes that it folds: those still open. */
export interface StormSummary {
  readonly causeCount: number;
  /** All that it ever folded, the settled ones too. */
  readonly foldedCount: number;
  /** The five with the most orders, the nearest ship-by first among equals. */
  readonly largest: readonly StormCause[];
  /** Of a settled one: how many of its causes ended how, by whom, most first. */
  readonly ends?: readonly StormEnd[];
}

export interface StormEnd {
  readonly resolution: string | null;
  /** Null where no person did it. */
  readonly by: string | null;
  readonly count: number;
}

export interface StormCause {
  readonly id: string;
  readonly orderCount: number;
  readonly storeName: string | null;
  readonly detail: Readonly<Record<string, string>>;
  /** The first order: what the cause is called where it is about one order. */
  readonly sample: readonly { readonly id: string; readonly number: string }[];
  readonly assignedToName: string | null;
}

/** An alert row with the names that its message shows. */
export interface AlertView extends AlertCause {
  readonly id: string;
  readonly merchantId: string;
  readonly merchantName: string;
  readonly storeName: string | null;
  readonly platform: string | null;
  readonly state: 'open' | 'resolved';
  readonly version: number;
  readonly deliveredVersion: number;
  readonly channelId: string | null;
  readonly messageTs: string | null;
  readonly postingSince: Date | null;
  readonly assignedToId: string | null;
  readonly assignedToName: string | null;
  readonly snoozedUntil: Date | null;
  /** Who snoozed it last. */
  readonly snoozedByName: string | null;
  readonly openedAt: Date;
  readonly resolvedAt: Date | null;
  readonly resolvedBy: string | null;
  readonly resolvedVia: string | null;
  readonly resolution: string | null;
  /** Only on the summary of a storm: a card that stands for many causes of `kind`, which are alerts of their own. */
  readonly storm?: StormSummary;
  /** The summary that shows this cause; it has no message of its own then. */
  readonly foldedInto?: string | null;
}
