import { beforeEach, describe, expect, it } from 'vitest';
import { refusedBySlack } from '../../../bot/messages/validate.ts';
import { testBot } from '../../support/bot.ts';
import { heldOrder, refusedWriteback, showAlerts } from '../../support/causes.ts';
import { makeOrder, type World, world } from '../../support/outgoing.ts';
import { insertHold, insertStoreBeside } from '../../support/rows.ts';

const desk = await testBot();
const { slack, sql } = desk;

let store: World;
beforeEach(async () => {
  store = await world(sql);
  slack.calls.length = 0;
  slack.responses.length = 0;
});

async function answer(text: string, user?: 'vic' | 'wes'): Promise<string> {
  const reply = await desk.command(text, user === undefined ? {} : { user });
  expect(refusedBySlack('message', reply)).toBeNull();
  return JSON.stringify(reply);
}

describe('/orders', () => {
  it('alone shows every command, and buttons for the usual ones', async () => {
    const help = await answer('');
    for (const word of ['help', 'held', 'show', 'find', 'sync', 'dispatch', 'stores', 'stats', 'digest', 'route']) {
      expect(help).toContain(`/orders ${word}`);
    }
    for (const label of ['Held', 'Sync all', 'Stores', 'Open dashboard']) expect(help).toContain(`"${label}"`);
  });

  it('answers a button of the help in its place, and refuses it to whoever lacks the role', async () => {
    await desk.press('run_command:stores', 'stores');
    expect(slack.responses.at(-1)).toMatchObject({ replace_original: true });
    expect(JSON.stringify(slack.responses.at(-1))).toContain('Northwind US');
    await desk.press('run_command:sync', 'sync', { user: 'vic' });
    expect(desk.told().join()).toContain('operator, admin or owner');
    expect(await sql`select 1 from runs`).toHaveLength(0);
  });
});

describe('/orders held', () => {
  it('offers the fix of each cause, and the nearest name for a store that is none', async () => {
    await sql`update stores set name = 'Bluebird' where id = ${store.storeId}`;
    await heldOrder(desk, store, { code: 'payment_unknown', subject: 'Bank slip' });
    const held = await answer('held "bluebird"');
    expect(held).toContain('Bank slip');
    expect(held).toContain('"Classify payment"');
    expect(await answer('held blubird')).toContain('Did you mean “Bluebird”?');
  });

  it('offers the fix at a small store also beside one with hundreds of larger causes', async () => {
    await sql`update stores set name = 'Wren' where id = ${store.storeId}`;
    await heldOrder(desk, store, { code: 'payment_unknown', subject: 'Bank slip' });
    const large = await insertStoreBeside(sql, store, 'Albatross');
    await sql`insert into alerts (id, merchant_id, store_id, kind, subject, title, order_count, opened_at)
      select gen_random_uuid(), ${store.merchantId}, ${large.storeId}, 'held:sku_unmapped', 'S' || i, '', 50, now()
      from generate_series(1, 300) i`;
    expect(await answer('held wren')).toContain('"Classify payment"');
    await sql`delete from alerts where merchant_id = ${store.merchantId} and store_id = ${large.storeId}`;
  });

  it('counts causes: an order with two of them is not told as two orders', async () => {
    await sql`update stores set name = 'Gannet' where id = ${store.storeId}`;
    const orderId = await heldOrder(desk, store, { code: 'payment_unknown', subject: 'Bank slip' });
    await insertHold(sql, store, orderId, { code: 'sku_unmapped', subject: 'TSHIRT-XL', detail: { keyKind: 'sku' } });
    await showAlerts(desk, store);
    const held = await answer('held gannet');
    expect(held).toContain('*2 causes* hold orders at “gannet”:');
    expect(held).not.toContain('2 orders');
  });
});

