import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../../core/ids.ts';
import { testBot } from '../../support/bot.ts';
import { heldOrder, showAlerts } from '../../support/causes.ts';
import { type World, world } from '../../support/outgoing.ts';
import { insertHold } from '../../support/rows.ts';

const desk = await testBot();
const { slack, sql } = desk;

let store: World;
beforeEach(async () => {
  store = await world(sql);
  await heldOrder(
    desk,
    store,
    { code: 'sku_unmapped', subject: 'TSHIRT-XL', detail: { keyKind: 'sku', name: 'T-shirt XL' } },
    { sku: 'TSHIRT-XL', number: '#1042' },
  );
  slack.calls.length = 0;
});

const metadata = (card: { alertId: string }) => ({
  alert: card.alertId,
  merchant: store.merchantId,
  store: store.storeId,
  keyKind: 'sku',
  key: 'TSHIRT-XL',
  channel: slack.channelId,
});
const chosen = () => ({
  product_0: { product_search: { type: 'external_select', selected_option: { value: store.productId } } },
  quantity_0: { quantity: { type: 'number_input', value: '2' } },
});
const mappings = () =>
  sql`select m.created_by, c.product_id, c.quantity from sku_mappings m join mapping_components c on c.mapping_id = m.id
    where m.merchant_id = ${store.merchantId} and m.key = 'TSHIRT-XL'`;

