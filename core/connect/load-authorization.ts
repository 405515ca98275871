import type { Authorization, AuthorizationRef, Store } from '../ports/access.ts';
import { ok, type Refusal, type Result, refuse } from '../result.ts';
import { type KeptCredentials, readCredentials } from './credentials.ts';
import { isHeld } from './held-grant.ts';
import type { ConnectPorts } from './ports.ts';

export interface LoadedAuthorization {
  readonly authorization: Authorization;
  /** At least one. */
  readonly stores: readonly [Store, ...Store[]];
  /** Null after a revocation. */
  readonly kept: KeptCredentials | null;
}

/** One authorization with its stores and opened credentials; `not_found` for another merchant's. */
export async function loadAuthorization(
  ports: ConnectPorts,
  ref: AuthorizationRef,
): Promise<Result<LoadedAuthorization, Refusal>> {
  return ports.database.transaction(async (tx) => {
    const authorization = await ports.access.authorizations.find(tx, ref);
    const [first, ...others] = await ports.access.stores.ofAuthorization(tx, ref);
    if (authorization === null || first === undefined || isHeld(authorization)) {
      return refuse('not_found', 'This authorization does not exist (any more).');
    }
    return ok({ authorization, stores: [first, ...others], kept: await readCredentials(ports, tx, ref) });
  });
}
