import { applyGrant, checkGrant } from '../connect/apply-grant.ts';
import { partFields, writeCredentials } from '../connect/credentials.ts';
import type { AccessCommandPorts } from '../connect/ports.ts';
import { testFields } from '../connect/test-fields.ts';
import { newId } from '../ids.ts';
import type { Actor } from '../people/actor.ts';
import { requirePermission } from '../people/permissions.ts';
import type { Authorization, Store } from '../ports/access.ts';
import type { Connector, Credentials, Grant } from '../ports/connector.ts';
import type { Tx } from '../ports/database.ts';
import { ok, type Result, refuse } from '../result.ts';
import { nameTaken, parseStoreCode, parseStoreName } from '../store/store-input.ts';

export interface AddStoreInput {
  readonly actor: Actor;
  readonly merchantId: string;
  readonly platform: string;
  readonly name: string;
  readonly code?: string | null | undefined;
  /** What was typed, by the names of the profile's fields. */
  readonly fields: Credentials;
  /** Platforms with an IP allowlist: keep the credentials without testing them, as `unverified`. */
  readonly saveUntested?: boolean | undefined;
}

export interface AddedStore {
  readonly authorizationId: string;
  /** The stores of the grant; one until a login names more. */
  readonly storeIds: readonly string[];
  /** `authorize`: the person goes to the platform; `test`: saved untested; `done`: connected, its first sync queued. */
  readonly next: 'authorize' | 'test' | 'done';
}

/**
 * Adds a store. Typed credentials are tested at once and only kept when the platform takes them; where a login is
 * needed the row waits, `pending`, for as long as it takes. Refuses with the field at fault and changes nothing then.
 */
export async function addStore(ports: AccessCommandPorts, input: AddStoreInput): Promise<Result<AddedStore>> {
  const permitted = requirePermission(input.actor, 'administer', input.merchantId);
  if (!permitted.ok) return permitted;
  const connector = ports.connectors.list().find((item) => item.profile.platform === input.platform);
  if (connector === undefined) return refuse('unknown_platform', 'Choose a platform from the list.', 'platform');
  const parsed = parse(ports, connector, input);
  if (!parsed.ok) return parsed;
  const { name, code, fields } = parsed.value;

  const isUntested = input.saveUntested === true && connector.profile.ipAllowlist;
  const draft = draftOf(ports, connector, { ...input, name, code, fields });
  const needsLogin = connector.profile.connection === 'oauth';
  // A name that is taken is said before the platform is called; the transaction below checks it again.
  const taken = await ports.database.transaction((tx) => takenName(ports, tx, draft.store));
  if (taken !== undefined) return nameTaken(taken, connector.profile.name);

  const tested =
    needsLogin || isUntested ? ok(null) : await testFields(ports, connector, draft.authorization.id, fields);
  if (!tested.ok) return tested;
  return ports.database.transaction((tx) =>
    save(ports, tx, { ...draft, connector, input, fields, grant: tested.value }),
  );
}

function parse(
  ports: AccessCommandPorts,
  connector: Connector,
  input: AddStoreInput,
): Result<{ name: string; code: string | null; fields: Credentials }> {
  const { profile } = connector;
  const app = ports.connection.appOf(profile.platform);
  if (app === null) {
    return refuse(
      'not_configured',
      `${profile.name} is not set up on this desk yet. Ask the person who runs it to set its application keys.`,
      'platform',
    );
  }
  const name = parseStoreName(input.name);
  if (!name.ok) return name;
  const code = parseStoreCode(input.code);
  if (!code.ok) return code;
  const checked = connector.checkFields(input.fields, app);
  if (!checked.ok) return refuse('bad_field', checked.message, checked.field);
  return ok({ name: name.value, code: code.value, fields: checked.value });
}

interface Draft {
  readonly authorization: Authorization;
  readonly store: Store;
}

