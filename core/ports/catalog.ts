import type { LineKey } from '../order/line-key.ts';
import type { Tx } from './database.ts';

/** What a save answers: `taken` when a unique name, code or barcode belongs to another row already (nothing is written). */
export type Saved = 'saved' | 'taken';

export interface MerchantRecord {
  readonly id: string;
  readonly name: string;
  /** Unique over the installation, lower case. */
  readonly code: string;
  readonly timezone: string;
  readonly archivedAt: Date | null;
}

export interface WarehouseRecord {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly country: string | null;
  readonly timezone: string;
  readonly allowsBackorder: boolean;
  readonly kind: 'own' | 'external';
  readonly enabled: boolean;
}

export type ServiceKind = 'dropship' | 'b2b';

export interface ServiceRecord {
  readonly id: string;
  readonly merchantId: string;
  readonly warehouseId: string;
  readonly kind: ServiceKind;
  readonly enabled: boolean;
}

export interface CarrierRecord {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  /** With `{number}` where the tracking number goes. */
  readonly trackingUrl: string | null;
  readonly enabled: boolean;
}

export interface ChannelRecord {
  readonly id: string;
  readonly warehouseId: string;
  readonly code: string;
  readonly name: string;
  readonly carrierId: string;
  readonly serviceLevel: string;
  readonly selfPickup: boolean;
  readonly cashOnDelivery: boolean;
  readonly enabled: boolean;
}

export interface ShippingTypeRecord {
  readonly id: string;
  readonly merchantId: string;
  readonly code: string;
  readonly name: string;
  readonly defaultChannelId: string | null;
}

/** The set-up of an installation. Every `find…` locks the row until the transaction ends; `save…` inserts or updates by id. */
export interface CatalogRepository {
  /** True for the first caller that ever asks for this key; concurrent ones wait for its transaction. */
  claimOnce(tx: Tx, key: string): Promise<boolean>;

  findMerchant(tx: Tx, merchantId: string): Promise<MerchantRecord | null>;
  saveMerchant(tx: Tx, merchant: MerchantRecord): Promise<Saved>;
  /** Merchants that are not archived. */
  activeMerchantIds(tx: Tx): Promise<readonly string[]>;

  findWarehouse(tx: Tx, warehouseId: string): Promise<WarehouseRecord | null>;
  saveWarehouse(tx: Tx, warehouse: WarehouseRecord): Promise<Saved>;
  /** Merchants that may use the warehouse. */
  merchantsOfWarehouse(tx: Tx, warehouseId: string): Promise<readonly string[]>;

  findService(tx: Tx, merchantId: string, warehouseId: string, kind: ServiceKind): Promise<ServiceRecord | null>;
  saveService(tx: Tx, service: ServiceRecord): Promise<Saved>;

  findCarrier(tx: Tx, carrierId: string): Promise<CarrierRecord | null>;
  saveCarrier(tx: Tx, carrier: CarrierRecord): Promise<Saved>;

  findChannel(tx: Tx, channelId: string): Promise<ChannelRecord | null>;
  saveChannel(tx: Tx, channel: ChannelRecord): Promise<Saved>;
  /** Names of the shipping types, of any merchant, that default to this channel. */
  shippingTypesOfChannel(tx: Tx, channelId: string): Promise<readonly string[]>;

  findShippingType(tx: Tx, merchantId: string, shippingTypeId: string): Promise<ShippingTypeRecord | null>;
  saveShippingType(tx: Tx, shippingType: ShippingTypeRecord): Promise<Saved>;
}

export interface ProductRecord {
  readonly id: string;
  readonly merchantId: string;
  /** Case-sensitive, unique for the merchant. */
  readonly sku: string;
  readonly name: string;
  readonly pictureUrl: string | null;
  readonly enabled: boolean;
  /** The first is the main one. */
  readonly barcodes: readonly string[];
}

/** A code that belongs to a product already, as its SKU or as one of its barcodes. */
export interface TakenCode {
  readonly code: string;
  readonly productId: string;
  readonly sku: string;
}

/** The merchant's warehouse SKUs. Takes many: an import of thousands is a handful of statements. */
export interface ProductRepository {
  /** With these ids, locked in id order. */
  findProducts(tx: Tx, merchantId: string, productIds: readonly string[]): Promise<readonly ProductRecord[]>;
  /** With these SKUs, locked in id order; spelled exactly so. */
  findBySku(tx: Tx, merchantId: string, skus: readonly string[]): Promise<readonly ProductRecord[]>;
  /** Which of these codes are a SKU or a barcode of the merchant. */
  findCodes(tx: Tx, merchantId: string, codes: readonly string[]): Promise<readonly TakenCode[]>;
  /** Inserts or updates by id; barcodes become exactly the given ones. `taken`: nothing of the call was written. */
  saveProducts(tx: Tx, merchantId: string, products: readonly ProductRecord[]): Promise<Saved>;
  /** Warehouses by code, with whether the merchant has an enabled service there. */
  findWarehousesByCode(
    tx: Tx,
    merchantId: string,
    codes: readonly string[],
  ): Promise<readonly { readonly id: string; readonly code: string; readonly isServed: boolean }[]>;
}

/** Keys of a store that could be bound without anybody choosing. */
export interface MappingKeyRepository {
  /** Stores that are not deleted. */
  stores(
    tx: Tx,
    merchantId: string,
  ): Promise<readonly { readonly id: string; readonly name: string; readonly platform: string }[]>;
  /**
   * Unbound keys of the store's listings and waiting orders that are, letter by letter, the SKU (or, for a barcode key, a
   * barcode) of an enabled product. At most `limit`.
   */
  matchable(
    tx: Tx,
    merchantId: string,
    storeId: string,
    limit: number,
  ): Promise<readonly { readonly key: LineKey; readonly productId: string }[]>;
  countUnbound(tx: Tx, merchantId: string, storeId: string): Promise<number>;
}

/** Repositories of set-up and products; see db/repositories. */
export interface CatalogPorts {
  readonly mappingKeys: MappingKeyRepository;
  readonly catalog: CatalogRepository;
  readonly products: ProductRepository;
}
