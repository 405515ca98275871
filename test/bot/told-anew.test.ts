import { beforeEach, describe, expect, it } from 'vitest';
import { settleMerchantAlerts } from '../../core/commands/settle-alerts.ts';
import { newId } from '../../core/ids.ts';
import { testBot } from '../support/bot.ts';
import { readCard } from '../support/bot-card.ts';
import { showAlerts } from '../support/causes.ts';
import { makeOrder, type World, world } from '../support/outgoing.ts';
import { insertOrder } from '../support/rows.ts';

const desk = await testBot();
const { clock, slack, sql } = desk;
const hourMs = 3_600_000;

let store: World;
beforeEach(async () => {
  store = await world(sql);
  await sql`delete from slack_channels`;
});

const endsIn = (days: number) => {
  const at = new Date(clock.now().getTime() + days * 24 * hourMs - 60_000).toISOString();
  return sql`update authorizations set status = 'authorized', expires_at = ${at}::timestamptz, refresh_expires_at = ${at}::timestamptz
    where id = ${store.authorizationId}`;
};
const dueIn = async (hours: number) => {
  const { orderId } = await makeOrder(sql, store);
  const shipBy = new Date(clock.now().getTime() + hours * hourMs).toISOString();
  await sql`update orders set ship_by = ${shipBy}::timestamptz where id = ${orderId}`;
  return orderId;
};
/** Every card of a kind that the channel shows of this merchant, oldest first: each rang once. */
async function cards(kind: string) {
  await showAlerts(desk, store);
  const rows = await sql<{ id: string; message_ts: string }[]>`
    select id, message_ts from alerts
    where merchant_id = ${store.merchantId} and kind = ${kind} and message_ts is not null order by opened_at, id`;
  const shown = new Map((await slack.messages()).map((message) => [message.ts, message]));
  return rows.map(({ id, message_ts }) => {
    const { text = '', blocks = [] } = shown.get(message_ts) ?? {};
    return readCard(id, message_ts, text, blocks);
  });
}
const texts = async (kind: string) => (await cards(kind)).map(({ text }) => text);

