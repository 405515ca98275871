import type { webApi } from '@slack/bolt';
import { NotifierError } from '../core/ports/notifier.ts';
import type { ChannelMessage, SlackMessenger } from '../core/ports/slack-channels.ts';
import type { SlackMessage } from './messages/alert-card.ts';
import { brokenChannelMessage, workingChannelMessage } from './messages/channel-notice.ts';
import { digestMessage } from './messages/digest.ts';
import { callSlack, findMarked, type Mark, postMarked } from './slack-call.ts';

const mark: Mark = { eventType: 'holdfast_message', field: 'message_id' };
/** Pages of channels listed; 200 each. */
const listPages = 5;
const pageSize = 200;

export interface MessengerOptions {
  readonly client: webApi.WebClient;
  readonly publicUrl: string;
}

/** Posts digests and notices, and looks at channels. It never repeats by itself: rows decide what is sent again. */
export function createMessenger({ client, publicUrl }: MessengerOptions): SlackMessenger {
  return {
    post: (channelId, messageId, message) =>
      postMarked(client, mark, { channelId, id: messageId, message: draw(message, publicUrl) }),
    find: (channelId, messageId, since) => findMarked(client, mark, { channelId, id: messageId, since }),
    async openDirect(slackUserId) {
      const { channel } = await callSlack(() => client.conversations.open({ users: slackUserId }));
      if (channel?.id === undefined) throw new NotifierError('refused', 'no_conversation');
      return { channelId: channel.id };
    },
    async look(channelId) {
      const { channel } = await callSlack(() => client.conversations.info({ channel: channelId }));
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
      for (let page = 0; page < listPages; page += 1) {
        const answer = await callSlack(() =>
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
