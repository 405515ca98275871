import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { homeView } from '../../bot/messages/home.ts';
import { refusedBySlack } from '../../bot/messages/validate.ts';
import { type BotUser, testBot } from '../support/bot.ts';
import { heldOrder, showAlerts } from '../support/causes.ts';
import { makeOrder, person, type World, world } from '../support/outgoing.ts';

const desk = await testBot();
const { slack, sql } = desk;

let store: World;
beforeEach(async () => {
  store = await world(sql);
  await sql`update merchants set name = ${store.merchantId.slice(-8)} where id = ${store.merchantId}`;
  await sql`delete from slack_homes`;
  slack.calls.length = 0;
  desk.jobs.length = 0;
});

const published = () => desk.calls('views.publish');
const words = () => JSON.stringify(published().at(-1)?.fields.view);
async function open(user: BotUser = 'mei', view?: object): Promise<void> {
  const before = published().length;
  await desk.event(
    { type: 'app_home_opened', tab: 'home', channel: 'D1', ...(view === undefined ? {} : { view }) },
    { user },
  );
  await expect.poll(() => published().length, { timeout: 5_000 }).toBeGreaterThan(before);
  // The row is written after Slack's answer.
  await expect
    .poll(() => sql`select 1 from slack_homes where content_hash is not null`.then((rows) => rows.length))
    .toBe(1);
}

