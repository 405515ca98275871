import { applyGrant, checkGrant } from '../connect/apply-grant.ts';
import { pendingFields, readCredentials, secretValues } from '../connect/credentials.ts';
import { holdGrant } from '../connect/held-grant.ts';
import type { AccessCommandPorts } from '../connect/ports.ts';
import { wordsOf } from '../connect/refusals.ts';
import { appFor } from '../connect/session.ts';
import { callbackAddress } from '../connect/webhook-address.ts';
import { ConnectorError } from '../errors.ts';
import type { Actor } from '../people/actor.ts';
import { requirePermission } from '../people/permissions.ts';
import { hashToken } from '../people/token.ts';
import type { Authorization } from '../ports/access.ts';
import type { Credentials, Grant } from '../ports/connector.ts';
import { ok, type Result, refuse } from '../result.ts';

export type CompletedAuthorization =
  | { readonly outcome: 'authorized'; readonly merchantId: string; readonly storeIds: readonly string[] }
  /** The grant waits, sealed, for the person's choice on the page of `choiceId`. */
  | {
      readonly outcome: 'different_shop' | 'name_clash';
      readonly merchantId: string;
      readonly choiceId: string;
    };

/**
 * Ends a consent: the state is used up before anything else happens, so a callback counts once; then the connector
 * verifies the query and exchanges the code. Refuses (`state_refused`, `callback_refused`, `unreachable`,
 * `shop_connected_elsewhere`) without changing anything but the used state.
 */
export async function completeAuthorization(
  ports: AccessCommandPorts,
  input: {
    readonly actor: Actor;
    readonly platform: string;
    readonly state: string;
    /** Exactly as it arrived, in order. */
    readonly query: readonly (readonly [string, string])[];
    readonly sessionHash: string;
  },
): Promise<Result<CompletedAuthorization>> {
  const begun = await useState(ports, input);
  if (!begun.ok) return begun;
  const exchanged = await exchange(ports, input, begun.value);
  if (!exchanged.ok) return exchanged;
  const { authorization, pending } = begun.value;
  const grant = { ...exchanged.value, credentials: { ...pending, ...exchanged.value.credentials } };
  return settle(ports, input.actor, authorization, grant);
}

const refusedState = refuse(
  'state_refused',
  'This login was not started in this browser, was used already, or took longer than ten minutes. ' +
    'Start it again with Go to Authorization.',
);

interface Begun {
  readonly authorization: Authorization;
  /** Typed for this login: they come into force with its grant, or not at all. */
  readonly pending: Credentials;
  readonly fields: Credentials;
}

async function useState(
  ports: AccessCommandPorts,
  input: { readonly actor: Actor; readonly platform: string; readonly state: string; readonly sessionHash: string },
): Promise<Result<Begun>> {
  const stateHash = await hashToken(input.state);
  return ports.database.transaction(async (tx) => {
    const now = ports.clock.now();
    const row = await ports.access.oauthStates.lock(tx, stateHash);
    const isOurs =
      row !== null &&
      row.usedAt === null &&
      row.expiresAt > now &&
      row.sessionHash === input.sessionHash &&
      row.personId === input.actor.personId;
    if (!isOurs) return refusedState;
    const permitted = requirePermission(input.actor, 'administer', row.merchantId);
    if (!permitted.ok) return permitted;
    const ref = { merchantId: row.merchantId, authorizationId: row.authorizationId };
    const authorization = await ports.access.authorizations.find(tx, ref);
    if (authorization === null || authorization.platform !== input.platform) return refusedState;
    await ports.access.oauthStates.markUsed(tx, stateHash, now);
    const kept = (await readCredentials(ports, tx, ref))?.values ?? {};
    const pending = pendingFields(kept);
    return ok({ authorization, pending, fields: { ...authorization.fields, ...kept, ...pending } });
  });
}

async function exchange(
  ports: AccessCommandPorts,
  input: { readonly state: string; readonly query: readonly (readonly [string, string])[] },
  { authorization, fields }: Begun,
): Promise<Result<Grant>> {
  const connector = ports.connectors.get(authorization.platform);
  const { platform, name } = connector.profile;
  if (connector.completeAuthorization === undefined) return refusedState;
  const app = appFor(ports, platform);
  const code = input.query.find(([key]) => key === 'code')?.[1];
  const http = ports.openHttp({
    platform,
    authorizationId: authorization.id,
    storeId: null,
    allow: connector.hostRule(app, fields),
    rate: null,
    secrets: [...secretValues(connector, fields, app), input.state, ...(code === undefined ? [] : [code])],
  });
  const redirectUri = callbackAddress(ports.connection.publicUrl, platform);
  try {
    const request = { query: input.query, redirectUri, fields, state: input.state };
    return ok(await connector.completeAuthorization(app, request, http, () => ports.clock.now()));
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    return error.kind === 'retryable'
      ? refuse('unreachable', `${name} could not be reached (${wordsOf(error)}). Start the login again.`)
      : refuse('callback_refused', `${name}: ${wordsOf(error)}. Start the login again.`);
  }
}

/** Applies the grant, or keeps it for a person's choice. */
async function settle(
  ports: AccessCommandPorts,
  actor: Actor,
  begun: Authorization,
  grant: Grant,
): Promise<Result<CompletedAuthorization>> {
  const ref = { merchantId: begun.merchantId, authorizationId: begun.id };
  return ports.database.transaction(async (tx) => {
    await ports.access.stores.serialize(tx, begun.platform);
    const authorization = await ports.access.authorizations.lock(tx, ref);
    const stores = authorization === null ? [] : await ports.access.stores.ofAuthorization(tx, ref);
    const [template] = stores;
    if (authorization === null || template === undefined) {
      return refuse('not_found', 'The store was deleted while you were at the platform. Add it again.');
    }
    const checked = await checkGrant(ports, tx, { authorization, stores, grant });
    if (checked.kind === 'refused') return checked.refusal;
    if (checked.kind !== 'plan') {
      const request = { authorization, kind: checked.kind, grant, personId: actor.personId };
      const choiceId = await holdGrant(ports, tx, request);
      return ok({ outcome: checked.kind, merchantId: ref.merchantId, choiceId });
    }
    const connector = ports.connectors.get(authorization.platform);
    const request = { authorization, connector, grant, plan: checked.plan, actor, template };
    const storeIds = await applyGrant(ports, tx, request);
    return ok({ outcome: 'authorized', merchantId: ref.merchantId, storeIds });
  });
}
