/** Posts in one channel: one a second, with a short burst. */
const postsPerSecond = 1;
const postBurst = 5;
/** Slack's tier 3, over the whole workspace: edits and unfurls. */
const editsPerMinute = 50;

const posting = ['chat.postMessage', 'chat.postEphemeral'];
const editing = ['chat.update', 'chat.unfurl', 'chat.delete'];

interface Bucket {
  tokens: number;
  at: number;
}

/** Slack's pace, as buckets that fill again with time. `take` answers the seconds to wait; 0: go on. */
export function createRateLimits(now: () => number): { take(method: string, channel: string): number } {
  const buckets = new Map<string, Bucket>();
  const draw = (name: string, size: number, perSecond: number): number => {
    const bucket = buckets.get(name) ?? { tokens: size, at: now() };
    bucket.tokens = Math.min(size, bucket.tokens + ((now() - bucket.at) / 1_000) * perSecond);
    bucket.at = now();
    buckets.set(name, bucket);
    if (bucket.tokens < 1) return Math.max(1, Math.ceil((1 - bucket.tokens) / perSecond));
    bucket.tokens -= 1;
    return 0;
  };
  return {
    take(method, channel) {
      if (posting.includes(method)) return draw(`post ${channel}`, postBurst, postsPerSecond);
      if (editing.includes(method)) return draw(method, editsPerMinute, editsPerMinute / 60);
      return 0;
    },
  };
}
