import type { Finding } from './check-slack.ts';

/** As they stand in the environment; null: not set. */
export interface SlackSettings {
  readonly botToken: string | null;
  readonly signingSecret: string | null;
  readonly appToken: string | null;
  readonly channel: string | null;
  readonly publicUrl: string | null;
  /** Only tests and the preview name another host than Slack's. */
  readonly apiUrl: string | null;
}

export interface TokenReading {
  readonly findings: readonly Finding[];
  /** Null where it is missing or of the wrong kind: then there is nothing to ask Slack with. */
  readonly botToken: string | null;
  readonly appToken: string | null;
  readonly transport: 'http' | 'socket' | null;
}

const kinds = [
  ['xoxb-', 'a bot token'],
  ['xapp-', 'an app-level token'],
  ['xoxp-', 'a person’s token'],
  ['xoxe', 'a token of token rotation'],
  ['xox', 'another kind of token'],
] as const;

/** What a text is by its beginning; null for what is no token of Slack. */
const kindOf = (text: string): string | null => kinds.find(([prefix]) => text.startsWith(prefix))?.[1] ?? null;

/** Whether each setting holds what belongs there: tokens of two kinds and a secret are easily mixed up. Pure. */
export function readTokens(settings: SlackSettings): TokenReading {
  const findings: Finding[] = [];
  const missing = (text: string) => findings.push({ kind: 'missing', text });
  const { botToken, appToken, signingSecret } = settings;
  const isBot = botToken?.startsWith('xoxb-') === true;
  if (botToken === null) {
    missing('SLACK_BOT_TOKEN is not set: the Bot User OAuth Token (xoxb-…) under OAuth & Permissions.');
  } else if (!isBot) {
    const there = kindOf(botToken);
    const hint = botToken.startsWith('xapp-') ? ' It belongs in SLACK_APP_TOKEN.' : '';
    missing(`SLACK_BOT_TOKEN holds ${there ?? 'what is no token of Slack'}, not a bot token (xoxb-…).${hint}`);
  }
  const isApp = appToken?.startsWith('xapp-') === true;
  if (appToken !== null && !isApp) {
    const there = kindOf(appToken);
    const hint = appToken.startsWith('xoxb-') ? ' It belongs in SLACK_BOT_TOKEN.' : '';
    missing(`SLACK_APP_TOKEN holds ${there ?? 'what is no token of Slack'}, not an app-level token (xapp-…).${hint}`);
  }
  if (signingSecret !== null && kindOf(signingSecret) !== null) {
    missing(
      `SLACK_SIGNING_SECRET holds ${kindOf(signingSecret)}. The signing secret stands under Basic Information, App Credentials.`,
    );
  } else if (signingSecret !== null && !/^[0-9a-f]{32}$/.test(signingSecret)) {
    findings.push({
      kind: 'note',
      text: 'SLACK_SIGNING_SECRET does not look like one (32 letters a to f and digits): compare it with Basic Information.',
    });
  }
  if (appToken === null && signingSecret === null) {
    missing(
      'Neither SLACK_SIGNING_SECRET (Slack over HTTP) nor SLACK_APP_TOKEN (Socket Mode) is set: no press arrives.',
    );
  }
  if (appToken !== null && signingSecret !== null) {
    findings.push({ kind: 'note', text: 'Both transports are set: Socket Mode is used, the signing secret is not.' });
  }
  const transport = appToken !== null ? 'socket' : signingSecret !== null ? 'http' : null;
  return { findings, botToken: isBot ? botToken : null, appToken: isApp ? appToken : null, transport };
}
