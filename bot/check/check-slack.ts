import { webApi } from '@slack/bolt';
import { brokenWords } from '../../core/slack/broken-words.ts';
import { neededScopes, scopeWords } from '../scopes.ts';
import { createSlackClient } from '../slack-client.ts';
import { readTokens, type SlackSettings, type TokenReading } from './read-tokens.ts';

/** One thing that was looked at. `missing` must be mended before Slack works; `note` need not be. */
export interface Finding {
  readonly kind: 'good' | 'missing' | 'note';
  readonly text: string;
}

export interface RoutedChannel {
  readonly channelId: string;
  readonly name: string | null;
}

export interface CheckInput {
  readonly settings: SlackSettings;
  /** Channels that alerts are routed to; null: the routes could not be read. */
  readonly routed: readonly RoutedChannel[] | null;
}

/** Each is one question to Slack, which takes about fifty a minute of this kind. */
const mostChannels = 40;
const timeoutMs = 8_000;

/** Looks at everything that Slack needs, in the order in which it is set up. Never says a token or secret. */
export async function checkSlack({ settings, routed }: CheckInput): Promise<readonly Finding[]> {
  const tokens = readTokens(settings);
  const identity = tokens.botToken === null ? [] : await checkBot(settings, tokens.botToken, routed);
  const socket = tokens.appToken === null ? [] : [await checkSocket(settings, tokens.appToken)];
  return [...tokens.findings, ...(tokens.transport === 'http' ? [checkAddress(settings)] : []), ...identity, ...socket];
}

