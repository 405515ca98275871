import { ok, type Refusal, type Result, refuse } from './result.ts';

/** A row of a table with the line of the file on which it begins, counted from 1. */
export interface CsvRow {
  readonly line: number;
  /** By column name as the header has it, lower case, trimmed; missing cells are ''. */
  readonly cells: Readonly<Record<string, string>>;
}

const delimiters = [',', ';', '\t'] as const;
/** A cell that a spreadsheet would run as a formula: written with a quote sign before it, read without. */
const formulaStart = /^'*[=+\-@\t\r]/;

/**
 * Reads a table with a header: RFC 4180 quoting, any line ending, a byte order mark, comma, semicolon or tab as the
 * header has it. Blank lines are left out. Refuses more than `maxRows` rows, a missing column, an open quote.
 */
export function readCsv(
  text: string,
  options: { readonly required: readonly string[]; readonly maxRows: number },
): Result<readonly CsvRow[], Refusal> {
  const source = text.replace(/^\uFEFF/, '');
  const firstLine = source.split(/[\r\n]/, 1)[0] ?? '';
  const delimiter = delimiters.reduce((best, one) =>
    firstLine.split(one).length > firstLine.split(best).length ? one : best,
  );
  const records = splitRecords(source, delimiter);
  if (records === null) return refuse('invalid_file', 'A quote is opened in the file and never closed.', 'file');
  const [header, ...body] = records;
  if (header === undefined) return refuse('invalid_file', 'The file is empty.', 'file');
  const names = header.cells.map((name) => name.trim().toLowerCase());
  const missing = options.required.filter((name) => !names.includes(name));
  if (missing.length > 0) {
    return refuse('invalid_file', `The first line must name the columns; missing: ${missing.join(', ')}.`, 'file');
  }
  const twice = names.find((name, place) => name !== '' && names.indexOf(name) !== place);
  if (twice !== undefined) return refuse('invalid_file', `The column ${twice} stands twice in the first line.`, 'file');
  if (body.length > options.maxRows) {
    return refuse(
      'too_many_rows',
      `The file has ${body.length.toLocaleString('en')} rows; at most ${options.maxRows.toLocaleString('en')} at once. Split it.`,
      'file',
    );
  }
  return ok(
    body.map(({ line, cells }) => ({
      line,
      cells: Object.fromEntries(names.map((name, place) => [name, unguard((cells[place] ?? '').trim())])),
    })),
  );
}

/** One line of a file to download, with its line end. */
export const csvLine = (cells: readonly (string | number)[]): string =>
  `${cells.map((cell) => quote(typeof cell === 'number' ? String(cell) : guard(cell))).join(',')}\r\n`;

const guard = (cell: string): string => (formulaStart.test(cell) ? `'${cell}` : cell);
const unguard = (cell: string): string => (cell.startsWith("'") && formulaStart.test(cell) ? cell.slice(1) : cell);
const quote = (cell: string): string => (/[",;\r\n\t]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/** Null when a quote stays open. */
function splitRecords(
  source: string,
  delimiter: string,
): readonly { readonly line: number; readonly cells: readonly string[] }[] | null {
  const records: { line: number; cells: string[] }[] = [];
  let cells: string[] = [];
  let cell = '';
  let isQuoted = false;
  let line = 1;
  let begins = 1;
  const endRecord = (): void => {
    cells.push(cell);
    if (cells.some((one) => one.trim() !== '')) records.push({ line: begins, cells });
    cells = [];
    cell = '';
    begins = line;
  };
  for (let place = 0; place < source.length; place += 1) {
    const sign = source.charAt(place);
    if (sign === '\n') line += 1;
    if (isQuoted) {
      if (sign !== '"') cell += sign;
      else if (source.charAt(place + 1) === '"') {
        cell += '"';
        place += 1;
      } else isQuoted = false;
    } else if (sign === '"' && cell.trim() === '') {
      cell = '';
      isQuoted = true;
    } else if (sign === delimiter) {
      cells.push(cell);
      cell = '';
    } else if (sign === '\n') endRecord();
    else if (sign !== '\r') cell += sign;
    else if (source.charAt(place + 1) !== '\n') {
      // Old Macintosh line ends: a carriage return alone.
      line += 1;
      endRecord();
    }
  }
  if (isQuoted) return null;
  endRecord();
  return records;
}
