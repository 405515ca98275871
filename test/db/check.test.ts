import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { checkDatabase } from '../../db/check.ts';
import { testDatabase } from '../support/database.ts';
import { poolingProxy } from '../support/pooling-proxy.ts';

const { url, sql } = await testDatabase();

const refusal = async (target: string): Promise<string> => {
  const error: unknown = await checkDatabase(target, 5_000).then(
    () => new Error('accepted'),
    (failure: unknown) => failure,
  );
  return error instanceof Error ? error.message : '';
};

const changed = (change: (target: URL) => void): string => {
  const target = new URL(url);
  change(target);
  return target.href;
};

test('accepts a direct connection to PostgreSQL 15 or newer, also for ten processes at once', async () => {
  await Promise.all(Array.from({ length: 10 }, () => checkDatabase(url)));
  const [row] = await sql`select count(*)::int as locks from pg_locks where locktype = 'advisory'
    and database = (select oid from pg_database where datname = current_database())`;
  expect(row?.locks).toBe(0);
});

test('refuses a pooler in transaction mode and says which URL is needed', async () => {
  const proxy = await poolingProxy(url);
  try {
    const said = await refusal(proxy.url);
    expect(said).toContain('connection pooler in transaction mode');
    expect(said).toContain('direct connection');
  } finally {
    proxy.close();
  }
});

test('says that nothing listens', async () => {
  expect(
    await refusal(
      changed((target) => {
        target.port = '1';
      }),
    ),
  ).toMatch(/127\.0\.0\.1:1\/.* nothing listens there/);
});

test('says that the password is wrong, without saying it', async () => {
  const said = await refusal(
    changed((target) => {
      target.password = 'canary';
    }),
  );
  expect(said).toContain('the password is wrong');
  expect(said).not.toContain('canary');
});

test('says that the database does not exist', async () => {
  expect(
    await refusal(
      changed((target) => {
        target.pathname = '/nowhere';
      }),
    ),
  ).toContain('no database of that name');
});

test('says that something else than PostgreSQL answers', async () => {
  const server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? `${address.port}` : '';
  expect(
    await refusal(
      changed((target) => {
        target.port = port;
      }),
    ),
  ).toMatch(/cannot be used/);
  server.close();
});
