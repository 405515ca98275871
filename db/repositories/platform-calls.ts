import { sql } from 'drizzle-orm';
import { newId } from '../../core/ids.ts';
import type { CallRecord, RecordCall } from '../../core/ports/connector.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Drizzle } from '../client.ts';

/** Rows of one insert. */
const batchSize = 500;
/** A store's page shows a call within a second; a busy sync makes one insert of all its calls meanwhile. */
const flushAfterMs = 500;
/** About 10 MB of failures with excerpts, far less of successes. Beyond it the oldest go: the log must not end the desk. */
const bufferLimit = 5_000;

export interface CallRecorder {
  readonly record: RecordCall;
  /** Writes what waits; for shutdown and tests. Never throws. */
  flush(): Promise<void>;
  /** How many rows were given up since the start. */
  readonly dropped: () => number;
}

type Entry = CallRecord & { readonly id: string };

/** The platform call log: collected, inserted in batches, never in anybody's way. */
export function createCallRecorder(db: Drizzle, log: Log): CallRecorder {
  let waiting: Entry[] = [];
  let dropped = 0;
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> = Promise.resolve();

  const schedule = (): void => {
    timer ??= setTimeout(() => {
      timer = null;
      void flush();
    }, flushAfterMs).unref();
  };

  async function write(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, batchSize);
      try {
        await insert(db, batch);
      } catch (error) {
        // The database is away: the rows wait for the next call or flush, as many as the buffer holds.
        log.warn(
          { error: error instanceof Error ? error.message : 'unknown', rows: batch.length },
          'call log not written',
        );
        return;
      }
      const written = new Set(batch);
      waiting = waiting.filter((entry) => !written.has(entry));
    }
  }

  function flush(): Promise<void> {
    writing = writing.then(write);
    return writing;
  }

  return {
    record(call) {
      if (waiting.length >= bufferLimit) {
        waiting.shift();
        dropped += 1;
      }
      waiting.push({ ...call, id: newId() });
      schedule();
    },
    async flush() {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      await flush();
    },
    dropped: () => dropped,
  };
}

/** One statement; the merchant is the authorization's. A repeat after an unknown outcome writes nothing twice. */
async function insert(db: Drizzle, batch: readonly Entry[]): Promise<void> {
  const rows = batch.map((call) => ({
    id: call.id,
    authorization_id: call.authorizationId,
    store_id: call.storeId,
    direction: call.direction,
    operation: storable(call.operation),
    method: call.method,
    target: storable(call.target),
    status: call.status,
    duration_ms: Math.round(call.durationMs),
    request_bytes: call.requestBytes,
    response_bytes: call.responseBytes,
    attempt: call.attempt,
    error: storable(call.error),
    request_excerpt: storable(call.requestExcerpt),
    response_excerpt: storable(call.responseExcerpt),
    at: call.at.toISOString(),
  }));
  await db.execute(sql`
    insert into platform_calls (id, merchant_id, authorization_id, store_id, direction, operation, method, target, status,
      duration_ms, request_bytes, response_bytes, attempt, error, request_excerpt, response_excerpt, at)
    select r.id, a.merchant_id, r.authorization_id, r.store_id, r.direction, r.operation, r.method, r.target, r.status,
      r.duration_ms, r.request_bytes, r.response_bytes, r.attempt, r.error, r.request_excerpt, r.response_excerpt, r.at
    from json_to_recordset(${JSON.stringify(rows)}::text::json) as r (id uuid, authorization_id uuid, store_id uuid,
      direction text, operation text, method text, target text, status int, duration_ms int, request_bytes int,
      response_bytes int, attempt int, error text, request_excerpt text, response_excerpt text, at timestamptz)
    left join authorizations a on a.id = r.authorization_id
    on conflict (id) do nothing`);
}

/** PostgreSQL takes no zero byte in text, and a lone surrogate is no UTF-8. */
const storable = (text: string | null): string | null => text?.replaceAll('\u0000', '').toWellFormed() ?? null;
