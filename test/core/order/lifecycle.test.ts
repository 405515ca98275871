import { expect, test } from 'vitest';
import { actionsFor, orderActions } from '../../../core/order/actions.ts';
import { apply, decide } from '../../../core/order/decide.ts';
import type { OrderCommand } from '../../../core/order/events.ts';
import { type LifecycleEvent, lifecycle, lifecycleDiagram, type Transition } from '../../../core/order/lifecycle.ts';
import type { LastDeed, OrderState, OutboundStatus, WritebackState } from '../../../core/order/order-state.ts';
import { type OrderKind, type OrderStatus, orderStatuses } from '../../../core/order/types.ts';
import { person } from '../../support/outgoing.ts';

const now = new Date('2026-11-21T09:00:00Z');
const mei = person('Mei');

/** The table of the contract, by hand: what is not here must be refused. `=` keeps the status, `undo` goes back. */
const contract: readonly [LifecycleEvent, OrderKind, OrderStatus, OrderStatus | '=' | 'undo'][] = [
  ['dispatch', 'b2c', 'pending', 'processing'],
  ['dispatch', 'b2b', 'acknowledged', 'processing'],
  ['acknowledge', 'b2b', 'pending', 'acknowledged'],
  ['reject', 'b2b', 'pending', 'cancelled'],
  ...both((kind) => [
    ['ship_some', kind, 'processing', 'partially_shipped'],
    ['ship_some', kind, 'partially_shipped', 'partially_shipped'],
    ['ship_rest', kind, 'processing', 'shipped'],
    ['ship_rest', kind, 'partially_shipped', 'shipped'],
    ['complete', kind, 'shipped', 'completed'],
    ['complete_by_hand', kind, 'shipped', 'manual_completed'],
    ['manual_ship', kind, 'pending', 'shipped'],
    ['manual_ship', kind, 'acknowledged', 'shipped'],
    ['manual_ship', kind, 'processing', 'shipped'],
    ['manual_ship', kind, 'shipped', '='],
    ['cancel', kind, 'pending', 'cancelled'],
    ['cancel', kind, 'acknowledged', 'cancelled'],
    ['cancel', kind, 'processing', 'cancelled'],
    ['undo_dispatch', kind, 'processing', 'undo'],
    ['undo_cancel', kind, 'cancelled', 'undo'],
    ['cancel_rest', kind, 'partially_shipped', 'shipped'],
    ['close_by_hand', kind, 'shipped', 'manual_completed'],
    ['close_by_hand', kind, 'partially_shipped', 'manual_completed'],
    ['platform_cancelled', kind, 'pending', 'cancelled'],
    ['platform_cancelled', kind, 'acknowledged', 'cancelled'],
    ['platform_cancelled', kind, 'processing', 'cancelled'],
    ['platform_cancelled', kind, 'partially_shipped', '='],
    ['platform_cancelled', kind, 'shipped', '='],
    ['platform_cancelled', kind, 'completed', '='],
    ['platform_cancelled', kind, 'manual_completed', '='],
    ['platform_shipped', kind, 'pending', 'completed'],
    ['platform_shipped', kind, 'acknowledged', 'completed'],
    ['platform_shipped', kind, 'processing', 'completed'],
    ['platform_shipped', kind, 'partially_shipped', '='],
    ['platform_changed', kind, 'processing', '='],
    ['platform_changed', kind, 'partially_shipped', '='],
    ['platform_changed', kind, 'shipped', '='],
    ...orderStatuses.map((status) => ['mark_shipped', kind, status, '='] as const),
  ]),
];

function both(
  rows: (kind: OrderKind) => readonly (readonly [LifecycleEvent, OrderKind, OrderStatus, OrderStatus | '=' | 'undo'])[],
): [LifecycleEvent, OrderKind, OrderStatus, OrderStatus | '=' | 'undo'][] {
  return (['b2c', 'b2b'] as const).flatMap((kind) => rows(kind).map((row) => [...row] as const)).map((row) => [...row]);
}

const events = [...new Set(lifecycle.map((row) => row.on))].filter((on) => on !== 'ingest');
const kinds: readonly OrderKind[] = ['b2c', 'b2b'];

interface Over {
  readonly outbound?: OutboundStatus | null;
  readonly recall?: 'none' | 'requested';
  readonly writeback?: WritebackState | null;
  readonly byHand?: boolean;
  readonly lastDeed?: LastDeed | null;
  readonly shipped?: number;
}

