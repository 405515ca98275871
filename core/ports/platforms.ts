import type { Connector, ConnectorSession } from './connector.ts';

/** A connector with an open session for one store: credentials opened, paced, logged. */
export interface StoreConnection {
  readonly connector: Connector;
  readonly session: ConnectorSession;
  readonly merchantId: string;
  readonly authorizationId: string;
}

/**
 * Opens stores for calls. Refreshes a token that is about to end before handing out the session, and once more when a
 * call inside `withStore` says `needs_reauthorization` (first 401); a second one marks the authorization `abnormal`
 * (or `expired`), parks its work, and is thrown on.
 */
export interface Platforms {
  /** Runs `work` with the store's session. Never inside a database transaction. Throws `ConnectorError`. */
  withStore<T>(
    reference: { readonly merchantId: string; readonly storeId: string },
    work: (connection: StoreConnection) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T>;
}
