import { afterAll, expect, test } from 'vitest';
import { newId } from '../../core/ids.ts';
import { accessDesk, consent, sandboxMarketplace, testClock } from '../support/access.ts';
import { testDatabase } from '../support/database.ts';
import { makeOrder } from '../support/outgoing.ts';
import { signedInVisitor, storePages, type Visitor } from '../support/store-pages.ts';

const database = await testDatabase();
const clock = testClock();
const marketplace = await sandboxMarketplace(clock);
const desk = accessDesk(database, { clock, marketplace });
const app = storePages(database, desk);
const { sql } = database;
afterAll(() => marketplace.close());

const visitor = (role?: 'admin' | 'viewer') => signedInVisitor(database, desk, app, role);

/** Adds a store by the form; its page. */
async function added(mei: Visitor, name: string, shop: string): Promise<string> {
  const answer = await mei.post('/stores/add', { platform: 'sandbox', name, field_shop: shop });
  expect(answer.status).toBe(303);
  return answer.headers.get('location') ?? '';
}

async function authorized(mei: Visitor, name: string, shop: string): Promise<string> {
  const path = await added(mei, name, shop);
  const answer = await mei.post(`/authorizations/${await authorizationOf(path)}/authorize`);
  const url = /url=(.+)$/.exec(answer.headers.get('refresh') ?? '')?.[1] ?? '';
  const query = new URLSearchParams((await consent(url)).map(([name, value]): [string, string] => [name, value]));
  const back = await mei.get(`/oauth/sandbox/callback?${query}`);
  expect(back).toMatchObject({ status: 303 });
  expect(back.headers.get('location')).toBe(path);
  return path;
}

async function authorizationOf(path: string): Promise<string> {
  const [row] = await sql`select authorization_id from stores where id = ${path.split('/').at(-1) ?? ''}`;
  return String(row?.authorization_id);
}

test('a merchant without stores is shown the next step', async () => {
  const mei = await visitor();
  const { status, body } = await mei.get('/stores');
  expect(status).toBe(200);
  expect(body).toContain('No store yet');
  expect(body).toContain('href="/stores/add"');
});

test('a store is added, authorized in a new tab, and stands in the list with its set-up', async () => {
  const mei = await visitor();
  const form = await mei.get('/stores/add?platform=sandbox');
  expect(form.body).toContain('name="field_shop"');
  const path = await authorized(mei, 'Tea house', 'teahouse');
  const page = await mei.get(path);
  expect(page.body).toContain('Authorized');
  expect(page.body).toContain('target="_blank"');
  const list = await mei.get('/stores');
  expect(list.body).toContain('Tea house');
  expect(list.body).toContain('Map the SKUs of the first orders');
});

test('errors of the form stand beside the field, and what was typed stays', async () => {
  const mei = await visitor();
  const answer = await mei.post('/stores/add', { platform: 'sandbox', name: 'Tea', field_shop: '!' });
  expect(answer.status).toBe(422);
  expect(answer.body).toContain('href="#f-field_shop"');
  expect(answer.body).toMatch(/id="e-field_shop"/);
  expect(answer.body).toContain('value="Tea"');
  expect(await sql`select 1 from stores where merchant_id = ${mei.merchantId}`).toHaveLength(0);
});

test('a shop may be entered as people write its name', async () => {
  const mei = await visitor();
  const path = await added(mei, 'Café', "Mei's Café No. 2");
  expect((await mei.get(path)).body).toContain('mei-s-cafe-no-2');
});

test('an unpaired carrier is proposed the provider of its name, and nothing is paired before it is saved', async () => {
  const mei = await visitor();
  const path = await authorized(mei, 'Proposals', 'proposals');
  for (const name of ['Black Cat', 'Nobody knows it']) {
    await sql`insert into carriers (id, code, name) values (gen_random_uuid(), ${name.toLowerCase()}, ${name})`;
  }
  const rowOf = (body: string, name: string) => body.split('</tr>').find((row) => row.includes(`<b>${name}</b>`)) ?? '';
  const { body } = await mei.get(`${path}/carriers`);
  expect(rowOf(body, 'Black Cat')).toMatch(/selected[^>]*>Black Cat [^<]*\(proposed: same name\)/);
  expect(rowOf(body, 'Nobody knows it')).not.toContain('selected');
  expect(await sql`select 1 from carrier_pairings where store_id = ${path.split('/').at(-1) ?? ''}`).toHaveLength(0);
});

