import { spawn } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterEach, expect, test } from 'vitest';
import { findBinaries, missingLinks, repairLinks } from '../../db/embedded/binaries.ts';
import { withMutex } from '../../db/embedded/mutex.ts';
import { type EmbeddedPostgres, startEmbedded } from '../../db/embedded/supervisor.ts';
import { eventually, killed, startScript } from '../support/jobs.ts';
import { silentLog } from '../support/log.ts';

const isRoot = process.getuid?.() === 0;
const opened: EmbeddedPostgres[] = [];
const folders: string[] = [];

afterEach(async () => {
  for (const embedded of opened.splice(0)) await embedded.leave();
  for (const folder of folders.splice(0)) {
    const home = await homeOf(join(folder, '.data')).catch(() => null);
    if (home !== null) await rm(home, { recursive: true, force: true });
    await rm(folder, { recursive: true, force: true });
  }
});

async function newDataDir(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'holdfast-embedded-')));
  await chmod(folder, 0o755);
  folders.push(folder);
  return join(folder, '.data');
}

/** Without fsync: killed processes lose nothing by it, and other programs' disk use does not slow the tests. */
async function start(dataDir: string): Promise<EmbeddedPostgres> {
  const embedded = await startEmbedded({ dataDir, log: silentLog, durable: false, settings: { fsync: 'off' } });
  opened.push(embedded);
  return embedded;
}

async function ask<T>(url: string, text: string): Promise<T | undefined> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    const [row] = await sql.unsafe<{ answer: T }[]>(text);
    return row?.answer;
  } finally {
    await sql.end({ timeout: 5 });
  }
}

const homeOf = async (dataDir: string): Promise<string> =>
  JSON.parse(await readFile(join(dataDir, 'postgres.json'), 'utf8')).home;
const serverPid = async (dataDir: string): Promise<number> =>
  Number((await readFile(join(await homeOf(dataDir), 'data', 'postmaster.pid'), 'utf8')).split('\n')[0]);
const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

test('a first start makes a UTF-8 database that cuts and searches Chinese names by character', async () => {
  const { url } = await start(await newDataDir());
  expect(await ask(url, `select left('王小明', 2) as answer`)).toBe('王小');
  expect(
    await ask(url, `create extension pg_trgm; select array_length(show_trgm('王小明'), 1) as answer`),
  ).toBeUndefined();
  expect(await ask(url, `select array_length(show_trgm('王小明'), 1) as answer`)).toBeGreaterThan(1);
  expect(await ask(url, `select current_setting('listen_addresses') as answer`)).toBe('127.0.0.1');
});

test('the password is in a file that only its owner can read, and in no other', async () => {
  const dataDir = await newDataDir();
  const { url } = await start(dataDir);
  const { password } = new URL(url);
  expect((await stat(join(dataDir, 'postgres.json'))).mode & 0o777).toBe(0o600);
  const home = await homeOf(dataDir);
  expect((await stat(home)).mode & 0o077).toBe(0);
  for (const name of await readdir(home)) {
    const path = join(home, name);
    if ((await stat(path)).isFile()) expect(await readFile(path, 'utf8')).not.toContain(password);
  }
  const wrong = new URL(url);
  wrong.password = 'wrong';
  await expect(ask(wrong.href, 'select 1 as answer')).rejects.toThrow('password authentication failed');
});

test('a second process uses the server of the first, and the last to leave stops it', async () => {
  const dataDir = await newDataDir();
  const first = await start(dataDir);
  const second = await startScript('embedded-process.ts', [dataDir]);
  const pid = await serverPid(dataDir);
  expect(await first.leave()).toBe('left_running');
  expect(isAlive(pid)).toBe(true);
  expect(await killed(second, 'SIGTERM')).toBe(0);
  // It has said goodbye; the process itself ends a moment later.
  await eventually(async () => !isAlive(pid));
});

test('two processes that start at once on an empty folder get the same database', async () => {
  const dataDir = await newDataDir();
  const [one, two] = await Promise.all([
    startScript('embedded-process.ts', [dataDir]),
    startScript('embedded-process.ts', [dataDir]),
  ]);
  const { url } = await start(dataDir);
  expect(
    await ask<string>(
      url,
      `select count(*) as answer from pg_stat_activity where application_name = 'holdfast presence'`,
    ),
  ).toBe('3');
  await Promise.all([killed(one, 'SIGTERM'), killed(two, 'SIGTERM')]);
});

test('after kill -9 of the desk its server lives on, and the next start takes it over', async () => {
  const dataDir = await newDataDir();
  const victim = await startScript('embedded-process.ts', [dataDir]);
  const pid = await serverPid(dataDir);
  await killed(victim, 'SIGKILL');
  expect(isAlive(pid)).toBe(true);
  const next = await start(dataDir);
  expect(await serverPid(dataDir)).toBe(pid);
  expect(await next.leave()).toBe('stopped');
  // It has said goodbye; the process itself ends a moment later.
  await eventually(async () => !isAlive(pid));
});

test('after kill -9 of the desk and of PostgreSQL nothing committed is lost', async () => {
  const dataDir = await newDataDir();
  const victim = await startScript('embedded-process.ts', [dataDir]);
  const first = await start(dataDir);
  await ask(first.url, `create table kept (n int)`);
  await ask(first.url, `insert into kept values (42)`);
  await killed(victim, 'SIGKILL');
  await first.leave();
  const again = await startScript('embedded-process.ts', [dataDir]);
  await killed(again, 'SIGKILL');
  process.kill(await serverPid(dataDir), 'SIGKILL');
  const { url } = await start(dataDir);
  expect(await ask(url, 'select n as answer from kept')).toBe(42);
});