describe('/orders held, told from the holds', () => {
  beforeEach(async () => {
    await sql`update stores set name = ${`Heron ${store.storeId.slice(-6)}`} where id = ${store.storeId}`;
  });
  const heron = () => `Heron ${store.storeId.slice(-6)}`;
  const parked = async (code: 'operator_hold' | 'scheduled') => {
    const { orderId } = await makeOrder(sql, store);
    await insertHold(sql, store, orderId, { code, origin: code === 'scheduled' ? 'platform' : 'person' });
  };

  it('tells of orders that are held on purpose or scheduled, which have no alert', async () => {
    await parked('operator_hold');
    await showAlerts(desk, store);
    expect(await answer(`held ${heron()}`)).toContain('1 order is held on purpose. Nothing else is held');
    await parked('operator_hold');
    await parked('scheduled');
    await heldOrder(desk, store, { code: 'sku_unmapped', subject: 'MUG', detail: { keyKind: 'sku' } });
    const held = await answer(`held ${heron()}`);
    expect(held).toContain('2 orders are held on purpose, 1 order is scheduled for later by the platform.');
    expect(held).toContain('*1 cause* holds orders');
  });

  it('counts no cause that holds nothing', async () => {
    await sql`insert into malformed_orders (id, merchant_id, store_id, identity, body, reason, first_seen_at, last_seen_at)
      values (gen_random_uuid(), ${store.merchantId}, ${store.storeId}, 'BAD-1', '{}', 'No currency', now(), now())`;
    const { orderId } = await makeOrder(sql, store);
    await sql`update orders set ship_by = ${desk.clock.now().toISOString()}::timestamptz where id = ${orderId}`;
    await refusedWriteback(desk, store);
    const alerts = await sql`select 1 from alerts where merchant_id = ${store.merchantId} and state = 'open'`;
    expect(alerts).toHaveLength(3);
    expect(await answer(`held ${heron()}`)).toContain('Nothing is held');
    await heldOrder(desk, store, { code: 'sku_unmapped', subject: 'MUG', detail: { keyKind: 'sku' } });
    const held = await answer(`held ${heron()}`);
    expect(held).toContain('*1 cause* holds orders');
    expect(held).not.toContain('Ship-by');
    expect(held).not.toContain('Mark Shipped');
  });

  it('links the number of a single order, and says in words what an address lacks', async () => {
    const hold = { code: 'address_incomplete', subject: 'phone,zip', detail: { fields: 'phone,zip' } };
    const orderId = await heldOrder(desk, store, hold, { number: '#H-1' });
    const one = await answer(`held ${heron()}`);
    expect(one).toContain('*Missing required recipient address fields* phone, postcode');
    expect(one).toMatch(new RegExp(`/orders/${orderId}\\|#H-1>`));
    expect(one).toContain('"correct_address"');
    await heldOrder(desk, store, hold, { number: '#H-2' });
    const two = await answer(`held ${heron()}`);
    expect(two).toContain('*1 cause* holds orders');
    expect(two).toContain('2 orders');
    expect(two).not.toContain('"correct_address"');
  });

  it('counts as the dashboard does, before the alerts are settled too', async () => {
    for (let n = 0; n < 3; n += 1) {
      const { orderId } = await makeOrder(sql, store);
      await insertHold(sql, store, orderId, { code: 'sku_unmapped', subject: 'FRESH', detail: { keyKind: 'sku' } });
    }
    const { causes } = await desk.deps.queries.listHeldCauses({ merchantIds: [store.merchantId] });
    expect(causes).toMatchObject([{ subject: 'FRESH', orderCount: 3 }]);
    expect(await answer(`held ${heron()}`)).toMatch(/FRESH.{1,60}3 orders/);
  });

  it('leaves out a deleted store, as the dashboard does', async () => {
    await heldOrder(desk, store, { code: 'sku_unmapped', subject: 'STRANDED' });
    await sql`update stores set deleted_at = now(), status = 'disabled' where id = ${store.storeId}`;
    expect(await answer('held')).not.toContain('STRANDED');
    const { causes } = await desk.deps.queries.listHeldCauses({ merchantIds: [store.merchantId] });
    expect(causes).toEqual([]);
  });
});

