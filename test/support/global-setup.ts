import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import type { TestProject } from 'vitest/node';
import { startEmbedded } from '../../db/embedded/supervisor.ts';
import { migrateDatabase } from '../../db/migrate.ts';
import { silentLog } from './log.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Superuser's URL of the maintenance database of this run's PostgreSQL. */
    adminUrl: string;
  }
}

/** The migrated database that every test database is copied from. */
export const templateDatabase = 'holdfast_template';
const folderPrefix = 'holdfast-test-';

/**
 * Starts one PostgreSQL for the whole run (the same supervisor as in production, without fsync) and migrates it once.
 * `TEST_ADMIN_URL`, a superuser's URL of another server, runs the tests there instead: for older versions.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.TEST_ADMIN_URL;
  const server = given === undefined ? await startServer() : { adminUrl: given, stop: async () => {} };
  const sql = postgres(server.adminUrl, { max: 1, onnotice: () => {} });
  await sql`drop database if exists ${sql(templateDatabase)} with (force)`;
  await sql`create database ${sql(templateDatabase)}`;
  await sql.end();
  await migrateDatabase(databaseUrl(server.adminUrl, templateDatabase));
  project.provide('adminUrl', server.adminUrl);
  return server.stop;
}

async function startServer(): Promise<{ adminUrl: string; stop(): Promise<void> }> {
  await removeLeftovers();
  // The process id in the name tells a later run whether this one still lives.
  const folder = await mkdtemp(join(tmpdir(), `${folderPrefix}${process.pid}-`));
  // PostgreSQL runs as another user when we are root: it must be able to enter.
  await chmod(folder, 0o755);
  const embedded = await startEmbedded({
    dataDir: folder,
    log: silentLog,
    durable: false,
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '300' },
  });
  return {
    adminUrl: embedded.adminUrl,
    async stop() {
      await embedded.leave();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export function databaseUrl(adminUrl: string, database: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${database}`;
  return url.href;
}

/** Stops and removes the servers of runs that were killed. */
async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = new RegExp(`^${folderPrefix}(\\d+)-`).exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    const dataDir = join(tmpdir(), name);
    const embedded = await startEmbedded({ dataDir, log: silentLog }).catch(() => null);
    await embedded?.leave();
    await rm(dataDir, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
