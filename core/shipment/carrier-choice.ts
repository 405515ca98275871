import { z } from 'zod';
import { idField } from '../catalog/fields.ts';
import { typedLine } from '../typed-text.ts';

/** One of the desk's carriers, or a name that a person typed in Manual Ship. */
export type CarrierChoice = { readonly id: string } | { readonly name: string };

export const carrierChoice = (carrier: {
  /** Null: typed. */
  readonly carrierId: string | null;
  readonly carrierName: string;
}): CarrierChoice => (carrier.carrierId === null ? { name: carrier.carrierName } : { id: carrier.carrierId });

/** What a typed name may have. */
export const longestCarrierName = 100;

export const carrierField = z.union(
  [
    z.object({ id: idField('There is no such carrier.') }),
    z.object({
      name: typedLine()
        .min(1, 'Choose a carrier.')
        .max(longestCarrierName, `Use at most ${longestCarrierName} characters.`),
    }),
  ],
  'Choose a carrier, or type its name.',
);
