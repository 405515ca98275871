import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { checkSlack, type RoutedChannel } from '../../bot/check/check-slack.ts';
import type { SlackSettings } from '../../bot/check/read-tokens.ts';
import { slackReport } from '../../bot/check/report.ts';
import { neededScopes } from '../../bot/scopes.ts';

const botToken = 'xoxb-secret-of-the-bot';
const appToken = 'xapp-secret-of-the-app';
const signingSecret = '0123456789abcdef0123456789abcdef';

interface SlackState {
  scopes: readonly string[];
  authError: string | null;
  socketError: string | null;
  channels: Record<string, { name: string; is_member: boolean; is_archived: boolean }>;
}
const healthy = (): SlackState => ({
  scopes: neededScopes,
  authError: null,
  socketError: null,
  channels: {
    C0000ORDERS: { name: 'orders', is_member: true, is_archived: false },
    C00000QUIET: { name: 'quiet', is_member: false, is_archived: false },
    C000000GONE: { name: 'gone', is_member: true, is_archived: true },
  },
});
let state = healthy();
beforeEach(() => {
  state = healthy();
});

/** As much of Slack as the check asks. */
const slack = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  const method = request.url?.replace('/api/', '');
  const answer = (value: object) =>
    response
      .writeHead(200, { 'content-type': 'application/json', 'x-oauth-scopes': state.scopes.join(',') })
      .end(JSON.stringify(value));
  const refuse = (error: string) => answer({ ok: false, error });
  if (method === 'apps.connections.open') {
    if (request.headers.authorization !== `Bearer ${appToken}`) return refuse('invalid_auth');
    return state.socketError === null ? answer({ ok: true, url: 'wss://x.test' }) : refuse(state.socketError);
  }
  if (request.headers.authorization !== `Bearer ${botToken}`) return refuse('invalid_auth');
  if (state.authError !== null) return refuse(state.authError);
  if (method === 'auth.test') return answer({ ok: true, team: 'Acme', user: 'holdfast', bot_id: 'B1' });
  const channel = state.channels[new URLSearchParams(body).get('channel') ?? ''];
  if (!state.scopes.includes('channels:read')) return refuse('missing_scope');
  return channel === undefined ? refuse('channel_not_found') : answer({ ok: true, channel });
});
await new Promise<void>((resolve) => slack.listen(0, '127.0.0.1', resolve));
const apiUrl = `http://127.0.0.1:${(slack.address() as AddressInfo).port}/api/`;
afterAll(() => new Promise((resolve) => slack.close(resolve)));

async function check(over: Partial<SlackSettings> = {}, routed: readonly RoutedChannel[] | null = []) {
  const settings: SlackSettings = {
    botToken,
    signingSecret,
    appToken: null,
    channel: 'C0000ORDERS',
    publicUrl: 'https://desk.example.test',
    apiUrl,
    ...over,
  };
  const findings = await checkSlack({ settings, routed });
  const report = slackReport(findings);
  // Whatever is set: nothing of it is said.
  for (const secret of [settings.botToken, settings.signingSecret, settings.appToken]) {
    if (secret !== null) expect(report.text).not.toContain(secret);
  }
  return { ...report, missing: findings.filter(({ kind }) => kind === 'missing').map(({ text }) => text) };
}

