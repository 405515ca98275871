import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { afterAll, expect, test } from 'vitest';
import { registerWebhooks } from '../../core/commands/register-webhooks.ts';
import { newId } from '../../core/ids.ts';
import { accessDesk, consent, personOf, publicUrl, sandboxMarketplace, testClock } from '../support/access.ts';
import { testDatabase } from '../support/database.ts';
import { storeCommands, storePages } from '../support/store-pages.ts';

const database = await testDatabase();
const clock = testClock();
const marketplace = await sandboxMarketplace(clock);
const desk = accessDesk(database, { clock, marketplace });
const app = storePages(database, desk);
const commands = storeCommands(desk);
const { sql } = database;
afterAll(() => marketplace.close());

async function connected(shop: string, withWebhooks = true) {
  const { actor, merchantId } = await personOf(database);
  const sessionHash = 'a'.repeat(64);
  const added = await commands.addStore({ actor, merchantId, platform: 'sandbox', name: shop, fields: { shop } });
  const { authorizationId, storeIds } = added.ok ? added.value : { authorizationId: '', storeIds: [] };
  const begun = await commands.beginAuthorization({ actor, merchantId, authorizationId, sessionHash });
  const query = await consent(begun.ok ? begun.value.url : '');
  const state = query.find(([name]) => name === 'state')?.[1] ?? '';
  await commands.completeAuthorization({ actor, platform: 'sandbox', state, query, sessionHash });
  const storeId = storeIds[0] ?? '';
  if (withWebhooks) await registerWebhooks(desk.ports, { merchantId, storeId });
  desk.queued('webhook.process');
  return { actor, merchantId, authorizationId, storeId };
}

/** The secret as the marketplace keeps it: what it signs with. */
const secretOf = (storeId: string): string => {
  const all = JSON.stringify(marketplace.market.shops());
  const found = [...all.matchAll(/"url":"([^"]+)","secret":"([^"]+)"/g)].find(([, url]) => url?.endsWith(storeId));
  return found?.[2] ?? '';
};

const sign = (body: string, secret: string): string => createHmac('sha256', secret).update(body).digest('base64');

const orderEvent = (eventId: string, orderId = 'SB-1'): string =>
  JSON.stringify({ event_id: eventId, topic: 'order.created', order_id: orderId, shop: 'x', created_at: new Date() });

async function deliver(storeId: string, body: string, headers: Record<string, string>, platform = 'sandbox') {
  const answer = await app.request(`${publicUrl}/webhooks/${platform}/${storeId}`, { method: 'POST', body, headers });
  return { status: answer.status, body: await answer.text() };
}

const deliveriesOf = (storeId: string) => sql`select * from webhook_deliveries where store_id = ${storeId}`;

async function callsOf(storeId: string) {
  await desk.recorder.flush();
  return sql`select * from platform_calls where store_id = ${storeId} and direction = 'in' order by at, id`;
}

test("registering tells the platform our address and a secret of the store's own, kept sealed", async () => {
  const { storeId } = await connected('registered');
  const secret = secretOf(storeId);
  expect(secret.length).toBe(43);
  const [row] = await sql`select settings from stores where id = ${storeId}`;
  expect(row?.settings).toHaveProperty('webhooks_registered_at');
  const dump = JSON.stringify([
    await sql`select * from stores`,
    await sql`select * from authorizations`,
    await sql`select * from credentials`,
    await sql`select * from platform_calls`,
    desk.lines,
  ]);
  expect(dump).not.toContain(secret);
  // Once more is harmless: the same secret, so what is on its way still verifies.
  await registerWebhooks(desk.ports, {
    merchantId: String((await sql`select merchant_id from stores where id = ${storeId}`)[0]?.merchant_id),
    storeId,
  });
  expect(secretOf(storeId)).toBe(secret);
});

test('a person can have them registered again, where the platform can reach us', async () => {
  const { actor, merchantId, storeId } = await connected('again');
  desk.queued('webhooks.register');
  expect(await commands.requestWebhooks({ actor, merchantId, storeId })).toMatchObject({ ok: true });
  expect(desk.queued('webhooks.register')).toEqual([{ merchantId, storeId }]);
  const tom = await personOf(database, 'admin', 'Tom');
  expect(await commands.requestWebhooks({ actor: tom.actor, merchantId: tom.merchantId, storeId })).toMatchObject({
    ok: false,
    error: { code: 'not_found' },
  });
});

