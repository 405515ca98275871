import type { HoldCode } from '../order/types.ts';

/** The longest time of one question: all orders of that time are looked at. */
export const statsDays = 92;

export interface Stats {
  /** Orders placed in the time, and how many of them were cancelled since. */
  readonly placed: number;
  readonly placedCancelled: number;
  /** Orders of which something left in the time. */
  readonly shipped: number;
  /** Seconds from the order to its first parcel: the middle one of the 2,000 parcels that left last in the time; null: none did. */
  readonly medianSecondsToShip: number | null;
  /** Orders held now, by code. An order with two reasons counts under both. */
  readonly heldByCode: Readonly<Partial<Record<HoldCode, number>>>;
  /** Orders held now. */
  readonly held: number;
  /** Seconds that the holds open now are open, the middle one; null: none is. */
  readonly medianSecondsHeld: number | null;
}

/** Figures of `since` (inclusive) to `now`. Costs what the time brought and what is open, not what is there. */
export type ShowStats = (input: {
  readonly merchantIds: readonly string[];
  readonly since: Date;
  readonly now: Date;
}) => Promise<Stats>;
