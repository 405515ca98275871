import { beforeEach, describe, expect, it } from 'vitest';
import { readRouteWords } from '../../../bot/commands/route-words.ts';
import { testBot } from '../../support/bot.ts';
import { type World, world } from '../../support/outgoing.ts';

const desk = await testBot();
const { slack, sql } = desk;

let store: World;
beforeEach(async () => {
  store = await world(sql);
  await sql`delete from slack_routes`;
  await sql`update stores set name = 'Northwind US ' || left(id::text, 13) where id = ${store.storeId}`;
});
const storeName = async () => {
  const [row] = await sql<{ name: string }[]>`select name from stores where id = ${store.storeId}`;
  return row?.name ?? '';
};
const say = async (text: string, user: 'ana' | 'mei' | 'olga' = 'ana') =>
  JSON.stringify(await desk.command(`route ${text}`.trim(), { user }));
const routes = () =>
  sql`select merchant_id, store_id, kind, channel_id from slack_routes order by store_id nulls first, kind nulls first`;

describe('/orders route', () => {
  it('sends a store’s alerts to the channel where it is typed, and says that open cards stay', async () => {
    const answer = await say(`store "${await storeName()}" here`);
    expect(answer).toContain('Open cards stay where they are');
    expect(await routes()).toMatchObject([
      { merchant_id: store.merchantId, store_id: store.storeId, kind: null, channel_id: slack.channelId },
    ]);
    const [event] = await sql`select event, actor_name, via from audit_events where subject_type = 'slack_route'
      and merchant_id = ${store.merchantId}`;
    expect(event).toMatchObject({ event: 'slack_route.added', via: 'slack' });
  });

  it('takes a name without quotes, a kind, and a channel as Slack writes it', async () => {
    await say(`store ${await storeName()} kind sku_unmapped to <#${slack.channelId}|general>`);
    expect(await routes()).toMatchObject([{ store_id: store.storeId, kind: 'held:sku_unmapped' }]);
  });

  it('lists the routes by number and removes one', async () => {
    await say('all here');
    await say('kind ship_by_near #general');
    const listed = await say('');
    expect(listed).toContain(`1. every alert → <#${slack.channelId}>`);
    expect(listed).toContain('2. Ship-by near');
    expect(await say('remove 2')).toContain('No longer Ship-by near');
    expect(await routes()).toMatchObject([{ kind: null, merchant_id: null }]);
  });

  it('moves a route that exists instead of adding a second one', async () => {
    await say('kind ship_by_near here');
    await say('kind ship_by_near here');
    expect(await routes()).toHaveLength(1);
  });

  it.each([
    ['kind sku_unmaped here', 'Did you mean `sku_unmapped`'],
    ['store Nortwind here', 'No one store is called “Nortwind”'],
    ['store "Northwind US"', 'Which store, and which channel?'],
    ['store Northwind "#ops"', '“#ops” is no channel'],
    ['shop X here', 'neither merchant, store, kind'],
    ['kind ship_by_near #nowhere', 'The bot is in no channel called #nowhere'],
    ['kind ship_by_near C0NOSUCH', 'The channel is not there'],
    ['remove 7', 'There is no route 7'],
    ['remove', 'Which number?'],
    ['store', 'Which store?'],
  ])('answers “%s” with what is wrong and changes nothing', async (typed, words) => {
    expect(await say(typed)).toContain(words);
    expect(await routes()).toEqual([]);
  });

  it('defuses names that look like markup', async () => {
    expect(await say('store <!channel> here')).not.toContain('<!channel>');
  });

  it('is for admins', async () => {
    expect(await say('all here', 'mei')).toContain('admin or owner');
    expect(await routes()).toEqual([]);
  });
});

describe('the words of a route', () => {
  it.each([
    ['store “Northwind US” #ops', { merchant: null, store: 'Northwind US', alertKind: null, channel: '#ops' }],
    ['merchant Acme store US to here', { merchant: 'Acme', store: 'US', alertKind: null, channel: 'here' }],
    ['ALL <#C0123456|ops>', { merchant: null, store: null, alertKind: null, channel: '<#C0123456|ops>' }],
    ['kind "sku unmapped" C0123456', { merchant: null, store: null, alertKind: 'sku unmapped', channel: 'C0123456' }],
  ])('%s', (typed, meant) => {
    expect(readRouteWords(typed)).toEqual({ kind: 'set', ...meant });
  });
});
