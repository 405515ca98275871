/**
 * Encrypts credentials (AES-256-GCM). A sealed text carries the key's id and is bound to `row`
 * (e.g. `credentials:<id>`): moved to another row it does not open.
 */
export interface Vault {
  seal(plaintext: string, row: string): string;
  /** Throws when the key is unknown, the text was altered, or it belongs to another row. */
  open(sealed: string, row: string): string;
  /** True when `sealed` was made with another key than the current one (rotation should rewrite it). */
  isStale(sealed: string): boolean;
}