test('an old pairing form changes only what was changed in it, and takes back nothing that a colleague paired', async () => {
  const mei = await visitor();
  const path = await authorized(mei, 'Old pairing', 'old-pairing');
  const [grey, red] = [newId(), newId()];
  await sql`insert into carriers (id, code, name) values (${grey}, ${grey}, 'Grey Cat'), (${red}, ${red}, 'Red Cat')`;
  const storeId = path.split('/').at(-1) ?? '';
  const codes = async () =>
    Object.fromEntries(
      (await sql`select carrier_id, platform_code from carrier_pairings where store_id = ${storeId}`).map((row) => [
        row.carrier_id,
        row.platform_code,
      ]),
    );
  const drawn = (await mei.get(`${path}/carriers`)).body;
  const select = new RegExp(`id="f-${grey}".*?</select>`, 's').exec(drawn)?.[0] ?? '';
  const [first = '', second = ''] = [...select.matchAll(/<option value="([^"]+)"/g)].map(([, code]) => code ?? '');
  expect(second).not.toBe('');
  const pair = (fields: Record<string, string>) => mei.post(`${path}/carriers`, fields);
  await pair({ [`pair_${grey}`]: first, [`seen_${grey}`]: '' });
  // The page was drawn now; a colleague changes grey before it is saved.
  expect((await mei.get(`${path}/carriers`)).body).toContain(`name="seen_${grey}" value="${first}"`);
  await pair({ [`pair_${grey}`]: second, [`seen_${grey}`]: first });
  const old = { [`seen_${grey}`]: first, [`seen_${red}`]: '' };
  expect((await pair({ ...old, [`pair_${grey}`]: first, [`pair_${red}`]: first })).status).toBe(303);
  expect(await codes()).toEqual({ [grey]: second, [red]: first });
  const late = await pair({ [`pair_${grey}`]: first, [`seen_${grey}`]: '' });
  expect(late.status).toBe(422);
  expect(late.body).toMatch(new RegExp(`href="#f-${grey}">[^<]+ paired Grey Cat with [^<]+ at \\d\\d:\\d\\d`));
  expect(late.body).toContain(`name="seen_${grey}" value="${second}"`);
  expect(await codes()).toEqual({ [grey]: second, [red]: first });
  expect((await pair({ [`pair_${grey}`]: first, [`seen_${grey}`]: second })).status).toBe(303);
  expect(await codes()).toMatchObject({ [grey]: first });
});

