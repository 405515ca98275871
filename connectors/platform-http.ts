import type { OpenHttp } from '../core/ports/access.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { RecordCall } from '../core/ports/connector.ts';
import type { Log } from '../core/ports/log.ts';
import type { PacingStore } from '../core/ports/pacing.ts';
import { createHttpClient, type HttpClientOptions } from './shared/http.ts';
import { createPacer } from './shared/pacing.ts';

export interface PlatformHttpOptions {
  readonly pacing: PacingStore;
  readonly record: RecordCall;
  readonly log: Log;
  readonly clock: Clock;
  /** Host lookup and retries of the client, for tests; see `HttpClientOptions`. */
  readonly client?: Pick<HttpClientOptions, 'resolve' | 'retries' | 'defaultTimeoutMs' | 'sleep'> | undefined;
}

/** The `OpenHttp` port: one guarded, paced, logged client for each authorization and store. */
export function createPlatformHttp(options: PlatformHttpOptions): OpenHttp {
  const now = (): Date => options.clock.now();
  return ({ platform, authorizationId, storeId, allow, rate, secrets, signal }) =>
    createHttpClient({
      ...options.client,
      platform,
      authorizationId,
      storeId,
      allow,
      pacer: rate === null ? null : createPacer({ platform, authorizationId, store: options.pacing, rate, now }),
      record: options.record,
      log: options.log,
      now,
      secrets,
      signal,
    });
}
