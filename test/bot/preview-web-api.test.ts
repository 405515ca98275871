import { beforeEach, describe, expect, test } from 'vitest';
import { previewPeople } from '../../bot/preview/people.ts';
import { createWebApi } from '../../bot/preview/web-api.ts';
import { botUserId, createWorkspace, type Workspace } from '../../bot/preview/workspace.ts';

const token = 'xoxb-preview-test';
const apiUrl = 'http://127.0.0.1:3000/slack-preview/api/';
const operator = 'U0OPERATOR0';
let time = 0;
let workspace: Workspace;
let answer: ReturnType<typeof createWebApi>;

beforeEach(() => {
  time = Date.UTC(2026, 10, 21, 9);
  start();
});

function start(options: { hasRateLimits?: boolean } = {}): void {
  workspace = createWorkspace({ people: previewPeople, now: () => time });
  answer = createWebApi({
    token,
    workspace,
    publicUrl: 'https://desk.example',
    apiUrl,
    now: () => time,
    ...options,
  });
}

type Answer = Record<string, unknown> & { ok: boolean; error?: string };

/** One call as the SDK makes it: a form, with JSON inside. */
async function raw(method: string, args: Record<string, unknown>, bearer: string | null = token): Promise<Response> {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(args)) {
    form.set(name, typeof value === 'string' ? value : JSON.stringify(value));
  }
  const request = new Request(`${apiUrl}${method}`, {
    method: 'POST',
    headers: bearer === null ? {} : { authorization: `Bearer ${bearer}` },
    body: form,
  });
  return answer(request, method);
}
async function call(method: string, args: Record<string, unknown>): Promise<Answer> {
  const answered: Answer = JSON.parse(await (await raw(method, args)).text());
  return answered;
}

const section = (text: string, more: object = {}) => ({ type: 'section', text: { type: 'mrkdwn', text }, ...more });
const button = (actionId: string, more: object = {}) => ({
  type: 'button',
  action_id: actionId,
  text: { type: 'plain_text', text: 'Press' },
  ...more,
});
const post = (args: Record<string, unknown>) =>
  call('chat.postMessage', { channel: 'C0ORDERS000', text: 'Hello', ...args });
const modal = (more: object = {}) => ({
  type: 'modal',
  title: { type: 'plain_text', text: 'A form' },
  blocks: [section('Hello')],
  ...more,
});

describe('who may call', () => {
  test('nobody without the token, and nobody with another', async () => {
    expect(await (await raw('auth.test', {}, null)).json()).toEqual({ ok: false, error: 'not_authed' });
    expect(await (await raw('auth.test', {}, 'xoxb-other')).json()).toEqual({ ok: false, error: 'invalid_auth' });
    expect(await call('auth.test', {})).toMatchObject({ ok: true, user_id: botUserId });
  });

  test('a method that Slack does not have is named as unknown', async () => {
    expect(await call('chat.shout', {})).toEqual({ ok: false, error: 'unknown_method' });
    expect(await call('constructor', {})).toEqual({ ok: false, error: 'unknown_method' });
  });
});

