/** After this many tries a person should know; the desk goes on trying. */
export const triesBeforeAlert = 5;

/** A sending row younger than this belongs to a worker that lives; calls end earlier (see `callLimitMs`). In ms. */
export const sendingTimeoutMs = 120_000;

/** A writeback's calls are given up after this: well before another worker may take the row over. In ms. */
export const callLimitMs = 90_000;

const firstDelayMs = 15_000;
const longestDelayMs = 60 * 60_000;

/**
 * How long to wait before try `attempts + 1`, in ms: what the platform asked for, else doubling with jitter, never
 * more than an hour. `random` is in [0, 1).
 */
export function retryDelayMs(attempts: number, retryAfterMs: number | undefined, random: number): number {
  if (retryAfterMs !== undefined && retryAfterMs > 0) return Math.min(retryAfterMs, longestDelayMs);
  const doubled = Math.min(firstDelayMs * 2 ** Math.max(0, attempts - 1), longestDelayMs);
  return Math.round(doubled * (0.5 + random / 2));
}

/** When accepted writebacks are read back, after the acceptance, in ms: search indexes of platforms lag. */
const confirmAfterMs = [5 * 60_000, 30 * 60_000, 2 * 60 * 60_000, 6 * 60 * 60_000] as const;

/** The next time to read back; null when the last one has passed: then it is an exception. */
export function nextConfirmAt(acceptedAt: Date, now: Date): Date | null {
  const after = confirmAfterMs.find((ms) => acceptedAt.getTime() + ms > now.getTime());
  return after === undefined ? null : new Date(acceptedAt.getTime() + after);
}

/** What connectors say when a carrier is not on the platform's list: mended by pairing, not by repeating. */
export const unknownCarrierCode = 'unknown_carrier';
