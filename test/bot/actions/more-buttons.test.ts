import { beforeEach, describe, expect, it } from 'vitest';
import { refusedBySlack } from '../../../bot/messages/validate.ts';
import { newId } from '../../../core/ids.ts';
import { testBot } from '../../support/bot.ts';
import { heldOrder, showAlerts } from '../../support/causes.ts';
import { makeOrder, type World, world } from '../../support/outgoing.ts';
import { testPlatform } from '../../support/platform.ts';
import type { SlackFields } from '../../support/slack.ts';

const platform = testPlatform();
const desk = await testBot({ platform });
const { slack, sql } = desk;

let store: World;
beforeEach(async () => {
  store = await world(sql);
  slack.calls.length = 0;
  slack.responses.length = 0;
});

async function exceptionOf(code: string, subject: string): Promise<string> {
  const { orderId } = await makeOrder(sql, store, { status: 'processing', number: '#1042' });
  await sql`insert into order_exceptions (id, merchant_id, store_id, order_id, code, subject, message, opened_at)
    values (${newId()}, ${store.merchantId}, ${store.storeId}, ${orderId}, ${code}, ${subject}, 'It went wrong.', now())`;
  await sql`update orders set open_exception_count = 1 where id = ${orderId}`;
  await showAlerts(desk, store);
  return orderId;
}
const needsRole = expect.stringContaining('operator, admin or owner');

describe('the menu of a card', () => {
  beforeEach(() =>
    heldOrder(desk, store, {
      code: 'sku_unmapped',
      subject: 'MUG',
      detail: { keyKind: 'sku', name: 'A <!channel> mug' },
    }),
  );

  it('says why orders are held, with foreign names as plain text', async () => {
    const card = await desk.card(store.merchantId);
    await desk.choose('why', card.menu, { user: 'vic' });
    expect(desk.told().at(-1)).toContain('Nothing with this SKU ships until it is mapped.');
    expect(desk.told().at(-1)).not.toContain('<!channel>');
  });

  it('snoozes for an hour and until nine in the morning', async () => {
    const card = await desk.card(store.merchantId);
    await desk.choose('snooze', card.menu);
    expect(desk.told().at(-1)).toContain('Quiet until');
    await desk.choose('snooze_morning', card.menu);
    const [row] = await sql<{ at: string }[]>`
      select to_char(snoozed_until at time zone 'UTC', 'HH24:MI') as at from alerts where id = ${card.alertId}`;
    expect(row?.at).toBe('09:00');
    await desk.choose('snooze', card.menu, { user: 'vic' });
    expect(desk.told().at(-1)).toEqual(needsRole);
  });

  it('fetches the cause’s orders again, once for two presses', async () => {
    const card = await desk.card(store.merchantId);
    const trigger = 'the-same-gesture';
    await Promise.all([1, 2].map(() => desk.choose('refetch', card.menu, { trigger })));
    expect(await sql`select mode from runs where merchant_id = ${store.merchantId}`).toEqual([{ mode: 'refetch' }]);
    expect(desk.told().at(-1)).toContain('Fetching 1 order again');
    await desk.choose('refetch', card.menu, { user: 'vic' });
    expect(desk.told().at(-1)).toEqual(needsRole);
  });

  it('follows its link without a word', async () => {
    const card = await desk.card(store.merchantId);
    await desk.choose('open_dashboard', card.menu);
    expect(desk.told()).toEqual([]);
  });
});

