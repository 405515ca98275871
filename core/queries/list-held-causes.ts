import type { HoldCode } from '../order/types.ts';
import type { HeldCauseKey } from './list-orders.ts';

/** One reason that holds orders of one store, with what mends it. */
export interface HeldCause extends HeldCauseKey {
  readonly merchantId: string;
  readonly storeName: string;
  readonly platform: string;
  /** Exact up to `heldCauseLimit`. */
  readonly orderCount: number;
  readonly oldestAt: Date;
  /** Of the first order: names for the screen text (product name …). */
  readonly detail: Readonly<Record<string, string>>;
  /** The order that waits longest: where a fix by order begins. */
  readonly sampleOrderId: string;
  readonly sampleOrderNumber: string;
  readonly nearestShipBy: Date | null;
}

/** An order count stops here: 10,000 orders of one cause are counted, a million are not. */
export const heldCauseLimit = 10_000;

export interface HeldCauses {
  /** Most orders first. */
  readonly causes: readonly HeldCause[];
  /** False when there are more causes than were looked at. */
  readonly isComplete: boolean;
}

/** Causes that are about one order only (address, operator hold …) are one row a code and store. */
export type ListHeldCauses = (input: {
  readonly merchantIds: readonly string[];
  readonly code?: HoldCode | undefined;
  readonly storeId?: string | undefined;
}) => Promise<HeldCauses>;
