import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { actions } from '../../bot/actions/index.ts';
import { alertCard } from '../../bot/messages/alert-card.ts';
import { refusedBySlack } from '../../bot/messages/validate.ts';
import { namedKinds } from '../../core/alert/kinds.ts';
import type { AlertKind } from '../../core/alert/types.ts';
import { alertView } from '../support/alert-view.ts';

const kinds: readonly AlertKind[] = [...namedKinds.map(({ kind }) => kind), 'held:scheduled', 'held:operator_hold'];

const now = new Date('2026-11-20T12:00:00Z');
const context = { publicUrl: 'https://desk.example.test', now };

const hostile = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 400 }),
  fc.constantFrom(
    '<!channel>',
    '<@U1>',
    '<https://x.test|click>',
    '*bold* _it_ ~no~ `code`',
    '\u202eRTL',
    'مرحبا',
    '王小明',
    '👩‍👩‍👧‍👦'.repeat(60),
    'a'.repeat(300),
  ),
);
const detailKeys = [
  'subject',
  'name',
  'message',
  'reason',
  'platformCode',
  'platformMessage',
  'missing',
  'numbers',
  'reasons',
  'reasonCount',
  'changedTo',
  'changedBy',
  'changedVia',
  'changedAt',
  'days',
  'status',
  'stores',
  'storeCount',
  'endsAt',
  'endedAt',
  'passed',
  'runs',
  'orderStatus',
  'outbound',
  'outboundStatus',
  'recall',
  'batch',
  'askedAt',
  'askedBy',
  'tries',
];

const anyAlert = fc
  .record({
    kind: fc.constantFrom(...kinds),
    state: fc.constantFrom('open' as const, 'resolved' as const),
    storeName: fc.option(hostile),
    merchantName: hostile,
    orderCount: fc.integer({ min: 0, max: 5_000 }),
    sample: fc.array(fc.record({ id: fc.uuid(), number: hostile }), { maxLength: 5 }),
    amounts: fc.dictionary(fc.string({ minLength: 1, maxLength: 3 }), fc.constant('123456789.25'), { maxKeys: 6 }),
    detail: fc.dictionary(fc.constantFrom(...detailKeys), hostile),
    assignedToName: fc.option(hostile),
    resolvedBy: fc.option(hostile),
    resolvedVia: fc.constantFrom('slack', 'web', 'system', null),
    resolution: fc.constantFrom('mapped', 'released', 'store_deleted', 'superseded', 'works', 'something else', null),
    nearestShipBy: fc.option(fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('2100-01-01') })),
  })
  .map((over) => alertView({ ...over, resolvedAt: over.state === 'resolved' ? now : null }));

