import type { Page, PageRequest } from './paging.ts';

export type MappingKeyKind = 'sku' | 'product' | 'barcode';

export interface MappingComponentRow {
  readonly productId: string;
  readonly sku: string;
  readonly name: string;
  /** Warehouse units per platform unit. */
  readonly quantity: number;
  readonly enabled: boolean;
}

/** One key of a store: a platform SKU, or the id of a product that has none. */
export interface MappingRow {
  readonly storeId: string;
  readonly keyKind: MappingKeyKind;
  readonly key: string;
  /** The platform's product name, from a listing or the latest order; '' when only the mapping knows the key. */
  readonly name: string;
  /** Null while unbound. */
  readonly mapping: {
    readonly id: string;
    readonly version: number;
    readonly createdBy: string;
    readonly createdAt: Date;
    readonly components: readonly MappingComponentRow[];
  } | null;
  /** Orders that this key holds now. */
  readonly heldOrders: number;
  /** The store lists it now. */
  readonly listed: boolean;
}

export interface ListMappingsInput extends PageRequest {
  readonly merchantIds: readonly string[];
  readonly storeId: string;
  readonly show?: 'all' | 'bound' | 'unbound' | undefined;
  /** Part of the key, the product's name, or a warehouse SKU of the recipe; several SKUs one per line. */
  readonly text?: string | undefined;
}

/** By impact: most held orders first, then by key. */
export type ListMappings = (input: ListMappingsInput) => Promise<Page<MappingRow>>;

export interface MappingStore {
  readonly storeId: string;
  readonly name: string;
  readonly platform: string;
  readonly status: 'enabled' | 'disabled';
  readonly authorizationStatus: string;
  readonly bound: number;
  readonly unbound: number;
  readonly heldOrders: number;
  /** When its listings were last read; null when never. */
  readonly listingsAt: Date | null;
}

/** The stores with what is bound and what is not. */
export type ListMappingStores = (input: {
  readonly merchantIds: readonly string[];
}) => Promise<readonly MappingStore[]>;

export interface MappingVersion {
  readonly id: string;
  readonly version: number;
  readonly createdBy: string;
  readonly createdAt: Date;
  /** Null for the one in force. */
  readonly supersededAt: Date | null;
  readonly components: readonly MappingComponentRow[];
}

export interface MappingDetail extends MappingRow {
  readonly merchantId: string;
  readonly storeName: string;
  readonly platform: string;
  readonly pictureUrl: string | null;
  readonly barcode: string | null;
  /** Newest first. */
  readonly versions: readonly MappingVersion[];
  /** Orders that wait for it, the most urgent first. */
  readonly waiting: readonly {
    readonly orderId: string;
    readonly number: string;
    readonly status: string;
    readonly orderedAt: Date;
    readonly shipBy: Date | null;
    /** Units of this key in the order. */
    readonly quantity: number;
    /** Open holds of the order apart from this one. */
    readonly otherHolds: number;
  }[];
}

/** Null when the store does not exist (for these merchants), or knows nothing of the key. */
export type ShowMapping = (input: {
  readonly merchantIds: readonly string[];
  readonly storeId: string;
  readonly keyKind: MappingKeyKind;
  readonly key: string;
}) => Promise<MappingDetail | null>;

/** Rows of an export: one for each component. */
export type ExportMappings = (input: {
  readonly merchantIds: readonly string[];
  readonly storeId?: string | undefined;
}) => AsyncIterable<
  readonly {
    readonly store: string;
    readonly keyKind: MappingKeyKind;
    readonly key: string;
    readonly warehouseSku: string;
    readonly quantity: number;
  }[]
>;
