import { beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../../core/ids.ts';
import { testBot } from '../../support/bot.ts';
import { heldOrder, showAlerts } from '../../support/causes.ts';
import { makeOrder, type World, world } from '../../support/outgoing.ts';
import { insertHold } from '../../support/rows.ts';

const desk = await testBot();
const { slack, sql } = desk;

let store: World;
beforeEach(async () => {
  store = await world(sql);
  slack.calls.length = 0;
});

/** A cause of this many orders, `#1` the oldest. */
async function heldOrders(count: number): Promise<void> {
  for (let n = 1; n < count; n += 1) {
    const { orderId } = await makeOrder(sql, store, { number: `#${n}` });
    await sql`update orders set ordered_at = now() - make_interval(hours => ${count - n}) where id = ${orderId}`;
    await insertHold(sql, store, orderId, { code: 'sku_unmapped', subject: 'MUG', detail: { keyKind: 'sku' } });
  }
  await heldOrder(
    desk,
    store,
    { code: 'sku_unmapped', subject: 'MUG', detail: { keyKind: 'sku' } },
    { number: `#${count}` },
  );
}
const listing = async () => {
  const card = await desk.card(store.merchantId);
  const [message] = await slack.replies(card.ts);
  if (message === undefined) throw new Error('The thread has no list.');
  return { ts: message.ts ?? '', threadTs: card.ts, words: JSON.stringify(message.blocks) };
};
const pageButton = (words: string, name: string): string => {
  const elements: { elements?: { action_id: string; value: string }[] }[] = JSON.parse(words);
  const found = elements
    .flatMap((block) => block.elements ?? [])
    .find((one) => one.action_id === `orders_page:${name}`);
  if (found === undefined) throw new Error(`The list has no ${name}: ${words}`);
  return found.value;
};

describe('Show orders', () => {
  it('lists ten orders in the thread, oldest first, without a word about recipients', async () => {
    await heldOrders(12);
    const card = await desk.card(store.merchantId);
    await desk.press('show_orders', card.valueOf('show_orders'), { user: 'vic' });
    const { words } = await listing();
    expect(words).toContain('1–10 of 12 orders');
    expect(words).toContain('|#1>');
    expect(words).not.toContain('|#11>');
    expect(words).toContain('order_details');
    expect(words).toContain('USD 25.00');
  });

  it('turns its pages in place, and a second press adds no second list', async () => {
    await heldOrders(12);
    const card = await desk.card(store.merchantId);
    await desk.press('show_orders', card.valueOf('show_orders'));
    const first = await listing();
    await desk.press('orders_page:next', pageButton(first.words, 'next'), {
      messageTs: first.ts,
      threadTs: first.threadTs,
    });
    const second = await listing();
    expect(second.ts).toBe(first.ts);
    expect(second.words).toContain('11–12 of 12 orders');
    await desk.press('orders_page:previous', pageButton(second.words, 'previous'), { messageTs: second.ts });
    expect((await listing()).words).toContain('1–10 of 12 orders');
    await desk.press('show_orders', card.valueOf('show_orders'));
    expect(await slack.replies(card.ts)).toHaveLength(1);
    expect(desk.told().at(-1)).toBe('The list in the thread is up to date now.');
  });

  it('goes to the last page there is when orders have left meanwhile', async () => {
    await heldOrders(12);
    const card = await desk.card(store.merchantId);
    await desk.press('show_orders', card.valueOf('show_orders'));
    const first = await listing();
    await sql`update holds set closed_at = now(), closed_by = 'Ana', closed_via = 'web', resolution = 'released'
      where merchant_id = ${store.merchantId} and order_id in (select id from orders where merchant_id = ${store.merchantId} order by ordered_at limit 7)`;
    await desk.press('orders_page:next', pageButton(first.words, 'next'), {
      messageTs: first.ts,
      threadTs: first.threadTs,
    });
    expect((await listing()).words).toContain('1–5 of 5 orders');
  });

  it('shows nothing of another merchant', async () => {
    await heldOrders(1);
    const card = await desk.card(store.merchantId);
    const other = await world(sql);
    await sql`update grants set merchant_ids = array[${other.merchantId}]::uuid[] where person_id = ${desk.personIds.vic}`;
    await desk.press('show_orders', card.valueOf('show_orders'), { user: 'vic' });
    await sql`update grants set merchant_ids = null where person_id = ${desk.personIds.vic}`;
    expect(await slack.replies(card.ts)).toHaveLength(0);
    const refusal = 'This needs the role viewer, operator, admin or owner. Ask an owner to give it to you.';
    expect(desk.told().at(-1)).toBe(refusal);
    await desk.press('show_orders', JSON.stringify({ alert: newId(), merchant: store.merchantId, version: 1 }), {
      user: 'wes',
    });
    expect(desk.told().at(-1)).toBe(refusal);
  });

  it('still lists for a settled cause, and says that nothing waits', async () => {
    await heldOrders(1);
    const card = await desk.card(store.merchantId);
    await sql`update holds set closed_at = now(), closed_by = 'Ana', closed_via = 'web', resolution = 'mapped' where merchant_id = ${store.merchantId}`;
    await showAlerts(desk, store);
    await desk.press('show_orders', card.valueOf('show_orders'));
    expect((await listing()).words).toContain('No order waits for it now');
  });
});
