import { said } from '../listeners/replies.ts';
import { moment } from '../messages/text.ts';
import type { Action } from './action.ts';

/** The card stays as it is until 9:00 tomorrow, on the channel's clock. */
export const snoozeMorning: Action = {
  id: 'snooze_morning',
  async onCause({ deps, actor, alert }) {
    const snoozed = await deps.commands.snoozeUntilMorning({
      actor,
      merchantId: alert.merchantId,
      alertId: alert.id,
    });
    return snoozed.ok
      ? `Quiet until ${moment(snoozed.value.until)}. It comes back sooner when it is settled.`
      : said(snoozed.error);
  },
};
