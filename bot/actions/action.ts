import type { AlertView } from '../../core/alert/types.ts';
import type { Permission } from '../../core/people/permissions.ts';
import type { OrderDetail } from '../../core/queries/show-order.ts';
import type { Gesture } from '../gesture.ts';
import type { PrivateText } from '../listeners/replies.ts';

/** A press on a cause's button. The person may see the cause's orders. */
export interface CausePress extends Gesture {
  readonly alert: AlertView;
}

/** A press on an order's button. The person may see the order. */
export interface OrderPress extends Gesture {
  readonly order: OrderDetail;
  /** What the person saw; give it to the command as `expectedVersion`. */
  readonly seenVersion: number;
  /** Replaces the private card of this order on which it was pressed; null or absent when it was pressed elsewhere. */
  readonly cardAddress?: string | null;
}

/** Anything else: a page to turn, a select in a form. Nothing is checked yet but who it is. */
export interface ValuePress extends Gesture {
  readonly actionId: string;
  /** The button's value or the chosen option's; empty where nothing is chosen. */
  readonly value: string;
}

/** What the person who pressed is told, only they; null when a form opened or the message itself says it. */
export type Answer = string | PrivateText | null;

/**
 * What a button does. `id` is the `action_id`; two in one block take `id:anything`. The machinery acknowledges, finds
 * out who it is and what it is about, and refuses what is stale; the command that is called checks the role.
 */
export interface Action {
  readonly id: string;
  readonly onCause?: (press: CausePress) => Promise<Answer>;
  readonly onOrder?: (press: OrderPress) => Promise<Answer>;
  readonly onValue?: (press: ValuePress) => Promise<Answer>;
  /** True: runs also on a cause that is settled and on an order that has changed since: it only shows, or checks itself. */
  readonly evenStale?: boolean;
  /** What those lack who are refused before they see the cause: `work_orders` when absent. */
  readonly needs?: Permission;
}
