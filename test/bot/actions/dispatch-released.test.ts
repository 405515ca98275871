import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { undoDispatch } from '../../../core/commands/undo-dispatch.ts';
import { testBot } from '../../support/bot.ts';
import { heldOrder, showAlerts } from '../../support/causes.ts';
import { makeOrder, must, person, type World, world } from '../../support/outgoing.ts';
import { insertHold } from '../../support/rows.ts';

const desk = await testBot();
const { slack, sql } = desk;

let store: World;
beforeEach(async () => {
  store = await world(sql);
  slack.calls.length = 0;
  slack.responses.length = 0;
});

/** Orders of MUG, held, then released by binding it. */
async function releasedCause(count: number): Promise<void> {
  for (let n = 1; n < count; n += 1) {
    const { orderId } = await makeOrder(sql, store, { number: `#${n}`, sku: 'MUG' });
    await insertHold(sql, store, orderId, { code: 'sku_unmapped', subject: 'MUG', detail: { keyKind: 'sku' } });
  }
  await heldOrder(
    desk,
    store,
    { code: 'sku_unmapped', subject: 'MUG', detail: { keyKind: 'sku' } },
    { number: `#${count}`, sku: 'MUG' },
  );
  const card = await desk.card(store.merchantId);
  await desk.submit(
    'bind_sku',
    { alert: card.alertId, merchant: store.merchantId, store: store.storeId, keyKind: 'sku', key: 'MUG' },
    {
      product_0: { product_search: { selected_option: { value: store.productId } } },
      quantity_0: { quantity: { value: '1' } },
    },
  );
  await showAlerts(desk, store);
}
async function openForm() {
  const card = await desk.card(store.merchantId);
  await desk.press('dispatch_released', card.valueOf('dispatch_released'));
  const view = desk.view();
  return { card, view, metadata: JSON.parse(String(view.private_metadata)) };
}
const channel = () => ({ channel: { channel: { selected_option: { value: store.warehouse.channelId } } } });
const statuses = async () =>
  (
    await sql<{ number: string; status: string }[]>`
    select platform_order_number as number, status from orders where merchant_id = ${store.merchantId} order by id`
  ).map((row) => row.status);

