import type { OrderKind, OrderStatus } from './types.ts';

/** What can happen to a sales order. Each is a row (or several) of the table below. */
export type LifecycleEvent =
  | 'ingest'
  | 'acknowledge'
  | 'reject'
  | 'dispatch'
  | 'ship_some'
  | 'ship_rest'
  | 'complete'
  | 'complete_by_hand'
  | 'mark_shipped'
  | 'manual_ship'
  | 'cancel'
  | 'undo_dispatch'
  | 'undo_cancel'
  | 'cancel_rest'
  | 'close_by_hand'
  | 'platform_cancelled'
  | 'platform_shipped'
  | 'platform_changed';

/** What must be true besides the status; each is a function in `decide.ts`. */
export type Need =
  | 'only_holds_it_cures'
  | 'warehouse_not_begun'
  | 'no_recall_open'
  | 'within_undo_time'
  | 'same_person'
  | 'platform_not_told'
  | 'writebacks_accepted'
  | 'writeback_to_repeat'
  | 'writeback_refused';

export interface Transition {
  readonly on: LifecycleEvent;
  /** Empty: the order does not exist yet. */
  readonly from: readonly OrderStatus[];
  readonly kind: OrderKind | 'any';
  /** `unchanged`: the status stays. `where_it_was`: what it was before the deed that is undone. */
  readonly to: OrderStatus | 'unchanged' | 'where_it_was';
  readonly by: 'operator' | 'warehouse' | 'admin' | 'system' | 'sync';
  readonly needs: readonly Need[];
}

const everyStatus = [
  'pending',
  'acknowledged',
  'processing',
  'partially_shipped',
  'shipped',
  'completed',
  'manual_completed',
  'cancelled',
] as const satisfies readonly OrderStatus[];

const undoNeeds = ['within_undo_time', 'same_person', 'warehouse_not_begun', 'platform_not_told'] as const;

/**
 * An order's whole life, one row a line: code, tests, the diagram and the buttons are derived from it. A row's needs are
 * judged in order; the first that is not met is the refusal.
 *
 * A hand shipment and a shipment by the warehouse both pass through `shipped`: `complete_by_hand` follows where a
 * person shipped, `complete` where the warehouse did.
 */
