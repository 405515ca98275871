import { beforeEach, describe, expect, test } from 'vitest';
import { classifyPayment } from '../../../core/commands/classify-payment.ts';
import { ingestPage } from '../../../core/commands/ingest-page.ts';
import { mapShippingMethod } from '../../../core/commands/map-shipping-method.ts';
import { pairCarrier } from '../../../core/commands/pair-carrier.ts';
import { newId } from '../../../core/ids.ts';
import type { PaymentClass } from '../../../core/order/holds.ts';
import type { Actor } from '../../../core/people/actor.ts';
import { testDatabase } from '../../support/database.ts';
import { fetched } from '../../support/intake.ts';
import { aLine, anOrder } from '../../support/orders.ts';
import { outgoingPorts, person, testClock, type World, world } from '../../support/outgoing.ts';

const database = await testDatabase();
const { sql } = database;
const [mei, tom] = [person('Mei'), person('Tom')];
const clock = testClock();
const { ports } = outgoingPorts(database, undefined, clock);
const atFourteen = 5 * 3_600_000 + 2 * 60_000;

let w: World;
beforeEach(async () => {
  w = await world(sql);
});
const there = () => ({ merchantId: w.merchantId, storeId: w.storeId });
const refused = (message: string, field: string) => ({
  ok: false,
  error: { code: 'decided_meanwhile', message, field },
});

describe('an old form about a payment type', () => {
  const classify = (actor: Actor, paymentClass: PaymentClass, seenClass?: PaymentClass | null) =>
    classifyPayment(ports, { ...there(), actor, paymentMethod: 'wire', class: paymentClass, seenClass });
  const standing = async () =>
    (await sql`select class, created_by from payment_classifications where store_id = ${w.storeId}`)[0];

  test('does not take back what a colleague decided, says who and when, and releases nothing', async () => {
    const order = anOrder({ paymentMethod: 'wire', paymentRecord: 'unknown', lines: [aLine({ sku: 'TEE-1' })] });
    await ingestPage(ports, { ...there(), runId: null, page: fetched(order) });
    clock.pass(atFourteen);
    expect(await classify(mei, 'blocked', null)).toMatchObject({ ok: true });
    const message = 'Mei classified it as blocked at 14:02. Look at it again.';
    expect(await classify(tom, 'prepaid', null)).toEqual(refused(message, 'class'));
    expect(await standing()).toEqual({ class: 'blocked', created_by: 'Mei' });
    const [held] = await sql`select open_hold_count from orders where merchant_id = ${w.merchantId}`;
    expect(held?.open_hold_count).toBe(1);
    expect(await sql`select 1 from audit_events where merchant_id = ${w.merchantId} and actor_name = 'Tom'`).toEqual(
      [],
    );
    expect(await classify(tom, 'prepaid', 'blocked')).toMatchObject({ ok: true, value: { releasedOrders: 1 } });
    expect(await standing()).toEqual({ class: 'prepaid', created_by: 'Tom' });
  });

  test('says the day of a decision that is not of today, where the merchant is', async () => {
    await sql`update merchants set timezone = 'Asia/Taipei' where id = ${w.merchantId}`;
    const at = new Intl.DateTimeFormat('en-GB', {
      day: 'numeric',
      month: 'long',
      hour: '2-digit',
      minute: '2-digit',
      timeZone: 'Asia/Taipei',
    }).format(clock.now());
    await classify(mei, 'cash_on_delivery');
    clock.pass(20 * 3_600_000);
    expect(await classify(tom, 'prepaid', null)).toEqual(
      refused(`Mei classified it as cash on delivery on ${at}. Look at it again.`, 'class'),
    );
  });

  test('is taken where it decides the same, where nothing else stands, and without a word of what was seen', async () => {
    expect(await classify(mei, 'blocked', 'prepaid')).toMatchObject({ ok: true });
    expect(await classify(tom, 'blocked', null)).toMatchObject({ ok: true });
    expect(await standing()).toEqual({ class: 'blocked', created_by: 'Mei' });
    expect(await classify(tom, 'prepaid')).toMatchObject({ ok: true });
  });

  test('still names what stands where the history does not know who decided it', async () => {
    await sql`insert into payment_classifications (id, merchant_id, store_id, payment_method, class, created_by)
      values (${newId()}, ${w.merchantId}, ${w.storeId}, 'wire', 'blocked', 'Mei')`;
    expect(await classify(tom, 'prepaid', null)).toEqual(
      refused('Somebody classified it as blocked meanwhile. Look at it again.', 'class'),
    );
  });

  test('of two people at once is taken from one', async () => {
    const answers = await Promise.all([classify(mei, 'blocked', null), classify(tom, 'prepaid', null)]);
    expect(answers.map(({ ok }) => ok).sort()).toEqual([false, true]);
  });
});

