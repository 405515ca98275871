import type { Child } from 'hono/jsx';
import type { DispatchPreview } from '../../core/commands/preview-dispatch.ts';
import { holdText } from '../../core/order/hold-text.ts';
import { releaseRule } from '../../core/order/holds.ts';
import { recipientLabels } from '../../core/order/recipient-labels.ts';
import { recipientFields } from '../../core/order/types.ts';
import type { CarrierRow, WarehouseRow } from '../../core/queries/settings.ts';
import type { OrderDetail } from '../../core/queries/show-order.ts';
import type { Refusal } from '../../core/result.ts';
import type { PageFrame } from '../views/frame.ts';
import { undoSeconds } from '../views/layout.tsx';
import { Check, Field, Notice, Select, TextArea } from '../views/parts.tsx';
import { ManualShip } from './manual-ship.tsx';

/** What the dialog of a deed is drawn from. */
export interface DeedView {
  readonly order: OrderDetail;
  readonly frame: PageFrame;
  /** What was typed, when the form comes back; null the first time. */
  readonly typed: (field: string) => string | null;
  readonly refusals: readonly Refusal[];
  readonly carriers: readonly CarrierRow[];
  readonly warehouses: readonly WarehouseRow[];
  readonly stock: DispatchPreview | null;
}

interface Deed {
  readonly title: string;
  readonly submit: string;
  readonly tone?: 'danger go';
  readonly lede?: Child;
  readonly Body: (view: DeedView) => Child;
}

const Reason = ({ label, help, ...view }: DeedView & { label: string; help?: string }) => (
  <TextArea
    name="reason"
    label={label}
    help={help}
    value={view.typed('reason')}
    refusals={view.refusals}
    maxlength={500}
    rows={2}
  />
);

const Cancel = (view: DeedView) => {
  const atPlatform = view.typed('where') === 'platform';
  const outbound = view.order.outbounds.find((one) => one.status !== 'cancelled' && one.status !== 'shipped');
  return (
    <>
      {outbound === undefined ? null : (
        <Notice tone="warn">
          <p>Outbound order {outbound.number} is cancelled with it, and its stock is free again.</p>
        </Notice>
      )}
      <fieldset class="choices">
        <legend>Where</legend>
        <label class="choice">
          <input type="radio" name="where" value="here" checked={!atPlatform} />
          <span>
            <b>Here only</b>
            <span class="why">The platform keeps the order as it is. Can be undone for {undoSeconds} seconds.</span>
          </span>
        </label>
        <label class="choice">
          <input type="radio" name="where" value="platform" checked={atPlatform} />
          <span>
            <b>At the platform too</b>
            <span class="why">
              The buyer is told by the platform, which usually refunds. Told after the time to undo.
            </span>
          </span>
        </label>
      </fieldset>
      <Reason {...view} label="Reason" help="The platform gets these words; required where it is told." />
    </>
  );
};

const MarkShipped = ({ order }: DeedView) => {
  const open = order.writebacks.filter((one) => one.state === 'failed' || one.state === 'retry' || one.isUnconfirmed);
  return (
    <ul class="stack tight">
      {open.length === 0 ? <li>Whatever the platform has not accepted is sent again.</li> : null}
      {open.map((writeback) => {
        const shipment = order.shipments.find((one) => one.id === writeback.shipmentId);
        return (
          <li>
            <b>{shipment === undefined ? writeback.kind : `${shipment.carrierName} ${shipment.trackingNumber}`}</b>
            <span class="why">
              {writeback.attempts === 1 ? 'Tried once' : `Tried ${writeback.attempts} times`}
              {writeback.errorMessage === null ? '' : `: ${writeback.errorMessage}`}
            </span>
          </li>
        );
      })}
    </ul>
  );
};

