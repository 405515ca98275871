import { describe, expect, test } from 'vitest';
import { testDatabase } from '../support/database.ts';
import { deskUrl, orderPages } from '../support/order-pages.ts';
import { makeOrder, world } from '../support/outgoing.ts';

const database = await testDatabase();
const shop = await world(database.sql);
const pages = orderPages(database);
const mei = await pages.visitor('Mei', shop.merchantId);

const formType = { 'content-type': 'application/x-www-form-urlencoded' };
const raw = (path: string, init: RequestInit = {}) => pages.app.request(`${deskUrl}${path}`, init);

describe('headers', () => {
  test('a page lets nothing run but our own files, in no frame, kept by no cache', async () => {
    const { headers } = await mei.get('/orders');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("style-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('same-origin');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('strict-transport-security')).toBeNull();
  });

  test('over https browsers are told to stay there, and the cookie is bound to the host', async () => {
    const secure = orderPages(database, { config: { publicUrl: 'https://desk.example', isDemo: false } });
    await secure.visitor('Ann', shop.merchantId);
    const answer = await secure.app.request('https://desk.example/sign-in', {
      method: 'POST',
      headers: { ...formType, origin: 'https://desk.example' },
      body: `token=Ann-${shop.merchantId}-operator`,
    });
    expect(answer.headers.get('strict-transport-security')).toContain('max-age=63072000');
    expect(answer.headers.get('set-cookie')).toMatch(/^__Host-holdfast=.*HttpOnly; Secure; SameSite=Lax/);
  });

  test('two desks on one host do not sign each other out', async () => {
    const nameAt = async (cookieSecret: string): Promise<string> => {
      const desk = orderPages(database, { config: { cookieSecret } });
      await desk.visitor('Ann', shop.merchantId);
      const answer = await desk.app.request(`${deskUrl}/sign-in`, {
        method: 'POST',
        headers: { ...formType, origin: deskUrl },
        body: `token=Ann-${shop.merchantId}-operator`,
      });
      return /^[^=]+/.exec(answer.headers.get('set-cookie') ?? '')?.[0] ?? '';
    };
    const [one, other] = ['a secret of thirty-two characters', 'another one of thirty-two letters'];
    expect(await nameAt(one)).toMatch(/^holdfast-[0-9a-f]{8}$/);
    expect(await nameAt(one)).toBe(await nameAt(one));
    expect(await nameAt(one)).not.toBe(await nameAt(other));
  });

  test('files are cached for ever under their content, and compressed', async () => {
    const path = /href="(\/assets\/[^"]+desk\.css)"/.exec((await mei.get('/orders')).body)?.[1] ?? '';
    const answer = await raw(path, { headers: { 'accept-encoding': 'gzip, br' } });
    expect(answer.headers.get('cache-control')).toContain('immutable');
    expect(answer.headers.get('content-encoding')).toBe('br');
    const old = await raw(path.replace(/[0-9a-f]{12}/, '000000000000'));
    expect(old.headers.get('cache-control')).toBe('no-cache');
  });
});

describe('sign-in', () => {
  test('opening the link uses nothing up; the button does', async () => {
    const answer = await raw('/sign-in?token=abc');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect(await answer.text()).toContain('value="abc"');
  });

  test('a used link says so and shows how to get a new one', async () => {
    const answer = await raw('/sign-in', {
      method: 'POST',
      headers: { ...formType, origin: deskUrl },
      body: 'token=nobody',
    });
    expect(answer.status).toBe(422);
    const body = await answer.text();
    expect(body).toContain('This link was used already');
    expect(body).toContain('npm run owner-link');
  });

  test('a page without sign-in leads there and back', async () => {
    const answer = await raw('/orders?status=pending');
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe('/sign-in?next=%2Forders%3Fstatus%3Dpending');
  });

  test.each([
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
  ])('signing in never leads to %s', async (next) => {
    const answer = await raw('/sign-in', {
      method: 'POST',
      headers: { ...formType, origin: deskUrl },
      body: new URLSearchParams({ token: `Mei-${shop.merchantId}-operator`, next }).toString(),
    });
    expect(answer.headers.get('location')).toBe('/');
  });

  test('a cookie with another signature is nobody', async () => {
    const forged = mei.cookie.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
    const answer = await raw('/orders', { headers: { cookie: forged } });
    expect(answer.headers.get('location')).toBe('/sign-in?next=%2Forders');
  });
});

