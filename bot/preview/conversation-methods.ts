import { channelObject, messageObject } from './objects.ts';
import { type Arguments, flagArgument, type Method, textArgument } from './web-api.ts';
import { botUserId, type Channel, directChannelOf, type Message, type Workspace } from './workspace.ts';

const defaultLimit = 100;
const largestLimit = 999;

/** Channels, what stands in them, and direct conversations. */
export const conversationMethods: Readonly<Record<string, Method>> = {
  'conversations.list'(args, workspace) {
    const wanted = textArgument(args, 'types') || 'public_channel';
    const channels = workspace
      .channels()
      .filter((one) => wanted.includes(one.personId === null ? 'public_channel' : 'im'))
      .filter((one) => !(flagArgument(args, 'exclude_archived') && one.isArchived));
    return { channels: channels.map(channelObject), response_metadata: { next_cursor: '' } };
  },
  'conversations.info': (args, workspace) => {
    const channel = workspace.channel(textArgument(args, 'channel'));
    return channel === null ? 'channel_not_found' : { channel: channelObject(channel) };
  },
  'conversations.members': (args, workspace) => {
    const channel = workspace.channel(textArgument(args, 'channel'));
    if (channel === null) return 'channel_not_found';
    const people = channel.personId === null ? workspace.people.map(({ userId }) => userId) : [channel.personId];
    return { members: [...people, ...(channel.hasBot ? [botUserId] : [])], response_metadata: { next_cursor: '' } };
  },
  'conversations.join': (args, workspace) => {
    const channel = workspace.channel(textArgument(args, 'channel'));
    if (channel === null) return 'channel_not_found';
    if (channel.isArchived) return 'is_archived';
    if (channel.personId !== null) return 'method_not_supported_for_channel_type';
    channel.hasBot = true;
    workspace.changed();
    return { channel: channelObject(channel) };
  },
  'conversations.open': (args, workspace) => {
    const users = textArgument(args, 'users');
    if (users === '') return 'users_list_not_supplied';
    const channel = workspace.channel(directChannelOf(users));
    return channel === null ? 'user_not_found' : { channel: channelObject(channel) };
  },
  'conversations.history': (args, workspace) => {
    const channel = readable(args, workspace);
    if (typeof channel === 'string') return channel;
    const messages = workspace.messages(channel.id).filter((one) => one.threadTs === null && one.onlyFor === null);
    return page(args, workspace, messages.toReversed());
  },
  'conversations.replies': (args, workspace) => {
    const channel = readable(args, workspace);
    if (typeof channel === 'string') return channel;
    const ts = textArgument(args, 'ts');
    if (workspace.message(channel.id, ts) === null) return 'thread_not_found';
    const messages = workspace.messages(channel.id).filter((one) => one.ts === ts || one.threadTs === ts);
    return page(
      args,
      workspace,
      messages.filter((one) => one.onlyFor === null),
    );
  },
};

function readable(args: Arguments, workspace: Workspace): Channel | string {
  const channel = workspace.channel(textArgument(args, 'channel'));
  if (channel === null) return 'channel_not_found';
  return channel.hasBot ? channel : 'not_in_channel';
}

/** One page; the cursor is the place in the list, as a text that says nothing. */
function page(args: Arguments, workspace: Workspace, messages: readonly Message[]) {
  const oldest = Number(textArgument(args, 'oldest') || 0);
  const latest = Number(textArgument(args, 'latest') || Number.MAX_SAFE_INTEGER);
  const isInclusive = flagArgument(args, 'inclusive');
  const within = messages.filter(({ ts }) =>
    isInclusive ? Number(ts) >= oldest && Number(ts) <= latest : Number(ts) > oldest && Number(ts) < latest,
  );
  const cursor = textArgument(args, 'cursor');
  const from = cursor === '' ? 0 : Number(Buffer.from(cursor, 'base64url').toString('utf8'));
  if (!Number.isInteger(from)) return 'invalid_cursor';
  const limit = Math.min(largestLimit, Math.max(1, Number(textArgument(args, 'limit')) || defaultLimit));
  const shown = within.slice(from, from + limit);
  const hasMore = from + limit < within.length;
  const withMetadata = flagArgument(args, 'include_all_metadata');
  return {
    messages: shown.map((one) => messageObject(one, workspace, withMetadata)),
    has_more: hasMore,
    response_metadata: { next_cursor: hasMore ? Buffer.from(String(from + limit)).toString('base64url') : '' },
  };
}
