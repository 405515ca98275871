import { describe, expect, test } from 'vitest';
import { bindSku } from '../../../core/commands/bind-sku.ts';
import { cancelOrder } from '../../../core/commands/cancel-order.ts';
import { classifyPayment } from '../../../core/commands/classify-payment.ts';
import { ingestPage } from '../../../core/commands/ingest-page.ts';
import { unbindSku } from '../../../core/commands/unbind-sku.ts';
import { undoCancel } from '../../../core/commands/undo-cancel.ts';
import { undoDispatch } from '../../../core/commands/undo-dispatch.ts';
import type { PlatformOrder } from '../../../core/order/types.ts';
import { testDatabase } from '../../support/database.ts';
import { aLine, anOrder } from '../../support/orders.ts';
import {
  codeOf,
  dispatchNow,
  must,
  outgoingPorts,
  person,
  readOrder,
  type World,
  world,
} from '../../support/outgoing.ts';

/*
 * Thirty seconds are long enough for a webhook: an order that is put back is judged by what the rules and the platform
 * say then, not by what they said when it left.
 */

const database = await testDatabase();
const { sql } = database;
const mei = person('Mei', 'admin');

/** An order with one mapped line, as a page brought it, and what people and the platform do to it. */
async function scene(over: Partial<PlatformOrder> = {}) {
  const { ports, clock } = outgoingPorts(database);
  const w = await world(sql);
  const { merchantId, storeId } = w;
  const order = anOrder({ lines: [aLine({ sku: 'TEE-1', quantity: 1 })], ...over });
  let heard = order.platformUpdatedAt.getTime();
  const hear = (change: Partial<PlatformOrder> = {}) => {
    heard += 60_000;
    const copy = { ...order, ...change, platformUpdatedAt: new Date(heard) };
    const page = { orders: [{ ok: true, order: copy, raw: '{}' } as const] };
    return ingestPage(ports, { merchantId, storeId, runId: null, page });
  };
  await hear();
  const [row] = await sql<{ id: string }[]>`select id from orders where merchant_id = ${merchantId}`;
  const orderId = row?.id ?? '';
  const on = { actor: mei, merchantId, orderId };
  return {
    ports,
    w,
    hear,
    dispatch: () => dispatchNow(ports, w, orderId, { actor: mei }),
    cancel: async () => {
      const { version } = await readOrder(ports, merchantId, orderId);
      must(await cancelOrder(ports, { ...on, expectedVersion: version, atPlatform: false, reason: 'Out of stock' }));
      clock.pass(5_000);
    },
    undoCancel: () => undoCancel(ports, on),
    undoDispatch: async () => {
      clock.pass(5_000);
      return undoDispatch(ports, on);
    },
    order: () => readOrder(ports, merchantId, orderId),
    holds: async () => {
      const rows =
        await sql`select code, subject from holds where order_id = ${orderId} and closed_at is null order by 1, 2`;
      const [counted] = await sql`select open_hold_count as count from orders where id = ${orderId}`;
      expect(counted?.count).toBe(rows.length);
      return rows.map((hold) => `${hold.code} ${hold.subject}`.trim());
    },
  };
}

const wish = { code: 'cancellation_requested', subject: 'buyer', reason: 'Wrong size' } as const;

describe('a cancellation that is taken back', () => {
  test.each([
    ['cancelled', 'pending'],
    ['shipped', 'pending'],
    ['cancelled', 'processing'],
  ] as const)('stays when the platform says %s meanwhile; the order was %s', async (platformState, status) => {
    const it = await scene();
    if (status === 'processing') must(await it.dispatch());
    await it.cancel();
    await it.hear({ platformState, platformStatus: platformState });
    expect(codeOf(await it.undoCancel())).toBe('platform_closed');
    expect(await it.order()).toMatchObject({ status: 'cancelled' });
    expect(codeOf(await it.dispatch())).not.toBe('ok');
  });

  test('finds the wish of the buyer that came meanwhile', async () => {
    const it = await scene();
    await it.cancel();
    await it.hear({ holds: [wish] });
    const undone = must(await it.undoCancel());
    expect(undone).toMatchObject({ status: 'pending', version: (await it.order()).version });
    expect(await it.holds()).toEqual(['cancellation_requested buyer']);
    expect(codeOf(await it.dispatch())).toBe('held');
  });

  test('is not held for what was mended meanwhile', async () => {
    const it = await scene({ lines: [aLine({ sku: 'NEW-9' })] });
    expect(await it.holds()).toEqual(['sku_unmapped NEW-9']);
    await it.cancel();
    const { merchantId, storeId, productId } = it.w;
    const components = [{ productId, quantity: 1 }];
    must(await bindSku(it.ports, { actor: mei, merchantId, storeId, keyKind: 'sku', key: 'NEW-9', components }));
    must(await it.undoCancel());
    expect(await it.holds()).toEqual([]);
    must(await it.dispatch());
  });

  test('goes back to the warehouse only as the buyer wanted it then', async () => {
    const it = await scene();
    must(await it.dispatch());
    await it.cancel();
    await it.hear({ lines: [aLine({ sku: 'TEE-1', quantity: 5 })] });
    expect(must(await it.undoCancel()).status).toBe('pending');
    expect((await it.order()).outbound).toMatchObject([{ status: 'cancelled' }]);
  });
});

describe('exceptions of an order that is put back', () => {
  const open = async ({ merchantId }: World) =>
    (await sql`select code from order_exceptions where merchant_id = ${merchantId} and closed_at is null`).map(
      (row) => row.code,
    );

  test('what a person had still to decide when they cancelled is open again', async () => {
    const it = await scene();
    must(await it.dispatch());
    await it.hear({ lines: [aLine({ sku: 'TEE-1', quantity: 5 })] });
    expect(await open(it.w)).toEqual(['platform_changed_after_dispatch']);
    await it.cancel();
    expect(await open(it.w)).toEqual([]);
    must(await it.undoCancel());
    expect(await open(it.w)).toEqual(['platform_changed_after_dispatch']);
    expect(await sql`select open_exception_count as count from orders where merchant_id = ${it.w.merchantId}`).toEqual([
      { count: 1 },
    ]);
  });
});

describe('a dispatch that is taken back', () => {
  test('is held for a payment type that was blocked meanwhile', async () => {
    const it = await scene({ paymentMethod: 'card' });
    must(await it.dispatch());
    const { merchantId, storeId } = it.w;
    must(await classifyPayment(it.ports, { actor: mei, merchantId, storeId, paymentMethod: 'card', class: 'blocked' }));
    must(await it.undoDispatch());
    expect(await it.holds()).toEqual(['payment_blocked card']);
  });

  test('is held for what the platform said meanwhile', async () => {
    const it = await scene();
    must(await it.dispatch());
    await it.hear({ paymentMethod: 'mystery', paymentRecord: 'unknown', holds: [wish] });
    must(await it.undoDispatch());
    expect(await it.holds()).toEqual(['cancellation_requested buyer', 'payment_unknown mystery']);
  });

  test('is held for a mapping that was taken away meanwhile', async () => {
    const it = await scene();
    must(await it.dispatch());
    must(await unbindSku(it.ports, { actor: mei, merchantId: it.w.merchantId, mappingId: it.w.mappingId }));
    must(await it.undoDispatch());
    expect(await it.holds()).toEqual(['sku_unmapped TEE-1']);
  });
});