test('a signed webhook is stored once, answered 200, and its order fetched by one job, however often it comes', async () => {
  const { storeId, merchantId } = await connected('delivered');
  const body = orderEvent('evt-1');
  const headers = { 'x-sandbox-signature': sign(body, secretOf(storeId)) };
  expect((await deliver(storeId, body, headers)).status).toBe(200);
  expect((await deliver(storeId, body, headers)).status).toBe(200);
  const both = await Promise.all([deliver(storeId, body, headers), deliver(storeId, body, headers)]);
  expect(both.map((answer) => answer.status)).toEqual([200, 200]);
  const deliveries = await deliveriesOf(storeId);
  expect(deliveries).toMatchObject([{ event_id: 'evt-1', platform_order_id: 'SB-1', effect: 'order' }]);
  expect(desk.queued('webhook.process')).toEqual([{ merchantId, deliveryId: deliveries[0]?.id }]);
  expect(await callsOf(storeId)).toMatchObject(Array(4).fill({ status: 200, merchant_id: merchantId, error: null }));
});

test('of a new event delivered twice at the same instant one makes a job', async () => {
  const { storeId } = await connected('raced');
  const body = orderEvent('evt-race');
  const headers = { 'x-sandbox-signature': sign(body, secretOf(storeId)) };
  await Promise.all(Array.from({ length: 6 }, () => deliver(storeId, body, headers)));
  expect(await deliveriesOf(storeId)).toHaveLength(1);
  expect(desk.queued('webhook.process')).toHaveLength(1);
});

test('a wrong, missing or foreign signature and an altered body are refused and change nothing', async () => {
  const { storeId } = await connected('forged');
  const other = await connected('forged-other');
  const body = orderEvent('evt-forged');
  const right = sign(body, secretOf(storeId));
  const attempts: readonly (readonly [string, Record<string, string>])[] = [
    [body, {}],
    [body, { 'x-sandbox-signature': '' }],
    [body, { 'x-sandbox-signature': 'AAAA' }],
    [body, { 'x-sandbox-signature': sign(body, 'guessed') }],
    [body, { 'x-sandbox-signature': sign(body, secretOf(other.storeId)) }],
    [`${body} `, { 'x-sandbox-signature': right }],
  ];
  for (const [sent, headers] of attempts) {
    expect(await deliver(storeId, sent, headers)).toEqual({ status: 401, body: '{"error":"unauthorized"}' });
  }
  expect(await deliveriesOf(storeId)).toHaveLength(0);
  expect(desk.queued('webhook.process')).toHaveLength(0);
  expect(await callsOf(storeId)).toMatchObject(Array(6).fill({ status: 401, error: 'unauthorized' }));
});

test('a store without a secret takes no webhook, whatever it is signed with', async () => {
  const { storeId } = await connected('no-secret', false);
  const body = orderEvent('evt-none');
  for (const secret of ['', 'undefined', 'null']) {
    const headers = { 'x-sandbox-signature': createHmac('sha256', secret).update(body).digest('base64') };
    expect((await deliver(storeId, body, headers)).status).toBe(401);
  }
  expect(await deliveriesOf(storeId)).toHaveLength(0);
});

test('an unknown store, a deleted one and a wrong platform are not there', async () => {
  const { storeId } = await connected('gone');
  const body = orderEvent('evt-gone');
  const headers = { 'x-sandbox-signature': sign(body, secretOf(storeId)) };
  const notThere = { status: 404, body: '{"error":"not_found"}' };
  expect(await deliver(newId(), body, headers)).toEqual(notThere);
  expect(await deliver("x' or 1=1", body, headers)).toEqual(notThere);
  expect(await deliver(storeId, body, headers, 'shopify')).toEqual(notThere);
  await sql`update stores set deleted_at = now() where id = ${storeId}`;
  expect(await deliver(storeId, body, headers)).toEqual(notThere);
  expect(await deliveriesOf(storeId)).toHaveLength(0);
});

