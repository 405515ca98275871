import { beforeEach, describe, expect, it } from 'vitest';
import { cancelOrder } from '../../core/commands/cancel-order.ts';
import { confirmShipment } from '../../core/commands/confirm-shipment.ts';
import { followPlatformChanges } from '../../core/commands/follow-platform-changes.ts';
import { pairCarrier } from '../../core/commands/pair-carrier.ts';
import { resumeParkedWritebacks } from '../../core/commands/resume-parked-writebacks.ts';
import { sendWriteback } from '../../core/commands/send-writeback.ts';
import type { ConnectorErrorFields } from '../../core/errors.ts';
import { newId } from '../../core/ids.ts';
import { testBot } from '../support/bot.ts';
import { readCard } from '../support/bot-card.ts';
import { showAlerts } from '../support/causes.ts';
import { dispatchNow, makeOrder, must, person, readOrder, type World, world } from '../support/outgoing.ts';
import { platformError } from '../support/platform.ts';
import { insertFailedWriteback } from '../support/rows.ts';

const desk = await testBot();
const { sql, clock, platform } = desk;

let store: World;
beforeEach(async () => {
  store = await world(sql);
  desk.jobs.length = 0;
  platform.calls.length = 0;
  desk.slack.calls.length = 0;
});

type Failure = readonly [kind: ConnectorErrorFields['kind'], code: string, words: string];
const busy: Failure = ['retryable', 'HTTP_503', 'Unavailable'];
const gateway: Failure = ['retryable', 'HTTP_502', 'Bad gateway'];
const ended: Failure = ['needs_reauthorization', 'token_expired', 'Expired'];
const refused: Failure = ['rejected', 'bad_number', 'No such number'];
const busyTimes = (times: number): Failure[] => Array.from({ length: times }, () => busy);

const failing = (operation: 'ship' | 'cancel', failures: readonly Failure[]) => {
  for (const [kind, platformCode, platformMessage] of failures)
    platform.fail(operation, platformError(kind, { platformCode, platformMessage }));
};

const writebacks = () => sql<{ id: string; state: string; attempts: number; error_code: string | null }[]>`
  select id, state, attempts, error_code from writebacks where merchant_id = ${store.merchantId} order by id`;

/** Until the desk has tried the only writeback so often; its waits pass. */
async function tried(times: number): Promise<void> {
  for (let round = 0; round < 20; round += 1) {
    if (((await writebacks())[0]?.attempts ?? 0) >= times) return;
    await desk.work('writeback.send');
    clock.pass(600_000);
  }
  throw new Error(`The desk has not tried ${times} times.`);
}

/** A parcel that left, and whose tracking number the platform failed to take in these ways, one try after the other. */
async function untold(...failures: readonly Failure[]): Promise<string> {
  const { orderId } = await makeOrder(sql, store);
  const { outboundOrderId } = must(await dispatchNow(desk.ports, store, orderId));
  failing('ship', failures);
  const shipment = { merchantId: store.merchantId, outboundOrderId, expectedVersion: 1, trackingNumber: '1Z9' };
  must(await confirmShipment(desk.ports, { actor: person('Pia', 'warehouse'), ...shipment }));
  await tried(failures.length);
  await showAlerts(desk, store);
  return orderId;
}

/** Every card of a kind, oldest first, as the channel shows it. */
async function texts(kind = 'exception:writeback_failed'): Promise<string[]> {
  const shown = new Map((await desk.slack.messages()).map((message) => [message.ts, message.text]));
  const rows = await sql<{ message_ts: string }[]>`
    select message_ts from alerts where merchant_id = ${store.merchantId} and kind = ${kind} order by opened_at, id`;
  return rows.map((row) => shown.get(row.message_ts) ?? 'not shown');
}

/** The desk tries the only writeback once more, and the cards follow. */
async function triedOnce(...failures: readonly Failure[]): Promise<void> {
  failing('ship', failures);
  await tried(((await writebacks())[0]?.attempts ?? 0) + 1);
  await showAlerts(desk, store);
}

