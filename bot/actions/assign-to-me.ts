import { said } from '../listeners/replies.ts';
import type { Action } from './action.ts';

/** The card then names who has it. */
export const assignToMe: Action = {
  id: 'assign_to_me',
  async onCause({ deps, actor, alert }) {
    const assigned = await deps.commands.assignAlert({ actor, merchantId: alert.merchantId, alertId: alert.id });
    return assigned.ok ? null : said(assigned.error);
  },
};
