import { requirePermission } from '../../core/people/permissions.ts';
import { ok, refuse } from '../../core/result.ts';
import { belowOf } from '../below.ts';
import { mapMethodModal } from '../forms/map-method.ts';
import { openForm } from '../forms/open.ts';
import type { RuleAbout } from '../forms/rule.ts';
import type { Gesture } from '../gesture.ts';
import { said } from '../listeners/replies.ts';
import type { Action, Answer } from './action.ts';

/** Opens the form that says which shipping type a platform's method is. */
export const mapMethod: Action = {
  id: 'map_method',
  async onCause(press) {
    const { merchantId, storeId, detail } = press.alert;
    if (storeId === null) return 'This alert names no store. Open the dashboard.';
    return openMap(press, { merchant: merchantId, store: storeId, subject: detail.subject ?? '' }, press.alert);
  },
  async onOrder(press) {
    const { id, merchantId, storeId, storeName, holds } = press.order;
    const hold = holds.find((one) => one.closedAt === null && one.code === 'shipping_method_unmapped');
    if (hold === undefined) return 'Its shipping method is mapped by now. Look at the order again.';
    const rule = { merchant: merchantId, store: storeId, subject: hold.subject, order: id, ...belowOf(press) };
    return openMap(press, rule, { storeName });
  },
};

export async function openMap(
  press: Gesture,
  rule: { readonly merchant: string; readonly store: string; readonly subject: string },
  about: RuleAbout,
): Promise<Answer> {
  const { deps, actor } = press;
  const permitted = requirePermission(actor, 'work_orders', rule.merchant);
  if (!permitted.ok) return said(permitted.error);
  return openForm(press, 'Map shipping method', async () => {
    const [types, [row]] = await Promise.all([
      deps.queries.listShippingTypes({ merchantIds: [rule.merchant] }),
      deps.queries.listMethods({ merchantIds: [rule.merchant], only: { storeId: rule.store, method: rule.subject } }),
    ]);
    if (types.length === 0) {
      return refuse('no_types', 'There is no shipping type yet. Add one in the dashboard, under Settings.');
    }
    return ok(mapMethodModal({ metadata: { ...rule, seen: row?.shippingTypeId ?? null }, about, types }));
  });
}
