import type { Store } from '../ports/access.ts';
import { type AnyJob, authorizationQueue } from '../ports/jobs.ts';

/** Asks the platform to call us for one store: one at a time an authorization, one waiting a store. */
export const webhooksJob = ({
  merchantId,
  id: storeId,
  authorizationId,
}: Pick<Store, 'merchantId' | 'id' | 'authorizationId'>): AnyJob => ({
  task: 'webhooks.register',
  payload: { merchantId, storeId },
  queue: authorizationQueue(authorizationId),
  key: `webhooks.register:${storeId}`,
});