describe('alert cards', () => {
  it('keeps faults of nothing but signs inside what Slack takes', () => {
    const signs = '&'.repeat(400);
    const detail = { numbers: signs, reasons: [signs, signs, signs, signs].join('\n'), reasonCount: '99' };
    const card = alertCard(alertView({ kind: 'orders_malformed', orderCount: 5_000, sample: [], detail }), context);
    expect(refusedBySlack('message', card)).toBeNull();
  });

  it('says how many orders have which fault, and that mending it is enough', () => {
    const detail = { numbers: '#1, #2, #3', reasons: '2 × No currency\n1 × No lines', reasonCount: '4' };
    const shown = JSON.stringify(alertCard(alertView({ kind: 'orders_malformed', orderCount: 5, detail }), context));
    expect(shown).toContain('#1, #2, #3 and 2 more');
    expect(shown).toContain('• 2 × No currency\\n• 1 × No lines\\n• and 2 other reasons');
    expect(shown).toContain('Mend it on the platform: it is read again by itself.');
  });

  it('stays inside every limit of Slack, whatever names and texts a platform sends', () => {
    fc.assert(
      fc.property(anyAlert, (generated) => {
        expect(refusedBySlack('message', alertCard(generated, context))).toBeNull();
      }),
      { numRuns: 500 },
    );
  });

  it('names what an address lacks, and nothing of the address', () => {
    const card = alertCard(alertView({ kind: 'held:address_incomplete', detail: { subject: 'phone,zip' } }), context);
    expect(JSON.stringify(card.blocks)).toContain('Missing: phone, postcode');
  });

  it('never lets foreign text mention people, call the channel or make a link of its own', () => {
    fc.assert(
      fc.property(anyAlert, (generated) => {
        const { text, blocks } = alertCard(generated, context);
        // Headers and buttons are plain text to Slack: nothing in them is markup.
        const texts = JSON.stringify([
          text,
          blocks.filter((block) => block.type !== 'header' && block.type !== 'actions'),
        ]);
        expect(texts).not.toMatch(/<[!@#](?!date\^)/);
        expect(texts).not.toContain('<https://x.test');
      }),
      { numRuns: 500 },
    );
  });

  it('says of a login that is over when orders last came through it, not how old an order is', () => {
    const login = alertView({ kind: 'authorization_unusable', orderCount: 0, amounts: {}, sample: [], detail: {} });
    expect(JSON.stringify(alertCard(login, context))).toContain('noticed <!date^1795176000^');
    expect(JSON.stringify(alertCard(login, context))).toContain('last synced <!date^1795165200^');
  });

  it('tells an abnormal login, which is still tried, from one that is over, and says when that ended', () => {
    const login = (detail: Record<string, string>) =>
      JSON.stringify(
        alertCard(alertView({ kind: 'authorization_unusable', orderCount: 0, sample: [], detail }), context),
      );
    expect(login({ status: 'abnormal', reason: 'The test failed' })).toContain('It is still tried');
    expect(login({ status: 'abnormal' })).not.toContain('No orders come in');
    expect(login({ status: 'authorized', endedAt: '2026-11-20T11:00:00Z' })).toContain('It ended <!date^1795172400^');
    expect(login({ status: 'expired' })).toContain('No orders come in and no tracking goes out.');
  });

  it('says when a login ends, and names the stores that it carries', () => {
    const detail = {
      days: '3',
      endsAt: '2026-11-22T18:00:00Z',
      storeCount: '3',
      stores: 'Northwind US, North CA, North MX',
    };
    const ending = alertView({ kind: 'authorization_expiring', orderCount: 0, amounts: {}, sample: [], detail });
    const { text, blocks } = alertCard(ending, context);
    expect(text).toBe('Authorization ends in 3 days or less · Northwind US and 2 more stores');
    expect(JSON.stringify(blocks)).toContain('Stores: Northwind US, North CA, North MX');
    expect(JSON.stringify(blocks)).toContain('It ends <!date^1795370400^');
    const settled = alertCard({ ...ending, state: 'resolved', resolvedAt: now, resolution: 'works' }, context);
    expect(settled.text).toBe('✔ Authorization ends in 3 days or less · Northwind US and 2 more stores · renewed');
    expect(JSON.stringify(settled.blocks)).toContain('Northwind US and 2 more stores');
  });

  it.each([
    [{}, 'Ship-by is near, nothing shipped', '37 orders wait'],
    [{ passed: '37' }, 'Ship-by has passed, nothing shipped', '37 orders wait'],
    [{ passed: '2' }, 'Ship-by has passed or is near, nothing shipped', '2 orders late already, 35 orders due soon'],
  ])('tells a ship-by that has passed from one that is near: %j', (detail, title, words) => {
    const card = alertCard(alertView({ kind: 'ship_by_near', detail }), context);
    expect(card.text).toBe(`${title} · Northwind US: 37 orders`);
    expect(JSON.stringify(card.blocks)).toContain(words);
  });

  it.each([
    ['dispatch_failed', 'Dispatch failed · #1042'],
    ['label_failed', 'Label failed · #1042'],
    ['acceptance_failed', 'The platform did not accept the order · #1042'],
  ] as const)('names what failed: %s', (code, title) => {
    expect(alertCard(alertView({ kind: `exception:${code}`, orderCount: 1 }), context).text).toContain(title);
  });

  it('says what waits, how much, since when and until when', () => {
    const card = JSON.stringify(alertCard(alertView(), context));
    expect(card).toContain('SKU not mapped · TSHIRT-XL · Northwind US');
    expect(card).toContain('37 orders wait · USD 4,210.50 · oldest from <!date^1795165200^');
    expect(card).toContain('and 36 more');
    expect(alertCard(alertView(), context).text).toBe('SKU not mapped · TSHIRT-XL · Northwind US: 37 orders');
  });

  it('offers Bind SKU on an unmapped SKU, with ids and the version seen as its value', () => {
    const row = alertCard(alertView(), context).blocks.find((block) => block.type === 'actions');
    expect(row).toMatchObject({
      elements: [
        {
          action_id: 'bind_sku',
          value: JSON.stringify({ alert: alertView().id, merchant: alertView().merchantId, version: 3 }),
        },
        { action_id: 'show_orders' },
        { action_id: 'assign_to_me' },
        {
          type: 'overflow',
          action_id: 'menu',
          options: [
            { value: 'snooze' },
            { value: 'snooze_morning' },
            { value: 'open_dashboard', url: 'https://desk.example.test/held' },
            { value: 'why' },
            { value: 'refetch' },
          ],
        },
      ],
    });
  });

  it('offers no button that nobody has written', () => {
    const known = new Set([...actions.map((action) => action.id), 'menu']);
    for (const kind of kinds) {
      for (const state of ['open', 'resolved'] as const) {
        const { blocks } = alertCard(
          alertView({ kind, state, orderCount: 1, resolution: 'mapped', resolvedAt: now }),
          context,
        );
        const ids = [...JSON.stringify(blocks).matchAll(/"action_id":"([^":]+)/g)].map(([, id]) => id ?? '');
        expect(ids.filter((id) => !known.has(id))).toEqual([]);
        expect(ids.length > 0 || state === 'resolved').toBe(true);
      }
    }
  });

  it.each([
    ['held:sku_unmapped', '/held'],
    ['exception:writeback_failed', '/orders?needs=excepted'],
    ['exception:carrier_unpaired', '/stores/0199aaaa-0000-7000-8000-000000000003/carriers'],
    ['sync_failing', '/stores/0199aaaa-0000-7000-8000-000000000003'],
    ['orders_malformed', '/'],
    ['purchase_order_waiting', '/orders?kind=b2b&status=pending&store=0199aaaa-0000-7000-8000-000000000003'],
  ] as const)('leads with %s to the page that shows it', (kind, path) => {
    const row = alertCard(alertView({ kind }), context).blocks.find((block) => block.type === 'actions');
    expect(JSON.stringify(row)).toContain(`"url":"https://desk.example.test${path}"`);
  });

  it('names the carrier that is not paired, quotes the platform only, and offers Manual Ship for a single order', () => {
    const unpaired = (orderCount: number, said: Record<string, string> = {}) =>
      JSON.stringify(
        alertCard(
          alertView({
            kind: 'exception:carrier_unpaired',
            orderCount,
            detail: { subject: 'UPS *Freight*', message: 'Pair it; or use Manual Ship with another.', ...said },
          }),
          context,
        ),
      );
    expect(unpaired(1)).toContain('Carrier not paired · UPS *Freight* · Northwind US');
    expect(unpaired(1)).toContain('Pair it; or use Manual Ship with another.');
    expect(unpaired(1)).not.toContain('The platform says');
    expect(unpaired(1)).toContain('"action_id":"manual_ship"');
    expect(unpaired(2)).not.toContain('manual_ship');
    expect(unpaired(1, { platformMessage: 'We do not know "UPS"' })).toContain(
      'The platform says: “We do not know \\"UPS\\"”',
    );
  });

  it('calls a cancellation after dispatch a cancellation', () => {
    const card = alertCard(alertView({ kind: 'exception:platform_cancelled_after_dispatch', orderCount: 1 }), context);
    expect(card.text).toContain('Cancelled on the platform after dispatch · #1042');
  });

  it('offers what comes next on a settled card, and Undo for five minutes', () => {
    const settled = (kind: AlertKind, minutes: number) =>
      JSON.stringify(
        alertCard(
          alertView({
            kind,
            state: 'resolved',
            resolution: 'mapped',
            resolvedAt: new Date(now.getTime() - minutes * 60_000),
            detail: { subject: 'TSHIRT-XL', released: '37', waiting: '0', dispatchable: '37' },
          }),
          context,
        ).blocks,
      );
    expect(settled('held:sku_unmapped', 1)).toContain('undo_bind');
    expect(settled('held:sku_unmapped', 1)).toContain('dispatch_released');
    expect(settled('held:sku_unmapped', 5)).not.toContain('undo_bind');
    expect(settled('held:shipping_method_unmapped', 1)).not.toContain('undo_bind');
    expect(settled('exception:writeback_failed', 1)).not.toContain('"actions"');
  });

  it('names what was decided, with markup in names defused once', () => {
    const card = alertCard(
      alertView({
        state: 'resolved',
        resolvedAt: now,
        resolution: 'mapped',
        detail: { subject: 'A', outcome: '2 × T&S_<!here>', released: '37', waiting: '0', dispatchable: '37' },
      }),
      context,
    );
    expect(card.text).toContain('→ 2 × T&amp;S\u200b_&lt;!here&gt; · 37 orders released');
    expect(JSON.stringify(card.blocks)).toContain('T&amp;S\u200b_&lt;!here&gt;');
  });

  it('loses its buttons and names who ended it once the cause is gone', () => {
    const card = alertCard(
      alertView({
        state: 'resolved',
        resolvedAt: now,
        resolvedBy: 'Mei',
        resolvedVia: 'web',
        resolution: 'dispatched',
      }),
      context,
    );
    expect(card.blocks.map((block) => block.type)).toEqual(['section', 'context']);
    expect(JSON.stringify(card)).toContain('Mei · from the dashboard');
  });

  it('does not say of orders that are cancelled here that they wait to ship', () => {
    const refused = alertView({ kind: 'exception:cancellation_failed', orderCount: 2, nearestShipBy: now });
    const { text, blocks } = alertCard(refused, context);
    expect(text).toContain(': 2 orders');
    expect(JSON.stringify(blocks)).toContain('2 orders cancelled here');
    expect(JSON.stringify(blocks)).not.toMatch(/orders wait|ship-by/);
  });
});
