/** Bringing alerts in line takes at most this part of the time while pages of orders keep coming. */
const partOfTime = 1 / 30;

export interface SettlePace {
  /** When the merchant's alerts may be settled again for a page of orders; null: now. */
  waitUntil(merchantId: string, now: Date): Date | null;
  /** A settlement of this merchant took `tookMs` and ended at `now`. */
  note(merchantId: string, tookMs: number, now: Date): void;
}

/**
 * Settling reads everything that is held: a moment with a hundred orders, most of a second with a hundred thousand. So
 * how often the pages of a long sync may ask for it follows from what it cost the last time. Kept in the process: a
 * second one paces itself.
 */
export function createSettlePace(): SettlePace {
  const nextAtMs = new Map<string, number>();
  return {
    waitUntil(merchantId, now) {
      const nextMs = nextAtMs.get(merchantId) ?? 0;
      return nextMs > now.getTime() ? new Date(nextMs) : null;
    },
    note(merchantId, tookMs, now) {
      nextAtMs.set(merchantId, now.getTime() + tookMs / partOfTime);
    },
  };
}
