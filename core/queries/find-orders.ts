import type { OrderRow } from './list-orders.ts';

/** Fewer letters than this begin half the names of a country, and find none; two Chinese ones are a name. */
export const minName = 2;

/** What the text was found in. */
export type FoundIn = 'number' | 'tracking' | 'recipient' | 'sku';

export interface FoundOrder extends OrderRow {
  readonly foundIn: FoundIn;
}

/**
 * The search box: order number (from its beginning), tracking number, recipient (from the beginning of the name) and SKU,
 * of both kinds of order. Best first: number, tracking, recipient, SKU; newest first within each; at most `limit` (default 50).
 */
export type FindOrders = (input: {
  readonly merchantIds: readonly string[];
  readonly text: string;
  readonly limit?: number | undefined;
}) => Promise<readonly FoundOrder[]>;
