import { and, eq, inArray, isNull, ne, sql } from 'drizzle-orm';
import { newId } from '../../core/ids.ts';
import { type Store, type StoreRef, type StoreRepository, storeStatuses } from '../../core/ports/access.ts';
import { unwrap } from '../database.ts';
import { authorizations, salesChannels, stores } from '../schema/index.ts';
import { copySetup } from './store-setup.ts';

const matches = ({ merchantId, storeId }: StoreRef) => and(eq(stores.merchantId, merchantId), eq(stores.id, storeId));

const isLive = isNull(stores.deletedAt);

export function createStoreRepository(): StoreRepository {
  return {
    async serialize(tx, platform) {
      await unwrap(tx).execute(sql`select pg_advisory_xact_lock(hashtextextended(${`stores:${platform}`}, 0))`);
    },
    async find(tx, ref) {
      const [row] = await unwrap(tx)
        .select()
        .from(stores)
        .where(and(matches(ref), isLive));
      return row === undefined ? null : toStore(row);
    },
    async lock(tx, ref) {
      const [row] = await unwrap(tx)
        .select()
        .from(stores)
        .where(and(matches(ref), isLive))
        .for('update');
      return row === undefined ? null : toStore(row);
    },
    async findByIdAlone(tx, storeId) {
      const [row] = await unwrap(tx)
        .select()
        .from(stores)
        .where(and(eq(stores.id, storeId), isLive));
      return row === undefined ? null : toStore(row);
    },
    async listCallable(tx, platforms) {
      return unwrap(tx)
        .select({
          id: stores.id,
          merchantId: stores.merchantId,
          authorizationId: stores.authorizationId,
          platform: stores.platform,
          fields: authorizations.fields,
        })
        .from(stores)
        .innerJoin(
          authorizations,
          and(eq(authorizations.merchantId, stores.merchantId), eq(authorizations.id, stores.authorizationId)),
        )
        .where(
          and(
            inArray(stores.platform, [...platforms]),
            eq(stores.status, 'enabled'),
            isLive,
            inArray(authorizations.status, ['authorized', 'expiring']),
            isNull(authorizations.deletedAt),
          ),
        )
        .orderBy(stores.authorizationId, stores.id);
    },
    async ofAuthorization(tx, { merchantId, authorizationId }) {
      const rows = await unwrap(tx)
        .select()
        .from(stores)
        .where(and(eq(stores.merchantId, merchantId), eq(stores.authorizationId, authorizationId), isLive))
        .orderBy(stores.createdAt, stores.id);
      return rows.map(toStore);
    },
    async takenNames(tx, { merchantId, platform, names, exceptStoreIds }) {
      if (names.length === 0) return [];
      const rows = await unwrap(tx).execute<{ name: string }>(sql`
        select wanted.name from unnest(${sql.param([...names])}::text[]) as wanted (name)
        where exists (
          select 1 from stores s
          where s.merchant_id = ${merchantId}::uuid and s.platform = ${platform} and s.deleted_at is null
            and lower(s.name) = lower(wanted.name) and not s.id = any(${sql.param([...exceptStoreIds])}::uuid[]))`);
      return rows.map((row) => row.name);
    },
    async connectedElsewhere(tx, { platform, platformShopIds, exceptAuthorizationId }) {
      if (platformShopIds.length === 0) return [];
      const rows = await unwrap(tx)
        .select({ platformShopId: stores.platformShopId, merchantId: stores.merchantId, name: stores.name })
        .from(stores)
        .where(
          and(
            eq(stores.platform, platform),
            inArray(stores.platformShopId, [...platformShopIds]),
            ne(stores.authorizationId, exceptAuthorizationId),
            isLive,
          ),
        )
        .orderBy(stores.id);
      return rows.flatMap(({ platformShopId, ...row }) =>
        platformShopId === null ? [] : [{ platformShopId, ...row }],
      );
    },
    async insert(tx, rows) {
      if (rows.length === 0) return;
      await unwrap(tx)
        .insert(stores)
        .values(rows.map((row) => ({ ...row, settings: { ...row.settings } })));
    },
    async update(tx, ref, patch) {
      if (Object.keys(patch).length === 0) return;
      const { settings, ...rest } = patch;
      await unwrap(tx)
        .update(stores)
        .set(settings === undefined ? rest : { ...rest, settings: { ...settings } })
        .where(matches(ref));
    },
    async mergeSettings(tx, ref, settings) {
      const gone = Object.keys(settings).filter((name) => settings[name] === null);
      const set = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null));
      await unwrap(tx).execute(sql`
        update stores set settings = (settings - ${sql.param(gone)}::text[]) || ${JSON.stringify(set)}::text::jsonb
        where merchant_id = ${ref.merchantId}::uuid and id = ${ref.storeId}::uuid`);
    },
    async ensureSalesChannel(tx, merchantId) {
      const first = () =>
        unwrap(tx)
          .select({ id: salesChannels.id })
          .from(salesChannels)
          .where(eq(salesChannels.merchantId, merchantId))
          .orderBy(salesChannels.createdAt, salesChannels.id)
          .limit(1);
      const [known] = await first();
      if (known !== undefined) return known.id;
      const values = { id: newId(), merchantId, name: 'Default' };
      await unwrap(tx).insert(salesChannels).values(values).onConflictDoNothing();
      // Not the one just made when another transaction was faster.
      const [made] = await first();
      if (made === undefined) throw new Error('The sales channel was not made.');
      return made.id;
    },
    async stranded(tx, { merchantId, storeId }) {
      const [row] = await unwrap(tx).execute<{ unshipped: string; unwritten: string }>(sql`
        select
          (select count(*) from orders o
            where o.merchant_id = ${merchantId}::uuid and o.store_id = ${storeId}::uuid
              and o.status in ('pending', 'acknowledged', 'processing', 'partially_shipped')) as unshipped,
          (select count(*) from writebacks w
            where w.merchant_id = ${merchantId}::uuid and w.store_id = ${storeId}::uuid
              and w.state in ('pending', 'sending', 'retry', 'failed', 'parked')) as unwritten`);
      return { unshipped: Number(row?.unshipped ?? 0), unwritten: Number(row?.unwritten ?? 0) };
    },
    copySetup: (tx, request) => copySetup(unwrap(tx), request),
    async queueRuns(tx, runs) {
      if (runs.length === 0) return [];
      const rows = runs.map((run) => ({
        id: run.runId,
        merchant_id: run.merchantId,
        store_id: run.storeId,
        authorization_id: run.authorizationId,
        mode: run.mode,
        since: run.since?.toISOString() ?? null,
        until: run.until?.toISOString() ?? null,
        person_id: run.personId,
        actor_name: run.actorName,
        via: run.via,
      }));
      const queued = await unwrap(tx).execute<{ id: string; store_id: string }>(sql`
        insert into runs (id, merchant_id, store_id, authorization_id, kind, mode, since, until, person_id, actor_name, via)
        select r.id, r.merchant_id, r.store_id, r.authorization_id, 'sync', r.mode, r.since, r.until, r.person_id,
          r.actor_name, r.via
        from json_to_recordset(${JSON.stringify(rows)}::text::json) as r (id uuid, merchant_id uuid, store_id uuid,
          authorization_id uuid, mode text, since timestamptz, until timestamptz, person_id uuid, actor_name text, via text)
        on conflict do nothing
        returning id, store_id`);
      return queued.map((row) => ({ runId: row.id, storeId: row.store_id }));
    },
    async saveListings(tx, { merchantId, storeId }, listings, at) {
      if (listings.length === 0) return;
      const rows = listings.map((listing) => ({
        id: newId(),
        platform_product_id: listing.platformProductId,
        sku: listing.sku,
        barcode: listing.barcode,
        name: listing.name,
        picture_url: listing.pictureUrl,
      }));
      await unwrap(tx).execute(sql`
        insert into listings (id, merchant_id, store_id, platform_product_id, sku, barcode, name, picture_url, seen_at)
        select r.id, ${merchantId}::uuid, ${storeId}::uuid, r.platform_product_id, r.sku, r.barcode, r.name,
          r.picture_url, ${at.toISOString()}::timestamptz
        from json_to_recordset(${JSON.stringify(rows)}::text::json) as r (id uuid, platform_product_id text, sku text,
          barcode text, name text, picture_url text)
        on conflict (store_id, platform_product_id) do update
          set sku = excluded.sku, barcode = excluded.barcode, name = excluded.name,
            picture_url = excluded.picture_url, seen_at = excluded.seen_at`);
    },
  };
}

type Row = typeof stores.$inferSelect;

function toStore(row: Row): Store {
  const status = storeStatuses.find((known) => known === row.status);
  if (status === undefined) throw new Error(`unknown store status ${row.status}`);
  return {
    id: row.id,
    merchantId: row.merchantId,
    authorizationId: row.authorizationId,
    salesChannelId: row.salesChannelId,
    platform: row.platform,
    name: row.name,
    code: row.code,
    country: row.country,
    currency: row.currency,
    platformShopId: row.platformShopId,
    shopName: row.shopName,
    status,
    orderScope: row.orderScope,
    syncEveryMinutes: row.syncEveryMinutes,
    lookBackHours: row.lookBackHours,
    firstLookBackHours: row.firstLookBackHours,
    requiresMethodMapping: row.requiresMethodMapping,
    freshnessSeconds: row.freshnessSeconds,
    settings: row.settings,
  };
}