describe('messages', () => {
  test('are found again by their metadata, newest first and page by page', async () => {
    const metadata = { event_type: 'holdfast_alert', event_payload: { alert_id: 'a1' } };
    const first = await post({ metadata });
    await post({ text: 'Second' });
    const page = await call('conversations.history', { channel: 'C0ORDERS000', limit: 1, include_all_metadata: true });
    expect(page).toMatchObject({ has_more: true, messages: [{ text: 'Second' }] });
    const cursor = Reflect.get(Object(page.response_metadata), 'next_cursor');
    expect(
      await call('conversations.history', { channel: 'C0ORDERS000', cursor, include_all_metadata: true }),
    ).toMatchObject({ has_more: false, messages: [{ ts: first.ts, metadata }] });
    expect(await post({ metadata: { event_type: 'x' } })).toMatchObject({ error: 'invalid_metadata_format' });
  });

  test.each([
    ['an unknown channel', { channel: 'C9NOWHERE' }, 'channel_not_found'],
    ['a channel without the bot', { channel: 'C0MANAGERS0' }, 'not_in_channel'],
    ['an archived channel', { channel: 'C0OLDSHOP00' }, 'is_archived'],
    ['nothing to say', { text: '' }, 'no_text'],
    ['a text that is too long', { text: 'x'.repeat(4_001) }, 'msg_too_long'],
    ['51 blocks', { blocks: Array.from({ length: 51 }, () => ({ type: 'divider' })) }, 'invalid_blocks'],
    ['blocks that are no list', { blocks: { type: 'divider' } }, 'invalid_blocks_format'],
    ['a section of 3,001 characters', { blocks: [section('x'.repeat(3_001))] }, 'invalid_blocks'],
    [
      '13,200 characters of blocks',
      { blocks: Array.from({ length: 5 }, () => section('x'.repeat(2_700))) },
      'msg_blocks_too_long',
    ],
    ['a field that Slack does not know', { blocks: [section('x', { colour: 'red' })] }, 'invalid_blocks'],
    ['an unknown block', { blocks: [{ type: 'fieldset' }] }, 'invalid_blocks'],
    [
      'one block id twice',
      { blocks: [section('a', { block_id: 'b' }), section('c', { block_id: 'b' })] },
      'invalid_blocks',
    ],
    ['one action id twice', { blocks: [{ type: 'actions', elements: [button('a'), button('a')] }] }, 'invalid_blocks'],
    [
      'a button with a number for a value',
      { blocks: [{ type: 'actions', elements: [button('a', { value: 1 })] }] },
      'invalid_blocks',
    ],
    ['a thread that is not there', { thread_ts: '1.000000' }, 'thread_not_found'],
  ])('%s is refused', async (_what, args, error) => {
    expect(await post(args)).toEqual({ ok: false, error });
    expect(workspace.messages('C0ORDERS000')).toEqual([]);
  });

  test('only our own message is edited, and text alone takes the blocks away', async () => {
    const { ts } = await post({ blocks: [section('Hello')] });
    const foreign = workspace.add({
      channelId: 'C0ORDERS000',
      threadTs: null,
      userId: operator,
      onlyFor: null,
      text: 'Mine',
      blocks: [],
      metadata: null,
    });
    const update = (args: object) => call('chat.update', { channel: 'C0ORDERS000', text: 'New', ...args });
    expect(await update({ ts: '1.000000' })).toMatchObject({ error: 'message_not_found' });
    expect(await update({ ts: foreign.ts })).toMatchObject({ error: 'cant_update_message' });
    expect(await update({ ts })).toMatchObject({ ok: true, text: 'New' });
    expect(workspace.message('C0ORDERS000', String(ts))?.blocks).toEqual([]);
    expect(await call('chat.delete', { channel: 'C0ORDERS000', ts: foreign.ts })).toMatchObject({
      error: 'cant_delete_message',
    });
  });

  test('an ephemeral one is seen by its person alone and by no history', async () => {
    const { message_ts: ts } = await call('chat.postEphemeral', {
      channel: 'C0ORDERS000',
      user: operator,
      text: 'Psst',
    });
    expect(await call('conversations.history', { channel: 'C0ORDERS000' })).toMatchObject({ messages: [] });
    expect(await call('chat.update', { channel: 'C0ORDERS000', ts, text: 'x' })).toMatchObject({
      error: 'message_not_found',
    });
    expect(await call('chat.postEphemeral', { channel: 'C0ORDERS000', user: 'U9', text: 'Psst' })).toMatchObject({
      error: 'user_not_in_channel',
    });
  });

  test('a person stands for the direct conversation with them', async () => {
    const { channel } = await post({ channel: operator });
    expect(channel).toBe('D0OPERATOR0');
    expect(await call('conversations.open', { users: operator })).toMatchObject({ channel: { id: 'D0OPERATOR0' } });
  });

  test('only a link that stands in the message is unfurled', async () => {
    const message = workspace.add({
      channelId: 'C0ORDERS000',
      threadTs: null,
      userId: operator,
      onlyFor: null,
      text: 'see <https://desk.example/orders/1>',
      blocks: [],
      metadata: null,
    });
    const unfurl = (url: string) =>
      call('chat.unfurl', {
        channel: 'C0ORDERS000',
        ts: message.ts,
        unfurls: { [url]: { blocks: [section('#1042')] } },
      });
    expect(await unfurl('https://elsewhere.example')).toMatchObject({ error: 'cannot_unfurl_url' });
    expect(await unfurl('https://desk.example/orders/1')).toEqual({ ok: true });
    expect(message.unfurls).toHaveLength(1);
  });

  test('with the pace on, the sixth post at once waits, and an other channel does not', async () => {
    start({ hasRateLimits: true });
    for (let n = 0; n < 5; n += 1) expect(await post({})).toMatchObject({ ok: true });
    const late = await raw('chat.postMessage', { channel: 'C0ORDERS000', text: 'x' });
    expect([late.status, late.headers.get('retry-after')]).toEqual([429, '1']);
    expect(await post({ channel: 'C0WAREHOUSE' })).toMatchObject({ ok: true });
    time += 1_000;
    expect(await post({})).toMatchObject({ ok: true });
  });
});

