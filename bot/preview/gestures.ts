import {
  type PreviewFields,
  type PreviewJson,
  type PreviewOption,
  type PreviewShortcut,
  type PreviewSource,
  previewKey,
  type SlackPreview,
} from '../../core/ports/slack-preview.ts';
import { ok, type Result, refuse } from '../../core/result.ts';
import { escapeText } from '../messages/text.ts';
import { actionOf, type FilledForm, readForm } from './fields.ts';
import { fileObject, messageObject, viewObject } from './objects.ts';
import { type BotAnswer, commonPayload, type SlackRequests } from './slack-requests.ts';
import { applySubmission, formProblem } from './submission.ts';
import {
  appId,
  blocksOf,
  botUserId,
  type Channel,
  elementIn,
  isJson,
  type Message,
  type Person,
  teamDomain,
  teamId,
  type View,
  type Workspace,
} from './workspace.ts';

export interface GestureOptions {
  readonly workspace: Workspace;
  readonly requests: SlackRequests;
  readonly apiUrl: string;
  readonly publicUrl: string;
  readonly shortcuts: readonly PreviewShortcut[];
  readonly now: () => number;
  /** How long a gesture waits for what the bot does after its answer; 700 by default. */
  readonly settleWithinMs?: number;
}

type Gestures = Pick<
  SlackPreview,
  'press' | 'submit' | 'close' | 'suggest' | 'say' | 'shortcut' | 'setBot' | 'openHome'
>;

/** Where a press happened, with what stands there. */
type Place =
  | {
      readonly kind: 'message';
      readonly channel: Channel;
      readonly message: Message;
      readonly blocks: readonly PreviewJson[];
    }
  | { readonly kind: 'view'; readonly view: View; readonly blocks: readonly PreviewJson[] };

/** Slack takes no longer message. */
const longestMessage = 40_000;
/** Slack's words when an app does not answer in time. */
const noAnswer = 'This app did not respond. Try again, or contact the app owner.';
/** How often an answer without an effect is waited for before a page is drawn: the work goes on after the answer. */
const settleStepMs = 25;
const defaultSettleMs = 700;

