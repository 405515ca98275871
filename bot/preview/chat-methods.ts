import type { PreviewJson } from '../../core/ports/slack-preview.ts';
import { escapeText } from '../messages/text.ts';
import { refusedBySlack } from '../messages/validate.ts';
import { messageObject } from './objects.ts';
import { type Arguments, flagArgument, type Method, textArgument } from './web-api.ts';
import { botUserId, type Channel, directChannelOf, isJson, type Message, type Workspace } from './workspace.ts';

/** What the bot says. */
export const chatMethods: Readonly<Record<string, Method>> = {
  'chat.postMessage'(args, workspace) {
    const found = writable(args, workspace);
    if (typeof found === 'string') return found;
    const refused = refusedBySlack('message', args);
    if (refused !== null) return refused;
    const threadTs = textArgument(args, 'thread_ts');
    if (threadTs !== '' && workspace.message(found.id, threadTs) === null) return 'thread_not_found';
    const metadata = metadataOf(args);
    if (metadata === undefined) return 'invalid_metadata_format';
    const message = workspace.add({
      channelId: found.id,
      threadTs: threadTs === '' ? null : threadTs,
      userId: botUserId,
      onlyFor: null,
      text: textArgument(args, 'text'),
      blocks: listOf(args.blocks),
      metadata,
    });
    return { channel: found.id, ts: message.ts, message: messageObject(message, workspace, true) };
  },

  'chat.postEphemeral'(args, workspace) {
    const found = writable(args, workspace);
    if (typeof found === 'string') return found;
    const userId = textArgument(args, 'user');
    if (workspace.person(userId) === null) return 'user_not_in_channel';
    const refused = refusedBySlack('message', args);
    if (refused !== null) return refused;
    const threadTs = textArgument(args, 'thread_ts');
    const message = workspace.add({
      channelId: found.id,
      threadTs: threadTs === '' ? null : threadTs,
      userId: botUserId,
      onlyFor: userId,
      text: textArgument(args, 'text'),
      blocks: listOf(args.blocks),
      metadata: null,
    });
    return { message_ts: message.ts };
  },

  'chat.update'(args, workspace) {
    const found = own(args, workspace);
    if (typeof found === 'string') return found;
    const refused = refusedBySlack('message', args);
    if (refused !== null) return refused;
    const metadata = args.metadata === undefined ? found.metadata : metadataOf(args);
    if (metadata === undefined) return 'invalid_metadata_format';
    // Text alone takes the blocks away, as in Slack.
    workspace.edit(found, { text: textArgument(args, 'text'), blocks: listOf(args.blocks), metadata });
    return { channel: found.channelId, ts: found.ts, text: found.text, message: messageObject(found, workspace) };
  },

  'chat.delete'(args, workspace) {
    const found = own(args, workspace);
    if (typeof found === 'string') return found === 'cant_update_message' ? 'cant_delete_message' : found;
    workspace.remove(found);
    return { channel: found.channelId, ts: found.ts };
  },

  'chat.getPermalink'(args, workspace, { publicUrl }) {
    const channelId = textArgument(args, 'channel');
    if (workspace.channel(channelId) === null) return 'channel_not_found';
    const message = workspace.message(channelId, textArgument(args, 'message_ts'));
    if (message === null) return 'message_not_found';
    const thread = message.threadTs === null ? '' : `&t=${message.threadTs}`;
    return { channel: channelId, permalink: `${publicUrl}/slack-preview?c=${channelId}${thread}#m-${message.ts}` };
  },

  'chat.unfurl'(args, workspace) {
    const channelId = textArgument(args, 'channel') || textArgument(args, 'unfurl_id').split(' ')[0] || '';
    const ts = textArgument(args, 'ts') || textArgument(args, 'unfurl_id').split(' ')[1] || '';
    const message = workspace.message(channelId, ts);
    if (message === null) return 'cannot_find_message';
    if (!isJson(args.unfurls)) return flagArgument(args, 'user_auth_required') ? {} : 'missing_unfurls';
    for (const [url, unfurl] of Object.entries(args.unfurls)) {
      if (!isJson(unfurl) || !message.text.includes(escapeText(url))) return 'cannot_unfurl_url';
      const blocks = listOf(unfurl.blocks).filter(isJson);
      const text = typeof unfurl.text === 'string' ? unfurl.text : typeof unfurl.title === 'string' ? unfurl.title : '';
      if (refusedBySlack('message', { text, blocks }) !== null) return 'invalid_unfurls_format';
      message.unfurls = [...message.unfurls.filter((one) => one.url !== url), { url, text, blocks }];
    }
    workspace.changed();
    return {};
  },
};

/** The channel to write in; a text is Slack's reason why not. A person's id means the direct conversation with them. */
export function writable(args: Arguments, workspace: Workspace): Channel | string {
  const given = textArgument(args, 'channel');
  const id = workspace.person(given) === null ? given : directChannelOf(given);
  const channel = workspace.channel(id) ?? workspace.channelNamed(given.replace(/^#/, ''));
  if (channel === null) return 'channel_not_found';
  if (channel.isArchived) return 'is_archived';
  return channel.hasBot ? channel : 'not_in_channel';
}

function own(args: Arguments, workspace: Workspace): Message | string {
  const channelId = textArgument(args, 'channel');
  const channel = workspace.channel(channelId);
  if (channel === null) return 'channel_not_found';
  const message = workspace.message(channelId, textArgument(args, 'ts'));
  // An ephemeral message is nothing that the API finds again.
  if (message === null || message.onlyFor !== null) return 'message_not_found';
  return message.userId === botUserId ? message : 'cant_update_message';
}

/** Undefined: not what Slack takes. */
function metadataOf(args: Arguments): PreviewJson | null | undefined {
  if (args.metadata === undefined || args.metadata === '') return null;
  const { metadata } = args;
  return isJson(metadata) && typeof metadata.event_type === 'string' && isJson(metadata.event_payload)
    ? metadata
    : undefined;
}

const listOf = (blocks: unknown): readonly unknown[] => (Array.isArray(blocks) ? blocks : []);
