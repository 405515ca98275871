import type { App, BlockAction } from '@slack/bolt';
import type { AlertView } from '../../core/alert/types.ts';
import { may, requirePermission } from '../../core/people/permissions.ts';
import type { Action, Answer, CausePress } from '../actions/action.ts';
import { actions } from '../actions/index.ts';
import { answerInForm } from '../below.ts';
import { redrawCausesPage } from '../causes-page.ts';
import type { BotDeps } from '../deps.ts';
import { type Gesture, gestureOf } from '../gesture.ts';
import { showAlert } from '../reading.ts';
import { parseButtonValue } from '../values.ts';
import type { PeopleLookup } from '../who.ts';
import { redrawCard } from './redraw.ts';
import { said, staleOrderText, staleText, tellPrivately } from './replies.ts';

/** Any overflow menu: its options name actions, its block's id says what they are about. */
export const menuActionId = 'menu';

const tooOld = 'This button is from an older version. Open the dashboard instead.';
const goneText = 'This alert is gone. Open the dashboard to see what is held now.';
const failedText = 'That did not work, and it is not your fault. Nothing else will happen; try again in a moment.';

/** Buttons, selects and menus, each one file of `actions/`. All acknowledge at once, then ask the desk. */
export function listenToActions(app: App, deps: BotDeps, who: PeopleLookup): void {
  const byId = new Map(actions.map((action) => [action.id, action]));
  const ids = [...byId.keys(), menuActionId].join('|');
  const mine = new RegExp(`^(?:${ids})(?::.*)?$`);
  app.action<BlockAction>({ type: 'block_actions', action_id: mine }, async ({ ack, body, client }) => {
    await ack();
    const pressed = pressedOf(body);
    const action = byId.get(pressed?.id ?? '');
    if (pressed === null || action === undefined || isLink(action)) return;
    const found = await who(body);
    if (!found.ok) {
      // Whoever is unknown has no rights; the gesture only says where to answer.
      const nobody = { personId: null, name: '', via: 'slack' as const, grants: [] };
      await tellPrivately(gestureOf(deps, client, nobody, body), said(found.error));
      return;
    }
    const gesture = gestureOf(deps, client, found.value, body);
    try {
      const answer = await press(gesture, action, pressed);
      if (answer !== null) await tellPrivately(gesture, answer);
      // In a form, its end does: the page's address can be used five times.
      if (gesture.view === null) await redrawCausesPage(gesture);
    } catch (error) {
      await tellPrivately(gesture, failedText);
      throw error;
    }
  });
}

interface Pressed {
  /** Of the action in `actions/`. */
  readonly id: string;
  readonly actionId: string;
  readonly value: string;
  /** Where ids are: the button's value, or the block's id for menus. */
  readonly about: string;
  /** Of the row in which it stands. */
  readonly block: string;
}

function pressedOf(body: BlockAction): Pressed | null {
  const action = body.actions[0];
  if (action === undefined) return null;
  const [id = ''] = action.action_id.split(':');
  const chosen = Reflect.get(action, 'selected_option');
  const value = String(
    (typeof chosen === 'object' && chosen !== null ? Reflect.get(chosen, 'value') : Reflect.get(action, 'value')) ?? '',
  );
  const block = action.block_id;
  if (id !== menuActionId) return { id, actionId: action.action_id, value, about: value, block };
  const [target = ''] = value.split(':');
  return { id: target, actionId: value, value, about: block, block };
}

const isLink = (action: Action): boolean =>
  action.onCause === undefined && action.onOrder === undefined && action.onValue === undefined;

async function press(gesture: Gesture, action: Action, pressed: Pressed): Promise<Answer> {
  const about = parseButtonValue(pressed.about);
  if (about?.about === 'cause' && (action.onCause ?? action.onOrder) !== undefined) {
    if (!may(gesture.actor, 'see_orders', about.merchantId)) {
      const permitted = requirePermission(gesture.actor, action.needs ?? 'work_orders', about.merchantId);
      if (!permitted.ok) return said(permitted.error);
    }
    const alert = await showAlert(gesture.deps, gesture.actor, about);
    if (alert === null) return goneText;
    if (alert.state === 'resolved' && action.evenStale !== true) {
      await redrawCard(gesture, alert);
      return staleText(alert);
    }
    if (action.onCause !== undefined) return action.onCause({ ...gesture, alert } satisfies CausePress);
    return onOnlyOrder(gesture, action, alert);
  }
  if (about?.about === 'order' && action.onOrder !== undefined) {
    const merchantIds = may(gesture.actor, 'see_orders', about.merchantId) ? [about.merchantId] : [];
    const order = await gesture.deps.queries.showOrder({ merchantIds, orderId: about.orderId });
    if (order === null) return 'There is no such order, or it is not yours to see.';
    const cardAddress = cardAddressOf(gesture, pressed);
    if (order.version !== about.version && action.evenStale !== true) {
      return answerInForm({ ...gesture, order, cardAddress }, staleOrderText(order));
    }
    return action.onOrder({ ...gesture, order, seenVersion: about.version, cardAddress });
  }
  if (action.onValue !== undefined) {
    return action.onValue({ ...gesture, actionId: pressed.actionId, value: pressed.value });
  }
  return tooOld;
}

/** Only the row of an order's own card is named after the order: lists of orders must not be replaced by one of them. */
const cardAddressOf = ({ isPrivate, responseUrl }: Gesture, { block }: Pressed): string | null =>
  isPrivate && parseButtonValue(block)?.about === 'order' ? responseUrl : null;

/** An order's action on a card that is about one order: on that order, as it is now. */
async function onOnlyOrder(gesture: Gesture, action: Action, alert: AlertView): Promise<Answer> {
  const [only] = alert.sample;
  if (only === undefined || alert.orderCount > 1 || action.onOrder === undefined) return tooOld;
  const order = await gesture.deps.queries.showOrder({ merchantIds: [alert.merchantId], orderId: only.id });
  return order === null ? goneText : action.onOrder({ ...gesture, order, seenVersion: order.version });
}
