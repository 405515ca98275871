import { type SQL, sql } from 'drizzle-orm';

/**
 * Columns of many rows as PostgreSQL array parameters, for `insert … select … from unnest(…)`. Written as array
 * literals here, because the driver's own encoding costs more than the rest of a page.
 */

const needsEscape = /["\\]/;
const toEscape = /["\\]/g;

/** `text[]`; may hold any text. NUL, which PostgreSQL cannot store, is left out. */
export function texts<T>(rows: readonly T[], value: (row: T) => string | null): SQL {
  let literal = '';
  for (const row of rows) {
    const text = value(row);
    literal += literal === '' ? '{' : ',';
    if (text === null) literal += 'NULL';
    else literal += needsEscape.test(text) ? `"${text.replace(toEscape, '\\$&')}"` : `"${text}"`;
  }
  if (literal.includes('\0')) literal = literal.replaceAll('\0', '');
  return sql`${closed(literal)}::text[]`;
}

/** Stands between long texts; JSON writes it as an escape, so it hardly ever stands in one. */
const separator = '\u001e';

/**
 * `text[]` of long texts full of quotes, such as JSON: joined, and parted again by PostgreSQL, because escaping every
 * quote costs both sides more than anything else of them. Texts that do not allow it go the other way.
 */
export function longTexts<T>(rows: readonly T[], value: (row: T) => string): SQL {
  const list = rows.map(value);
  if (list.length === 0 || list.some((text) => text === '' || text.includes(separator) || text.includes('\0'))) {
    return texts(rows, value);
  }
  return sql`string_to_array(${list.join(separator)}, ${separator})`;
}

/** `uuid[]`. */
export const uuids = <T>(rows: readonly T[], value: (row: T) => string | null): SQL =>
  sql`${plain(rows, value)}::uuid[]`;

/** `numeric[]`, of decimal strings. */
export const decimals = <T>(rows: readonly T[], value: (row: T) => string | null): SQL =>
  sql`${plain(rows, value)}::numeric[]`;

/** `integer[]`. */
export const integers = <T>(rows: readonly T[], value: (row: T) => number | null): SQL =>
  sql`${plain(rows, (row) => value(row)?.toString() ?? null)}::integer[]`;

/** `boolean[]`. */
export const booleans = <T>(rows: readonly T[], value: (row: T) => boolean): SQL =>
  sql`${plain(rows, (row) => (value(row) ? 't' : 'f'))}::boolean[]`;

/** `timestamptz[]`. */
export const moments = <T>(rows: readonly T[], value: (row: T) => Date | null): SQL =>
  sql`${plain(rows, (row) => value(row)?.toISOString() ?? null)}::timestamptz[]`;

/** A list of texts of one row as the text of an array, to be cast with `::text[]` in the statement. */
export const textList = (list: readonly string[]): string =>
  list.length === 0 ? '{}' : `{${list.map((text) => `"${text.replace(toEscape, '\\$&')}"`).join(',')}}`;

/** Values that need no quotes: ids, numbers, times, flags. */
function plain<T>(rows: readonly T[], value: (row: T) => string | null): string {
  let literal = '';
  for (const row of rows) {
    literal += literal === '' ? '{' : ',';
    literal += value(row) ?? 'NULL';
  }
  return closed(literal);
}

const closed = (literal: string): string => (literal === '' ? '{}' : `${literal}}`);
