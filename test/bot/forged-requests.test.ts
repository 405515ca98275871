import { createHmac, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { beforeAll, describe, expect, it } from 'vitest';
import { createBot } from '../../bot/app.ts';
import { foreign } from '../../bot/messages/text.ts';
import { createSlackClient } from '../../bot/slack-client.ts';
import { createPeopleLookup } from '../../bot/who.ts';
import { signingSecret, teamId, testBot } from '../support/bot.ts';
import { heldOrder } from '../support/causes.ts';
import { orderFormOf, statusOf, typed } from '../support/order-deeds.ts';
import { makeOrder, world } from '../support/outgoing.ts';

const desk = await testBot();
const { slack, sql } = desk;

/** Of the button that would assign the alert. */
let value = '';
beforeAll(async () => {
  const store = await world(sql);
  await heldOrder(desk, store, { code: 'sku_unmapped', subject: 'MUG', detail: { keyKind: 'sku' } }, { sku: 'MUG' });
  value = (await desk.card(store.merchantId)).valueOf('assign_to_me');
});
const state = async () => JSON.stringify(await sql`select event from audit_events order by id`);

const signed = (body: string, secret = signingSecret) => {
  const timestamp = String(Math.floor(desk.clock.now().getTime() / 1_000));
  const hash = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
  return { 'x-slack-signature': `v0=${hash}`, 'x-slack-request-timestamp': timestamp };
};

describe('requests that only look like Slack’s', () => {
  const press = () => ({
    type: 'block_actions',
    team: { id: teamId },
    user: { id: slack.users.mei, name: 'mei', team_id: teamId },
    trigger_id: randomUUID(),
    channel: { id: slack.channelId },
    actions: [{ type: 'button', action_id: 'assign_to_me', block_id: 'x', value: value }],
  });
  const raw = async (body: string, headers: Record<string, string>) => {
    if (desk.bot.fetch === null) throw new Error('The bot is not on HTTP.');
    return desk.bot.fetch(new Request('http://127.0.0.1/slack/events', { method: 'POST', headers, body }));
  };
  it('are refused without, with half and with foreign signatures, whatever they say they are', async () => {
    const body = new URLSearchParams({ payload: JSON.stringify(press()) }).toString();
    const good = signed(body);
    const bad: Record<string, string>[] = [
      {},
      { 'x-slack-signature': good['x-slack-signature'] },
      { 'x-slack-request-timestamp': good['x-slack-request-timestamp'] },
      { ...good, 'x-slack-signature': '' },
      { ...good, 'x-slack-signature': good['x-slack-signature'].slice(0, -1) },
      { ...good, 'x-slack-signature': good['x-slack-signature'].replace('v0', 'v1') },
      { ...good, 'x-slack-request-timestamp': '' },
      { ...good, 'x-slack-request-timestamp': 'now' },
      { ...good, 'x-slack-request-timestamp': '1e99' },
      signed(body, ''),
    ];
    const before = await state();
    for (const headers of bad) expect((await raw(body, headers)).status, JSON.stringify(headers)).toBe(401);
    for (const body of ['{"type":"url_verification","challenge":"c"}', 'ssl_check=1']) {
      expect((await raw(body, { 'content-type': 'application/json' })).status).toBe(401);
    }
    expect(await state()).toBe(before);
  });

  it('are refused when they are too long, by their word or by what arrives', async () => {
    const long = 'x'.repeat(1_000_001);
    expect((await raw(long, signed(long))).status).toBe(413);
    expect((await raw('x', { ...signed('x'), 'content-length': '99999999' })).status).toBe(413);
  });

  it('are never a fault of ours when they hold something else than Slack sends', async () => {
    const bodies: readonly [string, string][] = [
      ['application/json', '[]'],
      ['application/json', '"x"'],
      ['application/json', '{'],
      ['application/json', '{"type":"event_callback"}'],
      ['application/json', '{"__proto__":{"type":"block_actions"},"type":"constructor"}'],
      ['text/plain', 'payload=%7B'],
      ['multipart/form-data; boundary=x', '--x--'],
      ['application/x-www-form-urlencoded', `payload=${encodeURIComponent('{"type":"block_actions"}')}`],
      ['application/x-www-form-urlencoded', `payload=${encodeURIComponent('{"type":"block_actions","actions":[]}')}`],
      ['application/x-www-form-urlencoded', 'command=/orders'],
      ['', ''],
    ];
    for (const [type, body] of bodies) {
      const { status } = await raw(body, { ...signed(body), ...(type === '' ? {} : { 'content-type': type }) });
      expect([200, 400, 401, 403, 500], `${type} ${body}`).toContain(status);
    }
    await desk.settled();
    expect((await desk.press('why', value)).status).toBe(200);
  });

  it('are refused when their answer is to go elsewhere than to Slack', async () => {
    const before = await state();
    for (const address of [
      'http://169.254.169.254/latest',
      'https://hooks.slack.com.evil.example/x',
      'file:///etc/passwd',
      'x',
    ]) {
      expect((await desk.send({ ...press(), response_url: address }, 'payload')).status, address).toBe(403);
      const command = {
        command: '/orders',
        text: 'held',
        team_id: teamId,
        user_id: slack.users.mei,
        response_url: address,
      };
      expect((await desk.send(command, 'form')).status, address).toBe(403);
    }
    expect(await state()).toBe(before);
  });
});

describe('a form that keeps where the card below it is answered', () => {
  it('is answered there at Slack, and nowhere else', async () => {
    const asked: string[] = [];
    const elsewhere = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response.end('ok');
    });
    const port = await listen(elsewhere);
    const store = await world(sql);
    const shipWith = async (card: string) => {
      const { orderId } = await makeOrder(sql, store);
      const form = await orderFormOf(desk, store, orderId);
      const values = typed({ tracking: `1Z${randomUUID()}`, carrier_name: 'Foo' });
      expect((await desk.submit('manual_ship', { ...form, card }, values)).text).toBe('');
      expect(await statusOf(desk, orderId)).not.toBe('pending');
    };
    const before = slack.responses.length;
    await shipWith(`http://127.0.0.1:${port}/internal`);
    await shipWith(`http://x:y@${new URL(slack.apiUrl).host}/response/1`);
    expect(slack.responses.slice(before).filter((answer) => answer.replace_original === true)).toEqual([]);
    await shipWith(slack.responseUrl());
    expect(slack.responses.slice(before).filter((answer) => answer.replace_original === true)).toHaveLength(1);
    expect(asked).toEqual([]);
    await new Promise((resolve) => elsewhere.close(resolve));
  });
});

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** A Slack that answers just this. */
async function slackSaying(answers: Readonly<Record<string, object>>) {
  const server = createServer((request, response) => {
    const method = request.url?.split('/').at(-1) ?? '';
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ ok: true, ...answers[method] }));
  });
  const port = await listen(server);
  const close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { apiUrl: `http://127.0.0.1:${port}/api/`, close };
}

