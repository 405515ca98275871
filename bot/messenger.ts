import type { webApi } from '@slack/bolt';
import { NotifierError } from '../core/ports/notifier.ts';
import type { ChannelMessage, SlackMessenger } from '../core/ports/slack-channels.ts';
import type { SlackMessage } from './messages/alert-card.ts';
import { brokenChannelMessage, workingChannelMessage } from './messages/channel-notice.ts';
import { digestMessage } from './messages/digest.ts';
import { toNotifierError } from './notifier.ts';

/** What marks a message as ours, so that a post whose answer was lost is found again. */
const eventType = 'holdfast_message';
/** Pages of history searched for a lost post, and of channels listed; 200 each. */
const searchPages = 5;
const pageSize = 200;

export interface MessengerOptions {
  readonly client: webApi.WebClient;
  readonly publicUrl: string;
}

/** Posts digests and notices, and looks at channels. It never repeats by itself: rows decide what is sent again. */
export function createMessenger({ client, publicUrl }: MessengerOptions): SlackMessenger {
  return {
    async post(channelId, messageId, message) {
      const { text, blocks } = draw(message, publicUrl);
      const answer = await call(() =>
        client.chat.postMessage({
          channel: channelId,
          text,
          blocks: [...blocks],
          unfurl_links: false,
          unfurl_media: false,
          metadata: { event_type: eventType, event_payload: { message_id: messageId } },
        }),
      );
      if (answer.ts === undefined) throw new NotifierError('retryable', 'no_ts', { outcomeUnknown: true });
      return { messageTs: answer.ts };
    },
    async find(channelId, messageId, since) {
      let cursor: string | undefined;
      for (let page = 0; page < searchPages; page += 1) {
        const answer = await call(() =>
          client.conversations.history({
            channel: channelId,
            oldest: String(since.getTime() / 1000),
            include_all_metadata: true,
            limit: pageSize,
            ...(cursor === undefined ? {} : { cursor }),
          }),
        );
        const found = answer.messages?.find(
          ({ metadata }) =>
            metadata?.event_type === eventType && Reflect.get(metadata.event_payload ?? {}, 'message_id') === messageId,
        );
        if (found?.ts !== undefined) return { messageTs: found.ts };
        cursor = answer.response_metadata?.next_cursor || undefined;
        if (cursor === undefined) return null;
      }
      return null;
    },
    async openDirect(slackUserId) {
      const { channel } = await call(() => client.conversations.open({ users: slackUserId }));
      if (channel?.id === undefined) throw new NotifierError('refused', 'no_conversation');
      return { channelId: channel.id };
    },
    async look(channelId) {
      const { channel } = await call(() => client.conversations.info({ channel: channelId }));
      if (channel === undefined) throw new NotifierError('refused', 'no_channel');
      return {
        name: channel.name ?? channelId,
        isArchived: channel.is_archived === true,
        // Private channels that the bot is not in are not shown to it at all.
        isMember: channel.is_member === true,
      };
    },
    async memberOf() {
      const found: { channelId: string; name: string }[] = [];
      let cursor: string | undefined;
      for (let page = 0; page < searchPages; page += 1) {
        const answer = await call(() =>
          client.conversations.list({
            exclude_archived: true,
            types: 'public_channel,private_channel',
            limit: pageSize,
            ...(cursor === undefined ? {} : { cursor }),
          }),
        );
        for (const { id, name, is_member: isMember } of answer.channels ?? []) {
          if (id !== undefined && name !== undefined && isMember === true) found.push({ channelId: id, name });
        }
        cursor = answer.response_metadata?.next_cursor || undefined;
        if (cursor === undefined) break;
      }
      return found.sort((a, b) => a.name.localeCompare(b.name));
    },
  };
}

function draw(message: ChannelMessage, publicUrl: string): SlackMessage {
  switch (message.kind) {
    case 'digest':
      return digestMessage(message.digest, publicUrl);
    case 'channel_broken':
      return brokenChannelMessage(message, publicUrl);
    case 'channel_works':
      return workingChannelMessage();
  }
}

/** Runs one Web API call and turns every failure into a `NotifierError`. */
async function call<T>(send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (cause) {
    throw toNotifierError(cause);
  }
}
