import type { CarrierRow, ChannelRow, WarehouseRow } from '../../../core/queries/settings.ts';
import type { Refusal } from '../../../core/result.ts';
import { DialogFoot, DialogForm, type DialogView } from '../../dialog.tsx';
import type { PageFrame } from '../frame.ts';
import { Badge, Check, Csrf, Empty, Field, FormErrors, Select } from '../parts.tsx';
import { TimeZoneField } from './merchants.tsx';
import { AddLink, EditLink, SettingsFrame } from './tabs.tsx';

const serviceWords = { dropship: 'Drop shipping (B2C)', b2b: 'Purchase orders (B2B)' } as const;

/** Nothing is sent to a WMS: whoever chooses one must know who moves its orders on. */
const noWmsYet =
  'A WMS is not connected yet: its orders are moved on the Outbound page, and a recall is answered there, not by the WMS.';

export const WarehousesPage = ({
  frame,
  warehouses,
  mayAdminister,
}: {
  frame: PageFrame;
  warehouses: readonly WarehouseRow[];
  mayAdminister: boolean;
}) => (
  <SettingsFrame
    tab="warehouses"
    lede="Where goods leave from, and what you may use each for: without a service nothing is dispatched there."
    action={mayAdminister ? <AddLink href="/settings/warehouses/new">Add a warehouse</AddLink> : undefined}
  >
    {warehouses.length === 0 ? (
      <Empty title="No warehouse yet" why="Orders are dispatched to a warehouse, through one of its shipping channels.">
        {mayAdminister ? <AddLink href="/settings/warehouses/new">Add the first one</AddLink> : null}
      </Empty>
    ) : (
      <table class="table cards flow">
        <thead>
          <tr>
            <th>Warehouse</th>
            <th>When stock is short</th>
            <th>Services for {frame.merchant.name}</th>
            <th>
              <span class="sr">Action</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {warehouses.map((warehouse) => (
            <tr>
              <td>
                <b>{warehouse.name}</b> {warehouse.enabled ? null : <Badge tone="off">Disabled</Badge>}
                <span class="why">
                  {[
                    warehouse.code,
                    warehouse.country,
                    warehouse.timezone,
                    warehouse.kind === 'external' ? 'external WMS' : null,
                  ]
                    .filter((part) => part !== null)
                    .join(' · ')}
                </span>
                {warehouse.kind === 'external' ? <span class="why risk">{noWmsYet}</span> : null}
              </td>
              <td>{warehouse.allowsBackorder ? 'Dispatches all the same' : 'Refuses, the order is held'}</td>
              <td>
                {(['dropship', 'b2b'] as const).map((kind) => (
                  <ServiceSwitch frame={frame} warehouse={warehouse} kind={kind} mayAdminister={mayAdminister} />
                ))}
              </td>
              <td class="num">
                {mayAdminister ? (
                  <EditLink href={`/settings/warehouses/${warehouse.id}`} what={warehouse.name} />
                ) : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    )}
  </SettingsFrame>
);

const ServiceSwitch = ({
  frame,
  warehouse,
  kind,
  mayAdminister,
}: {
  frame: PageFrame;
  warehouse: WarehouseRow;
  kind: keyof typeof serviceWords;
  mayAdminister: boolean;
}) => {
  const isOn = warehouse.services.some((service) => service.kind === kind && service.enabled);
  return (
    <form method="post" action="/settings/services" class="actions">
      <Badge tone={isOn ? 'ok' : 'off'}>{serviceWords[kind]}</Badge>
      {mayAdminister ? (
        <>
          <Csrf token={frame.csrfToken} />
          <input type="hidden" name="warehouseId" value={warehouse.id} />
          <input type="hidden" name="kind" value={kind} />
          <button type="submit" class="as-link small" name="enabled" value={isOn ? 'no' : 'yes'}>
            {isOn ? 'Switch off' : 'Switch on'}
            <span class="sr">
              {' '}
              {serviceWords[kind]} in {warehouse.name}
            </span>
          </button>
        </>
      ) : null}
    </form>
  );
};

export interface WarehouseValues {
  readonly code: string;
  readonly name: string;
  readonly country: string;
  readonly timezone: string;
  readonly allowsBackorder: boolean;
  readonly enabled: boolean;
  readonly kind: 'own' | 'external';
}

export const WarehouseForm = ({
  view,
  id,
  values,
  refusals,
}: {
  view: DialogView;
  id: string | null;
  values: WarehouseValues;
  refusals: readonly Refusal[];
}) => (
  <DialogForm view={view} action={id === null ? '/settings/warehouses/new' : `/settings/warehouses/${id}`}>
    <FormErrors refusals={refusals} />
    <div class="fields">
      <Field name="name" label="Name" value={values.name} required maxlength={120} autofocus refusals={refusals} />
      <Field
        name="code"
        label="Code"
        help="Unique, for files and labels: RTM."
        value={values.code}
        required
        maxlength={60}
        refusals={refusals}
      />
      <Field
        name="country"
        label="Country"
        help="Two letters: NL."
        value={values.country}
        maxlength={2}
        refusals={refusals}
      />
      <TimeZoneField value={values.timezone} refusals={refusals} help="Where the warehouse is." />
      <Select
        name="kind"
        label="Who works there"
        help={noWmsYet}
        value={values.kind}
        options={[
          { value: 'own', label: 'Your people, on the Outbound page' },
          { value: 'external', label: 'Another company’s WMS' },
        ]}
        refusals={refusals}
      />
    </div>
    <Check
      name="allowsBackorder"
      label="Dispatch even when stock is short"
      help="Otherwise such an order is held until stock arrives, or another warehouse is chosen."
      checked={values.allowsBackorder}
    />
    <Check
      name="enabled"
      label="Enabled"
      help="A disabled one finishes what it has and takes nothing new."
      checked={values.enabled}
    />
    <DialogFoot view={view} back="/settings/warehouses" submit={id === null ? 'Add the warehouse' : 'Save'} />
  </DialogForm>
);

export const ChannelsPage = ({
  channels,
  warehouses,
  mayAdminister,
}: {
  channels: readonly ChannelRow[];
  warehouses: readonly WarehouseRow[];
  mayAdminister: boolean;
}) => (
  <SettingsFrame
    tab="channels"
    lede="How goods leave a warehouse: a carrier with a service type."
    action={
      mayAdminister && warehouses.length > 0 ? (
        <AddLink href="/settings/channels/new">Add a shipping channel</AddLink>
      ) : undefined
    }
  >
    {channels.length === 0 ? (
      <Empty
        title="No shipping channel yet"
        why="Dispatch asks for one: it says which carrier takes the parcel, and how fast."
      >
        {!mayAdminister ? null : warehouses.length === 0 ? (
          <a class="btn go" href="/settings/warehouses">
            Add a warehouse first
          </a>
        ) : (
          <AddLink href="/settings/channels/new">Add the first one</AddLink>
        )}
      </Empty>
    ) : (
      <table class="table cards flow">
        <thead>
          <tr>
            <th>Shipping channel</th>
            <th>Warehouse</th>
            <th>Carrier · service type</th>
            <th>Kind</th>
            <th>
              <span class="sr">Action</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {channels.map((channel) => (
            <tr>
              <td>
                <b>{channel.name}</b> {channel.enabled ? null : <Badge tone="off">Disabled</Badge>}
                <span class="why">{channel.code}</span>
              </td>
              <td data-label="Warehouse">{channel.warehouseName}</td>
              <td>
                {channel.carrierName} · {channel.serviceLevel}
              </td>
              <td>
                {channel.selfPickup ? <Badge tone="info">Self-pickup</Badge> : null}{' '}
                {channel.cashOnDelivery ? <Badge tone="info">Cash on delivery</Badge> : null}
                {channel.selfPickup || channel.cashOnDelivery ? null : <span class="muted">—</span>}
              </td>
              <td class="num">
                {mayAdminister ? <EditLink href={`/settings/channels/${channel.id}`} what={channel.name} /> : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    )}
  </SettingsFrame>
);

export interface ChannelValues {
  readonly warehouseId: string;
  readonly code: string;
  readonly name: string;
  readonly carrierId: string;
  readonly serviceLevel: string;
  readonly selfPickup: boolean;
  readonly cashOnDelivery: boolean;
  readonly enabled: boolean;
}

export const ChannelForm = ({
  view,
  id,
  values,
  warehouses,
  carriers,
  refusals,
}: {
  view: DialogView;
  id: string | null;
  values: ChannelValues;
  warehouses: readonly WarehouseRow[];
  carriers: readonly CarrierRow[];
  refusals: readonly Refusal[];
}) => (
  <DialogForm view={view} action={id === null ? '/settings/channels/new' : `/settings/channels/${id}`}>
    <FormErrors refusals={refusals} />
    <div class="fields">
      {id === null ? (
        <Select
          name="warehouseId"
          label="Warehouse"
          value={values.warehouseId}
          options={warehouses.filter((one) => one.enabled).map((one) => ({ value: one.id, label: one.name }))}
          required
          refusals={refusals}
        />
      ) : (
        <input type="hidden" name="warehouseId" value={values.warehouseId} />
      )}
      <Field name="name" label="Name" value={values.name} required maxlength={120} refusals={refusals} />
      <Field
        name="code"
        label="Code"
        help="Unique in the warehouse. Self-pickup ones usually end in _A."
        value={values.code}
        required
        maxlength={60}
        refusals={refusals}
      />
      <Select
        name="carrierId"
        label="Carrier"
        value={values.carrierId}
        options={carriers
          .filter((one) => one.enabled || one.id === values.carrierId)
          .map((one) => ({ value: one.id, label: one.name }))}
        required
        help={carriers.length === 0 ? 'Add a carrier first.' : undefined}
        refusals={refusals}
      />
      <Field
        name="serviceLevel"
        label="Service type"
        help="In the carrier’s words: Ground, Express Worldwide."
        value={values.serviceLevel}
        required
        maxlength={60}
        refusals={refusals}
      />
    </div>
    <Check
      name="selfPickup"
      label="Self-pickup"
      help="Whoever dispatches uploads the label as PDF and types the tracking number; never in a batch."
      checked={values.selfPickup}
    />
    <Check
      name="cashOnDelivery"
      label="Cash on delivery"
      help="The carrier collects money. Only such channels take cash-on-delivery orders."
      checked={values.cashOnDelivery}
    />
    <Check name="enabled" label="Enabled" checked={values.enabled} />
    <DialogFoot view={view} back="/settings/channels" submit={id === null ? 'Add the channel' : 'Save'} />
  </DialogForm>
);

export const CarriersPage = ({
  carriers,
  mayAdminister,
}: {
  carriers: readonly CarrierRow[];
  mayAdminister: boolean;
}) => (
  <SettingsFrame
    tab="carriers"
    lede="Who carries parcels. What a platform calls them is paired on the store’s page."
    action={mayAdminister ? <AddLink href="/settings/carriers/new">Add a carrier</AddLink> : undefined}
  >
    {carriers.length === 0 ? (
      <Empty
        title="No carrier yet"
        why="Shipping channels and shipments name a carrier; its tracking link is made from the number."
      >
        {mayAdminister ? <AddLink href="/settings/carriers/new">Add the first one</AddLink> : null}
      </Empty>
    ) : (
      <table class="table cards flow">
        <thead>
          <tr>
            <th>Carrier</th>
            <th>Code</th>
            <th>Tracking link</th>
            <th>
              <span class="sr">Action</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {carriers.map((carrier) => (
            <tr>
              <td>
                <b>{carrier.name}</b> {carrier.enabled ? null : <Badge tone="off">Disabled</Badge>}
              </td>
              <td class="mono" data-label="Code">
                {carrier.code}
              </td>
              <td class="small">{carrier.trackingUrl ?? <span class="muted">—</span>}</td>
              <td class="num">
                {mayAdminister ? <EditLink href={`/settings/carriers/${carrier.id}`} what={carrier.name} /> : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    )}
  </SettingsFrame>
);

export interface CarrierValues {
  readonly code: string;
  readonly name: string;
  readonly trackingUrl: string;
  readonly enabled: boolean;
}

export const CarrierForm = ({
  view,
  id,
  values,
  refusals,
}: {
  view: DialogView;
  id: string | null;
  values: CarrierValues;
  refusals: readonly Refusal[];
}) => (
  <DialogForm view={view} action={id === null ? '/settings/carriers/new' : `/settings/carriers/${id}`}>
    <FormErrors refusals={refusals} />
    <div class="fields">
      <Field name="name" label="Name" value={values.name} required maxlength={120} autofocus refusals={refusals} />
      <Field
        name="code"
        label="Code"
        help="Unique: ups."
        value={values.code}
        required
        maxlength={60}
        refusals={refusals}
      />
      <Field
        name="trackingUrl"
        label="Tracking link"
        help="With {number} where the tracking number goes; may be empty."
        value={values.trackingUrl}
        maxlength={500}
        placeholder="https://example.com/track/{number}"
        refusals={refusals}
        wide
      />
    </div>
    <Check name="enabled" label="Enabled" checked={values.enabled} />
    <DialogFoot view={view} back="/settings/carriers" submit={id === null ? 'Add the carrier' : 'Save'} />
  </DialogForm>
);
