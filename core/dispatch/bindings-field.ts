import { z } from 'zod';
import { idField } from '../catalog/fields.ts';

/** What was bound in the dispatch dialog, line by line: `[{ lineId, components }]`, may be empty. */
export const bindingsField = z.array(
  z.object({
    lineId: idField('There is no such line.'),
    components: z
      .array(
        z.object({
          productId: idField('Choose a warehouse SKU.'),
          quantity: z
            .int('A quantity is a whole number.')
            .min(1, 'A quantity is at least 1.')
            .max(9_999, 'A quantity is at most 9,999.'),
        }),
      )
      .min(1, 'Choose a warehouse SKU.'),
  }),
);
