/** How fast one bucket of Slack calls may be used. */
export interface SlackRate {
  readonly perCallMs: number;
  /** Calls that may go out at once after a quiet time. */
  readonly burst: number;
}

/** A bucket's row: shared by all processes. */
export interface Bucket {
  /** When all calls taken so far are earned back. */
  readonly freeAt: Date;
  readonly blockedUntil: Date | null;
}

/** Slack takes about one message a second and channel. */
const postRate: SlackRate = { perCallMs: 1_000, burst: 1 };
/** Tier 3 is 50 a minute for the whole workspace: never more than that within any minute. */
const editRate: SlackRate = { perCallMs: 60_000 / 48, burst: 2 };

/** Blocked when Slack does not answer at all or refuses our token: nothing else would get through either. */
export const everyCall = 'slack';

export const postBucket = (channelId: string): string => `chat.postMessage:${channelId}`;
export const editBucket = 'chat.update';

/** Slack limits posts by channel, everything else by method. */
export const bucketOf = (method: string, channelId: string): string =>
  method === 'chat.postMessage' || method === 'chat.postEphemeral' ? `${method}:${channelId}` : method;

export const rateOf = (bucket: string): SlackRate => (bucket === editBucket ? editRate : postRate);

/** When the next call may go out if `freeAt` is what the bucket's row says; `now` or earlier: at once. */
export function nextCallAt(freeAt: Date | undefined, rate: SlackRate): Date {
  return new Date((freeAt?.getTime() ?? 0) - (rate.burst - 1) * rate.perCallMs);
}

/** The row's new `freeAt` after one call at `now`. */
export function afterCall(freeAt: Date | undefined, rate: SlackRate, now: Date): Date {
  return new Date(Math.max(freeAt?.getTime() ?? 0, now.getTime()) + rate.perCallMs);
}
