import { sql } from 'drizzle-orm';
import { newId } from '../../core/ids.ts';
import type { Role } from '../../core/people/actor.ts';
import type { Tx } from '../../core/ports/database.ts';
import { unwrap } from '../database.ts';

/** A user of the Slack preview and their role at the desk. */
export interface PreviewPersonRow {
  readonly slackUserId: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
}

/**
 * Makes the people of the Slack preview, each confirmed with their role over all merchants; the one with the role owner
 * is the installation's own. Once: what an owner changes about them later stays. Demo mode only.
 */
export async function ensurePreviewPeople(
  tx: Tx,
  teamId: string,
  people: readonly PreviewPersonRow[],
  at: Date,
): Promise<void> {
  const rows = people.map(({ slackUserId, name, email, role }) => ({
    link_id: newId(),
    person_id: newId(),
    grant_id: newId(),
    slack_user_id: slackUserId,
    name,
    email,
    role,
  }));
  await unwrap(tx).execute(sql`
    with asked as (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as a(
        link_id uuid, person_id uuid, grant_id uuid, slack_user_id text, name text, email text, role text)
      where not exists (select 1 from slack_people s where s.team_id = ${teamId} and s.slack_user_id = a.slack_user_id)
    ), made as (
      insert into people (id, name, email) select person_id, name, email from asked where role <> 'owner'
      on conflict (lower(email)) do nothing returning id
    ), granted as (
      insert into grants (id, person_id, role)
      select grant_id, person_id, role from asked where person_id in (select id from made)
    )
    insert into slack_people (id, team_id, slack_user_id, person_id, display_name, confirmed_at)
    select link_id, ${teamId}, slack_user_id,
      case when role = 'owner' then (
        select p.id from people p join grants g on g.person_id = p.id
        where p.status = 'active' and g.role = 'owner' and g.merchant_ids is null order by p.created_at, p.id limit 1)
      else person_id end,
      name, ${at.toISOString()}::timestamptz
    from asked where role = 'owner' or person_id in (select id from made)
    on conflict (team_id, slack_user_id) do nothing`);
}
