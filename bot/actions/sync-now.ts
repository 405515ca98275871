import { said } from '../listeners/replies.ts';
import { link } from '../messages/text.ts';
import type { Action } from './action.ts';

/** Fetches the store's orders now. */
export const syncNow: Action = {
  id: 'sync_now',
  async onCause({ deps, actor, alert }) {
    const { merchantId, storeId } = alert;
    if (storeId === null) return 'This alert names no store. Open the dashboard.';
    const asked = await deps.commands.requestSync({
      actor,
      merchantId,
      storeIds: [storeId],
      mode: { kind: 'immediate' },
      orderKind: 'b2c',
    });
    if (!asked.ok) return said(asked.error);
    const [run] = asked.value.runs;
    const url =
      run === undefined ? `${deps.config.publicUrl}/sync-log` : `${deps.config.publicUrl}/sync-log/${run.runId}`;
    return `${run?.joined === true ? 'A sync is under way already' : 'The sync has been asked for'}: ${link(url, 'follow it')}.`;
  },
};
