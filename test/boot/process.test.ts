import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterEach, expect, test, vi } from 'vitest';
import { startEmbedded } from '../../db/embedded/supervisor.ts';
import { readOrMakeKeyFile } from '../../db/key-file.ts';
import { migrationLock } from '../../db/migrate.ts';
import { createVault } from '../../db/vault.ts';
import { testDatabase } from '../support/database.ts';
import { type DeskProcess, freePort, startDesk, statusOf } from '../support/desk-process.ts';
import { eventually } from '../support/jobs.ts';
import { silentLog } from '../support/log.ts';

// Whole processes on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000 });

const desks: DeskProcess[] = [];
const folders: string[] = [];

afterEach(async () => {
  for (const desk of desks.splice(0)) {
    if (desk.child.exitCode === null && desk.child.signalCode === null) await desk.end('SIGTERM');
  }
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function newDataDir(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'holdfast-boot-')));
  await chmod(folder, 0o755);
  folders.push(folder);
  return join(folder, '.data');
}

/** With a cluster that does not wait for the disk, which other programs may keep busy for seconds. */
async function quickDataDir(): Promise<string> {
  const dataDir = await newDataDir();
  const embedded = await startEmbedded({ dataDir, log: silentLog, durable: false, settings: { fsync: 'off' } });
  await embedded.leave();
  return dataDir;
}

async function desk(environment: Record<string, string>, ...args: string[]): Promise<DeskProcess> {
  const started = await startDesk(environment, args);
  desks.push(started);
  return started;
}

/** Process id of the embedded server; null when none runs. */
async function serverPid(dataDir: string): Promise<number | null> {
  const { home } = JSON.parse(await readFile(join(dataDir, 'postgres.json'), 'utf8'));
  const text = await readFile(join(home, 'data', 'postmaster.pid'), 'utf8').catch(() => null);
  return text === null ? null : Number(text.split('\n')[0]);
}

const keys = `k1:${Buffer.alloc(32, 7).toString('base64')}`;

test('a first start comes up, prints the address to open, and stops everything when asked', async () => {
  const dataDir = await newDataDir();
  const first = await desk({ DATA_DIR: dataDir });
  await first.ready();
  const lines = first
    .output()
    .split('\n')
    .filter((line) => line.includes('Holdfast is ready'));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^Holdfast is ready: http:\/\/localhost:\d+/);
  expect(await serverPid(dataDir)).not.toBeNull();
  const nowhere = await fetch(`${first.origin}/assets/none/none.css`);
  expect(nowhere.status).toBe(404);
  expect(await nowhere.text()).toContain('No page has this address');
  expect(await first.end('SIGTERM')).toBe(0);
  expect(await serverPid(dataDir)).toBeNull();
});

test('a second start beside the first serves too, and goes on when the first is gone', async () => {
  const dataDir = await quickDataDir();
  const first = await desk({ DATA_DIR: dataDir });
  await first.ready();
  const second = await desk({ DATA_DIR: dataDir });
  await second.ready();
  const pid = await serverPid(dataDir);
  expect(await first.end('SIGINT')).toBe(0);
  expect(await statusOf(`${second.origin}/readyz`)).toBe(200);
  expect(await serverPid(dataDir)).toBe(pid);
  expect(await second.end('SIGTERM')).toBe(0);
  expect(await serverPid(dataDir)).toBeNull();
});

test('a start after kill -9 of the desk and of its database comes up', async () => {
  const dataDir = await quickDataDir();
  const first = await desk({ DATA_DIR: dataDir });
  await first.ready();
  const pid = await serverPid(dataDir);
  expect(await first.end('SIGKILL')).toBeNull();
  process.kill(pid ?? 0, 'SIGKILL');
  const second = await desk({ DATA_DIR: dataDir });
  await second.ready();
});

test('a taken port is said in a sentence with the way out, and nothing is left running', async () => {
  const first = await desk({ DATA_DIR: await quickDataDir() });
  await first.ready();
  const { port } = new URL(first.origin);
  const second = await desk({ DATA_DIR: await newDataDir(), PORT: port });
  expect(await second.ended()).toBe(1);
  expect(second.output()).toContain(`Port ${port} is taken`);
  expect(second.output()).toContain(`PORT=${Number(port) + 1} npm start`);
  expect(second.output()).not.toContain('    at ');
});