const authorize = (status: string) =>
  sql`update authorizations set status = ${status}, reason = ${status === 'expired' ? 'Please update authorization' : null}
    where id = ${store.authorizationId}`;

const mended = async () => {
  await authorize('authorized');
  const tx = desk.ports.database;
  await tx.transaction((it) => resumeParkedWritebacks(desk.ports, it, store.authorizationId));
  await showAlerts(desk, store);
};

const card = () => desk.card(store.merchantId, 'exception:writeback_failed');
const ships = () => platform.calls.filter((call) => call.startsWith('ship'));

describe('A platform that does not answer', () => {
  it('is asked at once by Mark Shipped, though the desk would wait', async () => {
    const orderId = await untold(...busyTimes(5));
    const open = await card();
    platform.calls.length = 0;
    await desk.press('mark_shipped', open.valueOf('mark_shipped'));
    expect(desk.told().at(-1)).toContain('Retrying 1 tracking number');
    await desk.work('writeback.send');
    expect(ships()).toEqual(['ship!']);
    expect(await writebacks()).toMatchObject([{ state: 'accepted', attempts: 6 }]);
    expect(platform.fulfilments.get(`p-${orderId}`)).toHaveLength(1);
    await showAlerts(desk, store);
    expect((await card()).text).toMatch(/^✔ .*the platform took it/);
  });

  it('is asked once for two presses and a try that begins at the same moment', async () => {
    const orderId = await untold(...busyTimes(5));
    const open = await card();
    clock.pass(3_600_000);
    platform.calls.length = 0;
    const [{ id: writebackId } = { id: '' }] = await writebacks();
    const signal = new AbortController().signal;
    const press = () => desk.press('mark_shipped', open.valueOf('mark_shipped'));
    await Promise.all([
      press(),
      press(),
      sendWriteback(desk.ports, { merchantId: store.merchantId, writebackId, signal }),
    ]);
    await desk.work('writeback.send');
    expect(ships()).toEqual(['ship!']);
    expect(platform.fulfilments.get(`p-${orderId}`)).toHaveLength(1);
    await press();
    expect(desk.told().at(-1)).toContain('it is being sent, or the platform has answered');
  });
});

