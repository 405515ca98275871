import { expect, test } from 'vitest';
import { describeConnections } from '../../core/connect/platform-list.ts';
import { makeSignInLink } from '../../core/people/make-sign-in-link.ts';
import { changePerson, invitePerson } from '../../core/people/save-person.ts';
import { createSessions } from '../../core/people/sessions.ts';
import { setPersonStatus, signOutEverywhere } from '../../core/people/set-person-status.ts';
import { createCatalogQueries } from '../../db/queries/catalog.ts';
import { createOrderQueries } from '../../db/queries/order-queries.ts';
import { createStoreQueries } from '../../db/queries/store-queries.ts';
import { createWebApp } from '../../web/app.tsx';
import type { Desk } from '../../web/deps.ts';
import { accessDesk, publicUrl, testClock } from '../support/access.ts';
import { testDatabase } from '../support/database.ts';
import { silentLog } from '../support/log.ts';
import { signedInVisitor } from '../support/store-pages.ts';

const database = await testDatabase();
const { db, sql } = database;
const desk = accessDesk(database, { clock: testClock() });
const { ports } = desk;
const commands: Partial<Desk['commands']> = {
  invitePerson: (input) => invitePerson(ports, input),
  changePerson: (input) => changePerson(ports, input),
  setPersonStatus: (input) => setPersonStatus(ports, input),
  makeSignInLink: (input) => makeSignInLink(ports, input),
  signOutEverywhere: (input) => signOutEverywhere(ports, input),
};
const app = createWebApp({
  desk: {
    commands: commands as Desk['commands'],
    queries: { ...createOrderQueries(db), ...createCatalogQueries(db), ...createStoreQueries(db) },
  },
  sessions: createSessions(ports),
  config: { publicUrl, host: '127.0.0.1', isDemo: true, cookieSecret: 'c'.repeat(40) },
  clock: desk.clock,
  log: silentLog,
  platformNames: {},
  connections: describeConnections(ports.connection, ports.connectors),
});
const visitor = (role: 'owner' | 'admin' | 'operator') => signedInVisitor(database, desk, app, role);
const list = '/settings/people';

const personCalled = async (name: string) =>
  (await sql<{ id: string; status: string }[]>`select id, status from people where name = ${name}`)[0];
/** The link as the page shows it. */
const linkIn = (body: string): string => new RegExp(`${publicUrl}(/sign-in\\?token=[\\w-]{43})`).exec(body)?.[1] ?? '';

test('an owner invites a person, hands over the link, and the person gets in', async () => {
  const olga = await visitor('owner');
  expect((await olga.get(list)).body).toContain('href="/settings/people/new"');
  expect((await olga.get(`${list}/new`)).body).not.toContain('Every merchant');
  const fields = { name: 'Ida <i>', email: 'ida@example.test', role: 'operator', merchant: olga.merchantId };
  const shown = await olga.post(`${list}/new`, { ...fields, warehouse: 'all' });
  expect(shown.status).toBe(200);
  expect(shown.body).toContain('Give this link to Ida &lt;i&gt;');
  expect(shown.headers.get('cache-control')).toContain('no-store');
  const token = new URLSearchParams(linkIn(shown.body).split('?')[1]).get('token') ?? '';
  expect(await createSessions(ports).signInWithLink({ token })).toMatchObject({ ok: true });
  expect((await olga.get(list)).body).toContain('ida@example.test');
});

test('a refused invitation keeps what was typed and names the field', async () => {
  const olga = await visitor('owner');
  const refused = await olga.post(`${list}/new`, {
    name: 'Kept',
    email: 'no',
    role: 'admin',
    merchant: olga.merchantId,
  });
  expect(refused.status).toBe(422);
  expect(refused.body).toContain('href="#f-email"');
  expect(refused.body).toContain('value="Kept"');
  expect(await personCalled('Kept')).toBeUndefined();
});

test('an owner changes a role, makes a link, signs out, disables and enables', async () => {
  const olga = await visitor('owner');
  const fields = { name: 'Ben', email: 'ben@example.test', role: 'operator', merchant: olga.merchantId };
  await olga.post(`${list}/new`, { ...fields, warehouse: 'all' });
  const ben = await personCalled('Ben');
  const path = `${list}/${ben?.id}`;
  expect((await olga.get(path)).body).toContain('<option value="operator" selected="">');
  const changed = await olga.post(path, { ...fields, role: 'viewer', warehouse: 'all' });
  expect([changed.status, changed.headers.get('location')]).toEqual([303, list]);
  expect(await sql`select role from grants where person_id = ${ben?.id ?? ''}`).toEqual([{ role: 'viewer' }]);
  expect(linkIn((await olga.post(`${path}/link`)).body)).not.toBe('');
  expect((await olga.post(`${path}/sign-out`)).status).toBe(303);
  expect((await olga.post(`${path}/disable`)).status).toBe(303);
  expect((await personCalled('Ben'))?.status).toBe('disabled');
  expect((await olga.post(`${path}/link`)).status).toBe(422);
  expect((await olga.post(`${path}/enable`)).status).toBe(303);
  expect((await personCalled('Ben'))?.status).toBe('active');
});

test('people of another merchant do not exist for an owner, and nothing happens to them', async () => {
  const [olga, other] = [await visitor('owner'), await visitor('operator')];
  const path = `${list}/${other.personId}`;
  expect((await olga.get(list)).body).not.toContain(other.personId);
  expect((await olga.get(path)).status).toBe(404);
  const fields = { name: 'Taken over', email: 'x@example.test', role: 'viewer', merchant: olga.merchantId };
  for (const deed of ['', '/link', '/sign-out', '/disable', '/enable']) {
    expect((await olga.post(`${path}${deed}`, fields)).status).toBe(404);
  }
  expect((await other.get('/orders')).status).toBe(200);
});

test('an admin reads the list and changes nobody; an operator does not see it', async () => {
  const [admin, operator] = [await visitor('admin'), await visitor('operator')];
  const page = await admin.get(list);
  expect(page.body).toContain('People are invited and changed by an owner.');
  expect(page.body).not.toContain('/settings/people/new');
  expect((await admin.get(`${list}/new`)).status).toBe(403);
  expect((await admin.post(`${list}/new`, { name: 'Eve', email: 'e@example.test' })).status).toBe(403);
  expect((await admin.post(`${list}/${admin.personId}/link`)).status).toBe(403);
  expect((await operator.get(list)).status).toBe(403);
});

test('a post from another site, or without the form’s token, does nothing', async () => {
  const olga = await visitor('owner');
  const fields = { name: 'Forged', email: 'f@example.test', role: 'owner', merchant: olga.merchantId };
  const post = (headers: Record<string, string>, body: Record<string, string>) =>
    app.request(`${publicUrl}${list}/new`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', cookie: olga.cookie, ...headers },
      body: new URLSearchParams(body).toString(),
    });
  expect((await post({ origin: publicUrl }, fields)).status).toBe(403);
  const csrf = /name="_csrf" value="([^"]+)"/.exec((await olga.get(list)).body)?.[1] ?? '';
  expect((await post({ origin: 'https://evil.example' }, { ...fields, _csrf: csrf })).status).toBe(403);
  expect(await personCalled('Forged')).toBeUndefined();
});
