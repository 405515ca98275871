import type { AlertView } from '../core/alert/types.ts';
import type { Actor } from '../core/people/actor.ts';
import { may } from '../core/people/permissions.ts';
import type { BotDeps } from './deps.ts';

type ReadingDeps = Pick<BotDeps, 'database' | 'alerts'>;

/** Merchants whose orders this person may see. */
export async function merchantsOf(deps: ReadingDeps, actor: Actor): Promise<string[]> {
  const all = await deps.database.transaction((tx) => deps.alerts.merchantIds(tx));
  return all.filter((id) => may(actor, 'see_orders', id));
}

/** Null for an alert that does not exist, or that this person may not see. */
export async function showAlert(
  deps: ReadingDeps,
  actor: Actor,
  { merchantId, alertId }: { readonly merchantId: string; readonly alertId: string },
): Promise<AlertView | null> {
  if (!may(actor, 'see_orders', merchantId)) return null;
  return deps.database.transaction((tx) => deps.alerts.show(tx, merchantId, alertId));
}

/** Open alerts of the merchants that this person may see, or of one store of theirs, most orders first. */
export async function openAlerts(
  deps: ReadingDeps,
  actor: Actor,
  { storeId, limit }: { readonly storeId?: string | undefined; readonly limit: number },
): Promise<readonly AlertView[]> {
  const merchantIds = await merchantsOf(deps, actor);
  return deps.database.transaction((tx) => deps.alerts.listOpen(tx, { merchantIds, storeId, limit }));
}
