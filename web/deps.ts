import type { ConnectionInfo } from '../core/connect/platform-list.ts';
import type { Desk } from '../core/desk.ts';
import type { Actor } from '../core/people/actor.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Log } from '../core/ports/log.ts';
import type { SlackPreview } from '../core/ports/slack-preview.ts';
import type { Result } from '../core/result.ts';

export type { Desk };

/** Who looks at the page, and at which merchant. */
export interface SignedIn {
  /** The session's token as the cookie carries it; its SHA-256 binds a consent to this browser. */
  readonly token: string;
  /** `via` is `web`. */
  readonly actor: Actor;
  readonly person: { readonly id: string; readonly name: string };
  /** The merchant looked at; null when the person may see none. */
  readonly merchantId: string | null;
}

/** Sign-in, by core/people. */
export interface Sessions {
  /** Uses up a one-time link; the session that the browser held before ends. */
  signInWithLink(input: {
    token: string;
    formerSessionToken?: string | undefined;
  }): Promise<Result<{ sessionToken: string }>>;
  /** Null for an unknown or ended session. */
  whoIs(sessionToken: string): Promise<SignedIn | null>;
  signOut(sessionToken: string): Promise<void>;
  switchMerchant(sessionToken: string, merchantId: string): Promise<Result<true>>;
}

export interface WebConfig {
  /** Where browsers reach the desk: the origin that posts must come from. */
  readonly publicUrl: string;
  /** The address listened on; with a loopback one in demo mode all loopback names pass the origin check. */
  readonly host: string;
  readonly isDemo: boolean;
  /** Signs cookies and form tokens; at least 32 characters, the same on every process. */
  readonly cookieSecret: string;
}

export interface WebDeps {
  readonly desk: Desk;
  readonly sessions: Sessions;
  readonly config: WebConfig;
  readonly clock: Clock;
  readonly log: Log;
  /** Names of the platforms, by key: `shopify` → `Shopify`. */
  readonly platformNames: Readonly<Record<string, string>>;
  /** Platforms that stores can be connected on, and our addresses there. */
  readonly connections: ConnectionInfo;
  /** A pretended Slack workspace: in demo mode without Slack only. */
  readonly slackPreview?: SlackPreview | null;
}