describe('an app that Slack tells apart', () => {
  it('refuses the requests of another app, and takes its own', async () => {
    const { apiUrl, close } = await slackSaying({
      'auth.test': { team_id: teamId, user_id: 'UBOT', bot_id: 'BOURS' },
      'bots.info': { bot: { id: 'BOURS', app_id: 'AOURS' } },
    });
    const bot = createBot({ ...desk.deps, config: { ...desk.deps.config, apiUrl } });
    await bot.start();
    const event = (app: string) =>
      JSON.stringify({
        type: 'event_callback',
        team_id: teamId,
        api_app_id: app,
        event: { type: 'link_shared', links: [] },
      });
    const ask = async (body: string) => {
      const headers = { ...signed(body), 'content-type': 'application/json' };
      return (await bot.fetch?.(new Request('http://127.0.0.1/slack/events', { method: 'POST', headers, body })))
        ?.status;
    };
    expect(await ask(event('AOURS'))).toBe(200);
    expect(await ask(event('ATHEIRS'))).toBe(403);
    await bot.stop();
    await close();
  });
});

describe('people of another company in a shared channel', () => {
  it('are not taken for whoever has the e-mail address that they claim', async () => {
    await sql`update people set email = 'olga@desk.test' where id = ${desk.personIds.olga}`;
    const met = async (userId: string, user: object) => {
      const { apiUrl, close } = await slackSaying({ 'users.info': { user } });
      const client = createSlackClient({ token: 'xoxb-test', apiUrl });
      await createPeopleLookup({ client, people: desk.deps.people })({ user: { id: userId }, team: { id: teamId } });
      await close();
      return sql`select person_id from slack_people where slack_user_id = ${userId}`;
    };
    const profile = { email: 'olga@desk.test' };
    expect(await met('UMALLORY1', { team_id: 'T-OTHER', profile })).toMatchObject([{ person_id: null }]);
    expect(await met('UMALLORY2', { is_stranger: true, profile })).toMatchObject([{ person_id: null }]);
    expect(await met('UOLGA2', { team_id: teamId, profile })).toMatchObject([{ person_id: desk.personIds.olga }]);
  });
});

describe('foreign text', () => {
  it('calls nobody and leads nowhere', () => {
    for (const hostile of [
      '<!channel>',
      '<@U1>',
      '<#C1>',
      '<https://evil.example|Refund>',
      'https://evil.example/x',
      'HTTP://evil.example',
      'www.evil.example',
      'evil.example',
      '@channel @here @everyone',
    ]) {
      expect(foreign(hostile)).not.toMatch(/<|:\/\/|\p{L}\.\p{L}{2}|@(channel|here|everyone)/iu);
    }
    expect(foreign('ada.lovelace@shop.example')).toBe('ada.lovelace@shop.example');
    expect(foreign('AB.12 1.5kg')).toBe('AB.12 1.5kg');
  });
});
