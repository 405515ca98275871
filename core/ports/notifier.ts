import type { AlertView } from '../alert/types.ts';

export type NotifierErrorKind =
  /** Slack is down, slow or limits us: later, after `retryAfterMs`. */
  | 'retryable'
  /** The message cannot be edited any more: post anew. */
  | 'message_gone'
  /** Channel archived, unknown, or the bot is not in it: a person must act. */
  | 'channel_unusable'
  /** Token revoked or lacking scopes: a person must act. */
  | 'not_authorized'
  /** We asked wrongly (for example blocks refused). */
  | 'refused';

/** The only error that a notifier throws. */
export class NotifierError extends Error {
  readonly kind: NotifierErrorKind;
  /** Slack's own error name. */
  readonly code: string;
  readonly retryAfterMs: number | undefined;
  /** True when the message may have been posted all the same. */
  readonly outcomeUnknown: boolean;

  constructor(
    kind: NotifierErrorKind,
    code: string,
    options: { retryAfterMs?: number; outcomeUnknown?: boolean; cause?: unknown } = {},
  ) {
    super(`Slack answered ${code}`, { cause: options.cause });
    this.name = 'NotifierError';
    this.kind = kind;
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
    this.outcomeUnknown = options.outcomeUnknown ?? false;
  }
}

/** Where alerts are shown. All methods throw `NotifierError`. */
export interface Notifier {
  /** Posts a new message that carries the alert's id as metadata. */
  post(channelId: string, alert: AlertView): Promise<{ messageTs: string }>;
  /** Redraws the message. */
  update(channelId: string, messageTs: string, alert: AlertView): Promise<void>;
  /** A message of this alert posted at or after `since`, or null: asked after a post whose answer never came. */
  find(channelId: string, alertId: string, since: Date): Promise<{ messageTs: string } | null>;
}
