import { afterAll, expect, test } from 'vitest';
import { addStore } from '../../../core/commands/add-store.ts';
import { beginAuthorization } from '../../../core/commands/begin-authorization.ts';
import { completeAuthorization } from '../../../core/commands/complete-authorization.ts';
import { refreshAuthorization } from '../../../core/commands/refresh-authorization.ts';
import { refreshExpiring } from '../../../core/commands/refresh-expiring.ts';
import { testConnection } from '../../../core/commands/test-connection.ts';
import { ConnectorError } from '../../../core/errors.ts';
import { systemActor } from '../../../core/people/actor.ts';
import { type AccessDesk, accessDesk, consent, personOf, sandboxMarketplace, testClock } from '../../support/access.ts';
import { testDatabase } from '../../support/database.ts';

const database = await testDatabase();
const clock = testClock();
const marketplace = await sandboxMarketplace(clock);
const desk = accessDesk(database, { clock, marketplace });
/** A second process over the same database. */
const other = accessDesk(database, { clock, marketplace });
const { sql } = database;
afterAll(() => marketplace.close());

const hourMs = 3_600_000;

async function connected(shop: string) {
  const { ports } = desk;
  const { actor, merchantId } = await personOf(database);
  const sessionHash = 'a'.repeat(64);
  const added = await addStore(ports, { actor, merchantId, platform: 'sandbox', name: shop, fields: { shop } });
  if (!added.ok) throw new Error(added.error.message);
  const { authorizationId, storeIds } = added.value;
  const begun = await beginAuthorization(ports, { actor, merchantId, authorizationId, sessionHash });
  if (!begun.ok) throw new Error(begun.error.message);
  const query = await consent(begun.value.url);
  const state = query.find(([name]) => name === 'state')?.[1] ?? '';
  const done = await completeAuthorization(ports, { actor, platform: 'sandbox', state, query, sessionHash });
  if (!done.ok) throw new Error(done.error.message);
  return { actor, merchantId, authorizationId, storeId: storeIds[0] ?? '', shop };
}

type Connected = Awaited<ReturnType<typeof connected>>;

/** One harmless call through the port that every command uses. */
const call = (at: AccessDesk, { merchantId, storeId }: Connected) =>
  at.ports.platforms.withStore({ merchantId, storeId }, ({ connector, session }) => connector.testConnection(session));

async function rowOf({ authorizationId }: Connected) {
  const [row] =
    await sql`select a.*, c.sealed from authorizations a left join credentials c on c.authorization_id = a.id
    where a.id = ${authorizationId}`;
  return row;
}

async function refreshesOf(at: readonly AccessDesk[], { authorizationId }: Connected): Promise<number> {
  for (const one of at) await one.recorder.flush();
  const [row] = await sql`select count(*)::int as count from platform_calls
    where authorization_id = ${authorizationId} and operation = 'refresh'`;
  return Number(row?.count);
}

test('refreshes a token that is about to end before the call, both tokens at once', async () => {
  const store = await connected('margin');
  const before = await rowOf(store);
  clock.pass(hourMs - 200_000);
  await call(desk, store);
  const after = await rowOf(store);
  expect(await refreshesOf([desk], store)).toBe(1);
  expect(after?.sealed).not.toBe(before?.sealed);
  expect(new Date(String(after?.expires_at)).getTime()).toBeGreaterThan(clock.now().getTime() + hourMs - 60_000);
  expect(after?.refreshed_at).not.toBeNull();
});

test('many calls in two processes at once make one refresh', async () => {
  const store = await connected('crowd');
  clock.pass(hourMs - 100_000);
  await Promise.all(Array.from({ length: 12 }, (_, index) => call(index % 2 === 0 ? desk : other, store)));
  expect(await refreshesOf([desk, other], store)).toBe(1);
  expect(await rowOf(store)).toMatchObject({ status: 'authorized' });
});

test('two processes refused with the same dead token make one refresh', async () => {
  const store = await connected('refused-twice');
  marketplace.grants.expireAccess('refused-twice');
  await Promise.all([call(desk, store), call(other, store), call(desk, store), call(other, store)]);
  expect(await refreshesOf([desk, other], store)).toBe(1);
});

test('a token that dies before its time is refreshed once, and the work is done', async () => {
  const store = await connected('died-early');
  marketplace.grants.expireAccess('died-early');
  const { shop } = await call(desk, store);
  expect(shop.platformShopId).not.toBe('');
  expect(await refreshesOf([desk], store)).toBe(1);
  expect(await rowOf(store)).toMatchObject({ status: 'authorized', reason: null });
});

