import type { Gesture } from './gesture.ts';
import type { SlackMessage } from './messages/alert-card.ts';

/** Messages of a thread that are looked through for one of ours. */
const threadPageSize = 200;

export interface ThreadMessage {
  readonly channelId: string;
  readonly threadTs: string;
  /** Marks it as ours: one message of this kind and key in the thread. */
  readonly kind: string;
  readonly key: string;
  readonly message: SlackMessage;
}

/**
 * Shows a message in a card's thread: the one of this kind and key that is there already is drawn anew, so that a second
 * press, or one that a dead process left, adds none.
 */
export async function showInThread(
  client: Gesture['client'],
  { channelId, threadTs, kind, key, message }: ThreadMessage,
): Promise<'posted' | 'drawn_anew'> {
  const eventType = `holdfast_${kind}`;
  const content = { text: message.text, blocks: [...message.blocks] };
  const thread = await client.conversations.replies({
    channel: channelId,
    ts: threadTs,
    include_all_metadata: true,
    limit: threadPageSize,
  });
  const known = thread.messages?.find(
    ({ metadata }) => metadata?.event_type === eventType && Reflect.get(metadata.event_payload ?? {}, 'key') === key,
  );
  if (known?.ts !== undefined) {
    await client.chat.update({ channel: channelId, ts: known.ts, ...content });
    return 'drawn_anew';
  }
  await client.chat.postMessage({
    channel: channelId,
    thread_ts: threadTs,
    ...content,
    unfurl_links: false,
    unfurl_media: false,
    metadata: { event_type: eventType, event_payload: { key } },
  });
  return 'posted';
}
