import type { Digest, DigestFigures } from '../alert/digest.ts';
import type { QuietHours } from '../alert/quiet-hours.ts';
import type { ChannelState, Route } from '../alert/routing.ts';
import type { Tx } from './database.ts';

/** The one message that tells an owner of a broken channel. */
export interface BreakNotice {
  readonly id: string;
  /** The conversation that it goes to; null: not chosen yet. */
  readonly to: string | null;
  readonly postingSince: Date | null;
  readonly messageTs: string | null;
  /** Told, or nobody to tell. */
  readonly doneAt: Date | null;
}

export interface SlackChannelSettings {
  readonly timeZone: string | null;
  readonly quietHours: QuietHours | null;
  /** `HH:MM` there; null: off. */
  readonly digestAt: string | null;
  /** People whom the desk does not know may read there: `/orders held` and the like. */
  readonly unknownMayLook: boolean;
}

/** A channel with the row that the desk keeps of it. */
export interface SlackChannel extends ChannelState, SlackChannelSettings {
  readonly id: string;
  readonly name: string | null;
  /** Digests whose time was before this are not made up for. */
  readonly digestSince: Date | null;
  readonly brokenSince: Date | null;
  readonly notice: BreakNotice | null;
}

export interface SlackRoute extends Route {
  readonly id: string;
  readonly merchantName: string | null;
  readonly storeName: string | null;
}

/** One digest of one channel and day. */
export interface DigestRow {
  readonly channelId: string;
  readonly day: string;
  readonly messageId: string;
  readonly figures: DigestFigures | null;
  readonly postingSince: Date | null;
  readonly messageTs: string | null;
  readonly createdAt: Date;
}

/** Channels, who hears of what, and the messages that are no alerts. Shared by all merchants: one workspace. */
export interface SlackChannelRepository {
  /** By name. */
  list(tx: Tx): Promise<readonly SlackChannel[]>;
  find(tx: Tx, channelId: string): Promise<SlackChannel | null>;
  /** The channel with its row locked; made when there was none. A name given is kept. */
  lock(tx: Tx, channelId: string, name?: string | null): Promise<SlackChannel>;
  save(
    tx: Tx,
    channelId: string,
    settings: SlackChannelSettings & { readonly digestSince: Date | null },
  ): Promise<void>;
  /** Widest first: of all, of a merchant, of a kind, of a store; by names. */
  routes(tx: Tx): Promise<readonly SlackRoute[]>;
  /** One route a target; the channel it led to before, null when the route is new. */
  saveRoute(
    tx: Tx,
    route: Route & { readonly id: string; readonly createdBy: string },
  ): Promise<{ readonly id: string; readonly before: string | null }>;
  removeRoute(tx: Tx, routeId: string): Promise<void>;
  /** False when it was broken already: then nothing was written, and nobody is told again. */
  markBroken(
    tx: Tx,
    channelId: string,
    broken: { readonly reason: string; readonly noticeId: string; readonly at: Date },
  ): Promise<boolean>;
  markWorking(tx: Tx, channelId: string): Promise<void>;
  saveNotice(tx: Tx, channelId: string, notice: BreakNotice): Promise<void>;
  /** Broken channels whose owner is not told yet. */
  untold(tx: Tx): Promise<readonly string[]>;
  /** Alerts that wait for a channel, or for quiet hours to end, are looked at anew. */
  reconsider(tx: Tx): Promise<void>;
  /** Slack users of the active owners over all merchants, confirmed ones only, who was confirmed first first. */
  owners(tx: Tx): Promise<readonly { readonly slackUserId: string; readonly name: string }[]>;
  merchants(tx: Tx): Promise<readonly { readonly id: string; readonly name: string; readonly timeZone: string }[]>;
  /** Null when this merchant has no such store, or not any more. */
  storeName(tx: Tx, merchantId: string, storeId: string): Promise<string | null>;
  /** The zone of the channel; where nobody chose one, of the merchant. */
  zoneOf(tx: Tx, channelId: string | null, merchantId: string): Promise<string>;
  /** Rows for these days; those that exist already stay as they are. */
  addDigests(
    tx: Tx,
    digests: readonly { readonly channelId: string; readonly day: string; readonly messageId: string }[],
  ): Promise<void>;
  /** Digests of these channels and days that are not posted yet. */
  openDigests(
    tx: Tx,
    days: readonly { readonly channelId: string; readonly day: string }[],
  ): Promise<readonly { readonly channelId: string; readonly day: string }[]>;
  /** The row, locked; null when there is none. */
  lockDigest(tx: Tx, channelId: string, day: string): Promise<DigestRow | null>;
  saveDigest(tx: Tx, digest: Omit<DigestRow, 'createdAt'>): Promise<void>;
  /** What the digest of this very day said; null when there was none. */
  figuresOf(tx: Tx, channelId: string, day: string): Promise<DigestFigures | null>;
  countDigest(
    tx: Tx,
    merchantIds: readonly string[],
    /** Two days that end where today begins. */
    days: { readonly dayBefore: Date; readonly yesterday: Date; readonly today: Date },
  ): Promise<DigestFigures>;
}

/** A message that is no alert, as facts: how it looks is the bot's. */
export type ChannelMessage =
  | { readonly kind: 'digest'; readonly digest: Digest }
  | {
      readonly kind: 'channel_broken';
      readonly channelId: string;
      readonly channelName: string | null;
      readonly reason: string;
    }
  | { readonly kind: 'channel_works' };

/** What Slack says of a channel. */
export interface ChannelFacts {
  readonly name: string;
  readonly isArchived: boolean;
  /** False: the bot must be invited before it can post. */
  readonly isMember: boolean;
}

/** Posts messages that are no alerts, and looks at channels. All methods throw `NotifierError`. */
export interface SlackMessenger {
  /** The message carries `messageId` as metadata. */
  post(channelId: string, messageId: string, message: ChannelMessage): Promise<{ messageTs: string }>;
  /** The message with this id posted at or after `since`: asked after a post whose answer never came. */
  find(channelId: string, messageId: string, since: Date): Promise<{ messageTs: string } | null>;
  /** The conversation with one person. */
  openDirect(slackUserId: string): Promise<{ channelId: string }>;
  /** Throws with code `missing_scope` where the app may not ask. */
  look(channelId: string): Promise<ChannelFacts>;
  /** Channels that the bot is in, by name; bounded. */
  memberOf(): Promise<readonly { readonly channelId: string; readonly name: string }[]>;
}

export interface SlackChannelPorts {
  readonly slackChannels: SlackChannelRepository;
  /** Null while Slack is not connected. */
  readonly messenger: SlackMessenger | null;
}
