import { keyOfAlert } from '../cause-key.ts';
import { redrawCard } from '../listeners/redraw.ts';
import { said } from '../listeners/replies.ts';
import { canUndo } from '../messages/card-buttons.ts';
import type { Action } from './action.ts';

/** Mappings read to find the one of this key: the text search knows no exact match. */
const mostMappings = 50;

/** Ends the mapping that settled a card, within five minutes and only while it is the one that did. */
export const undoBind: Action = {
  id: 'undo_bind',
  evenStale: true,
  async onCause(press) {
    const { deps, actor, alert } = press;
    const { merchantId, storeId } = alert;
    const key = keyOfAlert(alert);
    // Settled a moment after it is bound, or taken back already: both look the same.
    if (alert.state === 'open')
      return 'It is still or again open. Nothing was changed now; press once more in a moment.';
    if (storeId === null || key === null || !canUndo(alert, deps.clock.now())) {
      await redrawCard(press, alert);
      return 'Undo is possible for five minutes. Unbind it in the dashboard, under SKU Mapping.';
    }
    const page = await deps.queries.listMappings({
      merchantIds: [merchantId],
      storeId,
      show: 'bound',
      text: key.key,
      limit: mostMappings,
    });
    const bound = page.rows.find((row) => row.keyKind === key.kind && row.key === key.key)?.mapping ?? null;
    if (bound === null || bound.id !== alert.detail.mapping)
      return 'The mapping has changed or ended since. Nothing was changed now.';
    const undone = await deps.commands.unbindSku({ actor, merchantId, mappingId: bound.id });
    if (!undone.ok) return said(undone.error);
    const held = undone.value.heldOrders;
    return `Taken back: ${held === 1 ? '1 order is' : `${held.toLocaleString('en-US')} orders are`} held again. What was dispatched meanwhile keeps its recipe.`;
  },
};
