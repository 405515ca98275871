import { said } from '../listeners/replies.ts';
import type { Action } from './action.ts';

/** The card is no longer quiet: its numbers are those of now, at once. */
export const wake: Action = {
  id: 'wake',
  async onCause({ deps, actor, alert }) {
    const woken = await deps.commands.wakeAlert({ actor, merchantId: alert.merchantId, alertId: alert.id });
    return woken.ok ? 'The snooze is over: the card says the numbers of now.' : said(woken.error);
  },
};