/** An order of two units in a status, with the outbound order and writebacks that go with it. */
function orderIn(status: OrderStatus, kind: OrderKind, over: Over = {}): OrderState {
  const live = {
    processing: 'created',
    partially_shipped: 'partially_shipped',
    shipped: 'shipped',
    completed: 'shipped',
  } as const;
  const outboundStatus = over.outbound === undefined ? Reflect.get(live, status) : over.outbound;
  const shipped = over.shipped ?? (outboundStatus === 'shipped' ? 2 : outboundStatus === 'partially_shipped' ? 1 : 0);
  return {
    id: 'o',
    number: '#1',
    kind,
    status,
    version: 1,
    platformState: 'open',
    wasShippedByHand: over.byHand ?? false,
    openHolds: [],
    lastDeed: over.lastDeed ?? null,
    writebacks:
      over.writeback === undefined || over.writeback === null
        ? []
        : [{ id: 'w', kind: 'shipment', state: over.writeback, shipmentId: 's', attempts: 1, isUnconfirmed: false }],
    lines: [
      {
        id: 'l',
        platformLineId: 'pl',
        name: 'Tee',
        sku: 'TEE',
        platformProductId: null,
        barcode: null,
        quantity: 2,
        quantityCancelled: 0,
        quantityShipped: shipped,
        platformQuantityShipped: 0,
        quantityAccepted: null,
        requiresShipping: true,
        isRemoved: false,
      },
    ],
    outbound:
      outboundStatus === undefined || outboundStatus === null
        ? []
        : [
            {
              id: 'ob',
              number: 20001,
              status: outboundStatus,
              recall: over.recall ?? 'none',
              warehouseId: 'wh',
              shippingChannelId: 'ch',
              exceptionReason: null,
              version: 1,
              createdBy: 'Mei',
              createdByPersonId: mei.personId,
              createdAt: now,
              lines: [{ id: 'ol', orderLineId: 'l', quantity: 2, quantityShipped: shipped, components: [] }],
            },
          ],
  };
}

const deed = (event: LastDeed['event'], from: OrderStatus): LastDeed => ({
  event,
  from,
  personId: mei.personId,
  actorName: 'Mei',
  at: new Date(now.getTime() - 1_000),
});

/** An order in the status for which everything besides the status speaks for the event, and the command that asks for it. */
function favourable(on: LifecycleEvent, kind: OrderKind, status: OrderStatus): [OrderState, OrderCommand] {
  switch (on) {
    case 'dispatch':
      return [
        orderIn(status, kind, { outbound: null }),
        { type: 'dispatch', outboundOrderId: 'n', unmappedLineIds: [] },
      ];
    case 'acknowledge':
      return [orderIn(status, kind), { type: 'acknowledge', accepted: [{ orderLineId: 'l', quantity: 2 }] }];
    case 'ship_some':
    case 'ship_rest': {
      const lines = on === 'ship_some' ? [{ outboundLineId: 'ol', quantity: 1 }] : [];
      const outbound = status === 'partially_shipped' ? 'partially_shipped' : 'packed';
      const order = orderIn(status, kind, { outbound, shipped: 0 });
      return [order, { type: 'confirm_shipment', outboundOrderId: 'ob', lines, takesWriteback: true }];
    }
    case 'complete':
      return [orderIn(status, kind, { writeback: 'accepted' }), { type: 'settle_shipment' }];
    case 'complete_by_hand':
      return [orderIn(status, kind, { writeback: 'accepted', byHand: true }), { type: 'settle_shipment' }];
    case 'mark_shipped':
      return [orderIn(status, kind, { writeback: 'failed' }), { type: 'mark_shipped' }];
    case 'manual_ship':
      return [
        orderIn(status, kind, status === 'shipped' ? { writeback: 'failed' } : {}),
        { type: 'manual_ship', takesWriteback: true },
      ];
    case 'cancel_rest':
      return [orderIn(status, kind), { type: 'cancel_rest', takesWriteback: true }];
    case 'close_by_hand':
      return [orderIn(status, kind, { writeback: 'failed' }), { type: 'close_by_hand' }];
    case 'undo_dispatch':
      return [
        orderIn(status, kind, { lastDeed: deed('dispatch', kind === 'b2b' ? 'acknowledged' : 'pending') }),
        { type: 'undo_dispatch', personId: mei.personId },
      ];
    case 'undo_cancel':
      return [
        orderIn(status, kind, { lastDeed: deed('cancel', 'pending') }),
        { type: 'undo_cancel', personId: mei.personId, revivableOutboundIds: [] },
      ];
    case 'ingest':
    case 'reject':
    case 'cancel':
    case 'platform_cancelled':
    case 'platform_shipped':
    case 'platform_changed':
      return [orderIn(status, kind), { type: on === 'ingest' ? 'cancel' : on }];
  }
}