test('a server that dies under a running desk is started again on the same port', async () => {
  const dataDir = await newDataDir();
  const { url } = await start(dataDir);
  const pid = await serverPid(dataDir);
  process.kill(pid, 'SIGKILL');
  const answer = await eventually(async () => ask<number>(url, 'select 1 as answer').catch(() => null));
  expect(answer).toBe(1);
  expect(await serverPid(dataDir)).not.toBe(pid);
});

test('a pid file that names a living process of another kind does not keep the server from starting', async () => {
  const dataDir = await newDataDir();
  const first = await start(dataDir);
  await first.leave();
  const cluster = join(await homeOf(dataDir), 'data');
  const note = [process.pid, cluster, Math.floor(Date.now() / 1_000), 1, '', '127.0.0.1', '0 0', 'ready   '].join('\n');
  await writeFile(join(cluster, 'postmaster.pid'), `${note}\n`);
  const { url } = await start(dataDir);
  expect(await ask(url, 'select 1 as answer')).toBe(1);
});

test('another program on the remembered port makes the server take another one', async () => {
  const dataDir = await newDataDir();
  const first = await start(dataDir);
  await first.leave();
  const taken = Number(new URL(first.url).port);
  const squatter = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => squatter.listen(taken, '127.0.0.1', resolve));
  try {
    const { url } = await start(dataDir);
    expect(Number(new URL(url).port)).not.toBe(taken);
    expect(await ask(url, 'select 1 as answer')).toBe(1);
  } finally {
    squatter.close();
  }
});

test('Ctrl-C in the terminal does not reach PostgreSQL', async () => {
  const dataDir = await newDataDir();
  const script = join(import.meta.dirname, '../support/embedded-process.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', script, dataDir], { detached: true, stdio: 'pipe' });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  const pid = await serverPid(dataDir);
  process.kill(-(child.pid ?? 0), 'SIGINT');
  const { url } = await start(dataDir);
  expect(await ask(url, 'select 1 as answer')).toBe(1);
  expect(await serverPid(dataDir)).toBe(pid);
  await killed(child, 'SIGTERM');
});

test('the database starts below a folder that only its owner may enter', async () => {
  const outer = await newDataDir();
  const locked = join(outer, '..', 'locked');
  await mkdir(locked, { mode: 0o700 });
  const dataDir = join(locked, '.data');
  const { url, leave } = await start(dataDir);
  expect(await ask(url, 'select 1 as answer')).toBe(1);
  const home = await homeOf(dataDir);
  // Root hands PostgreSQL to another user, who cannot get in there.
  expect(home.startsWith(dataDir)).toBe(!isRoot);
  await leave();
  const again = await start(dataDir);
  expect(await homeOf(dataDir)).toBe(home);
  await again.leave();
  await rm(home, { recursive: true, force: true });
});

test('a deleted data folder starts an empty desk', async () => {
  const dataDir = await newDataDir();
  const first = await start(dataDir);
  await ask(first.url, 'create table gone (n int)');
  await first.leave();
  await rm(dataDir, { recursive: true });
  const { url } = await start(dataDir);
  expect(await ask(url, `select to_regclass('gone') as answer`)).toBeNull();
});

test('a damaged note is named, without what it holds', async () => {
  const dataDir = await newDataDir();
  await mkdir(dataDir, { recursive: true });
  await writeFile(join(dataDir, 'postgres.json'), '{"password": "canary');
  const failure = await start(dataDir).catch((error: unknown) => String(error));
  expect(failure).toContain('postgres.json is damaged');
  expect(failure).not.toContain('canary');
});

test('a server that cannot start says why, in its own words', async () => {
  const dataDir = await newDataDir();
  const first = await start(dataDir);
  await first.leave();
  await writeFile(join(await homeOf(dataDir), 'data', 'postgresql.conf'), 'shared_buffers = nonsense\n');
  await expect(start(dataDir)).rejects.toThrow(/did not start[\s\S]*shared_buffers/);
});

test('library links that an install without scripts leaves out are made', async () => {
  const dataDir = await newDataDir();
  const { folder } = await findBinaries();
  const copy = join(dataDir, 'native');
  await mkdir(dataDir, { recursive: true });
  await cp(folder, copy, {
    recursive: true,
    verbatimSymlinks: true,
    filter: async (path) => !(await stat(path)).isDirectory() || !path.endsWith('share'),
  });
  const links = (await readFile(join(folder, 'pg-symlinks.json'), 'utf8').catch(() => '[]')).match(/"target"/g) ?? [];
  for (const { target } of JSON.parse(await readFile(join(copy, 'pg-symlinks.json'), 'utf8').catch(() => '[]'))) {
    await rm(join(dataDir, target), { force: true });
  }
  expect(await missingLinks(copy)).toHaveLength(links.length);
  expect(await repairLinks(copy)).toBe(true);
  expect(await missingLinks(copy)).toEqual([]);
});

test('work under one name never overlaps, work under another goes on beside it', async () => {
  const name = `test ${process.pid}`;
  let inside = 0;
  let most = 0;
  const work = async (): Promise<void> => {
    inside += 1;
    most = Math.max(most, inside);
    await withMutex(`${name} other`, async () => {});
    inside -= 1;
  };
  await Promise.all(Array.from({ length: 5 }, () => withMutex(name, work)));
  expect(most).toBe(1);
});
