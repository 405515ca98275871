import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isValidSlackRequest } from '@slack/bolt';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { shortcutsInManifest } from '../../bot/preview/manifest-shortcuts.ts';
import { type InstalledPreview, installPreview } from '../../bot/preview/preview.ts';
import { createSlackClient } from '../../bot/slack-client.ts';
import { previewKey } from '../../core/ports/slack-preview.ts';
import { listen, type RunningServer } from '../../web/server.ts';
import { freePort } from '../support/desk-process.ts';

type Json = Record<string, unknown>;
interface Received {
  readonly contentType: string;
  readonly body: Json;
}

const operator = 'U0OPERATOR0';
const orders = 'C0ORDERS000';
const nothing = { texts: {}, files: {} };

let server: RunningServer;
let localUrl = '';
let preview: InstalledPreview;
/** What the bot was sent, all of it correctly signed. */
const received: Received[] = [];
let forged = 0;
/** What the bot answers. */
let reply: () => Response = () => new Response('');

beforeAll(async () => {
  const port = await freePort();
  localUrl = `http://127.0.0.1:${port}`;
  server = await listen({
    host: '127.0.0.1',
    port,
    fetch: async (request) => {
      if (!request.url.endsWith('/slack/events')) return preview.answer(request, '127.0.0.1');
      const text = await request.text();
      const contentType = request.headers.get('content-type') ?? '';
      const isGenuine = isValidSlackRequest({
        signingSecret: preview.credentials.transport.signingSecret,
        body: text,
        headers: {
          'x-slack-signature': request.headers.get('x-slack-signature') ?? '',
          'x-slack-request-timestamp': Number(request.headers.get('x-slack-request-timestamp')),
        },
      });
      if (!isGenuine) forged += 1;
      received.push({ contentType, body: bodyOf(contentType, text) });
      return reply();
    },
  });
});
afterAll(() => server.close(0));

beforeEach(() => {
  received.length = 0;
  forged = 0;
  reply = () => new Response('');
  preview = installPreview({
    localUrl,
    publicUrl: 'https://desk.example',
    file: null,
    now: Date.now,
    settleWithinMs: 0,
  });
});

function bodyOf(contentType: string, text: string): Json {
  if (contentType === 'application/json') return JSON.parse(text);
  const form: Json = Object.fromEntries(new URLSearchParams(text));
  return typeof form.payload === 'string' ? JSON.parse(form.payload) : form;
}

const client = () => createSlackClient({ token: preview.credentials.botToken, apiUrl: preview.credentials.apiUrl });
const last = (): Json => received.at(-1)?.body ?? {};
const screen = (userId = operator, channelId = orders) => preview.preview.screen({ userId, channelId, threadTs: null });
const modal = () => screen()?.modal ?? null;

const plain = (text: string) => ({ type: 'plain_text' as const, text });
const button = { type: 'button' as const, action_id: 'bind_sku', text: plain('Bind SKU'), value: '{"alert":"a1"}' };
const card = { type: 'actions' as const, block_id: 'alert:a1', elements: [button] };

async function postCard(): Promise<string> {
  const { ts } = await client().chat.postMessage({ channel: orders, text: 'SKU not mapped', blocks: [card] });
  return ts ?? '';
}
const pressCard = (ts: string, userId = operator) =>
  preview.preview.press({
    userId,
    source: { kind: 'message', channelId: orders, ts },
    blockId: 'alert:a1',
    actionId: 'bind_sku',
    values: [],
    fields: nothing,
  });

const form = {
  type: 'modal' as const,
  callback_id: 'bind_sku',
  private_metadata: '{"alert":"a1"}',
  title: plain('Bind SKU'),
  submit: plain('Release 3'),
  blocks: [
    {
      type: 'input' as const,
      block_id: 'product',
      label: plain('Warehouse SKU'),
      element: { type: 'external_select' as const, action_id: 'search', min_query_length: 0 },
    },
    {
      type: 'input' as const,
      block_id: 'quantity',
      label: plain('Quantity'),
      element: { type: 'number_input' as const, action_id: 'n', is_decimal_allowed: false, min_value: '1' },
    },
    {
      type: 'input' as const,
      block_id: 'label',
      optional: true,
      label: plain('Label'),
      element: { type: 'file_input' as const, action_id: 'pdf', filetypes: ['pdf'], max_files: 1 },
    },
  ],
};

