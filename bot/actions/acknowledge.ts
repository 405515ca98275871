import { requirePermission } from '../../core/people/permissions.ts';
import { answerInForm } from '../below.ts';
import { acknowledgeExceptionModal, closableExceptions } from '../forms/acknowledge-exception.ts';
import { openOrderForm } from '../forms/order-form.ts';
import { said } from '../listeners/replies.ts';
import { foreign } from '../messages/text.ts';
import type { Action } from './action.ts';

/** Somebody has taken care of what happened to the card's order: its exception closes. */
export const acknowledge: Action = {
  id: 'acknowledge',
  async onCause({ deps, actor, alert }) {
    const { merchantId } = alert;
    const [only] = alert.sample;
    if (only === undefined || !alert.kind.startsWith('exception:'))
      return 'This alert is about no exception of an order.';
    if (alert.orderCount > 1) return 'This card is about several orders. Show orders opens each of them.';
    const permitted = requirePermission(actor, 'work_orders', merchantId);
    if (!permitted.ok) return said(permitted.error);
    const order = await deps.queries.showOrder({ merchantIds: [merchantId], orderId: only.id });
    const code = alert.kind.slice('exception:'.length);
    const open = order?.exceptions.filter((exception) => exception.code === code && exception.closedAt === null) ?? [];
    if (open.length === 0) return 'Somebody has closed it already.';
    for (const exception of open) {
      const closed = await deps.commands.acknowledgeException({ actor, merchantId, exceptionId: exception.id });
      if (!closed.ok && closed.error.code !== 'not_open') return said(closed.error);
    }
    return `${foreign(only.number, 60)} is acknowledged. The card changes by itself.`;
  },
  async onOrder(press) {
    const { deps, actor, order } = press;
    const { merchantId } = order;
    const permitted = requirePermission(actor, 'work_orders', merchantId);
    if (!permitted.ok) return said(permitted.error);
    const [only, ...others] = closableExceptions(order);
    if (only === undefined) return 'No exception is left here that a person can close.';
    if (others.length > 0) {
      return openOrderForm(press, 'Acknowledge exception', (metadata) => acknowledgeExceptionModal(metadata, order));
    }
    const closed = await deps.commands.acknowledgeException({ actor, merchantId, exceptionId: only.id });
    const number = foreign(order.number, 60);
    return answerInForm(press, closed.ok ? `${number} is acknowledged.` : `${number}: ${said(closed.error)}`);
  },
};
