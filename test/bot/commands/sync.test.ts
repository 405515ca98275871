import { beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../../core/ids.ts';
import { testBot } from '../../support/bot.ts';
import { type World, world } from '../../support/outgoing.ts';

const desk = await testBot();
const { slack, sql } = desk;

let store: World;
/** Names are this test's own: a sync without names would take every store of the file. */
let name = '';
let made = 0;
beforeEach(async () => {
  store = await world(sql);
  made += 1;
  name = `Shop ${made}`;
  await sql`update stores set name = ${name} where id = ${store.storeId}`;
  slack.calls.length = 0;
  slack.responses.length = 0;
  desk.jobs.length = 0;
});

const said = () => JSON.stringify(slack.responses.at(-1));
const followId = async () => {
  await expect.poll(() => desk.jobs.some(({ task }) => task === 'slack.follow')).toBe(true);
  const [row] = await sql<
    { id: string }[]
  >`select id from slack_follows where done_at is null order by created_at desc limit 1`;
  return row?.id ?? '';
};
const runs = () => sql<{ id: string; mode: string; order_kind: string; since: string | null; numbers: string[] }[]>`
  select id, mode, order_kind, since, numbers from runs where store_id = ${store.storeId}`;
const setRun = (status: string) => sql`
  update runs set status = ${status}, pages = 2, fetched = 7, created = 3, held = 1 where store_id = ${store.storeId}`;

describe('/orders sync', () => {
  it('edits its answer in place while it runs, and says the last word there with a link to the run', async () => {
    expect(JSON.stringify(await desk.command(`sync ${name}`))).toContain('waiting');
    const id = await followId();
    await setRun('running');
    desk.clock.pass(2_000);
    await desk.bot.surfaces.follow(id);
    expect(said()).toContain('running: 2 pages, 7 fetched, 3 new, 1 held among the new and changed');
    expect(slack.responses.at(-1)).toMatchObject({ replace_original: true });
    await setRun('done');
    await desk.bot.surfaces.follow(id);
    const [run] = await runs();
    expect(said()).toContain('done: 2 pages, 7 fetched, 3 new, 1 held among the new and changed');
    expect(said()).toContain(`/sync-log/${run?.id}|open the run`);
    await desk.bot.surfaces.follow(id);
    expect(slack.responses).toHaveLength(3);
  });

  it('says of each number that was asked for what became of it, what was not taken first', async () => {
    desk.platform.connector.fetchByNumber = async () => ({ orders: [], missing: [] });
    const numbers = Array.from({ length: 30 }, (_, at) => `N-${at}`);
    await desk.command(`sync "${name}" --numbers ${numbers.join(',')}`);
    const id = await followId();
    const [run] = await runs();
    const item = async (page: number, result: string, reason: string | null, ...of: string[]) =>
      sql`insert into run_items (id, merchant_id, run_id, page, result, reason, numbers)
        values (${newId()}, ${store.merchantId}, ${run?.id ?? ''}, ${page}, ${result}, ${reason}, ${of})`;
    await item(1, 'created', null, 'N-0');
    await item(1, 'held', 'SKU not mapped to a warehouse SKU', 'N-0');
    await item(1, 'skipped', 'Already shipped', ...numbers.slice(1, 20));
    await item(1, 'unchanged', 'The desk has it as it is', 'N-20');
    await item(1, 'failed', 'Recipient: no country', 'N-21');
    await item(1, 'missing', 'No order has this number', ...numbers.slice(22));
    await setRun('done');
    await desk.bot.surfaces.follow(id);
    expect(said()).toContain('• N-1: skipped · Already shipped');
    expect(said()).toContain('• N-21: could not be read · Recipient: no country');
    expect(said()).toContain('• N-22: not taken · No order has this number');
    expect(said()).not.toContain('N-0');
    expect(said()).toContain('and 5 more numbers: open the run');
    await sql`delete from run_items where run_id = ${run?.id ?? ''} and result in ('skipped', 'missing')`;
    await sql`update slack_follows set done_at = null, response_url = ${slack.responseUrl()} where id = ${id}`;
    await desk.bot.surfaces.follow(id);
    expect(said()).toContain('• N-0: new, held · SKU not mapped to a warehouse SKU');
    expect(said()).toContain('• N-20: unchanged · The desk has it as it is');
    Reflect.deleteProperty(desk.platform.connector, 'fetchByNumber');
  });

  it('says what stops a sync while the platform does not answer', async () => {
    await desk.command(`sync ${name}`);
    const id = await followId();
    await sql`update runs set status = 'running', error = 'Shopify answered 500. It is tried again in a moment.'
      where store_id = ${store.storeId}`;
    desk.clock.pass(2_000);
    await desk.bot.surfaces.follow(id);
    expect(said()).toContain('stopped for now: Shopify answered 500. It is tried again in a moment. So far 0 pages');
  });

  it('keeps the last use of the address for the last word, however long it takes', async () => {
    await desk.command(`sync ${name}`);
    const id = await followId();
    await setRun('running');
    for (let look = 0; look < 20; look += 1) {
      desk.clock.pass(20_000);
      await desk.bot.surfaces.follow(id);
    }
    expect(slack.responses).toHaveLength(4);
    expect(said()).toContain('when it is over');
    await setRun('done');
    await desk.bot.surfaces.follow(id);
    expect(slack.responses).toHaveLength(5);
    expect(said()).toContain('done: 2 pages');
  });

  it('tells the end as a private message when it comes after the half hour that an address lives', async () => {
    await desk.command(`sync ${name}`);
    const id = await followId();
    desk.clock.pass(31 * 60_000);
    await setRun('done');
    await desk.bot.surfaces.follow(id);
    expect(slack.responses).toHaveLength(1);
    expect(JSON.stringify(desk.calls('chat.postEphemeral').at(-1)?.fields)).toContain('done: 2 pages');
    const [row] = await sql<{ done: boolean; url: string | null }[]>`
      select done_at is not null as done, response_url as url from slack_follows where id = ${id}`;
    expect(row).toEqual({ done: true, url: null });
  });

  it('ends its command at once: the work is a job’s, so a restart neither loses nor repeats it', async () => {
    await desk.command(`sync ${name}`);
    await desk.settled();
    await followId();
    const waiting = desk.jobs.find(({ task }) => task === 'slack.follow');
    expect(waiting?.key).toContain('slack.follow:');
    expect(await runs()).toHaveLength(1);
  });

  it('asks for ranges as typed, and says when a platform cannot be asked by number', async () => {
    await desk.command(`sync "${name}" --since 2d`);
    const [asked] = await runs();
    expect(asked).toMatchObject({ mode: 'time_range', order_kind: 'b2c' });
    const answer = JSON.stringify(await desk.command(`sync "${name}" --numbers 1001,1002`));
    expect(answer).toContain('cannot be asked by order number');
  });

  it('names the nearest store when no store is called so', async () => {
    await sql`update stores set name = 'Bluebird EU' where id = ${store.storeId}`;
    const answer = JSON.stringify(await desk.command('sync blubird eu'));
    expect(answer).toContain('No store is called “blubird eu”.');
    expect(answer).toContain('/orders sync \\"Bluebird EU\\"');
    expect(await runs()).toHaveLength(0);
  });

  it('proposes only what it takes, and keeps the rest of what was typed', async () => {
    await sql`update stores set name = 'Bluebird EU' where id = ${store.storeId}`;
    const proposed = async (typed: string) =>
      /Try `\/orders ([^`]*)`/.exec(String((await desk.command(typed)).text))?.[1] ?? '';
    const dates = await proposed('sync "Bluebird EU" --from 2026-13-01 --to 2026-11-03');
    expect(dates).toBe('sync "Bluebird EU" --from 2026-11-01 --to 2026-11-03');
    const named = await proposed('sync blubird, nothing-like-it --since 2d');
    expect(named).toBe('sync "Bluebird EU" --since 2d');
    await desk.command(dates);
    await desk.command(named);
    expect(await runs()).toHaveLength(2);
  });

  it('says in core’s words why a range is too long, and why a store cannot be synced', async () => {
    expect(JSON.stringify(await desk.command(`sync ${name} --since 60w`))).toContain('At most 366 days');
    await sql`update stores set status = 'disabled' where id = ${store.storeId}`;
    expect(JSON.stringify(await desk.command(`sync ${name}`))).toContain('is disabled. Enable it first.');
  });

  it('says that a beginning lies in the future, with or without an end', async () => {
    const year = desk.clock.now().getUTCFullYear() + 1;
    for (const range of [`--from ${year}-01-01`, `--from ${year}-01-01 --to ${year}-01-03`]) {
      expect(JSON.stringify(await desk.command(`sync ${name} ${range}`))).toContain('The range begins in the future.');
    }
    expect(await runs()).toHaveLength(0);
  });

  it('refuses a viewer', async () => {
    expect(JSON.stringify(await desk.command(`sync ${name}`, { user: 'vic' }))).toContain('operator, admin or owner');
    expect(await runs()).toHaveLength(0);
  });
});
