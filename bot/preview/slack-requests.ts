import { createHmac, randomBytes } from 'node:crypto';
import type { PreviewJson } from '../../core/ports/slack-preview.ts';
import { appId, isJson, type Person, teamDomain, teamId } from './workspace.ts';

/** Slack gives up after three seconds and shows that to the person. */
const answerWithinMs = 3_000;

export interface SlackRequests {
  /** Interactions and options: `payload=` in a form, as Slack sends them. */
  interact(payload: PreviewJson): Promise<BotAnswer>;
  /** A slash command: plain fields in a form. */
  command(fields: Readonly<Record<string, string>>): Promise<BotAnswer>;
  /** The Events API: JSON. */
  event(event: PreviewJson): Promise<BotAnswer>;
}

/** What the bot answered in time; `body` is null when it was empty or no JSON. */
export type BotAnswer =
  | { readonly ok: true; readonly body: PreviewJson | null; readonly text: string }
  | { readonly ok: false; readonly reason: string };

/** Signed requests to the bot's own address: it cannot tell them from Slack's. */
export function createSlackRequests(options: {
  readonly eventsUrl: string;
  readonly signingSecret: string;
  readonly now: () => number;
}): SlackRequests {
  const send = async (contentType: string, body: string): Promise<BotAnswer> => {
    const timestamp = String(Math.floor(options.now() / 1_000));
    const signature = createHmac('sha256', options.signingSecret).update(`v0:${timestamp}:${body}`).digest('hex');
    try {
      const answer = await fetch(options.eventsUrl, {
        method: 'POST',
        headers: {
          'content-type': contentType,
          'x-slack-request-timestamp': timestamp,
          'x-slack-signature': `v0=${signature}`,
          'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
        },
        body,
        signal: AbortSignal.timeout(answerWithinMs),
      });
      const text = await answer.text();
      return answer.ok ? { ok: true, text, body: parse(text) } : { ok: false, reason: `http_${answer.status}` };
    } catch {
      // Refused, reset or too late: for the person it is the same.
      return { ok: false, reason: 'no_answer' };
    }
  };
  const form = (fields: Readonly<Record<string, string>>) =>
    send('application/x-www-form-urlencoded', new URLSearchParams(fields).toString());
  return {
    interact: (payload) => form({ payload: JSON.stringify(payload) }),
    command: form,
    event: (event) =>
      send(
        'application/json',
        JSON.stringify({
          token: 'preview',
          team_id: teamId,
          api_app_id: appId,
          event,
          type: 'event_callback',
          event_id: `Ev${randomBytes(6).toString('hex').toUpperCase()}`,
          event_time: Math.floor(options.now() / 1_000),
          is_ext_shared_channel: false,
        }),
      ),
  };
}

/** What every interaction says about who and where. */
export const commonPayload = (person: Person, triggerId: string): PreviewJson => ({
  user: { id: person.userId, username: person.name.toLowerCase(), name: person.name.toLowerCase(), team_id: teamId },
  team: { id: teamId, domain: teamDomain },
  api_app_id: appId,
  token: 'preview',
  enterprise: null,
  is_enterprise_install: false,
  trigger_id: triggerId,
});

function parse(text: string): PreviewJson | null {
  try {
    const parsed: unknown = JSON.parse(text);
    return isJson(parsed) ? parsed : null;
  } catch {
    // An empty acknowledgment, or a plain sentence.
    return null;
  }
}
