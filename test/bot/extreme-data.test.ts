import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bindMetadata, bindSkuModal, mostComponents } from '../../bot/forms/bind-sku.ts';
import { classifyPaymentModal } from '../../bot/forms/classify-payment.ts';
import { dispatchReleasedModal } from '../../bot/forms/dispatch-released.ts';
import { mapMethodModal } from '../../bot/forms/map-method.ts';
import { placed } from '../../bot/forms/open.ts';
import { pairCarrierModal } from '../../bot/forms/pair-carrier.ts';
import { batchMessage } from '../../bot/messages/batch.ts';
import { causeOrdersMessage, ordersPerPage } from '../../bot/messages/cause-orders.ts';
import { noticeModal } from '../../bot/messages/notice-modal.ts';
import { refusedBySlack } from '../../bot/messages/validate.ts';
import { newId } from '../../core/ids.ts';
import { alertView } from '../support/alert-view.ts';

const ids = { alert: newId(), merchant: newId(), store: newId(), product: newId() };
const publicUrl = 'https://desk.example.test';
const now = new Date('2026-11-21T12:00:00Z');

/** What platforms and people have in their names: markup, mentions, right-to-left, emoji, whole paragraphs. */
const foreign = fc.oneof(
  fc.constantFrom(
    '<!channel>',
    '<@U1> buy now',
    '*bold* _it_ ~no~ `code`',
    '<https://evil.example|Open in dashboard>',
    'حذاء رياضي 42 \u202eevil',
    '👩‍👩‍👧‍👦'.repeat(40),
    '店到店'.repeat(100),
    'x'.repeat(300),
    '&amp;<>&'.repeat(60),
    '\u0000\u0007\n\n',
    '',
  ),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
);
const money = fc.option(fc.constantFrom('0', '12.5', '99999999999.99'));
const some = <T>(item: fc.Arbitrary<T>, max: number) => fc.array(item, { maxLength: max });
const quiet = (text: string): void => {
  expect(text).not.toMatch(/<!channel>|<@U1>|<https:\/\/evil/);
};
const fits = (kind: 'message' | 'view', payload: unknown): void => {
  expect(refusedBySlack(kind, payload)).toBeNull();
  // Labels and options are plain text, where Slack reads no markup.
  const mrkdwn = [...JSON.stringify(payload).matchAll(/"type":"mrkdwn","text":"((?:[^"\\]|\\.)*)"/g)];
  for (const [, text] of mrkdwn) quiet(text ?? '');
};

const alerts = fc
  .record({ name: foreign, subject: foreign, storeName: foreign, orderCount: fc.integer({ min: 0, max: 5_000 }) })
  .map(({ name, subject, storeName, orderCount }) =>
    alertView({
      id: ids.alert,
      merchantId: ids.merchant,
      storeId: ids.store,
      storeName,
      orderCount,
      detail: { name, subject, keyKind: 'sku' },
    }),
  );
const suggestions = some(
  fc.record({
    productId: fc.constant(ids.product),
    sku: foreign,
    name: foreign,
    mainBarcode: fc.constant(null),
    available: fc.integer(),
    match: fc.constantFrom('sku', 'barcode', 'similar'),
  }),
  5,
);

