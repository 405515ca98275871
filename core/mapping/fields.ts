import { z } from 'zod';
import { maxKeyLength } from '../order/content.ts';
import { keyKinds } from '../order/line-key.ts';

export const keyKindField = z.enum(keyKinds, 'A mapping is by SKU, product id or barcode.');

/** A key is compared trimmed and case-sensitive. */
export const keyField = z
  .string('Which SKU?')
  .trim()
  .min(1, 'Which SKU?')
  .max(maxKeyLength, `At most ${maxKeyLength} characters.`);

/** A platform's name of a payment type or shipping method. */
export const methodField = (missing: string) =>
  z.string(missing).trim().max(maxKeyLength, `At most ${maxKeyLength} characters.`);
