import { newId } from '../../core/ids.ts';
import type { Role } from '../../core/people/actor.ts';
import type { Sql } from '../../db/client.ts';
import type { FakeSlack, SlackUserName } from './slack.ts';

/** The emulator's workspace. */
export const teamId = 'T000000001';

/** The desk's people in Slack: what each may do, over all merchants. */
const roleOf: Readonly<Record<SlackUserName, Role>> = {
  mei: 'operator',
  ana: 'admin',
  wes: 'warehouse',
  vic: 'viewer',
  olga: 'owner',
};
/** Makes them, confirmed; their ids at the desk. */
export async function insertPeople(sql: Sql, slack: FakeSlack): Promise<Record<SlackUserName, string>> {
  const ids = { mei: newId(), ana: newId(), wes: newId(), vic: newId(), olga: newId() };
  for (const [name, role] of Object.entries(roleOf)) {
    // Names of the record above.
    const key = name as SlackUserName;
    const shown = name.replace(/^./, (letter) => letter.toUpperCase());
    await sql`insert into people (id, name) values (${ids[key]}, ${shown})`;
    await sql`insert into grants (id, person_id, role) values (${newId()}, ${ids[key]}, ${role})`;
    await sql`insert into slack_people (id, team_id, slack_user_id, person_id, display_name, confirmed_at)
      values (${newId()}, ${teamId}, ${slack.users[key]}, ${ids[key]}, ${name}, now())`;
  }
  return ids;
}
