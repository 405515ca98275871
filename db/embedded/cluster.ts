import { createHash, randomBytes } from 'node:crypto';
import { access, chmod, chown, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Fault } from '../../core/describe-error.ts';
import { type Binaries, copyBinaries, executable, findBinaries, repairLinks } from './binaries.ts';
import { runCommand } from './command.ts';
import { isAlive, isServerOf, readPidFile } from './probe.ts';
import { canReach, chooseRunUser, type RunUser } from './run-user.ts';
import { readState, type State, writeState } from './state.ts';

/** Name of the superuser and of the desk's database inside the embedded server. */
export const embeddedUser = 'holdfast';
export const embeddedDatabase = 'holdfast';

export interface Cluster {
  readonly state: State;
  readonly user: RunUser;
  readonly binaries: Binaries;
  /** PostgreSQL's data folder. */
  readonly folder: string;
  readonly serverLog: string;
}

export interface ClusterOptions {
  /** Absolute and real: links resolved. */
  readonly dataDir: string;
  /** Lines for postgresql.conf of a new cluster. Only tests need any. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
  /** False: a new cluster is not flushed to disk (tests). */
  readonly durable?: boolean | undefined;
}

/** Opens the cluster that belongs to `dataDir`, or makes one. Called under the mutex. Starts no server. */
export async function openCluster(options: ClusterOptions): Promise<Cluster> {
  const { dataDir } = options;
  const remembered = await rememberedState(dataDir);
  const user = await chooseRunUser(remembered === null ? null : await existing(join(remembered.home, 'data')));
  const state = remembered ?? {
    dataDir,
    home: await chooseHome(user, dataDir),
    port: await freePort(),
    password: randomBytes(24).toString('base64url'),
  };
  await prepareHome(state.home, user, remembered === null);
  const cluster: Cluster = {
    state,
    user,
    binaries: await reachableBinaries(user, state.home),
    folder: join(state.home, 'data'),
    serverLog: join(state.home, 'server.log'),
  };
  // Written before initdb: a cluster whose password nobody knows would be lost.
  await writeState(dataDir, state);
  if ((await existing(cluster.folder)) === null) await initialize(cluster, options);
  await checkVersion(cluster);
  return cluster;
}

/** Keeps the port that the cluster got in the end (another program may have taken the remembered one). */
export async function movePort(cluster: Cluster): Promise<Cluster> {
  const state = { ...cluster.state, port: await freePort() };
  await writeState(state.dataDir, state);
  return { ...cluster, state };
}

export function clusterUrl(cluster: Cluster, port: number, database: string): string {
  return `postgres://${embeddedUser}:${cluster.state.password}@127.0.0.1:${port}/${database}`;
}

async function rememberedState(dataDir: string): Promise<State | null> {
  const state = await readState(dataDir);
  if (state === null || state.dataDir === dataDir) return state;
  // Moved: the note comes with the cluster. Copied (the original is still there): it must not share the original's.
  const original = await readState(state.dataDir).catch(() => null);
  if (original !== null && state.home.startsWith(state.dataDir) === false) return null;
  const home = state.home.startsWith(state.dataDir)
    ? join(dataDir, state.home.slice(state.dataDir.length))
    : state.home;
  return { ...state, dataDir, home };
}

/** Inside `dataDir`, unless the database's user cannot get there (a clone below root's home, for one). */
async function chooseHome(user: RunUser, dataDir: string): Promise<string> {
  if (await canReach(user, dataDir)) return join(dataDir, 'postgres');
  const name = createHash('sha256').update(dataDir).digest('hex').slice(0, 16);
  const failures = [];
  for (const base of ['/var/lib/holdfast', '/var/tmp/holdfast', join(tmpdir(), 'holdfast')]) {
    try {
      await mkdir(base, { recursive: true, mode: 0o755 });
      if (await canReach(user, base)) return join(base, name);
    } catch (error) {
      failures.push(error);
    }
  }
  throw new Fault(`The user that runs PostgreSQL can reach neither ${dataDir} nor /var/lib. Set DATABASE_URL.`, {
    cause: new AggregateError(failures),
  });
}

