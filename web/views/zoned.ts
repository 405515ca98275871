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

export function nextDay(day: string): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + 1);
  return date.toISOString().slice(0, 10);
}

const dayMs = 86_400_000;
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

/** The wall clock of the zone, as the UTC fields of a date. */
export const wallClock = (at: Date, timeZone: string): Date => new Date(at.getTime() + offsetMs(at, timeZone));

const clocks = new Map<string, Intl.DateTimeFormat>();

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
  const parts = clock.formatToParts(at);
  const part = (type: string): number => Number(parts.find((one) => one.type === type)?.value ?? 0);
  const local = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return local - Math.floor(at / 1_000) * 1_000;
}
