import { randomBytes } from 'node:crypto';
import type { Role } from '../../core/people/actor.ts';
import type {
  PreviewMessage,
  PreviewPlace,
  PreviewScreen,
  PreviewView,
  SlackPreview,
} from '../../core/ports/slack-preview.ts';
import { createGestures } from './gestures.ts';
import { manifestText, shortcutsInManifest } from './manifest-shortcuts.ts';
import { previewPeople } from './people.ts';
import { createSaver, readSaved } from './saved-file.ts';
import { createSlackRequests } from './slack-requests.ts';
import { createWebApi } from './web-api.ts';
import {
  botName,
  botUserId,
  type Channel,
  createWorkspace,
  directChannelOf,
  type Message,
  teamId,
  type View,
  type Workspace,
} from './workspace.ts';

export interface PreviewOptions {
  /** Where this process answers on this machine, without trailing slash. */
  readonly localUrl: string;
  /** Where browsers see the desk, without trailing slash. */
  readonly publicUrl: string;
  /** Keeps the channels over restarts; null: in memory only. */
  readonly file: string | null;
  readonly now: () => number;
  readonly hasRateLimits?: boolean;
  readonly settleWithinMs?: number;
}

/** What a bot needs to take the preview for Slack; the same shape as the settings of a real workspace. */
export interface PreviewCredentials {
  readonly botToken: string;
  readonly transport: { readonly kind: 'http'; readonly signingSecret: string };
  readonly channel: string;
  readonly apiUrl: string;
}

export interface PreviewAccount {
  readonly slackUserId: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
}

export interface InstalledPreview {
  readonly credentials: PreviewCredentials;
  readonly preview: SlackPreview;
  /** Who the people of the preview are at the desk. */
  readonly accounts: { readonly teamId: string; readonly people: readonly PreviewAccount[] };
  /** Where `answer` is mounted. */
  readonly path: string;
  /** Answers the Web API: everything under `apiPath`. Callers of other machines are refused. */
  answer(request: Request, remoteAddress: string | undefined): Promise<Response>;
  close(): Promise<void>;
}

/** The confirmed ones; a stranger has no account at the desk. */
const accounts: readonly PreviewAccount[] = previewPeople.flatMap(({ userId, name, email, role }) =>
  role === null || email === null ? [] : [{ slackUserId: userId, name, email, role }],
);