describe('One cause, whatever the platform says in between', () => {
  it('stays one card, with the last words and since when', async () => {
    await untold(...busyTimes(5));
    const first = await card();
    expect(first.text).toContain('The platform does not answer, tracking waits · Northwind US: 1 order');
    expect(first.words).toMatch(/last words: “HTTP.*_503: Unavailable”/);
    expect(first.words).toMatch(/No try since .* got through/);
    await triedOnce(gateway);
    expect(await texts()).toEqual([first.text]);
    expect((await card()).words).toMatch(/last words: “HTTP.*_502: Bad gateway”/);
    expect((await card()).ts).toBe(first.ts);
  });

  it('lists the orders behind it, whatever each was told, and retries them all', async () => {
    await untold(...busyTimes(5));
    await triedOnce(gateway);
    const [one] = await writebacks();
    const { orderId } = await makeOrder(sql, store, { status: 'shipped', number: '#77' });
    const other = await insertFailedWriteback(sql, store, orderId, 'HTTP_500');
    await sql`update writebacks set state = 'retry', error_kind = 'retryable' where id = ${other}`;
    const { orderId: third } = await makeOrder(sql, store, { status: 'shipped' });
    const refusedOne = await insertFailedWriteback(sql, store, third, 'bad_number');
    await showAlerts(desk, store);
    const rows = await sql<{ id: string; order_count: number }[]>`select id, order_count from alerts
      where merchant_id = ${store.merchantId} and state = 'open' order by order_count desc`;
    expect(rows).toMatchObject([{ order_count: 2 }, { order_count: 1 }]);
    const listed = await desk.deps.queries.listCauseOrders({
      merchantIds: [store.merchantId],
      alertId: rows[0]?.id ?? '',
      scope: 'waiting',
      page: 0,
      pageSize: 10,
    });
    expect(listed.rows.map((row) => row.number)).toContain('#77');
    expect(listed.total).toBe(2);
    const shown = await desk.slack.messages();
    const message = shown.find(({ text }) => String(text).includes('does not answer'));
    const value = readCard(rows[0]?.id ?? '', '', '', message?.blocks ?? []).valueOf('mark_shipped');
    await desk.press('mark_shipped', value);
    expect(desk.told().at(-1)).toContain('Retrying 2 tracking numbers');
    expect(await writebacks()).toMatchObject(
      [one?.id, other, refusedOne].sort().map((id) => ({ id, state: id === refusedOne ? 'failed' : 'pending' })),
    );
  });

  it('goes on to a card that asks for a person when the platform refuses after all', async () => {
    await untold(...busyTimes(5));
    await triedOnce(refused);
    const [before, after] = await texts();
    expect(before).toMatch(/^■ The platform does not answer.*another card tells it/);
    expect(after).toContain('Tracking not accepted · Northwind US: 1 order');
  });

  it('is told by the card of the carrier alone when that turns out to be what is wrong, and back', async () => {
    const openKinds = () =>
      sql`select kind from alerts where merchant_id = ${store.merchantId} and state = 'open' order by kind`;
    await untold(...busyTimes(5));
    await triedOnce(['rejected', 'unknown_carrier', 'UPS?']);
    expect(await openKinds()).toEqual([{ kind: 'exception:carrier_unpaired' }]);
    expect(await texts()).toEqual([expect.stringMatching(/^■ .*another card tells it/)]);
    const pairing = { carrier: { id: store.warehouse.carrierId }, platformCode: 'U', platformName: 'U' };
    const { merchantId, storeId } = store;
    must(await pairCarrier(desk.ports, { actor: person('Mei'), merchantId, storeId, ...pairing }));
    await triedOnce(refused);
    expect(await openKinds()).toEqual([{ kind: 'exception:writeback_failed' }]);
    expect(await texts('exception:carrier_unpaired')).toEqual([expect.stringMatching(/^■ .*another card tells it/)]);
  });

  it('asks no more for a pairing that is made, though another parcel of the order failed too', async () => {
    const orderId = await untold(['rejected', 'unknown_carrier', 'UPS?']);
    await insertFailedWriteback(sql, store, orderId, 'too_heavy');
    const pairing = { carrier: { id: store.warehouse.carrierId }, platformCode: 'U', platformName: 'U' };
    const { merchantId, storeId } = store;
    must(await pairCarrier(desk.ports, { actor: person('Mei'), merchantId, storeId, ...pairing }));
    await triedOnce(refused);
    expect(await texts('exception:carrier_unpaired')).toEqual([expect.stringMatching(/^■ .*another card tells it/)]);
  });

  it('keeps the card of a refused one while it is repeated', async () => {
    await untold(refused);
    const open = await card();
    await desk.press('mark_shipped', open.valueOf('mark_shipped'));
    await showAlerts(desk, store);
    expect(await texts()).toEqual([open.text]);
    failing('ship', [refused]);
    await desk.work('writeback.send');
    await showAlerts(desk, store);
    expect(await texts()).toEqual([open.text]);
  });

  it('does not call accepted what waits for the authorization, and the card of that counts it', async () => {
    await untold(...busyTimes(5));
    await authorize('expired');
    await triedOnce(ended);
    expect(await writebacks()).toMatchObject([{ state: 'parked' }]);
    expect(await texts()).toEqual([expect.stringMatching(/^■ .*it waits for the authorization/)]);
    const login = await desk.card(store.merchantId, 'authorization_unusable');
    expect(login.words).toContain('1 tracking number waits for it.');
    await mended();
    expect(await texts()).toEqual([expect.stringMatching(/^■ /)]);
    await desk.work('writeback.send');
    await showAlerts(desk, store);
    expect(await writebacks()).toMatchObject([{ state: 'accepted' }]);
    expect(await sql`select 1 from alerts where merchant_id = ${store.merchantId} and state = 'open'`).toEqual([]);
  });

  it('is a cause again when the platform fails again after the authorization was mended', async () => {
    await untold(...busyTimes(5));
    await authorize('expired');
    await triedOnce(ended);
    await mended();
    await triedOnce(refused);
    expect((await card()).text).toContain('Tracking not accepted');
    expect((await card()).actions).toContain('mark_shipped');
  });
});

