import { describe, expect, it } from 'vitest';
import { orderCard } from '../../../bot/messages/order-card.ts';
import { refusedBySlack } from '../../../bot/messages/validate.ts';
import type { HoldView, OrderDetail } from '../../../core/queries/show-order.ts';
import { orderDetail } from '../../support/order-detail.ts';
import { person } from '../../support/outgoing.ts';

const at = new Date('2026-11-20T08:00:00Z');
const viewer = (role: 'operator' | 'viewer' = 'operator') => ({
  actor: person('Mei', role),
  now: new Date('2026-11-21T09:00:00Z'),
  publicUrl: 'https://desk.example.test',
});
const hold = (over: Partial<HoldView>): HoldView => ({
  id: 'h',
  code: 'sku_unmapped',
  origin: 'derived',
  subject: 'TSHIRT-XL',
  detail: {},
  openedAt: at,
  openedBy: 'Holdfast',
  releaseAt: null,
  note: null,
  closedAt: null,
  closedBy: null,
  resolution: null,
  resolutionNote: null,
  ...over,
});

const drawn = (order: OrderDetail, role?: 'operator' | 'viewer') => {
  const card = orderCard(order, viewer(role));
  expect(refusedBySlack('message', { text: card.text, blocks: card.blocks })).toBeNull();
  return { ...card, words: JSON.stringify(card.blocks) };
};

const actionsOf = (order: OrderDetail, role?: 'operator' | 'viewer') =>
  orderCard(order, viewer(role)).blocks.flatMap((block) =>
    block.type === 'actions'
      ? block.elements.flatMap((element) =>
          element.type === 'overflow' ? element.options.map((option) => option.value) : [element.action_id],
        )
      : [],
  );

describe('the card of an order', () => {
  it('says what it is, why it waits and what it is worth, without its recipient', () => {
    const recipient = {
      name: 'Ada Canary',
      phone: '555-0100',
      email: 'ada@canary.test',
      country: 'US',
      state: 'NV',
      city: 'Reno',
      district: null,
      address1: '1 Canary Row',
      address2: null,
      zip: '89501',
      pickupPointCode: null,
    };
    const card = drawn(orderDetail({ recipient, originalRecipient: recipient, holds: [hold({})] }));
    expect(card.text).toBe('Order #1042: Pending, held');
    expect(card.words).toContain('SKU [TSHIRT-XL] not mapped to a warehouse SKU');
    expect(card.words).toContain('USD 25.00');
    expect(card.words).not.toMatch(/canary|555-0100|89501/i);
  });

  it('offers what the order allows now: first the deed that moves it on', () => {
    expect(actionsOf(orderDetail())).toEqual([
      'dispatch',
      'order_details',
      'manual_ship',
      'cancel_order',
      'correct_address',
      'refetch',
    ]);
    expect(actionsOf(orderDetail({ status: 'cancelled' }))).toEqual(['order_details', 'refetch']);
  });

  it('offers the address first when that is what holds the order', () => {
    const order = orderDetail({ holds: [hold({ code: 'address_incomplete', subject: 'zip' })] });
    expect(actionsOf(order)[0]).toBe('correct_address');
  });

  it('offers people who only look nothing but Details', () => {
    expect(actionsOf(orderDetail(), 'viewer')).toEqual(['order_details']);
  });

  it('takes reasons that are five times as long as they look', () => {
    const escaped = '&'.repeat(300);
    const holds = Array.from({ length: 3 }, () => hold({ subject: escaped, note: escaped }));
    expect(drawn(orderDetail({ holds })).words.match(/•/g)).toHaveLength(3);
  });

  it('keeps hostile and endless text inside Slack’s limits', () => {
    const hostile = '<!channel> <@U1> *_~`‮🙈'.repeat(40);
    const order = orderDetail({
      number: hostile,
      storeName: hostile,
      totalAmount: '123456789012345.123456',
      holds: Array.from({ length: 30 }, () => hold({ subject: hostile, detail: { name: hostile }, note: hostile })),
      exceptions: Array.from({ length: 30 }, (_, index) => ({
        id: `e${index}`,
        code: 'writeback_failed' as const,
        subject: 's',
        message: hostile,
        platformCode: hostile,
        platformMessage: hostile,
        previousRecipient: null,
        openedAt: at,
        closedAt: null,
        closedBy: null,
        resolution: null,
      })),
    });
    const card = drawn(order);
    expect(card.words).not.toMatch(/<!channel>|<@U1>/);
    expect(card.words).toContain('57 more reasons');
  });
});
