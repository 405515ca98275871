import type { Decimal } from '../money.ts';
import type { OutboundStatus, Recall } from '../order/order-state.ts';
import type { Actor } from '../people/actor.ts';
import type { Tx } from './database.ts';

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
