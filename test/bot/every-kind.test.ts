import { beforeEach, describe, expect, it } from 'vitest';
import type { AlertKind } from '../../core/alert/types.ts';
import { newId } from '../../core/ids.ts';
import { exceptionCodes, holdCodes } from '../../core/order/types.ts';
import { testBot } from '../support/bot.ts';
import { heldOrder, showAlerts } from '../support/causes.ts';
import { makeOrder, type World, world } from '../support/outgoing.ts';

const desk = await testBot();
const { sql } = desk;

let store: World;
beforeEach(async () => {
  store = await world(sql);
});

/** What the card of each kind offers first; for logins it is the link to the dashboard's flow. */
const fixes: Readonly<Record<Exclude<AlertKind, 'held:scheduled' | 'held:operator_hold'>, string>> = {
  'held:sku_missing': 'bind_sku',
  'held:sku_unmapped': 'bind_sku',
  'held:payment_unknown': 'classify_payment',
  'held:payment_blocked': 'release_hold',
  'held:shipping_method_missing': 'dispatch',
  'held:shipping_method_unmapped': 'map_method',
  'held:address_incomplete': 'correct_address',
  'held:no_shippable_items': 'cancel_order',
  'held:cancellation_requested': 'cancel_order',
  'held:stock_short': 'dispatch',
  'held:platform_hold': 'order_details',
  'exception:dispatch_failed': 'dispatch',
  'exception:label_failed': 'order_details',
  'exception:acceptance_failed': 'mark_shipped',
  'exception:writeback_failed': 'mark_shipped',
  'exception:cancellation_failed': 'mark_shipped',
  'exception:writeback_unconfirmed': 'order_details',
  'exception:carrier_unpaired': 'pair_carrier',
  'exception:platform_cancelled_after_dispatch': 'order_details',
  'exception:platform_shipped_elsewhere': 'order_details',
  'exception:platform_changed_after_dispatch': 'order_details',
  'exception:warehouse_exception': 'order_details',
  authorization_unusable: 'open_dashboard',
  authorization_expiring: 'open_dashboard',
  authorization_scopes: 'open_dashboard',
  sync_failing: 'sync_now',
  orders_malformed: 'sync_now',
  ship_by_near: 'dispatch',
  purchase_order_waiting: 'open_dashboard',
};

const soon = (hours: number): string => new Date(desk.clock.now().getTime() + hours * 3_600_000).toISOString();

interface Cause {
  readonly start: () => Promise<unknown>;
  readonly end: () => Promise<unknown>;
}

const hold = (code: string): Cause => ({
  start: () =>
    heldOrder(desk, store, {
      code,
      subject: code === 'address_incomplete' ? 'zip' : 'X-1',
      detail: { keyKind: 'sku' },
    }),
  end: () => sql`update holds set closed_at = now(), closed_by = 'Ana', closed_via = 'web', resolution = 'released'
    where merchant_id = ${store.merchantId}`,
});

const exception = (code: string): Cause => ({
  async start() {
    const { orderId } = await makeOrder(sql, store, { status: 'processing' });
    await sql`insert into order_exceptions (id, merchant_id, store_id, order_id, code, subject, message, opened_at)
      values (${newId()}, ${store.merchantId}, ${store.storeId}, ${orderId}, ${code}, 'UPS', 'It went wrong.', now())`;
  },
  end: () => sql`update order_exceptions set closed_at = now(), closed_by = 'Ana', closed_via = 'web', resolution = 'acknowledged'
    where merchant_id = ${store.merchantId}`,
});

const authorization = (set: ReturnType<typeof sql>): Cause => ({
  start: () => sql`update authorizations set ${set} where id = ${store.authorizationId}`,
  end: () => sql`update authorizations set status = 'authorized', expires_at = null, missing_scopes = '{}'
    where id = ${store.authorizationId}`,
});

const causes: Readonly<Record<string, () => Cause>> = {
  ...Object.fromEntries(holdCodes.map((code) => [`held:${code}`, () => hold(code)])),
  ...Object.fromEntries(exceptionCodes.map((code) => [`exception:${code}`, () => exception(code)])),
  authorization_unusable: () => authorization(sql`status = 'expired', reason = 'Please update authorization'`),
  authorization_expiring: () => authorization(sql`expires_at = ${soon(60)}::timestamptz`),
  authorization_scopes: () => authorization(sql`missing_scopes = '{read_orders}'`),
  sync_failing: () => ({
    start: () => sql`update stores set failing_runs = 3 where id = ${store.storeId}`,
    end: () => sql`update stores set failing_runs = 0 where id = ${store.storeId}`,
  }),
  orders_malformed: () => ({
    start:
      () => sql`insert into malformed_orders (id, merchant_id, store_id, identity, platform_order_number, reason, body, first_seen_at, last_seen_at)
      values (${newId()}, ${store.merchantId}, ${store.storeId}, 'x', '#77', 'No currency', '{}', now(), now())`,
    end: () => sql`update malformed_orders set resolved_at = now() where merchant_id = ${store.merchantId}`,
  }),
  ship_by_near: () => ({
    async start() {
      const { orderId } = await makeOrder(sql, store);
      await sql`update orders set ship_by = ${soon(2)}::timestamptz where id = ${orderId}`;
    },
    end: () => sql`update orders set status = 'shipped' where merchant_id = ${store.merchantId}`,
  }),
  purchase_order_waiting: () => ({
    start: () => makeOrder(sql, store, { kind: 'b2b' }),
    end: () => sql`update orders set status = 'acknowledged' where merchant_id = ${store.merchantId}`,
  }),
};

describe('every kind of alert', () => {
  it.each(
    Object.entries(fixes),
  )('%s is a card that offers %s, and says so when its cause is gone', async (kind, fix) => {
    const cause = causes[kind]?.();
    if (cause === undefined) throw new Error(`No cause for ${kind}.`);
    await cause.start();
    await showAlerts(desk, store);
    const open = await desk.card(store.merchantId, kind);
    expect(open.actions[0]).toBe(fix);
    expect(open.text).toContain('Northwind US');
    desk.clock.pass(60_000);
    await cause.end();
    await showAlerts(desk, store);
    const settled = await desk.card(store.merchantId, kind);
    expect(settled.ts).toBe(open.ts);
    expect(settled.text).toContain('✔');
    expect(settled.actions).not.toContain(fix === 'open_dashboard' ? 'refresh_token' : fix);
  });

  it.each([
    ['address_incomplete', 'correct_address'],
    ['cancellation_requested', 'cancel_order'],
    ['payment_blocked', 'release_hold'],
    ['platform_hold', 'order_details'],
  ])('held:%s is about one order: %s opens that order’s form from the card', async (code, button) => {
    await heldOrder(desk, store, { code, subject: code === 'address_incomplete' ? 'zip' : '' }, { number: '#1042' });
    const card = await desk.card(store.merchantId);
    await desk.press(button, card.valueOf(button));
    expect(JSON.stringify(desk.view())).toContain('#1042');
    expect(desk.view().callback_id).not.toBe('notice');
  });

  it.each(['scheduled', 'operator_hold'])('held:%s was set on purpose and asks nobody for anything', async (code) => {
    await heldOrder(desk, store, { code });
    expect(await sql`select 1 from alerts where merchant_id = ${store.merchantId}`).toHaveLength(0);
  });
});
