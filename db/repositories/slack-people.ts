import { sql } from 'drizzle-orm';
import { newId } from '../../core/ids.ts';
import type { Grant, Role } from '../../core/people/actor.ts';
import type { SlackPeopleRepository } from '../../core/ports/alerting.ts';
import { unwrap } from '../database.ts';

interface PersonRow extends Record<string, unknown> {
  id: string;
  name: string;
  is_confirmed: boolean;
  is_unlinked: boolean;
  grants: { role: Role; merchantIds: string[] | null; warehouseIds: string[] | null }[] | null;
}

/** Slack user ↔ desk user: met by e-mail, acting only once an owner confirmed it. */
export function createSlackPeopleRepository(): SlackPeopleRepository {
  return {
    async find(tx, user) {
      const rows = await unwrap(tx).execute<PersonRow>(sql`
        select p.id, coalesce(p.name, s.display_name) as name, s.confirmed_at is not null as is_confirmed,
          s.unlinked_at is not null as is_unlinked,
          (select jsonb_agg(jsonb_build_object('role', g.role, 'merchantIds', g.merchant_ids, 'warehouseIds', g.warehouse_ids))
            from grants g where g.person_id = p.id) as grants
        from slack_people s left join people p on p.id = s.person_id and p.status = 'active'
        where s.team_id = ${user.teamId} and s.slack_user_id = ${user.userId}`);
      const row = rows[0];
      if (row === undefined) return null;
      return {
        personId: row.id,
        name: row.name,
        isConfirmed: row.is_confirmed,
        isUnlinked: row.is_unlinked,
        grants: (row.grants ?? []).map(
          (grant): Grant => ({
            role: grant.role,
            merchantIds: grant.merchantIds ?? 'all',
            warehouseIds: grant.warehouseIds ?? 'all',
          }),
        ),
      };
    },
    async meet(tx, user) {
      await unwrap(tx).execute(sql`
        insert into slack_people (id, team_id, slack_user_id, person_id, display_name)
        values (${newId()}, ${user.teamId}, ${user.userId},
          (select id from people where status = 'active' and lower(email) = lower(${user.email}::text)), ${user.name})
        on conflict (team_id, slack_user_id) do nothing`);
    },
    async list(tx) {
      const rows = await unwrap(tx).execute<{
        id: string;
        slack_user_id: string;
        display_name: string;
        person_id: string | null;
        person_name: string | null;
        is_confirmed: boolean;
        is_unlinked: boolean;
      }>(sql`
        select s.id, s.slack_user_id, s.display_name, s.person_id, p.name as person_name, s.confirmed_at is not null as is_confirmed,
          s.unlinked_at is not null as is_unlinked
        from slack_people s left join people p on p.id = s.person_id
        order by s.confirmed_at is not null or s.unlinked_at is not null, s.created_at`);
      return rows.map((row) => ({
        id: row.id,
        slackUserId: row.slack_user_id,
        displayName: row.display_name,
        personId: row.person_id,
        personName: row.person_name,
        isConfirmed: row.is_confirmed,
        isUnlinked: row.is_unlinked,
      }));
    },
    async confirm(tx, link) {
      const [row] = await unwrap(tx).execute<{
        slack_name: string;
        slack_user_id: string;
        person_name: string;
        before: string | null;
      }>(sql`
        with old as (select id, person_id from slack_people where id = ${link.id} for update)
        update slack_people s set person_id = p.id, confirmed_at = ${link.at.toISOString()}::timestamptz, unlinked_at = null
        from old, people p
        where s.id = old.id and p.id = ${link.personId} and p.status = 'active'
        returning s.display_name as slack_name, s.slack_user_id, p.name as person_name, old.person_id as before`);
      if (row === undefined) return null;
      return {
        slackName: row.slack_name,
        slackUserId: row.slack_user_id,
        personName: row.person_name,
        personIdBefore: row.before,
      };
    },
    async unlink(tx, link) {
      const [row] = await unwrap(tx).execute<{ slack_name: string; slack_user_id: string; before: string }>(sql`
        with old as (select id, person_id from slack_people where id = ${link.id} and confirmed_at is not null for update)
        update slack_people s set person_id = null, confirmed_at = null, unlinked_at = ${link.at.toISOString()}::timestamptz
        from old where s.id = old.id
        returning s.display_name as slack_name, s.slack_user_id, old.person_id as before`);
      return row === undefined
        ? null
        : { slackName: row.slack_name, slackUserId: row.slack_user_id, personId: row.before };
    },
  };
}
