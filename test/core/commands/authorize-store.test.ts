import { afterAll, expect, test } from 'vitest';
import { connector as shopify } from '../../../connectors/shopify/index.ts';
import { addStore } from '../../../core/commands/add-store.ts';
import { beginAuthorization } from '../../../core/commands/begin-authorization.ts';
import { completeAuthorization } from '../../../core/commands/complete-authorization.ts';
import { revokeAuthorization } from '../../../core/commands/revoke-authorization.ts';
import {
  settleAuthorizationChoice,
  showAuthorizationChoice,
} from '../../../core/commands/settle-authorization-choice.ts';
import { updateCredentials } from '../../../core/commands/update-credentials.ts';
import {
  accessDesk,
  consent,
  personOf,
  sandboxClient,
  sandboxMarketplace,
  type TestPerson,
  testClock,
} from '../../support/access.ts';
import { createBazaar, shop } from '../../support/bazaar.ts';
import { testDatabase } from '../../support/database.ts';

const database = await testDatabase();
const clock = testClock();
const marketplace = await sandboxMarketplace(clock);
const bazaar = createBazaar({
  connection: 'oauth',
  fields: [],
});
const desk = accessDesk(database, {
  clock,
  marketplace,
  connectors: [shopify, bazaar.connector],
  apps: { shopify: { client_id: 'client', client_secret: 'canary-shopify-secret' } },
});
const { ports } = desk;
const { sql } = database;
afterAll(() => marketplace.close());

const sessionHash = 'a'.repeat(64);