async function prepareHome(home: string, user: RunUser, isNew: boolean): Promise<void> {
  if (isNew && (await existing(join(home, 'data'))) !== null) {
    // Left by a data folder that was deleted to start afresh. Its password is gone, its data may still be wanted.
    const pidFile = await readPidFile(join(home, 'data'));
    if (pidFile !== null && isAlive(pidFile.pid) && (await isServerOf(pidFile.pid, join(home, 'data')))) {
      process.kill(pidFile.pid, 'SIGINT');
    }
    await rename(home, `${home}.left-${Date.now()}`);
  }
  await mkdir(home, { recursive: true });
  await chmod(home, 0o700);
  if (user !== null) await chown(home, user.uid, user.gid);
}

async function reachableBinaries(user: RunUser, home: string): Promise<Binaries> {
  const installed = await findBinaries();
  const reachable =
    (await canReach(user, join(installed.folder, 'bin', executable('postgres')))) &&
    (await canReach(user, join(installed.folder, 'lib'))) &&
    (await canReach(user, join(installed.folder, 'share')));
  if (reachable && (await repairLinks(installed.folder))) return installed;
  return copyBinaries(installed, home);
}

async function initialize(cluster: Cluster, options: ClusterOptions): Promise<void> {
  const { state, user, binaries, folder } = cluster;
  const unfinished = `${folder}.unfinished`;
  const passwordFile = join(state.home, 'password.once');
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    timezone: 'UTC',
    // Failed statements quote values: names and phone numbers do not belong into a log file. Their errors reach us anyway.
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    ...options.settings,
  };
  await rm(unfinished, { recursive: true, force: true });
  await rm(passwordFile, { force: true });
  await writeFile(passwordFile, state.password, { mode: 0o600, flag: 'wx' });
  if (user !== null) await chown(passwordFile, user.uid, user.gid);
  const { code, output } = await runCommand(
    join(binaries.folder, 'bin', executable('initdb')),
    [
      ...['-D', unfinished, '-U', embeddedUser, '-A', 'scram-sha-256', `--pwfile=${passwordFile}`],
      ...['--encoding=UTF8', ...localeArguments()],
      ...Object.entries(settings).flatMap(([name, value]) => ['--set', `${name}=${value}`]),
      ...(options.durable === false ? ['--no-sync'] : []),
    ],
    { user, folder: state.home },
  );
  await rm(passwordFile, { force: true });
  if (code !== 0) throw new Fault(`The embedded PostgreSQL could not be set up in ${state.home}:\n${output}`);
  // Renamed at the end: a cluster is there whole or not at all.
  await rename(unfinished, folder);
}

/** Without a UTF-8 character type trigrams of Chinese are empty, and it can never be changed. Sorting is by code point. */
function localeArguments(): readonly string[] {
  if (process.platform === 'linux') return ['--locale=C.UTF-8'];
  if (process.platform === 'darwin') return ['--locale=C', '--lc-ctype=en_US.UTF-8'];
  return ['--locale=C'];
}

async function checkVersion(cluster: Cluster): Promise<void> {
  const made = (await readFile(join(cluster.folder, 'PG_VERSION'), 'utf8')).trim();
  const major = cluster.binaries.version.split('.')[0];
  if (made !== major) {
    throw new Fault(
      `${cluster.folder} was made by PostgreSQL ${made}, the embedded one is ${major}. ` +
        'Move the data to a PostgreSQL server of your own and set DATABASE_URL, or choose another DATA_DIR.',
    );
  }
}

/** The end of the server's log from byte `from` on, for error messages. */
export async function serverLogSince(cluster: Cluster, from: number): Promise<string> {
  const file = await open(cluster.serverLog, 'r').catch(() => null);
  if (file === null) return '';
  try {
    const size = (await file.stat()).size;
    const start = Math.max(from, size - 4_000);
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(Math.max(size - start, 1)), position: start });
    return buffer.subarray(0, bytesRead).toString('utf8').trim();
  } finally {
    await file.close();
  }
}

export async function serverLogSize(cluster: Cluster): Promise<number> {
  return stat(cluster.serverLog).then(
    ({ size }) => size,
    () => 0,
  );
}

/** `path` when it exists, else null. */
async function existing(path: string): Promise<string | null> {
  return access(path).then(
    () => path,
    () => null,
  );
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('No free port on 127.0.0.1.'));
        else resolve(address.port);
      });
    });
  });
}
