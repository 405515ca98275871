import { beforeEach, describe, expect, it } from 'vitest';
import { testBot } from '../../support/bot.ts';
import { refusedWriteback } from '../../support/causes.ts';
import { type World, world } from '../../support/outgoing.ts';

const desk = await testBot();
const { slack, sql } = desk;

let store: World;
beforeEach(async () => {
  store = await world(sql);
  slack.calls.length = 0;
});

describe('Mark Shipped', () => {
  it('retries the whole cause of a refused tracking number, once for two presses', async () => {
    await refusedWriteback(desk, store);
    await refusedWriteback(desk, store);
    const card = await desk.card(store.merchantId, 'exception:writeback_failed');
    await desk.press('mark_shipped', card.valueOf('mark_shipped'));
    expect(desk.told().at(-1)).toContain('Retrying 2 tracking numbers');
    await desk.press('mark_shipped', card.valueOf('mark_shipped'));
    expect(await sql`select state from writebacks where merchant_id = ${store.merchantId}`).toMatchObject([
      { state: 'pending' },
      { state: 'pending' },
    ]);
  });
});
