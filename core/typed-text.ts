import { z } from 'zod';

/**
 * What a person typed or pasted, without what cannot be printed: control characters other than line break and tab, and
 * marks that turn the direction of the text around it. Halves of surrogate pairs become U+FFFD: JSON and PostgreSQL keep
 * neither them nor a zero byte.
 */
export const printable = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll('\r\n', '\n')
    .replaceAll(/[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/gu, '');

/** A reason or note: may have several lines. Trimmed; limits are the caller's. */
export const typedText = (missing?: string) => z.string(missing).overwrite(printable).trim();

/** A text of one line: breaks and tabs become spaces. Trimmed; limits are the caller's. */
export const typedLine = (missing?: string) =>
  z
    .string(missing)
    .overwrite((text) => printable(text).replaceAll(/[\n\t]+/g, ' '))
    .trim();
