import { describe, expect, it } from 'vitest';
import { modeOf, readSyncWords } from '../../../bot/commands/sync-words.ts';

const now = new Date('2026-11-21T09:00:00Z');
const read = (text: string) => readSyncWords(text, now);
const mode = (text: string, timeZone = 'UTC') => {
  const words = read(text);
  if ('what' in words) throw new Error(`${words.what} ${words.form}`);
  const asked = modeOf(words.range, timeZone, now);
  return asked.kind === 'time_range' ? [asked.since.toISOString(), asked.until.toISOString()] : asked;
};

describe('what stands behind /orders sync', () => {
  it('names stores with spaces, in quotes of every kind or apart by commas', () => {
    expect(read('northwind us')).toMatchObject({ names: ['northwind us'] });
    expect(read('Northwind US, Acme')).toMatchObject({ names: ['Northwind US', 'Acme'] });
    expect(read('“Northwind US” Acme "B, C"')).toMatchObject({ names: ['Northwind US', 'Acme', 'B, C'] });
    expect(read('A &amp; B')).toMatchObject({ names: ['A & B'] });
  });

  it('tells purchase orders from orders by the word b2b, not by a store called so', () => {
    expect(read('Acme b2b')).toMatchObject({ names: ['Acme'], orderKind: 'b2b' });
    expect(read('"b2b"')).toMatchObject({ names: ['b2b'], orderKind: 'b2c' });
  });

  it('reads a length of time, also with the dash that a phone makes of two hyphens', () => {
    expect(mode('--since 2d')).toEqual(['2026-11-19T09:00:00.000Z', now.toISOString()]);
    expect(mode('Acme —since=90m')).toEqual(['2026-11-21T07:30:00.000Z', now.toISOString()]);
    expect(mode('--since 1w')).toEqual(['2026-11-14T09:00:00.000Z', now.toISOString()]);
  });

  it('takes days from their beginning to their end on the merchant’s clock', () => {
    expect(mode('--from 2026-11-01 --to 2026-11-03', 'America/New_York')).toEqual([
      '2026-11-01T04:00:00.000Z',
      '2026-11-04T05:00:00.000Z',
    ]);
    expect(mode('--from 2026-11-01T09:30 --to 2026-11-01T10:00')).toEqual([
      '2026-11-01T09:30:00.000Z',
      '2026-11-01T10:00:00.000Z',
    ]);
    expect(mode('--from 2026-11-20')).toEqual(['2026-11-20T00:00:00.000Z', now.toISOString()]);
    expect(mode('--from 2026-11-20 --to 2026-11-21')).toEqual(['2026-11-20T00:00:00.000Z', now.toISOString()]);
  });

  it('reads order numbers with and without spaces behind the commas', () => {
    expect(read('--numbers #1001, 1002,1003 Acme')).toMatchObject({
      names: ['Acme'],
      range: { kind: 'numbers', numbers: ['#1001', '1002', '1003'] },
    });
  });

  it.each([
    ['--form 2026-11-01', 'There is no option --form.', '--from 2026-11-19 --to 2026-11-21'],
    ['--since yesterday', '“yesterday” is no length of time', '/orders sync --since 2d'],
    ['--since 0d', '“0d” is no length of time', '--since 2d'],
    ['--since', '--since needs a value.', '--since 2d'],
    ['Acme --from 2026-02-30', '“2026-02-30” is no date', '/orders sync Acme --from 2026-11-19'],
    ['--from 2026-11-01 --to 3.11.', '“3.11.” is no date', '--from 2026-11-01 --to 2026-11-21'],
    [
      '"My shop" --from 2026-11-03 --to 2026-11-01',
      'lies after',
      '/orders sync "My shop" --from 2026-11-01 --to 2026-11-03',
    ],
    ['--to 2026-11-03', '--to needs --from.', '--to 2026-11-03'],
    ['--since 2d --from 2026-11-03', '--since ends now', '--since 2d'],
    ['--numbers 1 --since 2d', '--numbers names orders', '/orders sync --numbers 1'],
    ['--since 2d --since 3d', 'stands there twice', '--since 2d'],
    ['"Northwind', 'A quote is opened and never closed.', '/orders sync'],
  ])('says what is wrong with “%s”, and what is nearest', (text, what, form) => {
    const words = read(text);
    if (!('what' in words)) throw new Error('It was understood.');
    expect(words.what).toContain(what);
    expect(words.form).toContain(form);
  });

  it('understands every command that it proposes', () => {
    for (const text of ['--form x', '--since x', '--from x', '--from 2026-11-03 --to 2026-11-01', '--to 2026-11-03']) {
      const words = read(text);
      if (!('form' in words)) throw new Error('It was understood.');
      expect(read(words.form.replace('/orders sync', ''))).not.toHaveProperty('what');
    }
  });
});
