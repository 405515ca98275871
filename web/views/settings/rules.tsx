import type { ChannelRow, MethodRow, PaymentRow, ShippingTypeRow } from '../../../core/queries/settings.ts';
import type { Refusal } from '../../../core/result.ts';
import { DialogFoot, DialogForm, type DialogView } from '../../dialog.tsx';
import { countText } from '../format.ts';
import type { PageFrame } from '../frame.ts';
import { Card, Csrf, Empty, Field, FormErrors, Select } from '../parts.tsx';
import { AddLink, EditLink, SettingsFrame } from './tabs.tsx';

/** A rule that was not taken: the reason stands at its row too. */
export interface RefusedRule {
  readonly refusal: Refusal;
  readonly storeId: string;
  /** The shipping method or payment type. */
  readonly subject: string;
}

const refusalAt = (refused: RefusedRule | undefined, storeId: string, subject: string): Refusal | undefined =>
  refused?.storeId === storeId && refused.subject === subject ? refused.refusal : undefined;

export const ShippingTypesPage = ({
  frame,
  types,
  methods,
  platformNames,
  mayAdminister,
  mayWork,
  refused,
}: {
  frame: PageFrame;
  types: readonly ShippingTypeRow[];
  methods: readonly MethodRow[];
  platformNames: Readonly<Record<string, string>>;
  mayAdminister: boolean;
  mayWork: boolean;
  refused?: RefusedRule | undefined;
}) => (
  <SettingsFrame
    tab="shipping-types"
    lede="How orders travel. What a store’s platform calls a shipping method is mapped to one of these types."
    action={mayAdminister ? <AddLink href="/settings/shipping-types/new">Add a shipping type</AddLink> : undefined}
  >
    <FormErrors refusals={refused === undefined ? [] : [refused.refusal]} />
    <Card title="Shipping types">
      {types.length === 0 ? (
        <p class="muted">None yet. Home delivery, convenience store, chilled: whatever your orders ask for.</p>
      ) : (
        <table class="table cards flow">
          <thead>
            <tr>
              <th>Shipping type</th>
              <th>Default shipping channel</th>
              <th class="num">Methods</th>
              <th>
                <span class="sr">Action</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {types.map((type) => (
              <tr>
                <td>
                  <b>{type.name}</b>
                  <span class="why mono">{type.code}</span>
                </td>
                <td data-label="Default">{type.defaultChannelName ?? <span class="muted">chosen at dispatch</span>}</td>
                <td class="num" data-label="Methods">
                  {type.methodCount}
                </td>
                <td class="num">
                  {mayAdminister ? <EditLink href={`/settings/shipping-types/${type.id}`} what={type.name} /> : null}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
    <Card title="Shipping methods of the stores" id="methods">
      {methods.length === 0 ? (
        <p class="muted">
          None to map. Methods show up here when a store holds orders for them; other stores let the channel be chosen
          at dispatch.
        </p>
      ) : (
        <table class="table cards flow">
          <thead>
            <tr>
              <th>Method</th>
              <th>Store</th>
              <th class="num">Held orders</th>
              <th>Shipping type</th>
            </tr>
          </thead>
          <tbody>
            {methods.map((method) => (
              <tr>
                <td>
                  <b>{method.method}</b>
                </td>
                <td data-label="Store">
                  {method.storeName}
                  <span class="why">{platformNames[method.platform] ?? method.platform}</span>
                </td>
                <td class={method.heldOrders > 0 ? 'num late' : 'num'} data-label="Held">
                  {method.heldOrders === 0 ? <span class="muted">—</span> : countText(method.heldOrders)}
                </td>
                <td>
                  {mayWork && types.length > 0 ? (
                    <RuleForm
                      frame={frame}
                      action="/settings/methods"
                      hidden={{ storeId: method.storeId, method: method.method, seen: method.shippingTypeId ?? '' }}
                      name="shippingTypeId"
                      label={`Shipping type of ${method.method}`}
                      value={method.shippingTypeId}
                      options={types.map((type) => ({ value: type.id, label: type.name }))}
                      submit={method.shippingTypeId === null ? 'Map' : 'Change'}
                      refusal={refusalAt(refused, method.storeId, method.method)}
                    />
                  ) : (
                    (types.find((type) => type.id === method.shippingTypeId)?.name ?? (
                      <span class="risk">Not mapped</span>
                    ))
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  </SettingsFrame>
);

/** One rule of a store: a choice and its button. With a refusal, what stands now is chosen and the reason is beside it. */
export const RuleForm = ({
  frame,
  action,
  hidden,
  name,
  label,
  value,
  options,
  submit,
  refusal,
}: {
  frame: PageFrame;
  action: string;
  hidden: Readonly<Record<string, string>>;
  name: string;
  label: string;
  value: string | null;
  options: readonly { readonly value: string; readonly label: string }[];
  submit: string;
  refusal?: Refusal | undefined;
}) => (
  <form method="post" action={action} class="actions">
    <Csrf token={frame.csrfToken} />
    {Object.entries(hidden).map(([key, text]) => (
      <input type="hidden" name={key} value={text} />
    ))}
    <select
      class="input"
      name={name}
      aria-label={label}
      required
      {...(refusal === undefined
        ? {}
        : { id: `f-${name}`, 'aria-invalid': 'true' as const, 'aria-describedby': `e-${name}` })}
    >
      {value === null ? <option value="">Choose…</option> : null}
      {options.map((option) => (
        <option value={option.value} selected={option.value === value}>
          {option.label}
        </option>
      ))}
    </select>
    <button type="submit" class="btn small">
      {submit}
    </button>
    {refusal === undefined ? null : (
      <span class="field">
        <span class="error" id={`e-${name}`}>
          {refusal.message}
        </span>
      </span>
    )}
  </form>
);

export interface ShippingTypeValues {
  readonly code: string;
  readonly name: string;
  readonly defaultChannelId: string;
}

export const ShippingTypeForm = ({
  view,
  id,
  values,
  channels,
  refusals,
}: {
  view: DialogView;
  id: string | null;
  values: ShippingTypeValues;
  channels: readonly ChannelRow[];
  refusals: readonly Refusal[];
}) => (
  <DialogForm view={view} action={id === null ? '/settings/shipping-types/new' : `/settings/shipping-types/${id}`}>
    <FormErrors refusals={refusals} />
    <div class="fields">
      <Field name="name" label="Name" value={values.name} required maxlength={120} autofocus refusals={refusals} />
      <Field
        name="code"
        label="Code"
        help="Unique: home. Codes that begin with store_pickup, convenience_store, pickup_point or parcel_locker ask for a pickup-point code instead of a street."
        value={values.code}
        required
        maxlength={60}
        refusals={refusals}
      />
      <Select
        name="defaultChannelId"
        label="Default shipping channel"
        help="Offered first at dispatch."
        value={values.defaultChannelId}
        placeholder="Chosen at dispatch"
        options={channels.map((channel) => ({
          value: channel.id,
          label: `${channel.name} · ${channel.warehouseName}`,
        }))}
        refusals={refusals}
        wide
      />
    </div>
    <DialogFoot view={view} back="/settings/shipping-types" submit={id === null ? 'Add the shipping type' : 'Save'} />
  </DialogForm>
);

const classes = [
  { value: 'prepaid', label: 'Prepaid: may leave' },
  { value: 'cash_on_delivery', label: 'Cash on delivery: the carrier collects' },
  { value: 'blocked', label: 'Blocked: held until a person releases it' },
] as const;

export const PaymentsPage = ({
  frame,
  payments,
  platformNames,
  mayWork,
  refused,
}: {
  frame: PageFrame;
  payments: readonly PaymentRow[];
  platformNames: Readonly<Record<string, string>>;
  mayWork: boolean;
  refused?: RefusedRule | undefined;
}) => (
  <SettingsFrame
    tab="payments"
    lede="How each payment type of a store is paid. Orders of a type that nobody has classified are held, unless the platform says that the money is there."
  >
    <FormErrors refusals={refused === undefined ? [] : [refused.refusal]} />
    {payments.length === 0 ? (
      <Empty
        title="No payment type to classify"
        why="They show up here when a store holds orders for one that is not known."
      />
    ) : (
      <table class="table cards flow">
        <thead>
          <tr>
            <th>Payment type</th>
            <th>Store</th>
            <th class="num">Held orders</th>
            <th>Classification</th>
          </tr>
        </thead>
        <tbody>
          {payments.map((payment) => (
            <tr>
              <td>
                <b>{payment.paymentMethod === '' ? '(the platform names none)' : payment.paymentMethod}</b>
                {payment.createdBy === null ? null : <span class="why">classified by {payment.createdBy}</span>}
              </td>
              <td data-label="Store">
                {payment.storeName}
                <span class="why">{platformNames[payment.platform] ?? payment.platform}</span>
              </td>
              <td class={payment.heldOrders > 0 ? 'num late' : 'num'} data-label="Held">
                {payment.heldOrders === 0 ? <span class="muted">—</span> : countText(payment.heldOrders)}
              </td>
              <td>
                {mayWork ? (
                  <RuleForm
                    frame={frame}
                    action="/settings/payments"
                    hidden={{
                      storeId: payment.storeId,
                      paymentMethod: payment.paymentMethod,
                      seen: payment.class ?? '',
                    }}
                    name="class"
                    label={`Classification of ${payment.paymentMethod}`}
                    value={payment.class}
                    options={classes}
                    submit={payment.class === null ? 'Classify' : 'Change'}
                    refusal={refusalAt(refused, payment.storeId, payment.paymentMethod)}
                  />
                ) : (
                  (classes.find((one) => one.value === payment.class)?.label ?? (
                    <span class="risk">Not classified</span>
                  ))
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    )}
  </SettingsFrame>
);
