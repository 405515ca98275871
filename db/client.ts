import { PgPreparedQuery } from 'drizzle-orm/pg-core';
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import { withoutParameters } from './errors.ts';

/** A postgres.js client. Once given to drizzle its dates and JSON behave differently: see README. */
export type Sql = postgres.Sql;
export type Drizzle = PostgresJsDatabase;
/** What repositories work with inside a transaction. */
export type DrizzleTx = Parameters<Parameters<Drizzle['transaction']>[0]>[0];

export interface DatabaseClient {
  readonly url: string;
  /** The pool's client, altered by drizzle. For `listen`, `begin` and statements that drizzle cannot express. */
  readonly sql: Sql;
  readonly db: Drizzle;
  /** Waits for running queries, at most five seconds. */
  close(): Promise<void>;
}

export interface ClientOptions {
  /**
   * Connections of this pool; default 10. All roles in one process use it for requests and jobs together; PostgreSQL's
   * default limit of 100 then serves five such processes with their job pools.
   */
  readonly max?: number;
  /** Shown in pg_stat_activity. */
  readonly name?: string;
}

const defaultMax = 10;
const connectTimeoutSeconds = 10;
const closeTimeoutSeconds = 5;

/** Opens no connection until the first query. Every query error is a `DatabaseError` when it comes through `db`. */
export function connectDatabase(url: string, options: ClientOptions = {}): DatabaseClient {
  const sql = postgres(url, {
    max: options.max ?? defaultMax,
    connect_timeout: connectTimeoutSeconds,
    onnotice: () => {},
    connection: { application_name: options.name ?? 'holdfast', TimeZone: 'UTC' },
  });
  hideParameters();
  return {
    url,
    sql,
    db: drizzle(sql),
    close: () => sql.end({ timeout: closeTimeoutSeconds }),
  };
}

let isHidden = false;

/**
 * drizzle 0.45 throws every failed query with its parameters in the message. This puts our own wrapping in the one place
 * through which all of its queries go (its query cache lives there too; it is not used here). Remove when drizzle can
 * leave parameters out; `test/db/errors.test.ts` says whether it still holds.
 */
function hideParameters(): void {
  if (isHidden) return;
  isHidden = true;
  if (typeof Reflect.get(PgPreparedQuery.prototype, 'queryWithCache') !== 'function') {
    throw new Error('drizzle-orm has changed: db/client.ts can no longer keep parameters out of errors.');
  }
  Object.defineProperty(PgPreparedQuery.prototype, 'queryWithCache', {
    async value(statement: string, _parameters: unknown, query: () => Promise<unknown>): Promise<unknown> {
      try {
        return await query();
      } catch (error) {
        throw withoutParameters(error, statement);
      }
    },
  });
}