describe('Bind SKU', () => {
  it('opens at once, then says what waits', async () => {
    const card = await desk.card(store.merchantId);
    expect(await desk.press('bind_sku', card.valueOf('bind_sku'))).toMatchObject({ status: 200, text: '' });
    expect(desk.calls('views.open')).toMatchObject([{ error: null }]);
    expect(desk.calls('views.update')).toMatchObject([{ error: null }]);
    expect(JSON.stringify(desk.view().blocks)).toContain('1 held order');
  });

  it('adds parts for a bundle, keeps where it was opened, and binds them all', async () => {
    const card = await desk.card(store.merchantId);
    const secondId = newId();
    await sql`insert into products (id, merchant_id, sku, name) values (${secondId}, ${store.merchantId}, 'BOX', 'Gift box')`;
    await desk.press('bind_sku', card.valueOf('bind_sku'));
    await desk.press('bind_part', 'more', { view: desk.view() });
    const kept = JSON.parse(String(desk.view().private_metadata));
    expect(kept).toMatchObject({ rows: 2, channel: slack.channelId });
    expect(JSON.stringify(desk.view().blocks)).toContain('product_1');
    const emptied = await desk.submit('bind_sku', kept, {
      ...chosen(),
      product_1: { product_search: { selected_option: { value: secondId } } },
      quantity_1: { quantity: { value: null } },
    });
    expect(emptied.json).toEqual({ response_action: 'errors', errors: { quantity_1: 'A whole number from 1 on.' } });
    await desk.submit('bind_sku', kept, {
      ...chosen(),
      product_1: { product_search: { selected_option: { value: secondId } } },
      quantity_1: { quantity: { value: '1' } },
    });
    expect((await mappings()).map((row) => row.quantity).sort()).toEqual([1, 2]);
  });

  it('keeps what a faster colleague bound, and says who and what', async () => {
    const card = await desk.card(store.merchantId);
    await desk.press('bind_sku', card.valueOf('bind_sku'));
    const opened = JSON.parse(String(desk.view().private_metadata));
    await desk.submit('bind_sku', opened, chosen(), { user: 'ana' });
    const late = await desk.submit('bind_sku', opened, { ...chosen(), quantity_0: { quantity: { value: '3' } } });
    expect(late.json).toMatchObject({
      response_action: 'errors',
      errors: { product_0: expect.stringMatching(/^Ana bound it to 2 × .* meanwhile/) },
    });
    expect(await mappings()).toMatchObject([{ created_by: 'Ana', quantity: 2 }]);
    // The same recipe is no quarrel.
    expect((await desk.submit('bind_sku', opened, chosen())).text).toBe('');
  });

  it('says before saving how many orders leave and how many wait for something else', async () => {
    const other = await heldOrder(
      desk,
      store,
      { code: 'sku_unmapped', subject: 'TSHIRT-XL', detail: { keyKind: 'sku' } },
      { sku: 'TSHIRT-XL' },
    );
    await insertHold(sql, store, other, { code: 'payment_unknown', subject: 'afterpay_x' });
    const card = await desk.card(store.merchantId);
    await desk.press('bind_sku', card.valueOf('bind_sku'));
    expect(JSON.stringify(desk.view().blocks)).toContain('*1 of 2 held orders*; 1 waits for something else too');
    await desk.submit('bind_sku', metadata(card), chosen());
    expect(desk.told().at(-1)).toBe('Bound. 1 order released, 1 was also held for something else.');
  });

  it('offers the exact code first, also when nothing is typed', async () => {
    const exactId = newId();
    await sql`insert into products (id, merchant_id, sku, name) values (${exactId}, ${store.merchantId}, 'TSHIRT-XL', 'Shirt')`;
    const card = await desk.card(store.merchantId);
    const offered = await desk.suggest('product_search', '', metadata(card));
    expect(JSON.parse(offered.text).options[0]).toMatchObject({ value: exactId });
    await desk.press('bind_sku', card.valueOf('bind_sku'));
    expect(JSON.stringify(desk.view().blocks)).toContain('initial_option');
  });

  it('binds what was chosen, as the person who pressed, releases the order and settles the card', async () => {
    const card = await desk.card(store.merchantId);
    expect(await desk.submit('bind_sku', metadata(card), chosen())).toMatchObject({ status: 200, text: '' });
    expect(await mappings()).toMatchObject([{ created_by: 'Mei', product_id: store.productId, quantity: 2 }]);
    expect(desk.told().at(-1)).toBe('Bound. 1 order released.');
    await showAlerts(desk, store);
    expect((await desk.card(store.merchantId)).text).toContain('✔ SKU not mapped');
  });

  it('binds once when the form arrives twice', async () => {
    const card = await desk.card(store.merchantId);
    const trigger = randomUUID();
    await Promise.all([1, 2].map(() => desk.submit('bind_sku', metadata(card), chosen(), { trigger })));
    expect(await mappings()).toHaveLength(1);
  });

  it('keeps the form open with the reason on the field', async () => {
    const card = await desk.card(store.merchantId);
    const empty = await desk.submit('bind_sku', metadata(card), {});
    expect(empty.json).toEqual({ response_action: 'errors', errors: { product_0: 'Choose a warehouse SKU.' } });
    const gone = { ...chosen(), product_0: { product_search: { selected_option: { value: newId() } } } };
    const refused = await desk.submit('bind_sku', metadata(card), gone);
    expect(refused.json).toMatchObject({ response_action: 'errors', errors: { product_0: expect.any(String) } });
    const viewer = await desk.submit('bind_sku', metadata(card), chosen(), { user: 'vic' });
    expect(JSON.stringify(viewer.json)).toContain('operator, admin or owner');
    expect(await mappings()).toHaveLength(0);
  });

  it('offers warehouse SKUs while somebody types, to people of the desk only', async () => {
    const card = await desk.card(store.merchantId);
    const offered = await desk.suggest('product_search', 'TS', metadata(card));
    expect(offered.json).toMatchObject({ options: [{ value: store.productId }] });
    const stranger = await desk.suggest('product_search', 'TS', metadata(card), { user: 'stranger' });
    expect(stranger.json).toEqual({ options: [] });
  });

  it('tells a late presser privately who was faster, and draws the card anew', async () => {
    const card = await desk.card(store.merchantId);
    await sql`update alerts set opened_at = now() - interval '1 minute' where id = ${card.alertId}`;
    await sql`update holds set closed_at = now(), closed_by = 'Ana', closed_via = 'web', resolution = 'mapped'
      where merchant_id = ${store.merchantId}`;
    await showAlerts(desk, store);
    slack.calls.length = 0;
    await desk.press('bind_sku', card.valueOf('bind_sku'));
    expect(desk.calls('views.open')).toHaveLength(0);
    expect(desk.calls('chat.update')).toHaveLength(1);
    expect(desk.told()).toEqual([expect.stringContaining('Already settled by Ana')]);
  });

  it('asks to press once more when Slack gave up waiting', async () => {
    const card = await desk.card(store.merchantId);
    await desk.press('bind_sku', card.valueOf('bind_sku'), { trigger: 'used-long-ago' });
    expect(desk.told().at(-1)).toContain('Press once more');
  });
});