/** The rows of a new connection; the sales channel is filled in when they are saved. */
function draftOf(
  ports: AccessCommandPorts,
  connector: Connector,
  input: AddStoreInput & { readonly name: string; readonly code: string | null },
): Draft {
  const { profile } = connector;
  const authorizationId = newId();
  const { merchantId } = input;
  const now = ports.clock.now();
  return {
    authorization: {
      id: authorizationId,
      merchantId,
      platform: profile.platform,
      status: 'pending',
      reason: null,
      accountId: null,
      accountName: null,
      fields: partFields(connector, input.fields).shown,
      scopes: [],
      missingScopes: [],
      expiresAt: null,
      refreshExpiresAt: null,
      authorizedAt: null,
      checkedAt: null,
      refreshedAt: null,
      refreshNotBefore: null,
      createdBy: input.actor.personId,
      createdAt: now,
    },
    store: {
      id: newId(),
      merchantId,
      authorizationId,
      salesChannelId: '',
      platform: profile.platform,
      name: input.name,
      code: input.code,
      country: null,
      currency: null,
      platformShopId: null,
      shopName: null,
      status: 'enabled',
      orderScope: 'all',
      syncEveryMinutes: profile.sync.everyMinutes,
      lookBackHours: profile.sync.lookBackHours,
      firstLookBackHours: profile.sync.firstLookBackHours,
      requiresMethodMapping: profile.fixedShippingMethods,
      freshnessSeconds: (ports.connection.freshnessMinutes ?? profile.sync.everyMinutes) * 60,
      settings: {},
    },
  };
}

async function takenName(ports: AccessCommandPorts, tx: Tx, store: Store): Promise<string | undefined> {
  const { merchantId, platform, name } = store;
  const [taken] = await ports.access.stores.takenNames(tx, { merchantId, platform, names: [name], exceptStoreIds: [] });
  return taken;
}

async function save(
  ports: AccessCommandPorts,
  tx: Tx,
  request: Draft & {
    readonly connector: Connector;
    readonly input: AddStoreInput;
    readonly fields: Credentials;
    readonly grant: Grant | null;
  },
): Promise<Result<AddedStore>> {
  const { connector, grant, input } = request;
  const { profile } = connector;
  const ref = { merchantId: input.merchantId, authorizationId: request.authorization.id };
  await ports.access.stores.serialize(tx, profile.platform);
  const taken = await takenName(ports, tx, request.store);
  if (taken !== undefined) return nameTaken(taken, profile.name);
  const store = {
    ...request.store,
    salesChannelId: await ports.access.stores.ensureSalesChannel(tx, input.merchantId),
  };
  const authorization: Authorization = {
    ...request.authorization,
    ...(profile.connection === 'oauth' || grant !== null
      ? {}
      : { status: 'unverified', reason: 'Saved without a test. Register our address at the platform, then test.' }),
  };
  const checked = grant === null ? null : await checkGrant(ports, tx, { authorization, stores: [store], grant });
  if (checked?.kind === 'refused') return checked.refusal;
  if (checked?.kind === 'name_clash') return nameTaken(checked.name, profile.name);

  await ports.access.authorizations.insert(tx, authorization);
  await writeCredentials(ports, tx, ref, partFields(connector, request.fields).secret);
  await ports.access.stores.insert(tx, [store]);
  await ports.audit.append(tx, [
    {
      merchantId: input.merchantId,
      actor: input.actor,
      at: ports.clock.now(),
      event: 'store.added',
      subjectType: 'store',
      subjectId: store.id,
      after: { platform: profile.platform, name: store.name },
    },
  ]);
  if (grant === null || checked?.kind !== 'plan') {
    const next = authorization.status === 'unverified' ? 'test' : 'authorize';
    return ok({ authorizationId: authorization.id, storeIds: [store.id], next });
  }
  const storeIds = await applyGrant(ports, tx, {
    authorization,
    connector,
    grant,
    plan: checked.plan,
    actor: input.actor,
    template: store,
  });
  return ok({ authorizationId: authorization.id, storeIds, next: 'done' });
}
