import { afterAll, expect, test } from 'vitest';
import { connector as woocommerce } from '../../../connectors/woocommerce/index.ts';
import { addStore } from '../../../core/commands/add-store.ts';
import { deleteStore } from '../../../core/commands/delete-store.ts';
import { settleAuthorizationChoice } from '../../../core/commands/settle-authorization-choice.ts';
import { testConnection } from '../../../core/commands/test-connection.ts';
import { updateCredentials } from '../../../core/commands/update-credentials.ts';
import { ConnectorError } from '../../../core/errors.ts';
import type { Credentials } from '../../../core/ports/connector.ts';
import { accessDesk, personOf, type TestPerson, testClock } from '../../support/access.ts';
import { createBazaar, shop } from '../../support/bazaar.ts';
import { testDatabase } from '../../support/database.ts';
import { startWooStore, wooKeys } from '../../support/woo-store.ts';

const database = await testDatabase();
const clock = testClock();
const store = await startWooStore();
const bazaar = createBazaar({ ipAllowlist: true });
const desk = accessDesk(database, {
  clock,
  connectors: [woocommerce, bazaar.connector],
  apps: { woocommerce: { allow_private: '1' }, shopify: null },
});
/** As an installation on the internet: private addresses are refused. */
const strict = accessDesk(database, {
  clock,
  connectors: [woocommerce],
  client: {
    resolve: (_host, _options, callback) => callback(null, [{ address: '10.0.0.7', family: 4 }]),
  },
});
const { sql } = database;
afterAll(() => store.close());

const addWoo = (person: TestPerson, fields: Credentials, name = 'Woo', at = desk) =>
  addStore(at.ports, { ...person, platform: 'woocommerce', name, fields });

const addBazaar = (person: TestPerson, name: string, over: { saveUntested?: boolean } = {}) =>
  addStore(desk.ports, {
    ...person,
    platform: 'bazaar',
    name,
    fields: { vendor: '17', api_key: 'canary-key-1' },
    ...over,
  });

async function rowsOf(person: TestPerson) {
  const where = sql`merchant_id = ${person.merchantId}`;
  return {
    authorizations: await sql`select * from authorizations where ${where} order by created_at`,
    stores: await sql`select * from stores where ${where} order by created_at, name`,
    credentials: await sql`select * from credentials where ${where}`,
    runs: await sql`select * from runs where ${where}`,
    channels: await sql`select * from sales_channels where ${where}`,
  };
}

const nothing = { authorizations: [], stores: [], credentials: [], runs: [], channels: [] };

test('keys that the store takes connect it at once and queue its first sync', async () => {
  const mei = await personOf(database);
  const result = await addWoo(mei, { store_url: store.url, ...wooKeys });
  expect(result).toMatchObject({ ok: true, value: { next: 'done' } });
  const rows = await rowsOf(mei);
  expect(rows.authorizations).toMatchObject([{ status: 'authorized', fields: { store_url: store.url } }]);
  expect(rows.stores).toMatchObject([{ name: 'Woo', shop_name: 'Örtagård', currency: 'EUR' }]);
  expect(rows.runs).toMatchObject([{ mode: 'first', status: 'queued' }]);
  // Nobody can call us at a loopback address.
  expect(desk.queued('webhooks.register')).toEqual([]);
  const dump = JSON.stringify([rows, await sql`select * from platform_calls`, await sql`select * from audit_events`]);
  for (const secret of Object.values(wooKeys)) expect(dump).not.toContain(secret);
  const remove = { ...mei, storeId: String(rows.stores[0]?.id), confirmName: 'Woo' };
  expect((await deleteStore(desk.ports, remove)).ok).toBe(true);
});

test('keys that the store does not know change nothing and stand in no log', async () => {
  const mei = await personOf(database);
  const wrong = { consumer_key: `ck_${'c3'.repeat(20)}`, consumer_secret: `cs_${'d4'.repeat(20)}` };
  const result = await addWoo(mei, { store_url: store.url, ...wrong });
  expect(result).toMatchObject({ ok: false, error: { code: 'credentials_refused', field: 'consumer_key' } });
  expect(await rowsOf(mei)).toEqual(nothing);
  await desk.recorder.flush();
  const said = JSON.stringify([result, desk.lines, await sql`select * from platform_calls`]);
  for (const secret of Object.values(wrong)) expect(said).not.toContain(secret);
});

test('keys of the wrong form are named before anything is called', async () => {
  const mei = await personOf(database);
  const before = store.requests.length;
  const result = await addWoo(mei, { store_url: store.url, ...wooKeys, consumer_secret: wooKeys.consumer_key });
  expect(result).toMatchObject({ ok: false, error: { code: 'bad_field', field: 'consumer_secret' } });
  expect(store.requests).toHaveLength(before);
  expect(await rowsOf(mei)).toEqual(nothing);
});

