import type { MappingKeyKind } from './list-mappings.ts';

/** A key that holds orders because no mapping says what to ship. */
export interface UnmappedRow {
  readonly merchantId: string;
  readonly storeId: string;
  readonly storeName: string;
  readonly platform: string;
  readonly keyKind: MappingKeyKind;
  readonly key: string;
  /** As the platform gave it; null when the platform gave none. */
  readonly platformSku: string | null;
  readonly name: string;
  readonly heldOrders: number;
  /** Since when the oldest of them waits. */
  readonly oldestAt: Date;
}

export interface ListUnmappedInput {
  readonly merchantIds: readonly string[];
  readonly storeId?: string | undefined;
  /** SKUs, one per line, or a part of one. */
  readonly text?: string | undefined;
  /** Default 100, at most 500. */
  readonly limit?: number | undefined;
}

/**
 * Unknown products over all stores, by impact: most held orders first. `total` counts all that match; `heldOrders` the
 * orders of these stores that wait for any mapping, each once.
 */
export type ListUnmapped = (
  input: ListUnmappedInput,
) => Promise<{ readonly rows: readonly UnmappedRow[]; readonly total: number; readonly heldOrders: number }>;
