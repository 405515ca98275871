import { expect, test } from 'vitest';
import { describeConnections } from '../../core/connect/platform-list.ts';
import { newId } from '../../core/ids.ts';
import type { Role } from '../../core/people/actor.ts';
import { createSessions } from '../../core/people/sessions.ts';
import { confirmSlackPerson, listSlackPeople, slackActor, unlinkSlackPerson } from '../../core/people/slack-actor.ts';
import { createCatalogQueries } from '../../db/queries/catalog.ts';
import { createOrderQueries } from '../../db/queries/order-queries.ts';
import { createStoreQueries } from '../../db/queries/store-queries.ts';
import { createSlackPeopleRepository } from '../../db/repositories/slack-people.ts';
import { createWebApp } from '../../web/app.tsx';
import type { Desk } from '../../web/deps.ts';
import { accessDesk, publicUrl, testClock } from '../support/access.ts';
import { testDatabase } from '../support/database.ts';
import { silentLog } from '../support/log.ts';
import { signedInVisitor } from '../support/store-pages.ts';

const database = await testDatabase();
const { db, sql } = database;
const desk = accessDesk(database, { clock: testClock() });
const ports = { ...desk.ports, slackPeople: createSlackPeopleRepository() };
const commands: Partial<Desk['commands']> = {
  listSlackPeople: (input) => listSlackPeople(ports, input),
  confirmSlackPerson: (input) => confirmSlackPerson(ports, input),
  unlinkSlackPerson: (input) => unlinkSlackPerson(ports, input),
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

/** Somebody of this role over all merchants. */
async function visitor(role: Role) {
  const who = await signedInVisitor(database, desk, app, role);
  await sql`update grants set merchant_ids = null where person_id = ${who.personId}`;
  return who;
}

const userOf = (name: string) => ({ teamId: 'T1', userId: `U-${name}`, email: `${name}@example.test`, name });

async function linkOf(name: string): Promise<string> {
  const [row] = await sql`select id from slack_people where slack_user_id = ${`U-${name}`}`;
  return String(row?.id);
}

const path = '/settings/slack-people';

/** What the row of this Slack user says of them. */
const stateOf = (body: string, userId: string): string | undefined =>
  new RegExp(`${userId}<.*?class="badge[^>]*>([^<]*)<`, 's').exec(body)?.[1];

test('before anybody pressed anything the page says how people get there', async () => {
  const { status, body } = await (await visitor('owner')).get(path);
  expect(status).toBe(200);
  expect(body).toContain('People appear here after they press a button');
});

test('an owner confirms who somebody from Slack is, and the next press counts', async () => {
  const olga = await visitor('owner');
  const tom = newId();
  await sql`insert into people (id, name, email) values (${tom}, 'Tom', 'tom@example.test')`;
  await sql`insert into people (id, name, email, status) values (${newId()}, 'Gone Gina', 'gina@example.test', 'disabled')`;
  expect(await slackActor(ports, userOf('tom'))).toMatchObject({ ok: false });
  const before = await olga.get(path);
  expect(before.body).toContain('Not confirmed');
  expect(before.body).toContain('same e-mail as Tom');
  expect(before.body).toContain(`<option value="${tom}" selected="">`);
  expect(before.body).not.toContain('Gone Gina');
  const answer = await olga.post(path, { linkId: await linkOf('tom'), personId: tom });
  expect(answer).toMatchObject({ status: 303 });
  expect(await slackActor(ports, userOf('tom'))).toMatchObject({ ok: true, value: { personId: tom, via: 'slack' } });
  const history = await sql`select actor_name, event, after from audit_events where subject_id = ${tom}`;
  expect(history).toMatchObject([
    { actor_name: olga.actor.name, event: 'person.slack_confirmed', after: { slackUserId: 'U-tom' } },
  ]);
});

test('who waits stands before who is confirmed', async () => {
  const olga = await visitor('owner');
  for (const name of ['anna', 'berta']) await slackActor(ports, userOf(name));
  await olga.post(path, { linkId: await linkOf('anna'), personId: olga.personId });
  const { body } = await olga.get(path);
  expect(body.indexOf('U-berta')).toBeGreaterThan(0);
  expect(body.indexOf('U-berta')).toBeLessThan(body.indexOf('U-anna'));
});

test('a confirmation is taken back, and the next press counts for nothing until it is given anew', async () => {
  const olga = await visitor('owner');
  await slackActor(ports, userOf('wrong'));
  const linkId = await linkOf('wrong');
  await olga.post(path, { linkId, personId: olga.personId });
  expect(await slackActor(ports, userOf('wrong'))).toMatchObject({ ok: true });
  expect(await olga.post(`${path}/unlink`, { linkId })).toMatchObject({ status: 303 });
  expect(await slackActor(ports, userOf('wrong'))).toMatchObject({
    ok: false,
    error: { code: 'disabled', message: 'Your access to the desk was taken back. Ask an owner if you still need it.' },
  });
  await slackActor(ports, userOf('waits'));
  const { body } = await olga.get(path);
  expect(body).toContain(`${body.split('>Not confirmed<').length - 1} people wait`);
  expect(stateOf(body, 'U-wrong')).toBe('Unlinked');
  expect(stateOf(body, 'U-waits')).toBe('Not confirmed');
  expect(body.indexOf('U-waits')).toBeLessThan(body.indexOf('U-wrong'));
  const [event] = await sql`select before, after from audit_events where event = 'person.slack_unlinked'`;
  expect(event).toEqual({ before: { personId: olga.personId, slackUserId: 'U-wrong' }, after: { personId: null } });

  const twice = await olga.post(`${path}/unlink`, { linkId });
  expect(twice.body).toContain('This Slack user is not confirmed');
  await olga.post(path, { linkId, personId: olga.personId });
  expect(await slackActor(ports, userOf('wrong'))).toMatchObject({ ok: true });
  expect(stateOf((await olga.get(path)).body, 'U-wrong')).toBe('Confirmed');
});

test.each([
  ['no person', { personId: '' }, 'Choose a person.'],
  ['a person who does not exist', { personId: newId() }, 'Choose a Slack user and an active person.'],
  ['a Slack user who does not exist', { linkId: newId() }, 'Choose a Slack user and an active person.'],
  ['a made-up id', { linkId: "x' or true --" }, 'There is no such Slack user.'],
])('%s changes nothing and is said', async (_, over, words) => {
  const olga = await visitor('owner');
  await slackActor(ports, userOf('carl'));
  const answer = await olga.post(path, { linkId: await linkOf('carl'), personId: olga.personId, ...over });
  expect([404, 422]).toContain(answer.status);
  expect(answer.body).toContain(words);
  expect(await slackActor(ports, userOf('carl'))).toMatchObject({ ok: false });
});

test('only an owner over all merchants sees the page and confirms', async () => {
  await slackActor(ports, userOf('dora'));
  const ofOne = await signedInVisitor(database, desk, app, 'owner');
  for (const who of [ofOne, await visitor('admin'), await visitor('viewer')]) {
    const page = await who.get(path);
    expect(page.status).toBe(403);
    expect(page.body).toContain('This needs the role owner over all merchants. Ask an owner to give it to you.');
    expect(page.body).not.toContain('U-dora');
    const post = await who.post(path, { linkId: await linkOf('dora'), personId: who.personId });
    expect(post.status).toBe(403);
    expect((await who.post(`${path}/unlink`, { linkId: await linkOf('dora') })).status).toBe(403);
  }
  expect(await slackActor(ports, userOf('dora'))).toMatchObject({ ok: false });
});
