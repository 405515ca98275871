import type { Decimal } from '../money.ts';

export const orderStatuses = [
  'pending',
  'acknowledged',
  'processing',
  'partially_shipped',
  'shipped',
  'completed',
  'manual_completed',
  'cancelled',
] as const;
export type OrderStatus = (typeof orderStatuses)[number];

export type OrderKind = 'b2c' | 'b2b';

/**
 * What the platform says about an order, in one word of ours. The raw value is kept beside it.
 * `unpaid` orders are skipped; `unknown` is kept as it came and shipped only by a person's decision.
 */
export const platformStates = ['unpaid', 'open', 'partially_shipped', 'shipped', 'cancelled', 'unknown'] as const;
export type PlatformState = (typeof platformStates)[number];

export interface Recipient {
  readonly name: string | null;
  readonly phone: string | null;
  readonly email: string | null;
  /** ISO 3166-1 alpha-2, upper case. */
  readonly country: string | null;
  readonly state: string | null;
  readonly city: string | null;
  readonly district: string | null;
  readonly address1: string | null;
  readonly address2: string | null;
  readonly zip: string | null;
  /** Convenience-store or locker code, where the order goes to a pickup point. */
  readonly pickupPointCode: string | null;
}

export const recipientFields = [
  'name',
  'phone',
  'email',
  'country',
  'state',
  'city',
  'district',
  'address1',
  'address2',
  'zip',
  'pickupPointCode',
] as const satisfies readonly (keyof Recipient)[];

/** A line as the platform has it. */
export interface PlatformLine {
  readonly platformLineId: string;
  /** Null or empty when the platform gave none. */
  readonly sku: string | null;
  /** The variant id where the platform has variants, else the product id: the key of a line without SKU. */
  readonly platformProductId: string | null;
  readonly name: string;
  readonly barcode: string | null;
  readonly pictureUrl: string | null;
  /** Ordered, less nothing: what was bought. */
  readonly quantity: number;
  readonly quantityCancelled: number;
  /** Shipped according to the platform. */
  readonly quantityShipped: number;
  readonly unitPrice: Decimal | null;
  readonly discountedUnitPrice: Decimal | null;
  /** False for gift cards, services, downloads. */
  readonly requiresShipping: boolean;
}

/** The platform's own unit of fulfilment; every order has at least one. */
export interface PlatformPackage {
  readonly platformPackageId: string;
  readonly location: string | null;
  /** As the platform says it. */
  readonly state: string | null;
  /** True when the platform lets us ship this package now. */
  readonly shippable: boolean;
  readonly lines: readonly {
    readonly platformLineId: string;
    /** The platform's id of this line inside the package, where it has one (Shopify: fulfillment order line item). */
    readonly platformPackageLineId: string | null;
    /** Still to be shipped in this package. */
    readonly quantity: number;
  }[];
}

/** Why the platform itself says "do not ship" (yet); becomes a hold of origin `platform`. */
export interface PlatformHold {
  readonly code: 'platform_hold' | 'scheduled' | 'cancellation_requested' | 'payment_blocked';
  /** What it is about, e.g. the package id or the risk level; distinguishes several holds of one code. */
  readonly subject: string;
  /** The platform's words. */
  readonly reason: string;
}

/** An order as the platform has it, in our shape: what a connector's `map.ts` returns. None of it is invented. */
export interface PlatformOrder {
  readonly platformOrderId: string;
  readonly platformOrderNumber: string;
  readonly sourceChannel: string | null;
  readonly kind: OrderKind;
  /** As the platform said it, e.g. `PAID/UNFULFILLED`. */
  readonly platformStatus: string;
  readonly platformState: PlatformState;
  /** When the platform last changed it (UTC): older data never overwrites newer. */
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
  /** The platform's name of the payment type, e.g. `cod`, `shopify_payments`; what a classification is keyed by. */
  readonly paymentMethod: string | null;
  /** `online`: the platform has a record that money arrived; `cash_on_delivery`: it says so itself; else `unknown`. */
  readonly paymentRecord: 'online' | 'cash_on_delivery' | 'unknown';
  readonly codAmount: Decimal | null;
  /** The platform's shipping method, what a method mapping is keyed by. */
  readonly shippingMethod: string | null;
  readonly shippingProvider: string | null;
  readonly buyerNote: string | null;
  readonly tags: readonly string[];
  /** Who fulfils it: `platform` (FBA, WFS …) and `other_warehouse` orders are outside the desk's scope. */
  readonly fulfilledBy: 'merchant' | 'platform' | 'other_warehouse';
  readonly recipient: Recipient | null;
  readonly lines: readonly PlatformLine[];
  readonly packages: readonly PlatformPackage[];
  readonly holds: readonly PlatformHold[];
}

export const holdCodes = [
  'sku_missing',
  'sku_unmapped',
  'payment_unknown',
  'payment_blocked',
  'shipping_method_missing',
  'shipping_method_unmapped',
  'address_incomplete',
  'no_shippable_items',
  'cancellation_requested',
  'stock_short',
  'platform_hold',
  'scheduled',
  'operator_hold',
] as const;
export type HoldCode = (typeof holdCodes)[number];

/** `derived` from order, mappings and settings; said by the `platform`; set by a `person`; found at `dispatch`. */
export type HoldOrigin = 'derived' | 'platform' | 'person' | 'dispatch';

/** A hold before it is a row. `subject` is which SKU, payment type, method, field list; '' where there is only one. */
export interface HoldReason {
  readonly code: HoldCode;
  readonly origin: HoldOrigin;
  readonly subject: string;
  /** Names for the screen text, e.g. the missing fields, the product's name; no recipient data. */
  readonly detail: Readonly<Record<string, string>>;
}

export const exceptionCodes = [
  'dispatch_failed',
  'label_failed',
  'acceptance_failed',
  'writeback_failed',
  'cancellation_failed',
  'writeback_unconfirmed',
  'carrier_unpaired',
  'platform_cancelled_after_dispatch',
  'platform_shipped_elsewhere',
  'platform_changed_after_dispatch',
  'warehouse_exception',
] as const;
export type ExceptionCode = (typeof exceptionCodes)[number];