/** Presses the card and opens the form with the trigger that came with it, as the bot would. */
async function openForm(view: typeof form = form): Promise<string> {
  await pressCard(await postCard());
  const opened = await client().views.open({ trigger_id: String(last().trigger_id), view });
  return opened.view?.id ?? '';
}
const submit = (viewId: string, texts: Record<string, string[]>, files = {}) =>
  preview.preview.submit({ userId: operator, viewId, fields: { texts, files } });
const filled = {
  [previewKey('product', 'search')]: ['p1'],
  [previewKey('quantity', 'n')]: ['2'],
};

test('a press is a signed form with the payload that Slack sends', async () => {
  const ts = await postCard();
  expect(await pressCard(ts)).toEqual({ ok: true, value: true });
  expect(forged).toBe(0);
  expect(received).toMatchObject([{ contentType: 'application/x-www-form-urlencoded' }]);
  expect(last()).toMatchObject({
    type: 'block_actions',
    user: { id: operator },
    team: { id: 'T0PREVIEW00' },
    container: { type: 'message', message_ts: ts, channel_id: orders, is_ephemeral: false },
    channel: { id: orders, name: 'orders' },
    message: { ts, text: 'SKU not mapped', blocks: [card] },
    actions: [{ type: 'button', action_id: 'bind_sku', block_id: 'alert:a1', value: button.value }],
  });
  expect(last().response_url).toMatch(new RegExp(`^${localUrl}/slack-preview/api/response/`));
});

test('a button that is gone is not pressed', async () => {
  const ts = await postCard();
  await client().chat.update({ channel: orders, ts, text: 'Settled', blocks: [] });
  expect(await pressCard(ts)).toMatchObject({ ok: false, error: { code: 'gone' } });
  expect(received).toEqual([]);
});

test('a bot that does not answer is said in Slack’s words', async () => {
  const ts = await postCard();
  reply = () => new Response('', { status: 500 });
  expect(await pressCard(ts)).toMatchObject({ ok: false, error: { message: /did not respond/ } });
});

test('one person’s ephemeral answer is nobody else’s to see or to press', async () => {
  const said = await client().chat.postEphemeral({ channel: orders, user: operator, text: 'Psst', blocks: [card] });
  expect(screen()?.messages).toHaveLength(1);
  expect(screen('U0VIEWER000')?.messages).toEqual([]);
  expect(await pressCard(said.message_ts ?? '', 'U0VIEWER000')).toMatchObject({ ok: false });
  await pressCard(said.message_ts ?? '');
  expect(last()).toMatchObject({ container: { is_ephemeral: true } });
  expect(last().message).toBeUndefined();
});

test('what Slack checks itself never reaches the bot, and what was typed stays', async () => {
  const viewId = await openForm();
  received.length = 0;
  await submit(viewId, { [previewKey('quantity', 'n')]: ['0'] });
  expect(received).toEqual([]);
  expect(modal()?.errors).toEqual({
    [previewKey('product', '')]: 'Please complete this required field.',
    [previewKey('quantity', '')]: 'Please enter a number of at least 1.',
  });
  expect(modal()?.typed[previewKey('quantity', 'n')]).toEqual(['0']);
});

test('a search asks the bot, and what it offered is what the form sends', async () => {
  const viewId = await openForm();
  reply = () => Response.json({ options: [{ text: plain('TS-XL · T-shirt'), value: 'p1' }] });
  const asked = { userId: operator, source: { kind: 'view' as const, viewId }, blockId: 'product', actionId: 'search' };
  expect(await preview.preview.suggest({ ...asked, text: 'ts' })).toEqual({
    ok: true,
    value: [{ text: 'TS-XL · T-shirt', value: 'p1' }],
  });
  expect(last()).toMatchObject({
    type: 'block_suggestion',
    block_id: 'product',
    action_id: 'search',
    value: 'ts',
    view: { id: viewId, private_metadata: form.private_metadata },
  });
  reply = () => new Response('');
  const bytes = new TextEncoder().encode('%PDF-1.7');
  await submit(viewId, filled, {
    [previewKey('label', 'pdf')]: [{ name: 'label.pdf', type: 'application/pdf', bytes }],
  });
  expect(forged).toBe(0);
  const values = Object(Object(last().view).state).values;
  expect(values.product.search).toMatchObject({ selected_option: { value: 'p1', text: { text: 'TS-XL · T-shirt' } } });
  expect(values.quantity.n).toEqual({ type: 'number_input', value: '2' });
  const [file] = values.label.pdf.files;
  expect(file).toMatchObject({ name: 'label.pdf', mimetype: 'application/pdf', size: 8 });
  const headers = { authorization: `Bearer ${preview.credentials.botToken}` };
  expect(await (await fetch(file.url_private_download, { headers })).text()).toBe('%PDF-1.7');
  expect(modal()).toBeNull();
});

