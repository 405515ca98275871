import { describe, expect, test } from 'vitest';
import {
  dayOf,
  exactTime,
  lateness,
  moneyText,
  relativeTime,
  shortCount,
  shortText,
  timeLeft,
} from '../../web/views/format.ts';
import { momentIn, nextDay, startOfDay } from '../../web/views/zoned.ts';

const at = (text: string): Date => new Date(text);
const now = at('2026-11-21T12:00:00Z');

describe('times', () => {
  test.each([
    ['2026-11-21T11:59:40Z', 'just now'],
    ['2026-11-21T11:48:00Z', '12 min ago'],
    ['2026-11-21T09:00:00Z', '3 h ago'],
    ['2026-11-20T23:00:00Z', 'yesterday 23:00'],
    ['2026-11-12T09:30:00Z', '12 Nov 09:30'],
    ['2025-11-12T09:30:00Z', '12 Nov 2025 09:30'],
    ['2026-11-21T12:30:00Z', 'in 30 min'],
    ['2026-11-22T08:00:00Z', 'tomorrow 08:00'],
  ])('%s is said as "%s"', (moment, words) => expect(relativeTime(at(moment), now, 'UTC')).toBe(words));

  test('are said in the zone of the merchant', () => {
    expect(exactTime(at('2026-11-21T23:30:00Z'), 'Asia/Taipei')).toBe('2026-11-22 07:30 Asia/Taipei');
    expect(dayOf(at('2026-11-21T05:00:00Z'), 'America/Los_Angeles')).toBe('2026-11-20');
  });

  test('keep their hour on both sides of a change of clocks', () => {
    // Clocks go back at 01:00 UTC on 25 October 2026 in Berlin.
    expect(exactTime(at('2026-10-25T00:30:00Z'), 'Europe/Berlin')).toContain('2026-10-25 02:30');
    expect(exactTime(at('2026-10-25T01:30:00Z'), 'Europe/Berlin')).toContain('2026-10-25 02:30');
    expect(exactTime(at('2026-10-25T02:30:00Z'), 'Europe/Berlin')).toContain('2026-10-25 03:30');
  });

  test('typed as local ones name the moment in that zone', () => {
    expect(momentIn('2026-11-21T08:00', 'Asia/Taipei')).toEqual(at('2026-11-21T00:00:00Z'));
    expect(startOfDay('2026-03-29', 'Europe/Berlin')).toEqual(at('2026-03-28T23:00:00Z'));
    expect(startOfDay(nextDay('2026-03-29'), 'Europe/Berlin')).toEqual(at('2026-03-29T22:00:00Z'));
    expect(momentIn('yesterday', 'UTC')).toBeNull();
    expect(momentIn('2026-13-41T25:00', 'UTC')).toBeNull();
  });
});

describe('deadlines', () => {
  test('are late after, at risk four hours before, else fine', () => {
    expect(lateness(at('2026-11-21T11:59:00Z'), now)).toBe('late');
    expect(lateness(at('2026-11-21T15:00:00Z'), now)).toBe('risk');
    expect(lateness(at('2026-11-22T15:00:00Z'), now)).toBe('fine');
    expect(timeLeft(at('2026-11-21T09:00:00Z'), now)).toBe('3 h late');
    expect(timeLeft(at('2026-11-21T12:25:00Z'), now)).toBe('25 min left');
  });
});

describe('money', () => {
  test.each([
    ['84.5000', 'USD', 'USD 84.50'],
    ['1280.0000', 'TWD', 'TWD 1,280'],
    ['1280.0000', 'JPY', 'JPY 1,280'],
    ['0.1000', 'USD', 'USD 0.10'],
    ['100.0000', 'USD', 'USD 100.00'],
    ['12345678901234.5678', 'USD', 'USD 12,345,678,901,234.5678'],
    ['5.0000', 'POINTS', 'POINTS 5'],
  ])('%s %s is %s, exactly', (amount, currency, words) => expect(moneyText(amount, currency)).toBe(words));
});

test('long ids keep their head and tail, Chinese letters whole', () => {
  expect(shortText('113-4471238-99218842', 14)).toBe('113-44712…8842');
  expect([...shortText('王'.repeat(30), 10)]).toHaveLength(10);
  expect(shortText('#1042')).toBe('#1042');
});

test('a number with little room is short from ten thousand on', () => {
  expect([9, 9_999, 10_000, 1_234_567].map((count) => shortCount(count))).toEqual(['9', '9,999', '10k', '1,234k']);
});