test('an address where nothing answers is said beside the field', async () => {
  const mei = await personOf(database);
  const result = await addWoo(mei, { store_url: 'http://127.0.0.1:9', ...wooKeys });
  expect(result).toMatchObject({ ok: false, error: { code: 'unreachable', field: 'store_url' } });
  expect(await rowsOf(mei)).toEqual(nothing);
});

test('an address of the own network is refused, whether typed or looked up', async () => {
  const mei = await personOf(database);
  const before = store.requests.length;
  for (const url of [
    store.url,
    'https://127.0.0.1',
    'https://169.254.169.254',
    'https://[::1]',
    'https://db.internal',
  ]) {
    const typed = await addWoo(mei, { store_url: url, ...wooKeys }, 'Woo', strict);
    expect(typed, url).toMatchObject({ ok: false, error: { code: 'bad_field', field: 'store_url' } });
  }
  const lookedUp = await addWoo(mei, { store_url: 'https://inside.example.com', ...wooKeys }, 'Woo', strict);
  expect(lookedUp).toMatchObject({ ok: false, error: { code: 'address_refused', field: 'store_url' } });
  expect(store.requests).toHaveLength(before);
  expect(await rowsOf(mei)).toEqual(nothing);
});

test('a platform that this desk has no application for says so', async () => {
  const mei = await personOf(database);
  const unset = accessDesk(database, { clock, connectors: [woocommerce], apps: { woocommerce: null } });
  expect(await addWoo(mei, { store_url: store.url, ...wooKeys }, 'Woo', unset)).toMatchObject({
    ok: false,
    error: { code: 'not_configured' },
  });
});

test('a viewer and an operator may not add stores', async () => {
  for (const role of ['viewer', 'operator', 'warehouse'] as const) {
    const person = await personOf(database, role);
    expect(await addBazaar(person, 'X')).toMatchObject({ ok: false, error: { code: 'not_permitted' } });
  }
});

test('behind an IP allowlist the credentials are kept untested, then tested', async () => {
  const mei = await personOf(database);
  bazaar.grant = [shop('untested-1')];
  const before = bazaar.tested.length;
  const added = await addBazaar(mei, 'Untested', { saveUntested: true });
  expect(added).toMatchObject({ ok: true, value: { next: 'test' } });
  expect(bazaar.tested).toHaveLength(before);
  const [authorization] = (await rowsOf(mei)).authorizations;
  expect(authorization).toMatchObject({ status: 'unverified', fields: { vendor: '17' } });
  const where = { ...mei, authorizationId: String(authorization?.id) };

  bazaar.grant = new ConnectorError('refused', {
    kind: 'retryable',
    platform: 'bazaar',
    operation: 'connect',
    platformMessage: 'the connection was refused',
  });
  const refused = await testConnection(desk.ports, where);
  expect(refused).toMatchObject({ ok: false, error: { message: expect.stringContaining('203.0.113.7') } });
  expect((await rowsOf(mei)).authorizations).toMatchObject([
    { status: 'unverified', reason: expect.stringContaining('203.0.113.7') },
  ]);

  bazaar.grant = [shop('untested-1')];
  expect(await testConnection(desk.ports, where)).toMatchObject({ ok: true, value: { shop: 'Shop untested-1' } });
  const rows = await rowsOf(mei);
  expect(rows.authorizations).toMatchObject([{ status: 'authorized', reason: null }]);
  expect(rows.stores).toMatchObject([{ platform_shop_id: 'untested-1' }]);
  expect(rows.runs).toMatchObject([{ mode: 'first' }]);
  expect(bazaar.tested.at(-1)).toEqual({ vendor: '17', api_key: 'canary-key-1' });
});

test('several shops in one grant become stores named after their countries', async () => {
  const mei = await personOf(database);
  bazaar.grant = [shop('eu-1', 'DE'), shop('eu-2', 'FR'), shop('eu-3', 'FR', 'Outlet')];
  const added = await addBazaar(mei, 'Europe');
  expect(added).toMatchObject({ ok: true, value: { next: 'done' } });
  const { authorizations, runs, stores } = await rowsOf(mei);
  expect(authorizations).toHaveLength(1);
  expect(stores.map((row) => [row.name, row.platform_shop_id])).toEqual(
    expect.arrayContaining([
      ['Europe · DE', 'eu-1'],
      ['Europe · FR · Shop eu-2', 'eu-2'],
      ['Europe · FR · Outlet', 'eu-3'],
    ]),
  );
  expect(runs).toHaveLength(3);

  // A shop opened later gets a store when the authorization is renewed; the others keep what they have.
  bazaar.grant = [shop('eu-1', 'DE'), shop('eu-2', 'FR'), shop('eu-3', 'FR', 'Outlet'), shop('eu-4', 'IT')];
  const where = { ...mei, authorizationId: String(authorizations[0]?.id) };
  const updated = await updateCredentials(desk.ports, { ...where, fields: { vendor: '17', api_key: '' } });
  expect(updated).toMatchObject({ ok: true, value: { next: 'done' } });
  const after = await rowsOf(mei);
  expect(after.stores.map((row) => row.name)).toContain('Europe · IT');
  expect(after.stores).toHaveLength(4);
  expect(after.runs).toHaveLength(4);
});

