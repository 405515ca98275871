import type { Result } from '../result.ts';

/** Block Kit as the bot sent it. Accepted by the preview's checks, yet read with care: it is JSON. */
export type PreviewJson = Readonly<Record<string, unknown>>;

/** A user of the pretended workspace. */
export interface PreviewPerson {
  readonly userId: string;
  readonly name: string;
  /** What they may do at the desk, in words. */
  readonly about: string;
}

export interface PreviewChannel {
  readonly id: string;
  readonly name: string;
  readonly about: string;
  readonly kind: 'channel' | 'direct';
  /** False: the bot was never invited. */
  readonly hasBot: boolean;
  readonly isArchived: boolean;
  readonly messageCount: number;
}

export interface PreviewMessage {
  /** Slack's id of a message: seconds with six decimals. */
  readonly ts: string;
  readonly channelId: string;
  readonly threadTs: string | null;
  readonly authorName: string;
  readonly isFromApp: boolean;
  readonly text: string;
  readonly blocks: readonly PreviewJson[];
  /** The one person who sees it; null: everybody. */
  readonly onlyFor: string | null;
  readonly replyCount: number;
  readonly unfurls: readonly { readonly url: string; readonly text: string; readonly blocks: readonly PreviewJson[] }[];
}

/** A modal or a Home tab as it stands. */
export interface PreviewView {
  readonly id: string;
  /** Changes whenever the view does. */
  readonly hash: string;
  readonly view: PreviewJson;
  /** Views below this one in the stack. */
  readonly depth: number;
  /** By `previewKey(blockId, '')`: what is wrong with the field. */
  readonly errors: Readonly<Record<string, string>>;
  /** What Slack itself would say over the form, such as a bot that did not answer; null: nothing. */
  readonly problem: string | null;
  /** By `previewKey(blockId, actionId)`: what was typed or chosen, kept over errors and updates. */
  readonly typed: Readonly<Record<string, readonly string[]>>;
  /** By `previewKey(blockId, actionId)`: what a search offered last. */
  readonly offered: Readonly<Record<string, readonly PreviewOption[]>>;
}

export interface PreviewOption {
  readonly text: string;
  readonly value: string;
}

export interface PreviewShortcut {
  readonly callbackId: string;
  readonly name: string;
  readonly type: 'global' | 'message';
}

/** Where somebody looks: a channel, or the app's Home tab. */
export interface PreviewPlace {
  readonly userId: string;
  readonly channelId: string | 'home';
  readonly threadTs: string | null;
}

export interface PreviewScreen {
  readonly person: PreviewPerson;
  readonly channels: readonly PreviewChannel[];
  /** Null: the Home tab. */
  readonly channel: PreviewChannel | null;
  /** Oldest first: the channel's, or none on the Home tab. */
  readonly messages: readonly PreviewMessage[];
  /** The opened thread, its first message first; null: none is open. */
  readonly thread: readonly PreviewMessage[] | null;
  readonly home: PreviewView | null;
  /** The modal on top; null: none is open. */
  readonly modal: PreviewView | null;
}

/** A file that a form carries. */
export interface PreviewUpload {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What the fields of a form hold, by `previewKey(blockId, actionId)`. */
export interface PreviewFields {
  readonly texts: Readonly<Record<string, readonly string[]>>;
  readonly files: Readonly<Record<string, readonly PreviewUpload[]>>;
}

export type PreviewSource =
  | { readonly kind: 'message'; readonly channelId: string; readonly ts: string }
  | { readonly kind: 'view'; readonly viewId: string };

/**
 * A pretended Slack workspace inside the desk, for demo mode: what the bot posted, and a person's gestures, each sent to
 * the bot as the signed request that Slack would send. Refusals are what Slack would show to the person.
 */
export interface SlackPreview {
  readonly people: readonly PreviewPerson[];
  readonly shortcuts: readonly PreviewShortcut[];
  /** Null: no such person. An unknown channel shows the first one. */
  screen(place: PreviewPlace): PreviewScreen | null;
  /** The name behind `<@U…>` or `<#C…>`; null: unknown. */
  nameOf(id: string): string | null;
  /** Calls back after every change; returns how to leave. */
  listen(heard: () => void): () => void;
  /** A button, a chosen option, or a menu's entry. `values` are the chosen options' values. */
  press(input: {
    readonly userId: string;
    readonly source: PreviewSource;
    readonly blockId: string;
    readonly actionId: string;
    readonly values: readonly string[];
    readonly fields: PreviewFields;
  }): Promise<Result<true>>;
  submit(input: {
    readonly userId: string;
    readonly viewId: string;
    readonly fields: PreviewFields;
  }): Promise<Result<true>>;
  /** Closes the view on top, or all of them. */
  close(input: { readonly userId: string; readonly viewId: string; readonly all: boolean }): Promise<Result<true>>;
  /** What the bot offers for a typed text in a select that searches. */
  suggest(input: {
    readonly userId: string;
    readonly source: PreviewSource;
    readonly blockId: string;
    readonly actionId: string;
    readonly text: string;
  }): Promise<Result<readonly PreviewOption[]>>;
  /** The message box: a slash command, else a message to the channel (links in it may be unfurled). */
  say(input: {
    readonly userId: string;
    readonly channelId: string;
    readonly threadTs: string | null;
    readonly text: string;
  }): Promise<Result<true>>;
  /** `message`: the one it was called on; null for a global shortcut. */
  shortcut(input: {
    readonly userId: string;
    readonly callbackId: string;
    readonly message: { readonly channelId: string; readonly ts: string } | null;
  }): Promise<Result<true>>;
  /** Invites the bot into a channel, or removes it. */
  setBot(input: { readonly channelId: string; readonly isIn: boolean }): Result<true>;
  /** Tells the bot that the person opened its Home tab. */
  openHome(userId: string): Promise<Result<true>>;
}

/** One text out of two ids, whatever characters they have. */
export const previewKey = (blockId: string, actionId: string): string =>
  `${encodeURIComponent(blockId)}/${encodeURIComponent(actionId)}`;
