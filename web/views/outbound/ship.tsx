import type { CarrierRow } from '../../../core/queries/settings.ts';
import type { OutboundDetail } from '../../../core/queries/show-outbound.ts';
import type { Refusal } from '../../../core/result.ts';
import { DialogFoot, DialogForm, type DialogView } from '../../dialog.tsx';
import { Field, FormErrors, Money, Notice, Select } from '../parts.tsx';
import { SharedNumberNote } from '../shared-number.tsx';
import { leftOf } from './words.ts';

export interface ShipFormProps {
  readonly view: DialogView;
  readonly outbound: OutboundDetail;
  readonly carriers: readonly CarrierRow[];
  /** Where it was opened: the list stays as it is and draws itself again. */
  readonly at: 'list' | 'detail';
  readonly refusals?: readonly Refusal[];
  readonly typed?: {
    readonly trackingNumber: string;
    readonly carrierId: string;
    readonly service: string;
    readonly override: string;
    readonly quantities: ReadonlyMap<string, string>;
  };
}

/** A scanner types the number and Enter: the form sends itself. */
export const ShipForm = ({ view, outbound, carriers, at, refusals = [], typed }: ShipFormProps) => {
  const left = outbound.lines.filter((line) => leftOf(line) > 0);
  return (
    <DialogForm view={view} action={`/outbound/${outbound.id}/ship`}>
      <input type="hidden" name="version" value={outbound.version} />
      <input type="hidden" name="at" value={at} />
      <FormErrors refusals={refusals} />
      {outbound.codAmount === null ? null : (
        <Notice tone="warn">
          <p>
            Cash on delivery: the label must say{' '}
            <b>
              <Money amount={outbound.codAmount} currency={outbound.currency} />
            </b>
            .
          </p>
        </Notice>
      )}
      <div class="fields">
        <Field
          name="trackingNumber"
          label="Tracking number"
          help="Scan it from the label."
          value={typed?.trackingNumber ?? outbound.trackingNumber}
          required
          autofocus
          maxlength={100}
          refusals={refusals}
          wide
        />
        <Select
          name="carrierId"
          label="Carrier"
          value={typed?.carrierId ?? outbound.carrierId}
          options={carriers.map((carrier) => ({ value: carrier.id, label: carrier.name }))}
          refusals={refusals}
        />
        <Field
          name="service"
          label="Service type"
          value={typed?.service ?? outbound.serviceLevel}
          maxlength={100}
          refusals={refusals}
        />
        <SharedNumberNote value={typed?.override ?? null} refusals={refusals} />
      </div>
      <details open={typed !== undefined && typed.quantities.size > 0}>
        <summary class="link">Not everything in this parcel?</summary>
        <table class="table cards flow plain">
          <thead>
            <tr>
              <th>Line</th>
              <th class="num">Left</th>
              <th class="num">In this parcel</th>
            </tr>
          </thead>
          <tbody>
            {left.map((line) => (
              <tr>
                <td>
                  {line.name}
                  <span class="why">{line.platformSku ?? 'no SKU'}</span>
                </td>
                <td class="num" data-label="Left">
                  {leftOf(line)}
                </td>
                <td class="num">
                  <input
                    class="input short"
                    type="number"
                    name={`quantity:${line.id}`}
                    value={typed?.quantities.get(line.id) ?? leftOf(line)}
                    min={0}
                    max={leftOf(line)}
                    required
                    inputmode="numeric"
                    aria-label={`${line.name}: pieces in this parcel`}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
      <DialogFoot view={view} back={`/outbound/${outbound.id}`} submit="Ship this parcel" />
    </DialogForm>
  );
};
