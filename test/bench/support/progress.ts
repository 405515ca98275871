/** How many orders were taken at a moment. */
export interface Progress {
  readonly atMs: number;
  readonly orders: number;
  /** Syncs that had not ended yet. */
  readonly running: number;
}

/**
 * How many orders were there when the first of the syncs ended: from then on fewer work than the figure speaks of, and
 * the rate is that of the ones left over.
 */
export function ordersWhileAllRan(samples: readonly Progress[]): number {
  const most = Math.max(...samples.map((sample) => sample.running));
  return samples.findLast((sample) => sample.running === most)?.orders ?? 0;
}

/**
 * Orders a second between two counts, read from samples in order of time; moments between two samples are interpolated.
 * Null when the samples do not reach both counts.
 */
export function rateBetween(samples: readonly Progress[], fromOrders: number, toOrders: number): number | null {
  const from = momentOf(samples, fromOrders);
  const to = momentOf(samples, toOrders);
  if (from === null || to === null || to <= from) return null;
  return ((toOrders - fromOrders) * 1_000) / (to - from);
}

function momentOf(samples: readonly Progress[], orders: number): number | null {
  const at = samples.findIndex((sample) => sample.orders >= orders);
  const after = samples[at];
  if (after === undefined) return null;
  const before = samples[at - 1];
  if (before === undefined || after.orders === before.orders) return after.atMs;
  const share = (orders - before.orders) / (after.orders - before.orders);
  return before.atMs + share * (after.atMs - before.atMs);
}
