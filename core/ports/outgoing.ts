import type { Decimal } from '../money.ts';
import type {
  LastDeed,
  OrderState,
  OutboundStatus,
  Recall,
  WritebackKind,
  WritebackState,
} from '../order/order-state.ts';
import type { ExceptionCode, HoldCode, OrderStatus } from '../order/types.ts';
import type { Actor } from '../people/actor.ts';
import type { Tx } from './database.ts';

/** An order as the outgoing commands see it, its row locked where they write. */
export interface LockedOrder extends OrderState {
  readonly merchantId: string;
  readonly storeId: string;
  readonly storeName: string;
  readonly platform: string;
  readonly authorizationId: string;
  /** IANA zone in which times are told to the merchant's people. */
  readonly timezone: string;
  readonly platformOrderId: string;
  readonly currency: string;
  readonly codAmount: Decimal | null;
  readonly totalAmount: Decimal | null;
  readonly paymentMethod: string | null;
  readonly paymentRecord: 'online' | 'cash_on_delivery' | 'unknown';
  readonly paymentClass: 'prepaid' | 'cash_on_delivery' | 'blocked' | null;
  readonly storeSettings: Readonly<Record<string, string>>;
  /** How the store's sales channel matches lines. */
  readonly matchBy: 'sku' | 'barcode';
  readonly syncedUntil: Date | null;
  readonly freshnessSeconds: number;
  readonly warehouseId: string | null;
  readonly shippingChannelId: string | null;
  readonly touchedAt: Date | null;
  readonly acknowledgedAt: Date | null;
  readonly dispatchedAt: Date | null;
  readonly shippedAt: Date | null;
  readonly completedAt: Date | null;
  readonly cancelledAt: Date | null;
}

/** What an order's row becomes. */
export interface OrderRowChange {
  readonly orderId: string;
  readonly status: OrderStatus;
  readonly version: number;
  readonly warehouseId: string | null;
  readonly shippingChannelId: string | null;
  readonly touchedAt: Date | null;
  readonly acknowledgedAt: Date | null;
  readonly dispatchedAt: Date | null;
  readonly shippedAt: Date | null;
  readonly completedAt: Date | null;
  readonly cancelledAt: Date | null;
}

/** Stock that an acknowledged purchase order claims before it has an outbound order. */
export interface AcknowledgedStock {
  readonly warehouseId: string;
  readonly parts: readonly { readonly productId: string; readonly quantity: number }[];
}

/** Who last changed an order, and how; from the history. */
export interface LastMove {
  readonly actorName: string;
  readonly via: string;
  readonly at: Date;
  readonly event: string;
}

export interface OrderLockRepository {
  /** Locks the rows in id order, then loads. Ids of other merchants and unknown ones are left out. */
  lock(tx: Tx, merchantId: string, orderIds: readonly string[]): Promise<LockedOrder[]>;
  /** The same without locks: for previews and for what happens before the transaction. */
  read(tx: Tx, merchantId: string, orderIds: readonly string[]): Promise<LockedOrder[]>;
  /** By order id; orders whose last move was neither a dispatch nor a cancellation are left out. */
  lastDeeds(tx: Tx, merchantId: string, orderIds: readonly string[]): Promise<Map<string, LastDeed>>;
  lastMove(tx: Tx, merchantId: string, orderId: string): Promise<LastMove | null>;
  save(tx: Tx, merchantId: string, changes: readonly OrderRowChange[], at: Date): Promise<void>;
  /** Adds to what we shipped of order lines. */
  addShipped(
    tx: Tx,
    merchantId: string,
    lines: readonly { readonly orderLineId: string; readonly quantity: number }[],
  ): Promise<void>;
  /** b2b: sets what was accepted; lines that are not named are accepted with 0. */
  setAccepted(
    tx: Tx,
    merchantId: string,
    orderId: string,
    lines: readonly { readonly orderLineId: string; readonly quantity: number }[],
  ): Promise<void>;
  /**
   * b2b, read from the history (`after.stock` of its events): the stock that the acknowledgment claims now, and what it
   * claimed last; `now` is null once a dispatch or a cancellation took it over.
   */
  acknowledgedStock(
    tx: Tx,
    merchantId: string,
    orderId: string,
  ): Promise<{ now: AcknowledgedStock | null; last: AcknowledgedStock | null }>;
}

