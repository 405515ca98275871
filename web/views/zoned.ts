import { addDays, offsetMs, wallClock as wallClockMs } from '../../core/time/zoned.ts';

/** The moment at which a day (`2026-11-20`) begins in a time zone; null for what is no day. */
export function startOfDay(day: string, timeZone: string): Date | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return null;
  return momentIn(`${day}T00:00`, timeZone);
}

/** The moment that a local time (`2026-11-20T13:58`, as a `datetime-local` input gives it) names in a time zone. */
export function momentIn(local: string, timeZone: string): Date | null {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/.test(local)) return null;
  const asUtc = new Date(`${local}Z`);
  if (Number.isNaN(asUtc.getTime())) return null;
  // Twice: the first guess may lie on the other side of a change to or from summer time.
  const guess = new Date(asUtc.getTime() - offsetMs(asUtc, timeZone));
  return new Date(asUtc.getTime() - offsetMs(guess, timeZone));
}

export const nextDay = (day: string): string => addDays(day, 1);

/** The wall clock of the zone, as the UTC fields of a date. */
export const wallClock = (at: Date, timeZone: string): Date => new Date(wallClockMs(at, timeZone));
