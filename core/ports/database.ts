declare const txBrand: unique symbol;

/** An open database transaction, opaque to core: repositories take it first, only db/ can look inside. */
export interface Tx {
  readonly [txBrand]: true;
}

export interface TransactionOptions {
  /**
   * The commit does not wait for the disk. A crash of the database server (not of the desk) may lose it, with the last
   * moments before the crash: for work that is done again unless a later, ordinary commit says that it is complete. Any
   * later ordinary commit makes it as durable as itself. Default false.
   */
  readonly isRepeatable?: boolean;
}

export interface Database {
  /**
   * Runs `work` in one transaction (READ COMMITTED). Commits when it returns, rolls back when it throws.
   * Retries the whole of `work` a few times on a serialization failure or deadlock: `work` must have no effect
   * outside the transaction.
   */
  transaction<T>(work: (tx: Tx) => Promise<T>, options?: TransactionOptions): Promise<T>;
}
