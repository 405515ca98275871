import type { Refusal } from '../../core/result.ts';
import { Field } from './parts.tsx';

/** Asked for once another order turned out to have the same tracking number. */
export const SharedNumberNote = ({
  value,
  refusals,
}: {
  readonly value: string | null;
  readonly refusals: readonly Refusal[];
}) =>
  (value ?? '') !== '' || refusals.some((refusal) => refusal.code === 'tracking_in_use') ? (
    <Field
      name="override"
      label="Both travel with one number: why?"
      help="Only when two orders really go in one box. The note stays in the history."
      value={value}
      maxlength={500}
      refusals={refusals}
      wide
    />
  ) : null;
