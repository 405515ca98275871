import { requirePermission } from '../core/people/permissions.ts';
import type { CausesFrom } from '../core/ports/alerting.ts';
import { answerByAddress } from './answer-address.ts';
import type { Gesture } from './gesture.ts';
import { type PrivateText, said } from './listeners/replies.ts';
import { causesPerPage, stormCausesMessage } from './messages/storm-causes.ts';
import { isAnswerAddress } from './ours.ts';
import { nameOf } from './receiver.ts';

export interface CausesAsked {
  readonly stormId: string;
  readonly merchantId: string;
  readonly from: CausesFrom;
  /** One that is settled already, though its alert does not say so yet. */
  readonly without?: string | undefined;
}

/** One page of a storm's causes as they are now, or why this person may not see it; null when there is no such storm. */
export async function causesPage(
  { deps, actor }: Pick<Gesture, 'deps' | 'actor'>,
  { stormId, merchantId, from, without }: CausesAsked,
): Promise<PrivateText | string | null> {
  const permitted = requirePermission(actor, 'see_orders', merchantId);
  if (!permitted.ok) return said(permitted.error);
  const found = await deps.database.transaction(async (tx) => {
    const storm = await deps.alerts.show(tx, merchantId, stormId);
    if (storm?.storm === undefined) return null;
    return deps.alerts.stormCauses(tx, merchantId, stormId, { from, limit: causesPerPage, without });
  });
  if (found === null) return null;
  const page = { storm: stormId, merchant: merchantId, offset: found.before };
  const context = { publicUrl: deps.config.publicUrl, now: deps.clock.now() };
  return stormCausesMessage(page, found.causes, found.total, context);
}

/** The private page on which it was pressed, or from which the form was opened, says how its causes are now. */
export async function redrawCausesPage(gesture: Gesture): Promise<void> {
  const { deps, causesPage: page } = gesture;
  // What a form keeps comes back from outside: any address could stand in it.
  if (page === null || !isAnswerAddress(page.address, deps.config.apiUrl)) return;
  const { storm: stormId, merchant: merchantId, cause, at, id } = page;
  try {
    const without = (await isOver(gesture, merchantId, cause)) ? cause : undefined;
    const from: CausesFrom = { way: 'from', at: new Date(at), id };
    const drawn = await causesPage(gesture, { stormId, merchantId, from, without });
    if (drawn === null || typeof drawn === 'string') return;
    await answerByAddress(page.address, { text: drawn.text, blocks: [...(drawn.blocks ?? [])] }, 'replace');
  } catch (error) {
    deps.log.warn({ alertId: stormId, error: nameOf(error) }, 'a page of causes could not be redrawn');
  }
}

/** Alerts are settled a moment after what was done: whether orders wait for it is known at once. */
async function isOver({ deps }: Gesture, merchantId: string, alertId: string): Promise<boolean> {
  const alert = await deps.database.transaction((tx) => deps.alerts.show(tx, merchantId, alertId));
  if (alert === null || !/^(?:held|exception):/.test(alert.kind)) return false;
  const asked = { merchantIds: [merchantId], alertId, scope: 'waiting' as const, page: 0, pageSize: 1 };
  return (await deps.queries.listCauseOrders(asked)).total === 0;
}
