import type { AlertView } from '../../core/alert/types.ts';
import type { BotDeps } from '../deps.ts';
import { said } from '../listeners/replies.ts';
import { foreign, link } from '../messages/text.ts';
import type { Action } from './action.ts';

/** One harmless call to the platform, with what it answered. */
export const testConnection: Action = {
  id: 'test_connection',
  needs: 'administer',
  async onCause({ deps, actor, alert }) {
    const { merchantId } = alert;
    const authorizationId = await authorizationOf(deps, alert);
    if (authorizationId === null) return 'The store was deleted meanwhile.';
    const tested = await deps.commands.testConnection({ actor, merchantId, authorizationId });
    if (!tested.ok) return said(tested.error);
    const { shop, missingScopes, choiceId } = tested.value;
    const url = `${deps.config.publicUrl}/stores/${alert.storeId ?? ''}`;
    if (choiceId !== null)
      return `The credentials belong to another shop, ${foreign(shop)}: ${link(url, 'decide in the dashboard')}.`;
    const missing =
      missingScopes.length === 0 ? '' : ` Permissions are missing: ${foreign(missingScopes.join(', '), 300)}.`;
    return `${foreign(shop)} answers.${missing}`;
  },
};

/** The alert's subject is the authorization, or the store that it belongs to. */
async function authorizationOf(deps: BotDeps, alert: AlertView): Promise<string | null> {
  if (alert.kind.startsWith('authorization')) return alert.subject;
  if (alert.storeId === null) return null;
  const store = await deps.queries.showStore({ merchantIds: [alert.merchantId], storeId: alert.storeId });
  return store?.authorizationId ?? null;
}
