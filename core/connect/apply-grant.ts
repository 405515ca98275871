import { settleAlerts } from '../alert/settle-job.ts';
import { resumeParkedWritebacks } from '../commands/resume-parked-writebacks.ts';
import { newId } from '../ids.ts';
import type { Actor } from '../people/actor.ts';
import type { Authorization, Store } from '../ports/access.ts';
import type { Connector, Credentials, Grant, ShopIdentity } from '../ports/connector.ts';
import type { Tx } from '../ports/database.ts';
import type { AnyJob } from '../ports/jobs.ts';
import { type Refusal, type Result, refuse } from '../result.ts';
import { syncJob } from '../sync/sync-job.ts';
import { keptWebhookSecrets, partFields, readCredentials, writeCredentials } from './credentials.ts';
import { callableStatuses } from './health.ts';
import { type GrantPlan, planGrant } from './plan-grant.ts';
import type { AccessCommandPorts } from './ports.ts';
import { scopesOf } from './refresh.ts';
import { appFor } from './session.ts';
import { canBeCalled } from './webhook-address.ts';
import { webhooksJob } from './webhooks-job.ts';

export type CheckedGrant =
  | { readonly kind: 'plan'; readonly plan: GrantPlan }
  | { readonly kind: 'different_shop'; readonly current: readonly Store[]; readonly granted: readonly ShopIdentity[] }
  | { readonly kind: 'name_clash'; readonly name: string }
  | { readonly kind: 'refused'; readonly refusal: Result<never, Refusal> };

/** Plans a grant against all other stores. Needs `stores.serialize` taken, so that the answer holds until the write. */
export async function checkGrant(
  ports: Pick<AccessCommandPorts, 'access'>,
  tx: Tx,
  request: {
    readonly authorization: Authorization;
    readonly stores: readonly Store[];
    readonly grant: Grant;
    readonly replace?: boolean | undefined;
    readonly baseName?: string | undefined;
  },
): Promise<CheckedGrant> {
  const { authorization, grant, stores } = request;
  const elsewhere = await ports.access.stores.connectedElsewhere(tx, {
    platform: authorization.platform,
    platformShopIds: grant.shops.map((shop) => shop.platformShopId),
    exceptAuthorizationId: authorization.id,
  });
  const other = elsewhere[0];
  if (other !== undefined) {
    const where =
      other.merchantId === authorization.merchantId
        ? `as the store ${other.name}. Update that store's authorization instead, or delete it first.`
        : 'by another merchant of this desk. Delete it there first.';
    const shop = grant.shops.find((item) => item.platformShopId === other.platformShopId);
    return {
      kind: 'refused',
      refusal: refuse('shop_connected_elsewhere', `The shop ${shop?.name ?? ''} is already connected ${where}`),
    };
  }
  const planned = planGrant({
    stores,
    shops: grant.shops,
    replace: request.replace === true,
    baseName: request.baseName,
  });
  if (planned.kind === 'different_shop') return planned;
  const { plan } = planned;
  const wanted = [...plan.assign, ...plan.add].map((item) => item.name);
  const [taken] = await ports.access.stores.takenNames(tx, {
    merchantId: authorization.merchantId,
    platform: authorization.platform,
    names: wanted,
    exceptStoreIds: [...plan.assign.map((item) => item.store.id), ...plan.replace.map((store) => store.id)],
  });
  return taken === undefined ? planned : { kind: 'name_clash', name: taken };
}

/**
 * Writes a checked grant: credentials, health, stores, first syncs, webhook registrations, parked work, audit. The
 * authorization's row is locked by the caller. Returns the ids of the stores that the grant carries.
 */
export async function applyGrant(
  ports: AccessCommandPorts,
  tx: Tx,
  request: {
    readonly authorization: Authorization;
    readonly connector: Connector;
    readonly grant: Grant;
    readonly plan: GrantPlan;
    readonly actor: Actor;
    /** A store's row to copy defaults from when shops are added. */
    readonly template: Store;
  },
): Promise<readonly string[]> {
  const { authorization, connector, grant, plan, actor } = request;
  const now = ports.clock.now();
  const ref = { merchantId: authorization.merchantId, authorizationId: authorization.id };
  const { shown } = partFields(connector, grant.credentials);
  const fields = { ...authorization.fields, ...shown };
  const kept = await saveCredentials(ports, tx, authorization, connector, grant);
  await ports.access.authorizations.update(tx, ref, {
    status: 'authorized',
    reason: null,
    accountId: grant.accountId,
    accountName: grant.shops[0]?.name ?? null,
    fields,
    ...scopesOf(connector.profile, grant.scopes),
    expiresAt: grant.expiresAt,
    refreshExpiresAt: grant.refreshExpiresAt,
    authorizedAt: now,
    checkedAt: now,
    refreshNotBefore: null,
  });
  const { stores, fresh } = await saveStores(ports, tx, request, now);
  const back = callableStatuses.has(authorization.status) ? [] : stores.filter((store) => !fresh.includes(store));
  const hostRule = connector.hostRule(appFor(ports, authorization.platform), { ...fields, ...kept });
  const takesWebhooks = connector.profile.capabilities.webhooks && canBeCalled(ports.connection.publicUrl, hostRule);
  const jobs: AnyJob[] = [
    settleAlerts(authorization.merchantId),
    ...(await queueSyncs(ports, tx, fresh, back, actor, now)),
    ...(takesWebhooks ? stores : []).map(webhooksJob),
  ];
  await ports.jobs.enqueue(tx, jobs);
  await resumeParkedWritebacks(ports, tx, authorization.id);
  const event = { merchantId: ref.merchantId, actor, at: now };
  await ports.audit.append(tx, [
    {
      ...event,
      event: authorization.authorizedAt === null ? 'authorization.authorized' : 'authorization.updated',
      subjectType: 'authorization',
      subjectId: authorization.id,
      before: { status: authorization.status, accountId: authorization.accountId },
      after: { status: 'authorized', accountId: grant.accountId, stores: stores.map((store) => store.id) },
    },
    ...fresh.map((store) => ({
      ...event,
      event: 'store.connected',
      subjectType: 'store' as const,
      subjectId: store.id,
      after: { name: store.name, platformShopId: store.platformShopId },
    })),
    ...plan.replace.map((store) => ({
      ...event,
      event: 'store.replaced',
      subjectType: 'store' as const,
      subjectId: store.id,
      before: { platformShopId: store.platformShopId },
      after: { replacedBy: grant.shops.map((shop) => shop.platformShopId) },
    })),
  ]);
  return stores.map((store) => store.id);
}

