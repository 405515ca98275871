import { mkdir, realpath, rm, truncate } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { describeError, Fault } from '../../core/describe-error.ts';
import type { Log } from '../../core/ports/log.ts';
import { executable } from './binaries.ts';
import {
  type Cluster,
  type ClusterOptions,
  clusterUrl,
  embeddedDatabase,
  movePort,
  openCluster,
  serverLogSince,
  serverLogSize,
} from './cluster.ts';
import { runCommand } from './command.ts';
import { withMutex } from './mutex.ts';
import { isAlive, isServerOf, probe, readPidFile } from './probe.ts';

/** Crash recovery of a large desk may take a while; after this long an operator should look. */
const startTimeoutMs = 60_000;
const stopTimeoutSeconds = 30;
const pollMs = 50;
/** A log that only restarts write to; larger than this it is emptied at the next start. */
const serverLogLimitBytes = 5_000_000;
/** Each attached process holds one connection of this name: who leaves last stops the server. */
const presenceName = 'holdfast presence';
/** The first database that every cluster has. */
const maintenanceDatabase = 'postgres';

export interface EmbeddedOptions extends ClusterOptions {
  readonly log: Log;
}

export interface EmbeddedPostgres {
  /** Of the desk's database; the same for as long as the process lives. */
  readonly url: string;
  /** Of the maintenance database, as superuser. */
  readonly adminUrl: string;
  /** Lets go; the last of all attached processes stops the server. Never throws. */
  leave(): Promise<'stopped' | 'left_running'>;
}

