import type { AuthField, Profile } from '../../../core/ports/connector.ts';
import type { Refusal } from '../../../core/result.ts';
import { Check, Field, Notice, Select } from '../parts.tsx';

/** Inputs of the connect form carry this prefix, so that a platform's field may be called `name`. */
export const fieldPrefix = 'field_';

/** A refusal of a platform's field, pointing to its input. */
export const forForm = (refusal: Refusal, profile: Profile): Refusal =>
  refusal.field !== undefined && profile.fields.some((field) => field.name === refusal.field)
    ? { ...refusal, field: `${fieldPrefix}${refusal.field}` }
    : refusal;

/** The inputs that a profile declares. Secrets are never filled in again. */
export const PlatformFields = ({
  fields,
  values,
  refusals,
  keepsSecrets = false,
}: {
  fields: readonly AuthField[];
  values: Readonly<Record<string, string>>;
  refusals: readonly Refusal[];
  /** An empty secret means "as it is". */
  keepsSecrets?: boolean;
}) => (
  <>
    {fields.map((field) => {
      const name = `${fieldPrefix}${field.name}`;
      const isKept = field.secret && keepsSecrets;
      const help = isKept ? `${field.help} Leave empty to keep the one that is there.` : field.help;
      const common = { name, label: field.label, help, refusals, required: field.required && !isKept };
      return field.options === undefined ? (
        <Field
          {...common}
          type={field.secret ? 'password' : 'text'}
          value={field.secret ? undefined : values[field.name]}
          placeholder={field.secret ? undefined : field.example}
          autocomplete={field.secret ? 'new-password' : 'off'}
          maxlength={4_000}
        />
      ) : (
        <Select {...common} value={values[field.name]} options={field.options} />
      );
    })}
  </>
);

export const Caveats = ({ profile, egressIps }: { profile: Profile; egressIps: readonly string[] }) => (
  <>
    {profile.ipAllowlist ? (
      <Notice tone="warn" title="Register our address first">
        <p>
          {profile.name} answers only registered addresses. Register{' '}
          {egressIps.length === 0 ? (
            <b>the outbound address of this desk (ask the person who runs it; setting EGRESS_IPS)</b>
          ) : (
            <b>{egressIps.join(', ')}</b>
          )}{' '}
          there before the test.
        </p>
      </Notice>
    ) : null}
    {profile.caveats.length === 0 ? null : (
      <Notice title="Before you start">
        <ul>
          {profile.caveats.map((caveat) => (
            <li>{caveat}</li>
          ))}
        </ul>
      </Notice>
    )}
  </>
);

export const SaveUntested = ({ profile }: { profile: Profile }) =>
  profile.ipAllowlist ? (
    <Check
      name="saveUntested"
      label="Save without a test"
      help="For when our address is not registered there yet. Test the connection from the store's page afterwards."
    />
  ) : null;