describe('the Home tab', () => {
  it('shows what a person has taken, with its fix, and how their merchants stand', async () => {
    await heldOrder(desk, store, { code: 'sku_unmapped', subject: 'HOME-1' });
    await makeOrder(sql, store);
    const card = await desk.card(store.merchantId);
    await desk.press('assign_to_me', card.valueOf('assign_to_me'), { messageTs: card.ts });
    await open();
    expect(words()).toContain('HOME-1');
    expect(words()).toContain('"bind_sku"');
    expect(words()).toContain(`*${store.merchantId.slice(-8)}*: 1 held · 0 exceptions · 1 to dispatch`);
    expect(words()).toContain('"run_command:held"');
  });

  it('names stores that need somebody', async () => {
    await sql`update authorizations set status = 'revoked' where id = ${store.authorizationId}`;
    await open();
    expect(words()).toContain('authorization revoked');
    await sql`update authorizations set status = 'authorized' where id = ${store.authorizationId}`;
  });

  it('says all is well of no disabled store, and what to do first where there is none', async () => {
    const others =
      await sql`update stores set deleted_at = now() where id <> ${store.storeId} and deleted_at is null returning id`;
    const [grant] = await sql`select status from authorizations where id = ${store.authorizationId}`;
    expect(grant?.status).toBe('authorized');
    await open();
    expect(words()).toContain('✔ 1 store in order.');
    await sql`update stores set status = 'disabled', failing_runs = 9 where id = ${store.storeId}`;
    desk.clock.pass(10_000);
    await desk.bot.surfaces.drawHomes();
    expect(words()).toContain('○ 1 store disabled. A disabled store brings no orders.');
    expect(words()).not.toContain('✔');
    await sql`update stores set deleted_at = now() where id = ${store.storeId}`;
    desk.clock.pass(10_000);
    await desk.bot.surfaces.drawHomes();
    expect(words()).toContain('No store is connected yet.');
    expect(words()).toContain('/stores/add|adds the first one>');
    expect(words()).not.toContain('✔');
    await sql`update stores set deleted_at = null where id = any(${others.map(({ id }) => id)}::uuid[])`;
  });

  it('is drawn anew when a cause is settled elsewhere, once for many changes', async () => {
    await open();
    await heldOrder(desk, store, { code: 'sku_unmapped', subject: 'LATER-1' });
    for (let change = 0; change < 5; change += 1) await desk.bot.surfaces.homesMayChange();
    const before = published().length;
    desk.clock.pass(10_000);
    await desk.work('slack.homes');
    expect(published().length).toBe(before + 1);
    expect(words()).toContain('1 held');
  });

  it('asks for a look by itself after alerts were settled', async () => {
    await open();
    await showAlerts(desk, store);
    const settle = { task: 'alert.settle' as const, payload: { merchantId: store.merchantId } };
    desk.jobs.push(settle);
    await desk.work('alert.settle');
    expect(desk.jobs.some(({ task }) => task === 'slack.homes')).toBe(true);
  });

  it('follows when its person takes a cause elsewhere', async () => {
    await heldOrder(desk, store, { code: 'sku_unmapped', subject: 'TAKEN-1' });
    await open();
    expect(words()).not.toContain('TAKEN-1');
    const { alertId } = await desk.card(store.merchantId);
    const actor = { ...person('Mei'), personId: desk.personIds.mei };
    expect((await desk.desk.commands.assignAlert({ actor, merchantId: store.merchantId, alertId })).ok).toBe(true);
    desk.clock.pass(5_000);
    await desk.work('alert.deliver', 'slack.homes');
    expect(words()).toContain('TAKEN-1');
  });

  it('sends nothing when nothing has changed, and nothing to whoever has not opened it today', async () => {
    await open();
    const before = published().length;
    desk.clock.pass(60_000);
    await desk.bot.surfaces.drawHomes();
    expect(published().length).toBe(before);
    await makeOrder(sql, store);
    desk.clock.pass(9 * 3_600_000);
    await desk.bot.surfaces.drawHomes();
    expect(published().length).toBe(before);
  });

  it('gives Slack its own hash back, and draws anew when something newer stood there', async () => {
    await open();
    const hash = (await sql<{ view_hash: string }[]>`select view_hash from slack_homes`)[0]?.view_hash;
    await makeOrder(sql, store);
    desk.clock.pass(10_000);
    slack.faults.push({ kind: 'error', error: 'hash_conflict' });
    await desk.bot.surfaces.drawHomes();
    expect(published().at(-1)?.fields.hash).toBe(hash);
    await desk.work('slack.homes');
    expect(published().at(-1)).toMatchObject({ error: null });
    expect(published().at(-1)?.fields.hash).toBeUndefined();
  });

  it('keeps away as long as Slack says', async () => {
    await open();
    await makeOrder(sql, store);
    desk.clock.pass(10_000);
    slack.faults.push({ kind: '429', retryAfter: 40 });
    await desk.bot.surfaces.drawHomes();
    const again = desk.jobs.find(({ task }) => task === 'slack.homes');
    expect(again?.runAt?.getTime()).toBeGreaterThanOrEqual(desk.clock.now().getTime() + 40_000);
    desk.clock.pass(45_000);
    await desk.bot.surfaces.drawHomes();
    expect(published().at(-1)).toMatchObject({ error: null });
  });

  it('tells whom no owner has confirmed how to get in, and nothing else', async () => {
    await sql`update slack_people set confirmed_at = null where slack_user_id = ${slack.users.vic}`;
    await open('vic');
    await sql`update slack_people set confirmed_at = now() where slack_user_id = ${slack.users.vic}`;
    expect(words()).toContain('does not know you yet');
    expect(words()).toContain('/settings/slack-people');
    expect(words()).not.toContain('to dispatch');
  });

  it('answers its buttons in a direct message', async () => {
    await open();
    const view = { id: 'VHOME', type: 'home' };
    await desk.press('run_command:stores', 'stores', { view, trigger: randomUUID() });
    expect(desk.calls('chat.postMessage').at(-1)?.fields).toMatchObject({ channel: slack.users.mei });
    expect(desk.told().join()).toContain('store');
  });

  it('stays within Slack’s limits for a hundred merchants and stores', () => {
    const name = '<!channel> *Ünï* '.repeat(20);
    const merchants = Array.from({ length: 100 }, (_, at) => ({ id: String(at), name: `${at}${name}` }));
    const view = homeView(
      { assigned: [], merchants, stores: [], counts: [], troubled: [], shippedToday: 7, maySync: true },
      'https://desk.example.test',
    );
    expect(refusedBySlack('view', view)).toBeNull();
    expect(JSON.stringify(view)).not.toContain('<!channel>');
    expect(JSON.stringify(view)).toContain('and 85 more merchants');
  });
});