test('a file of another kind is refused before anything is sent', async () => {
  const viewId = await openForm();
  received.length = 0;
  const file = { name: 'label.png', type: 'image/png', bytes: new Uint8Array([1]) };
  await submit(viewId, filled, { [previewKey('label', 'pdf')]: [file] });
  expect(modal()?.errors).toEqual({ [previewKey('label', '')]: 'Please choose a file of the type pdf.' });
  expect(received).toEqual([]);
});

test('the answer to a form decides what stands on the screen', async () => {
  const viewId = await openForm();
  reply = () => Response.json({ response_action: 'errors', errors: { product: 'This SKU is switched off.' } });
  await submit(viewId, filled);
  expect(modal()).toMatchObject({ id: viewId, errors: { [previewKey('product', '')]: 'This SKU is switched off.' } });
  const before = modal()?.hash;
  reply = () => Response.json({ response_action: 'update', view: { ...form, title: plain('Sure?') } });
  await submit(viewId, filled);
  expect(modal()).toMatchObject({ id: viewId, errors: {}, view: { title: plain('Sure?') } });
  expect(modal()?.hash).not.toBe(before);
  reply = () => Response.json({ response_action: 'push', view: { ...form, title: plain('On top') } });
  await submit(viewId, filled);
  expect(modal()).toMatchObject({ depth: 1, view: { title: plain('On top') } });
  reply = () => new Response('', { status: 503 });
  await submit(modal()?.id ?? '', filled);
  expect(modal()).toMatchObject({ depth: 1, problem: /trouble connecting/ });
  reply = () => Response.json({ response_action: 'clear' });
  await submit(modal()?.id ?? '', filled);
  expect(modal()).toBeNull();
});

test('errors on nothing that takes input are shown as a form that failed', async () => {
  const viewId = await openForm();
  reply = () => Response.json({ response_action: 'errors', errors: { nowhere: 'Lost' } });
  await submit(viewId, filled);
  expect(modal()?.problem).toMatch(/trouble connecting/);
});

test('closing goes one view back or all the way, and tells the bot where it asked for that', async () => {
  const viewId = await openForm({ ...form, ...{ notify_on_close: true } });
  received.length = 0;
  await preview.preview.close({ userId: 'U0VIEWER000', viewId, all: true });
  expect(modal()?.id).toBe(viewId);
  await preview.preview.close({ userId: operator, viewId, all: true });
  expect(modal()).toBeNull();
  expect(last()).toMatchObject({ type: 'view_closed', is_cleared: true, view: { id: viewId } });
});

test('a slash command carries channels and people by their ids, and its answers replace each other', async () => {
  await preview.preview.say({
    userId: operator,
    channelId: orders,
    threadTs: null,
    text: '/orders route kind <x> #warehouse @Vera',
  });
  expect(forged).toBe(0);
  expect(last()).toMatchObject({
    command: '/orders',
    text: 'route kind &lt;x&gt; <#C0WAREHOUSE|warehouse> <@U0VIEWER000>',
    channel_id: orders,
    user_id: operator,
    team_id: 'T0PREVIEW00',
  });
  const answer = async (body: object) =>
    (
      await fetch(String(last().response_url), {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      })
    ).status;
  expect(await answer({ text: 'One' })).toBe(200);
  expect(await answer({ text: 'Two', replace_original: true })).toBe(200);
  expect(screen()?.messages).toMatchObject([{ text: 'Two', onlyFor: operator }]);
  expect(
    await preview.preview.say({ userId: operator, channelId: orders, threadTs: null, text: '/order held' }),
  ).toMatchObject({
    ok: false,
    error: { code: 'unknown_command' },
  });
});

test('a link to the desk is told to the bot, links elsewhere are not', async () => {
  const say = (text: string) => preview.preview.say({ userId: operator, channelId: orders, threadTs: null, text });
  await say('see https://elsewhere.example/orders/1');
  expect(received).toEqual([]);
  await say('see https://desk.example/orders/1');
  expect(received).toMatchObject([{ contentType: 'application/json' }]);
  expect(forged).toBe(0);
  expect(last()).toMatchObject({
    type: 'event_callback',
    event: {
      type: 'link_shared',
      channel: orders,
      links: [{ domain: 'desk.example', url: 'https://desk.example/orders/1' }],
    },
  });
});