describe('views', () => {
  const open = (triggerId: string, view: object = modal()) => call('views.open', { trigger_id: triggerId, view });

  test('a trigger opens one view, within three seconds', async () => {
    const used = workspace.newTrigger(operator, null);
    expect(await open(used)).toMatchObject({ ok: true });
    expect(await open(used)).toEqual({ ok: false, error: 'exchanged_trigger_id' });
    const late = workspace.newTrigger(operator, null);
    time += 3_001;
    expect(await open(late)).toEqual({ ok: false, error: 'expired_trigger_id' });
    expect(await open('made.up.trigger')).toEqual({ ok: false, error: 'invalid_trigger_id' });
  });

  test('a form that Slack refuses leaves the trigger for a better one', async () => {
    const trigger = workspace.newTrigger(operator, null);
    const tooLong = { title: { type: 'plain_text', text: 'A title of more than 24 characters' } };
    expect(await open(trigger, modal(tooLong))).toEqual({ ok: false, error: 'invalid_arguments' });
    const input = {
      type: 'input',
      label: { type: 'plain_text', text: 'Quantity' },
      element: { type: 'number_input', is_decimal_allowed: false },
    };
    expect(await open(trigger, modal({ blocks: [input] }))).toEqual({ ok: false, error: 'invalid_arguments' });
    const blocks = Array.from({ length: 101 }, () => ({ type: 'divider' }));
    expect(await open(trigger, modal({ blocks }))).toEqual({ ok: false, error: 'invalid_blocks' });
    expect(await open(trigger, modal({ color: 'red' }))).toEqual({ ok: false, error: 'invalid_arguments' });
    expect(await open(trigger)).toMatchObject({ ok: true });
  });

  test('a view that changed meanwhile is not overwritten', async () => {
    const { view } = await open(workspace.newTrigger(operator, null));
    const { id, hash } = Object(view);
    const update = (args: object) => call('views.update', { view_id: id, view: modal(), ...args });
    expect(await update({ hash })).toMatchObject({ ok: true });
    expect(await update({ hash })).toEqual({ ok: false, error: 'hash_conflict' });
    workspace.closeModal(operator, true);
    expect(await update({})).toEqual({ ok: false, error: 'not_found' });
  });

  test('at most three views lie on each other', async () => {
    const { view } = await open(workspace.newTrigger(operator, null));
    const push = (viewId: string) =>
      call('views.push', { trigger_id: workspace.newTrigger(operator, viewId), view: modal() });
    const second = await push(Object(view).id);
    expect(second).toMatchObject({ view: { previous_view_id: Object(view).id, root_view_id: Object(view).id } });
    await push(Object(second.view).id);
    expect(await push(Object(second.view).id)).toEqual({ ok: false, error: 'push_limit_reached' });
    expect(await call('views.push', { trigger_id: workspace.newTrigger(operator, null), view: modal() })).toEqual({
      ok: false,
      error: 'not_found',
    });
  });

  test('a Home tab is published to one person, and only over the state that was read', async () => {
    const publish = (args: object) =>
      call('views.publish', { user_id: operator, view: { type: 'home', blocks: [section('Mine')] }, ...args });
    const first = await publish({});
    expect(await publish({ hash: Object(first.view).hash })).toMatchObject({ ok: true });
    expect(await publish({ hash: Object(first.view).hash })).toEqual({ ok: false, error: 'hash_conflict' });
    expect(await publish({ user_id: 'U9' })).toEqual({ ok: false, error: 'user_not_found' });
  });
});

describe('response URLs', () => {
  const respond = async (id: string, body: object) => {
    const request = new Request(`${apiUrl}response/${id}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const got = await answer(request, `response/${id}`);
    return `${got.status} ${await got.text()}`;
  };
  const url = () =>
    workspace.newResponse({ channelId: 'C0ORDERS000', userId: operator, threadTs: null, originalTs: null });

  test('take five posts in half an hour; the first answer is what later ones replace', async () => {
    const id = url();
    expect(await respond(id, { text: 'Syncing' })).toBe('200 ok');
    for (let n = 0; n < 4; n += 1) expect(await respond(id, { text: `${n}`, replace_original: true })).toBe('200 ok');
    expect(await respond(id, { text: 'late' })).toBe('404 {"ok":false,"error":"used_url"}');
    expect(workspace.messages('C0ORDERS000')).toMatchObject([{ text: '3', onlyFor: operator }]);
    const old = url();
    time += 30 * 60_000 + 1;
    expect(await respond(old, { text: 'late' })).toBe('404 {"ok":false,"error":"expired_url"}');
  });

  test('refuse what a message may not be, and strangers', async () => {
    expect(await respond(url(), { text: '' })).toBe('400 {"ok":false,"error":"no_text"}');
    expect(await respond('nobody', { text: 'x' })).toBe('404 no_service');
  });
});

test('a file is handed out with the token only', async () => {
  const file = workspace.keepFile({
    name: 'label.pdf',
    type: 'application/pdf',
    bytes: new TextEncoder().encode('%PDF-'),
  });
  const get = (headers: Record<string, string>) =>
    answer(new Request(`${apiUrl}files/${file.id}`, { headers }), `files/${file.id}`);
  expect((await get({})).status).toBe(403);
  expect(await (await get({ authorization: `Bearer ${token}` })).text()).toBe('%PDF-');
  expect(await call('files.info', { file: file.id })).toMatchObject({
    file: { name: 'label.pdf', filetype: 'pdf', size: 5, url_private: `${apiUrl}files/${file.id}` },
  });
});
