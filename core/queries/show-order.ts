import type { Decimal } from '../money.ts';
import type { LastDeed, OutboundStatus, Recall, WritebackKind, WritebackState } from '../order/order-state.ts';
import type {
  ExceptionCode,
  HoldCode,
  HoldOrigin,
  OrderKind,
  OrderStatus,
  PlatformState,
  Recipient,
} from '../order/types.ts';

export interface OrderLineView {
  readonly id: string;
  readonly position: number;
  readonly platformLineId: string;
  readonly sku: string | null;
  readonly platformProductId: string | null;
  readonly name: string;
  readonly barcode: string | null;
  readonly pictureUrl: string | null;
  readonly quantity: number;
  readonly quantityCancelled: number;
  readonly quantityShipped: number;
  readonly quantityAccepted: number | null;
  /** Not shipped when the rest of the order was cancelled here, or the order closed by hand. */
  readonly quantityAbandoned: number;
  /** In live outbound orders, shipped ones included. */
  readonly quantityOutbound: number;
  readonly unitPrice: Decimal | null;
  readonly discountedUnitPrice: Decimal | null;
  readonly requiresShipping: boolean;
  readonly removedAt: Date | null;
  /** Warehouse SKUs × quantity: of the dispatch when dispatched, else of the mapping in force; empty: not mapped. */
  readonly components: readonly {
    readonly productId: string;
    readonly sku: string;
    readonly name: string;
    readonly quantity: number;
  }[];
}

export interface HoldView {
  readonly id: string;
  readonly code: HoldCode;
  readonly origin: HoldOrigin;
  readonly subject: string;
  readonly detail: Readonly<Record<string, string>>;
  readonly openedAt: Date;
  readonly openedBy: string;
  readonly releaseAt: Date | null;
  readonly note: string | null;
  readonly closedAt: Date | null;
  readonly closedBy: string | null;
  readonly resolution: string | null;
  readonly resolutionNote: string | null;
}

export interface ExceptionView {
  readonly id: string;
  readonly code: ExceptionCode;
  readonly subject: string;
  readonly message: string;
  readonly platformCode: string | null;
  readonly platformMessage: string | null;
  /** Where the goods were to go before the platform changed the address; null: it did not, or purged. */
  readonly previousRecipient: Recipient | null;
  readonly openedAt: Date;
  readonly closedAt: Date | null;
  readonly closedBy: string | null;
  readonly resolution: string | null;
}

export interface OrderOutbound {
  readonly id: string;
  readonly number: string;
  readonly status: OutboundStatus;
  readonly recall: Recall;
  readonly warehouseName: string;
  readonly channelName: string;
  readonly carrierName: string;
  readonly serviceLevel: string;
  readonly trackingNumber: string | null;
  readonly codAmount: Decimal | null;
  readonly exceptionReason: string | null;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly createdByPersonId: string | null;
  readonly units: number;
  readonly unitsShipped: number;
}

export interface OrderShipment {
  readonly id: string;
  readonly outboundNumber: string | null;
  readonly carrierId: string | null;
  readonly carrierName: string;
  readonly service: string | null;
  readonly trackingNumber: string;
  readonly trackingUrl: string | null;
  readonly shippedAt: Date;
  readonly createdBy: string;
  readonly units: number;
  /** The platform refused it, and a person shipped by hand what it held; null: it stands. */
  readonly replacedBy: { readonly trackingNumber: string; readonly createdBy: string } | null;
}

export interface OrderWriteback {
  readonly id: string;
  readonly kind: WritebackKind;
  readonly state: WritebackState;
  readonly shipmentId: string | null;
  readonly attempts: number;
  readonly nextAttemptAt: Date | null;
  readonly errorCode: string | null;
  /** What went wrong, in words; the platform's own where it gave some. */
  readonly errorMessage: string | null;
  /** Accepted, but a read-back did not see it. */
  readonly isUnconfirmed: boolean;
  readonly acceptedAt: Date | null;
  readonly confirmedAt: Date | null;
}

export interface OrderEventView {
  readonly id: string;
  readonly at: Date;
  readonly actorName: string;
  readonly via: string;
  readonly event: string;
  readonly before: Readonly<Record<string, unknown>> | null;
  readonly after: Readonly<Record<string, unknown>> | null;
  readonly note: string | null;
}

export interface OrderDetail {
  readonly id: string;
  readonly merchantId: string;
  readonly kind: OrderKind;
  readonly number: string;
  readonly platformOrderId: string;
  readonly storeId: string;
  readonly storeName: string;
  readonly storeStatus: string;
  readonly platform: string;
  readonly sourceChannel: string | null;
  readonly status: OrderStatus;
  readonly version: number;
  readonly platformStatus: string;
  readonly platformState: PlatformState;
  readonly platformUpdatedAt: Date;
  readonly orderedAt: Date;
  readonly paidAt: Date | null;
  readonly shipBy: Date | null;
  readonly currency: string;
  readonly itemsAmount: Decimal | null;
  readonly shippingAmount: Decimal | null;
  readonly taxAmount: Decimal | null;
  readonly discountAmount: Decimal | null;
  readonly totalAmount: Decimal | null;
  readonly paymentMethod: string | null;
  readonly paymentRecord: string;
  /** Of (store, payment method); null: not classified. */
  readonly paymentClass: string | null;
  readonly codAmount: Decimal | null;
  readonly shippingMethod: string | null;
  readonly shippingProvider: string | null;
  readonly shippingTypeName: string | null;
  readonly buyerNote: string | null;
  readonly tags: readonly string[];
  readonly warehouseName: string | null;
  readonly channelName: string | null;
  readonly carrierName: string | null;
  readonly wmsShippingCost: Decimal | null;
  readonly dispatchedAt: Date | null;
  readonly shippedAt: Date | null;
  readonly completedAt: Date | null;
  readonly cancelledAt: Date | null;
  readonly seenAt: Date;
  readonly createdAt: Date;
  /** In force: the correction where there is one. Null: purged, or never given. */
  readonly recipient: Recipient | null;
  /** As the platform gave it, where it was corrected; else null. */
  readonly originalRecipient: Recipient | null;
  readonly recipientPurgedAt: Date | null;
  readonly lines: readonly OrderLineView[];
  readonly packages: readonly {
    readonly id: string;
    readonly platformPackageId: string;
    readonly location: string | null;
    readonly state: string | null;
    readonly shippable: boolean;
    readonly lines: readonly { readonly platformLineId: string; readonly quantity: number }[];
  }[];
  /** Open ones first, then the closed, newest first. */
  readonly holds: readonly HoldView[];
  readonly exceptions: readonly ExceptionView[];
  readonly outbounds: readonly OrderOutbound[];
  readonly shipments: readonly OrderShipment[];
  readonly writebacks: readonly OrderWriteback[];
  /** The last dispatch or cancellation, when nothing came after it: what an undo takes back. */
  readonly lastDeed: LastDeed | null;
  /** Newest first, at most 200. */
  readonly history: readonly OrderEventView[];
}

/** Null for an order that does not exist or belongs to another merchant. */
export type ShowOrder = (input: {
  readonly merchantIds: readonly string[];
  readonly orderId: string;
}) => Promise<OrderDetail | null>;