test('names typed in Manual Ship stand on the pairing page while shipments wait, are paired there, and stay', async () => {
  const mei = await visitor();
  const path = await authorized(mei, 'Typed', 'typed-names');
  const storeId = path.split('/').at(-1) ?? '';
  const { merchantId } = mei;
  const authorizationId = await authorizationOf(path);
  const wait = async (name: string, carrierId: string | null = null) => {
    const { orderId } = await makeOrder(
      sql,
      { merchantId, storeId, authorizationId, salesChannelId: '' },
      { status: 'shipped' },
    );
    const [shipmentId, writebackId] = [newId(), newId()];
    await sql`insert into shipments (id, merchant_id, order_id, carrier_id, carrier_name, tracking_number, shipped_at, created_by)
      values (${shipmentId}, ${merchantId}, ${orderId}, ${carrierId}, ${name}, ${shipmentId}, now(), 'Mei')`;
    await sql`insert into writebacks (id, merchant_id, store_id, authorization_id, order_id, shipment_id, kind, state, error_code)
      values (${writebackId}, ${merchantId}, ${storeId}, ${authorizationId}, ${orderId}, ${shipmentId}, 'shipment', 'failed', 'carrier_unpaired')`;
    return writebackId;
  };
  const retired = newId();
  await sql`insert into carriers (id, code, name, enabled) values (${retired}, ${retired}, 'Retired Rail', false)`;
  const waiting = [await wait('Bike <Bob> & "Sons"'), await wait('BIKE <bob> & "sons"')];
  await wait('Bike Bill');
  await wait('Retired Rail', retired);
  const rowOf = (body: string, name: string) => body.split('</tr>').find((row) => row.includes(`<b>${name}</b>`)) ?? '';
  const bob = 'Bike &lt;Bob&gt; &amp; &quot;Sons&quot;';
  const drawn = (await mei.get(`${path}/carriers`)).body;
  expect(rowOf(drawn, bob)).toContain('typed in Manual Ship · 2 orders wait');
  expect(rowOf(drawn, 'Bike Bill')).toContain('typed in Manual Ship · 1 order waits');
  expect(rowOf(drawn, 'Retired Rail')).toContain(`pair_${retired}`);
  expect(drawn.match(/typed in Manual Ship · /g)).toHaveLength(2);
  const field = /name="pair_(typed-[\w-]+)"/.exec(rowOf(drawn, bob))?.[1] ?? '';
  const [, code = ''] = /<option value="([^"]+)"/.exec(rowOf(drawn, bob)) ?? [];
  expect((await mei.post(`${path}/carriers`, { [`pair_${field}`]: code, [`seen_${field}`]: '' })).status).toBe(303);
  const states = await sql`select state from writebacks where id = any(${waiting}::uuid[])`;
  expect(states).toEqual([{ state: 'pending' }, { state: 'pending' }]);
  const paired = rowOf((await mei.get(`${path}/carriers`)).body, bob);
  expect(paired).toContain('typed in Manual Ship<');
  expect(paired).toMatch(new RegExp(`value="${code}" selected`));
  const listed = newId();
  await sql`insert into carriers (id, code, name) values (${listed}, ${listed}, 'BIKE <Bob> & "Sons"')`;
  const named = rowOf((await mei.get(`${path}/carriers`)).body, 'BIKE &lt;Bob&gt; &amp; &quot;Sons&quot;');
  expect(named).toMatch(/ · goes as [^<]+, as the typed name does</);
  await sql`delete from carriers where id = ${listed}`;
  const late = await mei.post(`${path}/carriers`, { [`pair_${field}`]: 'x', [`seen_${field}`]: '' });
  expect(late.status).toBe(422);
  expect(late.body).toContain(`href="#f-${field}"`);
  // The set-up's pairing is about the warehouse's own carriers.
  expect((await mei.get(path)).body).toContain('0 paired');
});

test('a name that exists, in other capitals, is refused', async () => {
  const mei = await visitor();
  await added(mei, 'Main', 'main-one');
  const answer = await mei.post('/stores/add', { platform: 'sandbox', name: ' mAiN ', field_shop: 'main-two' });
  expect(answer.status).toBe(422);
  expect(answer.body).toContain('href="#f-name"');
  expect(await sql`select 1 from stores where merchant_id = ${mei.merchantId}`).toHaveLength(1);
});

test('a tampered callback shows what to do and changes nothing', async () => {
  const mei = await visitor();
  const path = await added(mei, 'Tampered', 'tampered');
  const answer = await mei.get('/oauth/sandbox/callback?state=made-up&code=x&shop=tampered');
  expect(answer.status).toBe(422);
  expect(answer.body).toContain('Go to Authorization');
  const [row] = await sql`select status from authorizations where id = ${await authorizationOf(path)}`;
  expect(row).toMatchObject({ status: 'pending' });
});

