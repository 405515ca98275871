import { afterAll, expect, test } from 'vitest';
import { hashToken, newToken } from '../../core/people/token.ts';
import { accessDesk, publicUrl, sandboxMarketplace, testClock } from '../support/access.ts';
import { testDatabase } from '../support/database.ts';
import { signedInVisitor, storePages } from '../support/store-pages.ts';

const database = await testDatabase();
const clock = testClock();
const marketplace = await sandboxMarketplace(clock);
const desk = accessDesk(database, { clock, marketplace });
const app = storePages(database, desk);
afterAll(() => marketplace.close());

const id = '0193d0a8-0000-7000-8000-000000000000';
const ourForm = {
  origin: publicUrl,
  'sec-fetch-site': 'same-origin',
  'content-type': 'application/x-www-form-urlencoded',
};

/** A body that notes how many of its kilobytes were read. */
function endless(): { readonly body: ReadableStream<Uint8Array>; readonly pulled: () => number } {
  let pulled = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulled += 1;
      if (pulled > 20_000) controller.close();
      else controller.enqueue(new Uint8Array(1024).fill(97));
    },
  });
  return { body, pulled: () => pulled };
}

const send = (path: string, headers: Record<string, string>, body: ReadableStream<Uint8Array>) =>
  app.request(`${publicUrl}${path}`, { method: 'POST', headers, body, duplex: 'half' } as RequestInit);

test('an upload of somebody who is not signed in is refused unread', async () => {
  const { body, pulled } = endless();
  const answer = await send(`/orders/${id}/dispatch`, ourForm, body);
  expect(answer.status).toBe(401);
  expect(pulled()).toBeLessThan(10);
});

test('a form of another site is refused unread', async () => {
  const { body, pulled } = endless();
  const foreign = { ...ourForm, origin: 'https://evil.test', 'sec-fetch-site': 'cross-site' };
  expect((await send('/sign-in', foreign, body)).status).toBe(403);
  expect(pulled()).toBeLessThan(10);
});

test('a sign-in form of many megabytes is read no further than its limit', async () => {
  const { body, pulled } = endless();
  expect((await send('/sign-in', ourForm, body)).status).toBe(413);
  expect(pulled()).toBeLessThan(1_100);
});

test('a webhook of many megabytes is read no further than its limit', async () => {
  const { body, pulled } = endless();
  const answer = await send(`/webhooks/woocommerce/${id}`, { 'content-type': 'application/json' }, body);
  expect(answer.status).toBe(413);
  expect(pulled()).toBeLessThan(2_100);
});

test('a post without the form token of the session changes nothing', async () => {
  const mei = await signedInVisitor(database, desk, app);
  for (const _csrf of ['', 'x'.repeat(43)]) {
    const answer = await mei.post('/stores/add', { _csrf, platform: 'sandbox', name: 'Tea', field_shop: 'tea' });
    expect(answer.status).toBe(403);
  }
  expect(await database.sql`select 1 from stores where merchant_id = ${mei.merchantId}`).toHaveLength(0);
});

test('a zero byte in an address or a form is refused, and is no fault of the desk', async () => {
  const mei = await signedInVisitor(database, desk, app);
  for (const path of ['/stores?q=%00', '/outbound?q=a%00b', '/stores/%00', '/oauth/sandbox/callback?state=%00']) {
    expect((await mei.get(path)).status, path).toBe(400);
  }
  const answer = await mei.post('/stores/add', { platform: 'sandbox', name: 'Tea', code: '\0', field_shop: 'tea' });
  expect(answer.status).toBe(400);
});

test('signing in again in one browser ends the session that its cookie held', async () => {
  const mei = await signedInVisitor(database, desk, app);
  const link = newToken();
  await database.sql`insert into login_links (token_hash, person_id, expires_at)
    values (${await hashToken(link)}, ${mei.personId}, now() + interval '5 minutes')`;
  const answer = await app.request(`${publicUrl}/sign-in`, {
    method: 'POST',
    headers: { ...ourForm, cookie: mei.cookie },
    body: new URLSearchParams({ token: link }).toString(),
  });
  const renewed = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
  expect(renewed).not.toBe(mei.cookie);
  expect((await mei.get('/stores')).headers.get('location')).toContain('/sign-in');
  expect((await app.request(`${publicUrl}/stores`, { headers: { cookie: renewed } })).status).toBe(200);
});
