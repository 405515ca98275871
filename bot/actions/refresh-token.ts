import { said } from '../listeners/replies.ts';
import { moment } from '../messages/text.ts';
import type { Action } from './action.ts';

/** Asks the platform for a new token. The authorization is the alert's subject. */
export const refreshToken: Action = {
  id: 'refresh_token',
  needs: 'administer',
  async onCause({ deps, actor, alert }) {
    if (!alert.kind.startsWith('authorization')) return 'This alert is about no authorization.';
    const refreshed = await deps.commands.refreshAuthorization({
      actor,
      merchantId: alert.merchantId,
      authorizationId: alert.subject,
    });
    if (!refreshed.ok) return said(refreshed.error);
    const { expiresAt } = refreshed.value;
    return `The token is new${expiresAt === null ? '' : ` and good until ${moment(expiresAt)}`}. The card changes by itself.`;
  },
};