test('a store of another merchant is not there, and no form changes it', async () => {
  const mei = await visitor();
  const tom = await visitor();
  const path = await authorized(mei, 'Of Mei', 'of-mei');
  const authorization = `/authorizations/${await authorizationOf(path)}`;
  const before = JSON.stringify([
    await sql`select * from stores where merchant_id = ${mei.merchantId}`,
    await sql`select * from authorizations where merchant_id = ${mei.merchantId}`,
    await sql`select * from credentials where merchant_id = ${mei.merchantId}`,
  ]);
  for (const page of [path, `${path}/edit`, `${path}/delete`, `${path}/carriers`, `${path}/calls`]) {
    expect((await tom.get(page)).status, page).toBe(404);
  }
  expect((await tom.get(`${authorization}/credentials`)).status).toBe(404);
  const posts: readonly (readonly [string, Record<string, string>])[] = [
    [`${path}/edit`, { name: 'Mine' }],
    [`${path}/status`, { status: 'disabled' }],
    [`${path}/delete`, { confirmName: 'Of Mei' }],
    [`${path}/carriers`, {}],
    [`${authorization}/authorize`, {}],
    [`${authorization}/test`, {}],
    [`${authorization}/refresh`, {}],
    [`${authorization}/revoke`, {}],
    [`${authorization}/credentials`, { field_shop: 'stolen' }],
  ];
  for (const [action, fields] of posts) expect((await tom.post(action, fields)).status, action).toBe(404);
  const after = JSON.stringify([
    await sql`select * from stores where merchant_id = ${mei.merchantId}`,
    await sql`select * from authorizations where merchant_id = ${mei.merchantId}`,
    await sql`select * from credentials where merchant_id = ${mei.merchantId}`,
  ]);
  expect(after).toBe(before);
});

test('a viewer sees stores, but no button that changes them, and no form does', async () => {
  const val = await visitor('viewer');
  expect((await val.get('/stores')).body).not.toContain('href="/stores/add"');
  expect((await val.get('/stores/add')).status).toBe(403);
  expect((await val.post('/stores/add', { platform: 'sandbox', name: 'X', field_shop: 'xxx' })).status).toBe(403);
});

test('a store’s page says that nobody is told of accepted orders', async () => {
  const mei = await visitor();
  const { body } = await mei.get(await authorized(mei, 'Say it', 'say-it'));
  expect(body).toContain('Accepting orders and purchase orders: the answer is kept here, the platform is not told.');
});

test('a store is edited without a new login, and limits are said beside the field', async () => {
  const mei = await visitor();
  const path = await authorized(mei, 'Edit me', 'edit-me');
  const form = {
    name: 'Edited',
    code: 'E1',
    syncEveryMinutes: '30',
    lookBackHours: '72',
    firstLookBackHours: '120',
    freshnessMinutes: '10',
    requiresMethodMapping: 'on',
  };
  const wrong = await mei.post(`${path}/edit`, { ...form, syncEveryMinutes: '3' });
  expect(wrong.status).toBe(422);
  expect(wrong.body).toContain('id="e-syncEveryMinutes"');
  expect((await mei.post(`${path}/edit`, form)).status).toBe(303);
  const [row] = await sql`select * from stores where id = ${path.split('/').at(-1) ?? ''}`;
  expect(row).toMatchObject({
    name: 'Edited',
    code: 'E1',
    sync_every_minutes: 30,
    look_back_hours: 72,
    freshness_seconds: 600,
    requires_method_mapping: true,
  });
  expect(await sql`select status from authorizations where id = ${await authorizationOf(path)}`).toMatchObject([
    { status: 'authorized' },
  ]);
});