test('wrong settings are all named at once, before anything is started', async () => {
  const wrong = await desk({ PORT: 'x', LOG_LEVEL: 'loud', ROLES: 'cook', DATA_DIR: await newDataDir() });
  expect(await wrong.ended()).toBe(1);
  for (const name of ['PORT', 'LOG_LEVEL', 'ROLES']) expect(wrong.output()).toContain(`  - ${name} must`);
});

test('an unknown command is refused by name', async () => {
  const unknown = await desk({}, 'frobnicate');
  expect(await unknown.ended()).toBe(1);
  expect(unknown.output()).toContain('There is no command frobnicate');
});

test('help lists every setting', async () => {
  const help = await desk({}, 'help');
  expect(await help.ended()).toBe(0);
  expect(help.output()).toContain('ENCRYPTION_KEYS');
});

test('health is answered while another process migrates, readiness comes after it', async () => {
  const { url } = await testDatabase();
  const other = postgres(url, { max: 1 });
  await other`select pg_advisory_lock(${migrationLock})`;
  const waiting = await desk({ DATABASE_URL: url, ENCRYPTION_KEYS: keys });
  await eventually(async () => (await statusOf(`${waiting.origin}/healthz`)) === 200);
  expect(await statusOf(`${waiting.origin}/readyz`)).toBe(503);
  expect(await statusOf(`${waiting.origin}/orders`)).toBe(503);
  await other.end();
  await waiting.ready();
});

test('roles apart share a database, and each tells its health', async () => {
  const { url } = await testDatabase();
  const environment = { DATABASE_URL: url, ENCRYPTION_KEYS: keys };
  const roles = await Promise.all(['web', 'worker', 'scheduler,bot'].map((ROLES) => desk({ ...environment, ROLES })));
  for (const role of roles) await role.ready();
  const page = await fetch(`${roles[1]?.origin}/orders`);
  expect(page.status).toBe(503);
  const text = await page.text();
  expect(text).toContain('This process of Holdfast serves no pages');
  expect(text).not.toContain('http-equiv="refresh"');
  await eventually(async () => roles.every((role) => role.output().includes('Holdfast is ready')));
  expect(roles.map((role) => /sign-in\?token=/.test(role.output()))).toEqual([true, false, false]);
});

test('a database that refuses is said in a sentence', async () => {
  const refused = await desk({
    DATABASE_URL: `postgres://desk:canary@127.0.0.1:${await freePort()}/holdfast`,
    ENCRYPTION_KEYS: keys,
  });
  expect(await refused.ended()).toBe(1);
  expect(refused.output()).toContain('nothing listens there. Check DATABASE_URL.');
  expect(refused.output()).not.toContain('canary');
});

test('metrics are for this machine, or for who has the token', async () => {
  const { url } = await testDatabase();
  const open = await desk({ DATABASE_URL: url, ENCRYPTION_KEYS: keys });
  const closed = await desk({ DATABASE_URL: url, ENCRYPTION_KEYS: keys, METRICS_TOKEN: 'sixteen letters!' });
  await open.ready();
  await closed.ready();
  const text = await (await fetch(`${open.origin}/metrics`)).text();
  expect(text).toContain('process_resident_memory_bytes');
  expect(text).toContain('holdfast_jobs_total');
  expect(await statusOf(`${open.origin}/metrics`, { 'x-forwarded-for': '203.0.113.7' })).toBe(401);
  expect(await statusOf(`${closed.origin}/metrics`)).toBe(401);
  expect(await statusOf(`${closed.origin}/metrics`, { authorization: 'Bearer sixteen letters?' })).toBe(401);
  expect(await statusOf(`${closed.origin}/metrics`, { authorization: 'Bearer sixteen letters!' })).toBe(200);
});

