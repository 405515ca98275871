import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { isSlackFileUrl, uploadedFileId } from '../../../bot/slack-file.ts';
import { newId } from '../../../core/ids.ts';
import { testBot } from '../../support/bot.ts';
import { chosen, insertRecipient, orderFormOf, orderValue, statusOf, typed } from '../../support/order-deeds.ts';
import { makeOrder, type World, world } from '../../support/outgoing.ts';
import { insertHold } from '../../support/rows.ts';
import type { KeptFile } from '../../support/slack.ts';

const desk = await testBot();
const { slack, sql } = desk;

let store: World;
beforeEach(async () => {
  store = await world(sql);
  slack.calls.length = 0;
});

const words = () => JSON.stringify(desk.view().blocks);
const channel = () => chosen('channel', store.warehouse.channelId);
const outbounds = (orderId: string) =>
  sql<{ id: string; tracking_number: string | null; label_file_id: string | null }[]>`
    select id, tracking_number, label_file_id from outbound_orders where order_id = ${orderId}`;
const pickup = () => sql`update shipping_channels set self_pickup = true where id = ${store.warehouse.channelId}`;
const pdf = (size = 3_000) => Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(size, 0x20)]);
const upload = (file: Partial<KeptFile> = {}) => ({
  label: { label: { type: 'file_input', files: [{ id: slack.keepFile({ name: 'l.pdf', bytes: pdf(), ...file }) }] } },
});

