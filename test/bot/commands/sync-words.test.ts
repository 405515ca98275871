import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { modeOf, readSyncWords } from '../../../bot/commands/sync-words.ts';
import { mistakeReply } from '../../../bot/messages/commands.ts';
import { escapeText } from '../../../bot/messages/text.ts';

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
    ['--numbers', '--numbers needs a value.', '/orders sync --numbers 1001,1002'],
    ['--numbers --since 2d', '--numbers needs a value.', '/orders sync --numbers 1001,1002'],
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

  it.each([
    ['--from 2026-13-01 --to 2026-11-03', '/orders sync --from 2026-11-01 --to 2026-11-03'],
    ['--from 2026-13-01 --to 2026-12-24', '/orders sync --from 2026-11-19 --to 2026-12-24'],
    ['--from 2030-01-01 --to soon', '/orders sync --from 2026-11-19 --to 2026-11-21'],
    ['--from 2026-11-20T10:00 --to 2026-11-20T10:00', '/orders sync --from 2026-11-20 --to 2026-11-20'],
    ['--since soon --from 2026-11-03', '/orders sync --since 2d'],
    ['--since "2 d" --to 2026-11-03', '/orders sync --since "2 d"'],
    ['Acme, Bluebird b2b --since soon', '/orders sync Acme, Bluebird b2b --since 2d'],
    ['"b2b" --since soon', '/orders sync "b2b" --since 2d'],
  ])('proposes for “%s” what it takes itself', (text, form) => {
    expect(read(text)).toMatchObject({ form });
  });

  it('understands every command that it proposes, and none of them is refused for its dates', () => {
    const value = fc.oneof(
      fc.constantFrom('2026-11-03', '2026-13-01', '2026-11-20T10:00', '"2026-11-01 09:30"', '2031-01-01', '0001-01-01'),
      fc.constantFrom('9999-12-31', 'soon', '2d', '"2 d"', '9999w', '1001,1002', '","', '"--to"', 'x`y', '&lt;'),
      fc.date({ min: new Date('2024-01-01'), max: new Date('2028-01-01'), noInvalidDate: true }).map((at) => {
        const text = at.toISOString();
        return at.getTime() % 2 === 0 ? text.slice(0, 10) : text.slice(0, 16);
      }),
      fc.string({ maxLength: 12 }),
    );
    const piece = fc.oneof(
      fc
        .tuple(fc.constantFrom('since', 'from', 'to', 'numbers', 'form'), value)
        .map(([name, text]) => `--${name} ${text}`),
      fc.constantFrom(
        'Acme',
        'b2b',
        '"b2b"',
        '"Northwind, US"',
        '“--since”',
        'Bird,',
        '"A &amp; B"',
        '"—to"',
        'x'.repeat(300),
      ),
      fc.string({ unit: 'grapheme', maxLength: 10 }),
    );
    const clock = fc.date({ min: new Date('2026-11-20'), max: new Date('2026-11-23'), noInvalidDate: true });
    const zones = ['UTC', 'America/Los_Angeles', 'Etc/GMT+12', 'Pacific/Kiritimati'];
    let proposed = 0;
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 5 }), clock, (pieces, at) => {
        const words = readSyncWords(pieces.join(' '), at);
        if (!('form' in words)) return;
        proposed += 1;
        // As it is shown, and as Slack sends it when it is typed.
        const shown = /Try `(.*)`$/s.exec(mistakeReply(words).text)?.[1] ?? '';
        expect(shown).toBe(escapeText(words.form));
        const again = readSyncWords(shown.replace('/orders sync', ''), at);
        if ('form' in again) throw new Error(`${pieces.join(' ')} → ${words.form} → ${again.what}`);
        for (const zone of zones) {
          const mode = modeOf(again.range, zone, at);
          if (mode.kind === 'order_numbers') expect(mode.numbers.length).toBeGreaterThan(0);
          if (mode.kind !== 'time_range') continue;
          expect(mode.since.getTime()).toBeLessThan(Math.min(at.getTime(), mode.until.getTime()));
          expect(mode.until.getTime() - mode.since.getTime()).toBeLessThanOrEqual(366 * 86_400_000);
        }
      }),
      { numRuns: 3_000 },
    );
    expect(proposed).toBeGreaterThan(500);
  });
});
