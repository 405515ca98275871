import type { Recipient } from '../order/types.ts';
import type { OutboundRow, OutboundScope } from './list-outbound.ts';

/** What to pick for a line: the recipe as it was at dispatch. */
export interface OutboundComponent {
  readonly productId: string;
  readonly sku: string;
  readonly name: string;
  readonly barcode: string | null;
  /** Warehouse units per platform unit. */
  readonly perUnit: number;
}

export interface OutboundLine {
  readonly id: string;
  readonly orderLineId: string;
  readonly name: string;
  readonly platformSku: string | null;
  /** In the platform's units, as is `quantityShipped`. */
  readonly quantity: number;
  readonly quantityShipped: number;
  readonly components: readonly OutboundComponent[];
}

export interface OutboundShipment {
  readonly id: string;
  readonly carrierName: string;
  readonly service: string | null;
  readonly trackingNumber: string;
  readonly trackingUrl: string | null;
  readonly shippedAt: Date;
  readonly createdBy: string;
  readonly lines: readonly { readonly orderLineId: string; readonly name: string; readonly quantity: number }[];
  /** What the platform was told of it; null where it takes nothing. */
  readonly writeback: {
    readonly state: string;
    readonly errorMessage: string | null;
    readonly nextAttemptAt: Date | null;
    readonly acceptedAt: Date | null;
  } | null;
}

export interface OutboundEvent {
  readonly at: Date;
  readonly actorName: string;
  readonly via: string;
  readonly event: string;
  readonly note: string | null;
}

export interface OutboundDetail extends OutboundRow {
  readonly channelId: string;
  readonly storeId: string;
  readonly createdBy: string;
  readonly pickedAt: Date | null;
  readonly packedAt: Date | null;
  readonly cancelledAt: Date | null;
  readonly exceptionAt: Date | null;
  readonly exceptionBy: string | null;
  readonly buyerNote: string | null;
  /** For the label. Null when it was purged. */
  readonly recipient: Recipient | null;
  readonly labelFile: { readonly id: string; readonly name: string; readonly size: number } | null;
  readonly lines: readonly OutboundLine[];
  readonly shipments: readonly OutboundShipment[];
  readonly events: readonly OutboundEvent[];
}

/** Null for one that does not exist, belongs to another merchant, or lies in a warehouse outside the scope. */
export type ShowOutbound = (input: {
  readonly scopes: readonly OutboundScope[];
  readonly outboundOrderId: string;
}) => Promise<OutboundDetail | null>;

/** The same for several, in the order asked for: pick lists and packing slips. Unknown ones are left out. */
export type ShowOutbounds = (input: {
  readonly scopes: readonly OutboundScope[];
  readonly outboundOrderIds: readonly string[];
}) => Promise<readonly OutboundDetail[]>;

/** The label that was uploaded at dispatch; null as for `ShowOutbound`, or when it was purged. */
export type ReadLabel = (input: {
  readonly scopes: readonly OutboundScope[];
  readonly outboundOrderId: string;
}) => Promise<{ readonly name: string; readonly contentType: string; readonly body: Uint8Array } | null>;