test('rotating keys from the command line seals everything anew', async () => {
  const { url } = await testDatabase();
  const rotation = await desk({ DATABASE_URL: url, ENCRYPTION_KEYS: keys }, 'rotate-key');
  expect(await rotation.ended()).toBe(0);
  expect(rotation.output()).toContain('0 sealed texts');
  expect(rotation.output()).toContain('ENCRYPTION_KEYS=k1:… must stay set');
});

test('a desk whose key is missing or another one refuses to start, and names the key and the way out', async () => {
  const { url, sql } = await testDatabase();
  const DATA_DIR = await newDataDir();
  const old = await readOrMakeKeyFile(DATA_DIR);
  const sealed = createVault([old]).seal('xoxb-canary', 'slack_installation:T1');
  await sql`insert into slack_installation (team_id, sealed_bot_token) values ('T1', ${sealed})`;
  const environment = { DATABASE_URL: url, DATA_DIR };
  const missing = await desk({ ...environment, ENCRYPTION_KEYS: keys });
  expect(await missing.ended()).toBe(1);
  expect(missing.output()).toContain('sealed with the encryption key demo, which is not among the keys given (k1)');
  expect(missing.output()).toContain(`It stands in ${DATA_DIR}/key. Set ENCRYPTION_KEYS=k1:…,demo:…`);
  expect(missing.output()).not.toContain('    at ');
  const other = await desk({ ...environment, ENCRYPTION_KEYS: `demo:${Buffer.alloc(32, 9).toString('base64')}` });
  expect(await other.ended()).toBe(1);
  expect(other.output()).toContain('The encryption key demo is not the one that sealed');
  const rotation = await desk({ ...environment, ENCRYPTION_KEYS: `${keys},demo:${old.base64}` }, 'rotate-key');
  expect(await rotation.ended()).toBe(0);
  expect(rotation.output()).toContain('1 sealed texts were sealed anew with k1');
  expect(rotation.output()).toContain('must stay set at every start from now on. demo can go.');
  expect(rotation.output()).toContain(`Delete ${DATA_DIR}/key`);
  const right = await desk({ ...environment, ENCRYPTION_KEYS: keys });
  await right.ready();
});

test('the embedded database runs without a desk, to be copied', async () => {
  const dataDir = await quickDataDir();
  const alone = await desk({ DATA_DIR: dataDir }, 'database');
  const url = await eventually(async () => /until Ctrl-C: (postgres:\S+)/.exec(alone.output())?.[1] ?? null, 60_000);
  const { port, password } = JSON.parse(await readFile(join(dataDir, 'postgres.json'), 'utf8'));
  expect(url).toBe(`postgres://holdfast:${password}@127.0.0.1:${port}/holdfast`);
  const sql = postgres(url, { max: 1 });
  const others = await sql`
    select application_name from pg_stat_activity
    where datname = 'holdfast' and pid <> pg_backend_pid() and backend_type = 'client backend'`;
  expect(others).toEqual([]);
  await sql.end();
  expect(await alone.end('SIGINT')).toBe(0);
  expect(await serverPid(dataDir)).toBeNull();
});

test('Ctrl-C that arrives twice, as npm passes it on, still stops in order', async () => {
  const dataDir = await quickDataDir();
  const twice = await desk({ DATA_DIR: dataDir });
  await twice.ready();
  twice.child.kill('SIGINT');
  expect(await twice.end('SIGINT')).toBe(0);
  expect(await serverPid(dataDir)).toBeNull();
});

test('a desk started by npm stops in order when npm is killed', async () => {
  const dataDir = await quickDataDir();
  const port = `${await freePort()}`;
  // npm runs a script through a shell; neither passes on the signal that ends it.
  const shell = spawn('sh', ['-c', `'${process.execPath}' --import tsx main.ts; true`], {
    cwd: join(import.meta.dirname, '../..'),
    stdio: 'ignore',
    env: { PATH: process.env.PATH, PORT: port, DATA_DIR: dataDir, npm_lifecycle_event: 'start' },
  });
  const health = `http://127.0.0.1:${port}/readyz`;
  try {
    await eventually(async () => (await statusOf(health)) === 200, 60_000);
  } finally {
    shell.kill('SIGKILL');
    await eventually(async () => (await statusOf(health)) === null && (await serverPid(dataDir)) === null);
  }
});
