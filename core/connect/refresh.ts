import { ConnectorError } from '../errors.ts';
import { type Actor, systemActor } from '../people/actor.ts';
import { type Authorization, type AuthorizationRef, LockBusy } from '../ports/access.ts';
import type { Connector, Credentials, Grant, Profile } from '../ports/connector.ts';
import type { Database, Tx } from '../ports/database.ts';
import { type KeptCredentials, keptWebhookSecrets, readCredentials, writeCredentials } from './credentials.ts';
import { callableStatuses, pleaseUpdate, setStatus } from './health.ts';
import type { ConnectPorts } from './ports.ts';
import { wordsOf } from './refusals.ts';
import { appFor, openSession } from './session.ts';

/** After a failed refresh: no second try before this, so that a platform in trouble is not hammered by every call. */
const cooldownMs = 60_000;
/** However long the platform asks for: a token that lives some hours must get its chance before it ends. */
const longestCooldownMs = 60 * 60_000;
/** How long another process's refresh is waited for: most take a second. Longer, and the job comes back later. */
const lockWaitMs = 5_000;
/** Tries to save tokens that the platform has already given out: without them the grant would be lost. */
const saveAttempts = 3;

export interface RefreshRequest {
  /** The sealed credentials that the caller used and found wanting; null: refresh unless they are fresh. */
  readonly refused: string | null;
  /** A person's click: not held back by the cooldown. */
  readonly now?: boolean | undefined;
  /** Who asked; the desk itself when nothing is said. */
  readonly actor?: Actor | undefined;
}

/** One refresh of an authorization at a time in this process; the row lock sees to the others. */
const inFlight = new WeakMap<Database, Map<string, Promise<KeptCredentials>>>();

/** True when the access token ends within the platform's margin. */
export function isRefreshDue(authorization: Pick<Authorization, 'expiresAt'>, profile: Profile, now: Date): boolean {
  if (!profile.capabilities.refresh || profile.refreshMarginSeconds === null) return false;
  if (authorization.expiresAt === null) return false;
  return authorization.expiresAt.getTime() - now.getTime() <= profile.refreshMarginSeconds * 1000;
}

/**
 * Credentials newer than the refused ones: another process's, or those of a refresh made here under the row's lock,
 * both tokens saved together before anyone uses them. Throws `ConnectorError`: `needs_reauthorization` when the grant
 * is dead (the authorization then says so), `retryable` while the platform fails, cools down, or the row is taken.
 */
export async function refreshCredentials(
  ports: ConnectPorts,
  ref: AuthorizationRef,
  request: RefreshRequest,
): Promise<KeptCredentials> {
  const running = inFlight.get(ports.database) ?? new Map<string, Promise<KeptCredentials>>();
  inFlight.set(ports.database, running);
  const current = running.get(ref.authorizationId);
  if (current !== undefined) return current;
  const refresh = refreshUnderLock(ports, ref, request).finally(() => running.delete(ref.authorizationId));
  running.set(ref.authorizationId, refresh);
  return refresh;
}

type Outcome = { readonly credentials: KeptCredentials } | { readonly error: ConnectorError };

async function refreshUnderLock(
  ports: ConnectPorts,
  ref: AuthorizationRef,
  request: RefreshRequest,
): Promise<KeptCredentials> {
  // Outlives a repeated transaction: a refresh token is good for one use, so its answer must not be asked for twice.
  const answer: Answer = { granted: null };
  for (let attempt = 1; ; attempt += 1) {
    try {
      const outcome = await ports.database.transaction((tx) => refreshIn(ports, tx, ref, request, answer));
      if ('error' in outcome) throw outcome.error;
      return outcome.credentials;
    } catch (error) {
      if (error instanceof LockBusy) throw busy(ref, error);
      if (answer.granted === null || error instanceof ConnectorError || attempt === saveAttempts) throw error;
      ports.log.warn({ authorizationId: ref.authorizationId, attempt }, 'saving refreshed tokens failed; trying again');
    }
  }
}

interface Answer {
  granted: Omit<Grant, 'shops' | 'accountId'> | null;
}

async function refreshIn(
  ports: ConnectPorts,
  tx: Tx,
  ref: AuthorizationRef,
  request: RefreshRequest,
  answer: Answer,
): Promise<Outcome> {
  const authorization = await ports.access.authorizations.lock(tx, ref, lockWaitMs);
  const kept = authorization === null ? null : await readCredentials(ports, tx, ref);
  if (authorization === null || kept === null) return { error: gone(ref) };
  const connector = ports.connectors.get(authorization.platform);
  const { profile } = connector;
  const now = ports.clock.now();
  const isNewer =
    request.refused === null ? !isRefreshDue(authorization, profile, now) : kept.sealed !== request.refused;
  if (isNewer && answer.granted === null) return { credentials: kept };
  const blocked = blockOf(authorization, connector, now, request.now === true);
  if (blocked !== null) return { error: blocked };

  if (answer.granted === null) {
    try {
      answer.granted = await callRefresh(ports, connector, authorization, kept.values);
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      return afterFailure(ports, tx, authorization, profile, kept, error);
    }
  }
  return {
    credentials: await save(ports, tx, authorization, profile, kept, answer.granted, request.actor ?? systemActor),
  };
}