test('a store is deleted only under its typed name, after saying what is stranded', async () => {
  const mei = await visitor();
  const path = await authorized(mei, 'Delete me', 'delete-me');
  const storeId = path.split('/').at(-1) ?? '';
  await sql`insert into orders (id, merchant_id, store_id, kind, platform_order_id, platform_order_number, platform_status,
      platform_state, platform_updated_at, content_hash, ordered_at, currency, payment_record, status, line_count)
    values (${storeId}, ${mei.merchantId}, ${storeId}, 'b2c', '1', '#1', 'PAID', 'open', now(), 'x', now(), 'USD', 'online',
      'pending', 1)`;
  expect((await mei.get(`${path}/delete`)).body).toContain('1 order of this store not yet shipped');
  const wrong = await mei.post(`${path}/delete`, { confirmName: 'delete me' });
  expect(wrong.status).toBe(422);
  expect((await mei.get(path)).status).toBe(200);
  const authorizationId = await authorizationOf(path);
  expect((await mei.post(`${path}/delete`, { confirmName: 'Delete me' })).status).toBe(303);
  expect((await mei.get(path)).status).toBe(404);
  expect(await sql`select 1 from credentials where authorization_id = ${authorizationId}`).toHaveLength(0);
  expect(await sql`select 1 from orders where store_id = ${storeId}`).toHaveLength(1);
  // Its name and its shop are free again.
  await authorized(mei, 'Delete me', 'delete-me');
});

test('the connection is tested, the token renewed, the grant revoked', async () => {
  const mei = await visitor();
  const path = await authorized(mei, 'Buttons', 'buttons');
  const storeId = path.split('/').at(-1) ?? '';
  const authorization = `/authorizations/${await authorizationOf(path)}`;
  expect((await mei.post(`${authorization}/test`, { storeId })).headers.get('location')).toBe(path);
  const [before] =
    await sql`select sealed from credentials where authorization_id = ${authorization.split('/').at(-1) ?? ''}`;
  expect((await mei.post(`${authorization}/refresh`, { storeId })).headers.get('location')).toBe(path);
  const [after] =
    await sql`select sealed from credentials where authorization_id = ${authorization.split('/').at(-1) ?? ''}`;
  expect(after?.sealed).not.toBe(before?.sealed);
  expect((await mei.get(`${authorization}/revoke?storeId=${storeId}`)).body).toContain('forgets its credentials');
  expect((await mei.post(`${authorization}/revoke`, { storeId })).headers.get('location')).toBe(path);
  const page = await mei.get(path);
  expect(page.body).toContain('Revoked by Mei');
  // What it takes to mend it stands in the row.
  expect((await mei.get('/stores')).body).toContain('Update Authorization');
});

test('the call log of a store is read page by page and filtered, newest first', async () => {
  const mei = await visitor();
  const path = await authorized(mei, 'Logged', 'logged');
  const storeId = path.split('/').at(-1) ?? '';
  await sql`insert into platform_calls (id, merchant_id, authorization_id, store_id, direction, operation, method, target,
      status, duration_ms, request_bytes, response_bytes, attempt, error, at)
    select gen_random_uuid(), ${mei.merchantId}, ${await authorizationOf(path)}, ${storeId}, 'out', 'op-' || n, 'GET',
      'shop.example/orders', case when n % 10 = 0 then 500 else 200 end, 12, 0, 400, 1,
      case when n % 10 = 0 then 'HTTP 500' end, now() + n * interval '1 second'
    from generate_series(1, 120) as n`;
  const first = await mei.get(`${path}/calls`);
  expect(first.body).toContain('op-120');
  expect(first.body).not.toContain('>op-70<');
  const next = /rel="next" href="([^"]+)"/.exec(first.body)?.[1]?.replaceAll('&amp;', '&') ?? '';
  const second = await mei.get(next);
  expect(second.body).toContain('>op-70<');
  expect(second.body).not.toContain('>op-71<');
  const failed = await mei.get(`${path}/calls?result=failed`);
  expect(failed.body).toContain('>op-110<');
  expect(failed.body).not.toContain('>op-111<');
});

test('no page, header or redirect ever carries a credential', async () => {
  const mei = await visitor();
  const path = await authorized(mei, 'Canary', 'canary-shop');
  const authorization = `/authorizations/${await authorizationOf(path)}`;
  const pages = [path, `${path}/edit`, `${path}/calls`, `${path}/delete`, '/stores', `${authorization}/credentials`];
  for (const page of pages) {
    const { body, headers } = await mei.get(page);
    expect(`${body}${JSON.stringify([...headers])}`, page).not.toMatch(/sbx_[ar]t_|canary-app-secret/);
  }
});
