import type { HoldCode } from '../order/types.ts';

/** What a digest counts, over the merchants of its channel. Orders, unless said otherwise. */
export interface DigestFigures {
  /** Orders held, each once. */
  readonly held: number;
  /** Orders by the reason that holds them; one with two reasons is in both. */
  readonly heldByCode: Readonly<Partial<Record<HoldCode, number>>>;
  /** Open exceptions. */
  readonly exceptions: number;
  readonly openAlerts: number;
  /** Stores whose authorization or sync needs somebody. */
  readonly troubledStores: number;
  /** ISO; when the oldest open hold was opened; null: nothing is held. */
  readonly oldestHoldAt: string | null;
  /** Shipments that left on the day before, and on the day before that. */
  readonly shipped: number;
  readonly shippedBefore: number;
  /** Orders placed on the day before, and on the day before that. */
  readonly newOrders: number;
  readonly newOrdersBefore: number;
}

/** What one digest says: the figures and, where the day before had a digest, what it said. */
export interface Digest {
  /** The channel's date: `2026-11-21`. */
  readonly day: string;
  readonly merchantNames: readonly string[];
  readonly figures: DigestFigures;
  readonly before: DigestFigures | null;
}
