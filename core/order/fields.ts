import { z } from 'zod';
import { idField } from '../catalog/fields.ts';
import { typedText } from '../typed-text.ts';

const longestReason = 500;

export const orderIdField = idField('There is no such order.');

/** Forms send what they showed; a missing one is a page from before. */
export const versionField = z.int('Reload the page and try again.');

export const reasonField = (missing: string) =>
  typedText(missing).min(1, missing).max(longestReason, `Use at most ${longestReason} characters.`);

export const optionalReasonField = typedText()
  .max(longestReason, `Use at most ${longestReason} characters.`)
  .transform((text) => (text === '' ? null : text))
  .nullish()
  .transform((text) => text ?? null);
