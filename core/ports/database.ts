declare const txBrand: unique symbol;

/** An open database transaction, opaque to core: repositories take it first, only db/ can look inside. */
export interface Tx {
  readonly [txBrand]: true;
}

export interface Database {
  /**
   * Runs `work` in one transaction (READ COMMITTED). Commits when it returns, rolls back when it throws.
   * Retries the whole of `work` a few times on a serialization failure or deadlock: `work` must have no effect
   * outside the transaction.
   */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
}
