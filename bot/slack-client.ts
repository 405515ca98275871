import { webApi } from '@slack/bolt';
import { countCalls, type OnSlackCall } from './count-calls.ts';

const { WebClient, LogLevel } = webApi;

export interface SlackClientOptions {
  readonly token: string;
  /** Only tests and the preview name another host than Slack's. */
  readonly apiUrl?: string | undefined;
  readonly timeoutMs?: number;
  readonly fetch?: webApi.FetchFunction;
  /** Told of every call and what came of it. */
  readonly onCall?: OnSlackCall | undefined;
}

/** Slack answers within a second or two; a worker waits no longer than this. */
const defaultTimeoutMs = 10_000;

/**
 * A Web API client that never repeats by itself: the SDK's own retries post twice after a lost answer, and one 429
 * would pause every channel. Our rows decide what is sent again.
 */
export function createSlackClient(options: SlackClientOptions): webApi.WebClient {
  return new WebClient(options.token, clientOptions(options));
}

/** The same for the clients that Bolt makes. */
export function clientOptions(options: Omit<SlackClientOptions, 'token'>): webApi.WebClientOptions {
  const { fetch: send = globalThis.fetch, onCall } = options;
  return {
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: options.timeoutMs ?? defaultTimeoutMs,
    logLevel: LogLevel.ERROR,
    allowAbsoluteUrls: false,
    fetch: onCall === undefined ? send : countCalls(send, onCall),
    ...(options.apiUrl === undefined ? {} : { slackApiUrl: options.apiUrl }),
  };
}
