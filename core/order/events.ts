import type { LifecycleEvent } from './lifecycle.ts';
import type { OrderStatus } from './types.ts';

export interface LineQuantity {
  readonly orderLineId: string;
  readonly quantity: number;
}

export interface OutboundLineQuantity {
  readonly outboundLineId: string;
  readonly quantity: number;
}

/** What somebody asks of one order. `takesWriteback`: the order's platform wants to be told of shipments. */
export type OrderCommand =
  | {
      readonly type: 'dispatch';
      readonly outboundOrderId: string;
      /** Lines to dispatch that have no recipe, not even from the dialog. */
      readonly unmappedLineIds: readonly string[];
    }
  | { readonly type: 'acknowledge'; readonly accepted: readonly LineQuantity[] }
  | { readonly type: 'reject' }
  | {
      readonly type: 'confirm_shipment';
      readonly outboundOrderId: string;
      /** Empty: all that is left. */
      readonly lines: readonly OutboundLineQuantity[];
      readonly takesWriteback: boolean;
    }
  | { readonly type: 'settle_shipment' }
  | { readonly type: 'mark_shipped' }
  | { readonly type: 'manual_ship'; readonly takesWriteback: boolean }
  | { readonly type: 'cancel' }
  | { readonly type: 'cancel_rest'; readonly takesWriteback: boolean }
  | { readonly type: 'undo_dispatch'; readonly personId: string | null }
  | {
      readonly type: 'undo_cancel';
      readonly personId: string | null;
      /** Recalled by the cancellation, and its stock is still there. */
      readonly revivableOutboundIds: readonly string[];
    }
  | { readonly type: 'close_by_hand' }
  | { readonly type: 'platform_cancelled' }
  | { readonly type: 'platform_shipped' }
  | { readonly type: 'platform_changed' };

/** What is to be recorded. */
export type OrderEvent =
  | { readonly type: 'outbound_created'; readonly outboundOrderId: string; readonly lines: readonly LineQuantity[] }
  | { readonly type: 'outbound_recalled'; readonly outboundOrderId: string }
  | { readonly type: 'outbound_revived'; readonly outboundOrderId: string }
  | {
      readonly type: 'outbound_shipped';
      readonly outboundOrderId: string;
      readonly lines: readonly (OutboundLineQuantity & LineQuantity)[];
    }
  /** What it has not shipped will not ship. */
  | { readonly type: 'outbound_closed'; readonly outboundOrderId: string }
  | { readonly type: 'shipped_by_hand'; readonly lines: readonly LineQuantity[] }
  /** Other tracking for what has left already: takes the place of refused writebacks. */
  | { readonly type: 'reshipped_by_hand'; readonly shipmentIds: readonly string[] }
  | { readonly type: 'lines_accepted'; readonly lines: readonly LineQuantity[] }
  | { readonly type: 'holds_closed'; readonly holdIds: readonly string[]; readonly resolution: string }
  | { readonly type: 'writebacks_closed'; readonly writebackIds: readonly string[] }
  | { readonly type: 'writebacks_repeated'; readonly writebackIds: readonly string[] }
  | { readonly type: 'moved'; readonly on: LifecycleEvent; readonly from: OrderStatus; readonly to: OrderStatus };
