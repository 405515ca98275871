import { beforeEach, describe, expect, it } from 'vitest';
import { testBot } from '../../support/bot.ts';
import { heldOrder, showAlerts } from '../../support/causes.ts';
import { type World, world } from '../../support/outgoing.ts';

const desk = await testBot();
const { slack, sql } = desk;

let store: World;
beforeEach(async () => {
  store = await world(sql);
  await heldOrder(desk, store, { code: 'sku_unmapped', subject: 'TSHIRT-XL', detail: { keyKind: 'sku' } });
  slack.calls.length = 0;
});

describe('a warehouse person, who may not see the cause', () => {
  it.each([
    ['bind_sku', 'operator, admin or owner'],
    ['assign_to_me', 'operator, admin or owner'],
    ['pair_carrier', 'operator, admin or owner'],
    ['show_orders', 'viewer, operator, admin or owner'],
    ['storm_causes', 'viewer, operator, admin or owner'],
    ['refresh_token', 'admin or owner'],
    ['test_connection', 'admin or owner'],
  ])('is told which role %s needs, of a settled one too', async (action, roles) => {
    const value = (await desk.card(store.merchantId)).valueOf('assign_to_me');
    const refusal = `This needs the role ${roles}. Ask an owner to give it to you.`;
    await desk.press(action, value, { user: 'wes' });
    expect(desk.told().at(-1)).toBe(refusal);
    await sql`update alerts set state = 'resolved', resolved_by = 'Olga' where merchant_id = ${store.merchantId}`;
    await desk.press(action, value, { user: 'wes' });
    expect(desk.told().at(-1)).toBe(refusal);
  });
});

describe('Assign to me and Snooze', () => {
  it('names on the card who took it, and stays quiet while it is snoozed', async () => {
    const card = await desk.card(store.merchantId);
    await desk.press('assign_to_me', card.valueOf('assign_to_me'));
    await desk.work('alert.deliver', 'alert.outbox');
    expect((await desk.card(store.merchantId)).words).toContain('Mei has it');
    await desk.press('snooze', card.valueOf('assign_to_me'));
    await desk.work('alert.deliver', 'alert.outbox');
    slack.calls.length = 0;
    await heldOrder(desk, store, { code: 'sku_unmapped', subject: 'TSHIRT-XL', detail: { keyKind: 'sku' } });
    expect(desk.calls('chat.update')).toHaveLength(0);
    expect(await sql`select event from audit_events where merchant_id = ${store.merchantId} order by id`).toMatchObject(
      [{ event: 'alert.assigned' }, { event: 'alert.snoozed' }],
    );
  });

  it('answers in the channel to whoever presses a card there, also when it has a thread, and in a thread there', async () => {
    const card = await desk.card(store.merchantId);
    const value = card.valueOf('assign_to_me');
    const where = () => desk.calls('chat.postEphemeral').at(-1)?.fields.thread_ts;
    await desk.press('assign_to_me', value, { user: 'vic', messageTs: card.ts, threadTs: card.ts });
    expect(desk.told().at(-1)).toContain('operator, admin or owner');
    expect(where()).toBeUndefined();
    await desk.press('assign_to_me', value, { user: 'vic', messageTs: `${card.ts}9`, threadTs: card.ts });
    expect(where()).toBe(card.ts);
  });

  it('lets somebody else take it over, and only who has it give it back', async () => {
    const card = await desk.card(store.merchantId);
    const press = async (action: string, user: 'mei' | 'ana') => {
      const shown = await desk.card(store.merchantId);
      await desk.press(action, shown.valueOf(action), { user });
      await desk.work('alert.deliver', 'alert.outbox');
      return desk.card(store.merchantId);
    };
    expect(card.actions).not.toContain('give_back');
    const taken = await press('assign_to_me', 'mei');
    expect(taken.words).toContain('Take over from Mei');
    expect((await press('give_back', 'ana')).words).toContain('Mei has it');
    expect(desk.told().at(-1)).toBe('Mei has it, not you.');
    expect((await press('assign_to_me', 'ana')).words).toContain('Ana has it');
    const free = await press('give_back', 'ana');
    expect(free.words).not.toContain('has it');
    expect(free.actions).toContain('assign_to_me');
    expect(free.actions).not.toContain('give_back');
  });

  it('says on the card who snoozed it and until when, and no more when that is over', async () => {
    const card = await desk.card(store.merchantId);
    await desk.press('snooze', card.valueOf('assign_to_me'));
    // The job engine takes payloads of text only.
    expect(desk.jobs.flatMap(({ payload }) => Object.values(payload)).every((value) => typeof value === 'string')).toBe(
      true,
    );
    await desk.work('alert.deliver', 'alert.outbox');
    expect((await desk.card(store.merchantId)).words).toContain('Snoozed by Mei until');
    desk.clock.pass(60 * 60 * 1000);
    await desk.work('alert.deliver', 'alert.outbox');
    expect((await desk.card(store.merchantId)).words).not.toContain('Snoozed');
  });

  it('ends a snooze for any operator, and says the numbers of now at once', async () => {
    const card = await desk.card(store.merchantId);
    expect(card.actions).not.toContain('wake');
    await desk.press('snooze', card.valueOf('assign_to_me'));
    await desk.work('alert.deliver', 'alert.outbox');
    await heldOrder(desk, store, { code: 'sku_unmapped', subject: 'TSHIRT-XL', detail: { keyKind: 'sku' } });
    const quiet = await desk.card(store.merchantId);
    expect(quiet.words).toContain('1 order waits');
    expect(quiet.words).toContain('End the snooze');
    await desk.choose('wake', quiet.valueOf('assign_to_me'), { user: 'vic' });
    expect(desk.told().at(-1)).toContain('operator, admin or owner');
    await desk.choose('wake', quiet.valueOf('assign_to_me'), { user: 'ana' });
    await desk.work('alert.deliver', 'alert.outbox');
    const awake = await desk.card(store.merchantId);
    expect(awake.words).toContain('2 orders wait');
    expect(awake.words).not.toContain('Snoozed');
    expect(awake.words).toContain('Snooze 1 h');
    expect(desk.told().join()).toContain('The snooze is over');
    await desk.choose('wake', quiet.valueOf('assign_to_me'));
    expect(desk.told().at(-1)).toBe('It is not snoozed any more.');
    expect(
      await sql`select event, actor_name from audit_events where merchant_id = ${store.merchantId} order by id desc limit 1`,
    ).toEqual([{ event: 'alert.woken', actor_name: 'Ana' }]);
  });

  it('opens a card that was snoozed, settled, and has its cause back', async () => {
    const card = await desk.card(store.merchantId);
    await desk.press('snooze', card.valueOf('assign_to_me'));
    await sql`update holds set closed_at = now(), closed_by = 'Mei', closed_via = 'web', resolution = 'mapped'
      where merchant_id = ${store.merchantId}`;
    await showAlerts(desk, store);
    expect((await desk.card(store.merchantId)).words).toContain('✔');
    await heldOrder(desk, store, { code: 'sku_unmapped', subject: 'TSHIRT-XL', detail: { keyKind: 'sku' } });
    expect((await desk.card(store.merchantId)).words).not.toContain('✔');
  });
});
