import type { Actor } from '../core/people/actor.ts';
import type { ListHeldCauses } from '../core/queries/list-held-causes.ts';
import type { BotDeps } from './deps.ts';
import type { HeldFacts } from './messages/commands.ts';
import { openAlerts } from './reading.ts';

/** Alerts that lend a cause its button: those with the most orders, as the causes that are shown. */
const alertLimit = 200;

/** What holds orders of these merchants, which this person may see, from the holds themselves: not every hold has an alert. */
export async function heldNow(
  deps: BotDeps,
  actor: Actor,
  among: Pick<Parameters<ListHeldCauses>[0], 'merchantIds' | 'storeId'>,
): Promise<HeldFacts> {
  const [held, alerts] = await Promise.all([
    deps.queries.listHeldCauses(among),
    openAlerts(deps, actor, { storeId: among.storeId, limit: alertLimit }),
  ]);
  return { ...held, alerts };
}
