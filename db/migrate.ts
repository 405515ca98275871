import { join } from 'node:path';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import { runMigrations } from 'graphile-worker';
import pg from 'pg';
import postgres from 'postgres';
import { guarded } from './errors.ts';
import { quietLogger } from './jobs/logger.ts';
import { createProcessTables } from './jobs/processes.ts';

/** Any number that nothing else in the database uses as an advisory lock: "hold" in ASCII. */
export const migrationLock = 0x686f6c64;

export const migrationsFolder = join(import.meta.dirname, 'migrations');

/**
 * Brings the database to the schema of this release: our migrations, then the job engine's own. Safe for any number of
 * processes at once (one works, the others wait and find nothing to do). Needs a direct connection.
 */
export async function migrateDatabase(url: string): Promise<void> {
  // One connection: a session lock belongs to it, and the migrator must run where the lock is held.
  const sql = postgres(url, {
    max: 1,
    onnotice: () => {},
    max_lifetime: null,
    idle_timeout: 0,
    connection: { application_name: 'holdfast migrate', TimeZone: 'UTC' },
  });
  try {
    await guarded(sql`select pg_advisory_lock(${migrationLock})`);
    await guarded(migrate(drizzle(sql), { migrationsFolder }));
    await migrateJobEngine(url);
    await guarded(createProcessTables(sql));
  } finally {
    // Ending the session gives the lock back, whatever happened.
    await sql.end({ timeout: 5 });
  }
}

async function migrateJobEngine(url: string): Promise<void> {
  const pool = new pg.Pool({ connectionString: url, max: 1, application_name: 'holdfast migrate' });
  // A connection that breaks while idle is reported by the next query; without a handler it would end the process.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  try {
    await guarded(runMigrations({ pgPool: pool, logger: quietLogger }));
  } finally {
    await pool.end();
  }
}
