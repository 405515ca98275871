import type { OutboundScope } from './list-outbound.ts';
import type { Page, PageRequest } from './paging.ts';

export interface StockCell {
  readonly warehouseId: string;
  readonly onHand: number;
  /** Promised to outbound orders and acknowledged purchase orders. */
  readonly allocated: number;
  /** On hand − allocated; negative when more is promised than is there. */
  readonly available: number;
}

export interface StockRow {
  readonly productId: string;
  readonly sku: string;
  readonly name: string;
  readonly barcode: string | null;
  readonly enabled: boolean;
  /** One for each warehouse where it has (or had) stock. */
  readonly cells: readonly StockCell[];
  readonly onHand: number;
  readonly allocated: number;
  readonly available: number;
  /** Needed by open orders that are not yet allocated, over all warehouses. */
  readonly claimed: number;
}

export interface ListStockInput extends PageRequest {
  readonly merchantIds: readonly string[];
  /** Where the asker may look: stock elsewhere is neither shown nor counted. */
  readonly within: OutboundScope['warehouseIds'];
  readonly warehouseId?: string | undefined;
  readonly text?: string | undefined;
  /** `short`: less available than claimed. */
  readonly show?: 'all' | 'in_stock' | 'short' | undefined;
}

/** By SKU. */
export type ListStock = (input: ListStockInput) => Promise<Page<StockRow>>;

export interface StockMovement {
  readonly id: string;
  readonly at: Date;
  readonly kind: 'receive' | 'adjust' | 'allocate' | 'release' | 'ship';
  readonly warehouseName: string;
  readonly onHandDelta: number;
  readonly allocatedDelta: number;
  readonly outboundOrderId: string | null;
  readonly outboundNumber: number | null;
  readonly actorName: string;
  readonly via: string;
  readonly note: string | null;
}

export interface ProductDetail {
  readonly row: StockRow;
  readonly merchantId: string;
  readonly pictureUrl: string | null;
  readonly barcodes: readonly string[];
  /** Every warehouse in view that serves the merchant, also those without stock of it. */
  readonly warehouses: readonly { readonly id: string; readonly name: string; readonly cell: StockCell }[];
  /** Where it is used: current recipes. */
  readonly mappings: readonly {
    readonly storeId: string;
    readonly storeName: string;
    readonly keyKind: string;
    readonly key: string;
    readonly quantity: number;
  }[];
  /** Newest first. */
  readonly movements: readonly StockMovement[];
}

/** Null when it does not exist for these merchants. */
export type ShowProduct = (input: {
  readonly merchantIds: readonly string[];
  readonly productId: string;
  /** Where the asker may look: stock and movements elsewhere are left out. */
  readonly within: OutboundScope['warehouseIds'];
}) => Promise<ProductDetail | null>;
