import { requirePermission } from '../../core/people/permissions.ts';
import { ok, refuse } from '../../core/result.ts';
import type { BotDeps } from '../deps.ts';
import { openForm } from '../forms/open.ts';
import { pairCarrierModal } from '../forms/pair-carrier.ts';
import { said } from '../listeners/replies.ts';
import { pairChoice } from '../pair-choice.ts';
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
      // The cause's subject is the store and the carrier's name.
      const name = subject.slice(storeId.length + 1);
      const carrier = await carrierOf(deps, { merchantId, orderId: alert.sample[0]?.id ?? null, name });
      if (carrier === null) {
        return refuse(
          'not_found',
          'This carrier was renamed meanwhile. Pair it in the dashboard, on the store’s page.',
        );
      }
      const choice = await pairChoice(deps, actor, { merchantId, storeId, carrierId: carrier.id });
      if (!choice.ok) return choice;
      const { paired, offered } = choice.value;
      const metadata = { merchant: merchantId, store: storeId, carrier: carrier.id, seen: paired?.code ?? null };
      const pairedName = paired?.name ?? null;
      return ok(pairCarrierModal({ metadata, about: alert, carrierName: carrier.name, pairedName, offered }));
    });
  },
};

interface Named {
  readonly merchantId: string;
  readonly orderId: string | null;
  readonly name: string;
}

/** Carriers may share a name: the one that shipped, else the one of a channel that the merchant uses. */
async function carrierOf(
  { queries }: BotDeps,
  { merchantId, orderId, name }: Named,
): Promise<{ readonly id: string; readonly name: string } | null> {
  const merchantIds = [merchantId];
  const [order, channels, carriers] = await Promise.all([
    orderId === null ? null : queries.showOrder({ merchantIds, orderId }),
    queries.listChannels({ merchantIds, servedOnly: true }),
    queries.listCarriers({}),
  ]);
  const id =
    order?.shipments.find((shipment) => shipment.carrierName === name)?.carrierId ??
    channels.find((channel) => channel.carrierName === name)?.carrierId ??
    carriers.find((carrier) => carrier.name === name)?.id;
  return id === undefined ? null : { id, name };
}