async function callRefresh(
  ports: ConnectPorts,
  connector: Connector,
  authorization: Authorization,
  kept: Credentials,
): Promise<Omit<Grant, 'shops' | 'accountId'>> {
  if (connector.refresh === undefined) throw new Error(`${authorization.platform} says it refreshes but cannot.`);
  const session = openSession(ports, connector, authorization, null, kept);
  return connector.refresh(appFor(ports, authorization.platform), session);
}

async function afterFailure(
  ports: ConnectPorts,
  tx: Tx,
  authorization: Authorization,
  profile: Profile,
  used: KeptCredentials,
  error: ConnectorError,
): Promise<Outcome> {
  const ref = { merchantId: authorization.merchantId, authorizationId: authorization.id };
  if (error.kind === 'needs_reauthorization') {
    // Somebody may have written new tokens without our lock (an operator's tool, a restored row): then these are good.
    const again = await readCredentials(ports, tx, ref);
    if (again !== null && again.sealed !== used.sealed) return { credentials: again };
    await setStatus(ports, tx, authorization, {
      status: 'expired',
      reason: `${pleaseUpdate}: ${profile.name} refused to renew it (${wordsOf(error)}).`,
    });
    return { error };
  }
  const waitMs = Math.min(Math.max(cooldownMs, error.retryAfterMs ?? 0), longestCooldownMs);
  const notBefore = new Date(ports.clock.now().getTime() + waitMs);
  await ports.access.authorizations.update(tx, ref, { refreshNotBefore: notBefore });
  return { error };
}

async function save(
  ports: ConnectPorts,
  tx: Tx,
  authorization: Authorization,
  profile: Profile,
  kept: KeptCredentials,
  granted: Omit<Grant, 'shops' | 'accountId'>,
  actor: Actor,
): Promise<KeptCredentials> {
  const ref = { merchantId: authorization.merchantId, authorizationId: authorization.id };
  const now = ports.clock.now();
  await writeCredentials(ports, tx, ref, {
    ...kept.values,
    ...granted.credentials,
    ...keptWebhookSecrets(kept.values),
  });
  await ports.access.authorizations.update(tx, ref, {
    expiresAt: granted.expiresAt,
    refreshExpiresAt: granted.refreshExpiresAt ?? authorization.refreshExpiresAt,
    ...(granted.scopes.length === 0 ? {} : scopesOf(profile, granted.scopes)),
    refreshedAt: now,
    checkedAt: now,
    refreshNotBefore: null,
  });
  if (authorization.status !== 'authorized') {
    await setStatus(ports, tx, authorization, { status: 'authorized', reason: null }, actor);
  }
  await ports.audit.append(tx, [
    {
      merchantId: ref.merchantId,
      actor,
      at: now,
      event: 'authorization.refreshed',
      subjectType: 'authorization',
      subjectId: authorization.id,
      after: { expiresAt: granted.expiresAt?.toISOString() ?? null },
    },
  ]);
  const saved = await readCredentials(ports, tx, ref);
  if (saved === null) throw new Error('Credentials vanished while being saved.');
  return saved;
}

/** Granted scopes, and which of the required ones they lack. */
export const scopesOf = (profile: Profile, granted: readonly string[]) => ({
  scopes: [...granted],
  missingScopes: profile.scopes.filter((scope) => !granted.includes(scope)),
});

function blockOf(
  authorization: Authorization,
  connector: Connector,
  now: Date,
  isAsked: boolean,
): ConnectorError | null {
  const { profile } = connector;
  const fields = { platform: profile.platform, operation: 'refresh' };
  if (!profile.capabilities.refresh || (!callableStatuses.has(authorization.status) && !isAsked)) {
    return new ConnectorError(`${profile.platform}: the authorization cannot be refreshed`, {
      ...fields,
      kind: 'needs_reauthorization',
      platformCode: authorization.status,
      platformMessage: authorization.reason ?? pleaseUpdate,
    });
  }
  const waitMs = (authorization.refreshNotBefore?.getTime() ?? 0) - now.getTime();
  if (waitMs <= 0 || isAsked) return null;
  return new ConnectorError(`${profile.platform}: the last refresh failed a moment ago`, {
    ...fields,
    kind: 'retryable',
    platformCode: 'refresh_cooldown',
    platformMessage: 'the last refresh failed a moment ago',
    retryAfterMs: waitMs,
  });
}

const busy = (ref: AuthorizationRef, cause: unknown): ConnectorError =>
  new ConnectorError(`authorization ${ref.authorizationId} is being refreshed by another process`, {
    kind: 'retryable',
    platform: 'desk',
    operation: 'refresh',
    platformCode: 'refresh_busy',
    platformMessage: 'another process is refreshing this authorization',
    retryAfterMs: 5_000,
    cause,
  });

const gone = (ref: AuthorizationRef): ConnectorError =>
  new ConnectorError(`authorization ${ref.authorizationId} has no credentials`, {
    kind: 'needs_reauthorization',
    platform: 'desk',
    operation: 'refresh',
    platformCode: 'no_credentials',
    platformMessage: pleaseUpdate,
  });
