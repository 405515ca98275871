import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { badField, malformedReason } from '../../../connectors/shared/malformed.ts';

const order = z.object({
  id: z.union([z.string().min(1), z.number()]),
  currency: z.string().length(3),
  created_at: z.iso.datetime(),
  total: z.string().regex(/^\d+(\.\d+)?$/),
  isGift: z.boolean(),
  recipient: z.object({ name: z.string().max(10), phone_number: z.string(), id: z.number() }),
  lines: z.array(z.object({ quantity: z.number().int().positive(), sku: z.string() })).min(1),
});
const good = {
  id: 1,
  currency: 'USD',
  created_at: '2026-11-21T08:00:00Z',
  total: '12.50',
  isGift: false,
  recipient: { name: 'Ada', phone_number: '555-0100', id: 1 },
  lines: [{ quantity: 1, sku: 'A' }],
};

const reason = (change: Readonly<Record<string, unknown>>): string => {
  const value = { ...good, ...change };
  const parsed = order.safeParse(value);
  return parsed.success ? 'it can be read' : malformedReason(parsed.error, value);
};

describe('why an order cannot be read', () => {
  it.each([
    [{ lines: undefined }, 'lines: missing'],
    [{ lines: null }, 'lines: empty'],
    [{ lines: {} }, 'lines: not a list'],
    [{ lines: [] }, 'lines: too few entries'],
    [{ lines: [...good.lines, { quantity: 0.5, sku: 'A' }] }, 'lines 2, quantity: not a whole number: ‘0.5’'],
    [{ lines: [{ quantity: 0, sku: 'A' }] }, 'lines 1, quantity: not more than 0: ‘0’'],
    [{ lines: ['A'] }, 'lines 1: not a group of fields'],
    [{ total: 'abc' }, 'total: not written as expected: ‘abc’'],
    [{ total: 12 }, 'total: not a text: ‘12’'],
    [{ currency: '' }, 'currency: empty'],
    [{ currency: 'euros' }, 'currency: too long: ‘euros’'],
    [{ created_at: 'yesterday' }, 'created_at: not written as expected: ‘yesterday’'],
    [{ id: true }, 'id: of another kind than expected: ‘true’'],
    [{ isGift: 'perhaps' }, 'isGift: neither yes nor no'],
  ])('names the field and what is wrong with it: %j', (change, words) => {
    expect(reason(change)).toBe(words);
  });

  it('repeats nothing about a person, and no long text', () => {
    const recipient = { name: 'Ada Canary-Lovelace', phone_number: 5550100, id: '5550100' };
    const said = reason({ recipient, total: 'c/o Ada Canary, 1 Canary Row, 89501 Reno' });
    expect(said).toContain('recipient, name: too long');
    expect(said).toContain('recipient, phone_number: not a text');
    expect(said).not.toMatch(/canary|555/i);
  });

  it('names three fields and counts the rest', () => {
    expect(reason({ id: null, currency: null, total: null, lines: null, created_at: null })).toBe(
      'id: empty; currency: empty; created_at: empty; and 2 more',
    );
  });

  it('says of an answer that is no order that it is none', () => {
    const parsed = order.safeParse('oops');
    expect(parsed.success ? '' : malformedReason(parsed.error, 'oops')).toBe('the order: not a group of fields');
  });

  it('names a time that is none, without what a database cannot keep', () => {
    expect(badField('updatedAt', 'not a time', 'so\0on')).toBe('updatedAt: not a time: ‘soon’');
    expect(badField('updatedAt', 'not a time', undefined)).toBe('updatedAt: missing');
  });
});
