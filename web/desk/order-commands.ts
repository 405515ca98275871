import type { acknowledgeException } from '../../core/commands/acknowledge-exception.ts';
import type { acknowledgePurchaseOrder } from '../../core/commands/acknowledge-purchase-order.ts';
import type { cancelOrder } from '../../core/commands/cancel-order.ts';
import type { cancelRest } from '../../core/commands/cancel-rest.ts';
import type { closeByHand } from '../../core/commands/close-by-hand.ts';
import type { dispatchBatch } from '../../core/commands/dispatch-batch.ts';
import type { dispatchOrder } from '../../core/commands/dispatch-order.ts';
import type { manualShip } from '../../core/commands/manual-ship.ts';
import type { markShipped } from '../../core/commands/mark-shipped.ts';
import type { previewDispatch } from '../../core/commands/preview-dispatch.ts';
import type { undoCancel } from '../../core/commands/undo-cancel.ts';
import type { undoDispatch } from '../../core/commands/undo-dispatch.ts';
import type { Recipient } from '../../core/order/types.ts';
import type { Actor } from '../../core/people/actor.ts';
import type { Result } from '../../core/result.ts';

/** A command with its ports given. */
type Bound<Command> = Command extends (ports: never, input: infer Input) => infer Answer
  ? (input: Input) => Answer
  : never;

/** Every command is told who asks, for which merchant. */
interface Asked {
  readonly actor: Actor;
  readonly merchantId: string;
}

type Command<Input, Output> = (input: Asked & Input) => Promise<Result<Output>>;

export type SyncMode =
  | { readonly kind: 'immediate' }
  | { readonly kind: 'time_range'; readonly since: Date; readonly until: Date }
  | { readonly kind: 'order_numbers'; readonly numbers: readonly string[] };

export interface Component {
  readonly productId: string;
  readonly quantity: number;
}

export type KeyKind = 'sku' | 'product' | 'barcode';

/** One order of a batch. */
export interface PerOrder {
  readonly orderId: string;
  readonly number: string;
  readonly ok: boolean;
  readonly code?: string | undefined;
  readonly message?: string | undefined;
}

/** What pages about orders call; the desk implements it. */
export interface OrderCommands {
  requestSync: Command<
    { storeIds: readonly string[]; mode: SyncMode; orderKind: 'b2c' | 'b2b' },
    { runs: readonly { runId: string; storeId: string; joined: boolean }[] }
  >;
  previewBindSku: Command<{ storeId: string; keyKind: KeyKind; key: string }, { heldOrders: number }>;
  bindSku: Command<
    { storeId: string; keyKind: KeyKind; key: string; components: readonly Component[] },
    { releasedOrders: number; touchedOrders: number }
  >;
  classifyPayment: Command<
    { storeId: string; paymentMethod: string; class: 'prepaid' | 'cash_on_delivery' | 'blocked' },
    { releasedOrders: number; heldOrders: number }
  >;
  mapShippingMethod: Command<{ storeId: string; method: string; shippingTypeId: string }, { releasedOrders: number }>;
  correctAddress: Command<
    { orderId: string; expectedVersion: number; recipient: Partial<Recipient> },
    { version: number }
  >;
  holdOrders: Command<
    { orderIds: readonly string[]; reason: string; note?: string | undefined; releaseAt?: Date | undefined },
    { results: readonly PerOrder[] }
  >;
  releaseHolds: Command<
    { holdIds?: readonly string[] | undefined; orderIds?: readonly string[] | undefined; note: string },
    { results: readonly PerOrder[] }
  >;
  refetchOrders: Command<{ orderIds: readonly string[] }, { runId: string }>;
  previewDispatch: Bound<typeof previewDispatch>;
  dispatchOrder: Bound<typeof dispatchOrder>;
  dispatchBatch: Bound<typeof dispatchBatch>;
  undoDispatch: Bound<typeof undoDispatch>;
  undoCancel: Bound<typeof undoCancel>;
  markShipped: Bound<typeof markShipped>;
  manualShip: Bound<typeof manualShip>;
  cancelOrder: Bound<typeof cancelOrder>;
  cancelRest: Bound<typeof cancelRest>;
  closeByHand: Bound<typeof closeByHand>;
  acknowledgeException: Bound<typeof acknowledgeException>;
  acknowledgePurchaseOrder: Bound<typeof acknowledgePurchaseOrder>;
}