describe('posts', () => {
  const { sql } = database;
  const post = (headers: Record<string, string>, body: string) =>
    raw('/session/theme', { method: 'POST', headers: { cookie: mei.cookie, ...headers }, body });

  test.each([
    ['another site', { origin: 'https://evil.example' }],
    ['no origin at all', {}],
    ['a sandboxed frame', { origin: 'null' }],
    ['another port of this machine', { origin: 'http://localhost:9999' }],
    ['a sister site', { origin: deskUrl, 'sec-fetch-site': 'same-site' }],
  ])('from %s are refused, also with the right token', async (_name, headers: Record<string, string>) => {
    const answer = await post({ ...formType, ...headers }, `_csrf=${mei.csrf}&theme=dark`);
    expect(answer.status).toBe(403);
    expect(answer.headers.get('set-cookie')).toBeNull();
  });

  test.each(['http://localhost:3000', 'http://127.0.0.1:3000'])('from %s are taken in demo mode', async (origin) => {
    expect((await post({ ...formType, origin }, `_csrf=${mei.csrf}&theme=dark`)).status).toBe(303);
  });

  test('without the token of the session they are refused and change nothing', async () => {
    const { orderId } = await makeOrder(sql, shop);
    const answer = await raw(`/orders/${orderId}/cancel`, {
      method: 'POST',
      headers: { ...formType, cookie: mei.cookie, origin: deskUrl },
      body: 'version=1&where=here',
    });
    expect(answer.status).toBe(403);
    const [row] = await sql<{ status: string }[]>`select status from orders where id = ${orderId}`;
    expect(row?.status).toBe('pending');
  });

  test('as JSON they are refused', async () => {
    const answer = await post({ 'content-type': 'application/json', origin: deskUrl }, '{"theme":"dark"}');
    expect(answer.status).toBe(415);
  });
});

describe('who may see and do what', () => {
  test('an order of another merchant is not there', async () => {
    const other = await world(database.sql);
    const { orderId } = await makeOrder(database.sql, other);
    expect((await mei.get(`/orders/${orderId}`)).status).toBe(404);
    expect((await mei.get(`/orders/${orderId}/dispatch`)).status).toBe(404);
    const answer = await mei.post(`/orders/${orderId}/cancel`, { version: '1', where: 'here' });
    expect(answer.status).toBe(404);
    const [row] = await database.sql<{ status: string }[]>`select status from orders where id = ${orderId}`;
    expect(row?.status).toBe('pending');
  });

  test('a viewer sees orders, is offered no deed, and is told which role a deed needs', async () => {
    const { orderId } = await makeOrder(database.sql, shop);
    const viewer = await pages.visitor('Vi', shop.merchantId, 'viewer');
    const page = await viewer.get(`/orders/${orderId}`);
    expect(page.status).toBe(200);
    expect(page.body).not.toContain(`href="/orders/${orderId}/hold"`);
    const deed = await viewer.post(`/orders/${orderId}/hold`, { reason: 'wait' });
    expect(deed.status).toBe(403);
    expect(deed.body).toContain('operator, admin or owner');
  });

  test('warehouse people are led to the outbound list and see no orders', async () => {
    const packer = await pages.visitor('Pat', shop.merchantId, 'warehouse');
    expect((await packer.get('/')).headers.get('location')).toBe('/outbound');
    expect((await packer.get('/orders')).status).toBe(403);
  });
});

test('a fault shows a reference that stands in the log, and nothing of its inside', async () => {
  const answer = await mei.get(`/orders?cursor=${'x'.repeat(50)}&from=2026-02-31`);
  expect(answer.status).toBe(200);
  const broken = orderPages(database);
  const eve = await broken.visitor('Eve', shop.merchantId);
  await database.sql`alter table holds rename to holds_away`;
  try {
    const fault = await eve.get('/held');
    expect(fault.status).toBe(500);
    const reference = fault.headers.get('x-request-id') ?? 'none';
    expect(fault.body).toContain(reference);
    expect(fault.body).not.toMatch(/holds|relation|select/i);
    expect(broken.lines.some((line) => JSON.stringify(line.fields).includes(reference))).toBe(true);
  } finally {
    await database.sql`alter table holds_away rename to holds`;
  }
});
