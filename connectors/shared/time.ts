const minuteMs = 60_000;

const isoPattern = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?))?\s*(Z|[+-]\d{2}:?\d{2})?$/i;

/**
 * The instant of an ISO 8601 text, or null when it is not one. Text without a zone is local time at
 * `zoneOffsetMinutes` (Taipei: 480); without that argument it is refused, never guessed.
 */
export function parseTime(text: string | null | undefined, zoneOffsetMinutes?: number): Date | null {
  if (text === null || text === undefined) return null;
  const match = isoPattern.exec(text.trim());
  if (match === null) return null;
  const [, day = '', time = '00:00:00', zone] = match;
  if (zone === undefined && zoneOffsetMinutes === undefined) return null;
  const suffix = zone === undefined ? 'Z' : /^z$/i.test(zone) ? 'Z' : zone.replace(/^([+-]\d{2}):?(\d{2})$/, '$1:$2');
  const at = Date.parse(`${day}T${time.replace(',', '.')}${suffix}`);
  if (Number.isNaN(at)) return null;
  return new Date(zone === undefined ? at - (zoneOffsetMinutes ?? 0) * minuteMs : at);
}

/** `2026-11-20T01:02:03Z`: without the milliseconds, which some platforms refuse. */
export const isoSeconds = (at: Date): string => `${at.toISOString().slice(0, 19)}Z`;