/** What a person does, as the requests that Slack makes of it. */
export function createGestures(options: GestureOptions): Gestures {
  const { workspace, requests, apiUrl, publicUrl } = options;
  const settleWithinMs = options.settleWithinMs ?? defaultSettleMs;

  const locate = (userId: string, source: PreviewSource): Place | null => {
    if (source.kind === 'message') {
      const channel = workspace.channel(source.channelId);
      const message = workspace.message(source.channelId, source.ts);
      if (channel === null || message === null || (message.onlyFor !== null && message.onlyFor !== userId)) return null;
      const unfurled = message.unfurls.flatMap(({ blocks }) => blocks);
      return { kind: 'message', channel, message, blocks: [...message.blocks, ...unfurled] };
    }
    const view = workspace.view(source.viewId);
    return view === null || view.userId !== userId ? null : { kind: 'view', view, blocks: blocksOf(view.content) };
  };

  const filled = (place: Place, fields: PreviewFields): FilledForm =>
    readForm(place.blocks, {
      fields,
      offered: place.kind === 'view' ? place.view.offered : {},
      keep: (file) => fileObject(workspace.keepFile(file), apiUrl),
    });

  const containerOf = (place: Place, values: FilledForm['values']): PreviewJson => {
    if (place.kind === 'view') {
      return { container: { type: 'view', view_id: place.view.id }, view: viewObject(place.view, values) };
    }
    const { channel, message } = place;
    return {
      container: {
        type: 'message',
        message_ts: message.ts,
        channel_id: channel.id,
        is_ephemeral: message.onlyFor !== null,
        ...(message.threadTs === null ? {} : { thread_ts: message.threadTs }),
      },
      channel: { id: channel.id, name: channel.personId === null ? channel.name : 'directmessage' },
      // Of an ephemeral message Slack keeps nothing to send along.
      ...(message.onlyFor === null ? { message: messageObject(message, workspace) } : {}),
      state: { values },
    };
  };

  /** Sends, and waits a moment for what the bot does next, so that the page drawn after it shows it. */
  const settled = async (send: () => Promise<BotAnswer>): Promise<BotAnswer> => {
    let hasChanged = false;
    const leave = workspace.listen(() => {
      hasChanged = true;
    });
    const answer = await send();
    // Where the answer itself says what to show, nothing else is to be expected.
    const isWhole = !answer.ok || answer.body !== null;
    for (let waited = 0; !isWhole && !hasChanged && waited < settleWithinMs; waited += settleStepMs)
      await sleep(settleStepMs);
    leave();
    return answer;
  };

  return {
    async press({ userId, source, blockId, actionId, values, fields }) {
      const person = workspace.person(userId);
      const place = locate(userId, source);
      if (person === null || place === null) return gone();
      const element = elementIn(place.blocks, blockId, actionId);
      if (element === null) return gone();
      const form = filled(place, fields);
      if (place.kind === 'view') Object.assign(place.view.typed, form.typed);
      const action = actionOf(blockId, element, values, form.values);
      if (action === null) return gone();
      const trigger = workspace.newTrigger(userId, place.kind === 'view' ? place.view.id : null);
      const response =
        place.kind === 'message' ? responseFor(workspace, apiUrl, place.channel, person, place.message) : {};
      const answer = await settled(() =>
        requests.interact({
          type: 'block_actions',
          ...commonPayload(person, trigger),
          ...containerOf(place, form.values),
          ...response,
          actions: [{ ...action, action_ts: (options.now() / 1_000).toFixed(6) }],
        }),
      );
      if (answer.ok) return ok(true);
      if (place.kind === 'view') {
        place.view.problem = formProblem;
        workspace.changed();
      }
      return refuse('no_answer', noAnswer);
    },

    async submit({ userId, viewId, fields }) {
      const person = workspace.person(userId);
      const place = locate(userId, { kind: 'view', viewId });
      if (person === null || place?.kind !== 'view') return gone();
      const { view } = place;
      const form = filled(place, fields);
      Object.assign(view.typed, form.typed);
      view.problem = null;
      view.errors = form.errors;
      if (Object.keys(form.errors).length > 0) {
        workspace.touchView(view);
        return ok(true);
      }
      const answer = await settled(() =>
        requests.interact({
          type: 'view_submission',
          ...commonPayload(person, workspace.newTrigger(userId, view.id)),
          view: viewObject(view, form.values),
          response_urls: [],
        }),
      );
      applySubmission(workspace, view, answer.ok ? (answer.body ?? {}) : null);
      return ok(true);
    },

    async close({ userId, viewId, all }) {
      const person = workspace.person(userId);
      const view = workspace.view(viewId);
      if (person === null || view === null || view.userId !== userId) return ok(true);
      workspace.closeModal(userId, all);
      if (view.content.notify_on_close === true) {
        await requests.interact({
          type: 'view_closed',
          ...commonPayload(person, workspace.newTrigger(userId, null)),
          view: viewObject(view),
          is_cleared: all,
        });
      }
      return ok(true);
    },

    async suggest({ userId, source, blockId, actionId, text }) {
      const person = workspace.person(userId);
      const place = locate(userId, source);
      if (person === null || place === null || elementIn(place.blocks, blockId, actionId) === null) return gone();
      const answer = await requests.interact({
        type: 'block_suggestion',
        ...commonPayload(person, workspace.newTrigger(userId, null)),
        action_id: actionId,
        block_id: blockId,
        value: text,
        ...containerOf(place, {}),
      });
      if (!answer.ok) return refuse('no_answer', 'No results: the app did not answer.');
      const offered = offeredIn(answer.body);
      if (place.kind === 'view') {
        const key = previewKey(blockId, actionId);
        // Earlier ones too: what was chosen before stays known.
        place.view.offered[key] = [...offered, ...(place.view.offered[key] ?? [])].slice(0, 400);
      }
      return ok(offered);
    },

    async say({ userId, channelId, threadTs, text }) {
      const person = workspace.person(userId);
      const channel = workspace.channel(channelId);
      if (person === null || channel === null) return gone();
      if (channel.isArchived) return refuse('is_archived', 'This channel is archived: nobody can write here.');
      if (text.length > longestMessage) return refuse('msg_too_long', 'This is longer than Slack takes: send less.');
      const [, command = '', rest = ''] = /^(\/\S+)\s*([\s\S]*)$/.exec(text) ?? [];
      if (command !== '') return runCommand(person, channel, threadTs, command, rest);
      const message = workspace.add({
        channelId,
        threadTs,
        userId,
        onlyFor: null,
        text: escaped(workspace, text),
        blocks: [],
        metadata: null,
      });
      if (channel.hasBot) await tellLinks(person, channel, message, text);
      return ok(true);
    },

    async shortcut({ userId, callbackId, message: on }) {
      const person = workspace.person(userId);
      const known = options.shortcuts.find((one) => one.callbackId === callbackId);
      if (person === null || known === undefined) return gone();
      const payload = {
        ...commonPayload(person, workspace.newTrigger(userId, null)),
        callback_id: callbackId,
        action_ts: (options.now() / 1_000).toFixed(6),
      };
      if (on === null) {
        const answer = await settled(() => requests.interact({ type: 'shortcut', ...payload }));
        return answer.ok ? ok(true) : refuse('no_answer', noAnswer);
      }
      const channel = workspace.channel(on.channelId);
      const message = workspace.message(on.channelId, on.ts);
      if (channel === null || message === null || message.onlyFor !== null) return gone();
      const answer = await settled(() =>
        requests.interact({
          type: 'message_action',
          ...payload,
          ...responseFor(workspace, apiUrl, channel, person, message),
          message_ts: message.ts,
          channel: { id: channel.id, name: channel.name },
          message: messageObject(message, workspace),
        }),
      );
      return answer.ok ? ok(true) : refuse('no_answer', noAnswer);
    },

    setBot({ channelId, isIn }) {
      const channel = workspace.channel(channelId);
      if (channel === null || channel.personId !== null || channel.isArchived) return gone();
      channel.hasBot = isIn;
      workspace.changed();
      return ok(true);
    },

    async openHome(userId) {
      const person = workspace.person(userId);
      if (person === null) return gone();
      const home = workspace.homeOf(userId);
      const answer = await settled(() =>
        requests.event({
          type: 'app_home_opened',
          user: userId,
          channel: `D${userId.slice(1)}`,
          tab: 'home',
          event_ts: (options.now() / 1_000).toFixed(6),
          ...(home === null ? {} : { view: viewObject(home) }),
        }),
      );
      return answer.ok ? ok(true) : refuse('no_answer', noAnswer);
    },
  };

  async function runCommand(
    person: Person,
    channel: Channel,
    threadTs: string | null,
    command: string,
    rest: string,
  ): Promise<Result<true>> {
    if (threadTs !== null) return refuse('not_in_thread', `${command} is not supported in threads. Sorry!`);
    if (command !== '/orders') {
      return refuse('unknown_command', `${command} is not a valid command here. The bot knows /orders.`);
    }
    const response = workspace.newResponse({
      channelId: channel.id,
      userId: person.userId,
      threadTs: null,
      originalTs: null,
    });
    const answer = await settled(() =>
      requests.command({
        token: 'preview',
        team_id: teamId,
        team_domain: teamDomain,
        channel_id: channel.id,
        channel_name: channel.personId === null ? channel.name : 'directmessage',
        user_id: person.userId,
        user_name: person.name.toLowerCase(),
        command,
        text: escaped(workspace, rest),
        api_app_id: appId,
        is_enterprise_install: 'false',
        response_url: `${apiUrl}response/${response}`,
        trigger_id: workspace.newTrigger(person.userId, null),
      }),
    );
    if (!answer.ok) return refuse('no_answer', `${command} failed with the error "operation_timeout"`);
    const text = answer.body === null ? answer.text : String(answer.body.text ?? '');
    const blocks = Array.isArray(answer.body?.blocks) ? answer.body.blocks : [];
    if (text === '' && blocks.length === 0) return ok(true);
    const onlyFor = answer.body?.response_type === 'in_channel' ? null : person.userId;
    workspace.add({ channelId: channel.id, threadTs: null, userId: botUserId, onlyFor, text, blocks, metadata: null });
    return ok(true);
  }

  /** Links to the desk are told to the bot, which may unfurl them. */
  async function tellLinks(person: Person, channel: Channel, message: Message, text: string): Promise<void> {
    const domain = new URL(publicUrl).host;
    const links = [...text.matchAll(/https?:\/\/[^\s<>|]+/g)]
      .map(([url]) => url)
      .filter((url) => URL.canParse(url) && new URL(url).host === domain)
      .map((url) => ({ domain, url }));
    if (links.length === 0) return;
    await settled(() =>
      requests.event({
        type: 'link_shared',
        channel: channel.id,
        user: person.userId,
        message_ts: message.ts,
        ...(message.threadTs === null ? {} : { thread_ts: message.threadTs }),
        links,
        source: 'conversations_history',
        unfurl_id: `${channel.id} ${message.ts}`,
        is_bot_user_member: channel.hasBot,
        event_ts: message.ts,
      }),
    );
  }
}