/** The recipe of one key of a store: what one unit of the platform's is in warehouse units. */
export interface Recipe {
  readonly storeId: string;
  readonly keyKind: 'sku' | 'product' | 'barcode';
  readonly key: string;
  readonly mappingId: string;
  /** Never empty. `enabled` is the product's. */
  readonly components: readonly {
    readonly productId: string;
    readonly sku: string;
    readonly quantity: number;
  }[];
}

export interface DispatchTarget {
  readonly warehouse: {
    readonly id: string;
    readonly code: string;
    readonly name: string;
    readonly kind: 'own' | 'external';
    readonly enabled: boolean;
    readonly allowsBackorder: boolean;
    /** Enabled services of this merchant there. */
    readonly services: readonly ('dropship' | 'b2b')[];
  };
  readonly channel: DispatchChannel;
}

export interface DispatchChannel {
  readonly id: string;
  readonly warehouseId: string;
  readonly name: string;
  readonly carrierId: string;
  readonly carrierName: string;
  readonly serviceLevel: string;
  readonly selfPickup: boolean;
  readonly cashOnDelivery: boolean;
  readonly enabled: boolean;
}

export interface NewOutboundOrder {
  readonly id: string;
  readonly orderId: string;
  readonly storeId: string;
  readonly warehouseId: string;
  readonly shippingChannelId: string;
  readonly codAmount: Decimal | null;
  readonly currency: string;
  readonly trackingNumber: string | null;
  readonly labelFileId: string | null;
  readonly lines: readonly {
    readonly id: string;
    readonly orderLineId: string;
    readonly quantity: number;
    readonly mappingId: string;
    readonly components: readonly { readonly productId: string; readonly perUnit: number }[];
  }[];
}

export interface OutboundChange {
  readonly outboundOrderId: string;
  readonly status: OutboundStatus;
  readonly recall: Recall;
  /** Undefined: as it is. */
  readonly exceptionReason?: string | null | undefined;
  readonly by: string;
}

export interface OutboundRepository {
  target(tx: Tx, merchantId: string, warehouseId: string, shippingChannelId: string): Promise<DispatchTarget | null>;
  /** Every enabled warehouse where the merchant has a service, with its enabled channels. */
  targets(
    tx: Tx,
    merchantId: string,
  ): Promise<{ warehouse: DispatchTarget['warehouse']; channels: DispatchChannel[] }[]>;
  recipes(tx: Tx, merchantId: string, keys: readonly Pick<Recipe, 'storeId' | 'keyKind' | 'key'>[]): Promise<Recipe[]>;
  /** All in a few statements; the numbers by id. */
  create(
    tx: Tx,
    merchantId: string,
    orders: readonly NewOutboundOrder[],
    by: Pick<Actor, 'personId' | 'name'>,
    at: Date,
  ): Promise<Map<string, number>>;
  change(tx: Tx, merchantId: string, changes: readonly OutboundChange[], at: Date): Promise<void>;
  addShipped(
    tx: Tx,
    merchantId: string,
    lines: readonly { readonly outboundLineId: string; readonly quantity: number }[],
  ): Promise<void>;
  /** Which sales order an outbound order belongs to, and where it is; null when there is none of this merchant. */
  find(
    tx: Tx,
    merchantId: string,
    outboundOrderId: string,
  ): Promise<{ orderId: string; warehouseId: string; shippingChannelId: string } | null>;
  saveLabel(
    tx: Tx,
    merchantId: string,
    file: { readonly id: string; readonly name: string; readonly body: Uint8Array; readonly purgeAt: Date },
  ): Promise<void>;
}

export interface StockKey {
  readonly warehouseId: string;
  readonly productId: string;
}

export interface StockLevel extends StockKey {
  readonly onHand: number;
  readonly allocated: number;
}

