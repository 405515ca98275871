import { addDays, localDay, momentOn } from '../time/zoned.ts';

/** When "until tomorrow morning" is over. */
export const morning = '09:00';

/** 9:00 tomorrow on the clock of `timeZone` (IANA). */
export const snoozeUntilMorning = (now: Date, timeZone: string): Date =>
  momentOn(addDays(localDay(now, timeZone), 1), morning, timeZone);
