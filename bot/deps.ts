import type { Desk } from '../core/desk.ts';
import type { Actor } from '../core/people/actor.ts';
import type { AlertRepository } from '../core/ports/alerting.ts';
import type { SlackSurfacePorts } from '../core/ports/slack-surfaces.ts';
import type { Result } from '../core/result.ts';
import type { OnSlackCall } from './count-calls.ts';
import type { RecordPorts } from './record.ts';

/** Slack user → desk user. */
export interface SlackPeople {
  /**
   * Who this Slack user is at the desk, or why they may not act: unknown people are noted, for an admin to confirm.
   */
  actorOf(user: {
    readonly teamId: string;
    readonly userId: string;
    readonly email: string | null;
    readonly name: string;
  }): Promise<Result<Actor>>;
  /** As `actorOf`, or a viewer who is nobody, where the channel's setting lets unknown people look. */
  lookerIn(user: Parameters<SlackPeople['actorOf']>[0], channelId: string | null): Promise<Result<Actor>>;
  /** True when this user was met before: then Slack need not be asked for their e-mail. */
  isKnown(user: { readonly teamId: string; readonly userId: string }): Promise<boolean>;
}

export interface BotConfig {
  readonly botToken: string;
  /** With it Slack reaches us over HTTP. */
  readonly signingSecret: string | null;
  /** With it we reach Slack: Socket Mode. */
  readonly appToken: string | null;
  /** Without trailing slash. */
  readonly publicUrl: string;
  readonly apiUrl?: string | undefined;
}

/** What the bot uses of the desk: the same commands and queries as the web, and the alerts that its cards show. */
export interface BotDeps extends RecordPorts, SlackSurfacePorts {
  readonly config: BotConfig;
  readonly commands: Desk['commands'];
  readonly queries: Desk['queries'];
  readonly alerts: Pick<
    AlertRepository,
    'show' | 'listOpen' | 'merchantIds' | 'stormCauses' | 'noteCall' | 'blockBucket'
  >;
  readonly people: SlackPeople;
  /** Told of every call of the Web API that answers a person. */
  readonly onSlackCall?: OnSlackCall | undefined;
}
