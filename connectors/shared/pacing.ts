import { setTimeout as delay } from 'node:timers/promises';
import { ConnectorError } from '../../core/errors.ts';
import { clockSlackMs } from '../../core/moved-clock.ts';
import type { Pacer, PacingRate, PacingReservation, PacingStore } from '../../core/ports/pacing.ts';

/** Operations without a rate of their own share this bucket. */
export const sharedBucket = '*';

export interface PacerOptions {
  readonly platform: string;
  readonly authorizationId: string;
  readonly store: PacingStore;
  readonly rate: PacingRate;
  /** Operations that the platform counts apart (Amazon: the order search of a whole account). */
  readonly operationRates?: Readonly<Record<string, PacingRate>> | undefined;
  /** Longest wait inside a call, in ms; beyond it the job should come back later. Default 60,000. */
  readonly maxWaitMs?: number | undefined;
  readonly now: () => Date;
  readonly sleep?: ((ms: number, signal?: AbortSignal) => Promise<void>) | undefined;
}

const sleepFor = async (ms: number, signal?: AbortSignal): Promise<void> => {
  await delay(ms, undefined, signal === undefined ? {} : { signal });
};

/** The pacer of one authorization, over whatever store the buckets live in. */
export function createPacer(options: PacerOptions): Pacer {
  const { platform, authorizationId, store, now } = options;
  const maxWaitMs = options.maxWaitMs ?? 60_000;
  const sleep = options.sleep ?? sleepFor;
  const bucketOf = (operation: string): { bucket: string; rate: PacingRate } => {
    const own = options.operationRates?.[operation];
    return own === undefined ? { bucket: sharedBucket, rate: options.rate } : { bucket: operation, rate: own };
  };
  return {
    async take(operation, cost = 1, signal) {
      const { bucket, rate } = bucketOf(operation);
      const { taken, waitMs } = await store.reserve({ authorizationId, bucket, cost, rate, maxWaitMs, now: now() });
      if (!taken) {
        throw new ConnectorError(`${platform} ${operation}: the rate budget is used up`, {
          kind: 'retryable',
          platform,
          operation,
          platformCode: 'rate_budget',
          retryAfterMs: waitMs,
        });
      }
      if (waitMs > 0) await sleep(waitMs, signal);
    },
    async penalize(operation, ms) {
      const { bucket } = bucketOf(operation);
      const at = now();
      await store.block({ authorizationId, bucket, until: new Date(at.getTime() + ms), now: at });
    },
  };
}

/** One bucket's state: see `PacingStore`. Times in epoch ms. */
export interface Bucket {
  readonly freeAt: number;
  /** When `freeAt` was written. */
  readonly takenAt: number;
  readonly blockedUntil: number;
  /** When `blockedUntil` was written. */
  readonly blockedAt: number;
}

/** The bucket, with what was written while our clock was ahead as if it were written now. */
function asOfNow(bucket: Bucket, nowMs: number): Bucket {
  const { freeAt, takenAt, blockedUntil, blockedAt } = bucket;
  const isAhead = (writtenAt: number): boolean => writtenAt - nowMs > clockSlackMs;
  return {
    ...bucket,
    ...(isAhead(takenAt) && { freeAt: nowMs + freeAt - takenAt, takenAt: nowMs }),
    ...(isAhead(blockedAt) && { blockedUntil: nowMs + blockedUntil - blockedAt, blockedAt: nowMs }),
  };
}

/** The reservation formula of `PacingStore`, pure. */
export function reserveFrom(
  written: Bucket,
  request: { readonly cost: number; readonly rate: PacingRate; readonly maxWaitMs: number; readonly nowMs: number },
): { readonly bucket: Bucket; readonly reservation: PacingReservation } {
  const bucket = asOfNow(written, request.nowMs);
  const perCallMs = (request.rate.perSeconds * 1000) / request.rate.calls;
  const next = Math.max(bucket.freeAt, request.nowMs) + request.cost * perCallMs;
  // A call dearer than the whole burst may go out once the bucket is full, else it never could.
  const burstMs = Math.max(request.rate.burst, request.cost) * perCallMs;
  const waitMs = Math.ceil(Math.max(0, next - request.nowMs - burstMs, bucket.blockedUntil - request.nowMs));
  if (waitMs > request.maxWaitMs) return { bucket, reservation: { taken: false, waitMs } };
  return { bucket: { ...bucket, freeAt: next, takenAt: request.nowMs }, reservation: { taken: true, waitMs } };
}

/** Buckets in memory: for tests, the bench and a desk of one process. */
export function createMemoryPacingStore(): PacingStore {
  const buckets = new Map<string, Bucket>();
  const keyOf = (authorizationId: string, bucket: string): string => `${authorizationId}\n${bucket}`;
  const unused: Bucket = { freeAt: 0, takenAt: 0, blockedUntil: 0, blockedAt: 0 };
  const read = (key: string): Bucket => buckets.get(key) ?? unused;
  return {
    async reserve({ authorizationId, bucket, cost, rate, maxWaitMs, now }) {
      const key = keyOf(authorizationId, bucket);
      const result = reserveFrom(read(key), { cost, rate, maxWaitMs, nowMs: now.getTime() });
      buckets.set(key, result.bucket);
      return result.reservation;
    },
    async block({ authorizationId, bucket, until, now }) {
      const key = keyOf(authorizationId, bucket);
      const nowMs = now.getTime();
      const state = asOfNow(read(key), nowMs);
      const blockedUntil = Math.max(state.blockedUntil, until.getTime());
      buckets.set(key, { ...state, blockedUntil, blockedAt: nowMs });
    },
  };
}
