/** Local clocks of IANA time zones, from Intl alone. A local time is written as if it were UTC: ms since 1970. */

export const minuteMs = 60_000;
export const dayMs = 24 * 60 * minuteMs;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(timeZone, format);
  }
  return format;
}

/** What the clock on the wall shows at `at`, to the second. */
export function wallClock(at: Date, timeZone: string): number {
  const parts: Record<string, number> = {};
  for (const { type, value } of formatOf(timeZone).formatToParts(at)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** The date on the calendar there: `2026-11-21`. */
export const localDay = (at: Date, timeZone: string): string =>
  new Date(wallClock(at, timeZone)).toISOString().slice(0, 10);

/**
 * Every moment at which the clock shows `wall`, oldest first: two where it is set back. Where it is set forward over
 * `wall`, the moment of the jump.
 */
export function momentsOf(wall: number, timeZone: string): readonly Date[] {
  const offsetAt = (ms: number) => wallClock(new Date(ms), timeZone) - Math.floor(ms / 1000) * 1000;
  // No zone is further than a day from UTC, and no two changes of its clock are that close.
  const offsets = [offsetAt(wall - dayMs), offsetAt(wall + dayMs)];
  const guesses = [...new Set(offsets.map((offset) => wall - offset))].sort((a, b) => a - b);
  const exact = guesses.filter((ms) => wallClock(new Date(ms), timeZone) === wall);
  if (exact.length > 0) return exact.map((ms) => new Date(ms));
  let [before = wall, after = wall] = guesses;
  while (after - before > 1000) {
    const middle = Math.floor((before + after) / 2000) * 1000;
    if (wallClock(new Date(middle), timeZone) < wall) before = middle;
    else after = middle;
  }
  return [new Date(after)];
}

/** The first moment of this local date (`2026-11-21`) and time (`09:00`) there. */
export function momentOn(day: string, time: string, timeZone: string): Date {
  const wall = Date.parse(`${day}T${time}:00Z`);
  return momentsOf(wall, timeZone)[0] ?? new Date(wall);
}

/** `2026-12-01` for `2026-11-30` and 1. */
export const addDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10);