export interface StockMovement extends StockKey {
  readonly kind: 'receive' | 'adjust' | 'allocate' | 'release' | 'ship';
  readonly onHandDelta: number;
  readonly allocatedDelta: number;
  readonly outboundOrderId: string | null;
  readonly note?: string | undefined;
}

export interface InventoryRepository {
  /** Locks in (warehouse, product) order; rows that do not exist yet are made with zeros. */
  lockLevels(tx: Tx, merchantId: string, keys: readonly StockKey[]): Promise<StockLevel[]>;
  /** Levels without locks; missing rows count as zero and are left out. */
  levels(tx: Tx, merchantId: string, productIds: readonly string[]): Promise<StockLevel[]>;
  /** Locks like `lockLevels`, applies the sums, and writes one ledger row a movement. */
  move(
    tx: Tx,
    merchantId: string,
    movements: readonly StockMovement[],
    by: Pick<Actor, 'name' | 'via'>,
    at: Date,
  ): Promise<void>;
}

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

export interface ShipmentRepository {
  create(tx: Tx, merchantId: string, shipments: readonly NewShipment[], createdBy: string): Promise<void>;
  /** Σ of the lines of these shipments, by order line. */
  linesOf(
    tx: Tx,
    merchantId: string,
    shipmentIds: readonly string[],
  ): Promise<{ orderLineId: string; quantity: number }[]>;
  /** Shipments of the order that no writeback tells, newest last. */
  untold(tx: Tx, merchantId: string, orderId: string): Promise<{ id: string }[]>;
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
  /** The platform's code and name of the carrier, where the store has paired it. */
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
  /** To `pending`, to be sent at once; gives back what to queue. */
  repeat(tx: Tx, merchantId: string, writebackIds: readonly string[], at: Date): Promise<QueuedWriteback[]>;
  close(tx: Tx, merchantId: string, writebackIds: readonly string[], at: Date): Promise<void>;
  /** Keeps the authorization from being mended until the transaction ends: what is parked after this is resumed. */
  isAuthorized(tx: Tx, merchantId: string, authorizationId: string): Promise<boolean>;
  /** `pending`, `retry` → `parked`, for the whole authorization. */
  park(tx: Tx, merchantId: string, authorizationId: string, at: Date): Promise<number>;
  /** `parked` → `pending`, for the whole authorization. */
  resume(tx: Tx, authorizationId: string, at: Date): Promise<QueuedWriteback[]>;
  /** Failed ones of a store with this code, locked in id order. */
  failed(
    tx: Tx,
    merchantId: string,
    storeId: string,
    errorCode: string,
    carrierId?: string,
  ): Promise<(QueuedWriteback & { orderNumber: string })[]>;
  /** Of all merchants: should have been sent before `before`, and no job is there that would do it. */
  lost(tx: Tx, before: Date, limit: number): Promise<QueuedWriteback[]>;
  /** A store's authorization; null when the store is not the merchant's. */
  store(
    tx: Tx,
    merchantId: string,
    storeId: string,
  ): Promise<{ authorizationId: string; platform: string; name: string } | null>;
}

export interface NewException {
  readonly orderId: string;
  readonly storeId: string;
  readonly code: ExceptionCode;
  /** '' where there is only one of its code. */
  readonly subject: string;
  readonly message: string;
  readonly platformCode?: string | null | undefined;
  readonly platformMessage?: string | null | undefined;
}

export interface ExceptionSelection {
  readonly orderIds?: readonly string[] | undefined;
  readonly ids?: readonly string[] | undefined;
  readonly codes?: readonly ExceptionCode[] | undefined;
  readonly subjects?: readonly string[] | undefined;
}