/** Used for one order and for many. */
export const HoldFields = ({ typed, refusals, frame }: Pick<DeedView, 'typed' | 'refusals' | 'frame'>) => (
  <>
    <Field
      name="reason"
      label="Reason"
      help="A few words; shown under the status"
      value={typed('reason')}
      refusals={refusals}
      required
      maxlength={100}
      autofocus
    />
    <TextArea name="note" label="Note (optional)" value={typed('note')} refusals={refusals} rows={2} maxlength={500} />
    <Field
      name="releaseAt"
      label="Release by itself at (optional)"
      help={`In ${frame.timeZone.replaceAll('_', ' ')} time`}
      type="datetime-local"
      value={typed('releaseAt')}
      refusals={refusals}
    />
    <input type="hidden" name="zone" value={frame.timeZone} />
  </>
);

const Release = (view: DeedView) => {
  const open = view.order.holds.filter((hold) => hold.closedAt === null);
  const needsNote = open.some((hold) => releaseRule(hold).note);
  return (
    <>
      <fieldset class="stack tight" id="f-hold">
        <legend>Holds</legend>
        {open.map((hold) => {
          const { by } = releaseRule(hold);
          const text = holdText(hold);
          return by === 'nobody' ? (
            <p class="muted">
              {text.why} <small>{text.next}</small>
            </p>
          ) : (
            <Check
              name="hold"
              value={hold.id}
              label={text.why}
              help={by === 'admin' ? 'Only an admin may release it.' : undefined}
              checked={hold.code === 'operator_hold' || open.length === 1}
            />
          );
        })}
      </fieldset>
      <TextArea
        name="note"
        label={needsNote ? 'Note: why it may ship' : 'Resolution note'}
        value={view.typed('note')}
        refusals={view.refusals}
        rows={2}
        maxlength={500}
        required={needsNote}
      />
    </>
  );
};

const Address = (view: DeedView) => {
  const missing = new Set(
    view.order.holds
      .filter((hold) => hold.closedAt === null && hold.code === 'address_incomplete')
      .flatMap((hold) => hold.subject.split(',').map((field) => field.trim())),
  );
  return (
    <div class="fields">
      {recipientFields.map((field) => (
        <Field
          name={field}
          label={recipientLabels[field]}
          value={view.typed(field) ?? view.order.recipient?.[field] ?? ''}
          refusals={
            view.refusals.length === 0 && missing.has(field)
              ? [{ code: 'missing', field, message: 'Needed in this country' }]
              : view.refusals.map((refusal) => ({ ...refusal, field: refusal.field?.split('.').at(-1) }))
          }
          maxlength={field === 'country' ? 2 : 200}
          wide={field === 'address1' || field === 'address2'}
        />
      ))}
    </div>
  );
};

const decisions = [
  ['accept_all', 'Accept All', 'Everything that was ordered.'],
  ['partial', 'Partial Accept', 'Only what can be fulfilled; a reason for the rest.'],
  ['reject_all', 'Reject All', 'Nothing; a reason for each line. The order is cancelled.'],
] as const;

