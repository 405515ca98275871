import { z } from 'zod';

/** `9:00`, `09.00`, `9` or `21:30` becomes `HH:MM`; empty is none. */
export const timeField = z
  .string()
  .trim()
  .transform((text, context) => {
    if (text === '') return null;
    const [, hours = '', minutes = '00'] = /^(\d{1,2})(?:[:.](\d{2}))?$/.exec(text) ?? [];
    if (hours === '' || Number(hours) > 23 || Number(minutes) > 59) {
      context.addIssue({ code: 'custom', message: 'Write the time as hours and minutes, like 9:00 or 21:30.' });
      return z.NEVER;
    }
    return `${hours.padStart(2, '0')}:${minutes}`;
  });
