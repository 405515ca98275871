/** A warehouse SKU offered for binding. */
export interface ProductSuggestion {
  readonly productId: string;
  readonly sku: string;
  readonly name: string;
  readonly mainBarcode: string | null;
  /** On hand − allocated, over the merchant's warehouses. */
  readonly available: number;
  /** Why it is offered. */
  readonly match: 'sku' | 'barcode' | 'similar';
}

export interface SuggestProductsInput {
  readonly merchantId: string;
  /** What the person typed; empty for suggestions from the platform's facts alone. */
  readonly text?: string | undefined;
  readonly platformSku?: string | null | undefined;
  readonly platformName?: string | null | undefined;
  readonly platformBarcode?: string | null | undefined;
  /** Default and maximum 20. */
  readonly limit?: number | undefined;
}

/**
 * Enabled products of the merchant: exact code first, then exact barcode, then likeness of code and name.
 * Typed text comes before the platform's facts.
 */
export type SuggestProducts = (input: SuggestProductsInput) => Promise<readonly ProductSuggestion[]>;