function responseFor(
  workspace: Workspace,
  apiUrl: string,
  channel: Channel,
  person: Person,
  message: Message,
): PreviewJson {
  const id = workspace.newResponse({
    channelId: channel.id,
    userId: person.userId,
    threadTs: message.onlyFor === null ? null : message.threadTs,
    originalTs: message.ts,
  });
  return { response_url: `${apiUrl}response/${id}` };
}

/** As Slack does with `should_escape`: control characters, and channels and people by their ids. */
function escaped(workspace: Workspace, text: string): string {
  return escapeText(text)
    .replace(/(^|\s)#([a-z0-9_-]+)/g, (whole, before: string, name: string) => {
      const channel = workspace.channelNamed(name);
      return channel === null ? whole : `${before}<#${channel.id}|${name}>`;
    })
    .replace(/(^|\s)@([A-Za-z]+)/g, (whole, before: string, name: string) => {
      const person = workspace.people.find((one) => one.name.toLowerCase() === name.toLowerCase());
      return person === undefined ? whole : `${before}<@${person.userId}>`;
    })
    .replace(/(^|\s)(https?:\/\/[^\s<>|]+)/g, '$1<$2>');
}

function offeredIn(body: PreviewJson | null): readonly PreviewOption[] {
  const groups = Array.isArray(body?.option_groups) ? body.option_groups.filter(isJson) : [];
  const lists = [body?.options, ...groups.map((group) => group.options)];
  return lists
    .flatMap((list) => (Array.isArray(list) ? list.filter(isJson) : []))
    .map(({ text, value }) => ({ text: isJson(text) ? String(text.text) : '', value: String(value) }));
}

const gone = <T>(): Result<T> => refuse('gone', 'This is not there any more. The page shows what is.');
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
