/**
 * Every Web API method that the bot calls, with the bot scopes that it needs here, and what stops without them; from the
 * methods' pages. The manifest asks for exactly these.
 */
export const methodScopes: Readonly<Record<string, readonly string[]>> = {
  'apps.connections.open': [],
  'auth.test': [],
  'bots.info': ['users:read'],
  'chat.postEphemeral': ['chat:write'],
  'chat.postMessage': ['chat:write'],
  'chat.unfurl': ['links:write'],
  'chat.update': ['chat:write'],
  // Lost posts are looked for in public and private channels, and in the owner's direct messages.
  'conversations.history': ['channels:history', 'groups:history', 'im:history'],
  'conversations.info': ['channels:read', 'groups:read'],
  'conversations.list': ['channels:read', 'groups:read'],
  'conversations.open': ['im:write'],
  'conversations.replies': ['channels:history', 'groups:history'],
  'files.info': ['files:read'],
  'users.info': ['users:read', 'users:read.email'],
  'views.open': [],
  'views.publish': [],
  'views.push': [],
  'views.update': [],
};

/** Events, the slash command and the shortcuts need scopes of their own. */
export const eventScopes: Readonly<Record<string, readonly string[]>> = {
  app_home_opened: [],
  link_shared: ['links:read'],
  member_joined_channel: ['channels:read', 'groups:read'],
};
const commandScopes = ['commands'];

/** All bot scopes, in alphabetical order. */
export const neededScopes: readonly string[] = [
  ...new Set([...Object.values(methodScopes).flat(), ...Object.values(eventScopes).flat(), ...commandScopes]),
].sort();

/** What does not work without a scope. */
export const scopeWords: Readonly<Record<string, string>> = {
  'channels:history': 'a message whose answer was lost is not found again in public channels',
  'channels:read': 'public channels cannot be looked at before alerts are routed there',
  'chat:write': 'nothing can be posted',
  commands: '/orders and the shortcuts do not exist',
  'files:read': 'labels cannot be taken from a form',
  'groups:history': 'a message whose answer was lost is not found again in private channels',
  'groups:read': 'private channels cannot be looked at before alerts are routed there',
  'im:history': 'a direct message whose answer was lost is not found again',
  'im:write': 'owners are not told of broken channels',
  'links:read': 'links to the dashboard are not noticed',
  'links:write': 'links to the dashboard stay bare',
  'users:read': 'people are not found in Slack',
  'users:read.email': 'people are not recognized by their e-mail at first contact',
};
