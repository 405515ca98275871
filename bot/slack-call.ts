import { webApi } from '@slack/bolt';
import { NotifierError, type NotifierErrorKind } from '../core/ports/notifier.ts';
import type { SlackMessage } from './messages/alert-card.ts';

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

/** Runs one Web API call and turns every failure into a `NotifierError`. */
export async function callSlack<T>(send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (cause) {
    throw toNotifierError(cause);
  }
}

/** What a failed call means for whoever made it. */
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

/** What marks a message as ours, so that a post whose answer was lost is found again. */
export interface Mark {
  readonly eventType: string;
  /** The field of the metadata that holds the id. */
  readonly field: string;
}

/** Pages of channel history searched for a lost post; 200 messages each. */
const searchPages = 5;
const searchPageSize = 200;

/** Posts a message that carries the mark and the id. Throws `NotifierError`. */
export async function postMarked(
  client: webApi.WebClient,
  mark: Mark,
  post: { readonly channelId: string; readonly id: string; readonly message: SlackMessage },
): Promise<{ messageTs: string }> {
  const { text, blocks } = post.message;
  const answer = await callSlack(() =>
    client.chat.postMessage({
      channel: post.channelId,
      text,
      blocks: [...blocks],
      unfurl_links: false,
      unfurl_media: false,
      metadata: { event_type: mark.eventType, event_payload: { [mark.field]: post.id } },
    }),
  );
  if (answer.ts === undefined) throw new NotifierError('retryable', 'no_ts', { outcomeUnknown: true });
  return { messageTs: answer.ts };
}

/** The message with this mark and id, posted at or after `since`; null when there is none. Throws `NotifierError`. */
export async function findMarked(
  client: webApi.WebClient,
  mark: Mark,
  sought: { readonly channelId: string; readonly id: string; readonly since: Date },
): Promise<{ messageTs: string } | null> {
  let cursor: string | undefined;
  for (let page = 0; page < searchPages; page += 1) {
    const answer = await callSlack(() =>
      client.conversations.history({
        channel: sought.channelId,
        oldest: String(sought.since.getTime() / 1000),
        include_all_metadata: true,
        limit: searchPageSize,
        ...(cursor === undefined ? {} : { cursor }),
      }),
    );
    const found = answer.messages?.find(
      ({ metadata }) =>
        metadata?.event_type === mark.eventType && Reflect.get(metadata.event_payload ?? {}, mark.field) === sought.id,
    );
    if (found?.ts !== undefined) return { messageTs: found.ts };
    cursor = answer.response_metadata?.next_cursor || undefined;
    if (cursor === undefined) return null;
  }
  return null;
}