test('a refresh refused for good says "Please update authorization", and nothing is called any more', async () => {
  const store = await connected('revoked-there');
  marketplace.grants.revoke('revoked-there');
  await expect(call(desk, store)).rejects.toMatchObject({ kind: 'needs_reauthorization' });
  const row = await rowOf(store);
  expect(row).toMatchObject({ status: 'expired' });
  expect(row?.reason).toContain('Please update authorization');
  const settled = desk.queued('alert.settle');
  expect(settled).toContainEqual({ merchantId: store.merchantId });
  await desk.recorder.flush();
  const calls =
    await sql`select count(*)::int as count from platform_calls where authorization_id = ${store.authorizationId}`;
  await expect(call(desk, store)).rejects.toMatchObject({ kind: 'needs_reauthorization', platformCode: 'expired' });
  await desk.recorder.flush();
  expect(
    await sql`select count(*)::int as count from platform_calls where authorization_id = ${store.authorizationId}`,
  ).toEqual(calls);
  expect(await refreshAuthorization(desk.ports, store)).toMatchObject({
    ok: false,
    error: { code: 'update_authorization', message: expect.stringContaining('Please update authorization') },
  });
});

test('while the token still lives, a failing refresh does not stop the work, and is not repeated for a minute', async () => {
  const store = await connected('shaky');
  clock.pass(hourMs - 200_000);
  marketplace.faults.add({ kind: 'status', status: 500, operation: 'token', times: 1 });
  await call(desk, store);
  expect(await refreshesOf([desk], store)).toBe(1);
  await call(other, store);
  expect(await refreshesOf([desk, other], store)).toBe(1);
  clock.pass(61_000);
  await call(other, store);
  expect(await refreshesOf([desk, other], store)).toBe(2);
  expect(await rowOf(store)).toMatchObject({ refresh_not_before: null, status: 'authorized' });
});

test('a row that another process holds is waited for, then said to be busy', async () => {
  const store = await connected('held-row');
  clock.pass(hourMs + 1_000);
  const locked = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const holder = sql.begin(async (tx) => {
    await tx`select 1 from authorizations where id = ${store.authorizationId} for update`;
    locked.resolve();
    await release.promise;
  });
  await locked.promise;
  await expect(call(desk, store)).rejects.toMatchObject({ kind: 'retryable', platformCode: 'refresh_busy' });
  release.resolve();
  await holder;
  await call(desk, store);
});

test('tokens that the platform has given are saved although the first commit fails', async () => {
  const store = await connected('torn-commit');
  let fails = 1;
  const { transaction } = desk.ports.database;
  const torn: AccessDesk['ports'] = {
    ...desk.ports,
    database: {
      transaction: (work) =>
        transaction(async (tx) => {
          const value = await work(tx);
          fails -= 1;
          if (fails === 0) throw new Error('the connection broke before the commit');
          return value;
        }),
    },
  };
  fails = 2; // The first transaction only loads.
  const before = await rowOf(store);
  const renewed = await refreshAuthorization(torn, { ...store, actor: store.actor });
  expect(renewed.ok).toBe(true);
  expect((await rowOf(store))?.sealed).not.toBe(before?.sealed);
  expect(await refreshesOf([desk], store)).toBe(1);
  await call(desk, store);
});

test('housekeeping queues what is about to end, and the job refreshes it', async () => {
  const store = await connected('housekept');
  clock.pass(hourMs - 400_000);
  desk.queued('authorization.refresh');
  await refreshExpiring(desk.ports);
  const payload = { merchantId: store.merchantId, authorizationId: store.authorizationId };
  expect(desk.queued('authorization.refresh')).toContainEqual(payload);
  clock.pass(120_000);
  const done = await refreshAuthorization(desk.ports, { actor: systemActor, ...payload });
  expect(done.ok).toBe(true);
  expect(await refreshesOf([desk], store)).toBe(1);
  await refreshExpiring(desk.ports);
  expect(desk.queued('authorization.refresh')).not.toContainEqual(payload);
});

test('says expiring two weeks before the login ends, and expired when it has', async () => {
  const store = await connected('ending');
  const inDays = async (days: number) => {
    const at = new Date(clock.now().getTime() + days * 86_400_000).toISOString();
    await sql`update authorizations set refresh_expires_at = ${at}::timestamptz where id = ${store.authorizationId}`;
    await refreshExpiring(desk.ports);
    return (await rowOf(store))?.status;
  };
  expect(await inDays(20)).toBe('authorized');
  expect(await inDays(13)).toBe('expiring');
  await call(desk, store);
  expect(await inDays(-1)).toBe('expired');
  expect((await rowOf(store))?.reason).toContain('Please update authorization');
});

