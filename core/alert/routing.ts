import { isUrgent, type QuietHours, quietUntil } from './quiet-hours.ts';
import type { AlertView } from './types.ts';

/** Alerts of this store, kind and merchant go to this channel; null: of any. */
export interface Route {
  readonly merchantId: string | null;
  readonly storeId: string | null;
  readonly kind: string | null;
  readonly channelId: string;
}

/** What decides whether something may be posted to a channel now. */
export interface ChannelState {
  readonly channelId: string;
  /** IANA; null: nobody chose one. */
  readonly timeZone: string | null;
  readonly quietHours: QuietHours | null;
  /** Slack's word for why it cannot be written to; null: it can. */
  readonly brokenReason: string | null;
}

/** Where a new message goes, or why it does not go anywhere now. */
export type Place =
  | { readonly kind: 'channel'; readonly channelId: string }
  | { readonly kind: 'later'; readonly until: Date; readonly why: string }
  | { readonly kind: 'nowhere'; readonly why: string };

/** Why a message waits; kept in the alert's row. */
export const quietReason = 'quiet_hours';
export const noChannelReason = 'no_channel';

type Routed = Pick<AlertView, 'merchantId' | 'storeId' | 'kind'>;

/** The store weighs more than the kind, the kind more than the merchant. */
const weightOf = (route: Route): number =>
  (route.storeId === null ? 0 : 4) + (route.kind === null ? 0 : 2) + (route.merchantId === null ? 0 : 1);

/** The channels for this alert, the most specific first, the default last. */
export function channelsFor(
  alert: Routed,
  routes: readonly Route[],
  defaultChannelId: string | null,
): readonly string[] {
  const fits = (mine: string | null, wanted: string | null) => wanted === null || wanted === mine;
  const ranked = routes
    .filter(
      (route) =>
        fits(alert.merchantId, route.merchantId) && fits(alert.storeId, route.storeId) && fits(alert.kind, route.kind),
    )
    .sort((a, b) => weightOf(b) - weightOf(a))
    .map(({ channelId }) => channelId);
  return [...new Set([...ranked, ...(defaultChannelId === null ? [] : [defaultChannelId])])];
}

/** Where this alert is posted: the most specific channel that can be written to, after its quiet hours. */
export function placeOf(
  alert: Routed & Pick<AlertView, 'detail'>,
  known: {
    readonly routes: readonly Route[];
    readonly channels: ReadonlyMap<string, ChannelState>;
    readonly defaultChannelId: string | null;
  },
  now: Date,
): Place {
  const usable = channelsFor(alert, known.routes, known.defaultChannelId).find(
    (id) => (known.channels.get(id)?.brokenReason ?? null) === null,
  );
  if (usable === undefined) return { kind: 'nowhere', why: noChannelReason };
  const state = known.channels.get(usable);
  if (state?.quietHours != null && state.timeZone !== null && !isUrgent(alert)) {
    const until = quietUntil(state.quietHours, state.timeZone, now);
    if (until > now) return { kind: 'later', until, why: quietReason };
  }
  return { kind: 'channel', channelId: usable };
}

/** The merchants of whom a channel hears: by a route of theirs, or because nothing narrower leads elsewhere. */
export function merchantsOfChannel(
  channelId: string,
  known: {
    readonly routes: readonly Route[];
    readonly merchantIds: readonly string[];
    readonly defaultChannelId: string | null;
  },
): readonly string[] {
  const { routes, merchantIds, defaultChannelId } = known;
  return merchantIds.filter((merchantId) => {
    const isNamed = routes.some(
      (route) =>
        route.channelId === channelId &&
        (route.merchantId === merchantId || (route.merchantId === null && route.kind !== null)),
    );
    if (isNamed) return true;
    const wide = routes.filter(
      (route) =>
        route.storeId === null && route.kind === null && (route.merchantId === merchantId || route.merchantId === null),
    );
    const widest = wide.sort((a, b) => weightOf(b) - weightOf(a))[0]?.channelId ?? defaultChannelId;
    return widest === channelId;
  });
}
