import { isId } from '../../core/ids.ts';

/** Where a page ended: the values of its sort columns, the id last. */
export type Keyset = readonly string[];

/** A cursor is opaque to everyone else, and never more than a position: it carries no filter and no permission. */
export function encodeKeyset(keyset: Keyset): string {
  return Buffer.from(JSON.stringify(keyset)).toString('base64url');
}

const keysetLimit = 2_000;

/** Null for anything that is not `size` texts: then the list starts at its first page. */
export function decodeKeyset(cursor: string | null | undefined, size: number): Keyset | null {
  if (cursor === null || cursor === undefined || cursor === '' || cursor.length > keysetLimit) return null;
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (!Array.isArray(parsed) || parsed.length !== size) return null;
    return parsed.every((part) => typeof part === 'string') ? parsed : null;
  } catch {
    // A cut or hand-made cursor: the first page is the right answer.
    return null;
  }
}

/** As `moment::text` gives it in a UTC session: microseconds kept, which a `Date` would lose. */
const momentPattern = /^\d{4,6}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?\+00$/;

/** A keyset of (moment as text, id). */
export function decodeMomentKeyset(cursor: string | null | undefined): { at: string; id: string } | null {
  const [at, id] = decodeKeyset(cursor, 2) ?? [];
  if (at === undefined || id === undefined || !isId(id) || !momentPattern.test(at)) return null;
  return { at, id };
}

/** Cuts the row that was read only to know whether there is a next page. */
export function pageOf<Row>(
  rows: readonly Row[],
  limit: number,
  keyset: (last: Row) => Keyset,
): { rows: readonly Row[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { rows: shown, nextCursor: rows.length > limit && last !== undefined ? encodeKeyset(keyset(last)) : null };
}

export const defaultPageSize = 50;
const maxPageSize = 200;

export const pageSize = (limit: number | undefined): number =>
  Math.min(Math.max(Math.trunc(limit ?? defaultPageSize), 1), maxPageSize);
