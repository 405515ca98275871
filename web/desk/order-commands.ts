import type { HoldCode, Recipient } from '../../core/order/types.ts';
import type { Actor } from '../../core/people/actor.ts';
import type { Result } from '../../core/result.ts';

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
  readonly outboundNumber?: string | undefined;
  readonly code?: string | undefined;
  readonly message?: string | undefined;
}

export interface PreviewWarehouse {
  readonly id: string;
  readonly name: string;
  readonly channels: readonly PreviewChannel[];
  /** By line; empty while the line is not mapped. */
  readonly stock: readonly { readonly lineId: string; readonly needed: number; readonly available: number }[];
}

export interface PreviewChannel {
  readonly id: string;
  readonly name: string;
  readonly carrierName: string;
  readonly serviceLevel: string;
  readonly selfPickup: boolean;
  readonly cashOnDelivery: boolean;
}

export interface DispatchPreview {
  readonly orderId: string;
  readonly version: number;
  readonly warehouses: readonly PreviewWarehouse[];
  readonly suggested: { readonly warehouseId: string | null; readonly shippingChannelId: string | null };
  /** Holds that the dispatch itself cannot cure, and other reasons why it would be refused. */
  readonly blocks: readonly { readonly code: HoldCode | string; readonly message: string }[];
  readonly warnings: readonly string[];
}

export type OrderAction =
  | 'dispatch'
  | 'acknowledge'
  | 'mark_shipped'
  | 'manual_ship'
  | 'cancel'
  | 'cancel_rest'
  | 'close_by_hand'
  | 'correct_address'
  | 'hold'
  | 'release'
  | 'refetch';

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
  previewDispatch: Command<{ orderId: string }, DispatchPreview>;
  dispatchOrder: Command<
    {
      orderId: string;
      expectedVersion: number;
      warehouseId: string;
      shippingChannelId: string;
      bindings?: readonly { lineId: string; components: readonly Component[] }[] | undefined;
      label?: { name: string; body: Uint8Array } | undefined;
      trackingNumber?: string | undefined;
      override?: { note: string } | undefined;
    },
    { outboundOrderId: string; outboundNumber: string; version: number }
  >;
  dispatchBatch: Command<
    { orderIds: readonly string[]; warehouseId: string; shippingChannelId: string },
    { runId: string; results?: readonly PerOrder[] | undefined }
  >;
  undoDispatch: Command<{ orderId: string }, unknown>;
  undoCancel: Command<{ orderId: string }, unknown>;
  markShipped: Command<{ orderIds: readonly string[] }, { results: readonly PerOrder[] }>;
  manualShip: Command<
    {
      orderId: string;
      expectedVersion: number;
      trackingNumber: string;
      carrier: { id: string } | { name: string };
      service?: string | undefined;
    },
    unknown
  >;
  cancelOrder: Command<{ orderId: string; expectedVersion: number; atPlatform: boolean; reason: string }, unknown>;
  cancelRest: Command<{ orderId: string; expectedVersion: number; reason: string }, unknown>;
  closeByHand: Command<{ orderId: string; expectedVersion: number; reason: string }, unknown>;
  acknowledgeException: Command<{ exceptionId: string }, unknown>;
  acknowledgePurchaseOrder: Command<
    {
      orderId: string;
      expectedVersion: number;
      decision: 'accept_all' | 'partial' | 'reject_all';
      warehouseId: string;
      lines: readonly { lineId: string; accepted: number; reason?: string | undefined }[];
    },
    unknown
  >;
}
