import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { startEmbedded } from '../../../db/embedded/supervisor.ts';
import { migrateDatabase } from '../../../db/migrate.ts';
import { silentLog } from '../../support/log.ts';

export interface BenchServer {
  /** A new migrated, empty database; its URL. */
  createDatabase(name: string): Promise<string>;
  dropDatabase(name: string): Promise<void>;
  stop(): Promise<void>;
}

const folderPrefix = 'holdfast-bench-';
const template = 'bench_template';

/** A PostgreSQL of our own with the settings of an operator's desk: nothing is switched off to look faster. */
export async function startServer(): Promise<BenchServer> {
  await removeLeftovers();
  const folder = await benchFolder('cluster');
  const { adminUrl, leave } = await startEmbedded({ dataDir: folder, log: silentLog });
  await asAdmin(adminUrl, (sql) => sql`create database ${sql(template)}`);
  await migrateDatabase(urlOf(adminUrl, template));
  return {
    async createDatabase(name) {
      await asAdmin(adminUrl, (sql) => sql`create database ${sql(name)} template ${sql(template)}`);
      return urlOf(adminUrl, name);
    },
    dropDatabase: (name) => asAdmin(adminUrl, (sql) => sql`drop database if exists ${sql(name)} with (force)`),
    async stop() {
      await leave();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/**
 * A temporary folder that the next bench removes if this one is killed: the process id in its name tells. A `cluster`
 * holds a PostgreSQL, which may still run then.
 */
export async function benchFolder(what: 'cluster' | 'files'): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `${folderPrefix}${process.pid}-${what}-`));
  // PostgreSQL runs as another user when we are root: it must be able to enter.
  await chmod(folder, 0o755);
  return folder;
}

function urlOf(adminUrl: string, database: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${database}`;
  return url.href;
}

async function asAdmin(url: string, work: (sql: postgres.Sql) => PromiseLike<unknown>): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await work(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const [, pid, what] = new RegExp(`^${folderPrefix}(\\d+)-([a-z]+)-`).exec(name) ?? [];
    if (pid === undefined || isAlive(Number(pid))) continue;
    const folder = join(tmpdir(), name);
    if (what === 'cluster') {
      // Takes hold of the server that was left running, so that it can be stopped.
      const embedded = await startEmbedded({ dataDir: folder, log: silentLog }).catch(() => null);
      await embedded?.leave();
    }
    await rm(folder, { recursive: true, force: true });
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
