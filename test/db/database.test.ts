import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { unwrap } from '../../db/database.ts';
import { testDatabase } from '../support/database.ts';

const { database, db } = await testDatabase();
await db.execute(sql`create table notes (id int primary key, words text not null)`);

const count = async (): Promise<number> => {
  const [row] = await db.execute<{ count: string }>(sql`select count(*) from notes`);
  return Number(row?.count);
};

test('keeps what a transaction wrote when it ends well', async () => {
  const before = await count();
  await database.transaction(async (tx) => unwrap(tx).execute(sql`insert into notes values (1, 'kept')`));
  expect(await count()).toBe(before + 1);
});

test('keeps nothing of a transaction that throws', async () => {
  const before = await count();
  const failure = database.transaction(async (tx) => {
    await unwrap(tx).execute(sql`insert into notes values (2, 'lost')`);
    throw new Error('changed my mind');
  });
  await expect(failure).rejects.toThrow('changed my mind');
  expect(await count()).toBe(before);
});

test('repeats the work when two transactions deadlock', async () => {
  await db.execute(sql`insert into notes values (10, 'a'), (11, 'b')`);
  let attempts = 0;
  const both = Promise.withResolvers<void>();
  let arrived = 0;
  const run = (first: number, second: number): Promise<void> =>
    database.transaction(async (tx) => {
      attempts += 1;
      await unwrap(tx).execute(sql`update notes set words = words || '!' where id = ${first}`);
      arrived += 1;
      if (arrived === 2) both.resolve();
      await both.promise;
      await unwrap(tx).execute(sql`update notes set words = words || '?' where id = ${second}`);
    });
  await Promise.all([run(10, 11), run(11, 10)]);
  const rows = await db.execute(sql`select words from notes where id in (10, 11) order by id`);
  expect(rows.map((row) => [...String(row.words)].sort().join(''))).toEqual(['!?a', '!?b']);
  expect(attempts).toBeGreaterThan(2);
});

test('waits for the disk at every commit but that of work which is repeated', async () => {
  const setting = (options?: { readonly isRepeatable: boolean }): Promise<unknown> =>
    database.transaction(async (tx) => {
      const [row] = await unwrap(tx).execute(
        sql`select setting, source from pg_settings where name = 'synchronous_commit'`,
      );
      // The tests' server does not wait at all; who said so tells.
      return row?.source === 'session' ? row.setting : 'as the server';
    }, options);
  // On one connection after the other: the setting ends with its transaction.
  expect(await setting({ isRepeatable: true })).toBe('off');
  for (let again = 0; again < 12; again += 1) expect(await setting()).toBe('as the server');
  expect(await setting({ isRepeatable: false })).toBe('as the server');
});