test('a test of the connection mends an abnormal authorization and tells lacking scopes', async () => {
  const store = await connected('abnormal');
  marketplace.faults.add({ kind: 'status', status: 500, operation: 'shop', times: 1 });
  const failed = await testConnection(desk.ports, store);
  expect(failed).toMatchObject({ ok: false, error: { code: 'unreachable' } });
  expect(await rowOf(store)).toMatchObject({ status: 'abnormal', reason: expect.stringContaining('The test failed') });
  const mended = await testConnection(desk.ports, store);
  expect(mended).toMatchObject({ ok: true, value: { missingScopes: [] } });
  expect(await rowOf(store)).toMatchObject({ status: 'authorized', reason: null });
});

test('a call that goes well mends an abnormal authorization', async () => {
  const store = await connected('healed');
  await sql`update authorizations set status = 'abnormal', reason = 'x' where id = ${store.authorizationId}`;
  await call(desk, store);
  expect(await rowOf(store)).toMatchObject({ status: 'authorized', reason: null });
});

test('a deleted store, and one of another merchant, cannot be called', async () => {
  const store = await connected('not-yours');
  const tom = await personOf(database, 'owner', 'Tom');
  await expect(call(desk, { ...store, merchantId: tom.merchantId })).rejects.toThrow(ConnectorError);
  await sql`update stores set deleted_at = now() where id = ${store.storeId}`;
  await expect(call(desk, store)).rejects.toMatchObject({ kind: 'permanent', platformCode: 'no_store' });
});

test.each([
  '9'.repeat(400),
  '31536000',
])('an odd Retry-After (%s) does not keep a login from being renewed', async (retryAfter) => {
  const store = await connected(`odd-${retryAfter.length}`);
  clock.pass(hourMs - 200_000);
  marketplace.faults.add({ kind: 'status', status: 503, retryAfter, operation: 'token', times: 1 });
  const { actor, merchantId, authorizationId } = store;
  const refused = await refreshAuthorization(desk.ports, { actor, merchantId, authorizationId });
  expect(refused).toMatchObject({ ok: false, error: { code: 'unreachable' } });
  const wait = new Date(String((await rowOf(store))?.refresh_not_before)).getTime() - clock.now().getTime();
  expect(wait).toBeGreaterThan(0);
  expect(wait).toBeLessThanOrEqual(hourMs);
});

test('a refusal of credentials that were replaced meanwhile parks nothing', async () => {
  const store = await connected('replaced-meanwhile');
  const { merchantId, storeId } = store;
  const refusal = new ConnectorError('no', { kind: 'needs_reauthorization', platform: 'sandbox', operation: 'x' });
  const replaced = desk.ports.platforms.withStore({ merchantId, storeId }, async () => {
    // A person logs in again while the call is under way; with the old token it is refused.
    await refreshAuthorization(other.ports, store);
    throw refusal;
  });
  await expect(replaced).rejects.toMatchObject({ kind: 'retryable', platformCode: 'credentials_replaced' });
  expect(await rowOf(store)).toMatchObject({ status: 'authorized' });
});

test('work parked beside a sound authorization is found and sent within a minute', async () => {
  const { storeId, merchantId, authorizationId } = await connected('stray');
  await sql`insert into orders (id, merchant_id, store_id, kind, platform_order_id, platform_order_number, platform_status,
      platform_state, platform_updated_at, content_hash, ordered_at, currency, payment_record, status, line_count)
    values (${storeId}, ${merchantId}, ${storeId}, 'b2c', '1', '#1', 'PAID', 'open', now(), 'x', now(), 'USD', 'online',
      'shipped', 1)`;
  await sql`insert into writebacks (id, merchant_id, store_id, authorization_id, order_id, kind, state)
    values (${storeId}, ${merchantId}, ${storeId}, ${authorizationId}, ${storeId}, 'shipment', 'parked')`;
  await refreshExpiring(desk.ports);
  expect(await sql`select state from writebacks where id = ${storeId}`).toMatchObject([{ state: 'pending' }]);
  expect(desk.queued('writeback.send')).toEqual([{ merchantId, writebackId: storeId }]);
});