test('an empty secret keeps the one that is there; refused new ones change nothing', async () => {
  const mei = await personOf(database);
  bazaar.grant = [shop('rotate-1')];
  await addBazaar(mei, 'Rotate');
  const before = await rowsOf(mei);
  const where = { ...mei, authorizationId: String(before.authorizations[0]?.id) };
  const changed = await updateCredentials(desk.ports, { ...where, fields: { vendor: '17', api_key: '' } });
  expect(changed).toMatchObject({ ok: true, value: { next: 'done' } });
  expect(bazaar.tested.at(-1)).toEqual({ vendor: '17', api_key: 'canary-key-1' });

  const sealed = (await rowsOf(mei)).credentials;
  bazaar.grant = new ConnectorError('no', {
    kind: 'needs_reauthorization',
    platform: 'bazaar',
    operation: 'connect',
    platformMessage: 'wrong key',
  });
  const refused = await updateCredentials(desk.ports, { ...where, fields: { vendor: '17', api_key: 'wrong-canary' } });
  expect(refused).toMatchObject({ ok: false, error: { code: 'credentials_refused', field: 'api_key' } });
  expect((await rowsOf(mei)).credentials).toEqual(sealed);
});

test('keys of another shop ask whether to replace it', async () => {
  const mei = await personOf(database);
  bazaar.grant = [shop('first-shop')];
  await addBazaar(mei, 'Keys');
  const [authorization] = (await rowsOf(mei)).authorizations;
  bazaar.grant = [shop('second-shop')];
  const where = { ...mei, authorizationId: String(authorization?.id) };
  const asked = await updateCredentials(desk.ports, { ...where, fields: { vendor: '99', api_key: 'canary-key-2' } });
  if (!asked.ok || asked.value.choiceId === null) throw new Error('expected the choice');
  const { choiceId } = asked.value;
  expect((await rowsOf(mei)).stores).toMatchObject([{ platform_shop_id: 'first-shop' }]);
  const settled = await settleAuthorizationChoice(desk.ports, { ...mei, choiceId, choice: 'replace' });
  expect(settled.ok).toBe(true);
  const { stores, authorizations } = await rowsOf(mei);
  expect(stores.filter((row) => row.deleted_at === null)).toMatchObject([
    { name: 'Keys', platform_shop_id: 'second-shop' },
  ]);
  // What was typed for the new shop is what is used from now on.
  expect(authorizations).toMatchObject([{ fields: { vendor: '99' }, status: 'authorized' }]);
});

test('two people adding a store of one name at once: one is told that the name is taken', async () => {
  const mei = await personOf(database);
  bazaar.grant = [shop('race-1')];
  const first = addBazaar(mei, 'Race');
  bazaar.grant = [shop('race-2')];
  const results = await Promise.all([first, addBazaar(mei, 'RACE')]);
  expect(results.filter((result) => result.ok)).toHaveLength(1);
  expect(results.find((result) => !result.ok)).toMatchObject({ error: { code: 'name_taken', field: 'name' } });
  expect((await rowsOf(mei)).stores).toHaveLength(1);
});

test('parked writebacks are sent again once the authorization is mended', async () => {
  const mei = await personOf(database);
  bazaar.grant = [shop('parked-1')];
  await addBazaar(mei, 'Parked');
  const { authorizations, stores } = await rowsOf(mei);
  const authorizationId = String(authorizations[0]?.id);
  const id = authorizationId;
  await sql`insert into orders (id, merchant_id, store_id, kind, platform_order_id, platform_order_number, platform_status,
      platform_state, platform_updated_at, content_hash, ordered_at, currency, payment_record, status, line_count)
    values (${id}, ${mei.merchantId}, ${String(stores[0]?.id)}, 'b2c', '1', '#1', 'PAID', 'open', now(), 'x', now(), 'USD',
      'online', 'shipped', 1)`;
  await sql`insert into writebacks (id, merchant_id, store_id, authorization_id, order_id, kind, state)
    values (${id}, ${mei.merchantId}, ${String(stores[0]?.id)}, ${authorizationId}, ${id}, 'shipment', 'parked')`;
  await updateCredentials(desk.ports, { ...mei, authorizationId, fields: { vendor: '17', api_key: 'canary-key-3' } });
  expect(await sql`select state from writebacks where id = ${id}`).toMatchObject([{ state: 'pending' }]);
  expect(desk.queued('writeback.send')).toEqual([{ merchantId: mei.merchantId, writebackId: id }]);
});