/** Typed secrets and webhook secrets stay; tokens of the old grant go, so that none outlives its pair. */
async function saveCredentials(
  ports: AccessCommandPorts,
  tx: Tx,
  authorization: Authorization,
  connector: Connector,
  grant: Grant,
): Promise<Credentials> {
  const ref = { merchantId: authorization.merchantId, authorizationId: authorization.id };
  const old = (await readCredentials(ports, tx, ref))?.values ?? {};
  const typedNames = new Set(connector.profile.fields.map((field) => field.name));
  const typed = Object.fromEntries(Object.entries(old).filter(([name]) => typedNames.has(name)));
  const { secret } = partFields(connector, grant.credentials);
  const values = { ...keptWebhookSecrets(old), ...typed, ...secret };
  await writeCredentials(ports, tx, ref, values);
  return values;
}

async function saveStores(
  ports: AccessCommandPorts,
  tx: Tx,
  { authorization, plan, template }: { authorization: Authorization; plan: GrantPlan; template: Store },
  now: Date,
): Promise<{ stores: readonly Store[]; fresh: readonly Store[] }> {
  const { merchantId } = authorization;
  for (const store of plan.replace) {
    await ports.access.stores.update(
      tx,
      { merchantId, storeId: store.id },
      { status: 'disabled', replacedAt: now, deletedAt: now },
    );
  }
  const assigned = plan.assign.map(({ store, shop, name }) => ({ ...store, ...identityOf(shop, store), name }));
  for (const store of assigned) {
    await ports.access.stores.update(
      tx,
      { merchantId, storeId: store.id },
      {
        name: store.name,
        platformShopId: store.platformShopId,
        shopName: store.shopName,
        country: store.country,
        currency: store.currency,
      },
    );
  }
  const added = plan.add.map(({ shop, name }) => ({
    ...template,
    ...identityOf(shop, null),
    id: newId(),
    authorizationId: authorization.id,
    name,
    code: plan.add.length + plan.assign.length > 1 ? null : template.code,
  }));
  await ports.access.stores.insert(tx, added);
  const [first] = added;
  const replaced = plan.replace[0];
  if (first !== undefined && replaced !== undefined) {
    await ports.access.stores.copySetup(tx, { merchantId, from: replaced.id, to: first.id });
  }
  const wereEmpty = new Set(
    plan.assign.filter(({ store }) => store.platformShopId === null).map(({ store }) => store.id),
  );
  return { stores: [...assigned, ...added], fresh: [...assigned.filter((store) => wereEmpty.has(store.id)), ...added] };
}

const identityOf = (shop: ShopIdentity, store: Store | null) => ({
  platformShopId: shop.platformShopId,
  shopName: shop.name,
  country: shop.country ?? store?.country ?? null,
  currency: shop.currency ?? store?.currency ?? null,
});

/** The first sync of stores that are new, and for those that could not be called for a while what they missed. */
async function queueSyncs(
  ports: AccessCommandPorts,
  tx: Tx,
  fresh: readonly Store[],
  back: readonly Store[],
  actor: Actor,
  now: Date,
): Promise<readonly AnyJob[]> {
  const stores = [...fresh, ...back.filter((store) => store.status === 'enabled')];
  const runs = await ports.access.stores.queueRuns(
    tx,
    stores.map((store) => {
      const since = new Date(now.getTime() - store.firstLookBackHours * 3_600_000);
      return {
        merchantId: store.merchantId,
        storeId: store.id,
        runId: newId(),
        authorizationId: store.authorizationId,
        ...(fresh.includes(store)
          ? { mode: 'first' as const, since, until: now }
          : { mode: 'immediate' as const, since: null, until: null }),
        personId: actor.personId,
        actorName: actor.name,
        via: actor.via,
      };
    }),
  );
  return runs.flatMap(({ runId, storeId }): readonly AnyJob[] => {
    const store = stores.find((item) => item.id === storeId);
    if (store === undefined) return [];
    const { authorizationId, merchantId } = store;
    return [syncJob({ merchantId, runId, authorizationId }, actor.personId !== null)];
  });
}
