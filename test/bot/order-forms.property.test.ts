import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DispatchChoice } from '../../bot/dispatch-choice.ts';
import { acknowledgeExceptionModal } from '../../bot/forms/acknowledge-exception.ts';
import { cancelOrderModal } from '../../bot/forms/cancel-order.ts';
import { correctAddressModal } from '../../bot/forms/correct-address.ts';
import { dispatchModal } from '../../bot/forms/dispatch-modal.ts';
import { manualShipModal } from '../../bot/forms/manual-ship.ts';
import { placed } from '../../bot/forms/open.ts';
import { reasonModal } from '../../bot/forms/reason.ts';
import { releasableHolds, releaseHoldModal } from '../../bot/forms/release-hold.ts';
import type { SlackModal } from '../../bot/messages/blocks.ts';
import { orderCard } from '../../bot/messages/order-card.ts';
import { detailLists, orderDetailsModal } from '../../bot/messages/order-details.ts';
import { refusedBySlack } from '../../bot/messages/validate.ts';
import { newId } from '../../core/ids.ts';
import { exceptionCodes, holdCodes } from '../../core/order/types.ts';
import type { OrderDetail } from '../../core/queries/show-order.ts';
import { orderDetail, orderLine } from '../support/order-detail.ts';
import { person } from '../support/outgoing.ts';

const publicUrl = 'https://desk.example.test';
const now = new Date('2026-11-21T12:00:00Z');
const place = { channelId: 'C'.repeat(20), threadTs: '1700000000.000100' };

/** What platforms and people have in their names. */
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
    '&amp;<>&'.repeat(100),
    '*_~`'.repeat(100),
    '\u0000\u0007\n\n',
    '',
  ),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
);
const maybe = fc.option(foreign);
const money = fc.constantFrom('25.00', '123456789012345.123456', '0', '-1.5', null);
const list = <T>(one: fc.Arbitrary<T>, max: number) => fc.array(one, { maxLength: max });

const lines = fc.record({
  name: foreign,
  sku: maybe,
  quantity: fc.integer({ min: 0, max: 99_999 }),
  unitPrice: money,
  quantityShipped: fc.integer({ min: 0, max: 9 }),
  components: list(fc.record({ productId: fc.constant('p'), sku: foreign, name: foreign, quantity: fc.nat(99) }), 20),
});
const holds = fc
  .record({ code: fc.constantFrom(...holdCodes), subject: foreign, name: foreign, note: maybe, isOpen: fc.boolean() })
  .map(({ code, subject, name, note, isOpen }) => ({
    id: newId(),
    code,
    origin: 'platform' as const,
    subject,
    detail: { name, reason: name, fields: subject },
    openedAt: now,
    openedBy: name,
    releaseAt: null,
    note,
    closedAt: isOpen ? null : now,
    closedBy: isOpen ? null : name,
    resolution: isOpen ? null : name,
    resolutionNote: note,
  }));
const exceptions = fc
  .record({ code: fc.constantFrom(...exceptionCodes), message: foreign, said: maybe })
  .map((one) => ({
    id: newId(),
    code: one.code,
    subject: one.message,
    message: one.message,
    platformCode: one.said,
    platformMessage: one.said,
    previousRecipient: null,
    openedAt: now,
    closedAt: null,
    closedBy: null,
    resolution: null,
  }));
const outbounds = foreign.map((text) => ({
  id: newId(),
  number: text,
  status: 'created' as const,
  recall: 'none' as const,
  warehouseName: text,
  channelName: text,
  carrierName: text,
  serviceLevel: text,
  trackingNumber: text,
  codAmount: '1.00',
  exceptionReason: text,
  createdAt: now,
  createdBy: text,
  createdByPersonId: null,
  units: 3,
  unitsShipped: 1,
}));
const shipments = fc
  .tuple(foreign, fc.constantFrom('https://ups.example/1', 'https://ups.example/<|>', null))
  .map(([text, trackingUrl]) => ({
    id: newId(),
    outboundNumber: null,
    carrierId: null,
    carrierName: text,
    service: text,
    trackingNumber: text,
    trackingUrl,
    shippedAt: now,
    createdBy: text,
    units: 1,
    replacedBy: null,
  }));
