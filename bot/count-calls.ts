import type { webApi } from '@slack/bolt';
import { parseJson } from './values.ts';

/** `refused`: Slack answered that it will not; `failed`: a 5xx, or no JSON; `no_answer`: none came. */
export type SlackCallOutcome = 'ok' | 'ratelimited' | 'refused' | 'failed' | 'no_answer';

export type OnSlackCall = (call: { readonly method: string; readonly outcome: SlackCallOutcome }) => void;

/** `send`, and what came of each call told to `onCall`, for the metrics. */
export function countCalls(send: webApi.FetchFunction, onCall: OnSlackCall): webApi.FetchFunction {
  return async (url, init) => {
    const method = new URL(url).pathname.split('/').at(-1) ?? '';
    try {
      const response = await send(url, init);
      // Slack says no with a 200: what it said is read here, and once more by the caller.
      const text = await response.text();
      onCall({ method, outcome: outcomeOf(response.status, text) });
      const { ok, status, statusText, headers } = response;
      return {
        ok,
        status,
        statusText,
        url: response.url,
        headers,
        text: async () => text,
        json: async () => JSON.parse(text),
        arrayBuffer: async () => new TextEncoder().encode(text).buffer,
      };
    } catch (error) {
      onCall({ method, outcome: 'no_answer' });
      throw error;
    }
  };
}

function outcomeOf(status: number, text: string): SlackCallOutcome {
  if (status === 429) return 'ratelimited';
  const answer = parseJson(text);
  if (status >= 400 || answer === null) return 'failed';
  return Reflect.get(Object(answer), 'ok') === true ? 'ok' : 'refused';
}