function checkAddress({ publicUrl }: SlackSettings): Finding {
  const url = publicUrl === null ? null : URL.parse(publicUrl);
  if (url === null) return missing('PUBLIC_URL is not set, and Slack over HTTP has to reach the desk there.');
  if (url.protocol !== 'https:') return missing('PUBLIC_URL must begin with https://: Slack calls nothing else.');
  if (/^(localhost|127\.|\[?::1|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/.test(url.hostname)) {
    return missing(`Slack cannot reach ${url.hostname}. Use a public PUBLIC_URL, or Socket Mode (SLACK_APP_TOKEN).`);
  }
  return good(
    `Slack’s requests belong at ${url.href.replace(/\/$/, '')}/slack/events (all four addresses of the app).`,
  );
}

async function checkBot(
  settings: SlackSettings,
  token: string,
  routed: CheckInput['routed'],
): Promise<readonly Finding[]> {
  const client = createSlackClient({ token, apiUrl: settings.apiUrl ?? undefined, timeoutMs });
  try {
    const who = await client.auth.test();
    const isBot = who.bot_id !== undefined;
    return [
      isBot
        ? good(`SLACK_BOT_TOKEN works: ${who.user ?? 'the bot'} in the workspace ${who.team ?? who.team_id ?? ''}.`)
        : missing('SLACK_BOT_TOKEN belongs to a person, not to a bot. Copy the Bot User OAuth Token.'),
      ...checkScopes(who.response_metadata?.scopes),
      ...(await checkChannels(client, settings, routed)),
    ];
  } catch (error) {
    return [missing(`SLACK_BOT_TOKEN: ${wordsOf(error)}`)];
  }
}

function checkScopes(granted: readonly string[] | undefined): readonly Finding[] {
  if (granted === undefined) return [note('Slack did not say which scopes the token has: compare them yourself.')];
  const lacking = neededScopes.filter((scope) => !granted.includes(scope));
  if (lacking.length === 0) return [good(`All ${neededScopes.length} scopes are granted.`)];
  return [
    ...lacking.map((scope) => missing(`The scope ${scope} is not granted: ${scopeWords[scope] ?? 'something stops'}.`)),
    note(
      'Add scopes under OAuth & Permissions (or from bot/manifest.yaml), then install the app to the workspace again.',
    ),
  ];
}

async function checkChannels(
  client: webApi.WebClient,
  { channel }: SlackSettings,
  routed: CheckInput['routed'],
): Promise<readonly Finding[]> {
  const all = new Map((routed ?? []).map((one) => [one.channelId, one.name]));
  if (channel !== null) all.set(channel, all.get(channel) ?? null);
  const notes =
    routed === null ? [note('The routes could not be read from the database: only SLACK_CHANNEL was looked at.')] : [];
  if (channel === null) {
    const what = 'SLACK_CHANNEL is not set';
    notes.push(
      all.size === 0 && routed !== null
        ? missing(`${what} and there is no route: no alert has anywhere to go.`)
        : note(`${what}: alerts without a route stay in the dashboard.`),
    );
  }
  const findings: Finding[] = [];
  for (const [channelId, name] of [...all].slice(0, mostChannels)) {
    findings.push(await checkChannel(client, channelId, name));
  }
  const more = all.size - findings.length;
  return [...notes, ...findings, ...(more > 0 ? [note(`${more} more routed channels were not looked at.`)] : [])];
}

async function checkChannel(client: webApi.WebClient, channelId: string, name: string | null): Promise<Finding> {
  if (!/^[CGD][A-Z0-9]{5,}$/.test(channelId)) {
    return missing(
      'SLACK_CHANNEL is no channel id. It looks like C0123456789 and stands at the end of the channel’s details.',
    );
  }
  try {
    const { channel } = await client.conversations.info({ channel: channelId });
    const shown = channel?.name ?? name;
    if (channel?.is_archived === true) return missing(`${channelId}: ${brokenWords('is_archived', shown ?? null)}`);
    if (channel?.is_member !== true) return missing(`${channelId}: ${brokenWords('not_in_channel', shown ?? null)}`);
    return good(`The bot is in #${shown ?? channelId}.`);
  } catch (error) {
    const code = error instanceof webApi.WebAPIPlatformError ? error.data.error : null;
    if (code === 'channel_not_found') return missing(`${channelId}: ${brokenWords(code, name)}`);
    // The scopes are named above; here it only means that nobody could look.
    if (code === 'missing_scope') return note(`${channelId} could not be looked at without the scopes above.`);
    return missing(`${channelId}: ${wordsOf(error)}`);
  }
}

async function checkSocket(settings: SlackSettings, token: NonNullable<TokenReading['appToken']>): Promise<Finding> {
  const client = createSlackClient({ token, apiUrl: settings.apiUrl ?? undefined, timeoutMs });
  try {
    await client.apps.connections.open({});
    return good('Socket Mode opens with SLACK_APP_TOKEN.');
  } catch (error) {
    const code = error instanceof webApi.WebAPIPlatformError ? error.data.error : null;
    if (code === 'missing_scope')
      return missing('SLACK_APP_TOKEN lacks connections:write. Make a new app-level token with it.');
    if (code === 'forbidden_team' || code === 'access_denied' || code === 'socket_mode_not_enabled') {
      return missing('Socket Mode is switched off in the app: switch it on under Socket Mode.');
    }
    return missing(`SLACK_APP_TOKEN: ${wordsOf(error)}`);
  }
}

/** Slack's refusal in words; nothing of the request, which carried a token. */
function wordsOf(error: unknown): string {
  if (error instanceof webApi.WebAPIRateLimitedError)
    return `Slack is busy with us. Try again in ${error.retryAfter} s.`;
  if (!(error instanceof webApi.WebAPIPlatformError))
    return 'Slack does not answer. Check the way to slack.com from here.';
  switch (error.data.error) {
    case 'invalid_auth':
    case 'not_authed':
      return 'Slack does not know this token. Copy it again from the app’s pages.';
    case 'account_inactive':
    case 'token_revoked':
      return 'this token was revoked. Install the app again and copy the new one.';
    case 'token_expired':
      return 'this token has expired. Switch token rotation off in the app and install it again.';
    case 'not_allowed_token_type':
      return 'this is a token of another kind.';
    default:
      return `Slack answers ${error.data.error.replace(/[^\w.-]/g, '').slice(0, 60)}.`;
  }
}

const good = (text: string): Finding => ({ kind: 'good', text });
const missing = (text: string): Finding => ({ kind: 'missing', text });
const note = (text: string): Finding => ({ kind: 'note', text });