export const lifecycle = [
  { on: 'ingest', from: [], kind: 'any', to: 'pending', by: 'sync', needs: [] },
  { on: 'dispatch', from: ['pending'], kind: 'b2c', to: 'processing', by: 'operator', needs: ['only_holds_it_cures'] },
  { on: 'acknowledge', from: ['pending'], kind: 'b2b', to: 'acknowledged', by: 'operator', needs: [] },
  { on: 'reject', from: ['pending'], kind: 'b2b', to: 'cancelled', by: 'operator', needs: [] },
  {
    on: 'dispatch',
    from: ['acknowledged'],
    kind: 'b2b',
    to: 'processing',
    by: 'operator',
    needs: ['only_holds_it_cures'],
  },
  {
    on: 'ship_some',
    from: ['processing', 'partially_shipped'],
    kind: 'any',
    to: 'partially_shipped',
    by: 'warehouse',
    needs: [],
  },
  {
    on: 'ship_rest',
    from: ['processing', 'partially_shipped'],
    kind: 'any',
    to: 'shipped',
    by: 'warehouse',
    needs: [],
  },
  { on: 'complete', from: ['shipped'], kind: 'any', to: 'completed', by: 'system', needs: ['writebacks_accepted'] },
  {
    on: 'complete_by_hand',
    from: ['shipped'],
    kind: 'any',
    to: 'manual_completed',
    by: 'system',
    needs: ['writebacks_accepted'],
  },
  {
    on: 'mark_shipped',
    from: everyStatus,
    kind: 'any',
    to: 'unchanged',
    by: 'operator',
    needs: ['writeback_to_repeat'],
  },
  {
    on: 'manual_ship',
    from: ['pending', 'acknowledged', 'processing'],
    kind: 'any',
    to: 'shipped',
    by: 'operator',
    needs: ['only_holds_it_cures', 'no_recall_open', 'warehouse_not_begun'],
  },
  {
    on: 'manual_ship',
    from: ['shipped'],
    kind: 'any',
    to: 'unchanged',
    by: 'operator',
    needs: ['writeback_refused'],
  },
  {
    on: 'cancel',
    from: ['pending', 'acknowledged', 'processing'],
    kind: 'any',
    to: 'cancelled',
    by: 'operator',
    needs: ['no_recall_open', 'warehouse_not_begun'],
  },
  { on: 'undo_dispatch', from: ['processing'], kind: 'any', to: 'where_it_was', by: 'operator', needs: undoNeeds },
  { on: 'undo_cancel', from: ['cancelled'], kind: 'any', to: 'where_it_was', by: 'operator', needs: undoNeeds },
  { on: 'cancel_rest', from: ['partially_shipped'], kind: 'any', to: 'shipped', by: 'operator', needs: [] },
  {
    on: 'close_by_hand',
    from: ['shipped', 'partially_shipped'],
    kind: 'any',
    to: 'manual_completed',
    by: 'admin',
    needs: ['writeback_refused'],
  },
  {
    on: 'platform_cancelled',
    from: ['pending', 'acknowledged'],
    kind: 'any',
    to: 'cancelled',
    by: 'sync',
    needs: [],
  },
  {
    on: 'platform_cancelled',
    from: ['processing'],
    kind: 'any',
    to: 'cancelled',
    by: 'sync',
    needs: ['warehouse_not_begun'],
  },
  {
    on: 'platform_cancelled',
    from: ['partially_shipped', 'shipped', 'completed', 'manual_completed'],
    kind: 'any',
    to: 'unchanged',
    by: 'sync',
    needs: [],
  },
  {
    on: 'platform_shipped',
    from: ['pending', 'acknowledged'],
    kind: 'any',
    to: 'completed',
    by: 'sync',
    needs: [],
  },
  {
    on: 'platform_shipped',
    from: ['processing'],
    kind: 'any',
    to: 'completed',
    by: 'sync',
    needs: ['warehouse_not_begun'],
  },
  { on: 'platform_shipped', from: ['partially_shipped'], kind: 'any', to: 'unchanged', by: 'sync', needs: [] },
  {
    on: 'platform_changed',
    from: ['processing', 'partially_shipped', 'shipped'],
    kind: 'any',
    to: 'unchanged',
    by: 'sync',
    needs: [],
  },
] as const satisfies readonly Transition[];

const rows: readonly Transition[] = lifecycle;

/** How long a dispatch or a cancellation can be taken back by the person who did it. */
export const undoMs = 30_000;

/** Statuses that nothing leaves but an undo. */
export const finalStatuses: readonly OrderStatus[] = ['completed', 'manual_completed', 'cancelled'];

/** The row for this event, kind and status; undefined where the table has none. */
export function transitionFor(on: LifecycleEvent, kind: OrderKind, status: OrderStatus): Transition | undefined {
  return rows.find((row) => row.on === on && (row.kind === 'any' || row.kind === kind) && row.from.includes(status));
}

/** In which statuses an order of this kind knows the event; empty: never. */
export function statusesFor(on: LifecycleEvent, kind: OrderKind): readonly OrderStatus[] {
  return everyStatus.filter((status) => transitionFor(on, kind, status) !== undefined);
}

/** The machine as a Mermaid state diagram, for the documentation. */
export function lifecycleDiagram(): string {
  const edges = rows.flatMap((row) => {
    const label = `${row.on}${row.kind === 'any' ? '' : ` (${row.kind})`}`;
    if (row.to === 'unchanged') return [];
    if (row.to === 'where_it_was') {
      return row.on === 'undo_dispatch'
        ? [`  processing --> pending: ${label}, b2c`, `  processing --> acknowledged: ${label}, b2b`]
        : ['pending', 'acknowledged', 'processing'].map((status) => `  cancelled --> ${status}: ${label}`);
    }
    const starts: readonly string[] = row.from.length === 0 ? ['[*]'] : row.from;
    return starts.map((status) => `  ${status} --> ${row.to}: ${label}`);
  });
  return ['stateDiagram-v2', ...edges, ...finalStatuses.map((status) => `  ${status} --> [*]`)].join('\n');
}