test('a signed body that is no webhook is refused by name', async () => {
  const { storeId } = await connected('garbled');
  const headers = { 'x-sandbox-signature': sign('{"torn":', secretOf(storeId)) };
  expect(await deliver(storeId, '{"torn":', headers)).toEqual({ status: 400, body: '{"error":"malformed"}' });
  expect(await deliveriesOf(storeId)).toHaveLength(0);
});

test('a disabled store notes the webhook and fetches nothing', async () => {
  const { storeId } = await connected('disabled');
  await sql`update stores set status = 'disabled' where id = ${storeId}`;
  const body = orderEvent('evt-disabled');
  expect((await deliver(storeId, body, { 'x-sandbox-signature': sign(body, secretOf(storeId)) })).status).toBe(200);
  expect(await deliveriesOf(storeId)).toHaveLength(1);
  expect(desk.queued('webhook.process')).toHaveLength(0);
});

test('the app removed at the platform revokes the authorization, once', async () => {
  const { storeId, merchantId, authorizationId } = await connected('uninstalled');
  const secret = secretOf(storeId);
  const body = JSON.stringify({
    event_id: 'evt-un',
    topic: 'app.uninstalled',
    order_id: null,
    shop: 'x',
    created_at: new Date(),
  });
  desk.queued('alert.settle');
  expect((await deliver(storeId, body, { 'x-sandbox-signature': sign(body, secret) })).status).toBe(200);
  const [row] = await sql`select status, reason from authorizations where id = ${authorizationId}`;
  expect(row).toMatchObject({ status: 'revoked', reason: expect.stringContaining('removed') });
  expect(await sql`select 1 from credentials where authorization_id = ${authorizationId}`).toHaveLength(0);
  expect(desk.queued('alert.settle')).toEqual([{ merchantId }]);
  // The secret went with the credentials: a repeat no longer verifies, and cannot revoke a later login.
  expect((await deliver(storeId, body, { 'x-sandbox-signature': sign(body, secret) })).status).toBe(401);
});

test('a body above the limit is refused, declared or not, before it is read to its end', async () => {
  const { storeId } = await connected('large');
  const server = createServer(getRequestListener(app.fetch));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const declared = await rawPost(port, `/webhooks/sandbox/${storeId}`, ['content-length: 104857600'], 1);
    expect(refusedAs).toContain(declared.status);
    const chunked = await rawPost(port, `/webhooks/sandbox/${storeId}`, ['transfer-encoding: chunked'], 100);
    expect(refusedAs).toContain(chunked.status);
    // Of 100 MB only what was under way when the answer came.
    expect(chunked.sentMb).toBeLessThan(60);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  expect(await deliveriesOf(storeId)).toHaveLength(0);
});

/** The answer, or a cut connection: a closing server's reset can overtake the answer that it sent. */
const refusedAs = [413, 'cut'] as const;

/** Posts up to `megabytes` of chunks as fast as they are taken, and stops when an answer comes. */
function rawPost(
  port: number,
  path: string,
  headers: readonly string[],
  megabytes: number,
): Promise<{ status: number | 'cut'; sentMb: number }> {
  return new Promise((resolve, reject) => {
    const isChunked = headers.some((header) => header.includes('chunked'));
    const socket = connect(port, '127.0.0.1');
    const megabyte = Buffer.alloc(1_048_576, 'x');
    let sentMb = 0;
    let answered = false;
    const send = (): void => {
      while (!answered && sentMb < megabytes) {
        sentMb += 1;
        const chunk = isChunked ? Buffer.concat([Buffer.from('100000\r\n'), megabyte, Buffer.from('\r\n')]) : megabyte;
        if (!socket.write(chunk)) {
          socket.once('drain', send);
          return;
        }
      }
    };
    socket.once('data', (data) => {
      answered = true;
      const status = Number(/^HTTP\/1\.1 (\d+)/.exec(data.toString('latin1'))?.[1]);
      socket.destroy();
      resolve({ status, sentMb });
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (answered) return;
      if (error.code === 'ECONNRESET' || error.code === 'EPIPE') resolve({ status: 'cut', sentMb });
      else reject(error);
    });
    socket.write(`POST ${path} HTTP/1.1\r\nhost: localhost\r\n${headers.join('\r\n')}\r\n\r\n`);
    send();
  });
}