describe('forms and lists of extreme data', () => {
  it('keep inside every limit: Bind SKU', () => {
    fc.assert(
      fc.property(
        foreign.filter((key) => key !== ''),
        foreign,
        fc.integer({ min: 1, max: mostComponents }),
        fc.integer({ min: 0, max: 5_000 }),
        suggestions,
        (key, name, rows, heldOrders, offered) => {
          const metadata = bindMetadata.parse({ ...ids, keyKind: 'sku', key, rows });
          const choice = {
            storeName: name,
            productName: name,
            pictureUrl: `https://pictures.example/${name}`,
            heldOrders,
            freedOrders: Math.floor(heldOrders / 2),
            version: 0,
            suggestions: offered,
          };
          fits('view', placed({ channelId: 'C1', threadTs: '1.1' }, bindSkuModal(metadata, choice)));
        },
      ),
    );
  });

  it('keep inside every limit: rules, carriers, notices', () => {
    fc.assert(
      fc.property(alerts, foreign, fc.integer({ min: 0, max: 700 }), (alert, name, count) => {
        const metadata = { merchant: ids.merchant, store: ids.store, subject: alert.detail.subject ?? '' };
        const types = Array.from({ length: Math.min(count, 150) + 1 }, () => ({ id: newId(), name }));
        const offered = Array.from({ length: count }, (_, n) => ({ code: `c${n}`, name: `${name}${n}` }));
        const notice = `${name} classified it as blocked at 14:02. Look at it again.`;
        fits('view', classifyPaymentModal({ metadata, about: alert }));
        fits('view', classifyPaymentModal({ metadata: { ...metadata, seen: 'blocked' }, about: alert, notice }));
        fits('view', mapMethodModal({ metadata, about: alert, types }));
        const seen = types.at(-1)?.id ?? null;
        fits('view', mapMethodModal({ metadata: { ...metadata, seen }, about: { storeName: name }, types, notice }));
        const pairing = { merchant: ids.merchant, store: ids.store, carrier: newId() };
        const free = { metadata: pairing, about: alert, carrierName: name, pairedName: null };
        fits('view', pairCarrierModal({ ...free, offered }));
        fits('view', pairCarrierModal({ ...free, offered: null }));
        for (const code of [`c${count - 1}`, 'x'.repeat(120)]) {
          const paired = { ...free, metadata: { ...pairing, seen: code }, pairedName: name, notice };
          fits('view', pairCarrierModal({ ...paired, offered }));
          fits('view', pairCarrierModal({ ...paired, offered: null }));
        }
        const typedName = {
          ...pairing,
          carrier: { name: name.slice(0, 100), foldedName: name.slice(0, 200) },
          seen: 'x'.repeat(120),
        };
        for (const some of [offered, null]) {
          fits('view', pairCarrierModal({ ...free, metadata: typedName, pairedName: name, notice, offered: some }));
        }
        fits('view', noticeModal(name === '' ? 'Bind SKU' : name, 'It cannot be read now.'));
      }),
      { numRuns: 40 },
    );
  });

  it('keep inside every limit: Dispatch all released', () => {
    const channel = fc.record({ warehouseName: foreign, name: foreign, carrierName: foreign, serviceLevel: foreign });
    fc.assert(
      fc.property(alerts, fc.array(channel, { minLength: 1, maxLength: 120 }), (alert, channels) => {
        const rows = channels.map((one) => ({
          ...one,
          id: newId(),
          warehouseId: newId(),
          code: 'X',
          carrierId: newId(),
          selfPickup: false,
          cashOnDelivery: true,
          enabled: true,
        }));
        fits('view', dispatchReleasedModal({ alert, total: alert.orderCount + 1, until: now, channels: rows }));
        const open = { total: 9_999_999, held: 999_999, purchaseOrders: 999_999, underWay: 999_999 };
        fits('view', dispatchReleasedModal({ alert, total: alert.orderCount + 1, until: now, channels: rows, open }));
      }),
    );
  });

  it('keep inside every limit: the orders of a cause and the results of a batch', () => {
    const order = fc.record({ number: foreign, totalAmount: money, currency: fc.constantFrom('USD', 'TWD', '<!h>') });
    const line = fc.record({
      number: foreign,
      result: fc.constantFrom('dispatched', 'refused'),
      reason: fc.option(foreign),
    });
    fc.assert(
      fc.property(alerts, some(order, ordersPerPage), some(line, 60), foreign, (alert, orders, lines, by) => {
        const rows = orders.map((one) => ({
          ...one,
          id: newId(),
          kind: 'b2c' as const,
          status: 'pending' as const,
          version: 7,
          orderedAt: now,
          shipBy: now,
        }));
        const waiting = { total: 5_000, page: 3, rows };
        const { text, blocks } = causeOrdersMessage(alert, { waiting, released: 1_000 }, { publicUrl, now });
        fits('message', { text, blocks });
        const batch = batchMessage({ merchantId: ids.merchant, runId: newId(), by }, lines, 1, publicUrl);
        fits('message', { text: batch.text, blocks: batch.blocks });
      }),
    );
  });
});
