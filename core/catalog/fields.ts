import { z } from 'zod';
import { isId } from '../ids.ts';

/** Control characters and halves of surrogate pairs never belong into a name or code; pasted text brings them. */
const hasControl = (text: string): boolean => /\p{Cc}/u.test(text) || !text.isWellFormed();

const longestName = 120;
const longestCode = 60;
const longestSku = 100;
const longestNote = 500;

/** A trimmed one-line text of 1 to `longest` characters. */
export const line = (label: string, longest: number) =>
  z
    .string(`${label} is missing.`)
    .trim()
    .min(1, `${label} is missing.`)
    .max(longest, `${label} is longer than ${longest} characters.`)
    .refine((text) => !hasControl(text), `${label} holds a character that cannot be printed.`);

export const nameField = (label = 'Name') => line(label, longestName);

/** Letters, digits, dot, hyphen, underscore: fit for labels, files and URLs. */
export const codeField = (label = 'Code') =>
  line(label, longestCode).regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
    `${label} may hold letters, digits, dots, hyphens and underscores, and starts with a letter or digit.`,
  );

export const skuField = (label = 'SKU') => line(label, longestSku);

export const noteField = (label = 'Note') => line(label, longestNote);

export const idField = (message: string) => z.string(message).refine(isId, message);

export const timezoneField = z
  .string('Choose a time zone.')
  .trim()
  .min(1, 'Choose a time zone.')
  .refine(isZone, 'This is not a time zone. Write it like Europe/Amsterdam or Asia/Taipei.');

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    // The only way that Intl says "no such zone".
    return false;
  }
}

/** Empty is none. */
export const countryField = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^(?:[A-Z]{2})?$/, 'Write the country as two letters, like NL or US.')
  .transform((code) => (code === '' ? null : code))
  .nullable();

/** https (or http) with a host; empty is none. */
export const urlField = (label: string) =>
  z
    .string()
    .trim()
    .max(500, `${label} is too long.`)
    .refine((text) => text === '' || /^https?:\/\/[^\s/]+/.test(text), `${label} starts with https://.`)
    .transform((text) => (text === '' ? null : text))
    .nullable();
