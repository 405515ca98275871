import { Field, Select } from '../views/parts.tsx';
import { SharedNumberNote } from '../views/shared-number.tsx';
import type { DeedView } from './deeds.tsx';

export const ManualShip = (view: DeedView) => (
  <div class="fields">
    <Field
      name="trackingNumber"
      label="Tracking Number"
      value={view.typed('trackingNumber')}
      refusals={view.refusals}
      required
      autofocus
      maxlength={100}
    />
    <Select
      name="carrierId"
      label="Shipping Channel: carrier"
      value={view.typed('carrierId')}
      placeholder="Type its name instead"
      options={view.carriers.map((carrier) => ({ value: carrier.id, label: carrier.name }))}
      refusals={view.refusals}
    />
    <Field
      name="carrierName"
      label="Or the carrier’s name"
      value={view.typed('carrierName')}
      refusals={view.refusals.map((refusal) =>
        refusal.field?.startsWith('carrier') ? { ...refusal, field: 'carrierName' } : refusal,
      )}
      maxlength={100}
    />
    <Field
      name="service"
      label="Service Type (optional)"
      value={view.typed('service')}
      refusals={view.refusals}
      maxlength={100}
    />
    <SharedNumberNote value={view.typed('override')} refusals={view.refusals} />
  </div>
);
