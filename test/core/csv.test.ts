import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvLine, readCsv } from '../../core/csv.ts';

const read = (text: string, required: string[] = []) => readCsv(text, { required, maxRows: 100 });
const cells = (text: string) => {
  const table = read(text);
  return table.ok ? table.value.map((row) => row.cells) : table.error;
};

test('reads commas, semicolons and tabs, quotes, any line ending and a byte order mark', () => {
  const expected = [{ sku: 'A', name: 'One, "two"\nthree' }];
  expect(cells('sku,name\nA,"One, ""two""\nthree"\n')).toEqual(expected);
  expect(cells('\uFEFFSKU;Name\r\nA;"One, ""two""\nthree"')).toEqual(expected);
  expect(cells('sku\tname\rA\tOne\r\rB\tTwo')).toEqual([
    { sku: 'A', name: 'One' },
    { sku: 'B', name: 'Two' },
  ]);
});

test('says on which line of the file a row begins', () => {
  const table = read('sku,name\n"A","two\nlines"\n\nB,x\n');
  expect(table.ok && table.value.map((row) => [row.line, row.cells.sku])).toEqual([
    [2, 'A'],
    [5, 'B'],
  ]);
});

test('refuses a missing column, an open quote, an empty file and too many rows, each by name', () => {
  expect(read('name\nx', ['sku'])).toMatchObject({
    ok: false,
    error: { field: 'file', message: expect.stringContaining('sku') },
  });
  expect(read('sku\n"open')).toMatchObject({ ok: false, error: { message: expect.stringContaining('quote') } });
  expect(read('')).toMatchObject({ ok: false });
  expect(read('sku,sku\n1,2')).toMatchObject({ ok: false, error: { message: expect.stringContaining('twice') } });
  expect(read(`sku\n${'x\n'.repeat(101)}`)).toMatchObject({ ok: false, error: { code: 'too_many_rows' } });
});

test('no cell of a download is a formula, and what was downloaded reads back as it was', () => {
  expect(csvLine(['=1+1', '@cmd', "'=x", 7])).toBe("'=1+1,'@cmd,''=x,7\r\n");
  const formula = fc.constantFrom('=', "'=", '+1', '-x', '@a', "''=b");
  const cell = fc.oneof(formula, fc.string({ unit: 'binary' })).map((text) => text.replace(/[\r\0]/g, '').trim());
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 20 }), (rows) => {
      const filled = rows.filter(([a, b]) => a !== '' || b !== '');
      const table = read(csvLine(['a', 'b']) + filled.map((row) => csvLine(row)).join(''));
      expect(table.ok && table.value.map((row) => [row.cells.a, row.cells.b])).toEqual(filled);
    }),
  );
});
