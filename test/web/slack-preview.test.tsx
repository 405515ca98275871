import { afterAll, describe, expect, test } from 'vitest';
import { installPreview } from '../../bot/preview/preview.ts';
import { createSlackClient } from '../../bot/slack-client.ts';
import { previewKey } from '../../core/ports/slack-preview.ts';
import { listen } from '../../web/server.ts';
import { Mrkdwn } from '../../web/views/slack-preview/mrkdwn.tsx';
import { testDatabase } from '../support/database.ts';
import { freePort } from '../support/desk-process.ts';
import { deskUrl, orderPages } from '../support/order-pages.ts';
import { world } from '../support/outgoing.ts';

const database = await testDatabase();
const shop = await world(database.sql);
const port = await freePort();
const localUrl = `http://127.0.0.1:${port}`;
const preview = installPreview({ localUrl, publicUrl: deskUrl, file: null, now: Date.now, settleWithinMs: 0 });
/** Payloads of presses, as the bot got them. */
const pressed: string[] = [];
let reply = new Response('');
const server = await listen({
  host: '127.0.0.1',
  port,
  fetch: async (request) => {
    if (!request.url.endsWith('/slack/events')) return preview.answer(request, '127.0.0.1');
    pressed.push(new URLSearchParams(await request.text()).get('payload') ?? '');
    return reply.clone();
  },
});
afterAll(() => server.close(0));
const client = createSlackClient({ token: preview.credentials.botToken, apiUrl: preview.credentials.apiUrl });
const pages = orderPages(database, { slackPreview: preview.preview });
const owner = await pages.visitor('Olga', shop.merchantId, 'owner', { everywhere: true });
const orders = 'C0ORDERS000';
const operator = 'U0OPERATOR0';

describe('who sees the preview', () => {
  test('owners over all merchants; nobody else, and not where there is none', async () => {
    expect((await owner.get('/slack-preview')).status).toBe(200);
    const admin = await pages.visitor('Ann', shop.merchantId, 'admin', { everywhere: true });
    expect((await admin.get('/slack-preview')).status).toBe(403);
    expect((await admin.post('/slack-preview/say', { as: operator, c: orders, text: 'hi' })).status).toBe(403);
    expect((await admin.get('/orders')).body).not.toContain('href="/slack-preview"');
    const elsewhere = orderPages(database);
    const other = await elsewhere.visitor('Olga', shop.merchantId, 'owner', { everywhere: true });
    for (const path of ['', '/live', '/events', '/options']) {
      expect((await other.get(`/slack-preview${path}`)).status, path).toBe(404);
    }
    expect((await other.get('/orders')).body).not.toContain('href="/slack-preview"');
  });

  test('a post without the form token, or from another site, does nothing', async () => {
    const fields = { as: operator, c: orders, text: 'hi' };
    const forged = await pages.app.request(`${deskUrl}/slack-preview/say`, {
      method: 'POST',
      headers: { cookie: owner.cookie, origin: deskUrl },
      body: new URLSearchParams({ ...fields, _csrf: 'wrong' }),
    });
    expect(forged.status).toBe(403);
    expect((await owner.post('/slack-preview/say', fields, { origin: 'https://evil.example' })).status).toBe(403);
    expect((await client.conversations.history({ channel: orders })).messages).toEqual([]);
  });
});

