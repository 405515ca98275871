import { randomBytes } from 'node:crypto';
import type { PreviewJson, PreviewOption, PreviewPerson } from '../../core/ports/slack-preview.ts';

/** Of the pretended workspace: fixed, so that who was confirmed stays confirmed over restarts. */
export const teamId = 'T0PREVIEW00';
export const appId = 'A0PREVIEW00';
export const botId = 'B0PREVIEW00';
export const botUserId = 'U0HOLDFAST0';
export const teamDomain = 'preview';
export const botName = 'Holdfast';

export interface Person extends PreviewPerson {
  readonly email: string | null;
}

export interface Channel {
  readonly id: string;
  readonly name: string;
  readonly about: string;
  /** The person of a direct conversation with the bot; null: a channel. */
  readonly personId: string | null;
  hasBot: boolean;
  readonly isArchived: boolean;
}

export interface Message {
  readonly ts: string;
  readonly channelId: string;
  readonly threadTs: string | null;
  readonly userId: string;
  readonly onlyFor: string | null;
  text: string;
  blocks: readonly PreviewJson[];
  metadata: PreviewJson | null;
  editedTs: string | null;
  unfurls: { url: string; text: string; blocks: readonly PreviewJson[] }[];
}

export interface View {
  readonly id: string;
  readonly type: 'modal' | 'home';
  readonly userId: string;
  hash: string;
  /** As the bot gave it, with ids for the blocks and elements that had none. */
  content: PreviewJson;
  rootId: string;
  previousId: string | null;
  errors: Readonly<Record<string, string>>;
  problem: string | null;
  typed: Record<string, readonly string[]>;
  offered: Record<string, readonly PreviewOption[]>;
}

