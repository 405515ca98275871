import type { ExceptionCode, HoldCode, Recipient } from '../order/types.ts';
import type { Actor } from '../people/actor.ts';
import type { CarrierChoice } from '../shipment/carrier-choice.ts';
import type { Tx } from './database.ts';
import type { OrderLockRepository } from './outgoing-orders.ts';
import type { InventoryRepository, OutboundRepository, StockKey } from './outgoing-warehouse.ts';
import type { ShipmentRepository, WritebackRepository } from './outgoing-writebacks.ts';

export type * from './outgoing-orders.ts';
export type * from './outgoing-warehouse.ts';
export type * from './outgoing-writebacks.ts';

export interface NewException {
  readonly orderId: string;
  readonly storeId: string;
  readonly code: ExceptionCode;
  /** '' where there is only one of its code. */
  readonly subject: string;
  readonly message: string;
  readonly platformCode?: string | null | undefined;
  readonly platformMessage?: string | null | undefined;
  /** The address that the goods were dispatched to; an exception that has one keeps it. */
  readonly previousRecipient?: Recipient | null | undefined;
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
  /** Opens again what a deed closed at `closedAt` with this resolution. */
  reopen(
    tx: Tx,
    merchantId: string,
    orderId: string,
    which: { readonly resolution: string; readonly closedAt: Date },
  ): Promise<void>;
  find(
    tx: Tx,
    merchantId: string,
    exceptionId: string,
  ): Promise<{ id: string; orderId: string; code: ExceptionCode; subject: string; isOpen: boolean } | null>;
}

export interface CarrierRow {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
}

/** Stores, named or by their orders. */
export type UnpairedScope = { readonly storeIds: readonly string[] } | { readonly orderIds: readonly string[] };

export interface UnpairedCarrier {
  readonly storeId: string;
  readonly storeName: string;
  readonly platform: string;
  readonly carrierId: string;
  readonly carrierName: string;
}

export interface CarrierRepository {
  find(tx: Tx, carrierId: string): Promise<CarrierRow | null>;
  /** The only enabled carrier of this name, in either case; null for none and for several. */
  named(tx: Tx, name: string): Promise<CarrierRow | null>;
  /** Typed names are compared in either case. */
  pairing(
    tx: Tx,
    merchantId: string,
    storeId: string,
    carrier: CarrierChoice,
  ): Promise<{ readonly id: string; readonly platformCode: string; readonly platformName: string } | null>;
  /** By store, those of these carriers that are paired neither by themselves nor by a typed name that reads the same. */
  unpaired(tx: Tx, merchantId: string, of: UnpairedScope, carrierIds: readonly string[]): Promise<UnpairedCarrier[]>;
  /** One pairing a (store, carrier): a new one replaces it and keeps its id, which is given back. */
  pair(
    tx: Tx,
    merchantId: string,
    pairing: {
      readonly id: string;
      readonly storeId: string;
      readonly carrier: CarrierChoice;
      readonly platformCode: string;
      readonly platformName: string;
    },
    createdBy: string,
  ): Promise<string>;
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
