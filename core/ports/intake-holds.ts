import type { PaymentClass, Release } from '../order/holds.ts';
import type { KeyKind, LineKey, MatchBy } from '../order/line-key.ts';
import type { HoldCode, OrderStatus } from '../order/types.ts';
import type { Door } from '../people/actor.ts';
import type { Tx } from './database.ts';
import type { NewHold, OpenHold } from './intake-orders.ts';

/** Who or what closes a hold. */
export interface HoldClosing {
  readonly by: string;
  readonly via: Door;
  /** `mapped`, `classified`, `corrected`, `platform`, `released`, `time` … */
  readonly resolution: string;
  readonly note?: string | null | undefined;
}

/** A hold with its order, locked: what a person acts on. */
export interface HoldToRelease extends OpenHold {
  readonly orderId: string;
  readonly orderNumber: string;
  readonly status: OrderStatus;
}

export interface Touched {
  /** Orders of which a hold was opened or closed. */
  readonly touched: number;
  /** Of those: not held any more. */
  readonly released: number;
}

/**
 * Holds of orders. Every call keeps `orders.open_hold_count` right, moves the version of the orders that it touches,
 * and takes their locks in id order first.
 */
export interface HoldRepository {
  /** Opens holds; those that are open already are left alone. */
  open(
    tx: Tx,
    merchantId: string,
    holds: readonly NewHold[],
    by: { readonly name: string },
    at: Date,
  ): Promise<Touched>;
  closeByIds(tx: Tx, merchantId: string, holdIds: readonly string[], closing: HoldClosing, at: Date): Promise<Touched>;
  /** Opens and closes of a re-evaluation in one go. */
  replace(
    tx: Tx,
    merchantId: string,
    change: { readonly open: readonly NewHold[]; readonly closeIds: readonly string[] },
    closing: HoldClosing,
    at: Date,
  ): Promise<Touched>;
  /** As `replace`, where the caller writes the orders' rows itself (a page does, with their new counts). */
  replaceOnly(
    tx: Tx,
    merchantId: string,
    change: {
      readonly open: readonly NewHold[];
      readonly closeIds: readonly string[];
      readonly redescribe: readonly { readonly id: string; readonly detail: Readonly<Record<string, string>> }[];
    },
    closing: HoldClosing,
    at: Date,
  ): Promise<void>;
  /** Open holds by id, with their orders locked; those of other merchants are left out. */
  lockHolds(tx: Tx, merchantId: string, holdIds: readonly string[]): Promise<HoldToRelease[]>;
  /** All open holds of these orders, likewise. */
  lockHoldsOf(tx: Tx, merchantId: string, orderIds: readonly string[]): Promise<HoldToRelease[]>;
  /** A re-evaluation does not open these again. */
  overrule(
    tx: Tx,
    merchantId: string,
    releases: readonly (Release & { readonly orderId: string })[],
    by: string,
    note: string,
    at: Date,
  ): Promise<void>;
  /** The platform says it no longer: should it say so again, it counts anew. */
  forgetReleases(
    tx: Tx,
    merchantId: string,
    releases: readonly { readonly orderId: string; readonly code: HoldCode; readonly subject: string }[],
  ): Promise<void>;
  /** Closes every open hold whose release time has come, at most `limit`; gives back the merchants touched. */
  releaseDue(tx: Tx, at: Date, limit: number): Promise<{ readonly merchantIds: string[]; readonly closed: number }>;

  // One rule of a store changed: every open order that it touches, in one set-based statement each.
  // The store's row is locked. `core/order/holds.ts` says the same of one order; a property test compares them.

  /** A mapping exists now. */
  closeForKey(
    tx: Tx,
    merchantId: string,
    storeId: string,
    key: LineKey,
    closing: HoldClosing,
    at: Date,
  ): Promise<Touched>;
  /** The mapping is gone. */
  openForKey(
    tx: Tx,
    merchantId: string,
    storeId: string,
    key: LineKey,
    matchBy: MatchBy,
    by: { readonly name: string },
    at: Date,
  ): Promise<Touched>;
  /** A payment type has this class now. */
  applyClass(
    tx: Tx,
    merchantId: string,
    storeId: string,
    paymentMethod: string,
    paymentClass: PaymentClass,
    closing: HoldClosing,
    at: Date,
  ): Promise<Touched & { readonly held: number }>;
  /** A shipping method is mapped now. */
  closeForMethod(
    tx: Tx,
    merchantId: string,
    storeId: string,
    method: string,
    closing: HoldClosing,
    at: Date,
  ): Promise<Touched>;
  /** Orders of the store that wait for this key. */
  countForKey(tx: Tx, merchantId: string, storeId: string, key: LineKey): Promise<number>;
}

export interface MappingComponent {
  readonly productId: string;
  /** Warehouse units per platform unit. */
  readonly quantity: number;
}

export interface CurrentMapping {
  readonly id: string;
  readonly storeId: string;
  readonly keyKind: KeyKind;
  readonly key: string;
  readonly version: number;
  readonly components: readonly MappingComponent[];
}

export interface BindableProduct {
  readonly id: string;
  readonly sku: string;
  readonly enabled: boolean;
}

/** The rules of a store by which its orders are held or not. */
export interface RuleRepository {
  /** What of these keys, payment types and methods the store's tables know. */
  load(
    tx: Tx,
    merchantId: string,
    storeId: string,
    asked: {
      readonly keys: readonly LineKey[];
      readonly paymentMethods: readonly string[];
      readonly shippingMethods: readonly string[];
    },
  ): Promise<{
    readonly mappedKeys: ReadonlySet<string>;
    readonly classOf: ReadonlyMap<string, PaymentClass>;
    /** By method: the code of the shipping type. */
    readonly typeOf: ReadonlyMap<string, string>;
  }>;
  currentMapping(tx: Tx, merchantId: string, storeId: string, key: LineKey): Promise<CurrentMapping | null>;
  findMapping(tx: Tx, merchantId: string, mappingId: string): Promise<CurrentMapping | null>;
  /** A new version that takes the place of the current one; gives back its number. */
  addMapping(
    tx: Tx,
    merchantId: string,
    mapping: {
      readonly id: string;
      readonly storeId: string;
      readonly key: LineKey;
      readonly components: readonly MappingComponent[];
    },
    by: string,
    at: Date,
  ): Promise<number>;
  /** Ends a mapping without another in its place. */
  endMapping(tx: Tx, merchantId: string, mappingId: string, at: Date): Promise<void>;
  products(tx: Tx, merchantId: string, productIds: readonly string[]): Promise<BindableProduct[]>;
  classification(
    tx: Tx,
    merchantId: string,
    storeId: string,
    paymentMethod: string,
  ): Promise<{ readonly id: string; readonly class: PaymentClass } | null>;
  saveClassification(
    tx: Tx,
    merchantId: string,
    row: {
      readonly id: string;
      readonly storeId: string;
      readonly paymentMethod: string;
      readonly class: PaymentClass;
    },
    by: string,
    at: Date,
  ): Promise<void>;
  shippingType(
    tx: Tx,
    merchantId: string,
    shippingTypeId: string,
  ): Promise<{ readonly id: string; readonly code: string; readonly name: string } | null>;
  methodMapping(
    tx: Tx,
    merchantId: string,
    storeId: string,
    method: string,
  ): Promise<{ readonly id: string; readonly shippingTypeId: string; readonly typeCode: string } | null>;
  saveMethodMapping(
    tx: Tx,
    merchantId: string,
    row: { readonly id: string; readonly storeId: string; readonly method: string; readonly shippingTypeId: string },
    by: string,
    at: Date,
  ): Promise<void>;
}
