/** Open work of one store; from counters that the database keeps, never counted. */
export interface StoreCount {
  readonly storeId: string;
  readonly held: number;
  readonly excepted: number;
  /** Pending and neither held nor excepted: ready to go. */
  readonly toDispatch: number;
}

/** Both kinds of orders; stores without any order are left out. */
export type CountByStore = (input: { readonly merchantIds: readonly string[] }) => Promise<readonly StoreCount[]>;
