import { type SQL, sql } from 'drizzle-orm';

/**
 * Rows as one parameter: `from ${recordSet(rows, 'id uuid, at timestamptz')} as r`. Names are those of the objects,
 * so columns are quoted where they have capitals. Dates become ISO text.
 */
export function recordSet(rows: readonly object[], columns: string): SQL {
  return sql`jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as r(${sql.raw(columns)})`;
}

/** A list of ids as one parameter. */
export const ids = (values: readonly string[]): SQL => sql`${sql.param([...new Set(values)])}::uuid[]`;
