import { ConnectorError } from '../errors.ts';
import type { StoreRef } from '../ports/access.ts';
import type { Platforms } from '../ports/platforms.ts';
import { type Callable, callAuthorized } from './call-authorized.ts';
import { readCredentials } from './credentials.ts';
import { callableStatuses, pleaseUpdate } from './health.ts';
import type { ConnectPorts } from './ports.ts';

/** The `Platforms` port over the repositories, the vault and the connectors. */
export function createPlatforms(ports: ConnectPorts): Platforms {
  return {
    async withStore(reference, work, signal) {
      return callAuthorized(ports, await load(ports, reference), work, signal);
    },
  };
}

async function load(ports: ConnectPorts, reference: StoreRef): Promise<Callable> {
  return ports.database.transaction(async (tx) => {
    const store = await ports.access.stores.find(tx, reference);
    if (store === null) throw unusable('desk', 'permanent', 'no_store', 'This store does not exist any more.');
    const ref = { merchantId: store.merchantId, authorizationId: store.authorizationId };
    const authorization = await ports.access.authorizations.find(tx, ref);
    if (authorization === null || !callableStatuses.has(authorization.status)) {
      const words = authorization?.reason ?? pleaseUpdate;
      throw unusable(store.platform, 'needs_reauthorization', authorization?.status ?? 'no_authorization', words);
    }
    const kept = await readCredentials(ports, tx, ref);
    if (kept === null) throw unusable(store.platform, 'needs_reauthorization', 'no_credentials', pleaseUpdate);
    return { store, authorization, kept };
  });
}

const unusable = (
  platform: string,
  kind: 'permanent' | 'needs_reauthorization',
  platformCode: string,
  platformMessage: string,
): ConnectorError =>
  new ConnectorError(`${platform}: the store cannot be called (${platformCode})`, {
    kind,
    platform,
    operation: 'connect',
    platformCode,
    platformMessage,
  });