test('opening the Home tab is an event, and what is published stands there', async () => {
  await preview.preview.openHome(operator);
  expect(last()).toMatchObject({ event: { type: 'app_home_opened', user: operator, tab: 'home' } });
  const blocks = [{ type: 'section' as const, text: plain('Mine') }];
  await client().views.publish({ user_id: operator, view: { type: 'home', blocks } });
  expect(screen(operator, 'home')?.home?.view).toMatchObject({ blocks: [{ text: plain('Mine') }] });
  expect(screen('U0VIEWER000', 'home')?.home).toBeNull();
});

test('the shortcuts are those of the manifest', () => {
  const manifest = `features:
  shortcuts:
    - name: Find an order
      type: global
      callback_id: find_order
      description: By number
    - name: "Look up"
      type: message
      callback_id: look_up
  slash_commands:
    - command: /orders
`;
  expect(shortcutsInManifest(manifest)).toEqual([
    { name: 'Find an order', type: 'global', callbackId: 'find_order' },
    { name: 'Look up', type: 'message', callbackId: 'look_up' },
  ]);
  expect(shortcutsInManifest('features:\n  bot_user:\n')).toEqual([]);
});

test('other machines, also through a proxy, do not reach the API', async () => {
  const url = `${localUrl}/slack-preview/api/api.test`;
  const headers = { authorization: `Bearer ${preview.credentials.botToken}` };
  expect((await preview.answer(new Request(url, { headers }), '192.0.2.7')).status).toBe(403);
  for (const passedOn of ['x-forwarded-for', 'x-real-ip', 'forwarded', 'via', 'origin', 'referer']) {
    const request = new Request(url, { headers: { ...headers, [passedOn]: '192.0.2.7' } });
    expect((await preview.answer(request, '127.0.0.1')).status, passedOn).toBe(403);
  }
  expect(await (await preview.answer(new Request(url, { headers }), '::ffff:127.0.0.1')).json()).toEqual({ ok: true });
});

test('a name of somebody else that leads to this machine does not reach the API', async () => {
  const headers = { authorization: `Bearer ${preview.credentials.botToken}` };
  const rebound = new Request(`http://evil.example:${new URL(localUrl).port}/slack-preview/api/api.test`, { headers });
  expect((await preview.answer(rebound, '127.0.0.1')).status).toBe(403);
});

test('the API reads nothing of a caller with a wrong token, and no more than Slack takes of the right one', async () => {
  let given = 0;
  const endless = () =>
    new ReadableStream<Uint8Array>({
      pull(controller) {
        given += 1;
        if (given > 200) controller.close();
        else controller.enqueue(new Uint8Array(65_536).fill(0x61));
      },
    });
  const ask = async (token: string) => {
    given = 0;
    const init = {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: endless(),
      duplex: 'half' as const,
    };
    return preview.answer(new Request(`${localUrl}/slack-preview/api/chat.postMessage`, init), '127.0.0.1');
  };
  expect(await (await ask('xoxb-guessed')).json()).toEqual({ ok: false, error: 'invalid_auth' });
  expect(given).toBeLessThan(3);
  expect(await (await ask(preview.credentials.botToken)).json()).toEqual({ ok: false, error: 'invalid_form_data' });
  expect(given).toBeLessThan(30);
});

test('a message longer than Slack takes is refused', async () => {
  const say = (text: string) => preview.preview.say({ userId: operator, channelId: orders, threadTs: null, text });
  expect(await say('x'.repeat(40_001))).toMatchObject({ ok: false, error: { code: 'msg_too_long' } });
  expect(await say('x'.repeat(40_000))).toMatchObject({ ok: true });
});

test('what stood in the channels stands there after a restart; ephemeral answers and secrets are not kept', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-preview-'));
  const file = join(folder, 'slack-preview.json');
  const install = () => installPreview({ localUrl, publicUrl: 'https://desk.example', file, now: Date.now });
  preview = install();
  const ts = await postCard();
  await client().chat.postEphemeral({ channel: orders, user: operator, text: 'Psst' });
  preview.preview.setBot({ channelId: 'C0MANAGERS0', isIn: true });
  await preview.close();
  const text = await readFile(file, 'utf8');
  for (const secret of [preview.credentials.botToken, preview.credentials.transport.signingSecret, 'Psst']) {
    expect(text).not.toContain(secret);
  }
  preview = install();
  expect(screen()?.messages).toMatchObject([{ ts, text: 'SKU not mapped' }]);
  expect(screen()?.channels.find(({ id }) => id === 'C0MANAGERS0')?.hasBot).toBe(true);
  await client().chat.update({ channel: orders, ts, text: 'Settled' });
  await writeFile(file, 'torn');
  preview = install();
  expect(screen()?.messages).toEqual([]);
  await rm(folder, { recursive: true, force: true });
});
