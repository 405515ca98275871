import { expect, test } from 'vitest';
import { newId } from '../../../core/ids.ts';
import type { Actor, Grant } from '../../../core/people/actor.ts';
import {
  confirmSlackPerson,
  listSlackPeople,
  slackActor,
  unlinkSlackPerson,
} from '../../../core/people/slack-actor.ts';
import { slackLooker } from '../../../core/people/slack-looker.ts';
import { createAuditRepository } from '../../../db/repositories/audit.ts';
import { createSlackChannelRepository } from '../../../db/repositories/slack-channels.ts';
import { createSlackPeopleRepository } from '../../../db/repositories/slack-people.ts';
import { testDatabase } from '../../support/database.ts';
import { insertStore } from '../../support/rows.ts';

const { database, sql } = await testDatabase();
const ports = {
  database,
  clock: { now: () => new Date() },
  slackPeople: createSlackPeopleRepository(),
  audit: createAuditRepository(),
};
const { merchantId } = await insertStore(sql);

async function person(name: string, role: Grant['role'], merchantIds: readonly string[] | null): Promise<Actor> {
  const personId = newId();
  await sql`insert into people (id, name) values (${personId}, ${name})`;
  await sql`insert into grants (id, person_id, role, merchant_ids)
    values (${newId()}, ${personId}, ${role}, ${merchantIds === null ? null : [...merchantIds]})`;
  return { personId, name, via: 'web', grants: [{ role, merchantIds: merchantIds ?? 'all', warehouseIds: 'all' }] };
}

test('the owner of one merchant cannot become the owner of all by a Slack confirmation', async () => {
  const all = await person('Olga', 'owner', null);
  const one = await person('Mei', 'owner', [newId()]);
  const mallory = { teamId: 'T1', userId: 'U1', email: null, name: 'mallory' };
  expect(await slackActor(ports, mallory)).toMatchObject({ ok: false, error: { code: 'unknown_person' } });
  expect(await listSlackPeople(ports, { actor: one })).toMatchObject({ ok: false, error: { code: 'not_permitted' } });
  const links = await listSlackPeople(ports, { actor: all });
  const linkId = links.ok ? (links.value[0]?.id ?? '') : '';
  const confirm = (actor: Actor) =>
    confirmSlackPerson(ports, { actor, merchantId, linkId, personId: all.personId ?? '' });
  expect(await confirm(one)).toMatchObject({ ok: false, error: { code: 'not_permitted' } });
  expect(await slackActor(ports, mallory)).toMatchObject({ ok: false });
  expect(await confirm(all)).toMatchObject({ ok: true });
  expect(await slackActor(ports, mallory)).toMatchObject({ ok: true, value: { personId: all.personId, via: 'slack' } });
});

test('somebody whose confirmation was taken back does not look as a stranger may', async () => {
  const looking = { ...ports, slackChannels: createSlackChannelRepository(), defaultChannelId: 'C1' };
  await sql`insert into slack_channels (id, channel_id, name, unknown_may_look) values (${newId()}, 'C1', 'alerts', true)`;
  const owner = await person('Olga', 'owner', null);
  const eve = { teamId: 'T1', userId: 'U2', email: null, name: 'eve' };
  const { personId } = await person('Eve', 'operator', null);
  const look = () => slackLooker(looking, eve, 'C1');
  expect(await look()).toMatchObject({ ok: true, value: { personId: null } });
  const [link] = await sql<{ id: string }[]>`select id from slack_people where slack_user_id = 'U2'`;
  const which = { actor: owner, merchantId, linkId: link?.id ?? '' };
  const confirm = () => confirmSlackPerson(ports, { ...which, personId: personId ?? '' });
  expect(await confirm()).toMatchObject({ ok: true });
  await sql`update people set status = 'disabled' where id = ${personId}`;
  expect(await look()).toMatchObject({ ok: false, error: { code: 'disabled' } });
  expect(await unlinkSlackPerson(ports, which)).toMatchObject({ ok: true });
  expect(await look()).toMatchObject({ ok: false, error: { code: 'disabled' } });
  await sql`update people set status = 'active' where id = ${personId}`;
  expect(await confirm()).toMatchObject({ ok: true });
  expect(await look()).toMatchObject({ ok: true, value: { personId } });
});