const events = fc.tuple(foreign, maybe).map(([text, note]) => ({
  id: newId(),
  at: now,
  actorName: text,
  via: text,
  event: `order.${text}`,
  before: { [text]: text, list: [text, text] },
  after: { [text]: `${text}!`, a: text, b: text, c: text, d: text, list: [text] },
  note,
}));
const recipients = fc.option(
  fc.record({
    name: maybe,
    phone: maybe,
    email: maybe,
    country: maybe,
    state: maybe,
    city: maybe,
    district: maybe,
    address1: maybe,
    address2: maybe,
    zip: maybe,
    pickupPointCode: maybe,
  }),
);

const orders: fc.Arbitrary<OrderDetail> = fc
  .record({
    number: foreign,
    storeName: foreign,
    status: fc.constantFrom('pending', 'acknowledged', 'processing', 'partially_shipped', 'shipped', 'cancelled'),
    kind: fc.constantFrom('b2c', 'b2b'),
    currency: fc.constantFrom('USD', 'TWD', '<!here>'),
    totalAmount: money,
    codAmount: money,
    itemsAmount: money,
    paymentMethod: maybe,
    paymentRecord: foreign,
    shippingMethod: maybe,
    platformStatus: foreign,
    buyerNote: maybe,
    tags: list(foreign, 30),
    recipient: recipients,
    originalRecipient: recipients,
    lines: list(lines, 200).map((all) => all.map((line) => orderLine(line))),
    holds: list(holds, 40),
    exceptions: list(exceptions, 30),
    outbounds: list(outbounds, 30),
    shipments: list(shipments, 60),
    history: list(events, 200),
  })
  .map((over) => orderDetail(over as Partial<OrderDetail>));

function fits(view: SlackModal): string {
  const modal = placed(place, view);
  expect(refusedBySlack('view', modal)).toBeNull();
  for (const block of modal.blocks) {
    if (!('element' in block) || block.element.type !== 'plain_text_input') continue;
    const { initial_value: initial = '', max_length: most = 3_000 } = block.element;
    expect(initial.length).toBeLessThanOrEqual(most);
  }
  const text = JSON.stringify(modal.blocks);
  // plain_text shows what it is given; only mrkdwn would call people.
  expect(mrkdwnOf(modal.blocks)).not.toMatch(/<!channel>|<!here>|<@U1>|<https:\/\/evil/);
  return text;
}

function mrkdwnOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(mrkdwnOf).join('\n');
  if (typeof value !== 'object' || value === null) return '';
  const type = Reflect.get(value, 'type');
  if (type === 'mrkdwn') return String(Reflect.get(value, 'text'));
  return Object.values(value).map(mrkdwnOf).join('\n');
}

const viewers = fc.constantFrom('operator' as const, 'viewer' as const, 'owner' as const);

