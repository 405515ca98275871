import type { Page, PageRequest } from './paging.ts';

export interface ProductRow {
  readonly id: string;
  readonly sku: string;
  readonly name: string;
  readonly pictureUrl: string | null;
  readonly enabled: boolean;
  readonly barcodes: readonly string[];
  readonly onHand: number;
  readonly available: number;
  /** Platform SKUs whose recipe names it. */
  readonly mappedKeys: number;
  readonly createdAt: Date;
}

export interface ListProductsInput extends PageRequest {
  readonly merchantIds: readonly string[];
  /** Part of the SKU or the name, or a whole barcode. */
  readonly text?: string | undefined;
  readonly enabled?: boolean | undefined;
}

/** By SKU. */
export type ListProducts = (input: ListProductsInput) => Promise<Page<ProductRow>>;
