import { addDays, dayMs, localDay, minuteMs, momentsOf, wallClock } from '../time/zoned.ts';
import type { AlertKind } from './types.ts';

/** `HH:MM` on the channel's clock; `from` later than `to`: over midnight. They differ. */
export interface QuietHours {
  readonly from: string;
  readonly to: string;
}

/** Clocks are set on quarters of an hour of UTC. */
const quarterMs = 15 * minuteMs;

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));

/** True when this time of day lies in the quiet hours: the first minute does, the last one does not. */
export function isQuietTime({ from, to }: QuietHours, time: string): boolean {
  const [start, end, now] = [minutesOf(from), minutesOf(to), minutesOf(time)];
  return start < end ? now >= start && now < end : now >= start || now < end;
}

/** True while the clock on the wall shows a quiet time, in the repeated hour of autumn both times. */
export const isQuiet = (hours: QuietHours, timeZone: string, at: Date): boolean =>
  isQuietTime(hours, new Date(wallClock(at, timeZone)).toISOString().slice(11, 16));

/** The first moment from `at` on that is not quiet: `at` itself when it is not. */
export function quietUntil(hours: QuietHours, timeZone: string, at: Date): Date {
  if (!isQuiet(hours, timeZone, at)) return at;
  const today = localDay(at, timeZone);
  // The end may fall out where the clock jumps over it into quiet time again: then it is the next day's.
  for (const days of [0, 1, 2]) {
    const wall = Date.parse(`${addDays(today, days)}T${hours.to}:00Z`);
    const end = momentsOf(wall, timeZone).find((moment) => moment > at && !isQuiet(hours, timeZone, moment));
    if (end !== undefined) return firstBreak(hours, timeZone, at, end) ?? end;
  }
  return new Date(Math.ceil((at.getTime() + dayMs) / minuteMs) * minuteMs);
}

/** A clock that is set may show a time before the quiet hours once more: then they have a break. */
function firstBreak(hours: QuietHours, timeZone: string, at: Date, end: Date): Date | null {
  for (let ms = Math.ceil(at.getTime() / quarterMs) * quarterMs; ms < end.getTime(); ms += quarterMs) {
    const moment = new Date(ms);
    if (!isQuiet(hours, timeZone, moment)) return moment;
  }
  return null;
}

/** A grant that ends within this many days cannot wait for the morning. */
const urgentExpiryDays = 1;

/** What is posted in quiet hours, too: an order is about to be late, or nothing comes in or goes out any more. */
export function isUrgent(alert: {
  readonly kind: AlertKind;
  readonly detail: Readonly<Record<string, string>>;
}): boolean {
  switch (alert.kind) {
    case 'ship_by_near':
    case 'authorization_unusable':
      return true;
    case 'authorization_expiring':
      // A summary of several names no days: one of them may be the one that cannot wait.
      return !(Number(alert.detail.days) > urgentExpiryDays);
    default:
      return false;
  }
}
