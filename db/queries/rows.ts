/** Raw SQL gives timestamps as text (drizzle's driver) and big integers as text: these make them what they are. */

export const moment = (value: string | Date): Date => (value instanceof Date ? value : new Date(value));

export const momentOrNull = (value: string | Date | null): Date | null => (value === null ? null : moment(value));

/** `%part%` for ILIKE with the wildcards of the typed text taken literally. */
export const containing = (text: string): string => `%${text.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`;

export const startingWith = (text: string): string => `${text.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`;

/** One JSON array column, as PostgreSQL's json_agg makes it: parsed by the driver, or still text. */
export function jsonArray<T>(value: unknown): readonly T[] {
  const parsed: unknown = typeof value === 'string' ? JSON.parse(value) : value;
  return Array.isArray(parsed) ? parsed : [];
}