describe('A cause of several orders that end in different ways', () => {
  /** Orders whose tracking numbers the platform refused, on one card. */
  async function refusedOrders(count: number): Promise<string[]> {
    const ids: string[] = [];
    for (let n = 0; n < count; n += 1) {
      const { orderId } = await makeOrder(sql, store, { status: 'shipped' });
      ids.push(await insertFailedWriteback(sql, store, orderId, 'bad_number'));
    }
    await showAlerts(desk, store);
    clock.pass(60_000);
    return ids;
  }
  async function closed(id: string, by = 'Holdfast', via = 'system', resolution = 'accepted'): Promise<void> {
    const at = clock.now().toISOString();
    await sql`update order_exceptions set closed_at = ${at}::timestamptz, closed_by = ${by}, closed_via = ${via},
      resolution = ${resolution} where subject = ${id}`;
    clock.pass(1_000);
  }
  const moved = (id: string) => sql`update writebacks set error_code = 'too_heavy' where id = ${id}`;
  const parked = (id: string) => sql`update writebacks set state = 'parked' where id = ${id}`;
  const resumed = (id: string) => sql`update writebacks set state = 'pending', error_kind = null where id = ${id}`;
  const toCarrier = (id: string) => closed(id, 'Holdfast', 'system', 'moved');
  const settled = async () => {
    await showAlerts(desk, store);
    return (await texts()).find((text) => /^[■✔]/.test(text));
  };

  it.each([
    ['goes on to another cause', moved, 'another card tells the rest'],
    ['turns out to want a carrier', toCarrier, 'another card tells the rest'],
    ['waits for the authorization', parked, 'the rest waits for the authorization, and its card says so'],
    ['is sent anew', resumed, 'the rest is being sent again, and a card tells it if that fails'],
  ])('says both where the platform took some and one %s, in whatever order', async (_, goOn, words) => {
    const [first = '', second = '', third = ''] = await refusedOrders(3);
    await closed(first);
    await goOn(second);
    await closed(third);
    const text = await settled();
    expect(text).toMatch(/^■ Tracking not accepted/);
    expect(text).toContain(`settled in part: ${words}`);
    expect(text).not.toContain('not mended');
  });

  it('names who settled the ones that are', async () => {
    const [first = '', second = ''] = await refusedOrders(2);
    await closed(first, 'Ana', 'web', 'acknowledged');
    await moved(second);
    expect(await settled()).toContain('settled in part');
    const shown = (await desk.slack.messages()).find(({ text }) => String(text).includes('settled in part'));
    expect(JSON.stringify(shown?.blocks)).toContain('Ana · from the dashboard');
  });

  it('is put right where one that had gone on was taken too', async () => {
    const [first = '', second = ''] = await refusedOrders(2);
    await closed(first);
    await toCarrier(second);
    await sql`insert into order_exceptions (id, merchant_id, store_id, order_id, code, subject, message, opened_at, closed_at,
        closed_by, closed_via, resolution)
      select ${newId()}, merchant_id, store_id, order_id, code, subject, message, closed_at, ${clock.now().toISOString()}::timestamptz,
        'Holdfast', 'system', 'accepted' from order_exceptions where subject = ${second}`;
    expect(await settled()).toMatch(/^✔ .*the platform took it/);
  });

  it('is not mended where all of them went on', async () => {
    for (const id of await refusedOrders(2)) await moved(id);
    expect(await settled()).toMatch(/^■ .*not mended: the platform says something else now/);
  });
});