describe('/orders show', () => {
  it('shows one order with its buttons and without its recipient', async () => {
    await makeOrder(sql, store, { number: '#S-1001' });
    const shown = await answer('show s-1001');
    expect(shown).toContain('#S-1001');
    expect(shown).toContain('"dispatch"');
  });

  it('lists the orders of all stores that have the number', async () => {
    const other = await world(sql);
    for (const one of [store, other]) await makeOrder(sql, one, { number: 'TWICE-7' });
    const shown = await answer('show TWICE-7');
    expect(shown).toContain('2 orders have the number');
    expect(shown.match(/"order_details"/g)).toHaveLength(2);
  });

  it('names what is like it when there is no such number, and asks for one when none is given', async () => {
    await makeOrder(sql, store, { number: 'LIKE-123' });
    expect(await answer('show LIKE-1')).toContain('LIKE-123');
    expect(await answer('show NOTHING-9')).toContain('No order of yours has the number');
    expect(await answer('show')).toContain('/orders show 1001');
  });

  it('shows a warehouse worker no order', async () => {
    await makeOrder(sql, store, { number: 'SECRET-1' });
    expect(await answer('show SECRET-1', 'wes')).toContain('This needs the role');
  });
});

describe('/orders find', () => {
  it('says that a name takes two characters where one finds nothing', async () => {
    expect(await answer('find 王')).toContain('type at least 2 to find a name');
    expect(await answer('find 王志')).not.toContain('type at least');
  });

  it('turns the pages of what it found in place', async () => {
    for (let at = 10; at < 22; at += 1) await makeOrder(sql, store, { number: `PAGE-${at}` });
    const first = await answer('find PAGE-');
    expect(first).toContain('12 orders for');
    expect(first.match(/"order_details"/g)).toHaveLength(8);
    await desk.press('find_page:next', JSON.stringify({ text: 'PAGE-', page: 1 }));
    const second = slack.responses.at(-1);
    expect(second).toMatchObject({ replace_original: true });
    expect(JSON.stringify(second).match(/"order_details"/g)).toHaveLength(4);
    expect(JSON.stringify(second)).toContain('find_page:previous');
  });

  it('says that nothing was found, with hostile text made harmless', async () => {
    const found = await answer('find <!channel>');
    expect(found).toContain('Nothing was found');
    expect(found).not.toContain('<!channel>');
  });
});

describe('/orders dispatch', () => {
  it('opens the form of the order', async () => {
    await makeOrder(sql, store, { number: 'GO-1' });
    await desk.command('help');
    await desk
      .send(
        {
          command: '/orders',
          text: 'dispatch GO-1',
          team_id: 'T000000001',
          user_id: slack.users.mei,
          channel_id: slack.channelId,
          trigger_id: await slack.trigger(slack.users.mei),
          response_url: slack.responseUrl(),
        },
        'form',
      )
      .then(() => desk.settled());
    expect(JSON.stringify(desk.view())).toContain('GO-1');
  });

  it('takes one number: of several it offers each, and says where many go at once', async () => {
    await makeOrder(sql, store, { number: 'TWO-1' });
    await makeOrder(sql, store, { number: 'TWO-2' });
    await makeOrder(sql, store, { number: 'TWO 3' });
    const two = await answer('dispatch TWO-1, TWO-2');
    expect(two).toContain('One order number at a time');
    expect(two).toContain('/orders?kind=b2c');
    expect(two.match(/"action_id":"dispatch"/g)).toHaveLength(2);
    expect(await answer('show TWO-1 TWO-2')).toContain('"order_details"');
    expect(await answer('show TWO 3')).toContain('Order TWO 3: Pending');
    expect(await answer('show "TWO-1 TWO-2"')).not.toContain('One order number at a time');
  });

  it('answers with a button when Slack no longer opens a form', async () => {
    await makeOrder(sql, store, { number: 'LATE-1' });
    slack.faults.push({ kind: 'error', error: 'expired_trigger_id' });
    const late = await answer('dispatch LATE-1');
    expect(late).toContain('"dispatch"');
    expect(late).toContain('LATE-1');
  });
});

