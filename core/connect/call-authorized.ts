import { ConnectorError } from '../errors.ts';
import type { Actor } from '../people/actor.ts';
import type { Authorization, AuthorizationRef, Store } from '../ports/access.ts';
import type { StoreConnection } from '../ports/platforms.ts';
import type { KeptCredentials } from './credentials.ts';
import { markRefused, markSound } from './health.ts';
import type { ConnectPorts } from './ports.ts';
import { isRefreshDue, refreshCredentials } from './refresh.ts';
import { openSession } from './session.ts';

export interface Callable {
  readonly authorization: Authorization;
  readonly store: Store;
  readonly kept: KeptCredentials;
  /** Who asked; the desk itself when nothing is said. */
  readonly actor?: Actor | undefined;
}

/**
 * Runs `work` with an open session: refreshed before it ends, and once more when the platform refuses the token. A
 * second refusal (the first, where nothing can be refreshed) is written on the authorization and thrown on; a success
 * makes an `abnormal` one sound again. Never inside a database transaction. Throws `ConnectorError`.
 */
export async function callAuthorized<T>(
  ports: ConnectPorts,
  callable: Callable,
  work: (connection: StoreConnection) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const { authorization, store, actor } = callable;
  const ref = { merchantId: authorization.merchantId, authorizationId: authorization.id };
  const connector = ports.connectors.get(authorization.platform);
  const run = async (kept: KeptCredentials): Promise<T> => {
    const session = openSession(ports, connector, authorization, store, kept.values, signal);
    const value = await work({ connector, session, ...ref });
    if (authorization.status === 'abnormal') await markSound(ports, ref, actor);
    return value;
  };

  const kept = await fresh(ports, callable);
  try {
    return await run(kept);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    if (!connector.profile.capabilities.refresh) {
      throw await refusedFor(ports, ref, kept, error);
    }
  }
  // First refusal: the token may have been replaced meanwhile, or be dead before its time. Once more with a new one.
  const renewed = await refreshCredentials(ports, ref, { refused: kept.sealed, actor });
  try {
    return await run(renewed);
  } catch (error) {
    throw isRefusal(error) ? await refusedFor(ports, ref, renewed, error) : error;
  }
}

/**
 * The refusal, written on the authorization. With credentials that were replaced meanwhile it proves nothing: then the
 * work is to come again, not to be parked, because nobody would wake it up any more.
 */
async function refusedFor(
  ports: ConnectPorts,
  ref: AuthorizationRef,
  used: KeptCredentials,
  error: ConnectorError,
): Promise<ConnectorError> {
  if (await markRefused(ports, ref, used.sealed, error)) return error;
  return new ConnectorError(`${error.platform} ${error.operation}: the credentials were replaced meanwhile`, {
    kind: 'retryable',
    platform: error.platform,
    operation: error.operation,
    platformCode: 'credentials_replaced',
    platformMessage: 'the credentials were replaced meanwhile',
    cause: error,
  });
}

const isRefusal = (error: unknown): error is ConnectorError =>
  error instanceof ConnectorError && error.kind === 'needs_reauthorization';

/** Refreshed where the token is about to end. While it has not ended, a failing refresh does not stop the work. */
async function fresh(ports: ConnectPorts, { authorization, kept, actor }: Callable): Promise<KeptCredentials> {
  const { profile } = ports.connectors.get(authorization.platform);
  if (!isRefreshDue(authorization, profile, ports.clock.now())) return kept;
  const ref = { merchantId: authorization.merchantId, authorizationId: authorization.id };
  try {
    return await refreshCredentials(ports, ref, { refused: null, actor });
  } catch (error) {
    const isAlive = authorization.expiresAt !== null && authorization.expiresAt > ports.clock.now();
    if (isAlive && error instanceof ConnectorError && error.kind === 'retryable') return kept;
    throw error;
  }
}
