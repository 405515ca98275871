import { inspect } from 'node:util';
import { eq, sql as query } from 'drizzle-orm';
import pg from 'pg';
import { expect, test } from 'vitest';
import { describeError } from '../../core/describe-error.ts';
import { newId } from '../../core/ids.ts';
import { unwrap } from '../../db/database.ts';
import { DatabaseError, guarded, isDuplicate } from '../../db/errors.ts';
import { merchants } from '../../db/schema/people.ts';
import { testDatabase } from '../support/database.ts';

const { database, db, url } = await testDatabase();
await db.execute(
  query`create table people_seen (name text primary key, age int check (age > 0), at timestamptz not null)`,
);
await db.execute(
  query`create function refuse_it(why text) returns int language plpgsql as $$ begin raise exception '%', why; end $$`,
);

const canary = 'canary 王小明 +886912345678';

const caught = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

const insert = (name: string, age: number): Promise<unknown> =>
  database.transaction(async (tx) =>
    unwrap(tx).execute(query`insert into people_seen values (${name}, ${age}, now())`),
  );

const failures: readonly [string, string, () => Promise<unknown>][] = [
  ['a value of the wrong type', '22P02', () => db.execute(query`select ${canary}::uuid`)],
  ['a repeated key', '23505', () => insert(canary, 1).then(() => insert(canary, 1))],
  ['a refused check', '23514', () => insert(`${canary} 2`, -1)],
  ['a missing value', '23502', () => db.execute(query`insert into people_seen values (${canary}, 1, null)`)],
  ['a statement that is wrong', '42703', () => db.execute(query`select ${canary}, nonsense`)],
  ['typed operators', '22P02', () => db.select().from(merchants).where(eq(merchants.id, canary))],
  [
    'a failed insert through the builder',
    '22P02',
    () => db.insert(merchants).values({ id: canary, name: canary, code: canary }),
  ],
  ['an error that a function raises', 'P0001', () => db.execute(query`select refuse_it(${canary})`)],
];

test.each(failures)('%s is an error without parameters', async (_what, code, work) => {
  const error = await caught(work());
  expect(error).toBeInstanceOf(DatabaseError);
  if (error instanceof DatabaseError) expect(error.code).toBe(code);
  const said =
    inspect(error, { depth: 10, showHidden: true }) + JSON.stringify(error) + JSON.stringify(describeError(error));
  expect(said).not.toMatch(/canary|王小明|886912345678/);
});

test('names table and constraint, by which a repository knows what was refused', async () => {
  const name = newId();
  await insert(name, 1);
  const error = await caught(insert(name, 1));
  expect(isDuplicate(error, 'people_seen_pkey')).toBe(true);
  expect(isDuplicate(error, 'another')).toBe(false);
  expect(isDuplicate(new Error('23505'))).toBe(false);
  expect(error).toMatchObject({ table: 'people_seen', constraint: 'people_seen_pkey' });
});

test("errors of the job engine's driver are wrapped alike", async () => {
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  const error = await caught(guarded(pool.query('select $1::uuid', [canary])));
  await pool.end();
  expect(error).toMatchObject({ code: '22P02' });
  expect(inspect(error)).not.toContain('canary');
});

test('our own errors pass through as they are', async () => {
  const own = new Error('mine');
  expect(await caught(database.transaction(() => Promise.reject(own)))).toBe(own);
});