describe('Dispatch', () => {
  it('shows recipient, lines, stock and channels, and chooses the one that fits', async () => {
    const { orderId } = await makeOrder(sql, store, { quantities: [3] });
    await insertRecipient(desk, store, orderId);
    await desk.press('dispatch', await orderValue(desk, store, orderId));
    for (const part of [
      'Ada Canary',
      '1 Canary Row',
      '555-0100',
      '3 × A tee (TEE-1) → 2 × TS-1',
      'Reno · all in stock',
    ]) {
      expect(words()).toContain(part);
    }
    expect(words()).toContain(`"initial_option":{"text":{"type":"plain_text","text":"UPS Ground"`);
    expect(desk.view().submit).toMatchObject({ text: 'Confirm dispatch' });
    expect(words()).not.toContain('file_input');
  });

  it('dispatches once for two deliveries and two clicks, and can be taken back', async () => {
    const { orderId } = await makeOrder(sql, store, { number: '#1042' });
    const metadata = await orderFormOf(desk, store, orderId);
    const trigger = randomUUID();
    await Promise.all([1, 2].map(() => desk.submit('dispatch', metadata, channel(), { trigger })));
    const again = await desk.submit('dispatch', metadata, channel());
    expect(again.json).toMatchObject({ errors: { channel: expect.stringContaining('Already dispatched by Mei') } });
    expect(await outbounds(orderId)).toHaveLength(1);
    expect(desk.told().at(-1)).toMatch(/^Dispatched #1042 as OB-\d+\./);
    await desk.press('undo_order', await orderValue(desk, store, orderId));
    expect(await statusOf(desk, orderId)).toBe('pending');
  });

  it('waits behind a notice while the platform is asked again, then says what came of it', async () => {
    const { orderId } = await makeOrder(sql, store);
    await sql`update stores set synced_until = null where id = ${store.storeId}`;
    await desk.press('dispatch', await orderValue(desk, store, orderId));
    const view = desk.view();
    const answer = desk.platform.answer;
    desk.platform.answer = async (ids) => {
      await sleep(2_000);
      return answer(ids);
    };
    const metadata = await orderFormOf(desk, store, orderId);
    const waiting = await desk.submit('dispatch', metadata, channel(), { view });
    desk.platform.answer = answer;
    expect(waiting.json).toMatchObject({ response_action: 'update', view: { callback_id: 'notice' } });
    expect(await statusOf(desk, orderId)).toBe('processing');
    expect(words()).toContain('Dispatched');
    expect(desk.view().id).toBe(view.id);
    expect(desk.told().at(-1)).toContain('Dispatched');
  });

  it('says what stands in the way, and offers to correct an address there', async () => {
    const { orderId } = await makeOrder(sql, store);
    await insertHold(sql, store, orderId, { code: 'address_incomplete', subject: 'zip' });
    await desk.press('dispatch', await orderValue(desk, store, orderId));
    expect(words()).toContain('Missing required recipient address fields: postcode');
    expect(words()).toContain('correct_address');
    expect(desk.view().submit ?? null).toBeNull();
    const forced = await desk.submit('dispatch', await orderFormOf(desk, store, orderId), channel());
    expect(forced.json).toMatchObject({ errors: { channel: expect.stringContaining('Missing required') } });
  });

  it('names what fits of forty reasons', async () => {
    const { orderId } = await makeOrder(sql, store);
    for (let index = 0; index < 40; index += 1) {
      await insertHold(sql, store, orderId, { code: 'platform_hold', subject: `${index}${'x'.repeat(300)}` });
    }
    await desk.press('dispatch', await orderValue(desk, store, orderId));
    expect(desk.calls('views.update')).toMatchObject([{ error: null }]);
    const refused = await desk.submit('dispatch', await orderFormOf(desk, store, orderId), channel());
    expect(refused.text.length).toBeLessThan(1_000);
    expect(refused.json).toMatchObject({ errors: { channel: expect.stringContaining('The platform holds it') } });
    await desk.press('order_details', await orderValue(desk, store, orderId));
    expect(desk.calls('views.update').at(-1)).toMatchObject({ error: null });
  });

  it('offers a paid order no collecting channel first, and a collecting order no other', async () => {
    await sql`update shipping_channels set cash_on_delivery = true where id = ${store.warehouse.channelId}`;
    const paid = await makeOrder(sql, store);
    await desk.press('dispatch', await orderValue(desk, store, paid.orderId));
    expect(words()).toContain('collects cash: this order is paid');
    expect(words()).not.toContain('initial_option');
    const collecting = await makeOrder(sql, store, { paymentRecord: 'cash_on_delivery', codAmount: '25.00' });
    await desk.press('dispatch', await orderValue(desk, store, collecting.orderId));
    expect(words()).toContain('Collects USD 25.00 on delivery');
    expect(words()).toContain('initial_option');
    await sql`update shipping_channels set cash_on_delivery = false where id = ${store.warehouse.channelId}`;
    await desk.press('dispatch', await orderValue(desk, store, collecting.orderId));
    expect(words()).toContain('does not collect cash on delivery');
  });

  it('binds a line in place, and the store keeps the mapping', async () => {
    const { orderId, lineIds } = await makeOrder(sql, store, { sku: 'NEW-1' });
    await insertHold(sql, store, orderId, { code: 'sku_unmapped', subject: 'NEW-1', detail: { keyKind: 'sku' } });
    await desk.press('dispatch', await orderValue(desk, store, orderId));
    expect(words()).toContain('NEW-1 is, in the warehouse');
    const metadata = await orderFormOf(desk, store, orderId);
    const [lineId] = lineIds;
    const offered = await desk.suggest(`line_product:${lineId}`, 'TS', metadata);
    expect(offered.json).toMatchObject({ options: [{ value: store.productId }] });
    expect((await desk.suggest(`line_product:${lineId}`, 'TS', metadata, { user: 'vic' })).json).toEqual({
      options: [],
    });
    const unbound = await desk.submit('dispatch', metadata, channel());
    expect(unbound.json).toMatchObject({ response_action: 'errors' });
    await desk.submit('dispatch', metadata, {
      ...channel(),
      [`bind_${lineId}`]: { [`line_product:${lineId}`]: { selected_option: { value: store.productId } } },
      [`quantity_${lineId}`]: { quantity: { value: '3' } },
    });
    expect(await statusOf(desk, orderId)).toBe('processing');
    expect(
      await sql`select c.quantity from sku_mappings m join mapping_components c on c.mapping_id = m.id
        where m.merchant_id = ${store.merchantId} and m.key = 'NEW-1'`,
    ).toMatchObject([{ quantity: 3 }]);
  });

  it('chooses the warehouse SKU of the same code beforehand', async () => {
    const { orderId } = await makeOrder(sql, store, { sku: 'TS-1' });
    await desk.press('dispatch', await orderValue(desk, store, orderId));
    expect(words()).toContain(`"initial_option":{"text":{"type":"plain_text","text":"TS-1 · Tee · 100 available"`);
  });

  it('offers admins to dispatch more than is in stock, with a note', async () => {
    await sql`update inventory set on_hand = 1 where merchant_id = ${store.merchantId}`;
    const { orderId } = await makeOrder(sql, store);
    await desk.press('dispatch', await orderValue(desk, store, orderId));
    expect(words()).toContain('short: TEE-1 0 of 1');
    expect(words()).not.toContain('although stock is short');
    const refused = await desk.submit('dispatch', await orderFormOf(desk, store, orderId), channel());
    expect(refused.json).toMatchObject({ response_action: 'errors' });
    await desk.press('dispatch', await orderValue(desk, store, orderId), { user: 'ana' });
    expect(words()).toContain('although stock is short');
    const values = { ...channel(), ...typed({ override: 'Arrives today' }) };
    await desk.submit('dispatch', await orderFormOf(desk, store, orderId), values, { user: 'ana' });
    expect(await statusOf(desk, orderId)).toBe('processing');
  });
});

describe('the label of a self-pickup channel', () => {
  it('is fetched from Slack and kept with the outbound order', async () => {
    await pickup();
    const { orderId } = await makeOrder(sql, store);
    await desk.press('dispatch', await orderValue(desk, store, orderId));
    expect(words()).toContain('file_input');
    expect(words()).not.toContain('initial_option');
    const metadata = await orderFormOf(desk, store, orderId);
    const values = { ...channel(), ...upload(), ...typed({ tracking: '1Z9' }) };
    expect(await desk.submit('dispatch', metadata, values)).toMatchObject({ status: 200, text: '' });
    const [outbound] = await outbounds(orderId);
    expect(outbound?.tracking_number).toBe('1Z9');
    const scopes = [{ merchantId: store.merchantId, warehouseIds: 'all' as const }];
    const label = await desk.deps.queries.readLabel({ scopes, outboundOrderId: outbound?.id ?? '' });
    expect(label).toMatchObject({ name: 'l.pdf' });
  });

  it.each<[string, () => Partial<KeptFile>, string]>([
    ['no PDF', () => ({ bytes: Buffer.from('<html>Sign in</html>') }), 'not a PDF'],
    ['empty', () => ({ bytes: Buffer.alloc(0) }), 'empty'],
    ['too large by Slack’s word', () => ({ size: 10 * 1024 * 1024 + 1 }), 'at most 10 MB'],
    ['too large while it arrives', () => ({ bytes: pdf(11 * 1024 * 1024), size: 100 }), 'at most 10 MB'],
    ['kept elsewhere', () => ({ url: 'http://169.254.169.254/latest' }), 'not kept by Slack itself'],
    ['broken off on its way', () => ({ breaksOff: true }), 'in time'],
    ['leading on elsewhere', () => ({ redirectTo: 'http://127.0.0.1:1/' }), 'did not hand over'],
  ])('is refused on its field when it is %s', async (_name, file, reason) => {
    await pickup();
    const { orderId } = await makeOrder(sql, store);
    const metadata = await orderFormOf(desk, store, orderId);
    const values = { ...channel(), ...upload(file()), ...typed({ tracking: '1Z9' }) };
    const answer = await desk.submit('dispatch', metadata, values);
    expect(answer.json).toMatchObject({
      response_action: 'errors',
      errors: { label: expect.stringContaining(reason) },
    });
    expect(await statusOf(desk, orderId)).toBe('pending');
  });

  it('never carries the bot’s token to another host', async () => {
    await pickup();
    const asked: (string | undefined)[] = [];
    const stranger = createServer((request, response) => {
      asked.push(request.headers.authorization);
      response.end(pdf());
    });
    const port = await new Promise<number>((resolve) => {
      stranger.listen(0, '127.0.0.1', () => {
        const address = stranger.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
    const url = `http://127.0.0.1:${port}/l.pdf`;
    const { orderId } = await makeOrder(sql, store);
    for (const file of [{ url }, { redirectTo: url }]) {
      const values = { ...channel(), ...upload(file), ...typed({ tracking: '1Z9' }) };
      await desk.submit('dispatch', await orderFormOf(desk, store, orderId), values);
    }
    await new Promise((resolve) => stranger.close(resolve));
    expect(asked).toEqual([]);
    expect(await statusOf(desk, orderId)).toBe('pending');
  });

  it('is asked for, with its number, where the channel needs it; and refused where it does not', async () => {
    const { orderId } = await makeOrder(sql, store);
    const metadata = await orderFormOf(desk, store, orderId);
    const needless = await desk.submit('dispatch', metadata, {
      ...channel(),
      ...upload(),
      ...typed({ tracking: '1' }),
    });
    expect(needless.json).toMatchObject({ errors: { label: expect.stringContaining('prints its own label') } });
    await pickup();
    const fields = { label: { label: { files: [] } }, ...typed({ tracking: '' }) };
    const bare = await desk.submit('dispatch', metadata, { ...channel(), ...fields });
    expect(bare.json).toMatchObject({ errors: { label: expect.stringContaining('upload its PDF label') } });
    const numberless = await desk.submit('dispatch', metadata, { ...channel(), ...fields, ...upload() });
    expect(numberless.json).toMatchObject({ errors: { tracking: expect.any(String) } });
  });
});

describe('a file’s address', () => {
  it('is believed on Slack’s own host only, over TLS', () => {
    const good = 'https://files.slack.com/files-pri/T1-F1/l.pdf';
    expect(isSlackFileUrl(good, undefined)).toBe(true);
    for (const bad of [
      'http://files.slack.com/x',
      'https://files.slack.com:444/x',
      'https://files.slack.com.evil.example/x',
      'https://evil.example/files.slack.com',
      'https://user:pw@files.slack.com/x',
      'https://files.slack.com@evil.example/x',
      'file:///etc/passwd',
      'not an address',
    ]) {
      expect(isSlackFileUrl(bad, undefined)).toBe(false);
    }
    expect(isSlackFileUrl(good, 'http://127.0.0.1:5/api/')).toBe(false);
  });

  it('is never taken from the form, only the file’s id is', () => {
    expect(uploadedFileId({ files: [{ id: 'F123', url_private_download: 'http://evil.example' }] })).toBe('F123');
    expect(uploadedFileId({ files: [{ id: '../../x' }] })).toBeNull();
    expect(uploadedFileId({ files: [{ id: newId() }] })).toBeNull();
    expect(uploadedFileId(undefined)).toBeNull();
  });
});
