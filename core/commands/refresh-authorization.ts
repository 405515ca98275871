import { pleaseUpdate } from '../connect/health.ts';
import { loadAuthorization } from '../connect/load-authorization.ts';
import type { AccessCommandPorts } from '../connect/ports.ts';
import { refreshCredentials } from '../connect/refresh.ts';
import { wordsOf } from '../connect/refusals.ts';
import { ConnectorError } from '../errors.ts';
import type { Actor } from '../people/actor.ts';
import { requirePermission } from '../people/permissions.ts';
import type { AuthorizationRef } from '../ports/access.ts';
import { ok, type Result, refuse } from '../result.ts';

/**
 * Refreshes the token: a person's click always asks the platform, the desk's own job only when the token is about to
 * end. Refuses with "Please update authorization" when no refresh helps any more.
 */
export async function refreshAuthorization(
  ports: AccessCommandPorts,
  input: { readonly actor: Actor } & AuthorizationRef,
): Promise<Result<{ readonly expiresAt: Date | null }>> {
  const permitted = requirePermission(input.actor, 'administer', input.merchantId);
  if (!permitted.ok) return permitted;
  const ref = { merchantId: input.merchantId, authorizationId: input.authorizationId };
  const found = await loadAuthorization(ports, ref);
  if (!found.ok) return found;
  const { authorization, kept } = found.value;
  const { profile } = ports.connectors.get(authorization.platform);
  if (!profile.capabilities.refresh) {
    return refuse('not_in_status', `${profile.name} has no tokens to refresh. Use Test Connection.`);
  }
  const isDead = authorization.status === 'revoked' || authorization.status === 'pending';
  if (kept === null || isDead) return refuse('update_authorization', `${pleaseUpdate}: there is no token to refresh.`);
  const isAsked = input.actor.via !== 'system';
  try {
    await refreshCredentials(ports, ref, { refused: isAsked ? kept.sealed : null, now: isAsked, actor: input.actor });
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    return error.kind === 'needs_reauthorization'
      ? refuse('update_authorization', `${pleaseUpdate}: ${wordsOf(error)}.`)
      : refuse('unreachable', `The token could not be refreshed: ${wordsOf(error)}. Try again in a minute.`);
  }
  const after = await loadAuthorization(ports, ref);
  return after.ok ? ok({ expiresAt: after.value.authorization.expiresAt }) : after;
}
