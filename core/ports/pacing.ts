/** How fast one bucket may be used: at most `calls` per `perSeconds`, with bursts up to `burst`. */
export interface PacingRate {
  readonly calls: number;
  readonly perSeconds: number;
  readonly burst: number;
}

export interface PacingReservation {
  /** False when the wait would be longer than `maxWaitMs`: then nothing was taken. */
  readonly taken: boolean;
  /** How long to wait before the call may go out, in ms; 0 is now. */
  readonly waitMs: number;
}

/**
 * Where the buckets are kept: one row per (authorization, bucket), shared by all processes.
 *
 * A row is one instant, `freeAt`: when all that was taken so far will have been earned back. With
 * `perCallMs = perSeconds * 1000 / calls`, a reservation of `cost` is one atomic statement:
 * `next = max(freeAt, now) + cost * perCallMs`, `waitMs = max(0, next - now - max(burst, cost) * perCallMs, blockedUntil - now)`;
 * taken (`freeAt = next`) only when `waitMs <= maxWaitMs`. `connectors/shared/pacing.ts` has the formula as code.
 *
 * What was written while our clock was ahead (core/moved-clock.ts) holds for as long as was promised, from now on.
 */
export interface PacingStore {
  reserve(request: {
    readonly authorizationId: string;
    readonly bucket: string;
    readonly cost: number;
    readonly rate: PacingRate;
    readonly maxWaitMs: number;
    readonly now: Date;
  }): Promise<PacingReservation>;
  /** The platform said "slow down": no call from this bucket before `until`. A later `until` wins. */
  block(request: {
    readonly authorizationId: string;
    readonly bucket: string;
    readonly until: Date;
    readonly now: Date;
  }): Promise<void>;
}

/** What the HTTP client asks before every attempt; bound to one authorization. */
export interface Pacer {
  /**
   * Waits until a call of `operation` may go out. `cost` is in calls (default 1). Throws `ConnectorError` `retryable`
   * with `retryAfterMs` when the wait would be longer than the pacer's limit, or when `signal` aborts.
   */
  take(operation: string, cost?: number, signal?: AbortSignal): Promise<void>;
  /** The platform answered 429 or asked to wait: holds back every process for `ms`. */
  penalize(operation: string, ms: number): Promise<void>;
}
