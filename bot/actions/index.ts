import { acknowledge } from './acknowledge.ts';
import type { Action } from './action.ts';
import { assignToMe } from './assign-to-me.ts';
import { batchPage } from './batch-page.ts';
import { bindPart } from './bind-part.ts';
import { bindSku } from './bind-sku.ts';
import { cancelOrder } from './cancel-order.ts';
import { cancelRest } from './cancel-rest.ts';
import { changeRule } from './change-rule.ts';
import { classifyPayment } from './classify-payment.ts';
import { closeByHand } from './close-by-hand.ts';
import { correctAddress } from './correct-address.ts';
import { dispatch } from './dispatch.ts';
import { dispatchReleased } from './dispatch-released.ts';
import { findOrder } from './find-order.ts';
import { findPageAction } from './find-page.ts';
import { giveBack } from './give-back.ts';
import { manualShip } from './manual-ship.ts';
import { mapMethod } from './map-method.ts';
import { markShipped } from './mark-shipped.ts';
import { openDashboard } from './open-dashboard.ts';
import { orderDetails } from './order-details.ts';
import { orderDetailsTurn } from './order-details-turn.ts';
import { ordersPage } from './orders-page.ts';
import { pairCarrier } from './pair-carrier.ts';
import { refetch } from './refetch.ts';
import { refreshToken } from './refresh-token.ts';
import { releaseHold } from './release-hold.ts';
import { runCommand } from './run-command.ts';
import { showOrders } from './show-orders.ts';
import { snooze } from './snooze.ts';
import { snoozeMorning } from './snooze-morning.ts';
import { stormCauses } from './storm-causes.ts';
import { syncNow } from './sync-now.ts';
import { testConnection } from './test-connection.ts';
import { undoBind } from './undo-bind.ts';
import { undoOrder } from './undo-order.ts';
import { wake } from './wake.ts';
import { why } from './why.ts';

/** Every button of every message and form; one file each. */
export const actions: readonly Action[] = [
  acknowledge,
  assignToMe,
  batchPage,
  bindPart,
  bindSku,
  cancelOrder,
  cancelRest,
  changeRule,
  classifyPayment,
  closeByHand,
  correctAddress,
  dispatch,
  dispatchReleased,
  manualShip,
  findOrder,
  findPageAction,
  giveBack,
  mapMethod,
  markShipped,
  openDashboard,
  orderDetails,
  orderDetailsTurn,
  ordersPage,
  pairCarrier,
  refetch,
  refreshToken,
  releaseHold,
  runCommand,
  showOrders,
  snooze,
  snoozeMorning,
  stormCauses,
  syncNow,
  testConnection,
  undoBind,
  undoOrder,
  wake,
  why,
];
