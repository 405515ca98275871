import { beforeEach, describe, expect, it } from 'vitest';
import { targetOf, unfurlsOf } from '../../bot/unfurl.ts';
import { newId } from '../../core/ids.ts';
import { type BotUser, publicUrl, teamId, testBot } from '../support/bot.ts';
import { heldOrder } from '../support/causes.ts';
import { makeOrder, must, type World, world } from '../support/outgoing.ts';
import { insertHold } from '../support/rows.ts';
import type { SlackUserName } from '../support/slack.ts';

const desk = await testBot();
const { slack, sql } = desk;

let store: World;
beforeEach(async () => {
  store = await world(sql);
  slack.calls.length = 0;
});

async function share(urls: readonly string[], user: BotUser = 'mei', more: object = {}): Promise<void> {
  const links = urls.map((url) => ({ url, domain: new URL(url).hostname }));
  await desk.event({ type: 'link_shared', channel: slack.channelId, message_ts: '1.1', links, ...more }, { user });
}
const unfurled = () => desk.calls('chat.unfurl').map(({ fields }) => fields);
/** What a person's links become. */
async function shownTo(user: SlackUserName, urls: readonly string[]): Promise<readonly string[]> {
  const known = { teamId, userId: slack.users[user], email: null, name: user };
  return Object.keys(await unfurlsOf(desk.deps, must(await desk.deps.people.actorOf(known)), urls));
}

describe('a link to the desk', () => {
  it('to an order becomes its card, without the recipient', async () => {
    const orderId = await heldOrder(desk, store, { code: 'sku_unmapped', subject: 'UNFURL-1' });
    const url = `${publicUrl}/orders/${orderId}?tab=log`;
    await share([url]);
    await expect.poll(() => unfurled().length).toBe(1);
    expect(unfurled()[0]).toMatchObject({ channel: slack.channelId, ts: '1.1' });
    const words = JSON.stringify(unfurled()[0]?.unfurls);
    expect(words).toContain('UNFURL-1');
    expect(Object.keys(unfurled()[0]?.unfurls as object)).toEqual([url]);
  });

  it('tells when its card was true, for it stays as it was', async () => {
    const { orderId } = await makeOrder(sql, store);
    const urls = [`${publicUrl}/orders/${orderId}`, `${publicUrl}/held`];
    const seconds = Math.floor(desk.clock.now().getTime() / 1000);
    await share(urls);
    await expect.poll(() => unfurled().length).toBe(1);
    const cards = Object.entries(unfurled()[0]?.unfurls as Record<string, { readonly blocks: readonly object[] }>);
    expect(cards.map(([url]) => url)).toEqual(urls);
    for (const [, { blocks }] of cards) {
      expect(JSON.stringify(blocks.at(-1))).toMatch(new RegExp(`as of <!date\\^${seconds}\\^`));
    }
  });

  it('to a run and to the held page becomes their figures', async () => {
    const runId = newId();
    await sql`insert into runs (id, merchant_id, store_id, authorization_id, kind, mode, order_kind, status, actor_name, via, pages, fetched, created, held)
      values (${runId}, ${store.merchantId}, ${store.storeId}, ${store.authorizationId}, 'sync', 'immediate', 'b2c', 'done', 'Mei', 'web', 2, 40, 12, 3)`;
    await share([`${publicUrl}/sync-log/${runId}`, `${publicUrl}/held`]);
    await expect.poll(() => unfurled().length).toBe(1);
    const words = JSON.stringify(unfurled()[0]?.unfurls);
    expect(words).toContain('2 pages, 40 fetched, 12 new, 3 held among the new and changed');
    expect(words).toContain('All held orders');
  });

  it('to the held page tells of what is held on purpose, which no alert is about', async () => {
    const { orderId } = await makeOrder(sql, store);
    await insertHold(sql, store, orderId, { code: 'operator_hold', origin: 'person' });
    await share([`${publicUrl}/held`]);
    await expect.poll(() => unfurled().length).toBe(1);
    expect(JSON.stringify(unfurled()[0]?.unfurls)).toContain('1 order is held on purpose');
  });

  it('that is still being typed is answered by its own id', async () => {
    const { orderId } = await makeOrder(sql, store);
    await share([`${publicUrl}/orders/${orderId}`], 'mei', { unfurl_id: 'Uxxx', source: 'composer' });
    await expect.poll(() => unfurled().length).toBe(1);
    expect(unfurled()[0]).toMatchObject({ unfurl_id: 'Uxxx', source: 'composer' });
  });

  it('stays a link when its poster may see no orders, or is nobody the desk knows', async () => {
    const { orderId } = await makeOrder(sql, store);
    const url = `${publicUrl}/orders/${orderId}`;
    expect(await shownTo('mei', [url])).toEqual([url]);
    expect(await shownTo('wes', [url])).toEqual([]);
    await sql`update slack_people set confirmed_at = null where slack_user_id = ${slack.users.vic}`;
    await share([url], 'vic');
    await share([`${publicUrl}/held`], 'mei');
    await expect.poll(() => unfurled().length).toBe(1);
    expect(Object.keys(unfurled()[0]?.unfurls as object)).toEqual([`${publicUrl}/held`]);
    await sql`update slack_people set confirmed_at = now() where slack_user_id = ${slack.users.vic}`;
  });

  it('stays a link for a person of another merchant', async () => {
    const other = await world(sql);
    const { orderId } = await makeOrder(sql, store);
    await sql`update grants set merchant_ids = array[${other.merchantId}]::uuid[] where person_id = ${desk.personIds.vic}`;
    expect(await shownTo('vic', [`${publicUrl}/orders/${orderId}`])).toEqual([]);
    await sql`update grants set merchant_ids = null where person_id = ${desk.personIds.vic}`;
  });
});

describe('which links are ours', () => {
  const id = '01a1fe52-c665-71e4-8130-4e76e8524315';
  it.each([
    [`https://desk.test/orders/${id}`, 'order'],
    [`https://desk.test/sync-log/${id}/`, 'run'],
    ['https://desk.test/held?code=sku_unmapped', 'held'],
    [`https://desk.test.evil.test/orders/${id}`, null],
    [`https://desk.test:8443/orders/${id}`, null],
    [`http://desk.test/orders/${id}`, null],
    [`https://desk.test@evil.test/orders/${id}`, null],
    [`https://user@desk.test/orders/${id}`, null],
    [`https://desk.test/orders/${id}/ship`, null],
    ['https://desk.test/orders/1001', null],
    ['not a link', null],
  ])('%s', (url, page) => {
    expect(targetOf(url, 'https://desk.test')?.page ?? null).toBe(page);
  });

  it('knows an installation below a path', () => {
    expect(targetOf(`https://a.test/desk/orders/${id}`, 'https://a.test/desk')).toEqual({ page: 'order', id });
    expect(targetOf(`https://a.test/orders/${id}`, 'https://a.test/desk')).toBeNull();
  });
});
