import { bindSkuForm } from './bind-sku.ts';
import { classifyPaymentForm } from './classify-payment.ts';
import { dispatchForm } from './dispatch.ts';
import { dispatchReleasedForm } from './dispatch-released.ts';
import type { Form } from './form.ts';
import { mapMethodForm } from './map-method.ts';
import { pairCarrierForm } from './pair-carrier.ts';

/** Every form that can be sent off; one file each. */
export const forms: readonly Form[] = [
  bindSkuForm,
  classifyPaymentForm,
  dispatchForm,
  dispatchReleasedForm,
  mapMethodForm,
  pairCarrierForm,
];
