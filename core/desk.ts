import { acknowledgeException } from './commands/acknowledge-exception.ts';
import { acknowledgePurchaseOrder } from './commands/acknowledge-purchase-order.ts';
import { addStore } from './commands/add-store.ts';
import { adjustStock } from './commands/adjust-stock.ts';
import { advanceOutbound } from './commands/advance-outbound.ts';
import { autoMatch } from './commands/auto-match.ts';
import { beginAuthorization } from './commands/begin-authorization.ts';
import { bindOrderLines } from './commands/bind-order-lines.ts';
import { bindSku } from './commands/bind-sku.ts';
import { cancelOrder } from './commands/cancel-order.ts';
import { cancelRest } from './commands/cancel-rest.ts';
import { classifyPayment } from './commands/classify-payment.ts';
import { clearOutboundException } from './commands/clear-outbound-exception.ts';
import { closeByHand } from './commands/close-by-hand.ts';
import { completeAuthorization } from './commands/complete-authorization.ts';
import { confirmShipment } from './commands/confirm-shipment.ts';
import { correctAddress } from './commands/correct-address.ts';
import { deleteStore, previewDeleteStore } from './commands/delete-store.ts';
import { dispatchBatch } from './commands/dispatch-batch.ts';
import { dispatchOrder } from './commands/dispatch-order.ts';
import { editStore } from './commands/edit-store.ts';
import { holdOrders } from './commands/hold-orders.ts';
import { importMappings } from './commands/import-mappings.ts';
import { importProducts } from './commands/import-products.ts';
import { listUnpairedCarriers } from './commands/list-unpaired-carriers.ts';
import { loadCarriers } from './commands/load-carriers.ts';
import { loadListings } from './commands/load-listings.ts';
import { manualShip } from './commands/manual-ship.ts';
import { mapShippingMethod } from './commands/map-shipping-method.ts';
import { markOutboundException } from './commands/mark-outbound-exception.ts';
import { markShipped } from './commands/mark-shipped.ts';
import { pairCarrier } from './commands/pair-carrier.ts';
import { previewBindSku } from './commands/preview-bind-sku.ts';
import { previewDispatch } from './commands/preview-dispatch.ts';
import { receiveWebhook } from './commands/receive-webhook.ts';
import { refetchOrders } from './commands/refetch-orders.ts';
import { refreshAuthorization } from './commands/refresh-authorization.ts';
import { requestWebhooks } from './commands/register-webhooks.ts';
import { releaseHolds } from './commands/release-holds.ts';
import { removeRoute } from './commands/remove-route.ts';
import { requestSync } from './commands/request-sync.ts';
import { retryWritebacks } from './commands/retry-writebacks.ts';
import { revokeAuthorization } from './commands/revoke-authorization.ts';
import { saveCarrier } from './commands/save-carrier.ts';
import { saveMerchant } from './commands/save-merchant.ts';
import { saveProduct } from './commands/save-product.ts';
import { saveRoute } from './commands/save-route.ts';
import { saveService } from './commands/save-service.ts';
import { saveShippingChannel } from './commands/save-shipping-channel.ts';
import { saveShippingType } from './commands/save-shipping-type.ts';
import { saveSlackChannel } from './commands/save-slack-channel.ts';
import { saveWarehouse } from './commands/save-warehouse.ts';
import { setStoreStatus } from './commands/set-store-status.ts';
import { settleAuthorizationChoice, showAuthorizationChoice } from './commands/settle-authorization-choice.ts';
import { snoozeUntilMorning } from './commands/snooze-until-morning.ts';
import { assignAlert, giveBackAlert, recountReleased, snoozeAlert, wakeAlert } from './commands/tend-alert.ts';
import { testConnection } from './commands/test-connection.ts';
import { channelJoined, tryChannelAgain } from './commands/try-channel-again.ts';
import { unbindSku } from './commands/unbind-sku.ts';
import { undoCancel } from './commands/undo-cancel.ts';
import { undoDispatch } from './commands/undo-dispatch.ts';
import { updateCredentials } from './commands/update-credentials.ts';
import { makeSignInLink } from './people/make-sign-in-link.ts';
import { changePerson, invitePerson } from './people/save-person.ts';
import { setPersonStatus, signOutEverywhere } from './people/set-person-status.ts';
import { confirmSlackPerson, listSlackPeople, unlinkSlackPerson } from './people/slack-actor.ts';
import type { Ports } from './ports/ports.ts';
import type { ReadingPorts } from './ports/reading.ts';
import { showDigest } from './queries/show-digest.ts';
import { slackChannelChoices, slackRouting } from './queries/slack-routing.ts';

const commands = {
  acknowledgeException,
  acknowledgePurchaseOrder,
  addStore,
  adjustStock,
  advanceOutbound,
  assignAlert,
  giveBackAlert,
  autoMatch,
  beginAuthorization,
  bindOrderLines,
  bindSku,
  cancelOrder,
  cancelRest,
  changePerson,
  channelJoined,
  classifyPayment,
  clearOutboundException,
  closeByHand,
  completeAuthorization,
  confirmShipment,
  confirmSlackPerson,
  correctAddress,
  deleteStore,
  dispatchBatch,
  dispatchOrder,
  editStore,
  holdOrders,
  importMappings,
  importProducts,
  invitePerson,
  listSlackPeople,
  loadCarriers,
  loadListings,
  listUnpairedCarriers,
  makeSignInLink,
  manualShip,
  mapShippingMethod,
  markOutboundException,
  markShipped,
  pairCarrier,
  previewBindSku,
  previewDeleteStore,
  previewDispatch,
  receiveWebhook,
  recountReleased,
  refetchOrders,
  refreshAuthorization,
  releaseHolds,
  removeRoute,
  requestSync,
  requestWebhooks,
  retryWritebacks,
  revokeAuthorization,
  saveCarrier,
  saveMerchant,
  saveProduct,
  saveRoute,
  saveService,
  saveShippingChannel,
  saveShippingType,
  saveSlackChannel,
  saveWarehouse,
  setPersonStatus,
  setStoreStatus,
  settleAuthorizationChoice,
  showAuthorizationChoice,
  signOutEverywhere,
  showDigest,
  slackChannelChoices,
  slackRouting,
  snoozeAlert,
  snoozeUntilMorning,
  testConnection,
  tryChannelAgain,
  unbindSku,
  unlinkSlackPerson,
  undoCancel,
  undoDispatch,
  updateCredentials,
  wakeAlert,
};

/** A command with its ports given. */
export type Bound<Command> = Command extends (ports: never, input: infer Input) => infer Answer
  ? (input: Input) => Answer
  : never;

type Commands = { readonly [Name in keyof typeof commands]: Bound<(typeof commands)[Name]> };

/** All that bot, web and API see of the desk: commands that act, queries that read. */
export interface Desk {
  readonly commands: Commands;
  readonly queries: ReadingPorts;
}

export function createDesk(ports: Ports, queries: ReadingPorts): Desk {
  const bind =
    <Input, Answer>(command: (ports: Ports, input: Input) => Answer) =>
    (input: Input): Answer =>
      command(ports, input);
  const bound = Object.fromEntries(
    // Each keeps its own input: the loop cannot say so, `Commands` does.
    Object.entries(commands).map(([name, command]) => [name, bind(command as (ports: Ports, input: never) => unknown)]),
  ) as Commands;
  return { commands: bound, queries };
}
