import type { MerchantRow, PersonRow, WarehouseRow } from '../../../core/queries/settings.ts';
import type { Refusal } from '../../../core/result.ts';
import { DialogFoot, DialogForm, type DialogView } from '../../dialog.tsx';
import { exactTime } from '../format.ts';
import { Check, CopyButton, Csrf, Field, FormErrors, Notice, Select } from '../parts.tsx';

export interface PersonValues {
  readonly name: string;
  readonly email: string;
  readonly role: string;
  readonly merchantIds: 'all' | readonly string[];
  readonly warehouseIds: 'all' | readonly string[];
}

const roleWords = [
  ['viewer', 'Viewer', 'sees orders, holds and logs'],
  ['operator', 'Operator', 'binds, maps, dispatches, ships, cancels'],
  ['warehouse', 'Warehouse', 'picks, packs, ships, counts stock; sees outbound orders only'],
  ['admin', 'Admin', 'also authorizes stores, sets rules, overrides'],
  ['owner', 'Owner', 'also people and merchants'],
] as const;

/** Invites a person, or changes one: a name, a role, and over what. */
export const PersonForm = ({
  view,
  id,
  values,
  merchants,
  warehouses,
  mayGiveAll,
  holdsSeveral,
  refusals,
}: {
  view: DialogView;
  /** Null: a new one. */
  id: string | null;
  values: PersonValues;
  /** Those that the reader may give a role over. */
  merchants: readonly MerchantRow[];
  warehouses: readonly WarehouseRow[];
  mayGiveAll: boolean;
  holdsSeveral: boolean;
  refusals: readonly Refusal[];
}) => (
  <DialogForm view={view} action={`/settings/people/${id ?? 'new'}`}>
    <FormErrors refusals={refusals} />
    {holdsSeveral ? (
      <Notice tone="warn">
        <p>This person holds several roles. What is saved here takes the place of all of them.</p>
      </Notice>
    ) : null}
    <div class="fields">
      <Field name="name" label="Name" value={values.name} required maxlength={120} autofocus refusals={refusals} />
      <Field
        name="email"
        label="E-mail"
        type="email"
        help="Slack people are recognized by it. Nothing is sent to it."
        value={values.email}
        required={id === null}
        maxlength={254}
        refusals={refusals}
      />
      <Select
        name="role"
        label="Role"
        value={values.role}
        options={roleWords.map(([value, label, why]) => ({ value, label: `${label}: ${why}` }))}
        refusals={refusals}
      />
    </div>
    <fieldset class="stack tight" id="f-merchantIds">
      <legend>For which merchants</legend>
      <div class="fields">
        {mayGiveAll ? (
          <Check
            name="merchant"
            value="all"
            label="Every merchant"
            help="Also those that are added later"
            checked={values.merchantIds === 'all'}
          />
        ) : null}
        {merchants.map((merchant) => (
          <Check
            name="merchant"
            value={merchant.id}
            label={merchant.name}
            checked={values.merchantIds !== 'all' && values.merchantIds.includes(merchant.id)}
          />
        ))}
      </div>
    </fieldset>
    <fieldset class="stack tight" id="f-warehouseIds">
      <legend>For which warehouses (role Warehouse only)</legend>
      <div class="fields">
        <Check name="warehouse" value="all" label="Every warehouse" checked={values.warehouseIds === 'all'} />
        {warehouses.map((warehouse) => (
          <Check
            name="warehouse"
            value={warehouse.id}
            label={warehouse.name}
            checked={values.warehouseIds !== 'all' && values.warehouseIds.includes(warehouse.id)}
          />
        ))}
      </div>
    </fieldset>
    <DialogFoot view={view} back="/settings/people" submit={id === null ? 'Invite' : 'Save'} />
  </DialogForm>
);

/** Beside the form: what is done to an account as a whole. */
export const PersonDeeds = ({ view, person }: { view: DialogView; person: PersonRow }) => (
  <div class="actions">
    {person.status === 'active' ? (
      <>
        <DeedButton view={view} person={person} deed="link" label="New sign-in link" />
        <DeedButton view={view} person={person} deed="sign-out" label="Sign out everywhere" />
        <DeedButton view={view} person={person} deed="disable" label="Disable" tone="danger" />
      </>
    ) : (
      <DeedButton view={view} person={person} deed="enable" label="Enable" />
    )}
  </div>
);

const DeedButton = ({
  view,
  person,
  deed,
  label,
  tone = '',
}: {
  view: DialogView;
  person: PersonRow;
  deed: 'link' | 'sign-out' | 'disable' | 'enable';
  label: string;
  tone?: string;
}) => (
  <form method="post" action={`/settings/people/${person.id}/${deed}`}>
    <Csrf token={view.frame.csrfToken} />
    <button type="submit" class={`btn small ${tone}`}>
      {label}
    </button>
  </form>
);

/** The link, shown this once. */
export const SignInLinkShown = ({
  view,
  name,
  url,
  expiresAt,
}: {
  view: DialogView;
  name: string;
  url: string;
  expiresAt: Date;
}) => (
  <>
    <Notice tone="ok" title={`Give this link to ${name}`}>
      <p class="mono">
        {url} <CopyButton text={url} label="Copy the link" />
      </p>
      <p>
        It works once, until {exactTime(expiresAt, view.frame.timeZone)}, and is shown only now. Whoever opens it is{' '}
        {name}: send it to nobody else.
      </p>
    </Notice>
    <p>
      <a class="btn" href="/settings/people">
        Back to people
      </a>
    </p>
  </>
);
