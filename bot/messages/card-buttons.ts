import type { AlertKind, AlertView } from '../../core/alert/types.ts';
import { undoableKinds, undoMs } from '../../core/alert/undo.ts';
import { causeButtonValue } from '../values.ts';
import { afterDispatch } from './after-dispatch.ts';
import type { SlackBlock, SlackButton } from './blocks.ts';
import { releasedOf } from './released.ts';
import { plain } from './text.ts';

export interface Fix {
  readonly actionId: string;
  readonly text: string;
}

/** The one thing to do that Slack can do; null where the dashboard must. */
export function fixOf(alert: Pick<AlertView, 'kind' | 'orderCount' | 'detail'>): Fix | null {
  const onlyOne = alert.orderCount === 1;
  if (isWithWarehouse(alert)) return details(onlyOne);
  switch (alert.kind) {
    case 'held:sku_unmapped':
    case 'held:sku_missing':
      return { actionId: 'bind_sku', text: 'Bind SKU' };
    case 'held:payment_unknown':
      return { actionId: 'classify_payment', text: 'Classify payment' };
    case 'held:shipping_method_unmapped':
      return { actionId: 'map_method', text: 'Map shipping method' };
    case 'held:shipping_method_missing':
    case 'held:stock_short':
    case 'ship_by_near':
    case 'exception:dispatch_failed':
      return dispatchOf(alert);
    case 'exception:writeback_failed':
      return { actionId: 'mark_shipped', text: `Mark Shipped (retry ${alert.orderCount})` };
    case 'exception:cancellation_failed':
      return {
        actionId: 'mark_shipped',
        text: onlyOne ? 'Try the cancellation again' : `Try ${alert.orderCount} cancellations again`,
      };
    case 'exception:acceptance_failed':
      return { actionId: 'mark_shipped', text: 'Mark Shipped (try again)' };
    case 'exception:carrier_unpaired':
      return { actionId: 'pair_carrier', text: 'Pair carrier' };
    case 'sync_failing':
    case 'orders_malformed':
      return { actionId: 'sync_now', text: 'Sync now' };
    case 'authorization_unusable':
    case 'authorization_expiring':
    case 'authorization_scopes':
    case 'purchase_order_waiting':
      return null;
    case 'held:address_incomplete':
      return onlyOne ? { actionId: 'correct_address', text: 'Correct address' } : null;
    case 'held:cancellation_requested':
    case 'held:no_shippable_items':
      return onlyOne ? { actionId: 'cancel_order', text: 'Cancel order' } : null;
    case 'held:payment_blocked':
      return onlyOne ? { actionId: 'release_hold', text: 'Release hold' } : null;
    case 'exception:platform_cancelled_after_dispatch':
    case 'exception:platform_shipped_elsewhere':
    case 'exception:platform_changed_after_dispatch':
      return afterDispatch(alert)?.isSettled === true ? acknowledge : details(onlyOne);
    default:
      return details(onlyOne);
  }
}

/** The dialog of the only order, or the batch of those that one can take; null where there is none of either. */
function dispatchOf({ orderCount, detail }: Pick<AlertView, 'orderCount' | 'detail'>): Fix | null {
  if (orderCount === 1) return { actionId: 'dispatch', text: 'Dispatch' };
  const batch = Math.min(Number(detail.batch ?? 0) || 0, orderCount);
  return batch > 0 ? { actionId: 'dispatch', text: `Dispatch (${batch.toLocaleString('en-US')})` } : null;
}

const acknowledge: Fix = { actionId: 'acknowledge', text: 'Acknowledge' };
const details = (isShown: boolean): Fix | null => (isShown ? { actionId: 'order_details', text: 'Details' } : null);

/** A late order that has been dispatched already: what is left of it is the warehouse's. */
export const isWithWarehouse = ({
  kind,
  orderCount,
  detail,
}: Pick<AlertView, 'kind' | 'orderCount' | 'detail'>): boolean =>
  kind === 'ship_by_near' && orderCount === 1 && detail.status === 'processing';

