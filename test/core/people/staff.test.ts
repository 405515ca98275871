import { expect, test } from 'vitest';
import { newId } from '../../../core/ids.ts';
import type { Actor, Role } from '../../../core/people/actor.ts';
import { makeSignInLink } from '../../../core/people/make-sign-in-link.ts';
import { changePerson, invitePerson } from '../../../core/people/save-person.ts';
import { createSessions } from '../../../core/people/sessions.ts';
import { setPersonStatus, signOutEverywhere } from '../../../core/people/set-person-status.ts';
import { accessDesk, testClock } from '../../support/access.ts';
import { testDatabase } from '../../support/database.ts';
import { codeOf, must } from '../../support/outgoing.ts';

const database = await testDatabase();
const { sql } = database;
const clock = testClock();
const { ports } = accessDesk(database, { clock });
const sessions = createSessions(ports);
const [north, south] = [newId(), newId()];
await sql`insert into merchants (id, name, code) values (${north}, 'North', 'north'), (${south}, 'South', 'south')`;

let names = 0;

async function somebody(role: Role, merchantIds: 'all' | readonly string[]): Promise<Actor & { personId: string }> {
  names += 1;
  const [personId, name] = [newId(), `${role}-${names}`];
  await sql`insert into people (id, name, email) values (${personId}, ${name}, ${`${name}@example.test`})`;
  await sql`insert into grants (id, person_id, role, merchant_ids)
    values (${newId()}, ${personId}, ${role}, ${merchantIds === 'all' ? null : [...merchantIds]})`;
  return { personId, name, via: 'web', grants: [{ role, merchantIds, warehouseIds: 'all' }] };
}

const owner = await somebody('owner', 'all');
const facts = (over: object = {}) => {
  names += 1;
  const base = { name: 'Ida', email: `ida-${names}@example.test`, role: 'operator', warehouseIds: 'all' as const };
  return { ...base, merchantIds: [north] as 'all' | readonly string[], ...over };
};
const asked = { actor: owner, merchantId: north };
const eventsOf = async (personId: string) =>
  (await sql`select event from audit_events where subject_id = ${personId} order by id`).map((row) => row.event);

test('whoever is invited signs in once by the link, with the role that was given', async () => {
  const { personId, token } = must(await invitePerson(ports, { ...asked, ...facts() }));
  const { sessionToken } = must(await sessions.signInWithLink({ token }));
  expect(await sessions.whoIs(sessionToken)).toMatchObject({
    actor: { personId, grants: [{ role: 'operator', merchantIds: [north] }] },
    merchantId: north,
  });
  expect(codeOf(await sessions.signInWithLink({ token }))).toBe('link_refused');
  expect(await eventsOf(personId)).toEqual(['person.invited']);
  expect(JSON.stringify(await sql`select after from audit_events where subject_id = ${personId}`)).not.toContain(token);
});

test('the link of an invitation serves for a day', async () => {
  const { token } = must(await invitePerson(ports, { ...asked, ...facts() }));
  clock.pass(24 * 3_600_000 + 1);
  expect(codeOf(await sessions.signInWithLink({ token }))).toBe('link_refused');
});

test.each([
  [{ name: ' ' }, 'name'],
  [{ email: '' }, 'email'],
  [{ email: 'ida' }, 'email'],
  [{ role: 'king' }, 'role'],
  [{ merchantIds: [] }, 'merchantIds'],
  [{ merchantIds: [newId()] }, 'merchantIds'],
  [{ role: 'warehouse', warehouseIds: [newId()] }, 'warehouseIds'],
])('an invitation with %o is refused by its field and adds nobody', async (over, field) => {
  const before = await sql`select count(*) from people`;
  expect(await invitePerson(ports, { ...asked, ...facts(over) })).toMatchObject({ ok: false, error: { field } });
  expect(await sql`select count(*) from people`).toEqual(before);
});

test('an e-mail address belongs to one person, in any capitals', async () => {
  const given = facts();
  must(await invitePerson(ports, { ...asked, ...given }));
  const again = await invitePerson(ports, { ...asked, ...facts({ email: given.email.toUpperCase() }) });
  expect(again).toMatchObject({ ok: false, error: { code: 'taken', field: 'email' } });
});

test('a changed role counts in the open browser, and the history keeps the old one', async () => {
  const { personId, token } = must(await invitePerson(ports, { ...asked, ...facts() }));
  const { sessionToken } = must(await sessions.signInWithLink({ token }));
  must(await changePerson(ports, { ...asked, personId, ...facts({ name: 'Ida B', role: 'viewer' }) }));
  expect(await sessions.whoIs(sessionToken)).toMatchObject({ actor: { name: 'Ida B', grants: [{ role: 'viewer' }] } });
  const [event] =
    await sql`select before, after from audit_events where subject_id = ${personId} and event = 'person.changed'`;
  expect(event).toMatchObject({ before: { grants: [{ role: 'operator' }] }, after: { grants: [{ role: 'viewer' }] } });
});

