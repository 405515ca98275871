import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { longTexts, texts } from '../../db/repositories/column-arrays.ts';
import { testDatabase } from '../support/database.ts';

const { db } = await testDatabase();

const roundTrip = async (column: typeof longTexts, list: readonly string[]): Promise<string[]> => {
  const rows = await db.execute<{ text: string }>(
    sql`select t.text from unnest(${column(list, (text) => text)}) with ordinality as t (text, place) order by place`,
  );
  return rows.map((row) => row.text);
};

const awkward = [
  '{"name":"王小明","note":"says \\"hi\\", {a,b}"}',
  'NULL',
  ' spaces ',
  'back\\slash',
  "quote ' and \n line",
  '$1 {x} %s',
];

describe('columns of many rows', () => {
  it.each([
    ['texts', texts],
    ['long texts', longTexts],
  ])('bring every text back as it was: %s', async (_, column) => {
    expect(await roundTrip(column, awkward)).toEqual(awkward);
    expect(await roundTrip(column, [])).toEqual([]);
  });

  it('bring long texts back that could not be joined: empty ones, and those with the separator', async () => {
    expect(await roundTrip(longTexts, ['', 'a'])).toEqual(['', 'a']);
    expect(await roundTrip(longTexts, ['a\u001eb', 'c'])).toEqual(['a\u001eb', 'c']);
  });

  it('leave out the NUL that PostgreSQL cannot store', async () => {
    expect(await roundTrip(longTexts, ['a\0b', 'c'])).toEqual(['ab', 'c']);
    expect(await roundTrip(texts, ['a\0b'])).toEqual(['ab']);
  });
});