/**
 * Runs PostgreSQL from the installed binaries with its cluster in `dataDir`, or attaches to the one that runs there
 * already (another Holdfast process, or one that was killed). Throws with the server's own words when it cannot start.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  await mkdir(resolve(options.dataDir), { recursive: true });
  const dataDir = await realpath(options.dataDir);
  const { log } = options;
  const exclusive = <T>(work: () => Promise<T>): Promise<T> => withMutex(`embedded postgres ${dataDir}`, work);

  let leaving = false;
  let presence: Presence | null = null;

  const attach = async (): Promise<{ cluster: Cluster; port: number }> => {
    const running = await ensureRunning(await openCluster({ ...options, dataDir }), log);
    // Taken before the mutex is given back, so that nobody who leaves now believes to be the last.
    presence = await takePresence(running.cluster, running.port, () => void revive());
    return running;
  };

  const revive = async (): Promise<void> => {
    while (!leaving) {
      log.error({}, 'the embedded PostgreSQL went away; starting it again');
      try {
        await exclusive(async () => {
          if (!leaving) await attach();
        });
        return;
      } catch (error) {
        log.error({ error: describeError(error) }, 'the embedded PostgreSQL could not be started again');
        await sleep(1_000, undefined, { ref: false });
      }
    }
  };

  const { cluster, port } = await exclusive(async () => {
    const running = await attach();
    await ensureDatabase(running.cluster, running.port);
    return running;
  });

  return {
    url: clusterUrl(cluster, port, embeddedDatabase),
    adminUrl: clusterUrl(cluster, port, maintenanceDatabase),
    async leave() {
      if (leaving) return 'left_running';
      leaving = true;
      try {
        return await exclusive(async () => {
          const alone = presence !== null && (await presence.isLast());
          await presence?.release();
          if (!alone) return 'left_running';
          await stopServer(cluster);
          return 'stopped';
        });
      } catch (error) {
        log.warn({ error: describeError(error) }, 'the embedded PostgreSQL could not be stopped; it is left running');
        return 'left_running';
      }
    },
  };
}

async function ensureRunning(opened: Cluster, log: Log): Promise<{ cluster: Cluster; port: number }> {
  let cluster = opened;
  const deadline = Date.now() + startTimeoutMs;
  for (;;) {
    const pidFile = await readPidFile(cluster.folder);
    const port = pidFile?.port ?? cluster.state.port;
    if (pidFile !== null && isAlive(pidFile.pid)) {
      const answer = await probe(clusterUrl(cluster, port, maintenanceDatabase), cluster.folder);
      if (answer === 'ready') return { cluster, port };
      if (answer === 'no' && !(await isServerOf(pidFile.pid, cluster.folder))) {
        log.warn({ pid: pidFile.pid }, 'removing a stale postmaster.pid: its process is not this PostgreSQL');
        await rm(join(cluster.folder, 'postmaster.pid'), { force: true });
        continue;
      }
      if (Date.now() > deadline) throw await startFailure(cluster, 0, 'It runs, but takes no connections.');
      await sleep(pollMs);
      continue;
    }
    const failure = await startServer(cluster);
    if (failure === null) continue;
    if (/Address already in use|could not bind/i.test(failure.message)) {
      cluster = await movePort(cluster);
    } else if (!/still in use|already exists|is another postmaster/i.test(failure.message)) {
      throw failure;
    }
    // Children of a killed server need a moment to notice and to let go of its shared memory.
    if (Date.now() > deadline) throw failure;
    await sleep(pollMs);
  }
}

async function startServer(cluster: Cluster): Promise<Fault | null> {
  let from = await serverLogSize(cluster);
  if (from > serverLogLimitBytes) {
    await truncate(cluster.serverLog);
    from = 0;
  }
  const { code, output } = await runCommand(
    join(cluster.binaries.folder, 'bin', executable('pg_ctl')),
    [
      ...['start', '-D', cluster.folder, '-l', cluster.serverLog, '-s', '-w', '-t', `${startTimeoutMs / 1_000}`],
      ...['-o', `-p ${cluster.state.port}`],
    ],
    { user: cluster.user, folder: cluster.state.home },
  );
  return code === 0 ? null : startFailure(cluster, from, output);
}

async function startFailure(cluster: Cluster, from: number, said: string): Promise<Fault> {
  const serverSaid = await serverLogSince(cluster, from);
  return new Fault(
    `The embedded PostgreSQL in ${cluster.folder} did not start. ${said}\nIts log says:\n${serverSaid || '(nothing)'}`,
  );
}

async function stopServer(cluster: Cluster): Promise<void> {
  const { code, output } = await runCommand(
    join(cluster.binaries.folder, 'bin', executable('pg_ctl')),
    ['stop', '-D', cluster.folder, '-m', 'fast', '-s', '-w', '-t', `${stopTimeoutSeconds}`],
    { user: cluster.user, folder: cluster.state.home },
  );
  if (code !== 0) throw new Fault(`pg_ctl stop: ${output}`);
}

async function ensureDatabase(cluster: Cluster, port: number): Promise<void> {
  const sql = postgres(clusterUrl(cluster, port, maintenanceDatabase), { max: 1, onnotice: () => {} });
  try {
    const found = await sql`select 1 from pg_database where datname = ${embeddedDatabase}`;
    if (found.length === 0) await sql`create database ${sql(embeddedDatabase)}`;
  } finally {
    await sql.end({ timeout: 5 });
  }
}

interface Presence {
  isLast(): Promise<boolean>;
  release(): Promise<void>;
}

async function takePresence(cluster: Cluster, port: number, onLost: () => void): Promise<Presence> {
  let isReleased = false;
  const sql = postgres(clusterUrl(cluster, port, maintenanceDatabase), {
    max: 1,
    onnotice: () => {},
    fetch_types: false,
    // postgres.js otherwise renews a connection every 30–60 minutes: it would look like a loss.
    max_lifetime: null,
    connection: { application_name: presenceName },
    onclose: () => {
      if (isReleased) return;
      isReleased = true;
      void sql.end({ timeout: 0 });
      onLost();
    },
  });
  await sql`select 1`;
  return {
    async isLast() {
      const others = await sql`
        select 1 from pg_stat_activity where application_name = ${presenceName} and pid <> pg_backend_pid()`;
      return others.length === 0;
    },
    async release() {
      isReleased = true;
      await sql.end({ timeout: 5 });
    },
  };
}
