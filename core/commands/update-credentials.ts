import { applyGrant, checkGrant } from '../connect/apply-grant.ts';
import { partFields, readCredentials, withPendingFields, writeCredentials } from '../connect/credentials.ts';
import { holdGrant } from '../connect/held-grant.ts';
import { loadAuthorization } from '../connect/load-authorization.ts';
import type { AccessCommandPorts } from '../connect/ports.ts';
import { testFields } from '../connect/test-fields.ts';
import type { Actor } from '../people/actor.ts';
import { requirePermission } from '../people/permissions.ts';
import type { AuthorizationRef } from '../ports/access.ts';
import type { Connector, Credentials, Grant } from '../ports/connector.ts';
import { ok, type Result, refuse } from '../result.ts';
import { nameTaken } from '../store/store-input.ts';

export interface UpdatedCredentials {
  /** `choose`: the credentials belong to another shop, see the page of `choiceId`. */
  readonly next: 'done' | 'authorize' | 'test' | 'choose';
  readonly choiceId: string | null;
}

export interface UpdateCredentialsInput extends AuthorizationRef {
  readonly actor: Actor;
  /** By the names of the profile's fields; an empty secret keeps the one that is there. */
  readonly fields: Credentials;
  readonly saveUntested?: boolean | undefined;
}

/**
 * New credentials for an authorization, tested before they replace the old ones. Refused ones change nothing. Where a
 * login is needed they wait for it, and come into force with its grant.
 */
export async function updateCredentials(
  ports: AccessCommandPorts,
  input: UpdateCredentialsInput,
): Promise<Result<UpdatedCredentials>> {
  const permitted = requirePermission(input.actor, 'administer', input.merchantId);
  if (!permitted.ok) return permitted;
  const found = await loadAuthorization(ports, input);
  if (!found.ok) return found;
  const { authorization, kept } = found.value;
  const connector = ports.connectors.get(authorization.platform);
  const app = ports.connection.appOf(authorization.platform);
  if (app === null) return refuse('not_configured', `${connector.profile.name} is not set up on this desk yet.`);
  const typed = withKeptSecrets(connector, input.fields, kept?.values ?? {});
  const checked = connector.checkFields(typed, app);
  if (!checked.ok) return refuse('bad_field', checked.message, checked.field);
  const fields = checked.value;
  const moved = secretToEnterAgain(connector, input.fields, fields, authorization.fields);
  if (moved !== null) return moved;
  const ref = { merchantId: input.merchantId, authorizationId: input.authorizationId };
  if (connector.profile.connection === 'oauth')
    return keepFields(ports, input.actor, ref, connector, fields, 'authorize');
  if (input.saveUntested === true && connector.profile.ipAllowlist) {
    return keepFields(ports, input.actor, ref, connector, fields, 'test');
  }
  const tested = await testFields(ports, connector, authorization.id, fields);
  return tested.ok ? apply(ports, input.actor, ref, connector, fields, tested.value) : tested;
}

/** A secret is never sent to the browser, so an empty one means "as it is". */
function withKeptSecrets(connector: Connector, typed: Credentials, kept: Credentials): Credentials {
  const secrets = connector.profile.fields.filter((field) => field.secret && (typed[field.name] ?? '').trim() === '');
  const unchanged = secrets.flatMap(({ name }) => (kept[name] === undefined ? [] : [[name, kept[name]] as const]));
  return { ...typed, ...Object.fromEntries(unchanged) };
}

/**
 * A kept secret goes only where it was entered for: with another address in the form it would be sent to whoever
 * answers there, and so be read by a person whom the desk never shows it to.
 */
function secretToEnterAgain(
  connector: Connector,
  typed: Credentials,
  fields: Credentials,
  known: Credentials,
): Result<never> | null {
  const declared = connector.profile.fields;
  const reused = declared.find(({ name, secret }) => secret && (typed[name] ?? '').trim() === '' && fields[name]);
  const changed = declared.find(({ name, secret }) => !secret && (fields[name] ?? '') !== (known[name] ?? ''));
  if (reused === undefined || changed === undefined) return null;
  return refuse(
    'bad_field',
    `${changed.label} is another one now. Enter ${reused.label} again: kept secrets are not sent to a new address.`,
    reused.name,
  );
}

async function keepFields(
  ports: AccessCommandPorts,
  actor: Actor,
  ref: AuthorizationRef,
  connector: Connector,
  fields: Credentials,
  next: 'authorize' | 'test',
): Promise<Result<UpdatedCredentials>> {
  return ports.database.transaction(async (tx) => {
    const authorization = await ports.access.authorizations.lock(tx, ref);
    if (authorization === null) return refuse('not_found', 'This authorization does not exist (any more).');
    const old = (await readCredentials(ports, tx, ref))?.values ?? {};
    // A login that is under way was for the fields before.
    await ports.access.oauthStates.closeOpen(tx, ref, ports.clock.now());
    if (next === 'authorize' && authorization.authorizedAt !== null) {
      // Tokens of one shop must never travel to the host of another: the old fields go on with them until a login.
      const cleared = Object.keys(authorization.fields).map((name) => [name, ''] as const);
      await writeCredentials(ports, tx, ref, withPendingFields(old, { ...Object.fromEntries(cleared), ...fields }));
    } else {
      const { shown, secret } = partFields(connector, fields);
      await writeCredentials(ports, tx, ref, { ...old, ...secret });
      await ports.access.authorizations.update(tx, ref, {
        fields: shown,
        ...(next === 'test' ? { status: 'unverified', reason: 'Credentials changed and not tested yet.' } : {}),
      });
    }
    await ports.audit.append(tx, [changed(ports, actor, ref)]);
    return ok({ next, choiceId: null });
  });
}

async function apply(
  ports: AccessCommandPorts,
  actor: Actor,
  ref: AuthorizationRef,
  connector: Connector,
  fields: Credentials,
  grant: Grant,
): Promise<Result<UpdatedCredentials>> {
  // What was typed belongs to the grant: a held one must be whole when the person comes back to it.
  const whole: Grant = { ...grant, credentials: { ...fields, ...grant.credentials } };
  return ports.database.transaction(async (tx) => {
    await ports.access.stores.serialize(tx, connector.profile.platform);
    const authorization = await ports.access.authorizations.lock(tx, ref);
    const stores = authorization === null ? [] : await ports.access.stores.ofAuthorization(tx, ref);
    const [template] = stores;
    if (authorization === null || template === undefined)
      return refuse('not_found', 'The store was deleted meanwhile.');
    const checked = await checkGrant(ports, tx, { authorization, stores, grant: whole });
    if (checked.kind === 'refused') return checked.refusal;
    if (checked.kind === 'name_clash') return nameTaken(checked.name, connector.profile.name);
    if (checked.kind === 'different_shop') {
      const held = { authorization, kind: checked.kind, grant: whole, personId: actor.personId };
      return ok({ next: 'choose', choiceId: await holdGrant(ports, tx, held) });
    }
    await applyGrant(ports, tx, { authorization, connector, grant: whole, plan: checked.plan, actor, template });
    await ports.audit.append(tx, [changed(ports, actor, ref)]);
    return ok({ next: 'done', choiceId: null });
  });
}

const changed = (ports: AccessCommandPorts, actor: Actor, ref: AuthorizationRef) => ({
  merchantId: ref.merchantId,
  actor,
  at: ports.clock.now(),
  event: 'authorization.credentials_changed',
  subjectType: 'authorization' as const,
  subjectId: ref.authorizationId,
});