describe('/orders stores', () => {
  it('puts a store that needs somebody first and says why', async () => {
    const bad = await world(sql);
    await sql`update stores set name = 'Broken shop', failing_runs = 4 where id = ${bad.storeId}`;
    await sql`update authorizations set status = 'expired' where id = ${bad.authorizationId}`;
    await heldOrder(desk, bad, { code: 'sku_unmapped', subject: 'X' });
    const stores = await answer('stores');
    expect(stores).toContain('authorization expired');
    expect(stores).toContain('4 runs failed in a row');
    const ago = (minutes: number) => new Date(desk.clock.now().getTime() - minutes * 60_000).toISOString();
    await sql`update stores set last_sync_at = ${ago(0)}, synced_until = ${ago(120)} where id = ${bad.storeId}`;
    expect(await answer('stores broken shop')).toContain('synced 2 h ago');
    expect(stores).toContain('1 held');
    expect(stores.indexOf('Broken shop')).toBeLessThan(stores.indexOf('Northwind US'));
    expect(await answer('stores brokn shop')).toContain('Did you mean Broken shop?');
  });

  it('tells disabled stores from those in order', async () => {
    const [on, off, bad] = await Promise.all([world(sql), world(sql), world(sql)]);
    for (const { storeId } of [on, off, bad]) {
      await sql`update stores set name = 'Egret' || right(id::text, 4) where id = ${storeId}`;
    }
    await sql`update stores set status = 'disabled', failing_runs = 9 where id = ${off.storeId}`;
    expect(await answer('stores egret')).toContain('*2 stores in order, 1 disabled*');
    await sql`update authorizations set status = 'expired' where id = ${bad.authorizationId}`;
    expect(await answer('stores egret')).toContain('*1 store needs attention, 1 in order, 1 disabled*');
    await sql`update authorizations set status = 'expiring' where id = ${on.authorizationId}`;
    expect(await answer('stores egret')).toContain('*2 stores need attention, 1 disabled*');
  });

  it('says what to do first where there is no store', async () => {
    const gone = await sql`update stores set deleted_at = now() where deleted_at is null returning id`;
    const stores = await answer('stores');
    await sql`update stores set deleted_at = null where id = any(${gone.map(({ id }) => id)}::uuid[])`;
    expect(stores).toContain('No store is connected yet. An admin <');
    expect(stores).toContain('/stores/add|');
  });

  it('stays within Slack’s limits for two hundred stores with long names', async () => {
    const many = Array.from({ length: 200 }, (_, at) => `${at} ${'Ünïcode & <store> '.repeat(12)}`);
    await sql`insert into stores (id, merchant_id, authorization_id, sales_channel_id, platform, name, sync_every_minutes,
        look_back_hours, first_look_back_hours)
      select gen_random_uuid(), ${store.merchantId}, ${store.authorizationId}, ${store.salesChannelId}, 'sandbox', name, 15, 48, 120
      from unnest(${many}::text[]) as n(name)`;
    expect(await answer('stores')).toContain('more lines');
    await sql`delete from stores where merchant_id = ${store.merchantId} and id <> ${store.storeId}`;
  });
});

describe('/orders stats', () => {
  it('counts what came in, what left and what is held', async () => {
    await heldOrder(desk, store, { code: 'sku_unmapped', subject: 'STAT' });
    const stats = await answer('stats 30d');
    expect(stats).toContain('The last 30 days');
    expect(stats).toMatch(/Orders in +\d/);
    expect(stats).toMatch(/Held now +[1-9]/);
    expect(stats).toMatch(/Order to parcel, median/);
  });

  it('refuses what is no length of time, or too long', async () => {
    expect(await answer('stats soon')).toContain('/orders stats 30d');
    expect(await answer('stats 900d')).toContain('at most 92 days');
  });
});
