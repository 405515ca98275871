import { said } from '../listeners/replies.ts';
import { timeOf } from '../messages/text.ts';
import type { Action } from './action.ts';

const hourMs = 60 * 60 * 1000;

/** The card stays as it is for an hour. */
export const snooze: Action = {
  id: 'snooze',
  async onCause({ deps, actor, alert }) {
    const until = new Date(deps.clock.now().getTime() + hourMs);
    const snoozed = await deps.commands.snoozeAlert({
      actor,
      merchantId: alert.merchantId,
      alertId: alert.id,
      until,
    });
    return snoozed.ok ? `Quiet until ${timeOf(until)}. It comes back sooner when it is settled.` : said(snoozed.error);
  },
};
