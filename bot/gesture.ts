import type { ViewOutput, webApi } from '@slack/bolt';
import type { Actor } from '../core/people/actor.ts';
import type { BotDeps } from './deps.ts';
import { type CausesPage, causesPageSchema, parseCausesPress, parseJson } from './values.ts';

export type FormValues = ViewOutput['state']['values'];
type SlackClient = webApi.WebClient;

/** The form in which something was pressed, as it stood. */
export interface OpenView {
  readonly id: string;
  /** Given back with an update: Slack refuses it when the form changed meanwhile. */
  readonly hash: string;
  readonly callbackId: string;
  readonly metadata: string;
  readonly values: FormValues;
}

/** One deed of one person in Slack: who, where, and the means to answer. */
export interface Gesture {
  readonly deps: BotDeps;
  readonly client: SlackClient;
  readonly actor: Actor;
  readonly slackUserId: string;
  readonly teamId: string | null;
  /** In a form, where it was opened. Null on the Home tab, and in a global shortcut. */
  readonly channelId: string | null;
  /** The message on which it was pressed, and the thread in which that stands. */
  readonly messageTs: string | null;
  readonly threadTs: string | null;
  /** The message is one that only this person sees: it can be replaced by its address, not edited. */
  readonly isPrivate: boolean;
  /** Opens one form, within three seconds. */
  readonly triggerId: string | null;
  /** Answers up to five times within half an hour, also where the bot is no member. */
  readonly responseUrl: string | null;
  readonly view: OpenView | null;
  /** The private page of causes on which it was pressed, or from which the form was opened. */
  readonly causesPage: CausesPage | null;
}

const field = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** A message that others reply to names itself as its thread: who presses it looks at the channel. */
const threadOf = (threadTs: string | null, messageTs: string | null): string | null =>
  threadTs === messageTs ? null : threadTs;

/** What every kind of interaction body says about where and by whom, in one shape. */
export function gestureOf(deps: BotDeps, client: SlackClient, actor: Actor, body: object): Gesture {
  const of = (...path: readonly string[]) => text(path.reduce<unknown>(field, body));
  const view = field(body, 'view');
  const values = field(field(view, 'state'), 'values');
  const messageTs = of('message', 'ts') ?? of('container', 'message_ts');
  // A form keeps where it was opened, so that what comes of it is told there.
  const opened = parseJson(of('view', 'private_metadata'));
  const kept = causesPageSchema.safeParse(field(opened, 'causes'));
  const pressed = (key: string) => of('actions', '0', key);
  return {
    deps,
    client,
    actor,
    slackUserId: of('user', 'id') ?? of('user_id') ?? '',
    teamId: of('team', 'id') ?? of('team_id') ?? of('user', 'team_id'),
    channelId:
      of('channel', 'id') ?? of('container', 'channel_id') ?? of('channel_id') ?? text(field(opened, 'channel')),
    messageTs,
    threadTs:
      threadOf(of('message', 'thread_ts') ?? of('container', 'thread_ts'), messageTs) ?? text(field(opened, 'thread')),
    isPrivate: field(field(body, 'container'), 'is_ephemeral') === true,
    triggerId: of('trigger_id'),
    responseUrl: of('response_url'),
    causesPage: kept.success
      ? kept.data
      : parseCausesPress({ block: pressed('block_id'), value: pressed('value'), address: of('response_url') }),
    // The Home tab is a view too, but no form: what is pressed there opens the first one.
    view:
      text(field(view, 'id')) === null || of('view', 'type') === 'home'
        ? null
        : {
            id: of('view', 'id') ?? '',
            hash: of('view', 'hash') ?? '',
            callbackId: of('view', 'callback_id') ?? '',
            metadata: of('view', 'private_metadata') ?? '',
            // Bolt's type of the same body; absent before anything was filled in.
            values: (values ?? {}) as FormValues,
          },
  };
}
