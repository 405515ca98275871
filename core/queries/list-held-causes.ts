import type { HoldCode, HoldOrigin } from '../order/types.ts';
import type { HeldCauseKey } from './list-orders.ts';

/** One reason that holds orders of one store, with what mends it. */
export interface HeldCause extends HeldCauseKey {
  readonly merchantId: string;
  readonly storeName: string;
  readonly platform: string;
  /** Exact up to `heldCauseLimit`. */
  readonly orderCount: number;
  /** Since when the order that arrived first is held. */
  readonly oldestAt: Date;
  /** Of that order: names for the screen text (product name …), and whose hold it is. */
  readonly detail: Readonly<Record<string, string>>;
  readonly origin: HoldOrigin;
  readonly sampleOrderId: string;
  readonly sampleOrderNumber: string;
}

/** Codes whose subject many orders share: one cause a subject. The others are one cause a store. */
export const sharedCodes: readonly HoldCode[] = [
  'sku_missing',
  'sku_unmapped',
  'payment_unknown',
  'payment_blocked',
  'shipping_method_missing',
  'shipping_method_unmapped',
  'address_incomplete',
  'stock_short',
];

/** An order count stops here: 10,000 orders of one cause are counted, a million are not. */
export const heldCauseLimit = 10_000;

export interface HeldCauses {
  /** Most orders first. */
  readonly causes: readonly HeldCause[];
  /** False when there are more causes than were looked at. */
  readonly isComplete: boolean;
}

/** Causes that are about one order only (cancellation, operator hold …) are one row a code and store; deleted stores are left out. */
export type ListHeldCauses = (input: {
  readonly merchantIds: readonly string[];
  readonly code?: HoldCode | undefined;
  readonly storeId?: string | undefined;
  /** With `code` and `storeId`: this one cause, where it still holds orders. */
  readonly subject?: string | undefined;
}) => Promise<HeldCauses>;
