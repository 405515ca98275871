import type { AlertView } from '../alert/types.ts';
import type { Tx } from './database.ts';

/** A Slack user whose Home tab is kept true. */
export interface HomeViewer {
  readonly teamId: string;
  readonly slackUserId: string;
  /** SHA-256 of what stands there; null: nothing yet. */
  readonly contentHash: string | null;
  /** Slack's own hash of the view that stands there. */
  readonly viewHash: string | null;
}

type SlackUserKey = Pick<HomeViewer, 'teamId' | 'slackUserId'>;

export interface FollowedRun {
  readonly merchantId: string;
  readonly runId: string;
  readonly storeName: string;
  /** One for the same was under way already. */
  readonly joined: boolean;
}

/** An answer of `/orders sync` that is edited until its runs are over. */
export interface Follow {
  readonly id: string;
  readonly teamId: string;
  readonly slackUserId: string;
  readonly channelId: string | null;
  /** Where the answer is edited: five times within half an hour. */
  readonly responseUrl: string | null;
  readonly uses: number;
  readonly runs: readonly FollowedRun[];
  /** What could not be synced, in words. */
  readonly refused: readonly string[];
  readonly createdAt: Date;
}

/** What people look at in Slack besides cards: the Home tab, and answers that go on. */
export interface SlackSurfaceRepository {
  /** They opened the tab at `at`; `viewHash`: what stands there now, null for nothing. */
  homeOpened(
    tx: Tx,
    user: SlackUserKey,
    opened: { readonly viewHash: string | null; readonly at: Date },
  ): Promise<void>;
  /** True when anybody opened it at or after `since`. */
  hasHomes(tx: Tx, since: Date): Promise<boolean>;
  /**
   * Tabs opened since and not looked at after `lookedBefore`, the longest unseen first; they count as looked at from
   * `at` on, so that two processes do not draw the same.
   */
  claimHomes(
    tx: Tx,
    asked: { readonly openedSince: Date; readonly lookedBefore: Date; readonly at: Date; readonly limit: number },
  ): Promise<readonly HomeViewer[]>;
  homeDrawn(tx: Tx, drawn: HomeViewer): Promise<void>;
  /** Open alerts that this person has taken, nearest ship-by first, then most orders. */
  assignedAlerts(
    tx: Tx,
    asked: { readonly merchantIds: readonly string[]; readonly personId: string; readonly limit: number },
  ): Promise<readonly AlertView[]>;
  /** Finished ones older than a day go with it. */
  addFollow(tx: Tx, follow: Follow): Promise<void>;
  /** Null when it is over. */
  findFollow(tx: Tx, followId: string): Promise<Follow | null>;
  /** One more use of its address; false where another process was faster. */
  useFollow(tx: Tx, follow: Pick<Follow, 'id' | 'uses'>): Promise<boolean>;
  /** The last word is about to be said: forgets the address. False when it was said already. */
  endFollow(tx: Tx, followId: string, at: Date): Promise<boolean>;
}

export interface SlackSurfacePorts {
  readonly slackSurfaces: SlackSurfaceRepository;
}

/** The bot's side of the jobs that keep these true. */
export interface SlackSurfaces {
  /** Something that a Home tab shows may have changed: asks for a look in a few seconds, one for many changes. */
  homesMayChange(): Promise<void>;
  drawHomes(): Promise<void>;
  follow(followId: string): Promise<void>;
}
