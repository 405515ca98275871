import type { MerchantRow } from '../../../core/queries/settings.ts';
import type { Refusal } from '../../../core/result.ts';
import { DialogFoot, DialogForm, type DialogView } from '../../dialog.tsx';
import type { PageFrame } from '../frame.ts';
import { Badge, Check, Field, FormErrors } from '../parts.tsx';
import { AddLink, EditLink, SettingsFrame } from './tabs.tsx';

export const MerchantsPage = ({
  frame,
  merchants,
  mayOwn,
}: {
  frame: PageFrame;
  merchants: readonly MerchantRow[];
  mayOwn: boolean;
}) => (
  <SettingsFrame
    tab="merchants"
    lede="The sellers whose orders these are. Every store, order, mapping and product belongs to exactly one."
    action={mayOwn ? <AddLink href="/settings/merchants/new">Add a merchant</AddLink> : undefined}
  >
    <table class="table cards flow">
      <thead>
        <tr>
          <th>Merchant</th>
          <th>Code</th>
          <th>Time zone</th>
          <th>
            <span class="sr">Action</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {merchants.map((merchant) => (
          <tr>
            <td>
              <b>{merchant.name}</b> {merchant.archivedAt === null ? null : <Badge tone="off">Archived</Badge>}
              {merchant.id === frame.merchant.id ? <span class="why">The one you look at</span> : null}
            </td>
            <td data-label="Code" class="mono">
              {merchant.code}
            </td>
            <td data-label="Time zone">{merchant.timezone}</td>
            <td class="num">
              {mayOwn ? <EditLink href={`/settings/merchants/${merchant.id}`} what={merchant.name} /> : null}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
    {mayOwn ? null : <p class="muted">Merchants are added and changed by an owner.</p>}
  </SettingsFrame>
);

export interface MerchantValues {
  readonly name: string;
  readonly code: string;
  readonly timezone: string;
  readonly archived: boolean;
}

export const MerchantForm = ({
  view,
  id,
  values,
  refusals,
}: {
  view: DialogView;
  id: string | null;
  values: MerchantValues;
  refusals: readonly Refusal[];
}) => (
  <DialogForm view={view} action={id === null ? '/settings/merchants/new' : `/settings/merchants/${id}`}>
    <FormErrors refusals={refusals} />
    <div class="fields">
      <Field name="name" label="Name" value={values.name} required maxlength={120} autofocus refusals={refusals} />
      <Field
        name="code"
        label="Code"
        help="Short and unique, for labels and files."
        value={values.code}
        required
        maxlength={60}
        refusals={refusals}
      />
      <TimeZoneField value={values.timezone} refusals={refusals} help="Every time on its pages is said in it." />
    </div>
    {id === null ? null : (
      <Check
        name="archived"
        label="Archived"
        help="Its pages stay readable; it is no longer offered anywhere."
        checked={values.archived}
      />
    )}
    <DialogFoot view={view} back="/settings" submit={id === null ? 'Add the merchant' : 'Save'} />
  </DialogForm>
);

const zones = Intl.supportedValuesOf('timeZone');

export const TimeZoneField = ({
  value,
  refusals,
  help,
}: {
  value: string;
  refusals: readonly Refusal[];
  help: string;
}) => (
  <>
    <Field
      name="timezone"
      label="Time zone"
      help={help}
      value={value}
      required
      list="time-zones"
      placeholder="Asia/Taipei"
      refusals={refusals}
    />
    <datalist id="time-zones">
      <option value="UTC" />
      {zones.map((zone) => (
        <option value={zone} />
      ))}
    </datalist>
  </>
);
