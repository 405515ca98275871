import { newId } from '../ids.ts';
import type { Actor } from '../people/actor.ts';
import type { IntakeStore, NewRun } from '../ports/intake.ts';

/** A run that reads these orders of a store again, by their platform ids. Pure but for its id. */
export const refetchRun = (store: IntakeStore, platformOrderIds: readonly string[], actor: Actor): NewRun => ({
  id: newId(),
  merchantId: store.merchantId,
  storeId: store.id,
  authorizationId: store.authorizationId,
  kind: 'sync',
  mode: 'refetch',
  orderKind: 'b2c',
  since: null,
  until: null,
  numbers: platformOrderIds,
  personId: actor.personId,
  actorName: actor.name,
  via: actor.via,
});
