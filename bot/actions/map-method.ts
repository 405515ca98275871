import { requirePermission } from '../../core/people/permissions.ts';
import { ok, refuse } from '../../core/result.ts';
import { mapMethodModal } from '../forms/map-method.ts';
import { openForm } from '../forms/open.ts';
import { said } from '../listeners/replies.ts';
import type { Action } from './action.ts';

/** Opens the form that says which shipping type a platform's method is. */
export const mapMethod: Action = {
  id: 'map_method',
  async onCause(press) {
    const { deps, actor, alert } = press;
    const { merchantId, storeId } = alert;
    if (storeId === null) return 'This alert names no store. Open the dashboard.';
    const permitted = requirePermission(actor, 'work_orders', merchantId);
    if (!permitted.ok) return said(permitted.error);
    const subject = alert.detail.subject ?? '';
    return openForm(press, 'Map shipping method', async () => {
      const [types, [row]] = await Promise.all([
        deps.queries.listShippingTypes({ merchantIds: [merchantId] }),
        deps.queries.listMethods({ merchantIds: [merchantId], only: { storeId, method: subject } }),
      ]);
      if (types.length === 0) {
        return refuse('no_types', 'There is no shipping type yet. Add one in the dashboard, under Settings.');
      }
      const metadata = { merchant: merchantId, store: storeId, subject, seen: row?.shippingTypeId ?? null };
      return ok(mapMethodModal({ metadata, about: alert, types }));
    });
  },
};