test('every event in every status does what the contract says, or is refused with a reason', () => {
  let allowed = 0;
  for (const on of events) {
    for (const kind of kinds) {
      for (const status of orderStatuses) {
        const [order, command] = favourable(on, kind, status);
        const decided = decide(order, command, now);
        const row = contract.find(([e, k, s]) => e === on && k === kind && s === status);
        const name = `${on} ${kind} ${status}`;
        if (row === undefined) {
          expect([name, decided.ok]).toEqual([name, false]);
          if (!decided.ok) expect(decided.error.message.length).toBeGreaterThan(10);
          continue;
        }
        allowed += 1;
        const after = decided.ok ? decided.value.reduce(apply, order) : order;
        const to = row[3] === '=' ? status : row[3] === 'undo' ? order.lastDeed?.from : row[3];
        expect([name, decided.ok, after.status]).toEqual([name, true, to]);
        expect([name, after.version]).toEqual([name, 2]);
      }
    }
  }
  expect(allowed).toBe(contract.length);
});

test('the table has no row that the contract does not know', () => {
  const rows: readonly Transition[] = lifecycle;
  for (const row of rows) {
    for (const from of row.from) {
      for (const kind of row.kind === 'any' ? kinds : [row.kind]) {
        const known = contract.find(([on, k, s]) => on === row.on && k === kind && s === from);
        const to = row.to === 'unchanged' ? '=' : row.to === 'where_it_was' ? 'undo' : row.to;
        expect([row.on, kind, from, known?.[3]]).toEqual([row.on, kind, from, to]);
      }
    }
  }
});

test('status never runs backwards except by undo', () => {
  const rank: Record<OrderStatus, number> = {
    pending: 0,
    acknowledged: 1,
    processing: 2,
    partially_shipped: 3,
    shipped: 4,
    completed: 5,
    manual_completed: 5,
    cancelled: 5,
  };
  for (const [on, , from, to] of contract) {
    if (to === '=' || to === 'undo') continue;
    expect([on, rank[to] >= rank[from]]).toEqual([on, true]);
  }
});

test.each([
  'picking',
  'packed',
  'partially_shipped',
] as const)('once the warehouse is %s, nobody but it decides', (outbound) => {
  const begun = (on: LifecycleEvent): [OrderState, OrderCommand] => {
    const [order, command] = favourable(on, 'b2c', 'processing');
    return [{ ...order, outbound: order.outbound.map((o) => ({ ...o, status: outbound })) }, command];
  };
  for (const on of ['cancel', 'undo_dispatch', 'manual_ship', 'platform_cancelled', 'platform_shipped'] as const) {
    const decided = decide(...begun(on), now);
    expect([on, decided.ok ? '' : decided.error.code]).toEqual([on, 'warehouse_begun']);
  }
});

test('an undo is open for thirty seconds, to the same person, while the platform is not told', () => {
  const undo = (over: Partial<LastDeed>, personId: string | null, writeback: WritebackState | null = null): string => {
    const order = orderIn('processing', 'b2c', { lastDeed: { ...deed('dispatch', 'pending'), ...over }, writeback });
    const decided = decide(order, { type: 'undo_dispatch', personId }, now);
    return decided.ok ? 'ok' : decided.error.code;
  };
  expect(undo({ at: new Date(now.getTime() - 30_000) }, mei.personId)).toBe('ok');
  expect(undo({ at: new Date(now.getTime() - 30_001) }, mei.personId)).toBe('undo_too_late');
  expect(undo({}, 'somebody else')).toBe('undo_not_yours');
  expect(undo({ personId: null }, null)).toBe('undo_not_yours');
  expect(undo({}, mei.personId, 'accepted')).toBe('platform_told');
});

