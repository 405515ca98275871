/** What a SKU mapping is keyed by. */
export const keyKinds = ['sku', 'product', 'barcode'] as const;
export type KeyKind = (typeof keyKinds)[number];

/** How a sales channel matches the lines of its stores. */
export type MatchBy = 'sku' | 'barcode';

/** Trimmed, never empty, compared case-sensitive. */
export interface LineKey {
  readonly kind: KeyKind;
  readonly key: string;
}

/**
 * The key by which a line finds its recipe: its barcode where the sales channel matches by barcode, else its SKU, else
 * the platform's product id, so that a line without SKU can be bound. Null when the platform gave none of them.
 * `db/queries/mapping-keys.ts` says the same in SQL.
 */
export function keyOfLine(
  line: { readonly sku: string | null; readonly barcode: string | null; readonly platformProductId: string | null },
  matchBy: MatchBy,
): LineKey | null {
  const barcode = matchBy === 'barcode' ? trimmed(line.barcode) : null;
  if (barcode !== null) return { kind: 'barcode', key: barcode };
  const sku = trimmed(line.sku);
  if (sku !== null) return { kind: 'sku', key: sku };
  const product = trimmed(line.platformProductId);
  return product === null ? null : { kind: 'product', key: product };
}

/** One text for a key, e.g. for a `Set`. */
export const keyText = (key: LineKey): string => `${key.kind}:${key.key}`;

/** Without the white space around it; null when nothing is left. */
export function trimmed(text: string | null): string | null {
  if (text === null) return null;
  const rest = text.trim();
  return rest === '' ? null : rest;
}