describe('an old form about a shipping method', () => {
  const addType = async (name: string): Promise<string> => {
    const id = newId();
    await sql`insert into shipping_types (id, merchant_id, code, name) values (${id}, ${w.merchantId}, ${name}, ${name})`;
    return id;
  };

  test('does not take back what a colleague decided, and says who and when', async () => {
    const [home, locker] = [await addType('Home delivery'), await addType('Chilled')];
    const map = (actor: Actor, shippingTypeId: string, seenShippingTypeId?: string | null) =>
      mapShippingMethod(ports, { ...there(), actor, method: 'express', shippingTypeId, seenShippingTypeId });
    const standing = async () =>
      (await sql`select shipping_type_id, created_by from method_mappings where store_id = ${w.storeId}`)[0];
    expect(await map(mei, home, null)).toMatchObject({ ok: true });
    const when = clock.now().toISOString().slice(11, 16);
    const message = `Mei mapped it to Home delivery at ${when}. Look at it again.`;
    expect(await map(tom, locker, null)).toEqual(refused(message, 'shippingTypeId'));
    expect(await map(tom, home, null)).toMatchObject({ ok: true });
    expect(await standing()).toEqual({ shipping_type_id: home, created_by: 'Mei' });
    expect(await map(tom, locker, home)).toMatchObject({ ok: true });
    expect(await standing()).toEqual({ shipping_type_id: locker, created_by: 'Tom' });
    expect(await map(mei, home)).toMatchObject({ ok: true });
  });
});

describe('an old form about a carrier', () => {
  const pair = (actor: Actor, platformCode: string, seenPlatformCode?: string | null) => {
    const pairing = {
      carrier: { id: w.warehouse.carrierId },
      platformCode,
      platformName: `${platformCode} Inc`,
      seenPlatformCode,
    };
    return pairCarrier(ports, { ...there(), actor, ...pairing });
  };
  const standing = async () =>
    (await sql`select platform_code from carrier_pairings where store_id = ${w.storeId}`).map(
      (row) => row.platform_code,
    );

  test('does not take back what a colleague decided at this store, and says who and when', async () => {
    expect(await pair(mei, 'ups_us', null)).toMatchObject({ ok: true });
    const when = clock.now().toISOString().slice(11, 16);
    // The same carrier at another store is another decision.
    const elsewhere = await world(sql);
    await pairCarrier(ports, {
      actor: person('Ana'),
      merchantId: elsewhere.merchantId,
      storeId: elsewhere.storeId,
      carrier: { id: w.warehouse.carrierId },
      platformCode: 'x',
      platformName: 'X',
    });
    const message = `Mei paired UPS with ups_us Inc at ${when}. Look at it again.`;
    expect(await pair(tom, 'dhl', null)).toEqual(refused(message, 'platformCode'));
    expect(await pair(tom, 'ups_us', null)).toMatchObject({ ok: true });
    expect(await standing()).toEqual(['ups_us']);
    expect(await pair(tom, 'dhl', 'ups_us')).toMatchObject({ ok: true });
    expect(await pair(mei, 'ups_us')).toMatchObject({ ok: true });
  });

  test('typed in Manual Ship does not take back what a colleague decided either', async () => {
    const pairTyped = (actor: Actor, name: string, platformCode: string, seenPlatformCode: string | null) =>
      pairCarrier(ports, {
        ...there(),
        actor,
        carrier: { name },
        platformCode,
        platformName: `${platformCode} Inc`,
        seenPlatformCode,
      });
    expect(await pairTyped(mei, 'Bike Bob', 'bob', null)).toMatchObject({ ok: true });
    expect(await pairTyped(person('Ana'), 'Bike Bill', 'bill', null)).toMatchObject({ ok: true });
    const when = clock.now().toISOString().slice(11, 16);
    const message = `Mei paired bike bob with bob Inc at ${when}. Look at it again.`;
    expect(await pairTyped(tom, 'bike bob', 'dhl', null)).toEqual(refused(message, 'platformCode'));
    expect(await pairTyped(tom, 'bike bob', 'dhl', 'bob')).toMatchObject({ ok: true });
    expect((await standing()).sort()).toEqual(['bill', 'dhl']);
    const again = `Tom paired Bike Bob with dhl Inc at ${when}. Look at it again.`;
    expect(await pairTyped(mei, 'Bike Bob', 'ups', 'bob')).toEqual(refused(again, 'platformCode'));
  });

  test('of two people at once is taken from one', async () => {
    const answers = await Promise.all([pair(mei, 'ups_us', null), pair(tom, 'dhl', null)]);
    expect(answers.map(({ ok }) => ok).sort()).toEqual([false, true]);
    expect(await standing()).toEqual([answers[0]?.ok ? 'ups_us' : 'dhl']);
  });
});