describe('a cause that has come further rings again', () => {
  it('tells a login that ends at 14, 7, 3 and 1 days, each in a new message, and that it ended', async () => {
    const rang: number[] = [];
    for (const days of [15, 14, 13, 8, 7, 6, 3, 2, 1]) {
      await endsIn(days);
      rang.push((await cards('authorization_expiring')).length);
    }
    expect(rang).toEqual([0, 1, 1, 1, 2, 2, 3, 3, 4]);
    const [first, second, third, last] = await cards('authorization_expiring');
    for (const before of [first, second, third]) {
      expect(before?.text).toMatch(/^■ .*a newer card says how it stands/);
      expect(before?.actions).toEqual([]);
    }
    expect(last?.text).toContain('ends in one day or less');
    expect(last?.actions).toContain('refresh_token');
    const open = await sql`select 1 from alerts where merchant_id = ${store.merchantId} and state = 'open'`;
    expect(open).toHaveLength(1);
    await sql`update authorizations set status = 'expired', reason = 'Please update authorization' where id = ${store.authorizationId}`;
    expect(await texts('authorization_unusable')).toHaveLength(1);
    expect((await texts('authorization_expiring')).at(-1)).toMatch(/^■ .*not renewed/);
  });

  it('keeps who has it, and the older card says where to look', async () => {
    await endsIn(7);
    const [card] = await cards('authorization_expiring');
    await desk.press('assign_to_me', card?.valueOf('assign_to_me') ?? '');
    await endsIn(3);
    const [, newer] = await cards('authorization_expiring');
    expect(newer?.words).toContain('Mei has it');
    await desk.press('refresh_token', card?.valueOf('refresh_token') ?? '');
    expect(desk.told().at(-1)).toContain('a newer one of the same cause is in the channel');
    const refreshed =
      await sql`select 1 from audit_events where merchant_id = ${store.merchantId} and event = 'authorization.refreshed'`;
    expect(refreshed).toEqual([]);
  });

  it('says of a login that was abnormal and is dead now in a new message', async () => {
    await sql`update authorizations set status = 'abnormal', reason = 'HTTP 500' where id = ${store.authorizationId}`;
    expect(await texts('authorization_unusable')).toEqual([expect.stringContaining('Authorization is abnormal')]);
    await sql`update authorizations set status = 'revoked', reason = 'Please update authorization' where id = ${store.authorizationId}`;
    expect(await texts('authorization_unusable')).toEqual([
      expect.stringMatching(/^■/),
      expect.stringContaining('does not work'),
    ]);
  });

  it('rings for a cause that comes back worse, and opens the same card for one that comes back as it was', async () => {
    const first = await dueIn(3.9);
    expect(await cards('ship_by_near')).toHaveLength(1);
    await sql`update orders set status = 'shipped' where id = ${first}`;
    expect(await texts('ship_by_near')).toEqual([expect.stringMatching(/^✔/)]);
    await sql`update orders set status = 'pending' where id = ${first}`;
    expect(await texts('ship_by_near')).toEqual([expect.stringContaining('Ship-by is near')]);
    await sql`update orders set status = 'shipped' where id = ${first}`;
    await cards('ship_by_near');
    // Since then an hour has struck.
    await sql`update alerts set urgency = urgency - 1 where merchant_id = ${store.merchantId}`;
    await dueIn(3.9);
    expect(await texts('ship_by_near')).toEqual([
      expect.stringMatching(/^✔/),
      expect.stringContaining('Ship-by is near'),
    ]);
    const login = (status: string) =>
      sql`update authorizations set status = ${status}, reason = 'HTTP 500' where id = ${store.authorizationId}`;
    for (const status of ['abnormal', 'authorized', 'revoked']) {
      await login(status);
      await cards('authorization_unusable');
    }
    expect(await texts('authorization_unusable')).toEqual([
      expect.stringMatching(/^✔ .*it works/),
      expect.stringContaining('does not work'),
    ]);
  });

  it('tells nothing anew because the desk did not keep what a card was posted for', async () => {
    await dueIn(2);
    expect(await cards('ship_by_near')).toHaveLength(1);
    await sql`update alerts set urgency = null where merchant_id = ${store.merchantId}`;
    expect(await cards('ship_by_near')).toHaveLength(1);
    clock.pass(2.5 * hourMs);
    expect(await cards('ship_by_near')).toHaveLength(2);
  });

  it('rings for a second late order of a store, at most once an hour, and for a ship-by that has passed', async () => {
    await dueIn(3.9);
    expect(await cards('ship_by_near')).toHaveLength(1);
    clock.pass(2 * hourMs);
    await dueIn(3.9);
    expect(await cards('ship_by_near')).toHaveLength(2);
    await dueIn(3.8);
    const [older, newer, ...others] = await cards('ship_by_near');
    expect(others).toEqual([]);
    expect(older?.text).toMatch(/^■/);
    expect(newer?.words).toContain('3 orders wait');
    // The first one is late now: nobody may have looked since.
    clock.pass(2 * hourMs);
    expect((await texts('ship_by_near')).at(-1)).toContain('has passed or is near');
    expect(await cards('ship_by_near')).toHaveLength(3);
  });

  it('rings for no order that left, and not while somebody snoozes', async () => {
    const first = await dueIn(3.9);
    const [card] = await cards('ship_by_near');
    await desk.choose('snooze_morning', card?.menu ?? '');
    clock.pass(2 * hourMs);
    await dueIn(3.9);
    expect(await cards('ship_by_near')).toHaveLength(1);
    clock.pass(34 * hourMs);
    expect(await cards('ship_by_near')).toHaveLength(2);
    await sql`update orders set status = 'shipped' where id = ${first}`;
    expect(await cards('ship_by_near')).toHaveLength(2);
  });

  it('waits for the end of quiet hours, the card moving on meanwhile', async () => {
    await endsIn(7);
    expect(await cards('authorization_expiring')).toHaveLength(1);
    const at = (hours: number) => new Date(clock.now().getTime() + hours * hourMs).toISOString().slice(11, 16);
    await sql`insert into slack_channels (id, channel_id, name, timezone, quiet_from, quiet_to)
      values (gen_random_uuid(), ${slack.channelId}, 'general', 'UTC', ${at(-1)}, ${at(2)})`;
    await endsIn(3);
    expect(await texts('authorization_expiring')).toEqual([expect.stringContaining('ends in 3 days or less')]);
    clock.pass(3 * hourMs);
    expect(await texts('authorization_expiring')).toEqual([
      expect.stringMatching(/^■/),
      expect.stringContaining('ends in 3 days or less'),
    ]);
  });

  it('leaves its ending to the older card when nobody saw the newer one', async () => {
    await endsIn(7);
    await cards('authorization_expiring');
    await endsIn(3);
    slack.faults.push({ kind: '429', retryAfter: 40 });
    await showAlerts(desk, store);
    await endsIn(60);
    clock.pass(60_000);
    expect(await texts('authorization_expiring')).toEqual([expect.stringMatching(/^✔ .*renewed/)]);
    // Back within the hour as it was: the card that people have seen opens again.
    await endsIn(7);
    clock.pass(60_000);
    expect(await texts('authorization_expiring')).toEqual([expect.stringContaining('ends in 7 days or less')]);
  });

  it('leaves it also where the newer one was about to be posted', async () => {
    await endsIn(7);
    await cards('authorization_expiring');
    await endsIn(3);
    await settleMerchantAlerts(desk.ports, store);
    const newest = sql`merchant_id = ${store.merchantId} and follows is not null`;
    await sql`update alerts set posting_since = ${clock.now().toISOString()}, channel_id = ${slack.channelId} where ${newest}`;
    await endsIn(60);
    await settleMerchantAlerts(desk.ports, store);
    await sql`update alerts set posting_since = null, channel_id = null where ${newest}`;
    expect(await texts('authorization_expiring')).toEqual([expect.stringMatching(/^✔ .*renewed/)]);
  });
});

