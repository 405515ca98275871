import type { WritebackKind, WritebackState } from '../order/order-state.ts';
import type { Recipient } from '../order/types.ts';
import type { CarrierChoice } from '../shipment/carrier-choice.ts';
import type { Tx } from './database.ts';

export interface NewShipment {
  readonly id: string;
  readonly orderId: string;
  readonly outboundOrderId: string | null;
  readonly carrierId: string | null;
  readonly carrierName: string;
  readonly service: string | null;
  readonly trackingNumber: string;
  readonly shippedAt: Date;
  readonly lines: readonly { readonly orderLineId: string; readonly quantity: number }[];
}

/** A shipment that carries the number of another. */
export interface SameNumber {
  readonly shipmentId: string;
  readonly orderId: string;
  readonly orderNumber: string;
  readonly carrierName: string;
  readonly shippedAt: Date;
}

export interface ShipmentRepository {
  create(tx: Tx, merchantId: string, shipments: readonly NewShipment[], createdBy: string): Promise<void>;
  /** These were refused, and are told as that one instead. */
  replace(tx: Tx, merchantId: string, shipmentIds: readonly string[], replacedById: string): Promise<void>;
  /** Σ of the lines of these shipments, by order line. */
  linesOf(
    tx: Tx,
    merchantId: string,
    shipmentIds: readonly string[],
  ): Promise<{ orderLineId: string; quantity: number }[]>;
  /** Shipments of the order that no writeback tells, newest last. */
  untold(tx: Tx, merchantId: string, orderId: string): Promise<{ id: string }[]>;
  /**
   * The merchant's shipments with this number (in either case) and carrier, newest first, at most 20. Until the end of
   * the transaction nobody else gets an answer about the same number.
   */
  withNumber(
    tx: Tx,
    merchantId: string,
    parcel: { readonly carrierId: string | null; readonly carrierName: string; readonly trackingNumber: string },
  ): Promise<SameNumber[]>;
}

export interface WritebackRow {
  readonly id: string;
  readonly merchantId: string;
  readonly storeId: string;
  readonly authorizationId: string;
  readonly orderId: string;
  readonly shipmentId: string | null;
  readonly kind: WritebackKind;
  readonly state: WritebackState;
  readonly reason: string | null;
  readonly attempts: number;
  readonly nextAttemptAt: Date | null;
  readonly sendingSince: Date | null;
  readonly mayHaveArrived: boolean;
  readonly errorKind: string | null;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
  readonly platformShipmentId: string | null;
  readonly acceptedAt: Date | null;
  readonly confirmedAt: Date | null;
}

export type WritebackChange = Partial<
  Omit<WritebackRow, 'id' | 'merchantId' | 'storeId' | 'orderId' | 'shipmentId' | 'kind' | 'authorizationId'>
>;

/** Everything that a shipment writeback tells, besides the carrier's name at the platform. */
export interface WritebackMessage {
  readonly platform: string;
  readonly platformOrderId: string;
  readonly platformOrderNumber: string;
  /** Null for cancellations. */
  readonly shipment: {
    readonly id: string;
    readonly trackingNumber: string;
    readonly carrierId: string | null;
    readonly carrierName: string;
    /** With `{number}`. */
    readonly trackingUrl: string | null;
    readonly service: string | null;
    readonly shippedAt: Date;
    readonly byHand: boolean;
    readonly lines: readonly { readonly platformLineId: string; readonly quantity: number }[];
    /** All that was ever shipped of the order, this one included; for platforms that take one shipment an order. */
    readonly allLines: readonly { readonly platformLineId: string; readonly quantity: number }[];
    readonly completesOrder: boolean;
  } | null;
  /** The platform's code and name of the carrier, listed or typed, where the store has paired it. */
  readonly pairing: { readonly platformCode: string; readonly platformName: string } | null;
}

export interface NewWriteback {
  readonly id: string;
  readonly storeId: string;
  readonly authorizationId: string;
  readonly orderId: string;
  readonly shipmentId: string | null;
  readonly kind: WritebackKind;
  readonly reason: string | null;
}

/** What a queue needs to know of a writeback. */
export interface QueuedWriteback {
  readonly id: string;
  readonly merchantId: string;
  readonly authorizationId: string;
  readonly orderId: string;
}

export interface WritebackRepository {
  create(tx: Tx, merchantId: string, rows: readonly NewWriteback[], at: Date): Promise<void>;
  /** Locks the row; null when it is not the merchant's. */
  lock(tx: Tx, merchantId: string, writebackId: string): Promise<WritebackRow | null>;
  find(tx: Tx, merchantId: string, writebackId: string): Promise<WritebackRow | null>;
  change(tx: Tx, merchantId: string, writebackId: string, change: WritebackChange, at: Date): Promise<void>;
  message(tx: Tx, merchantId: string, writebackId: string): Promise<WritebackMessage | null>;
  /** As the platform gave it, and as it was corrected: what must not be kept of the platform's words. */
  recipients(tx: Tx, merchantId: string, orderId: string): Promise<readonly Recipient[]>;
  /** To `pending`, to be sent at once; gives back what to queue. */
  repeat(tx: Tx, merchantId: string, writebackIds: readonly string[], at: Date): Promise<QueuedWriteback[]>;
  close(tx: Tx, merchantId: string, writebackIds: readonly string[], at: Date): Promise<void>;
  /** Keeps the authorization from being mended until the transaction ends: what is parked after this is resumed. */
  isAuthorized(tx: Tx, merchantId: string, authorizationId: string): Promise<boolean>;
  /** `pending`, `retry` → `parked`, for the whole authorization. What was never sent keeps the time that it waits for. */
  park(tx: Tx, merchantId: string, authorizationId: string, at: Date): Promise<number>;
  /** `parked` → `pending`, for the whole authorization. */
  resume(
    tx: Tx,
    authorizationId: string,
    at: Date,
  ): Promise<(QueuedWriteback & { readonly nextAttemptAt: Date | null })[]>;
  /**
   * Failed ones of a store and kind with this code; without one those that people were told of and the desk goes on trying,
   * whatever was said last. Locked in id order; with a carrier those of its shipments, with a typed name also those of a
   * listed one of that name that has no pairing of its own.
   */
  failed(
    tx: Tx,
    merchantId: string,
    storeId: string,
    cause: {
      readonly kind: WritebackKind;
      readonly errorCode: string | null;
      readonly carrier?: CarrierChoice | undefined;
    },
  ): Promise<(QueuedWriteback & { orderNumber: string })[]>;
  /** Whether a shipment of the order, told by another writeback, waits for the pairing of a carrier of this name. */
  isCarrierAwaited(
    tx: Tx,
    merchantId: string,
    orderId: string,
    which: { readonly carrierName: string; readonly besides: string },
  ): Promise<boolean>;
  /** Of all merchants: should have been sent before `before`, and no job is there that would do it. */
  lost(tx: Tx, before: Date, limit: number): Promise<QueuedWriteback[]>;
  /** A store's authorization; null when the store is not the merchant's. */
  store(
    tx: Tx,
    merchantId: string,
    storeId: string,
  ): Promise<{ authorizationId: string; platform: string; name: string } | null>;
}
