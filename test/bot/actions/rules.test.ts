import { beforeEach, describe, expect, it } from 'vitest';
import { refusedBySlack } from '../../../bot/messages/validate.ts';
import { newId } from '../../../core/ids.ts';
import { testBot } from '../../support/bot.ts';
import { heldOrder, showAlerts } from '../../support/causes.ts';
import { type World, world } from '../../support/outgoing.ts';
import type { SlackFields } from '../../support/slack.ts';

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

  /** The form as the card opens it, and with which element its choice is made. */
  async function opened(kind: string, actionId: string): Promise<SlackFields> {
    const card = await desk.card(store.merchantId, kind);
    await desk.press(actionId, card.valueOf(actionId));
    return JSON.parse(String(desk.view().private_metadata));
  }
  const viewOf = ({ json }: { readonly json: unknown }): SlackFields => Object(Reflect.get(Object(json), 'view'));
  const pick = (block: string, seen: string | null, value: string) => ({
    [block]: { [seen === null ? block : `${block}:${seen}`]: { selected_option: { value } } },
  });

  it('opened before a colleague classified are shown what stands, and may then decide anew', async () => {
    await heldOrder(desk, store, { code: 'payment_unknown', subject: 'afterpay_x' });
    const old = await opened('held:payment_unknown', 'classify_payment');
    expect(old).toMatchObject({ seen: null });
    await desk.submit('classify_payment', old, pick('class', null, 'blocked'));
    const late = await desk.submit('classify_payment', old, pick('class', null, 'prepaid'), { user: 'ana' });
    expect(late.json).toMatchObject({ response_action: 'update' });
    const shown = viewOf(late);
    expect(JSON.stringify(shown.blocks)).toMatch(/Mei classified it as blocked at \d\d:\d\d\. Look at it again\./);
    expect(JSON.stringify(shown.blocks)).toContain('Now: *Blocked*');
    expect(shown.blocks).toContainEqual(
      expect.objectContaining({
        element: expect.objectContaining({
          action_id: 'class:blocked',
          initial_option: expect.objectContaining({ value: 'blocked' }),
        }),
      }),
    );
    expect(refusedBySlack('view', shown)).toBeNull();
    const classes = () => sql`select class from payment_classifications where merchant_id = ${store.merchantId}`;
    expect(await classes()).toEqual([{ class: 'blocked' }]);
    const now = JSON.parse(String(shown.private_metadata));
    await desk.submit('classify_payment', now, pick('class', 'blocked', 'prepaid'), { user: 'ana' });
    expect(await classes()).toEqual([{ class: 'prepaid' }]);
    expect((await desk.submit('classify_payment', { ...now, seen: 'nonsense' }, {})).text).toContain('older version');
  });

  it('opened before a colleague mapped are shown what stands, and may then decide anew', async () => {
    const chilled = newId();
    await sql`insert into shipping_types (id, merchant_id, code, name) values (${chilled}, ${store.merchantId}, 'COLD', 'Chilled')`;
    await heldOrder(desk, store, { code: 'shipping_method_unmapped', subject: '店到店' });
    const old = await opened('held:shipping_method_unmapped', 'map_method');
    expect(old).toMatchObject({ seen: null });
    await desk.submit('map_method', old, pick('type', null, chilled));
    const late = await desk.submit('map_method', old, pick('type', null, typeId), { user: 'ana' });
    expect(late.json).toMatchObject({ response_action: 'update' });
    const shown = viewOf(late);
    expect(JSON.stringify(shown.blocks)).toMatch(/Mei mapped it to Chilled at \d\d:\d\d/);
    expect(JSON.stringify(shown.blocks)).toContain('Now: *Chilled*');
    expect(refusedBySlack('view', shown)).toBeNull();
    const types = () => sql`select shipping_type_id as id from method_mappings where merchant_id = ${store.merchantId}`;
    expect(await types()).toEqual([{ id: chilled }]);
    const now = JSON.parse(String(shown.private_metadata));
    await desk.submit('map_method', now, pick('type', chilled, typeId), { user: 'ana' });
    expect(await types()).toEqual([{ id: typeId }]);
  });

  it('are opened once more from the settled card for another choice, which the card then names', async () => {
    const chilled = newId();
    await sql`insert into shipping_types (id, merchant_id, code, name) values (${chilled}, ${store.merchantId}, 'COLD', 'Chilled')`;
    await heldOrder(desk, store, { code: 'payment_unknown', subject: 'afterpay_x' });
    await heldOrder(desk, store, { code: 'shipping_method_unmapped', subject: '店到店' });
    await desk.submit('classify_payment', metadata('afterpay_x'), pick('class', null, 'prepaid'));
    await desk.submit('map_method', metadata('店到店'), pick('type', null, typeId));
    await showAlerts(desk, store);
    const settled = (kind: string) => desk.card(store.merchantId, kind);
    expect((await settled('held:payment_unknown')).words).toContain('/settings/payments|Open in dashboard');
    expect((await settled('held:shipping_method_unmapped')).words).toContain(
      '/settings/shipping-types#methods|Open in dashboard',
    );

    const classes = await opened('held:payment_unknown', 'change_rule');
    expect(JSON.stringify(desk.view().blocks)).toContain('Now: *Prepaid*');
    expect(JSON.stringify(desk.view().blocks)).not.toContain('wait');
    await desk.submit('classify_payment', classes, pick('class', 'prepaid', 'blocked'));
    await desk.submit(
      'map_method',
      await opened('held:shipping_method_unmapped', 'change_rule'),
      pick('type', typeId, chilled),
    );
    await showAlerts(desk, store);
    expect((await settled('held:payment_unknown')).text).toContain('classified as prepaid, since changed to blocked');
    expect((await settled('held:shipping_method_unmapped')).text).toContain(
      '→ Home delivery, since changed to Chilled',
    );

    const again = await opened('held:shipping_method_unmapped', 'change_rule');
    await desk.submit('map_method', again, pick('type', chilled, typeId));
    await sql`update shipping_types set name = 'Door to door' where id = ${typeId}`;
    await showAlerts(desk, store);
    expect((await settled('held:shipping_method_unmapped')).text).toContain('since changed to Door to door');
  });

  it('name on the settled card who changed the choice, from where and when, until it is the first one again', async () => {
    await heldOrder(desk, store, { code: 'payment_unknown', subject: 'afterpay_x' });
    await desk.submit('classify_payment', metadata('afterpay_x'), pick('class', null, 'prepaid'));
    await showAlerts(desk, store);
    desk.clock.pass(60_000);
    const change = async (from: string, to: string, user: 'ana' | 'olga') => {
      const form = await opened('held:payment_unknown', 'change_rule');
      await desk.submit('classify_payment', form, pick('class', from, to), { user });
      await showAlerts(desk, store);
      return (await desk.card(store.merchantId, 'held:payment_unknown')).words;
    };
    const at = Math.floor(desk.clock.now().getTime() / 1_000);
    const changed = await change('prepaid', 'blocked', 'ana');
    expect(changed).toContain('Mei · from Slack');
    expect(changed).toContain(`then changed by Ana, from Slack, <!date^${at}^`);
    expect(await change('blocked', 'cash_on_delivery', 'olga')).toContain('then changed by Olga, from Slack, ');
    expect(await change('cash_on_delivery', 'prepaid', 'ana')).not.toContain('changed');
  });

  it('says of what stayed held for a blocked payment type that it did, once it is another', async () => {
    await heldOrder(desk, store, { code: 'payment_unknown', subject: 'afterpay_x' });
    await sql`update orders set payment_method = 'afterpay_x' where merchant_id = ${store.merchantId}`;
    await desk.submit('classify_payment', metadata('afterpay_x'), pick('class', null, 'blocked'));
    await showAlerts(desk, store);
    const text = async () => (await desk.card(store.merchantId, 'held:payment_unknown')).text;
    expect(await text()).toContain('classified as blocked · 1 order stays held: payment blocked');
    const form = await opened('held:payment_unknown', 'change_rule');
    await desk.submit('classify_payment', form, pick('class', 'blocked', 'prepaid'));
    await showAlerts(desk, store);
    expect(await text()).toContain('since changed to prepaid · 1 order stayed held: payment blocked');
  });

  it('are changed from the settled card by no viewer', async () => {
    await heldOrder(desk, store, { code: 'payment_unknown', subject: 'afterpay_x' });
    await desk.submit('classify_payment', metadata('afterpay_x'), pick('class', null, 'prepaid'));
    await showAlerts(desk, store);
    const card = await desk.card(store.merchantId, 'held:payment_unknown');
    slack.calls.length = 0;
    await desk.press('change_rule', card.valueOf('change_rule'), { user: 'vic' });
    expect(desk.calls('views.open')).toEqual([]);
    expect(desk.told().at(-1)).toContain('operator, admin or owner');
  });

  it('show what is decided already when they open', async () => {
    await heldOrder(desk, store, { code: 'payment_unknown', subject: 'afterpay_x' });
    await sql`insert into payment_classifications (id, merchant_id, store_id, payment_method, class, created_by)
      values (${newId()}, ${store.merchantId}, ${store.storeId}, 'afterpay_x', 'cash_on_delivery', 'Mei')`;
    expect(await opened('held:payment_unknown', 'classify_payment')).toMatchObject({ seen: 'cash_on_delivery' });
    expect(JSON.stringify(desk.view().blocks)).toContain('Now: *Cash on delivery*');
  });
});