/** What else fits the kind, after the fix. */
function othersOf(alert: AlertView): readonly Fix[] {
  const onlyOne = alert.orderCount === 1;
  const orders = hasOrders(alert) ? [{ actionId: 'show_orders', text: 'Show orders' }] : [];
  switch (alert.kind) {
    case 'authorization_unusable':
    case 'authorization_expiring':
      if (alert.detail.status === 'unverified') return [{ actionId: 'test_connection', text: 'Test connection' }];
      return [
        { actionId: 'refresh_token', text: 'Refresh token' },
        { actionId: 'test_connection', text: 'Test connection' },
      ];
    case 'held:cancellation_requested':
      return onlyOne ? [{ actionId: 'release_hold', text: 'Release hold' }] : orders;
    case 'authorization_scopes':
    case 'sync_failing':
      return [{ actionId: 'test_connection', text: 'Test connection' }];
    case 'exception:carrier_unpaired':
      return onlyOne ? [...orders, { actionId: 'manual_ship', text: 'Manual Ship' }] : orders;
    case 'exception:cancellation_failed':
      return onlyOne ? [...orders, acknowledge] : orders;
    case 'exception:platform_cancelled_after_dispatch':
    case 'exception:platform_shipped_elsewhere':
    case 'exception:platform_changed_after_dispatch':
      return afterDispatch(alert)?.isSettled === true ? orders : [...orders, acknowledge];
    case 'exception:dispatch_failed': {
      const only = details(alert.orderCount === 1);
      return [...(only === null ? orders : [only]), acknowledge];
    }
    case 'exception:writeback_unconfirmed':
    case 'exception:label_failed':
      return [...orders, acknowledge];
    default:
      return orders;
  }
}

/** Malformed orders are no orders yet; authorizations and syncs are about stores. */
const hasOrders = ({ kind, orderCount }: AlertView): boolean =>
  orderCount > 0 &&
  (kind.startsWith('held:') ||
    kind.startsWith('exception:') ||
    kind === 'ship_by_near' ||
    kind === 'purchase_order_waiting');

/** The one thing to do where only the dashboard can do it. */
function linkTextOf(kind: AlertKind): string | null {
  if (kind.startsWith('authorization')) return 'Update authorization';
  return kind === 'purchase_order_waiting' ? 'Acknowledge in dashboard' : null;
}

/** The row of buttons of an open card: the fix, what else fits, Assign to me, and the menu. */
export function openButtons(alert: AlertView, url: string, now: Date): SlackBlock {
  const value = causeButtonValue(alert);
  const fix = fixOf(alert);
  const button = ({ actionId, text }: Fix): SlackButton => ({
    type: 'button',
    action_id: actionId,
    text: { type: 'plain_text', text: plain(text, 75), emoji: false },
    value,
  });
  const linkText = linkTextOf(alert.kind);
  const leading: SlackButton | null =
    linkText !== null
      ? { type: 'button', action_id: 'open_dashboard', text: { type: 'plain_text', text: linkText, emoji: false }, url }
      : fix === null
        ? null
        : button(fix);
  return {
    type: 'actions',
    // The menu's options are too short to hold ids: the block's id says what they are about.
    block_id: value,
    elements: [
      ...(leading === null ? [] : [{ ...leading, style: 'primary' as const }]),
      ...othersOf(alert).map(button),
      ...tendingOf(alert).map(button),
      { type: 'overflow', action_id: 'menu', options: menuOf(alert, url, now) },
    ],
  };
}

/** Who takes care of it: offered, taken over, given back. */
export const tendingOf = ({ assignedToName }: Pick<AlertView, 'assignedToName'>): readonly Fix[] =>
  assignedToName === null
    ? [{ actionId: 'assign_to_me', text: 'Assign to me' }]
    : [
        { actionId: 'assign_to_me', text: `Take over from ${plain(assignedToName, 40)}` },
        { actionId: 'give_back', text: 'Give back' },
      ];

