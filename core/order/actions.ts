import type { Actor } from '../people/actor.ts';
import { may, type Permission, rolesFor } from '../people/permissions.ts';
import type { LifecycleEvent } from './lifecycle.ts';
import { check } from './needs.ts';
import type { OrderFacts } from './order-state.ts';

/** What a person can do with one order; the names are those of the commands. */
export const orderActions = [
  'dispatch',
  'acknowledge',
  'mark_shipped',
  'manual_ship',
  'cancel',
  'cancel_rest',
  'undo_dispatch',
  'undo_cancel',
  'close_by_hand',
] as const satisfies readonly LifecycleEvent[];
export type OrderAction = (typeof orderActions)[number];

export interface OfferedAction {
  readonly action: OrderAction;
  readonly enabled: boolean;
  /** Why it is disabled, for the person; set exactly when it is. */
  readonly reason?: string;
}

const permissionFor = (action: OrderAction): Permission => (action === 'close_by_hand' ? 'administer' : 'work_orders');

/**
 * The buttons of an order, each enabled or with the reason why not: from the same table and checks as the commands.
 * Dispatch is offered for held orders too, because its dialog is where SKUs are bound and the channel is chosen.
 * Actions of the other kind (acknowledge on b2c) are left out, and so are undos that are not open.
 */
export function actionsFor(
  order: OrderFacts,
  viewer: { readonly actor: Actor; readonly merchantId: string; readonly now: Date },
): OfferedAction[] {
  return orderActions.flatMap((action): OfferedAction[] => {
    const checked = check(order, action, { personId: viewer.actor.personId, now: viewer.now }, true);
    if (!checked.ok && (checked.error.code === 'not_for_kind' || action.startsWith('undo_'))) return [];
    const permission = permissionFor(action);
    if (!may(viewer.actor, permission, viewer.merchantId)) {
      return [{ action, enabled: false, reason: `This needs the role ${rolesFor(permission)}.` }];
    }
    return [checked.ok ? { action, enabled: true } : { action, enabled: false, reason: checked.error.message }];
  });
}