describe('slack:check', () => {
  it('says that Slack is ready over HTTP, and where its requests belong', async () => {
    const { text, isReady } = await check();
    expect(isReady).toBe(true);
    expect(text).toContain('https://desk.example.test/slack/events');
    expect(text).toContain('The bot is in #orders.');
    expect(text).toContain('Slack is ready.');
  });

  it('says that Slack is ready in Socket Mode, where no address is needed', async () => {
    const { text, isReady } = await check({ appToken, signingSecret: null, publicUrl: 'http://localhost:4000' });
    expect(isReady).toBe(true);
    expect(text).toContain('Socket Mode opens');
  });

  it.each([
    [{ botToken: appToken }, 'SLACK_BOT_TOKEN holds an app-level token', 'It belongs in SLACK_APP_TOKEN.'],
    [{ botToken: 'xoxp-of-a-person' }, 'SLACK_BOT_TOKEN holds a person’s token', 'not a bot token'],
    [{ botToken: 'hello' }, 'SLACK_BOT_TOKEN holds what is no token of Slack', 'xoxb-…'],
    [{ botToken: null }, 'SLACK_BOT_TOKEN is not set', 'OAuth & Permissions'],
    [{ appToken: botToken }, 'SLACK_APP_TOKEN holds a bot token', 'It belongs in SLACK_BOT_TOKEN.'],
    [{ signingSecret: botToken }, 'SLACK_SIGNING_SECRET holds a bot token', 'Basic Information'],
    [{ signingSecret: null }, 'Neither SLACK_SIGNING_SECRET', 'no press arrives'],
  ])('names settings that are mixed up or missing', async (over, what, hint) => {
    const { missing, isReady } = await check(over);
    expect(isReady).toBe(false);
    expect(missing.join('\n')).toContain(what);
    expect(missing.join('\n')).toContain(hint);
  });

  it.each([
    ['http://desk.example.test', 'must begin with https://'],
    ['https://localhost:4000', 'Slack cannot reach localhost'],
    ['https://192.168.1.4', 'Slack cannot reach 192.168.1.4'],
    [null, 'PUBLIC_URL is not set'],
  ])('says why Slack cannot reach %s', async (publicUrl, why) => {
    expect((await check({ publicUrl })).missing.join()).toContain(why);
  });

  it('names each scope that is not granted, what stops without it, and how to get it', async () => {
    state.scopes = neededScopes.filter((scope) => scope !== 'files:read' && scope !== 'links:write');
    const { missing, text } = await check();
    expect(missing).toHaveLength(2);
    expect(missing.join()).toContain('The scope files:read is not granted: labels cannot be taken');
    expect(text).toContain('install the app to the workspace again');
  });

  it('says when a token was revoked, is of nobody, or Slack does not answer', async () => {
    state.authError = 'token_revoked';
    expect((await check()).missing.join()).toContain('this token was revoked');
    state.authError = null;
    expect((await check({ botToken: 'xoxb-another' })).missing.join()).toContain('Slack does not know this token');
    const away = await check({ apiUrl: 'http://127.0.0.1:9/api/' });
    expect(away.missing.join()).toContain('Slack does not answer');
  });

  it('looks at the default channel and at every routed one', async () => {
    const { missing } = await check({}, [
      { channelId: 'C00000QUIET', name: 'quiet' },
      { channelId: 'C000000GONE', name: 'gone' },
      { channelId: 'C0NOWHERE00', name: 'private-ops' },
    ]);
    expect(missing).toHaveLength(3);
    expect(missing.join('\n')).toContain('C00000QUIET: The bot is not in #quiet. Invite it');
    expect(missing.join('\n')).toContain('C000000GONE: #gone is archived');
    expect(missing.join('\n')).toContain('C0NOWHERE00: #private-ops is not there, or is private');
  });

  it('asks for a channel where there is none, and takes no name for an id', async () => {
    expect((await check({ channel: null })).missing.join()).toContain('no alert has anywhere to go');
    expect((await check({ channel: '#orders' })).missing.join()).toContain('is no channel id');
  });

  it('does not call a channel missing that it may not look at', async () => {
    state.scopes = neededScopes.filter((scope) => scope !== 'channels:read');
    const { missing } = await check();
    expect(missing).toHaveLength(1);
    expect(missing.join()).toContain('channels:read');
  });

  it('says what Socket Mode lacks', async () => {
    state.socketError = 'missing_scope';
    expect((await check({ appToken })).missing.join()).toContain('lacks connections:write');
    state.socketError = 'invalid_auth';
    expect((await check({ appToken })).missing.join()).toContain('SLACK_APP_TOKEN: Slack does not know this token');
  });
});
