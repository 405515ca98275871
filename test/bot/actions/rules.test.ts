import { beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../../core/ids.ts';
import { testBot } from '../../support/bot.ts';
import { heldOrder, showAlerts } from '../../support/causes.ts';
import { type World, world } from '../../support/outgoing.ts';

const desk = await testBot();
const { slack, sql } = desk;

let store: World;
let typeId: string;
beforeEach(async () => {
  store = await world(sql);
  typeId = newId();
  await sql`insert into shipping_types (id, merchant_id, code, name) values (${typeId}, ${store.merchantId}, 'HOME', 'Home delivery')`;
  slack.calls.length = 0;
});
const metadata = (subject: string) => ({ merchant: store.merchantId, store: store.storeId, subject });

describe('Classify payment and Map shipping method', () => {
  it('open within what Slack takes', async () => {
    await heldOrder(desk, store, { code: 'payment_unknown', subject: 'afterpay_x' });
    await heldOrder(desk, store, { code: 'shipping_method_unmapped', subject: '店到店' });
    for (const [kind, actionId] of [
      ['held:payment_unknown', 'classify_payment'],
      ['held:shipping_method_unmapped', 'map_method'],
    ] as const) {
      const card = await desk.card(store.merchantId, kind);
      await desk.press(actionId, card.valueOf(actionId));
    }
    expect(desk.calls('views.open').map((call) => call.error)).toEqual([null, null]);
    expect(JSON.stringify(desk.view().blocks)).toContain('Home delivery');
  });

  it('say on the settled card what was decided', async () => {
    await heldOrder(desk, store, { code: 'payment_unknown', subject: 'afterpay_x' });
    await heldOrder(desk, store, { code: 'shipping_method_unmapped', subject: '店到店' });
    await desk.submit('classify_payment', metadata('afterpay_x'), {
      class: { class: { selected_option: { value: 'cash_on_delivery' } } },
    });
    await desk.submit('map_method', metadata('店到店'), { type: { type: { selected_option: { value: typeId } } } });
    await showAlerts(desk, store);
    expect((await desk.card(store.merchantId, 'held:payment_unknown')).text).toContain(
      'classified as cash on delivery',
    );
    expect((await desk.card(store.merchantId, 'held:shipping_method_unmapped')).text).toContain('→ Home delivery');
  });

  it('save what was chosen, and keep the form open when nothing was', async () => {
    await desk.submit('classify_payment', metadata('afterpay_x'), {
      class: { class: { selected_option: { value: 'prepaid' } } },
    });
    await desk.submit('map_method', metadata('店到店'), { type: { type: { selected_option: { value: typeId } } } });
    expect(
      await sql`select payment_method as method, class from payment_classifications where merchant_id = ${store.merchantId}`,
    ).toEqual([{ method: 'afterpay_x', class: 'prepaid' }]);
    expect(
      await sql`select method, shipping_type_id from method_mappings where merchant_id = ${store.merchantId}`,
    ).toEqual([{ method: '店到店', shipping_type_id: typeId }]);
    const nothing = await desk.submit('classify_payment', metadata('afterpay_x'), {});
    expect(nothing.json).toEqual({ response_action: 'errors', errors: { class: 'Choose one.' } });
  });
});
