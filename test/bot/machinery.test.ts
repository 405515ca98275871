import { beforeEach, describe, expect, it } from 'vitest';
import { testBot } from '../support/bot.ts';
import { heldOrder } from '../support/causes.ts';
import { type World, world } from '../support/outgoing.ts';

const desk = await testBot();
const { slack, sql } = desk;

let store: World;
beforeEach(async () => {
  store = await world(sql);
  await heldOrder(desk, store, { code: 'sku_unmapped', subject: 'MUG', detail: { keyKind: 'sku' } }, { sku: 'MUG' });
  slack.calls.length = 0;
  slack.responses.length = 0;
  slack.faults.length = 0;
});

const bind = async (view?: ReturnType<typeof desk.view>) => {
  const card = await desk.card(store.merchantId);
  return desk.submit(
    'bind_sku',
    {
      alert: card.alertId,
      merchant: store.merchantId,
      store: store.storeId,
      keyKind: 'sku',
      key: 'MUG',
      channel: slack.channelId,
    },
    {
      product_0: { product_search: { selected_option: { value: store.productId } } },
      quantity_0: { quantity: { value: '1' } },
    },
    view === undefined ? {} : { view },
  );
};

describe('forms', () => {
  it('answer within Slack’s time while the work takes longer, and then show what came of it', async () => {
    const card = await desk.card(store.merchantId);
    await desk.press('bind_sku', card.valueOf('bind_sku'));
    const view = desk.view();
    const held = Promise.withResolvers<void>();
    const busy = sql.begin(async (q) => {
      await q`select 1 from stores where id = ${store.storeId} for update`;
      await held.promise;
    });
    setTimeout(held.resolve, 2_600);
    const started = performance.now();
    const sent = bind(view);
    await expect.poll(() => sql`select 1 from interactions where done_at is null`.then((rows) => rows.length)).toBe(1);
    const answer = await sent;
    await busy;
    expect(performance.now() - started).toBeGreaterThan(2_500);
    expect(answer.json).toMatchObject({ response_action: 'update' });
    expect(JSON.stringify(desk.view().blocks)).toContain('1 order released');
    expect(desk.told().at(-1)).toBe('Bound. 1 order released.');
  });

  it('that the person closed before they were filled are no error', async () => {
    const card = await desk.card(store.merchantId);
    slack.faults.push({ kind: 'error', error: 'not_found', on: 'views.update' });
    await desk.press('bind_sku', card.valueOf('bind_sku'));
    expect(desk.told()).toEqual([]);
    expect(desk.log.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('say in the form why there is none', async () => {
    const card = await desk.card(store.merchantId);
    await sql`update holds set closed_at = now() where merchant_id = ${store.merchantId}`;
    await sql`update order_lines set sku = 'OTHER' where merchant_id = ${store.merchantId}`;
    await desk.press('bind_sku', card.valueOf('bind_sku'));
    expect(JSON.stringify(desk.view().blocks)).toMatch(/does not know this SKU|No order waits/);
  });

  it('of an older version are answered, not lost', async () => {
    const answer = await desk.submit('bind_sku', { sku: 'MUG' }, {});
    expect(answer.json).toMatchObject({ errors: { product_0: expect.stringContaining('older version') } });
  });
});

describe('answers', () => {
  it('go to the address of the press where the bot is no member', async () => {
    const card = await desk.card(store.merchantId);
    slack.faults.push({ kind: 'error', error: 'not_in_channel', on: 'chat.postEphemeral' });
    await desk.press('mark_shipped', card.valueOf('bind_sku'));
    expect(slack.responses).toMatchObject([
      { response_type: 'ephemeral', replace_original: false, text: expect.stringContaining('names no cause to retry') },
    ]);
  });

  it('stay in the thread where it was pressed', async () => {
    const card = await desk.card(store.merchantId);
    await desk.press('mark_shipped', card.valueOf('bind_sku'), { messageTs: '2.2', threadTs: card.ts });
    expect(desk.calls('chat.postEphemeral')).toMatchObject([{ error: null, fields: { thread_ts: card.ts } }]);
  });

  it('say so when Slack fails while a form opens', async () => {
    const card = await desk.card(store.merchantId);
    slack.faults.push({ kind: '500', on: 'views.open' });
    await desk.press('bind_sku', card.valueOf('bind_sku'));
    expect(desk.told().at(-1)).toContain('not your fault');
  });

  it('of a form that was opened nowhere in particular come as a direct message', async () => {
    await desk.submit(
      'classify_payment',
      { merchant: store.merchantId, store: store.storeId, subject: 'afterpay_x' },
      { class: { class: { selected_option: { value: 'prepaid' } } } },
    );
    expect(desk.calls('chat.postMessage')).toMatchObject([
      { error: null, fields: { channel: slack.users.mei, text: 'Classified. No order waited for it.' } },
    ]);
  });
});