test('a button is enabled exactly when its command is not refused', () => {
  const outboundStates: readonly (OutboundStatus | null | undefined)[] = [undefined, 'picking', 'created', null];
  const writebackStates: readonly (WritebackState | null)[] = [
    null,
    'pending',
    'failed',
    'retry',
    'accepted',
    'parked',
  ];
  let enabled = 0;
  for (const kind of kinds) {
    for (const status of orderStatuses) {
      for (const outbound of outboundStates) {
        for (const writeback of writebackStates) {
          for (const lastDeed of [null, deed('dispatch', 'pending'), deed('cancel', 'pending')]) {
            const order = orderIn(status, kind, { outbound, writeback, lastDeed });
            const offered = actionsFor(order, { actor: person('Ada', 'owner'), merchantId: 'm', now });
            for (const action of orderActions) {
              const button = offered.find((offer) => offer.action === action);
              if (action === 'undo_dispatch' || action === 'undo_cancel') continue;
              const [, command] = favourable(action, kind, status);
              const decided = decide(order, command, now);
              const name = [action, kind, status, outbound, writeback];
              if (button?.enabled) {
                enabled += 1;
                // What is left to send is shown in the dialog, not on its button.
                const code = decided.ok ? 'ok' : decided.error.code;
                expect([...name, code === 'ok' || code === 'no_shippable_items']).toEqual([...name, true]);
              } else {
                expect([...name, decided.ok]).toEqual([...name, false]);
                if (button !== undefined) expect(button.reason).toMatch(/\w/);
              }
            }
          }
        }
      }
    }
  }
  expect(enabled).toBeGreaterThan(100);
});

test('the dispatch dialog is offered for held orders; a disabled button names the role it needs', () => {
  const held = {
    ...orderIn('pending', 'b2c'),
    openHolds: [{ id: 'h', code: 'address_incomplete', origin: 'derived', subject: 'zip', detail: {} }],
  } as const;
  const offered = actionsFor(held, { actor: mei, merchantId: 'm', now });
  expect(offered.find((offer) => offer.action === 'dispatch')).toEqual({ action: 'dispatch', enabled: true });
  expect(offered.find((offer) => offer.action === 'manual_ship')?.enabled).toBe(true);
  const viewed = actionsFor(held, { actor: person('Vic', 'viewer'), merchantId: 'm', now });
  expect(viewed.find((offer) => offer.action === 'dispatch')?.reason).toBe(
    'This needs the role operator, admin or owner.',
  );
  expect(
    actionsFor(orderIn('pending', 'b2b'), { actor: mei, merchantId: 'm', now }).find((o) => o.action === 'dispatch')
      ?.reason,
  ).toContain('Acknowledge');
});

test.each<[string, OrderStatus, readonly WritebackState[], RegExp]>([
  ['closed by hand', 'manual_completed', ['closed'], /^It was closed by hand; the platform was not told\.$/],
  ['closed by hand, all parcels', 'manual_completed', ['closed', 'closed'], /closed by hand/],
  ['replaced by another that it took', 'manual_completed', ['closed', 'accepted'], /accepted it already/],
  ['ended by the platform itself', 'cancelled', ['closed'], /was not told/],
  ['accepted', 'completed', ['confirmed'], /accepted it already/],
])('a shipment %s is not repeated, and Mark Shipped says why', (_what, status, states, reason) => {
  const acceptance = {
    kind: 'acceptance',
    state: 'accepted',
    shipmentId: null,
    attempts: 1,
    isUnconfirmed: false,
  } as const;
  const order = {
    ...orderIn(status, 'b2c', { outbound: 'shipped' }),
    writebacks: [
      { id: 'a', ...acceptance },
      ...states.map((state, n) => ({
        ...acceptance,
        kind: 'shipment' as const,
        id: `w${n}`,
        shipmentId: `s${n}`,
        state,
      })),
    ],
  };
  const offered = actionsFor(order, { actor: mei, merchantId: 'm', now }).find((one) => one.action === 'mark_shipped');
  expect(offered?.enabled).toBe(false);
  expect(offered?.reason).toMatch(reason);
});

test('the diagram shows every move of the table', () => {
  const diagram = lifecycleDiagram();
  expect(diagram).toContain('[*] --> pending: ingest');
  expect(diagram).toContain('pending --> processing: dispatch (b2c)');
  expect(diagram).toContain('shipped --> manual_completed: close_by_hand');
  expect(diagram.split('\n').length).toBeGreaterThan(25);
});
