import { acknowledgeExceptionForm } from './acknowledge-exception.ts';
import { bindSkuForm } from './bind-sku.ts';
import { cancelOrderForm } from './cancel-order.ts';
import { classifyPaymentForm } from './classify-payment.ts';
import { correctAddressForm } from './correct-address.ts';
import { dispatchForm } from './dispatch.ts';
import { dispatchReleasedForm } from './dispatch-released.ts';
import { findOrderForm } from './find-order.ts';
import type { Form } from './form.ts';
import { manualShipForm } from './manual-ship.ts';
import { mapMethodForm } from './map-method.ts';
import { pairCarrierForm } from './pair-carrier.ts';
import { cancelRestForm, closeByHandForm } from './reason.ts';
import { releaseHoldForm } from './release-hold.ts';

/** Every form that can be sent off; one file each. */
export const forms: readonly Form[] = [
  acknowledgeExceptionForm,
  bindSkuForm,
  cancelOrderForm,
  cancelRestForm,
  classifyPaymentForm,
  closeByHandForm,
  correctAddressForm,
  dispatchForm,
  dispatchReleasedForm,
  findOrderForm,
  manualShipForm,
  mapMethodForm,
  pairCarrierForm,
  releaseHoldForm,
];