test('a disabled person is out at once, links included, until enabled again', async () => {
  const { personId, token } = must(await invitePerson(ports, { ...asked, ...facts() }));
  const { sessionToken } = must(await sessions.signInWithLink({ token }));
  const open = must(await makeSignInLink(ports, { ...asked, personId }));
  must(await setPersonStatus(ports, { ...asked, personId, status: 'disabled' }));
  expect(await sessions.whoIs(sessionToken)).toBeNull();
  expect(codeOf(await sessions.signInWithLink({ token: open.token }))).toBe('link_refused');
  expect(codeOf(await makeSignInLink(ports, { ...asked, personId }))).toBe('disabled');
  must(await setPersonStatus(ports, { ...asked, personId, status: 'active' }));
  expect(await sessions.whoIs(sessionToken)).toBeNull();
  const fresh = must(await makeSignInLink(ports, { ...asked, personId }));
  must(await sessions.signInWithLink({ token: fresh.token }));
  expect(await eventsOf(personId)).toEqual([
    'person.invited',
    'person.link_made',
    'person.disabled',
    'person.enabled',
    'person.link_made',
  ]);
});

test('signing out everywhere ends every browser of that person and nobody else’s', async () => {
  const { personId, token } = must(await invitePerson(ports, { ...asked, ...facts() }));
  const first = must(await sessions.signInWithLink({ token }));
  const second = must(await sessions.signInWithLink(must(await makeSignInLink(ports, { ...asked, personId }))));
  const other = must(await invitePerson(ports, { ...asked, ...facts() }));
  const kept = must(await sessions.signInWithLink(other));
  expect(must(await signOutEverywhere(ports, { ...asked, personId })).sessions).toBe(2);
  for (const { sessionToken } of [first, second]) expect(await sessions.whoIs(sessionToken)).toBeNull();
  expect(await sessions.whoIs(kept.sessionToken)).not.toBeNull();
});

test('the last owner stays: neither role nor account can be taken, not even by two at once', async () => {
  const second = await somebody('owner', 'all');
  const taking = (by: Actor, personId: string) =>
    changePerson(ports, { actor: by, merchantId: north, personId, ...facts({ role: 'admin', merchantIds: 'all' }) });
  const codes = (await Promise.all([taking(owner, second.personId), taking(second, owner.personId)])).map(codeOf);
  expect(codes.sort()).toEqual(['last_owner', 'ok']);
  const [left] = await sql<
    { id: string }[]
  >`select person_id as id from grants where role = 'owner' and merchant_ids is null`;
  const last = { ...owner, personId: left?.id ?? '' };
  expect(codeOf(await taking(last, last.personId))).toBe('last_owner');
  const other = await somebody('owner', 'all');
  await sql`update people set status = 'disabled' where id = ${other.personId}`;
  const disabling = { merchantId: north, personId: last.personId, status: 'disabled' as const };
  expect(codeOf(await setPersonStatus(ports, { ...disabling, actor: other }))).toBe('last_owner');
  expect(codeOf(await setPersonStatus(ports, { ...disabling, actor: last }))).toBe('self');
});

test('an owner of one merchant hands out roles over that one only', async () => {
  const ofNorth = await somebody('owner', [north]);
  const mine = { actor: ofNorth, merchantId: north };
  must(await invitePerson(ports, { ...mine, ...facts() }));
  for (const merchantIds of ['all', [south], [north, south]] as const) {
    expect(codeOf(await invitePerson(ports, { ...mine, ...facts({ merchantIds }) }))).toBe('not_permitted');
  }
  const [theirs, both] = [await somebody('viewer', [south]), await somebody('viewer', [north, south])];
  for (const [person, code] of [
    [theirs, 'not_found'],
    [both, 'not_permitted'],
  ] as const) {
    const which = { ...mine, personId: person.personId };
    expect(codeOf(await changePerson(ports, { ...which, ...facts() }))).toBe(code);
    expect(codeOf(await setPersonStatus(ports, { ...which, status: 'disabled' }))).toBe(code);
    expect(codeOf(await makeSignInLink(ports, which))).toBe(code);
    expect(codeOf(await signOutEverywhere(ports, which))).toBe(code);
    expect(await eventsOf(person.personId)).toEqual([]);
  }
});

test('an admin changes nobody', async () => {
  const admin = { actor: await somebody('admin', 'all'), merchantId: north };
  const { personId } = await somebody('viewer', [north]);
  expect(codeOf(await invitePerson(ports, { ...admin, ...facts() }))).toBe('not_permitted');
  expect(codeOf(await changePerson(ports, { ...admin, personId, ...facts({ role: 'owner' }) }))).toBe('not_permitted');
  expect(codeOf(await makeSignInLink(ports, { ...admin, personId }))).toBe('not_permitted');
  expect(codeOf(await signOutEverywhere(ports, { ...admin, personId }))).toBe('not_permitted');
});
