import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isQuiet, isUrgent, quietUntil } from '../../../core/alert/quiet-hours.ts';
import { snoozeUntilMorning } from '../../../core/alert/snooze.ts';
import { minuteMs } from '../../../core/time/zoned.ts';

const night = { from: '22:00', to: '07:00' };

describe('quiet hours', () => {
  it.each([
    ['before they begin', '2026-11-20T20:59:00Z', false],
    ['from their first minute', '2026-11-20T21:00:00Z', true],
    ['over midnight', '2026-11-21T00:30:00Z', true],
    ['to the minute before their end', '2026-11-21T05:59:59Z', true],
    ['not at their end', '2026-11-21T06:00:00Z', false],
  ])('of a channel in Amsterdam hold %s', (_, at, quiet) => {
    expect(isQuiet(night, 'Europe/Amsterdam', new Date(at))).toBe(quiet);
  });

  it('end at seven on the clock, an hour earlier after the night when the clock goes forward', () => {
    const evening = new Date('2026-03-28T22:30:00Z');
    expect(quietUntil(night, 'Europe/Amsterdam', evening)).toEqual(new Date('2026-03-29T05:00:00Z'));
    const autumn = new Date('2026-10-24T21:30:00Z');
    expect(quietUntil(night, 'Europe/Amsterdam', autumn)).toEqual(new Date('2026-10-25T06:00:00Z'));
  });

  it('that would end in the hour that spring leaves out end at the jump', () => {
    const at = new Date('2026-03-29T00:10:00Z');
    expect(quietUntil({ from: '22:00', to: '02:30' }, 'Europe/Amsterdam', at)).toEqual(
      new Date('2026-03-29T01:00:00Z'),
    );
  });

  it('end at the first moment that the clock shows no quiet time, in every zone and on every day', () => {
    const zone = fc.constantFrom(
      'UTC',
      'Europe/Amsterdam',
      'America/New_York',
      'America/Havana',
      'Asia/Kathmandu',
      'Asia/Beirut',
      'Australia/Lord_Howe',
      'Pacific/Apia',
      'Pacific/Chatham',
      'Africa/Casablanca',
    );
    const time = fc
      .nat(24 * 60 - 1)
      .map((m) => `${String(Math.floor(m / 60)).padStart(2, '0')}:${String(m % 60).padStart(2, '0')}`);
    // Half of the moments lie within two days of a change of some clock.
    const at = fc.oneof(
      fc.date({ min: new Date('2024-01-01'), max: new Date('2030-01-01'), noInvalidDate: true }),
      fc
        .tuple(
          fc.constantFrom(
            '2026-03-29T01:00:00Z',
            '2026-10-25T01:00:00Z',
            '2026-03-08T05:00:00Z',
            '2026-11-01T05:00:00Z',
          ),
          fc.integer({ min: -2 * 24 * 60, max: 2 * 24 * 60 }),
        )
        .map(([change, minutes]) => new Date(Date.parse(change) + minutes * minuteMs)),
    );
    fc.assert(
      fc.property(zone, time, time, at, (timeZone, from, to, now) => {
        fc.pre(from !== to);
        const hours = { from, to };
        const end = quietUntil(hours, timeZone, now);
        expect(isQuiet(hours, timeZone, end)).toBe(false);
        for (let ms = now.getTime(); ms < end.getTime(); ms += 7 * minuteMs) {
          expect(isQuiet(hours, timeZone, new Date(ms))).toBe(true);
        }
        if (end > now) expect(isQuiet(hours, timeZone, new Date(end.getTime() - 1))).toBe(true);
      }),
      // Havana sets its clock back into the minutes before these quiet hours.
      {
        numRuns: 400,
        examples: [['America/Havana', '00:02', '01:00', new Date('2026-11-01T04:54:00Z')]],
      },
    );
  });
});

it('a near ship-by, a dead grant and one that ends tomorrow cannot wait; all else can', () => {
  expect(isUrgent({ kind: 'ship_by_near', detail: {} })).toBe(true);
  expect(isUrgent({ kind: 'authorization_unusable', detail: {} })).toBe(true);
  expect(isUrgent({ kind: 'authorization_expiring', detail: { days: '1' } })).toBe(true);
  expect(isUrgent({ kind: 'authorization_expiring', detail: { days: '3' } })).toBe(false);
  expect(isUrgent({ kind: 'held:sku_unmapped', detail: {} })).toBe(false);
});

describe('a snooze until the morning', () => {
  it.each([
    ['in the afternoon', '2026-11-20T15:00:00Z', 'Asia/Taipei', '2026-11-21T01:00:00Z'],
    ['where it is tomorrow already', '2026-11-20T17:00:00Z', 'Asia/Taipei', '2026-11-22T01:00:00Z'],
    ['in the night when the clock goes forward', '2026-03-28T20:00:00Z', 'Europe/Amsterdam', '2026-03-29T07:00:00Z'],
    ['on the last day of the year', '2026-12-31T20:00:00Z', 'America/New_York', '2027-01-01T14:00:00Z'],
  ])('%s ends at nine there', (_, now, timeZone, end) => {
    expect(snoozeUntilMorning(new Date(now), timeZone)).toEqual(new Date(end));
  });
});
