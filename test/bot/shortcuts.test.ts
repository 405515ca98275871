import { beforeEach, describe, expect, it } from 'vitest';
import { orderNumbersIn } from '../../bot/shortcuts/order-numbers-in.ts';
import { testBot } from '../support/bot.ts';
import { makeOrder, type World, world } from '../support/outgoing.ts';

const desk = await testBot();
const { slack, sql } = desk;

let store: World;
beforeEach(async () => {
  store = await world(sql);
  slack.calls.length = 0;
});

const text = (typed: string) => ({ text: { text: { type: 'plain_text_input', value: typed } } });

describe('Find an order', () => {
  it('opens a search, and shows in it what was found, with Details for each', async () => {
    await makeOrder(sql, store, { number: 'CUT-1' });
    await desk.shortcut('find_order');
    expect(desk.view()).toMatchObject({ callback_id: 'find_order' });
    const found = await desk.submit('find_order', {}, text('cut-1'));
    expect(found.json).toMatchObject({ response_action: 'update' });
    expect(found.text).toContain('CUT-1');
    expect(found.text).toContain('"order_details"');
  });

  it('turns its pages inside the form', async () => {
    for (let at = 10; at < 20; at += 1) await makeOrder(sql, store, { number: `LEAF-${at}` });
    await desk.shortcut('find_order');
    const view = desk.view();
    await desk.press('find_page:next', JSON.stringify({ text: 'LEAF-', page: 1 }), { view });
    const shown = JSON.stringify(desk.calls('views.update').at(-1)?.fields);
    expect(shown.match(/"order_details"/g)).toHaveLength(2);
    expect(shown).toContain('9–10');
  });

  it('keeps the form open when nothing was typed', async () => {
    expect((await desk.submit('find_order', {}, text(' '))).json).toMatchObject({ response_action: 'errors' });
  });

  it('finds nothing for a warehouse worker', async () => {
    await makeOrder(sql, store, { number: 'HIDE-1' });
    const found = await desk.submit('find_order', {}, text('HIDE-1'), { user: 'wes' });
    expect(found.text).toContain('Nothing was found');
  });
});

describe('Look up order numbers in this message', () => {
  it('tells privately which orders a message speaks of, and which numbers are none', async () => {
    const other = await world(sql);
    await makeOrder(sql, store, { number: '#LK-1001' });
    await makeOrder(sql, other, { number: 'LK-1002' });
    await desk.shortcut('look_up_numbers', {
      message: {
        ts: '1.1',
        text: 'Where is LK-1001 and <https://x.test/9999|lk-1002>? Also #LK-9, <@U12345>',
        blocks: [{ type: 'section', text: { type: 'mrkdwn', text: 'LK-1003' } }],
      },
    });
    const told = desk.calls('chat.postEphemeral').at(-1);
    expect(told?.error).toBeNull();
    const words = JSON.stringify(told?.fields);
    expect(words).toContain('2 orders in this message');
    expect(words).toContain('Not found: #LK-9, LK-1003');
  });

  it('says so when a message names none', async () => {
    await desk.shortcut('look_up_numbers', { message: { ts: '1.1', text: 'Good morning, 2 of you at 9:30?' } });
    expect(desk.told().join()).toContain('names nothing that looks like an order number');
  });

  it('tells a stranger how to get in, and nothing else', async () => {
    await makeOrder(sql, store, { number: 'LK-777' });
    await desk.shortcut('look_up_numbers', { user: 'stranger', message: { ts: '1.1', text: 'LK-777' } });
    const told = desk.told().join();
    expect(told).toContain('does not know you yet');
    expect(told).not.toContain('LK-777');
  });
});

describe('order numbers in a text', () => {
  it('are words with three digits or a hash, each once, without dates, mentions and addresses', () => {
    expect(
      orderNumbersIn('#1001, 1001; AB-2002. 2026-11-21 https://a.test/33333 <#C999|x-555> 12 pcs #7 (R/3003)'),
    ).toEqual(['#1001', 'AB-2002', '#7', 'R/3003']);
  });

  it('are at most fifty', () => {
    const many = Array.from({ length: 80 }, (_, at) => `N${1_000 + at}`).join(' ');
    expect(orderNumbersIn(many)).toHaveLength(50);
  });
});