describe('Dispatch all released', () => {
  it('is on the settled card, says how many, dispatches them as one batch and lists the results in the thread', async () => {
    await releasedCause(3);
    const { card, view, metadata } = await openForm();
    expect(card.text).toBe('✔ SKU not mapped · MUG · Northwind US → 1 × TS-1 · 3 orders released');
    expect(JSON.stringify(view.blocks)).toContain('3 orders will be dispatched');
    expect((await desk.submit('dispatch_released', metadata, channel())).text).toBe('');
    expect(await statuses()).toEqual(['processing', 'processing', 'processing']);
    const [results] = await slack.replies(card.ts);
    expect(results?.text).toBe('3 of 3 orders dispatched');
    expect(JSON.stringify(results?.blocks)).toContain('✔ #1');
    expect(desk.told().at(-1)).toBe('3 of 3 orders dispatched');

    await desk.work();
    const after = await desk.card(store.merchantId);
    expect(after.actions).not.toContain('dispatch_released');
    expect(after.text).toBe('✔ SKU not mapped · MUG · Northwind US → 1 × TS-1 · 3 orders released');
  });

  it('is offered again when what had left is put back', async () => {
    await releasedCause(1);
    const recipientId = randomUUID();
    await sql`insert into recipients (id, merchant_id, name, country, state, address1, city, zip, phone)
      values (${recipientId}, ${store.merchantId}, 'Ada Canary', 'US', 'NV', '1 Main St', 'Reno', '89501', '5550100')`;
    await sql`update orders set recipient_id = ${recipientId} where merchant_id = ${store.merchantId}`;
    const { metadata } = await openForm();
    await desk.submit('dispatch_released', metadata, channel());
    await desk.work();
    expect((await desk.card(store.merchantId)).actions).not.toContain('dispatch_released');
    const [order] = await sql<{ id: string }[]>`select id from orders where merchant_id = ${store.merchantId}`;
    const actor = { ...person('Mei'), personId: desk.personIds.mei };
    must(await undoDispatch(desk.ports, { actor, merchantId: store.merchantId, orderId: order?.id ?? '' }));
    await desk.work();
    expect(
      await sql`select code, subject from holds where merchant_id = ${store.merchantId} and closed_at is null`,
    ).toEqual([]);
    expect((await desk.card(store.merchantId)).actions).toContain('dispatch_released');
  });

  it('dispatches once when the form arrives twice', async () => {
    await releasedCause(2);
    const { card, metadata } = await openForm();
    const trigger = randomUUID();
    await Promise.all([1, 2].map(() => desk.submit('dispatch_released', metadata, channel(), { trigger })));
    expect(await sql`select 1 from outbound_orders where merchant_id = ${store.merchantId}`).toHaveLength(2);
    expect(await slack.replies(card.ts)).toHaveLength(1);
  });

  it('lets one refused order block no other, and says why', async () => {
    await releasedCause(2);
    await sql`update inventory set on_hand = 1 where merchant_id = ${store.merchantId}`;
    const { card, metadata } = await openForm();
    await desk.submit('dispatch_released', metadata, channel());
    expect((await statuses()).sort()).toEqual(['pending', 'processing']);
    const [results] = await slack.replies(card.ts);
    expect(results?.text).toBe('1 of 2 orders dispatched, 1 refused');
    expect(JSON.stringify(results?.blocks)).toContain('✖ #');
    await desk.work();
    expect((await desk.card(store.merchantId)).actions).not.toContain('dispatch_released');
  });

  it('leaves out what was released after the form was opened', async () => {
    await releasedCause(1);
    const { metadata } = await openForm();
    desk.clock.pass(60_000);
    const { orderId } = await makeOrder(sql, store, { number: '#late', sku: 'MUG' });
    const holdId = await insertHold(sql, store, orderId, { code: 'sku_unmapped', subject: 'MUG' });
    await sql`update holds set closed_at = ${desk.clock.now().toISOString()}::timestamptz, closed_by = 'Ana', closed_via = 'web', resolution = 'mapped' where id = ${holdId}`;
    await sql`update orders set open_hold_count = 0 where id = ${orderId}`;
    await desk.submit('dispatch_released', metadata, channel());
    expect(await statuses()).toEqual(['processing', 'pending']);
  });

  it('leaves out what something else held when the form was opened', async () => {
    await releasedCause(2);
    const [row] = await sql<
      { id: string }[]
    >`select id from orders where merchant_id = ${store.merchantId} order by id limit 1`;
    const parked = row?.id ?? '';
    const holdId = await insertHold(sql, store, parked, { code: 'operator_hold', origin: 'person' });
    desk.clock.pass(60_000);
    const { metadata } = await openForm();
    desk.clock.pass(60_000);
    await sql`update holds set closed_at = ${desk.clock.now().toISOString()}::timestamptz, closed_by = 'Ana', closed_via = 'web', resolution = 'released' where id = ${holdId}`;
    await sql`update orders set open_hold_count = 0 where id = ${parked}`;
    const answer = await desk.submit('dispatch_released', metadata, channel());
    expect(answer.text).toBe('');
    expect((await statuses()).sort()).toEqual(['pending', 'processing']);
  });

  it('pages through the results of a large batch', async () => {
    await releasedCause(45);
    const { card, metadata } = await openForm();
    await desk.submit('dispatch_released', metadata, channel());
    const [first] = await slack.replies(card.ts);
    const run = await sql<
      { id: string }[]
    >`select id from runs where merchant_id = ${store.merchantId} and kind = 'batch_dispatch'`;
    const value = JSON.stringify({ run: run[0]?.id, of: store.merchantId, page: 2 });
    expect(JSON.stringify(first?.blocks)).toContain('batch_page:next');
    await desk.press('batch_page:next', value, { messageTs: first?.ts ?? '', threadTs: card.ts });
    const [third] = await slack.replies(card.ts);
    expect(third?.ts).toBe(first?.ts);
    expect(JSON.stringify(third?.blocks).match(/✔/g)).toHaveLength(5);
  });

  it('is refused to a viewer, and says so when nothing is left', async () => {
    await releasedCause(1);
    const card = await desk.card(store.merchantId);
    await desk.press('dispatch_released', card.valueOf('dispatch_released'), { user: 'vic' });
    expect(desk.told().at(-1)).toContain('operator, admin or owner');
    await sql`update orders set status = 'cancelled' where merchant_id = ${store.merchantId}`;
    await desk.press('dispatch_released', card.valueOf('dispatch_released'));
    expect(JSON.stringify(desk.view().blocks)).toContain('Nothing that this released waits');
    await desk.work();
    expect((await desk.card(store.merchantId)).actions).not.toContain('dispatch_released');
  });
});

describe('Undo', () => {
  it('takes a mapping back within five minutes: the orders are held again, on the same card', async () => {
    await releasedCause(2);
    const card = await desk.card(store.merchantId);
    // Clocks of two processes differ.
    await sql`update sku_mappings set created_at = ${new Date(desk.clock.now().getTime() + 60_000).toISOString()}
      where merchant_id = ${store.merchantId} and key = 'MUG'`;
    await desk.press('undo_bind', card.valueOf('undo_bind'));
    expect(desk.told().at(-1)).toContain('2 orders are held again');
    await showAlerts(desk, store);
    const again = await desk.card(store.merchantId);
    expect(again.ts).toBe(card.ts);
    expect(again.actions).toContain('bind_sku');
    await desk.press('undo_bind', card.valueOf('undo_bind'));
    expect(desk.told().at(-1)).toContain('still or again open');
  });

  it('is refused to a viewer, after five minutes, and when the mapping is another one by now', async () => {
    await releasedCause(1);
    const card = await desk.card(store.merchantId);
    const value = card.valueOf('undo_bind');
    await desk.press('undo_bind', value, { user: 'vic' });
    expect(desk.told().at(-1)).toContain('operator, admin or owner');
    const [first] = await sql<{ id: string }[]>`
      update sku_mappings set superseded_at = now() where merchant_id = ${store.merchantId} and key = 'MUG' returning id`;
    await sql`insert into sku_mappings select (jsonb_populate_record(m, jsonb_build_object('id', gen_random_uuid(),
      'superseded_at', null, 'version', m.version + 1))).* from sku_mappings m where m.id = ${first?.id ?? ''}`;
    await desk.press('undo_bind', value);
    expect(desk.told().at(-1)).toContain('has changed or ended since');
    desk.clock.pass(6 * 60_000);
    await desk.press('undo_bind', value);
    expect(desk.told().at(-1)).toContain('five minutes');
    expect((await desk.card(store.merchantId)).actions).not.toContain('undo_bind');
  });
});
