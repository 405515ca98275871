import type { PreviewJson } from '../../core/ports/slack-preview.ts';
import { fileObject } from './objects.ts';
import type { Method } from './web-api.ts';
import { textArgument } from './web-api.ts';
import { appId, botId, botName, botUserId, type Person, teamDomain, teamId } from './workspace.ts';

/** Who we are, who they are, and files. */
export const lookupMethods: Readonly<Record<string, Method>> = {
  'api.test': () => ({}),
  'auth.test': (_args, _workspace, { publicUrl }) => ({
    url: `${publicUrl}/slack-preview`,
    team: 'Slack preview',
    user: botName.toLowerCase(),
    team_id: teamId,
    user_id: botUserId,
    bot_id: botId,
    is_enterprise_install: false,
  }),
  'bots.info': () => ({ bot: { id: botId, app_id: appId, user_id: botUserId, name: botName, deleted: false } }),
  'team.info': () => ({ team: { id: teamId, name: 'Slack preview', domain: teamDomain } }),
  'users.info'(args, workspace) {
    const id = textArgument(args, 'user');
    if (id === botUserId) return { user: { id, name: botName.toLowerCase(), is_bot: true } };
    const person = workspace.person(id);
    return person === null ? 'user_not_found' : { user: userObject(person) };
  },
  'users.list': (_args, workspace) => ({
    members: workspace.people.map(userObject),
    response_metadata: { next_cursor: '' },
  }),
  'users.lookupByEmail'(args, workspace) {
    const email = textArgument(args, 'email').toLowerCase();
    const person = workspace.people.find((one) => one.email !== null && one.email.toLowerCase() === email);
    return person === undefined ? 'users_not_found' : { user: userObject(person) };
  },
  'files.info'(args, workspace, context) {
    const file = workspace.file(textArgument(args, 'file'));
    return file === null ? 'file_not_found' : { file: fileObject(file, context.apiUrl) };
  },
};

const userObject = (person: Person): PreviewJson => ({
  id: person.userId,
  team_id: teamId,
  name: person.name.toLowerCase().replace(/\W+/g, '.'),
  real_name: person.name,
  deleted: false,
  is_bot: false,
  is_restricted: false,
  is_ultra_restricted: false,
  tz: 'UTC',
  tz_label: 'Coordinated Universal Time',
  tz_offset: 0,
  profile: {
    real_name: person.name,
    display_name: person.name,
    ...(person.email === null ? {} : { email: person.email }),
  },
});
