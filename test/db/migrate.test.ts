import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, expect, inject, test } from 'vitest';
import { migrateDatabase, migrationsFolder } from '../../db/migrate.ts';
import { databaseUrl } from '../support/global-setup.ts';
import { killed, startScript } from '../support/jobs.ts';

const admin = postgres(inject('adminUrl'), { max: 1, onnotice: () => {} });
const made: string[] = [];
afterAll(async () => {
  for (const name of made) await admin`drop database ${admin(name)} with (force)`;
  await admin.end();
});

async function emptyDatabase(name: string): Promise<string> {
  await admin`create database ${admin(name)}`;
  made.push(name);
  return databaseUrl(inject('adminUrl'), name);
}

async function journal(): Promise<{ tag: string; when: number }[]> {
  return JSON.parse(await readFile(join(migrationsFolder, 'meta', '_journal.json'), 'utf8')).entries;
}

async function applied(url: string): Promise<number> {
  const sql = postgres(url, { max: 1 });
  const [row] = await sql<{ count: string }[]>`select count(*) from drizzle.__drizzle_migrations`;
  await sql.end();
  return Number(row?.count);
}

test('two processes and this one migrate an empty database at once, each migration once', async () => {
  const url = await emptyDatabase('migrate_together');
  const [one, two] = await Promise.all([
    startScript('migrate-process.ts', [url]),
    startScript('migrate-process.ts', [url]),
    migrateDatabase(url),
    migrateDatabase(url),
  ]);
  expect(await applied(url)).toBe((await journal()).length);
  await Promise.all([killed(one, 'SIGTERM'), killed(two, 'SIGTERM')]);
});

test('migrating again changes nothing', async () => {
  const url = await emptyDatabase('migrate_again');
  await migrateDatabase(url);
  await migrateDatabase(url);
  expect(await applied(url)).toBe((await journal()).length);
});

test('an unreachable database is an error without the password', async () => {
  const url = 'postgres://desk:canary-password@127.0.0.1:1/none';
  const failure = await migrateDatabase(url).catch((error: unknown) => String(error));
  expect(failure).toContain('ECONNREFUSED');
  expect(failure).not.toContain('canary');
});

test('migrations stand in the journal in the order of their times, so that none is passed over', async () => {
  const times = (await journal()).map(({ when }) => when);
  expect(times.length).toBeGreaterThan(0);
  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect(new Set(times).size).toBe(times.length);
});