describe('Pair carrier', () => {
  it('asks for the platform’s name of the carrier, pairs it, and sends what waited', async () => {
    await exceptionOf('carrier_unpaired', 'UPS');
    const card = await desk.card(store.merchantId, 'exception:carrier_unpaired');
    platform.connector.carriers = async () => [
      { code: 'ups_us', name: 'United Parcel' },
      { code: 'dhl', name: 'DHL' },
    ];
    await desk.press('pair_carrier', card.valueOf('pair_carrier'));
    expect(JSON.stringify(desk.view().blocks)).toContain('United Parcel');
    const metadata = JSON.parse(String(desk.view().private_metadata));
    const values = {
      provider: { provider: { selected_option: { value: 'ups_us', text: { text: 'United Parcel' } } } },
    };
    expect((await desk.submit('pair_carrier', metadata, {})).json).toMatchObject({ response_action: 'errors' });
    const refused = await desk.submit('pair_carrier', metadata, values, { user: 'vic' });
    expect(JSON.stringify(refused.json)).toContain('operator, admin or owner');
    expect((await desk.submit('pair_carrier', metadata, values)).text).toBe('');
    expect(
      await sql`select carrier_id, platform_code, platform_name from carrier_pairings where store_id = ${store.storeId}`,
    ).toEqual([{ carrier_id: store.warehouse.carrierId, platform_code: 'ups_us', platform_name: 'United Parcel' }]);
  });

  it('opened before a colleague paired is shown what stands, and may then decide anew', async () => {
    await exceptionOf('carrier_unpaired', 'UPS');
    const card = await desk.card(store.merchantId, 'exception:carrier_unpaired');
    platform.connector.carriers = async () => [
      { code: 'ups_us', name: 'United Parcel' },
      { code: 'dhl', name: 'DHL' },
    ];
    await desk.press('pair_carrier', card.valueOf('pair_carrier'));
    const old = JSON.parse(String(desk.view().private_metadata));
    expect(old).toMatchObject({ seen: null });
    const pick = (element: string, value: string) => ({
      provider: { [element]: { selected_option: { value, text: { text: value } } } },
    });
    await desk.submit('pair_carrier', old, pick('provider', 'dhl'));
    const late = await desk.submit('pair_carrier', old, pick('provider', 'ups_us'), { user: 'ana' });
    expect(late.json).toMatchObject({ response_action: 'update' });
    const shown: SlackFields = Object(Reflect.get(Object(late.json), 'view'));
    expect(JSON.stringify(shown.blocks)).toMatch(/Mei paired UPS with dhl at \d\d:\d\d\. Look at it again\./);
    expect(JSON.stringify(shown.blocks)).toContain('"initial_option":{"text":{"type":"plain_text","text":"DHL"}');
    expect(refusedBySlack('view', shown)).toBeNull();
    const codes = () => sql`select platform_code as code from carrier_pairings where store_id = ${store.storeId}`;
    expect(await codes()).toEqual([{ code: 'dhl' }]);
    const now = JSON.parse(String(shown.private_metadata));
    await desk.submit('pair_carrier', now, pick('provider:dhl', 'ups_us'), { user: 'ana' });
    expect(await codes()).toEqual([{ code: 'ups_us' }]);
  });

  it('groups the carriers of a platform that has hundreds', async () => {
    await exceptionOf('carrier_unpaired', 'UPS');
    const card = await desk.card(store.merchantId, 'exception:carrier_unpaired');
    platform.connector.carriers = async () =>
      Array.from({ length: 350 }, (_, n) => ({ code: `c${n}`, name: `Carrier ${n}` }));
    await desk.press('pair_carrier', card.valueOf('pair_carrier'));
    expect(desk.calls('views.update')).toMatchObject([{ error: null }]);
    expect(JSON.stringify(desk.view().blocks)).toContain('option_groups');
  });
});

describe('Acknowledge', () => {
  it('closes the exception of the card’s order, once', async () => {
    await exceptionOf('platform_shipped_elsewhere', '');
    const card = await desk.card(store.merchantId);
    const value = card.valueOf('acknowledge');
    await desk.press('acknowledge', value, { user: 'vic' });
    expect(desk.told().at(-1)).toEqual(needsRole);
    await desk.press('acknowledge', value);
    expect(desk.told().at(-1)).toContain('#1042 is acknowledged');
    await desk.press('acknowledge', value);
    expect(desk.told().at(-1)).toContain('closed it already');
    await showAlerts(desk, store);
    expect((await desk.card(store.merchantId)).text).toContain('✔');
    await desk.press('acknowledge', value);
    expect(desk.told().at(-1)).toContain('Already settled by Mei');
  });
});

describe('buttons of stores', () => {
  it('syncs a failing store now, and says when a sync is under way already', async () => {
    await sql`update stores set failing_runs = 3 where id = ${store.storeId}`;
    await showAlerts(desk, store);
    const card = await desk.card(store.merchantId, 'sync_failing');
    await desk.press('sync_now', card.valueOf('sync_now'));
    expect(desk.told().at(-1)).toContain('The sync has been asked for');
    await desk.press('sync_now', card.valueOf('sync_now'));
    expect(desk.told().at(-1)).toContain('under way already');
    expect(await sql`select 1 from runs where store_id = ${store.storeId}`).toHaveLength(1);
    await desk.press('sync_now', card.valueOf('sync_now'), { user: 'vic' });
    expect(desk.told().at(-1)).toEqual(needsRole);
  });

  it('leaves logins to admins, and tells them in words what the platform cannot do', async () => {
    await sql`update authorizations set status = 'expired', reason = 'Please update authorization' where id = ${store.authorizationId}`;
    await showAlerts(desk, store);
    const card = await desk.card(store.merchantId, 'authorization_unusable');
    expect(card.words).toContain(`/stores/${store.storeId}`);
    for (const button of ['refresh_token', 'test_connection']) {
      await desk.press(button, card.valueOf(button));
      expect(desk.told().at(-1)).toContain('admin or owner');
    }
    await desk.press('refresh_token', card.valueOf('refresh_token'), { user: 'ana' });
    expect(desk.told().at(-1)).toContain('has no tokens to refresh');
    await desk.press('test_connection', card.valueOf('test_connection'), { user: 'ana' });
    expect(desk.told().at(-1)).toContain('nothing to test yet');
  });
});
