import { requirePermission } from '../../core/people/permissions.ts';
import { ok, refuse } from '../../core/result.ts';
import { openForm } from '../forms/open.ts';
import { pairCarrierModal } from '../forms/pair-carrier.ts';
import { said } from '../listeners/replies.ts';
import type { Action } from './action.ts';

/** Opens the form that says which logistics provider of the platform a carrier is. */
export const pairCarrier: Action = {
  id: 'pair_carrier',
  async onCause(press) {
    const { deps, actor, alert } = press;
    const { merchantId, storeId, subject } = alert;
    if (storeId === null) return 'This alert names no store. Open the dashboard.';
    const permitted = requirePermission(actor, 'work_orders', merchantId);
    if (!permitted.ok) return said(permitted.error);
    return openForm(press, 'Pair carrier', async () => {
      const [carriers, offered] = await Promise.all([
        deps.queries.listCarriers({}),
        deps.commands.loadCarriers({ actor, merchantId, storeId }),
      ]);
      // The cause's subject is the store and the carrier's name.
      const name = subject.slice(storeId.length + 1);
      const carrier = carriers.find((one) => one.name === name);
      if (carrier === undefined) {
        return refuse(
          'not_found',
          'This carrier was renamed meanwhile. Pair it in the dashboard, on the store’s page.',
        );
      }
      if (!offered.ok && offered.error.code !== 'not_offered') return offered;
      return ok(pairCarrierModal({ alert, storeId, carrier, offered: offered.ok ? offered.value : null }));
    });
  },
};
