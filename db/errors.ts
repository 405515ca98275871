/**
 * SQLSTATE classes whose message speaks of the statement or the server, never of a value. Other messages quote what was
 * sent (`invalid input syntax for type uuid: "…"`), which may be a name, a phone number or a token.
 */
const classesWithoutValues = new Set(['08', '25', '40', '42', '53', '54', '55', '57', '58']);

const conditions: Readonly<Record<string, string>> = {
  '22001': 'value too long',
  '22003': 'number out of range',
  '22007': 'not a date or time',
  '22P02': 'not a value of its type',
  '23502': 'a required value is missing',
  '23503': 'a referenced row is missing, or still referenced',
  '23505': 'a row with this key exists already',
  '23514': 'a check refused the row',
  '40001': 'the transaction could not be serialized',
  '40P01': 'deadlock',
};

/** A failed query, without its parameters: they may be recipient data or secrets, and errors end in logs and job rows. */
export class DatabaseError extends Error {
  /** See core/describe-error.ts. */
  readonly hasSafeMessage = true;
  /** SQLSTATE, or the network error's code (`ECONNREFUSED`), or `unknown`. */
  readonly code: string;
  readonly constraint: string | undefined;
  readonly table: string | undefined;
  readonly column: string | undefined;
  /** The statement with its placeholders, shortened; never holds parameters. */
  readonly statement: string | undefined;

  constructor(fields: {
    code: string;
    words: string;
    constraint?: string | undefined;
    table?: string | undefined;
    column?: string | undefined;
    statement?: string | undefined;
  }) {
    const where = [fields.table, fields.constraint ?? fields.column].filter((name) => name !== undefined).join(', ');
    super(`Database: ${fields.words} (${fields.code}${where === '' ? '' : `; ${where}`})`);
    this.name = 'DatabaseError';
    this.code = fields.code;
    this.constraint = fields.constraint;
    this.table = fields.table;
    this.column = fields.column;
    this.statement = fields.statement;
  }
}

const statementLimit = 300;

/** What the drivers (postgres.js and pg) throw, as a `DatabaseError`; anything else (our own errors) as it is. */
export function withoutParameters(error: unknown, statement?: string): unknown {
  if (error instanceof DatabaseError || !(error instanceof Error)) return error;
  const code = text(error, 'code');
  if (code === undefined) return error;
  const isSqlState = /^[0-9A-Z]{5}$/.test(code);
  return new DatabaseError({
    code,
    words: conditions[code] ?? (isSqlState && !classesWithoutValues.has(code.slice(0, 2)) ? 'refused' : error.message),
    // postgres.js and pg name these fields differently.
    constraint: text(error, 'constraint_name') ?? text(error, 'constraint'),
    table: text(error, 'table_name') ?? text(error, 'table'),
    column: text(error, 'column_name') ?? text(error, 'column'),
    statement: statement?.replaceAll(/\s+/g, ' ').slice(0, statementLimit),
  });
}

/** Awaits a query of a driver; its failure becomes a `DatabaseError`. */
export async function guarded<T>(query: PromiseLike<T>, statement?: string): Promise<T> {
  try {
    return await query;
  } catch (error) {
    throw withoutParameters(error, statement);
  }
}

/** True for a `DatabaseError` that broke the named unique constraint (any, when none is named). */
export function isDuplicate(error: unknown, constraint?: string): error is DatabaseError {
  return (
    error instanceof DatabaseError &&
    error.code === '23505' &&
    (constraint === undefined || error.constraint === constraint)
  );
}

function text(error: Error, name: string): string | undefined {
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
