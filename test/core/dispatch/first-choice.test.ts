import { expect, test } from 'vitest';
import type { PreviewWarehouse } from '../../../core/commands/preview-dispatch.ts';
import { firstChoice } from '../../../core/dispatch/first-choice.ts';

/** `cash` collects money, `pickup` needs a label; every other channel is an ordinary one. */
const warehouse = (id: string, isEnough: boolean, ...channels: readonly string[]): PreviewWarehouse => ({
  id,
  code: id,
  name: id,
  allowsBackorder: false,
  stock: [],
  isEnough,
  channels: channels.map((name) => ({
    id: name,
    warehouseId: id,
    name,
    carrierId: 'c',
    carrierName: 'C',
    serviceLevel: 'S',
    selfPickup: name.startsWith('pickup'),
    cashOnDelivery: name.startsWith('cash'),
    isUnpaired: false,
    enabled: true,
  })),
});

const paid = { cashOnDelivery: null };
const cod = { cashOnDelivery: { amount: '10.00', currency: 'TWD' } };
const chosen = (order: typeof paid | typeof cod, ...warehouses: readonly PreviewWarehouse[]) =>
  firstChoice({ ...order, warehouses })?.channelId;

test('a paid order is not put on a channel that collects money while another one is there', () => {
  expect(chosen(paid, warehouse('a', true, 'cash', 'ground'))).toBe('ground');
  expect(chosen(paid, warehouse('a', true, 'cash'), warehouse('b', false, 'ground'))).toBe('ground');
  expect(chosen(paid, warehouse('a', true, 'cash'))).toBe('cash');
});

test('an order that pays on delivery goes only where money is collected', () => {
  expect(chosen(cod, warehouse('a', true, 'ground', 'cash'))).toBe('cash');
  expect(chosen(cod, warehouse('a', true, 'ground'))).toBeUndefined();
});

test('the warehouse that has everything comes first, and a self-pickup channel never', () => {
  expect(chosen(paid, warehouse('a', false, 'slow'), warehouse('b', true, 'pickup', 'quick'))).toBe('quick');
  expect(chosen(paid, warehouse('a', true, 'pickup'))).toBeUndefined();
});