/** Keeps `orders.open_exception_count` right. Callers hold the orders' locks. */
export interface ExceptionRepository {
  /** One open exception for each (order, code, subject): an open one gets the new words. */
  open(tx: Tx, merchantId: string, rows: readonly NewException[], at: Date): Promise<void>;
  /** Closes the open ones that match all given conditions; gives back how many. */
  close(
    tx: Tx,
    merchantId: string,
    which: ExceptionSelection,
    by: { readonly name: string; readonly via: string; readonly resolution: string },
    at: Date,
  ): Promise<number>;
  find(
    tx: Tx,
    merchantId: string,
    exceptionId: string,
  ): Promise<{ id: string; orderId: string; code: ExceptionCode; isOpen: boolean } | null>;
}

export interface CarrierRow {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
}

export interface CarrierRepository {
  find(tx: Tx, carrierId: string): Promise<CarrierRow | null>;
  /** One pairing a (store, carrier): a new one replaces it. */
  pair(
    tx: Tx,
    merchantId: string,
    pairing: {
      readonly id: string;
      readonly storeId: string;
      readonly carrierId: string;
      readonly platformCode: string;
      readonly platformName: string;
    },
    createdBy: string,
  ): Promise<void>;
}

/** A hold found at dispatch: stock that the chosen warehouse lacks. */
export interface StockShortage {
  readonly orderId: string;
  readonly storeId: string;
  readonly warehouseId: string;
  readonly warehouseCode: string;
  readonly productId: string;
  readonly sku: string;
  readonly available: number;
  readonly needed: number;
}

/** Holds as dispatch and cancellation touch them. Keeps `orders.open_hold_count` right. */
export interface DispatchHoldRepository {
  close(
    tx: Tx,
    merchantId: string,
    holds: readonly { readonly holdId: string; readonly resolution: string }[],
    by: { readonly name: string; readonly via: string },
    at: Date,
  ): Promise<void>;
  /** Opens `stock_short` holds of origin `dispatch`; open ones get the new figures. */
  openShortages(tx: Tx, merchantId: string, shortages: readonly StockShortage[], by: string, at: Date): Promise<void>;
  /** Closes `stock_short` holds whose warehouse has enough of the product again. */
  closeShortages(tx: Tx, merchantId: string, keys: readonly StockKey[], at: Date): Promise<number>;
  /** Opens again what a deed closed at `closedAt` with this resolution; only the given codes. */
  reopen(
    tx: Tx,
    merchantId: string,
    orderId: string,
    which: { readonly resolution: string; readonly closedAt: Date; readonly codes: readonly HoldCode[] },
  ): Promise<void>;
}

/** A person's bulk task as a row of the log, with its result by order. */
export interface TaskRun {
  readonly id: string;
  readonly kind: 'batch_dispatch' | 'bulk_retry';
  readonly storeId: string | null;
  readonly orderIds: readonly string[];
  /** Same parameters by the same person while one is under way: joined, not doubled. */
  readonly parameters: string;
  readonly results: readonly {
    readonly result: 'dispatched' | 'refused' | 'repeated';
    readonly code: string | null;
    readonly reason: string | null;
    readonly numbers: readonly string[];
    readonly orderIds: readonly string[];
  }[];
}

export interface TaskRunRepository {
  /** One row of `runs`, finished, with its items. */
  record(tx: Tx, merchantId: string, run: TaskRun, actor: Actor, startedAt: Date, finishedAt: Date): Promise<void>;
  /**
   * The run that this person finished with the very same parameters at or after `since`: a double submission.
   * Takes a transaction lock on (merchant, parameters), so that the second of two simultaneous ones waits and finds it.
   */
  findTwin(
    tx: Tx,
    merchantId: string,
    kind: TaskRun['kind'],
    parameters: string,
    since: Date,
  ): Promise<{ id: string; results: TaskRun['results'] } | null>;
}

/** Repositories of this area; see db/repositories. */
export interface OutgoingPorts {
  readonly orderLocks: OrderLockRepository;
  readonly outbound: OutboundRepository;
  readonly inventory: InventoryRepository;
  readonly shipments: ShipmentRepository;
  readonly writebacks: WritebackRepository;
  readonly exceptions: ExceptionRepository;
  readonly carriers: CarrierRepository;
  readonly dispatchHolds: DispatchHoldRepository;
  readonly taskRuns: TaskRunRepository;
}
