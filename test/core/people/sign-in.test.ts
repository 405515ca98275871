import { expect, test } from 'vitest';
import { newId } from '../../../core/ids.ts';
import { createOwnerLink } from '../../../core/people/create-owner-link.ts';
import { ensureOwner } from '../../../core/people/ensure-owner.ts';
import { createSessions } from '../../../core/people/sessions.ts';
import { hashToken, newToken } from '../../../core/people/token.ts';
import { accessDesk, personOf, testClock } from '../../support/access.ts';
import { testDatabase } from '../../support/database.ts';

const database = await testDatabase();
const clock = testClock();
const { ports } = accessDesk(database, { clock });
const sessions = createSessions(ports);
const { sql } = database;

const dayMs = 86_400_000;

async function signedIn(): Promise<string> {
  await ensureOwner(ports);
  const { token } = await createOwnerLink(ports);
  const result = await sessions.signInWithLink({ token });
  if (!result.ok) throw new Error(result.error.message);
  return result.value.sessionToken;
}

test('of several processes that start at once, one makes the owner', async () => {
  const made = await Promise.all(Array.from({ length: 4 }, () => ensureOwner(ports)));
  expect(made.filter((one) => one.isNew)).toHaveLength(1);
  expect(await sql`select 1 from people`).toHaveLength(1);
  expect(await sql`select role, merchant_ids from grants`).toMatchObject([{ role: 'owner', merchant_ids: null }]);
});

test('a link signs in once', async () => {
  const { token } = await createOwnerLink(ports);
  const results = await Promise.all([sessions.signInWithLink({ token }), sessions.signInWithLink({ token })]);
  expect(results.map((result) => result.ok).sort()).toEqual([false, true]);
  expect(await sessions.signInWithLink({ token })).toMatchObject({ ok: false, error: { code: 'link_refused' } });
});

test('a link serves for 15 minutes, and a new one ends it', async () => {
  const first = await createOwnerLink(ports);
  const second = await createOwnerLink(ports);
  expect((await sessions.signInWithLink({ token: first.token })).ok).toBe(false);
  clock.pass(15 * 60_000 + 1);
  expect((await sessions.signInWithLink({ token: second.token })).ok).toBe(false);
  expect((await sessions.signInWithLink({ token: '' })).ok).toBe(false);
});

test('neither link nor session token stands in the database', async () => {
  const { token } = await createOwnerLink(ports);
  const result = await sessions.signInWithLink({ token });
  const dump = JSON.stringify([await sql`select * from login_links`, await sql`select * from sessions`]);
  expect(dump).not.toContain(token);
  expect(dump).not.toContain(result.ok ? result.value.sessionToken : 'none');
  expect(dump).toContain(await hashToken(token));
});

test('a session is known until it is signed out', async () => {
  const sessionToken = await signedIn();
  expect(await sessions.whoIs(sessionToken)).toMatchObject({
    token: sessionToken,
    actor: { via: 'web', grants: [{ role: 'owner', merchantIds: 'all' }] },
  });
  expect(await sessions.whoIs(newToken())).toBeNull();
  expect(await sessions.whoIs('')).toBeNull();
  await sessions.signOut(sessionToken);
  expect(await sessions.whoIs(sessionToken)).toBeNull();
});

test('a session ends 14 days after its last use, and 90 days after the sign-in at the latest', async () => {
  const idle = await signedIn();
  const used = await signedIn();
  for (let day = 0; day < 84; day += 12) {
    clock.pass(12 * dayMs);
    expect(await sessions.whoIs(used), `day ${day}`).not.toBeNull();
  }
  expect(await sessions.whoIs(idle)).toBeNull();
  clock.pass(7 * dayMs);
  expect(await sessions.whoIs(used)).toBeNull();
});

test('a disabled person is signed out everywhere', async () => {
  const person = await personOf(database);
  const token = newToken();
  await sql`insert into sessions (token_hash, person_id, expires_at)
    values (${await hashToken(token)}, ${person.personId}, now() + interval '400 days')`;
  expect(await sessions.whoIs(token)).not.toBeNull();
  await sql`update people set status = 'disabled' where id = ${person.personId}`;
  expect(await sessions.whoIs(token)).toBeNull();
});

test('a person sees and chooses only merchants that a role is held over', async () => {
  const mei = await personOf(database);
  const tom = await personOf(database, 'admin', 'Tom');
  const second = newId();
  await sql`insert into merchants (id, name, code) values (${second}, 'A second', ${second})`;
  await sql`insert into grants (id, person_id, role, merchant_ids)
    values (${newId()}, ${mei.personId}, 'admin', ${[mei.merchantId, second]})`;
  const token = newToken();
  await database.database.transaction(async (tx) =>
    ports.access.sessions.insert(tx, {
      tokenHash: await hashToken(token),
      personId: mei.personId,
      merchantId: mei.merchantId,
      at: clock.now(),
      expiresAt: new Date(clock.now().getTime() + dayMs),
    }),
  );
  const who = await sessions.whoIs(token);
  expect(who?.merchants.map((merchant) => merchant.name)).toEqual(['A second', 'Merchant of Mei']);
  expect(who?.merchantId).toBe(mei.merchantId);
  expect(await sessions.switchMerchant(token, tom.merchantId)).toMatchObject({
    ok: false,
    error: { code: 'not_found' },
  });
  expect(await sessions.switchMerchant(token, second)).toMatchObject({ ok: true });
  expect((await sessions.whoIs(token))?.merchantId).toBe(second);
  await sql`update merchants set archived_at = now() where id = ${second}`;
  expect((await sessions.whoIs(token))?.merchantId).toBe(mei.merchantId);
});

test('signing in ends the session that the browser held before, and no other', async () => {
  const [former, elsewhere] = [await signedIn(), await signedIn()];
  const { token } = await createOwnerLink(ports);
  const refused = await sessions.signInWithLink({ token: 'made-up', formerSessionToken: former });
  expect(refused.ok).toBe(false);
  expect(await sessions.whoIs(former)).not.toBeNull();
  const result = await sessions.signInWithLink({ token, formerSessionToken: former });
  expect(await sessions.whoIs(former)).toBeNull();
  expect(await sessions.whoIs(elsewhere)).not.toBeNull();
  expect(result.ok ? await sessions.whoIs(result.value.sessionToken) : null).not.toBeNull();
});