const Acknowledge = (view: DeedView) => {
  const lines = view.order.lines.filter((line) => line.removedAt === null);
  const served = view.warehouses.filter((warehouse) =>
    warehouse.services.some((service) => service.kind === 'b2b' && service.enabled),
  );
  const warehouseId = view.typed('warehouseId') ?? served[0]?.id ?? '';
  const decision = view.typed('decision') ?? 'accept_all';
  return (
    <>
      {served.length === 0 ? (
        <Notice tone="warn">
          <p>
            No warehouse has a service for purchase orders. <a href="/settings">Set one up</a> first.
          </p>
        </Notice>
      ) : null}
      <Select
        name="warehouseId"
        label="Target warehouse"
        help="Stock is judged in this warehouse; a SKU that is not mapped counts as unavailable."
        value={warehouseId}
        options={served.map((warehouse) => ({ value: warehouse.id, label: warehouse.name }))}
        refusals={view.refusals}
        required
      />
      <fieldset class="choices">
        <legend>Answer</legend>
        {decisions.map(([value, label, why]) => (
          <label class="choice">
            <input type="radio" name="decision" value={value} checked={value === decision} />
            <span>
              <b>{label}</b>
              <span class="why">{why}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <table class="table plain cards">
        <thead>
          <tr>
            <th>Line</th>
            <th class="num">Ordered</th>
            <th>In stock</th>
            <th>Accept</th>
            <th>Reason for less</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => {
            const ordered = line.quantity - line.quantityCancelled;
            return (
              <tr>
                <td>
                  <b>{line.sku ?? line.name}</b>
                  <span class="why">{line.name}</span>
                </td>
                <td class="num" data-label="Ordered">
                  {ordered}
                </td>
                <td data-label="In stock">{stockWords(view.stock, line.id)}</td>
                <td>
                  <input
                    class="input"
                    type="number"
                    name={`accepted.${line.id}`}
                    aria-label={`Accepted of ${line.name}`}
                    value={view.typed(`accepted.${line.id}`) ?? ordered}
                    min={0}
                    max={ordered}
                  />
                </td>
                <td>
                  <input
                    class="input"
                    name={`reason.${line.id}`}
                    aria-label={`Why less of ${line.name}`}
                    value={view.typed(`reason.${line.id}`) ?? ''}
                    maxlength={500}
                  />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </>
  );
};

const stockWords = (stock: DispatchPreview | null, lineId: string): string => {
  const words = (stock?.warehouses ?? []).map((warehouse) => {
    const available = warehouse.stock.find((one) => one.lineId === lineId)?.available ?? 0;
    return `${warehouse.name}: ${Math.max(available, 0)}`;
  });
  return words.length === 0 ? '—' : words.join(', ');
};

export type DeedName =
  | 'cancel'
  | 'cancel-rest'
  | 'close'
  | 'manual-ship'
  | 'mark-shipped'
  | 'hold'
  | 'release'
  | 'address'
  | 'refetch'
  | 'acknowledge';

/** By the last part of the address. */
export const deeds: Readonly<Record<DeedName, Deed>> = {
  cancel: { title: 'Cancel order', submit: 'Cancel the order', tone: 'danger go', Body: Cancel },
  'cancel-rest': {
    title: 'Cancel the rest of',
    submit: 'Cancel the rest',
    tone: 'danger go',
    lede: 'What has shipped stays shipped; the remaining lines will not ship.',
    Body: (view: DeedView) => <Reason {...view} label="Why will the rest not ship?" />,
  },
  close: {
    title: 'Close by hand',
    submit: 'Close the order',
    tone: 'danger go',
    lede: 'The platform refuses the shipment for good. The order is completed here without it; only admins may.',
    Body: (view: DeedView) => <Reason {...view} label="Why is it closed without the platform?" />,
  },
  'manual-ship': {
    title: 'Manual Ship',
    submit: 'Ship and tell the platform',
    lede: 'For orders that did not go through the warehouse. The platform gets the tracking number.',
    Body: ManualShip,
  },
  'mark-shipped': {
    title: 'Mark Shipped',
    submit: 'Tell the platform again',
    lede: 'Sends again what the platform has not accepted. It is asked first, so nothing is told twice.',
    Body: MarkShipped,
  },
  hold: {
    title: 'Hold',
    submit: 'Hold the order',
    lede: 'It cannot be dispatched until somebody releases it, or the time comes.',
    Body: HoldFields,
  },
  release: { title: 'Release holds of', submit: 'Release', Body: Release },
  address: {
    title: 'Correct the address of',
    submit: 'Save the address',
    lede: 'What the platform gave is kept beside it.',
    Body: Address,
  },
  refetch: {
    title: 'Fetch again',
    submit: 'Fetch it again',
    lede: 'Pulls the order from its platform as it is there now.',
    Body: () => null,
  },
  acknowledge: {
    title: 'Acknowledge',
    submit: 'Acknowledge',
    lede: 'Which quantities you will send. It is kept here; the platform is not told yet, so answer there, too.',
    Body: Acknowledge,
  },
};