describe('forms about an order of extreme data', () => {
  it('keep inside every limit: the card, and Details with all its pages', () => {
    fc.assert(
      fc.property(orders, viewers, fc.nat(9), foreign, (order, role, page, notice) => {
        const viewer = { actor: person('Mei', role), now, publicUrl };
        const card = orderCard(order, viewer);
        expect(refusedBySlack('message', { text: card.text, blocks: card.blocks })).toBeNull();
        expect(mrkdwnOf(card.blocks) + card.text).not.toMatch(/<!channel>|<!here>|<@U1>|<https:\/\/evil/);
        const shown = fits(orderDetailsModal({ order, viewer, place: { list: 'all' }, notice: null }));
        if (role === 'viewer') expect(shown).not.toContain('Address line 1');
        for (const name of detailLists) {
          fits(
            orderDetailsModal({ order, viewer, place: { list: name, page }, notice: notice === '' ? null : 'Done.' }),
          );
        }
      }),
      { numRuns: 60 },
    );
  });

  it('keep inside every limit: the forms of its deeds', () => {
    const metadata = { merchant: newId(), order: newId(), version: 99_999, details: `V${'X'.repeat(20)}` };
    fc.assert(
      fc.property(orders, list(foreign, 150), foreign, (order, names, typed) => {
        const carriers = names.map((name) => ({ id: newId(), code: name, name, trackingUrl: null, enabled: true }));
        const values = Object.fromEntries(
          ['tracking', 'carrier_name', 'service', 'shared'].map((name) => [
            name,
            { [name]: { type: 'plain_text_input', value: typed.slice(0, 100) } },
          ]),
        );
        fits(manualShipModal({ metadata, order, carriers }));
        fits(manualShipModal({ metadata, order, carriers, typed: values, sharedNumber: 'Another order has it.' }));
        fits(cancelOrderModal(metadata, order));
        fits(reasonModal('cancel_rest', metadata, order));
        fits(correctAddressModal(metadata, order));
        if (releasableHolds(order).length > 0) fits(releaseHoldModal(metadata, order));
        const closable = {
          ...order,
          exceptions: order.exceptions.map((one) => ({ ...one, code: 'label_failed' as const })),
        };
        if (order.exceptions.length > 0) fits(acknowledgeExceptionModal(metadata, closable));
      }),
      { numRuns: 60 },
    );
  });

  it('keep inside every limit: the dispatch of 200 lines from many warehouses', () => {
    const option = fc.record({
      channelName: foreign,
      carrierName: foreign,
      serviceLevel: foreign,
      isOpen: fc.boolean(),
    });
    const choices: fc.Arbitrary<DispatchChoice> = fc
      .record({
        texts: list(foreign, 12),
        lines: list(fc.record({ name: foreign, sku: maybe, boundTo: maybe, quantity: fc.nat(99_999) }), 200),
        warehouses: list(fc.record({ name: foreign, stock: foreign, options: list(option, 60) }), 6),
        isBlocked: fc.boolean(),
        offersOverride: fc.boolean(),
      })
      .map(({ texts, isBlocked, ...rest }): DispatchChoice => {
        const warehouses = rest.warehouses.map((warehouse) => ({
          ...warehouse,
          options: warehouse.options.map(({ isOpen, ...one }, index) => ({
            ...one,
            warehouseId: newId(),
            channelId: newId(),
            selfPickup: index % 3 === 0,
            cashOnDelivery: index % 2 === 0,
            isUnpaired: index % 2 === 1,
            unavailable: isOpen ? null : one.channelName,
          })),
        }));
        return {
          orderNumber: texts[0] ?? '#1',
          storeName: texts[1] ?? 'Shop',
          version: 1,
          recipient: texts,
          lines: rest.lines.map((line) => ({
            ...line,
            id: newId(),
            canBeBound: line.boundTo === null,
            exact: {
              productId: newId(),
              sku: line.name,
              name: line.name,
              mainBarcode: null,
              available: line.quantity,
              match: 'sku' as const,
            },
          })),
          warehouses,
          preselected: warehouses[0]?.options[0]?.channelId ?? null,
          collects: { amount: '25.00', currency: '<!here>' },
          blockers: isBlocked ? texts : [],
          mends: isBlocked
            ? texts.map((text, index) => ({
                actionId: `deed_${index}`,
                text: 'Release hold',
                reason: index % 2 === 0 ? null : text,
                isDestructive: index === 0,
              }))
            : [],
          warnings: texts,
          unpaired: { words: texts.join(', '), url: `${publicUrl}/stores/1/carriers` },
          offersOverride: rest.offersOverride,
        };
      });
    const metadata = { merchant: newId(), order: newId(), version: 1 };
    fc.assert(
      fc.property(choices, (choice) => {
        fits(dispatchModal(metadata, choice, `${publicUrl}/orders/1`));
      }),
      { numRuns: 80 },
    );
  });
});