describe('a summary of many causes that have come further', () => {
  const logins = 12;
  /** Logins of one merchant, each with its store, that end together. */
  async function manyLogins(): Promise<void> {
    for (let no = 1; no < logins; no += 1) {
      const [login, shop] = [newId(), newId()];
      await sql`insert into authorizations select (jsonb_populate_record(a, jsonb_build_object('id', ${login}::text))).*
        from authorizations a where id = ${store.authorizationId}`;
      await sql`insert into stores select (jsonb_populate_record(s, jsonb_build_object('id', ${shop}::text,
          'authorization_id', ${login}::text, 'name', 'Shop ' || ${no}::int))).* from stores s where id = ${store.storeId}`;
    }
  }
  const allEndIn = (days: number) => {
    const at = new Date(clock.now().getTime() + days * 24 * hourMs - 60_000).toISOString();
    return sql`update authorizations set expires_at = ${at}::timestamptz, refresh_expires_at = ${at}::timestamptz
      where merchant_id = ${store.merchantId}`;
  };

  it('is told anew as a whole, with its causes', async () => {
    await manyLogins();
    await allEndIn(14);
    expect(await texts('authorization_expiring')).toEqual([expect.stringContaining(`${logins} causes`)]);
    await allEndIn(12);
    expect(await cards('authorization_expiring')).toHaveLength(1);
    await allEndIn(7);
    const [older, newer] = await cards('authorization_expiring');
    expect(older?.text).toMatch(/^■ .* · it has come further: a newer card says how it stands$/);
    expect(newer?.text).toContain(`${logins} causes`);
    await desk.press('storm_causes', newer?.valueOf('storm_causes') ?? '');
    expect(JSON.stringify(desk.calls('chat.postEphemeral').at(-1)?.fields)).toContain('ends in 7 days or less');
    await allEndIn(90);
    expect((await texts('authorization_expiring')).at(-1)).toMatch(/^✔ .*all 12 causes settled/);
    const rows = await sql`select 1 from alerts where merchant_id = ${store.merchantId} and state = 'open'`;
    expect(rows).toHaveLength(0);
  });

  it('says of stores whose orders are late that they are late', async () => {
    await manyLogins();
    const stores = await sql<{ id: string }[]>`select id from stores where merchant_id = ${store.merchantId}`;
    for (const { id } of stores) await insertOrder(sql, { ...store, storeId: id }, { shipBy: clock.now() });
    clock.pass(hourMs / 2);
    const [card] = await cards('ship_by_near');
    expect(card?.text).toContain('Ship-by has passed or is near, nothing shipped');
    expect(card?.words).toContain('• Ship-by has passed, nothing shipped');
    expect(card?.words).not.toContain('• Ship-by is near');
  });

  it('says how many of several late orders the warehouse has', async () => {
    await dueIn(3);
    const first = await dueIn(2);
    const second = await dueIn(2);
    await sql`update orders set status = 'processing' where id in (${first}, ${second})`;
    const [card] = await cards('ship_by_near');
    expect(card?.words).toContain('2 are dispatched and with the warehouse, which has not shipped them yet.');
  });
});
