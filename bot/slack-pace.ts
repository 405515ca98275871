import type { webApi } from '@slack/bolt';
import { bucketOf, rateOf } from '../core/alert/slack-rate.ts';
import type { AlertRepository } from '../core/ports/alerting.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Database } from '../core/ports/database.ts';

export interface SlackPacePorts {
  readonly database: Database;
  readonly clock: Clock;
  readonly alerts: Pick<AlertRepository, 'noteCall' | 'blockBucket'>;
}

/** What the alerts' messages compete with. */
const counted = new Set(['chat.postMessage', 'chat.update']);
/** Where Slack limits us and does not say for how long. */
const unsaidWaitSeconds = 5;

/**
 * `fetch` for answers to people: they do not wait for a turn, but they count, and a Retry-After that any process was
 * given for this method (and channel, where it posts) is kept: such a call is answered as Slack would, without asking it.
 */
export function createPacedFetch({ database, clock, alerts }: SlackPacePorts): webApi.FetchFunction {
  return async (url, init) => {
    const method = new URL(url).pathname.split('/').at(-1) ?? '';
    const bucket = bucketOf(method, channelOf(init?.body));
    const now = clock.now();
    const earnedMs = counted.has(method) ? rateOf(bucket).perCallMs : 0;
    const blockedUntil = await database.transaction((tx) => alerts.noteCall(tx, bucket, now, earnedMs));
    if (blockedUntil !== null && blockedUntil > now) {
      const seconds = Math.ceil((blockedUntil.getTime() - now.getTime()) / 1_000);
      return new Response('{"ok":false,"error":"ratelimited"}', {
        status: 429,
        headers: { 'content-type': 'application/json', 'retry-after': `${seconds}` },
      });
    }
    const response = await fetch(url, init);
    if (response.status === 429) {
      const seconds = Number(response.headers.get('retry-after')) || unsaidWaitSeconds;
      const at = clock.now();
      const until = new Date(at.getTime() + seconds * 1_000);
      await database.transaction((tx) => alerts.blockBucket(tx, bucket, until, at));
    }
    return response;
  };
}

function channelOf(body: unknown): string {
  return typeof body === 'string' ? (new URLSearchParams(body).get('channel') ?? '') : '';
}
