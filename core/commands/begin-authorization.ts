import { pendingFields, readCredentials } from '../connect/credentials.ts';
import type { AccessCommandPorts } from '../connect/ports.ts';
import { callbackAddress } from '../connect/webhook-address.ts';
import { ConnectorError } from '../errors.ts';
import type { Actor } from '../people/actor.ts';
import { requirePermission } from '../people/permissions.ts';
import { hashToken, newToken } from '../people/token.ts';
import { ok, type Result, refuse } from '../result.ts';

/** How long a consent may take. */
export const stateMinutes = 10;

/**
 * Starts a consent: returns where to send the browser. The state is good for one callback, in this browser session,
 * by this person, for ten minutes; an earlier open one of the same authorization ends.
 */
export async function beginAuthorization(
  ports: AccessCommandPorts,
  input: {
    readonly actor: Actor;
    readonly merchantId: string;
    readonly authorizationId: string;
    /** SHA-256 of the browser session's token. */
    readonly sessionHash: string;
  },
): Promise<Result<{ readonly url: string; readonly platform: string }>> {
  const permitted = requirePermission(input.actor, 'administer', input.merchantId);
  if (!permitted.ok) return permitted;
  const { personId } = input.actor;
  if (personId === null) return refuse('not_permitted', 'Only a person can authorize a store.');
  const state = newToken();
  const stateHash = await hashToken(state);
  return ports.database.transaction(async (tx) => {
    const ref = { merchantId: input.merchantId, authorizationId: input.authorizationId };
    const authorization = await ports.access.authorizations.lock(tx, ref);
    const stores = authorization === null ? [] : await ports.access.stores.ofAuthorization(tx, ref);
    if (authorization === null || stores.length === 0) {
      return refuse('not_found', 'This authorization does not exist (any more).');
    }
    const connector = ports.connectors.get(authorization.platform);
    const { platform, name, connection } = connector.profile;
    if (connection !== 'oauth' || connector.authorizeUrl === undefined) {
      return refuse('not_in_status', `${name} is connected with keys: use Update Authorization to enter new ones.`);
    }
    const app = ports.connection.appOf(platform);
    if (app === null) return refuse('not_configured', `${name} is not set up on this desk yet.`);
    const kept = (await readCredentials(ports, tx, ref))?.values ?? {};
    const fields = { ...authorization.fields, ...kept, ...pendingFields(kept) };
    const redirectUri = callbackAddress(ports.connection.publicUrl, platform);
    let url: string;
    try {
      url = connector.authorizeUrl(app, { state, redirectUri, fields });
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      return refuse('not_configured', error.platformMessage ?? `${name} cannot be authorized: its settings are wrong.`);
    }
    const now = ports.clock.now();
    await ports.access.oauthStates.closeOpen(tx, ref, now);
    await ports.access.oauthStates.insert(tx, {
      ...ref,
      stateHash,
      storeId: null,
      sessionHash: input.sessionHash,
      personId,
      expiresAt: new Date(now.getTime() + stateMinutes * 60_000),
      usedAt: null,
    });
    return ok({ url, platform });
  });
}
