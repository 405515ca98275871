import { causeExplained } from '../messages/alert-card.ts';
import { count, moment } from '../messages/text.ts';
import type { Action } from './action.ts';

/** Says privately why the orders wait, since when, and what ends it. */
export const why: Action = {
  id: 'why',
  evenStale: true,
  needs: 'see_orders',
  async onCause({ alert }) {
    const since = `Since ${moment(alert.openedAt)}`;
    const orders = alert.orderCount === 0 ? '' : `, ${count(alert.orderCount, 'order')}`;
    const ends =
      alert.state === 'resolved'
        ? 'It is settled.'
        : 'The card changes by itself when the cause has ended, wherever that was done.';
    return `${causeExplained(alert)}\n${since}${orders}. ${ends}`;
  },
};
