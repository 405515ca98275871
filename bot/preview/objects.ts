import type { PreviewJson } from '../../core/ports/slack-preview.ts';
import {
  appId,
  botId,
  botName,
  botUserId,
  type Channel,
  type Message,
  type StoredFile,
  teamId,
  type View,
  type Workspace,
} from './workspace.ts';

/** A message as answers, histories and interactions carry it. */
export function messageObject(message: Message, workspace: Workspace, withMetadata = false): PreviewJson {
  const isOurs = message.userId === botUserId;
  const replies = workspace
    .messages(message.channelId)
    .filter((one) => one.threadTs === message.ts && one.onlyFor === null);
  return {
    type: 'message',
    ts: message.ts,
    text: message.text,
    user: message.userId,
    team: teamId,
    ...(message.blocks.length === 0 ? {} : { blocks: message.blocks }),
    ...(isOurs ? { bot_id: botId, app_id: appId, bot_profile: { id: botId, app_id: appId, name: botName } } : {}),
    ...(message.threadTs === null ? {} : { thread_ts: message.threadTs, parent_user_id: botUserId }),
    ...(replies.length === 0
      ? {}
      : { thread_ts: message.ts, reply_count: replies.length, latest_reply: replies.at(-1)?.ts ?? message.ts }),
    ...(message.editedTs === null ? {} : { edited: { user: message.userId, ts: message.editedTs } }),
    ...(withMetadata && message.metadata !== null ? { metadata: message.metadata } : {}),
  };
}

export const channelObject = (channel: Channel): PreviewJson => ({
  id: channel.id,
  ...(channel.personId === null
    ? { name: channel.name, name_normalized: channel.name, is_channel: true, is_im: false }
    : { user: channel.personId, is_channel: false, is_im: true }),
  is_private: false,
  is_archived: channel.isArchived,
  is_member: channel.hasBot,
  topic: { value: channel.about },
  purpose: { value: '' },
});

/** A view as the bot gets it: its content, and what only Slack knows. */
export const viewObject = (view: View, values: PreviewJson = {}): PreviewJson => ({
  private_metadata: '',
  callback_id: '',
  external_id: '',
  clear_on_close: false,
  notify_on_close: false,
  ...view.content,
  id: view.id,
  team_id: teamId,
  app_id: appId,
  app_installed_team_id: teamId,
  bot_id: botId,
  hash: view.hash,
  root_view_id: view.rootId,
  previous_view_id: view.previousId,
  state: { values },
});

export const fileObject = (file: StoredFile, apiUrl: string): PreviewJson => {
  const url = `${apiUrl}files/${file.id}`;
  return {
    id: file.id,
    name: file.name,
    title: file.name,
    mimetype: file.type,
    filetype: file.name.split('.').at(-1)?.toLowerCase() ?? 'binary',
    size: file.bytes.byteLength,
    url_private: url,
    url_private_download: url,
    mode: 'hosted',
  };
};