describe('what the page shows and sends', () => {
  test('a card with every kind of block, and the press of its button by the chosen person', async () => {
    const text = (words: string) => ({ type: 'mrkdwn' as const, text: words });
    const plain = (words: string) => ({ type: 'plain_text' as const, text: words });
    const { ts = '' } = await client.chat.postMessage({
      channel: orders,
      text: 'Held',
      blocks: [
        { type: 'header', text: plain('SKU not mapped') },
        { type: 'section', fields: [text('*One*'), text('_Two_')] },
        { type: 'context', elements: [text('since `today`')] },
        { type: 'divider' },
        { type: 'table', rows: [[{ type: 'raw_text', text: 'Code' }], [{ type: 'raw_text', text: 'Count' }]] },
        { type: 'markdown', text: '## Numbers\n**3** orders' },
        {
          type: 'actions',
          block_id: 'a/b c',
          elements: [
            { type: 'button', action_id: 'bind', text: plain('Bind SKU'), value: 'x', style: 'primary' },
            { type: 'overflow', action_id: 'more', options: [{ text: plain('Snooze 1 h'), value: 'snooze|1' }] },
          ],
        },
      ],
    });
    const { body } = await owner.get(`/slack-preview?as=${operator}`);
    for (const shown of ['SKU not mapped', '<b>One</b>', '<i>Two</i>', '<code>today</code>', 'Numbers', 'Snooze 1 h']) {
      expect(body).toContain(shown);
    }
    const key = previewKey('a/b c', 'more');
    const place = { as: operator, c: orders, ts };
    const answer = await owner.post('/slack-preview/press', { ...place, press: `${key}/snooze%7C1` });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, `/slack-preview?as=${operator}&c=${orders}`]);
    expect(JSON.parse(pressed.at(-1) ?? '')).toMatchObject({
      user: { id: operator },
      actions: [{ type: 'overflow', block_id: 'a/b c', selected_option: { value: 'snooze|1' } }],
    });
  });

  test('a form with its errors beside the fields, in the page for those without script', async () => {
    const element = { type: 'plain_text_input' as const, action_id: 'text' };
    const { ts = '' } = await client.chat.postMessage({
      channel: orders,
      text: 'x',
      blocks: [
        {
          type: 'actions',
          block_id: 'b',
          elements: [{ type: 'button', action_id: 'open', text: { type: 'plain_text', text: 'Open' }, value: 'x' }],
        },
      ],
    });
    await owner.post('/slack-preview/press', { as: operator, c: orders, ts, press: 'b/open' });
    const { trigger_id: trigger } = JSON.parse(pressed.at(-1) ?? '');
    const opened = await client.views.open({
      trigger_id: trigger,
      view: {
        type: 'modal',
        title: { type: 'plain_text', text: 'Cancel order' },
        submit: { type: 'plain_text', text: 'Cancel it' },
        blocks: [{ type: 'input', block_id: 'reason', label: { type: 'plain_text', text: 'Reason' }, element }],
      },
    });
    reply = Response.json({ response_action: 'errors', errors: { reason: 'Say more than that.' } });
    const fields = {
      as: operator,
      c: orders,
      view: opened.view?.id ?? '',
      do: 'submit',
      'held:reason/text': '<b>no</b>',
    };
    const parts = await owner.post('/slack-preview/form', fields, { 'hx-request': 'true' });
    expect(parts.status).toBe(200);
    expect(parts.body).toContain('Say more than that.');
    expect(parts.body).toContain('value="&lt;b&gt;no&lt;/b&gt;"');
    expect(parts.body).toContain('aria-invalid="true"');
    const whole = await owner.get(`/slack-preview?as=${operator}`);
    expect(whole.body).toMatch(/<dialog[^>]* open/);
    expect((await owner.get('/slack-preview?as=U0VIEWER000')).body).not.toContain('Cancel it');
    reply = new Response('');
  });

  test('a person who is not there, and ids that nobody made', async () => {
    expect((await owner.get('/slack-preview?as=U9')).status).toBe(404);
    expect((await owner.get('/slack-preview?c=C9')).status).toBe(200);
    const answer = await owner.post(
      '/slack-preview/press',
      { as: operator, c: orders, ts: '1', press: '%E0%A4%A' },
      { 'hx-request': 'true' },
    );
    expect(answer.body).toContain('This is not there any more');
  });
});

describe('mrkdwn', () => {
  const reading = {
    nameOf: (id: string) => (id === 'U1' ? 'Mei' : null),
    now: new Date('2026-11-21T09:00:00Z'),
    timeZone: 'Asia/Taipei',
  };
  const drawn = (text: string): string => String(<Mrkdwn text={text} reading={reading} />);

  test.each([
    ['*bold* _italic_ ~gone~ `code`', '<b>bold</b> <i>italic</i> <s>gone</s> <code>code</code>'],
    ['2*3*4 snake_case_name', '2*3*4 snake_case_name'],
    ['\u200b*A\u200b* stays', '\u200b*A\u200b* stays'],
    ['*a _b_*', '<b>a <i>b</i></b>'],
    ['one\ntwo', 'one<br/>two'],
    ['`*not bold*`', '<code>*not bold*</code>'],
    ['```\n*a*\n&gt; b\n```', '<pre>*a*\n&gt; b</pre>'],
    ['&gt; said\nafter', '<blockquote>said</blockquote>after'],
    ['<@U1> in <#C1|orders>', '<span class="sp-mention">@Mei</span> in <span class="sp-mention">#orders</span>'],
    ['&lt;!channel&gt; &amp; co', '&lt;!channel&gt; &amp; co'],
    [':warning: stays', ':warning: stays'],
  ])('%j', (text, html) => expect(drawn(text)).toBe(html));

  test('links open beside the page; what is no address is only text', () => {
    expect(drawn('<https://desk.example/orders/1|#1042>')).toBe(
      '<a class="link" href="https://desk.example/orders/1" target="_blank" rel="noopener">#1042</a>',
    );
    expect(drawn('<javascript:alert(1)|click>')).toBe('click');
    expect(drawn('<img src=x onerror=alert(1)>')).not.toContain('<img');
  });

  test('a moment is said in the merchant’s time, with today by its name', () => {
    const at = Date.UTC(2026, 10, 21, 8, 5) / 1_000;
    expect(drawn(`<!date^${at}^{date_short_pretty} {time}|then>`)).toContain('>Today 4:05 PM</time>');
    expect(drawn(`<!date^${at - 86_400}^{date_pretty}|then>`)).toContain('>Yesterday</time>');
    // Slack makes the first letter a capital one, unless an invisible sign stands before it.
    expect(drawn(`<!date^${at}^\u200b{date_short_pretty}, {time}|then>`)).toContain('>\u200btoday, 4:05 PM</time>');
    expect(drawn('<!date^soon^{time}|then>')).toBe('then');
  });
});
