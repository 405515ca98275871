/** Local clocks of IANA time zones, from Intl alone. A local time is written as if it were UTC: ms since 1970. */

export const minuteMs = 60_000;
export const dayMs = 24 * 60 * minuteMs;

const clocks = new Map<string, Intl.DateTimeFormat>();

/** A page speaks of some weeks, in one zone. */
const maxCached = 5_000;
/** By zone and UTC day: the offset where it is the same all day, else null. */
const offsets = new Map<string, number | null>();

/** How far the zone's clock is ahead of UTC at that moment, in ms. */
export function offsetMs(at: Date, timeZone: string): number {
  if (timeZone === 'UTC') return 0;
  const day = Math.floor(at.getTime() / dayMs);
  const key = `${timeZone}|${day}`;
  let offset = offsets.get(key);
  if (offset === undefined) {
    // Asking Intl costs more than all the rest of a row: once a day is enough where no clock was changed.
    const [first, last] = [askOffset(day * dayMs, timeZone), askOffset((day + 1) * dayMs - 1, timeZone)];
    offset = first === last ? first : null;
    if (offsets.size >= maxCached) offsets.clear();
    offsets.set(key, offset);
  }
  return offset ?? askOffset(at.getTime(), timeZone);
}

function askOffset(at: number, timeZone: string): number {
  let clock = clocks.get(timeZone);
  if (clock === undefined) {
    clock = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    clocks.set(timeZone, clock);
  }
  const parts: Record<string, number> = {};
  for (const { type, value } of clock.formatToParts(at)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1_000) * 1_000;
}

/** What the clock on the wall shows at `at`, to the second. */
export const wallClock = (at: Date, timeZone: string): number =>
  Math.floor(at.getTime() / 1_000) * 1_000 + offsetMs(at, timeZone);

/** The date on the calendar there: `2026-11-21`. */
export const localDay = (at: Date, timeZone: string): string =>
  new Date(wallClock(at, timeZone)).toISOString().slice(0, 10);

/**
 * Every moment at which the clock shows `wall`, oldest first: two where it is set back. Where it is set forward over
 * `wall`, the moment of the jump.
 */
export function momentsOf(wall: number, timeZone: string): readonly Date[] {
  // No zone is further than a day from UTC, and no two changes of its clock are that close.
  const around = [wall - dayMs, wall + dayMs].map((ms) => offsetMs(new Date(ms), timeZone));
  const guesses = [...new Set(around.map((offset) => wall - offset))].sort((a, b) => a - b);
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
