import type { PlatformInfo } from '../../../core/connect/platform-list.ts';
import type { StoreDetail } from '../../../core/queries/store-queries.ts';
import type { Refusal } from '../../../core/result.ts';
import { syncLimits } from '../../../core/store/store-input.ts';
import type { PageFrame } from '../frame.ts';
import { Check, Csrf, Field, FormErrors, PageHead, Select, TextArea } from '../parts.tsx';

/** As typed, or as the store has it. */
export interface EditValues {
  readonly name: string;
  readonly code: string;
  readonly syncEveryMinutes: string;
  readonly lookBackHours: string;
  readonly firstLookBackHours: string;
  readonly freshnessMinutes: string;
  readonly requiresMethodMapping: boolean;
  readonly platform: Readonly<Record<string, string>>;
}

export const valuesOf = (store: StoreDetail): EditValues => ({
  name: store.name,
  code: store.code ?? '',
  syncEveryMinutes: String(store.syncEveryMinutes),
  lookBackHours: String(store.lookBackHours),
  firstLookBackHours: String(store.firstLookBackHours),
  freshnessMinutes: String(Math.round(store.freshnessSeconds / 60)),
  requiresMethodMapping: store.requiresMethodMapping,
  platform: store.settings,
});

/** Names of the platform's own settings carry this prefix in the form. */
export const settingPrefix = 'setting_';

export const EditStorePage = ({
  frame,
  store,
  platform,
  values,
  refusals,
}: {
  frame: PageFrame;
  store: StoreDetail;
  platform: PlatformInfo;
  values: EditValues;
  refusals: readonly Refusal[];
}) => {
  const declared = platform.profile.settings ?? [];
  const shown = refusals.map((refusal) =>
    declared.some((field) => field.name === refusal.field)
      ? { ...refusal, field: `${settingPrefix}${refusal.field}` }
      : refusal,
  );
  const number = (name: keyof typeof syncLimits | 'firstLookBackHours' | 'syncEveryMinutes', limits: Limits) => ({
    name,
    type: 'number',
    inputmode: 'numeric' as const,
    min: limits.least,
    max: limits.most,
    step: 1,
    required: true,
    refusals: shown,
  });
  return (
    <>
      <PageHead title={`Edit ${store.name}`} lede="Nothing here starts a new login at the platform." />
      <form method="post" action={`/stores/${store.storeId}/edit`} class="stack narrow" novalidate={shown.length > 0}>
        <Csrf token={frame.csrfToken} />
        <FormErrors refusals={shown} />
        <div class="fields">
          <Field name="name" label="Store Name" value={values.name} refusals={shown} required maxlength={80} />
          <Field name="code" label="Store code" value={values.code} refusals={shown} maxlength={40} />
        </div>
        <h2>Sync</h2>
        <div class="fields">
          <Field
            {...number('syncEveryMinutes', syncLimits.everyMinutes)}
            label="Sync every (minutes)"
            value={values.syncEveryMinutes}
          />
          <Field
            {...number('lookBackHours', syncLimits.lookBackHours)}
            label="Look back (hours)"
            help="Each sync reads orders changed within this time."
            value={values.lookBackHours}
          />
          <Field
            {...number('firstLookBackHours', syncLimits.lookBackHours)}
            label="First sync looks back (hours)"
            value={values.firstLookBackHours}
          />
          <Field
            {...number('freshnessMinutes', syncLimits.freshnessMinutes)}
            label="Look again before dispatch (minutes)"
            help="A dispatch asks the platform once more when the last complete sync is older."
            value={values.freshnessMinutes}
          />
        </div>
        <h2>Orders</h2>
        <Check
          name="requiresMethodMapping"
          label="Hold orders whose shipping method is not mapped"
          help="Otherwise the channel is chosen at dispatch."
          checked={values.requiresMethodMapping}
        />
        {declared.map((field) => {
          const common = {
            name: `${settingPrefix}${field.name}`,
            label: field.label,
            help: field.help,
            refusals: shown,
            value: values.platform[field.name],
          };
          if (field.options !== undefined) {
            return <Select {...common} options={field.options} placeholder="As the platform's default" />;
          }
          return field.help.includes('separated by commas') ? (
            <TextArea {...common} rows={2} placeholder={field.example} maxlength={2_000} />
          ) : (
            <Field {...common} placeholder={field.example} maxlength={2_000} />
          );
        })}
        <div class="actions">
          <button type="submit" class="btn go">
            Save
          </button>
          <a class="btn ghost" href={`/stores/${store.storeId}`}>
            Cancel
          </a>
        </div>
      </form>
    </>
  );
};

interface Limits {
  readonly least: number;
  readonly most: number;
}