export interface StoredFile {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Where a response URL leads; Slack takes five posts in half an hour. */
export interface ResponseUrl {
  readonly channelId: string;
  readonly userId: string;
  readonly threadTs: string | null;
  readonly until: number;
  usesLeft: number;
  /** The message that `replace_original` and `delete_original` speak of. */
  originalTs: string | null;
}

const triggerMs = 3_000;
const responseMs = 30 * 60_000;
const responseUses = 5;
/** Older messages go: the preview is a look at the bot, not an archive. */
const keptMessages = 400;
/** Each up to the size of a label, in memory. */
const keptFiles = 5;
export const mostViews = 3;

const firstChannels: readonly Omit<Channel, 'hasBot'>[] = [
  {
    id: 'C0ORDERS000',
    name: 'orders',
    about: 'Alerts without a route of their own',
    personId: null,
    isArchived: false,
  },
  { id: 'C0WAREHOUSE', name: 'warehouse', about: 'For routes of your own', personId: null, isArchived: false },
  { id: 'C0MANAGERS0', name: 'managers', about: 'The bot was not invited here', personId: null, isArchived: false },
  { id: 'C0OLDSHOP00', name: 'old-shop', about: 'An archived channel', personId: null, isArchived: true },
];

/** What outlives a restart: channels with the bot and what stands in them for everybody. */
export interface SavedWorkspace {
  readonly channels: readonly { readonly id: string; readonly hasBot: boolean }[];
  readonly messages: readonly Message[];
}

export type Workspace = ReturnType<typeof createWorkspace>;

/** The memory of the pretended workspace. No I/O; the clock is an argument. */
export function createWorkspace(options: {
  readonly people: readonly Person[];
  readonly now: () => number;
  readonly saved?: SavedWorkspace | null;
}) {
  const { people, now, saved = null } = options;
  const channels = new Map<string, Channel>();
  for (const one of firstChannels) channels.set(one.id, { ...one, hasBot: one.id !== 'C0MANAGERS0' });
  for (const person of people) {
    const id = directChannelOf(person.userId);
    channels.set(id, { id, name: botName, about: '', personId: person.userId, hasBot: true, isArchived: false });
  }
  for (const { id, hasBot } of saved?.channels ?? []) {
    const channel = channels.get(id);
    if (channel !== undefined) channel.hasBot = hasBot;
  }
  let messages: Message[] = (saved?.messages ?? [])
    .filter(({ channelId }) => channels.has(channelId))
    .map((one) => ({ ...one }));
  let lastMicros = Math.max(0, ...messages.map(({ ts }) => Math.round(Number(ts) * 1e6)));
  const views = new Map<string, View>();
  /** By person: ids of open modals, the topmost last. */
  const stacks = new Map<string, string[]>();
  const homes = new Map<string, string>();
  const triggers = new Map<string, { userId: string; until: number; isUsed: boolean; viewId: string | null }>();
  const responses = new Map<string, ResponseUrl>();
  const files = new Map<string, StoredFile>();
  const listeners = new Set<() => void>();

  const changed = (): void => {
    for (const heard of listeners) heard();
  };
  /** Never the same twice, whatever the clock does. */
  const nextTs = (): string => {
    lastMicros = Math.max(lastMicros + 1, now() * 1_000);
    return `${Math.floor(lastMicros / 1e6)}.${String(lastMicros % 1e6).padStart(6, '0')}`;
  };
  const newId = (letter: string): string => `${letter}${randomBytes(8).toString('hex').toUpperCase().slice(0, 10)}`;
  const newHash = (): string => `${Math.floor(now() / 1_000)}.${randomBytes(4).toString('hex')}`;

  return {
    people,
    changed,
    listen(heard: () => void): () => void {
      listeners.add(heard);
      return () => void listeners.delete(heard);
    },
    person: (userId: string) => people.find((one) => one.userId === userId) ?? null,
    channels: () => [...channels.values()],
    channel: (id: string) => channels.get(id) ?? null,
    channelNamed: (name: string) =>
      [...channels.values()].find((one) => one.personId === null && one.name === name) ?? null,
    saved: (): SavedWorkspace => ({
      channels: [...channels.values()].map(({ id, hasBot }) => ({ id, hasBot })),
      messages: messages.filter(({ onlyFor }) => onlyFor === null),
    }),

    messages: (channelId: string) => messages.filter((one) => one.channelId === channelId),
    message: (channelId: string, ts: string) =>
      messages.find((one) => one.channelId === channelId && one.ts === ts) ?? null,
    add(message: Omit<Message, 'ts' | 'editedTs' | 'unfurls' | 'blocks'> & { blocks: readonly unknown[] }): Message {
      const added: Message = { ...message, blocks: withIds(message.blocks), ts: nextTs(), editedTs: null, unfurls: [] };
      messages.push(added);
      const here = messages.filter((one) => one.channelId === message.channelId);
      if (here.length > keptMessages) {
        const gone = new Set(here.slice(0, here.length - keptMessages));
        messages = messages.filter((one) => !gone.has(one));
      }
      changed();
      return added;
    },
    edit(message: Message, change: { text: string; blocks: readonly unknown[]; metadata?: PreviewJson | null }): void {
      message.text = change.text;
      message.blocks = withIds(change.blocks);
      if (change.metadata !== undefined) message.metadata = change.metadata;
      message.editedTs = nextTs();
      changed();
    },
    remove(message: Message): void {
      messages = messages.filter((one) => one !== message);
      changed();
    },

    newTrigger(userId: string, viewId: string | null): string {
      for (const [id, one] of triggers) if (one.until < now() - responseMs) triggers.delete(id);
      const id = `${now()}.${teamId.slice(1)}.${randomBytes(8).toString('hex')}`;
      triggers.set(id, { userId, until: now() + triggerMs, isUsed: false, viewId });
      return id;
    },
    /** Uses it up; a text is Slack's error. */
    useTrigger(id: string): { userId: string; viewId: string | null } | string {
      const trigger = triggers.get(id);
      if (trigger === undefined) return 'invalid_trigger_id';
      if (trigger.isUsed) return 'exchanged_trigger_id';
      if (trigger.until < now()) return 'expired_trigger_id';
      trigger.isUsed = true;
      return trigger;
    },

    newResponse(to: Pick<ResponseUrl, 'channelId' | 'userId' | 'threadTs' | 'originalTs'>): string {
      for (const [id, one] of responses) if (one.until < now()) responses.delete(id);
      const id = randomBytes(18).toString('base64url');
      responses.set(id, { ...to, until: now() + responseMs, usesLeft: responseUses });
      return id;
    },
    response: (id: string) => responses.get(id) ?? null,

    view: (id: string) => views.get(id) ?? null,
    viewByExternalId: (externalId: string) =>
      [...views.values()].find((one) => one.content.external_id === externalId) ?? null,
    stackOf: (userId: string): readonly string[] => stacks.get(userId) ?? [],
    modalOf(userId: string): View | null {
      return views.get(stacks.get(userId)?.at(-1) ?? '') ?? null;
    },
    homeOf: (userId: string) => views.get(homes.get(userId) ?? '') ?? null,
    /** `onto`: the stack goes on; else it is begun anew. */
    openModal(userId: string, content: PreviewJson, onto: boolean): View {
      const stack = onto ? (stacks.get(userId) ?? []) : [];
      if (!onto) for (const id of stacks.get(userId) ?? []) views.delete(id);
      const view = newView('modal', userId, content);
      view.rootId = stack[0] ?? view.id;
      view.previousId = stack.at(-1) ?? null;
      views.set(view.id, view);
      stacks.set(userId, [...stack, view.id]);
      changed();
      return view;
    },
    publishHome(userId: string, content: PreviewJson): View {
      const known = views.get(homes.get(userId) ?? '');
      if (known !== undefined) {
        this.replaceView(known, content);
        return known;
      }
      const view = newView('home', userId, content);
      views.set(view.id, view);
      homes.set(userId, view.id);
      changed();
      return view;
    },
    /** What was typed in fields that stay, stays. */
    replaceView(view: View, content: PreviewJson): void {
      view.content = withBlockIds(content);
      view.hash = newHash();
      view.errors = {};
      view.problem = null;
      changed();
    },
    touchView(view: View): void {
      view.hash = newHash();
      changed();
    },
    /** Takes the topmost view away, or the whole stack. */
    closeModal(userId: string, all: boolean): void {
      const stack = stacks.get(userId) ?? [];
      const gone = all ? stack : stack.slice(-1);
      for (const id of gone) views.delete(id);
      stacks.set(userId, stack.slice(0, stack.length - gone.length));
      changed();
    },

    keepFile(file: Omit<StoredFile, 'id'>): StoredFile {
      const kept = { ...file, id: newId('F') };
      files.set(kept.id, kept);
      for (const id of [...files.keys()].slice(0, Math.max(0, files.size - keptFiles))) files.delete(id);
      return kept;
    },
    file: (id: string) => files.get(id) ?? null,
  };

  function newView(type: View['type'], userId: string, content: PreviewJson): View {
    const id = newId('V');
    const state = { errors: {}, problem: null, typed: {}, offered: {} };
    return {
      id,
      type,
      userId,
      hash: newHash(),
      content: withBlockIds(content),
      rootId: id,
      previousId: null,
      ...state,
    };
  }
}

export const directChannelOf = (userId: string): string => `D${userId.slice(1)}`;

/** Slack gives an id to every block and element that has none. */
function withIds(blocks: readonly unknown[]): readonly PreviewJson[] {
  return blocks.filter(isJson).map((block) => ({
    ...block,
    block_id: block.block_id ?? randomBytes(3).toString('hex'),
    ...(isJson(block.accessory) ? { accessory: withActionId(block.accessory) } : {}),
    ...(isJson(block.element) ? { element: withActionId(block.element) } : {}),
    ...(block.type === 'actions' && Array.isArray(block.elements)
      ? { elements: block.elements.filter(isJson).map(withActionId) }
      : {}),
  }));
}

const withBlockIds = (content: PreviewJson): PreviewJson => ({
  ...content,
  blocks: withIds(Array.isArray(content.blocks) ? content.blocks : []),
});

const withActionId = (element: PreviewJson): PreviewJson =>
  element.type === 'image' ? element : { ...element, action_id: element.action_id ?? randomBytes(3).toString('hex') };

export const isJson = (value: unknown): value is PreviewJson =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The interactive element with this id in this block; null when the blocks have none. */
export function elementIn(blocks: readonly PreviewJson[], blockId: string, actionId: string): PreviewJson | null {
  const block = blocks.find((one) => one.block_id === blockId);
  if (block === undefined) return null;
  const inside = [block.accessory, block.element, ...(Array.isArray(block.elements) ? block.elements : [])];
  return inside.filter(isJson).find((one) => one.action_id === actionId) ?? null;
}

export const blocksOf = (content: PreviewJson): readonly PreviewJson[] =>
  Array.isArray(content.blocks) ? content.blocks.filter(isJson) : [];
