import { applyGrant, checkGrant } from '../connect/apply-grant.ts';
import { callAuthorized } from '../connect/call-authorized.ts';
import { setStatus } from '../connect/health.ts';
import { holdGrant } from '../connect/held-grant.ts';
import { type LoadedAuthorization, loadAuthorization } from '../connect/load-authorization.ts';
import type { AccessCommandPorts } from '../connect/ports.ts';
import { scopesOf } from '../connect/refresh.ts';
import { listIps, wordsOf } from '../connect/refusals.ts';
import { testFields } from '../connect/test-fields.ts';
import { ConnectorError } from '../errors.ts';
import type { Actor } from '../people/actor.ts';
import { requirePermission } from '../people/permissions.ts';
import type { AuthorizationRef } from '../ports/access.ts';
import { ok, type Result, refuse } from '../result.ts';
import { nameTaken } from '../store/store-input.ts';

export interface TestedConnection {
  /** The shop's name at the platform. */
  readonly shop: string;
  readonly missingScopes: readonly string[];
  /** Set when the credentials belong to another shop than the store's: the person chooses. */
  readonly choiceId: string | null;
}

/**
 * One harmless call. Success makes an `unverified` or `abnormal` authorization sound (an unverified one then gets its
 * shop and first sync); a refusal is written on it with the reason.
 */
export async function testConnection(
  ports: AccessCommandPorts,
  input: { readonly actor: Actor } & AuthorizationRef,
): Promise<Result<TestedConnection>> {
  const permitted = requirePermission(input.actor, 'administer', input.merchantId);
  if (!permitted.ok) return permitted;
  const found = await loadAuthorization(ports, input);
  if (!found.ok) return found;
  const { authorization, kept } = found.value;
  if (kept === null || authorization.status === 'pending') {
    return refuse(
      'not_in_status',
      'There is nothing to test yet: use Go to Authorization or Update Authorization first.',
    );
  }
  return authorization.status === 'unverified'
    ? firstTest(ports, input.actor, found.value)
    : anotherTest(ports, input.actor, found.value);
}

async function firstTest(
  ports: AccessCommandPorts,
  actor: Actor,
  loaded: LoadedAuthorization,
): Promise<Result<TestedConnection>> {
  const { authorization, kept } = loaded;
  const ref = { merchantId: authorization.merchantId, authorizationId: authorization.id };
  const connector = ports.connectors.get(authorization.platform);
  const tested = await testFields(ports, connector, authorization.id, { ...authorization.fields, ...kept?.values });
  return ports.database.transaction(async (tx) => {
    await ports.access.stores.serialize(tx, authorization.platform);
    const now = await ports.access.authorizations.lock(tx, ref);
    const stores = await ports.access.stores.ofAuthorization(tx, ref);
    const [template] = stores;
    if (now === null || template === undefined) return refuse('not_found', 'The store was deleted meanwhile.');
    if (now.status !== 'unverified') return refuse('not_in_status', 'Somebody else has tested it. Reload the page.');
    if (!tested.ok) {
      await ports.access.authorizations.update(tx, ref, {
        reason: tested.error.message,
        checkedAt: ports.clock.now(),
      });
      return tested;
    }
    const grant = tested.value;
    const checked = await checkGrant(ports, tx, { authorization: now, stores, grant });
    if (checked.kind === 'refused') return checked.refusal;
    if (checked.kind === 'name_clash') return nameTaken(checked.name, connector.profile.name);
    const shop = grant.shops[0]?.name ?? '';
    if (checked.kind === 'different_shop') {
      const held = { authorization: now, kind: checked.kind, grant, personId: actor.personId };
      return ok({ shop, missingScopes: [], choiceId: await holdGrant(ports, tx, held) });
    }
    await applyGrant(ports, tx, { authorization: now, connector, grant, plan: checked.plan, actor, template });
    return ok({ shop, missingScopes: scopesOf(connector.profile, grant.scopes).missingScopes, choiceId: null });
  });
}

async function anotherTest(
  ports: AccessCommandPorts,
  actor: Actor,
  loaded: LoadedAuthorization,
): Promise<Result<TestedConnection>> {
  const { authorization, kept, stores } = loaded;
  if (kept === null) throw new Error('testConnection looked for credentials already.');
  const [store] = stores;
  const ref = { merchantId: authorization.merchantId, authorizationId: authorization.id };
  const { profile } = ports.connectors.get(authorization.platform);
  let answer: Awaited<ReturnType<typeof callTest>>;
  try {
    answer = await callTest(ports, { authorization, store, kept, actor });
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    return notSound(ports, ref, error);
  }
  const known = stores.map((item) => item.platformShopId);
  const isKnown = known.includes(answer.shop.platformShopId) || known.every((shopId) => shopId === null);
  const reason = `The credentials now belong to the shop ${answer.shop.name}. Update the authorization with those of ${store.shopName ?? store.name}.`;
  const scopes = scopesOf(profile, answer.scopes);
  await ports.database.transaction(async (tx) => {
    const now = await ports.access.authorizations.lock(tx, ref);
    if (now === null) return;
    await ports.access.authorizations.update(tx, ref, {
      checkedAt: ports.clock.now(),
      ...(answer.scopes.length === 0 ? {} : scopes),
    });
    if (!isKnown) await setStatus(ports, tx, now, { status: 'abnormal', reason }, actor);
    else if (now.status !== 'expiring') await setStatus(ports, tx, now, { status: 'authorized', reason: null }, actor);
  });
  if (!isKnown) return refuse('different_shop', reason);
  const missingScopes = answer.scopes.length === 0 ? authorization.missingScopes : scopes.missingScopes;
  return ok({ shop: answer.shop.name, missingScopes, choiceId: null });
}

const callTest = (ports: AccessCommandPorts, callable: Parameters<typeof callAuthorized>[1]) =>
  callAuthorized(ports, callable, ({ connector, session }) => connector.testConnection(session));

/** What a failed test says of the authorization, and to the person. A refused token was written on it already. */
async function notSound(
  ports: AccessCommandPorts,
  ref: AuthorizationRef,
  error: ConnectorError,
): Promise<Result<never>> {
  const words = wordsOf(error);
  const message = await ports.database.transaction(async (tx) => {
    const now = await ports.access.authorizations.lock(tx, ref);
    if (now === null) return words;
    const { profile } = ports.connectors.get(now.platform);
    const allowlist = profile.ipAllowlist ? ` Is our address ${listIps(ports.connection.egressIps)} registered?` : '';
    await ports.access.authorizations.update(tx, ref, { checkedAt: ports.clock.now() });
    if (error.kind === 'needs_reauthorization') return now.reason ?? words;
    const reason = `The test failed: ${words}.${allowlist}`;
    if (now.status !== 'expired' && now.status !== 'revoked') {
      await setStatus(ports, tx, now, { status: 'abnormal', reason });
    }
    return reason;
  });
  return refuse(error.kind === 'retryable' ? 'unreachable' : 'refused_by_platform', message);
}
