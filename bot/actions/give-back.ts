import { said } from '../listeners/replies.ts';
import type { Action } from './action.ts';

/** The card then names nobody, and offers itself again. */
export const giveBack: Action = {
  id: 'give_back',
  async onCause({ deps, actor, alert }) {
    const given = await deps.commands.giveBackAlert({ actor, merchantId: alert.merchantId, alertId: alert.id });
    return given.ok ? null : said(given.error);
  },
};
