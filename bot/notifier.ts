import { webApi } from '@slack/bolt';
import type { AlertView } from '../core/alert/types.ts';
import type { Clock } from '../core/ports/clock.ts';
import { type Notifier, NotifierError, type NotifierErrorKind } from '../core/ports/notifier.ts';
import { alertCard } from './messages/alert-card.ts';

/** What marks a message as ours, so that a post whose answer was lost is found again. */
const eventType = 'holdfast_alert';
/** Pages of channel history searched for a lost post; 200 messages each. */
const searchPages = 5;
const searchPageSize = 200;

const kinds: Readonly<Record<string, NotifierErrorKind>> = {
  message_not_found: 'message_gone',
  cant_update_message: 'message_gone',
  edit_window_closed: 'message_gone',
  channel_not_found: 'channel_unusable',
  not_in_channel: 'channel_unusable',
  is_archived: 'channel_unusable',
  restricted_action: 'channel_unusable',
  invalid_auth: 'not_authorized',
  not_authed: 'not_authorized',
  account_inactive: 'not_authorized',
  token_revoked: 'not_authorized',
  token_expired: 'not_authorized',
  missing_scope: 'not_authorized',
  ratelimited: 'retryable',
  rate_limited: 'retryable',
  internal_error: 'retryable',
  fatal_error: 'retryable',
  service_unavailable: 'retryable',
  request_timeout: 'retryable',
};

export interface NotifierOptions {
  readonly client: webApi.WebClient;
  readonly publicUrl: string;
  readonly clock: Clock;
}

/** Shows alerts in Slack. */
export function createNotifier({ client, publicUrl, clock }: NotifierOptions): Notifier {
  const draw = (alert: AlertView) => alertCard(alert, { publicUrl, now: clock.now() });
  return {
    async post(channelId, alert) {
      const { text, blocks } = draw(alert);
      const answer = await call(() =>
        client.chat.postMessage({
          channel: channelId,
          text,
          blocks: [...blocks],
          unfurl_links: false,
          unfurl_media: false,
          metadata: { event_type: eventType, event_payload: { alert_id: alert.id } },
        }),
      );
      if (answer.ts === undefined) throw new NotifierError('retryable', 'no_ts', { outcomeUnknown: true });
      return { messageTs: answer.ts };
    },
    async update(channelId, messageTs, alert) {
      // Always with blocks and text: text alone would drop the blocks.
      const { text, blocks } = draw(alert);
      await call(() => client.chat.update({ channel: channelId, ts: messageTs, text, blocks: [...blocks] }));
    },
    async find(channelId, alertId, since) {
      let cursor: string | undefined;
      for (let page = 0; page < searchPages; page += 1) {
        const answer = await call(() =>
          client.conversations.history({
            channel: channelId,
            oldest: String(since.getTime() / 1000),
            include_all_metadata: true,
            limit: searchPageSize,
            ...(cursor === undefined ? {} : { cursor }),
          }),
        );
        const found = answer.messages?.find(
          (message) =>
            message.metadata?.event_type === eventType &&
            Reflect.get(message.metadata.event_payload ?? {}, 'alert_id') === alertId,
        );
        if (found?.ts !== undefined) return { messageTs: found.ts };
        cursor = answer.response_metadata?.next_cursor || undefined;
        if (cursor === undefined) return null;
      }
      return null;
    },
  };
}

/** Runs one Web API call and turns every failure into a `NotifierError`. */
async function call<T>(send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (cause) {
    throw toNotifierError(cause);
  }
}

export function toNotifierError(cause: unknown): NotifierError {
  if (cause instanceof webApi.WebAPIPlatformError) {
    const code = cause.data.error;
    return new NotifierError(kinds[code] ?? 'refused', code, { cause });
  }
  if (cause instanceof webApi.WebAPIRateLimitedError) {
    return new NotifierError('retryable', 'ratelimited', { retryAfterMs: cause.retryAfter * 1000, cause });
  }
  if (cause instanceof webApi.WebAPIHTTPError) {
    // A 5xx may come from a proxy behind which the message was posted.
    return new NotifierError('retryable', `http_${cause.statusCode}`, {
      outcomeUnknown: cause.statusCode >= 500,
      cause,
    });
  }
  return new NotifierError('retryable', 'no_answer', { outcomeUnknown: true, cause });
}