describe('Several shipments of one order', () => {
  it('are one order: its amount once, its number once, its page behind the link', async () => {
    const { orderId } = await makeOrder(sql, store, { status: 'shipped', number: '#1042' });
    await insertFailedWriteback(sql, store, orderId, 'bad_number');
    const second = await insertFailedWriteback(sql, store, orderId, 'bad_number');
    await sql`update order_exceptions set message = 'The newest words.', opened_at = now() + interval '1 minute'
      where subject = ${second}`;
    await showAlerts(desk, store);
    const open = await card();
    expect(open.text).toContain(': 1 order');
    expect(open.words).toContain('USD 25 ');
    expect(open.words).toContain('The newest words.');
    expect(open.words.match(/#1042/g)).toHaveLength(1);
    const links = [...open.words.matchAll(/"url":"([^"]+)"/g)].map(([, url]) => url);
    expect(links).toEqual([expect.stringContaining(`/orders/${orderId}`)]);
    await desk.press('mark_shipped', open.valueOf('mark_shipped'));
    expect(desk.told().at(-1)).toContain('Retrying 2 tracking numbers');
  });
});

/** An order cancelled here and there, where the platform answered in these ways, one try after the other. */
async function uncancelled(...failures: readonly Failure[]): Promise<string> {
  const { orderId } = await makeOrder(sql, store, { number: '#1042' });
  failing('cancel', failures);
  const { version } = await readOrder(desk.ports, store.merchantId, orderId);
  const cancelled = { actor: person('Mei'), merchantId: store.merchantId, orderId, expectedVersion: version };
  must(await cancelOrder(desk.ports, { ...cancelled, reason: 'The buyer asked', atPlatform: true }));
  clock.pass(60_000);
  await tried(failures.length);
  await showAlerts(desk, store);
  return orderId;
}

/** A sync says what state the platform shows now. */
async function platformShows(orderId: string, state: 'cancelled' | 'shipped'): Promise<void> {
  await sql`update orders set platform_state = ${state} where id = ${orderId}`;
  const { merchantId, storeId } = store;
  const news = { stateBefore: 'open', stateAfter: state, status: 'cancelled', touched: true } as const;
  const rest = { addressFields: [], previousRecipient: null, linesChanged: false, others: [] };
  await desk.ports.database.transaction((tx) =>
    followPlatformChanges(desk.ports, tx, [{ merchantId, storeId, orderId, ...news, ...rest }]),
  );
  await showAlerts(desk, store);
}

describe('A cancellation that the platform does not take', () => {
  const tooLate: Failure = ['rejected', 'too_late', 'Already packed'];
  const cancellation = () => desk.card(store.merchantId, 'exception:cancellation_failed');
  const openCards = () =>
    sql`select kind from alerts where merchant_id = ${store.merchantId} and state = 'open' order by kind`;

  it('has words of its own, and is tried again from its card', async () => {
    await uncancelled(tooLate);
    const open = await cancellation();
    expect(open.text).toContain('Cancellation not accepted · Northwind US: 1 order');
    expect(open.words).toContain('Already packed');
    expect(open.words).toContain('it may still be shipped and charged');
    expect(open.words).toContain('Try the cancellation again');
    expect(open.words).not.toContain('racking');
    await desk.press('mark_shipped', open.valueOf('mark_shipped'));
    expect(desk.told().at(-1)).toContain('Retrying 1 cancellation');
    await desk.work('writeback.send');
    await showAlerts(desk, store);
    expect((await cancellation()).text).toMatch(/^✔ Cancellation not accepted.*the platform took it/);
  });

  it('is settled by a person who has cancelled it there, and not told again', async () => {
    await uncancelled(tooLate);
    const open = await cancellation();
    await desk.press('acknowledge', open.valueOf('acknowledge'));
    await showAlerts(desk, store);
    expect((await cancellation()).text).toMatch(/^✔ .*acknowledged/);
    expect(await writebacks()).toMatchObject([{ state: 'closed' }]);
  });

  it('is no more tried once a person has settled it while the platform did not answer', async () => {
    await uncancelled(...busyTimes(5));
    const open = await cancellation();
    expect(open.text).toContain('The platform does not answer, the cancellation waits');
    await desk.press('acknowledge', open.valueOf('acknowledge'));
    clock.pass(3_600_000);
    platform.calls.length = 0;
    await desk.work('writeback.send');
    expect(platform.calls).toEqual([]);
  });

  it('ends by itself when the platform shows the order as cancelled', async () => {
    const orderId = await uncancelled(tooLate);
    await platformShows(orderId, 'cancelled');
    const settled = await cancellation();
    expect(settled.text).toMatch(/^✔ .*the platform cancelled the order/);
    expect(settled.words).toContain('Northwind US');
    expect(await openCards()).toEqual([]);
    expect(await writebacks()).toMatchObject([{ state: 'closed' }]);
  });

  it('ends when a repeated one is refused because the platform has cancelled the order already', async () => {
    const orderId = await uncancelled(tooLate);
    const open = await cancellation();
    await sql`update orders set platform_state = 'cancelled' where id = ${orderId}`;
    failing('cancel', [['rejected', 'already_cancelled', 'Already cancelled']]);
    await desk.press('mark_shipped', open.valueOf('mark_shipped'));
    await desk.work('writeback.send');
    await showAlerts(desk, store);
    expect((await cancellation()).text).toMatch(/^✔ .*the platform cancelled the order/);
    expect(await openCards()).toEqual([]);
  });

  it('gives way to the card that says so when the platform ships the order all the same', async () => {
    const orderId = await uncancelled(tooLate);
    await platformShows(orderId, 'shipped');
    expect(await openCards()).toEqual([{ kind: 'exception:platform_shipped_elsewhere' }]);
    const told = await desk.card(store.merchantId, 'exception:platform_shipped_elsewhere');
    expect(told.text).toBe('Shipped there, cancelled here · #1042 · Northwind US');
    expect(told.words).toContain('the platform has not taken the cancellation: settle it with the buyer there');
    expect(JSON.stringify(told.blocks.at(-1))).toContain(
      'Nothing ships from here, but the buyer may get it there and pay for it. Acknowledge when it is settled there.',
    );
    expect(told.words).not.toMatch(/Nothing waits|when you have seen it|order waits|USD/);
    expect(told.actions.slice(0, 3)).toEqual(['order_details', 'show_orders', 'acknowledge']);
    expect((await cancellation()).text).toContain('the platform says that the order shipped elsewhere');
    await desk.press('acknowledge', told.valueOf('acknowledge'));
    await showAlerts(desk, store);
    expect(await openCards()).toEqual([]);
  });

  it('is counted by the card of the authorization that it waits for', async () => {
    await uncancelled(tooLate);
    const open = await cancellation();
    failing('cancel', [ended]);
    await desk.press('mark_shipped', open.valueOf('mark_shipped'));
    await authorize('expired');
    await desk.work('writeback.send');
    await showAlerts(desk, store);
    expect(await writebacks()).toMatchObject([{ state: 'parked' }]);
    expect((await cancellation()).text).toMatch(/^■ .*it waits for the authorization, and its card says so/);
    const login = () => desk.card(store.merchantId, 'authorization_unusable');
    expect((await login()).words).toContain('1 cancellation waits for it.');
    const { orderId } = await makeOrder(sql, store, { status: 'shipped' });
    const shipment = await insertFailedWriteback(sql, store, orderId, 'token_expired');
    await sql`update writebacks set state = 'parked' where id = ${shipment}`;
    await showAlerts(desk, store);
    expect((await login()).words).toContain('1 tracking number and 1 cancellation wait for it.');
  });

  it('is no cause of tracking numbers with the same code', async () => {
    await uncancelled(tooLate);
    const { orderId } = await makeOrder(sql, store, { status: 'shipped' });
    const shipment = await insertFailedWriteback(sql, store, orderId, 'too_late');
    await showAlerts(desk, store);
    const open = await cancellation();
    expect(open.text).toContain('1 order');
    await desk.press('mark_shipped', open.valueOf('mark_shipped'));
    expect(await sql`select state from writebacks where id = ${shipment}`).toEqual([{ state: 'failed' }]);
  });
});