async function added(person: TestPerson, shop: string, name = shop) {
  const { actor, merchantId } = person;
  const result = await addStore(ports, { actor, merchantId, platform: 'sandbox', name, fields: { shop } });
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

async function begun(person: TestPerson, authorizationId: string): Promise<string> {
  const { actor, merchantId } = person;
  const result = await beginAuthorization(ports, { actor, merchantId, authorizationId, sessionHash });
  if (!result.ok) throw new Error(result.error.message);
  return result.value.url;
}

const stateOf = (query: readonly (readonly [string, string])[]): string =>
  query.find(([name]) => name === 'state')?.[1] ?? '';

const complete = (
  person: TestPerson,
  query: readonly (readonly [string, string])[],
  over: Partial<Parameters<typeof completeAuthorization>[1]> = {},
) =>
  completeAuthorization(ports, {
    actor: person.actor,
    platform: 'sandbox',
    state: stateOf(query),
    query,
    sessionHash,
    ...over,
  });

async function rowsOf(person: TestPerson) {
  const [authorization] = await sql`select * from authorizations where merchant_id = ${person.merchantId}`;
  const stores = await sql`select * from stores where merchant_id = ${person.merchantId} order by created_at, id`;
  return { authorization, stores };
}

test('connects a store by a login at the marketplace, and queues its first sync and webhooks', async () => {
  const mei = await personOf(database);
  const { authorizationId, storeIds, next } = await added(mei, 'teahouse', 'Tea house');
  expect(next).toBe('authorize');
  const before = await rowsOf(mei);
  expect(before.authorization).toMatchObject({ status: 'pending', fields: { shop: 'teahouse' } });
  expect(before.stores).toMatchObject([{ name: 'Tea house', status: 'enabled', platform_shop_id: null }]);

  const url = await begun(mei, authorizationId);
  const state = new URL(url).searchParams.get('state') ?? '';
  expect(Buffer.from(state, 'base64url').length).toBe(32);
  expect(await sql`select 1 from oauth_states where state_hash = ${state}`).toHaveLength(0);
  desk.queued('sync.run');
  const result = await complete(mei, await consent(url));
  expect(result).toMatchObject({ ok: true, value: { outcome: 'authorized', storeIds } });

  const { authorization, stores } = await rowsOf(mei);
  expect(authorization).toMatchObject({
    status: 'authorized',
    reason: null,
    missing_scopes: [],
    scopes: ['orders', 'fulfilments', 'products', 'stock'],
  });
  expect(authorization?.authorized_at).not.toBeNull();
  expect(new Date(String(authorization?.expires_at)).getTime()).toBeGreaterThan(clock.now().getTime() + 3_500_000);
  expect(stores[0]?.platform_shop_id).toBe(authorization?.account_id);
  const [run] = await sql`select * from runs where store_id = ${storeIds[0] ?? ''}`;
  expect(run).toMatchObject({ kind: 'sync', mode: 'first', status: 'queued', actor_name: 'Mei', via: 'web' });
  expect(desk.queued('sync.run')).toEqual([{ merchantId: mei.merchantId, runId: run?.id }]);
  expect(desk.queued('webhooks.register')).toContainEqual({ merchantId: mei.merchantId, storeId: storeIds[0] });
  const channels = await sql`select name from sales_channels where merchant_id = ${mei.merchantId}`;
  expect(channels).toMatchObject([{ name: 'Default' }]);
  const events =
    await sql`select event, actor_name from audit_events where merchant_id = ${mei.merchantId} order by id`;
  expect(events.map((event) => event.event)).toEqual(['store.added', 'authorization.authorized', 'store.connected']);
});

test('keeps the tokens only sealed', async () => {
  const mei = await personOf(database);
  const { authorizationId } = await added(mei, 'sealed');
  await complete(mei, await consent(await begun(mei, authorizationId)));
  const [row] = await sql`select sealed from credentials where authorization_id = ${authorizationId}`;
  expect(row?.sealed).toMatch(/^v1\.k1\./);
  const dump = JSON.stringify([await rowsOf(mei), await sql`select * from audit_events`, desk.lines]);
  expect(dump).not.toContain('sbx_at_');
  expect(dump).not.toContain('sbx_rt_');
});

test('refuses a callback that comes a second time', async () => {
  const mei = await personOf(database);
  const { authorizationId } = await added(mei, 'replayed');
  const query = await consent(await begun(mei, authorizationId));
  expect((await complete(mei, query)).ok).toBe(true);
  const before = await rowsOf(mei);
  expect(await complete(mei, query)).toMatchObject({ ok: false, error: { code: 'state_refused' } });
  expect(await rowsOf(mei)).toEqual(before);
});

test('of two callbacks at once with one state, one is refused', async () => {
  const mei = await personOf(database);
  const { authorizationId } = await added(mei, 'twice');
  const query = await consent(await begun(mei, authorizationId));
  const results = await Promise.all([complete(mei, query), complete(mei, query)]);
  expect(results.map((result) => result.ok).sort()).toEqual([false, true]);
});

test('refuses a state that was never given out, an altered one, and one of another platform', async () => {
  const mei = await personOf(database);
  const { authorizationId } = await added(mei, 'tampered');
  const query = await consent(await begun(mei, authorizationId));
  const refused = { ok: false, error: { code: 'state_refused' } };
  expect(await complete(mei, query, { state: `${stateOf(query)}x` })).toMatchObject(refused);
  expect(await complete(mei, query, { state: '' })).toMatchObject(refused);
  expect(await complete(mei, query, { platform: 'shopify' })).toMatchObject(refused);
  expect((await rowsOf(mei)).authorization).toMatchObject({ status: 'pending' });
  // None of them used the true one up.
  expect((await complete(mei, query)).ok).toBe(true);
});

test('refuses a state after ten minutes', async () => {
  const mei = await personOf(database);
  const { authorizationId } = await added(mei, 'slow');
  const query = await consent(await begun(mei, authorizationId));
  clock.pass(10 * 60_000 + 1_000);
  expect(await complete(mei, query)).toMatchObject({ ok: false, error: { code: 'state_refused' } });
  expect((await rowsOf(mei)).authorization).toMatchObject({ status: 'pending' });
});

test('refuses a state in another browser session, and from another person', async () => {
  const mei = await personOf(database);
  const tom = await personOf(database, 'owner', 'Tom');
  const { authorizationId } = await added(mei, 'foreign');
  const query = await consent(await begun(mei, authorizationId));
  const refused = { ok: false, error: { code: 'state_refused' } };
  expect(await complete(mei, query, { sessionHash: 'b'.repeat(64) })).toMatchObject(refused);
  expect(await complete(tom, query)).toMatchObject(refused);
  expect((await rowsOf(mei)).authorization).toMatchObject({ status: 'pending' });
});

test('refuses a person who lost the role while at the marketplace', async () => {
  const mei = await personOf(database);
  const { authorizationId } = await added(mei, 'demoted');
  const query = await consent(await begun(mei, authorizationId));
  const actor = { ...mei.actor, grants: [{ role: 'viewer', merchantIds: 'all', warehouseIds: 'all' }] } as const;
  expect(await complete(mei, query, { actor })).toMatchObject({ ok: false, error: { code: 'not_permitted' } });
});

test('an earlier login ends when a new one is started', async () => {
  const mei = await personOf(database);
  const { authorizationId } = await added(mei, 'restarted');
  const first = await consent(await begun(mei, authorizationId));
  const second = await consent(await begun(mei, authorizationId));
  expect(await complete(mei, first)).toMatchObject({ ok: false, error: { code: 'state_refused' } });
  expect((await complete(mei, second)).ok).toBe(true);
});

test('an altered query changes nothing, and the login can be started again', async () => {
  const mei = await personOf(database);
  const { authorizationId } = await added(mei, 'altered');
  const query = await consent(await begun(mei, authorizationId));
  const forged = query.map(([name, value]) => [name, name === 'shop' ? 'evil' : value] as const);
  expect(await complete(mei, forged)).toMatchObject({ ok: false, error: { code: 'callback_refused' } });
  expect((await rowsOf(mei)).authorization).toMatchObject({ status: 'pending', account_id: null });
  expect((await complete(mei, await consent(await begun(mei, authorizationId)))).ok).toBe(true);
});

test('says that access was denied at the marketplace', async () => {
  const mei = await personOf(database);
  const { authorizationId } = await added(mei, 'denied');
  const query = await consent(await begun(mei, authorizationId), undefined, 'deny');
  const result = await complete(mei, query);
  expect(result).toMatchObject({ ok: false, error: { code: 'callback_refused' } });
  expect(result.ok ? '' : result.error.message).toContain('denied');
});

test('shows which scopes the consent left out', async () => {
  const mei = await personOf(database);
  const { authorizationId } = await added(mei, 'scanty');
  await complete(mei, await consent(await begun(mei, authorizationId), undefined, 'approve', ['orders', 'products']));
  expect((await rowsOf(mei)).authorization).toMatchObject({
    status: 'authorized',
    missing_scopes: ['fulfilments', 'stock'],
  });
});

test('refuses a shop that another store is connected to, also of another merchant', async () => {
  const mei = await personOf(database);
  const tom = await personOf(database, 'admin', 'Tom');
  const first = await added(mei, 'only-once', 'First');
  await complete(mei, await consent(await begun(mei, first.authorizationId)));
  const second = await added(mei, 'only-once', 'Second');
  const result = await complete(mei, await consent(await begun(mei, second.authorizationId)));
  expect(result).toMatchObject({ ok: false, error: { code: 'shop_connected_elsewhere' } });
  expect(result.ok ? '' : result.error.message).toContain('First');

  const other = await added(tom, 'only-once');
  const foreign = await complete(tom, await consent(await begun(tom, other.authorizationId)));
  expect(foreign).toMatchObject({ ok: false, error: { code: 'shop_connected_elsewhere' } });
  // The name of another merchant's store is none of Tom's business.
  expect(foreign.ok ? '' : foreign.error.message).not.toContain('First');
});

test('a new consent for another shop waits for the choice; cancel leaves everything as it was', async () => {
  const mei = await personOf(database);
  const { authorizationId } = await added(mei, 'old-shop', 'Main');
  await complete(mei, await consent(await begun(mei, authorizationId)));
  const before = await rowsOf(mei);
  const [sealed] = await sql`select sealed from credentials where authorization_id = ${authorizationId}`;

  const asked = await complete(mei, await consent(await begun(mei, authorizationId), 'new-shop'));
  if (!asked.ok || asked.value.outcome !== 'different_shop') throw new Error('expected the choice');
  const { choiceId } = asked.value;
  const where = { actor: mei.actor, merchantId: mei.merchantId, choiceId };
  const shown = await showAuthorizationChoice(ports, where);
  expect(shown).toMatchObject({
    ok: true,
    value: { kind: 'different_shop', current: [{ name: 'Main' }], granted: [{ name: expect.stringContaining('ew') }] },
  });
  const cancelled = await settleAuthorizationChoice(ports, { ...where, choice: 'cancel' });
  expect(cancelled.ok).toBe(true);
  expect(await rowsOf(mei)).toEqual(before);
  const [after] = await sql`select sealed from credentials where authorization_id = ${authorizationId}`;
  expect(after).toEqual(sealed);
  expect(await sql`select 1 from credentials where authorization_id = ${choiceId}`).toHaveLength(0);
});

test('replace: the old store keeps its orders and is marked, the new one has its name and mappings', async () => {
  const mei = await personOf(database);
  const { authorizationId, storeIds } = await added(mei, 'was', 'Main');
  const [oldId = ''] = storeIds;
  await complete(mei, await consent(await begun(mei, authorizationId)));
  const { merchantId } = mei;
  await sql`insert into products (id, merchant_id, sku, name) values (${merchantId}, ${merchantId}, 'W-1', 'Tea')`;
  await sql`insert into sku_mappings (id, merchant_id, store_id, key_kind, key, version, created_by)
    values (${oldId}, ${merchantId}, ${oldId}, 'sku', 'TEA', 3, 'Mei')`;
  await sql`insert into mapping_components (merchant_id, mapping_id, product_id, quantity)
    values (${merchantId}, ${oldId}, ${merchantId}, 2)`;
  await sql`insert into payment_classifications (id, merchant_id, store_id, payment_method, class, created_by)
    values (${oldId}, ${merchantId}, ${oldId}, 'card', 'prepaid', 'Mei')`;
  await sql`insert into carrier_pairings (id, merchant_id, store_id, carrier_name, platform_code, platform_name, created_by)
    values (${oldId}, ${merchantId}, ${oldId}, 'Bike Bob', 'bob', 'Bob', 'Mei')`;

  const asked = await complete(mei, await consent(await begun(mei, authorizationId), 'is-now'));
  const choiceId = asked.ok && asked.value.outcome !== 'authorized' ? asked.value.choiceId : '';
  const tom = await personOf(database, 'admin', 'Tom');
  expect(
    await settleAuthorizationChoice(ports, { actor: tom.actor, merchantId, choiceId, choice: 'replace' }),
  ).toMatchObject({ ok: false, error: { code: 'not_permitted' } });
  const settled = await settleAuthorizationChoice(ports, { actor: mei.actor, merchantId, choiceId, choice: 'replace' });
  if (!settled.ok) throw new Error(settled.error.message);
  const [newId = ''] = settled.value.storeIds;

  const stores = await sql`select * from stores where merchant_id = ${merchantId} order by created_at, id`;
  expect(stores.find((store) => store.id === oldId)).toMatchObject({ status: 'disabled' });
  expect(stores.find((store) => store.id === oldId)?.replaced_at).not.toBeNull();
  expect(stores.find((store) => store.id === newId)).toMatchObject({
    name: 'Main',
    status: 'enabled',
    deleted_at: null,
  });
  const mapping =
    await sql`select m.key, m.version, c.quantity from sku_mappings m join mapping_components c on c.mapping_id = m.id
    where m.store_id = ${newId}`;
  expect(mapping).toMatchObject([{ key: 'TEA', version: 1, quantity: 2 }]);
  expect(await sql`select class from payment_classifications where store_id = ${newId}`).toHaveLength(1);
  const pairings = await sql`select carrier_name, platform_code from carrier_pairings where store_id = ${newId}`;
  expect(pairings).toEqual([{ carrier_name: 'Bike Bob', platform_code: 'bob' }]);
  expect(await sql`select 1 from authorizations where id = ${choiceId}`).toHaveLength(0);
});

test('a choice is over after fifteen minutes, and its grant is forgotten', async () => {
  const mei = await personOf(database);
  const { authorizationId } = await added(mei, 'hesitant', 'Main');
  await complete(mei, await consent(await begun(mei, authorizationId)));
  const asked = await complete(mei, await consent(await begun(mei, authorizationId), 'hesitant-2'));
  const choiceId = asked.ok && asked.value.outcome !== 'authorized' ? asked.value.choiceId : '';
  clock.pass(15 * 60_000 + 1_000);
  const where = { actor: mei.actor, merchantId: mei.merchantId, choiceId };
  expect(await settleAuthorizationChoice(ports, { ...where, choice: 'replace' })).toMatchObject({
    ok: false,
    error: { code: 'not_found' },
  });
});

test('no code, state or secret of a login stands in log or call log', async () => {
  const mei = await personOf(database);
  const { authorizationId } = await added(mei, 'canary');
  const query = await consent(await begun(mei, authorizationId));
  const code = query.find(([name]) => name === 'code')?.[1] ?? '';
  marketplace.faults.add({ kind: 'status', status: 400, operation: 'token', times: 1 });
  expect(await complete(mei, query)).toMatchObject({ ok: false });
  await desk.recorder.flush();
  const calls = await sql`select * from platform_calls where authorization_id = ${authorizationId}`;
  expect(calls).toMatchObject([{ merchant_id: mei.merchantId, status: 400, operation: 'completeAuthorization' }]);
  const written = JSON.stringify([calls, desk.lines]);
  for (const secret of [code, stateOf(query), sandboxClient.secret]) {
    expect(secret.length).toBeGreaterThan(10);
    expect(written).not.toContain(secret);
  }
});

test('a login for several shops whose names are taken waits for another name', async () => {
  const mei = await personOf(database);
  const { actor, merchantId } = mei;
  const add = (name: string) =>
    addStore(ports, { actor, merchantId, platform: 'bazaar', name, fields: { api_key: 'k' } });
  const taken = await add('Europe · DE');
  const added = await add('Europe');
  if (!added.ok || !taken.ok) throw new Error('expected both');
  bazaar.grant = [shop('clash-1', 'DE'), shop('clash-2', 'FR')];
  const url = await begun(mei, added.value.authorizationId);
  const state = new URL(url).searchParams.get('state') ?? '';
  const asked = await complete(mei, [['state', state]], { platform: 'bazaar' });
  if (!asked.ok || asked.value.outcome !== 'name_clash') throw new Error('expected the choice');
  const where = { actor, merchantId, choiceId: asked.value.choiceId };
  expect(await settleAuthorizationChoice(ports, { ...where, choice: 'rename', name: ' ' })).toMatchObject({
    ok: false,
    error: { code: 'name_missing', field: 'name' },
  });
  expect(await settleAuthorizationChoice(ports, { ...where, choice: 'rename', name: 'Europe' })).toMatchObject({
    ok: false,
    error: { code: 'name_taken', field: 'name' },
  });
  // The grant is still there: it was asked for once.
  const settled = await settleAuthorizationChoice(ports, { ...where, choice: 'rename', name: 'EU' });
  expect(settled).toMatchObject({ ok: true });
  const names = await sql`select name from stores where merchant_id = ${merchantId} order by name`;
  expect(names.map((row) => row.name)).toEqual(['EU · DE', 'EU · FR', 'Europe · DE']);
});

test('a Shopify name that is none, or leads elsewhere, is refused beside its field and nothing is kept', async () => {
  const mei = await personOf(database);
  const { actor, merchantId } = mei;
  for (const name of [
    '',
    'evil.example.com',
    'shop.myshopify.com.evil.example',
    'a b',
    'x@evil.example',
    '127.0.0.1',
  ]) {
    const result = await addStore(ports, { actor, merchantId, platform: 'shopify', name: 'S', fields: { shop: name } });
    expect(result, name).toMatchObject({ ok: false, error: { code: 'bad_field', field: 'shop' } });
  }
  expect((await rowsOf(mei)).stores).toEqual([]);
  const fields = { shop: 'https://admin.shopify.com/store/demo-shop' };
  const added = await addStore(ports, { actor, merchantId, platform: 'shopify', name: 'S', fields });
  if (!added.ok) throw new Error(added.error.message);
  const url = new URL(await begun(mei, added.value.authorizationId));
  expect(url.host).toBe('demo-shop.myshopify.com');
  expect(url.searchParams.get('redirect_uri')).toBe('http://localhost:3000/oauth/shopify/callback');
  expect(url.href).not.toContain('canary-shopify-secret');
});

test('what says which shop is called cannot change under a living login', async () => {
  const mei = await personOf(database);
  const { authorizationId } = await added(mei, 'living');
  const where = { actor: mei.actor, merchantId: mei.merchantId, authorizationId };
  expect(await updateCredentials(ports, { ...where, fields: { shop: 'living-2' } })).toMatchObject({
    ok: true,
    value: { next: 'authorize' },
  });
  await complete(mei, await consent(await begun(mei, authorizationId)));
  expect((await rowsOf(mei)).stores).toMatchObject([{ shop_name: expect.stringMatching(/living.2/i) }]);
  const before = await rowsOf(mei);
  expect(await updateCredentials(ports, { ...where, fields: { shop: 'elsewhere' } })).toMatchObject({ ok: true });
  expect(await rowsOf(mei)).toEqual(before);
  await revokeAuthorization(ports, where);
  expect(await updateCredentials(ports, { ...where, fields: { shop: 'elsewhere' } })).toMatchObject({ ok: true });
  const asked = await complete(mei, await consent(await begun(mei, authorizationId)));
  expect(asked).toMatchObject({ ok: true, value: { outcome: 'different_shop' } });
});
