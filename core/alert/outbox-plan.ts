import { afterCall, type Bucket, editBucket, everyCall, nextCallAt, postBucket, rateOf } from './slack-rate.ts';
import type { AlertView } from './types.ts';
import type { Place } from './where-to-show.ts';

/** A message that is to be posted or edited now. */
export interface Claim {
  readonly alert: AlertView;
  readonly channelId: string;
  readonly bucket: string;
}

/** An alert that cannot be shown before. */
export interface Park {
  readonly merchantId: string;
  readonly alertId: string;
  readonly until: Date;
  readonly why: string;
}

export interface OutboxPlan {
  readonly claims: readonly Claim[];
  readonly parked: readonly Park[];
  /** New `freeAt` of the buckets that are used. */
  readonly freeAt: ReadonlyMap<string, Date>;
  /** When the first that only waits for its turn may be looked at again. */
  readonly nextAt: Date | null;
}

export interface PlanAsked {
  /** In the order in which they are to be shown. */
  readonly alerts: readonly AlertView[];
  /** By alert id: where those go that have no message yet. */
  readonly places: ReadonlyMap<string, Place>;
  readonly buckets: ReadonlyMap<string, Bucket>;
  readonly now: Date;
  readonly most: number;
  /** A person waits for it: not held back by our own pace, only by what Slack said. */
  readonly isAsked?: boolean | undefined;
}

/** Nobody set a channel: looked at again when a person may have. */
const nowhereAgainMs = 60_000;

/** Which of the waiting messages go out now, at Slack's pace. Pure. */
export function planOutbox(asked: PlanAsked): OutboxPlan {
  const { now, buckets } = asked;
  const claims: Claim[] = [];
  const parked: Park[] = [];
  const freeAt = new Map<string, Date>();
  let nextAt: Date | null = null;
  const waitsFor = (at: Date): void => {
    if (nextAt === null || at < nextAt) nextAt = at;
  };
  for (const alert of asked.alerts) {
    const { id: alertId, merchantId } = alert;
    const place = placeOf(alert, asked.places);
    if (place.kind !== 'channel') {
      const until = place.kind === 'later' ? place.until : new Date(now.getTime() + nowhereAgainMs);
      parked.push({ merchantId, alertId, until, why: place.why });
      continue;
    }
    const bucket = alert.messageTs === null ? postBucket(place.channelId) : editBucket;
    const blocked = blockOf(buckets, bucket, now);
    if (blocked !== null) {
      parked.push({ merchantId, alertId, until: blocked.until, why: blocked.why });
      continue;
    }
    const rate = rateOf(bucket);
    const taken = freeAt.get(bucket) ?? buckets.get(bucket)?.freeAt;
    const turnAt = nextCallAt(taken, rate);
    if (turnAt > now && asked.isAsked !== true) {
      waitsFor(turnAt);
      continue;
    }
    if (claims.length === asked.most) {
      waitsFor(now);
      continue;
    }
    freeAt.set(bucket, afterCall(taken, rate, now));
    claims.push({ alert, channelId: place.channelId, bucket });
  }
  return { claims, parked, freeAt, nextAt };
}

/** The buckets that `planOutbox` will ask for. */
export function bucketsOf(alerts: readonly AlertView[], places: ReadonlyMap<string, Place>): string[] {
  const names = new Set([everyCall, editBucket]);
  for (const alert of alerts) {
    const place = placeOf(alert, places);
    if (alert.messageTs === null && place.kind === 'channel') names.add(postBucket(place.channelId));
  }
  return [...names].sort();
}

/** A post whose answer never came is looked for where it was sent; a message stays where it is. */
function placeOf(alert: AlertView, places: ReadonlyMap<string, Place>): Place {
  if (alert.channelId !== null && (alert.messageTs !== null || alert.postingSince !== null)) {
    return { kind: 'channel', channelId: alert.channelId };
  }
  return places.get(alert.id) ?? { kind: 'nowhere', why: 'no_channel' };
}

function blockOf(
  buckets: ReadonlyMap<string, Bucket>,
  bucket: string,
  now: Date,
): { readonly until: Date; readonly why: string } | null {
  const own = buckets.get(bucket)?.blockedUntil ?? null;
  const all = buckets.get(everyCall)?.blockedUntil ?? null;
  if (own !== null && own > now) return { until: own, why: 'ratelimited' };
  return all !== null && all > now ? { until: all, why: 'slack_away' } : null;
}