/** While a card keeps quiet its snooze can be lengthened or ended. */
export const snoozeOptions = (isSnoozed: boolean) => [
  isSnoozed ? { text: 'End the snooze', value: 'wake' } : { text: 'Snooze 1 h', value: 'snooze' },
  { text: 'Snooze until 9:00', value: 'snooze_morning' },
];

export const isSnoozed = ({ snoozedUntil }: Pick<AlertView, 'snoozedUntil'>, now: Date): boolean =>
  snoozedUntil !== null && snoozedUntil > now;

function menuOf(alert: AlertView, url: string, now: Date) {
  const option = (text: string, value: string, link?: string) => ({
    text: { type: 'plain_text' as const, text },
    value,
    ...(link === undefined ? {} : { url: link }),
  });
  return [
    ...snoozeOptions(isSnoozed(alert, now)).map(({ text, value }) => option(text, value)),
    option('Open in dashboard', 'open_dashboard', url),
    option(alert.kind.startsWith('held:') ? 'Why is this held?' : 'What does this mean?', 'why'),
    ...(hasOrders(alert) ? [option('Re-fetch from the platform', 'refetch')] : []),
  ];
}

/** How a hold ended so that its orders can leave now. */
const releasing: ReadonlySet<string> = new Set([
  'mapped',
  'classified',
  'corrected',
  'released',
  'setting',
  'platform',
]);

/** Buttons of a settled card: what can be done next, or taken back; null when nothing. */
export function settledButtons(alert: AlertView, now: Date): SlackBlock | null {
  if (!alert.kind.startsWith('held:') || !releasing.has(alert.resolution ?? '')) return null;
  const value = causeButtonValue(alert);
  const buttons: SlackButton[] = [];
  if (releasedOf(alert.detail).dispatchable > 0) {
    buttons.push({
      type: 'button',
      action_id: 'dispatch_released',
      text: { type: 'plain_text', text: 'Dispatch all released', emoji: false },
      value,
    });
  }
  if (canUndo(alert, now)) {
    buttons.push(undoButton(value));
  }
  if (ruleUrlOf(alert) !== null) {
    buttons.push({
      type: 'button',
      action_id: 'change_rule',
      text: { type: 'plain_text', text: 'Change', emoji: false },
      value,
    });
  }
  return buttons.length === 0 ? null : { type: 'actions', block_id: value, elements: buttons };
}

/** Where the dashboard keeps the class or shipping type that settled a card, which another choice replaces; null: none did. */
export function ruleUrlOf({
  kind,
  resolution,
  storeId,
}: Pick<AlertView, 'kind' | 'resolution' | 'storeId'>): string | null {
  if (storeId === null) return null;
  if (kind === 'held:payment_unknown' && resolution === 'classified') return '/settings/payments';
  if (kind === 'held:shipping_method_unmapped' && resolution === 'mapped') return '/settings/shipping-types#methods';
  return null;
}

/** Takes the mapping of a cause back; `value` is its `causeButtonValue`. */
export const undoButton = (value: string): SlackButton => ({
  type: 'button',
  action_id: 'undo_bind',
  text: { type: 'plain_text', text: 'Undo', emoji: false },
  value,
  confirm: {
    title: { type: 'plain_text', text: 'Take the mapping back?' },
    text: { type: 'plain_text', text: 'Orders that have not been dispatched are held again.' },
    confirm: { type: 'plain_text', text: 'Undo' },
    deny: { type: 'plain_text', text: 'Keep' },
  },
});

/** A mapping made just now; a method mapping or a classification has no way back but another choice. */
export function canUndo(alert: Pick<AlertView, 'kind' | 'resolution' | 'resolvedAt'>, now: Date): boolean {
  const isSku = undoableKinds.some((kind) => kind === alert.kind);
  const isRecent = alert.resolvedAt !== null && now.getTime() - alert.resolvedAt.getTime() < undoMs;
  return isSku && alert.resolution === 'mapped' && isRecent;
}