/** Where the Web API of the preview is mounted. */
const apiPath = '/slack-preview/api/';
/** What proxies and browsers add to a request; the bot's own client sends none of it. */
const passedOn = ['x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'forwarded', 'via', 'origin', 'referer'];
const secretBytes = 24;
/** Messages shown of a channel. */
const shownMessages = 100;

/** A pretended workspace with the bot installed: credentials made now, known to nobody else. */
export function installPreview(options: PreviewOptions): InstalledPreview {
  const { now, publicUrl } = options;
  const saved = options.file === null ? null : readSaved(options.file);
  const workspace = createWorkspace({ people: previewPeople, now, saved });
  const saver = options.file === null ? null : createSaver(options.file, workspace.saved);
  if (saver !== null) workspace.listen(saver.changed);
  const secret = (): string => randomBytes(secretBytes).toString('hex');
  const [token, signingSecret] = [`xoxb-preview-${secret()}`, secret()];
  const apiUrl = `${options.localUrl}${apiPath}`;
  const settling = options.settleWithinMs === undefined ? {} : { settleWithinMs: options.settleWithinMs };
  const shortcuts = shortcutsInManifest(manifestText());
  const webApi = createWebApi({
    token,
    workspace,
    publicUrl,
    apiUrl,
    now,
    hasRateLimits: options.hasRateLimits ?? false,
  });
  const requests = createSlackRequests({ eventsUrl: `${options.localUrl}/slack/events`, signingSecret, now });
  return {
    credentials: {
      botToken: token,
      transport: { kind: 'http', signingSecret },
      channel: firstChannelOf(workspace),
      apiUrl,
    },
    accounts: { teamId, people: accounts },
    path: apiPath,
    async answer(request, remoteAddress) {
      // A proxy on this machine passes on what others send, a browser what other sites ask of it; and a name that leads
      // here is not ours.
      const isPassedOn = passedOn.some((name) => request.headers.has(name));
      const isHere = new URL(request.url).origin === new URL(options.localUrl).origin;
      if (isPassedOn || !isHere || !/^(::ffff:)?127\.|^::1$/.test(remoteAddress ?? '')) {
        return new Response('Only this machine talks to the preview.', { status: 403 });
      }
      return webApi(request, new URL(request.url).pathname.slice(apiPath.length));
    },
    async close() {
      await saver?.flush();
    },
    preview: {
      people: workspace.people,
      shortcuts,
      screen: (place) => screenOf(workspace, place),
      nameOf: (id) => nameOf(workspace, id),
      listen: workspace.listen,
      ...createGestures({ workspace, requests, apiUrl, publicUrl, shortcuts, now, ...settling }),
    },
  };
}

const firstChannelOf = (workspace: Workspace): string => workspace.channelNamed('orders')?.id ?? '';

function nameOf(workspace: Workspace, id: string): string | null {
  if (id === botUserId) return botName;
  return workspace.person(id)?.name ?? workspace.channel(id)?.name ?? null;
}

function screenOf(workspace: Workspace, place: PreviewPlace): PreviewScreen | null {
  const person = workspace.person(place.userId);
  if (person === null) return null;
  const { userId } = person;
  const channels = workspace.channels().filter(({ personId }) => personId === null || personId === userId);
  const wanted = place.channelId === 'home' ? null : place.channelId;
  const channel = wanted === null ? null : (channels.find(({ id }) => id === wanted) ?? channels[0] ?? null);
  const visible = (id: string): Message[] =>
    workspace.messages(id).filter(({ onlyFor }) => onlyFor === null || onlyFor === userId);
  const here = channel === null ? [] : visible(channel.id);
  const inThread = (ts: string): Message[] => here.filter((one) => one.ts === ts || one.threadTs === ts);
  const thread = place.threadTs === null ? [] : inThread(place.threadTs);
  const shown = (message: Message): PreviewMessage => ({
    ts: message.ts,
    channelId: message.channelId,
    threadTs: message.threadTs,
    authorName: nameOf(workspace, message.userId) ?? message.userId,
    isFromApp: message.userId === botUserId,
    text: message.text,
    blocks: message.blocks,
    onlyFor: message.onlyFor,
    replyCount: here.filter(({ threadTs }) => threadTs === message.ts).length,
    unfurls: message.unfurls,
  });
  const homeView = workspace.homeOf(userId);
  const modal = workspace.modalOf(userId);
  return {
    person,
    channels: channels.map((one) => shownChannel(one, visible(one.id).length, userId)),
    channel: channel === null ? null : shownChannel(channel, here.length, userId),
    messages: here
      .filter(({ threadTs }) => threadTs === null)
      .slice(-shownMessages)
      .map(shown),
    thread: thread.length === 0 ? null : thread.map(shown),
    home: homeView === null ? null : shownView(homeView, 0),
    modal: modal === null ? null : shownView(modal, workspace.stackOf(userId).length - 1),
  };
}

const shownChannel = (channel: Channel, messageCount: number, userId: string) => ({
  id: channel.id,
  name: channel.name,
  about: channel.about,
  kind: channel.id === directChannelOf(userId) ? ('direct' as const) : ('channel' as const),
  hasBot: channel.hasBot,
  isArchived: channel.isArchived,
  messageCount,
});

const shownView = (view: View, depth: number): PreviewView => ({
  id: view.id,
  hash: view.hash,
  view: view.content,
  depth,
  errors: view.errors,
  problem: view.problem,
  typed: view.typed,
  offered: view.offered,
});
