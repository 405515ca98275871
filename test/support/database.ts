import { randomBytes } from 'node:crypto';
import postgres from 'postgres';
import { afterAll, inject } from 'vitest';
import type { Database } from '../../core/ports/database.ts';
import { connectDatabase, type Drizzle, type Sql } from '../../db/client.ts';
import { createDatabase } from '../../db/database.ts';
import { databaseUrl, templateDatabase } from './global-setup.ts';

export interface TestDatabase {
  readonly url: string;
  /** The `Database` port. */
  readonly database: Database;
  readonly db: Drizzle;
  /** The client that drizzle altered: in raw SQL give dates as ISO text with `::timestamptz`. */
  readonly sql: Sql;
  /** Called at the end of the file by itself; safe to call before. */
  close(): Promise<void>;
}

/**
 * A database for one test file, with every migration applied, empty. Call it at the top of the file (or in
 * `beforeAll`): it is dropped after the file's last test.
 */
export async function testDatabase(): Promise<TestDatabase> {
  const adminUrl = inject('adminUrl');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asAdmin(adminUrl, (sql) => sql`create database ${sql(name)} template ${sql(templateDatabase)}`);
  const url = databaseUrl(adminUrl, name);
  const client = connectDatabase(url, { max: 5 });
  let isClosed = false;
  const close = async (): Promise<void> => {
    if (isClosed) return;
    isClosed = true;
    await client.close();
    await asAdmin(adminUrl, (sql) => sql`drop database if exists ${sql(name)} with (force)`);
  };
  afterAll(close);
  return { url, database: createDatabase(client.db), db: client.db, sql: client.sql, close };
}

async function asAdmin(url: string, work: (sql: Sql) => PromiseLike<unknown>): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await work(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}
