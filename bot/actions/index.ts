import type { Action } from './action.ts';
import { assignToMe } from './assign-to-me.ts';
import { bindSku } from './bind-sku.ts';
import { classifyPayment } from './classify-payment.ts';
import { dispatch } from './dispatch.ts';
import { mapMethod } from './map-method.ts';
import { markShipped } from './mark-shipped.ts';
import { openDashboard } from './open-dashboard.ts';
import { snooze } from './snooze.ts';
import { stormCauses } from './storm-causes.ts';

/** Every button of every message and form; one file each. */
export const actions: readonly Action[] = [
  assignToMe,
  bindSku,
  classifyPayment,
  dispatch,
  mapMethod,
  markShipped,
  openDashboard,
  snooze,
  stormCauses,
];
