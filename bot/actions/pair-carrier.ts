import type { AlertView } from '../../core/alert/types.ts';
import { requirePermission } from '../../core/people/permissions.ts';
import { ok, refuse } from '../../core/result.ts';
import { type CarrierChoice, carrierChoice } from '../../core/shipment/carrier-choice.ts';
import type { BotDeps } from '../deps.ts';
import { openForm } from '../forms/open.ts';
import { pairCarrierModal } from '../forms/pair-carrier.ts';
import { said } from '../listeners/replies.ts';
import { plain } from '../messages/text.ts';
import { pairChoice } from '../pair-choice.ts';
import type { Action } from './action.ts';

/** Opens the form that says which logistics provider of the platform a carrier is. */
export const pairCarrier: Action = {
  id: 'pair_carrier',
  async onCause(press) {
    const { deps, actor, alert } = press;
    const { merchantId, storeId, subject, detail } = alert;
    if (storeId === null) return 'This alert names no store. Open the dashboard.';
    const permitted = requirePermission(actor, 'work_orders', merchantId);
    if (!permitted.ok) return said(permitted.error);
    return openForm(press, 'Pair carrier', async () => {
      // The cause's subject is the store and the carrier's name, folded.
      const foldedName = subject.slice(storeId.length + 1);
      const name = detail.subject ?? foldedName;
      const found = await carrierOf(deps, alert, { merchantId, storeId, name, foldedName });
      if (found === null) {
        return refuse(
          'not_found',
          `The desk has no carrier “${plain(name, 100)}” (any more), and no shipment of this store waits under that name. Give the order another carrier with Manual Ship.`,
        );
      }
      const carrier = 'id' in found ? found : { name: found.name, foldedName };
      const choice = await pairChoice(deps, actor, { merchantId, storeId, carrier });
      if (!choice.ok) return choice;
      const { paired, offered, waitingCount } = choice.value;
      const kept = 'id' in carrier ? carrier.id : carrier;
      const metadata = { merchant: merchantId, store: storeId, carrier: kept, seen: paired?.code ?? null };
      const pairedName = paired?.name ?? null;
      const about = { ...alert, orderCount: waitingCount || alert.orderCount };
      return ok(pairCarrierModal({ metadata, about, carrierName: name, pairedName, offered }));
    });
  },
};

interface Named {
  readonly merchantId: string;
  readonly storeId: string;
  readonly name: string;
  readonly foldedName: string;
}

/**
 * Carriers may share a name, and a typed name may be one of theirs: what the cause's order was shipped with, else what
 * shipments of the store wait for, else the carrier of a channel that the merchant uses, else any.
 */
async function carrierOf(
  { queries }: Pick<BotDeps, 'queries'>,
  { sample }: AlertView,
  { merchantId, storeId, name, foldedName }: Named,
): Promise<CarrierChoice | null> {
  const merchantIds = [merchantId];
  const orderId = sample[0]?.id ?? null;
  const [order, store, channels, carriers] = await Promise.all([
    orderId === null ? null : queries.showOrder({ merchantIds, orderId }),
    queries.showStore({ merchantIds, storeId }),
    queries.listChannels({ merchantIds, servedOnly: true }),
    queries.listCarriers({}),
  ]);
  const refused = new Set(
    order?.writebacks.filter(({ errorCode }) => errorCode === 'carrier_unpaired').map(({ shipmentId }) => shipmentId),
  );
  const shipped = order?.shipments.filter((shipment) => shipment.carrierName === name) ?? [];
  const shipment = shipped.find(({ id }) => refused.has(id)) ?? shipped[0];
  if (shipment !== undefined) return carrierChoice(shipment);
  const known = [...(store?.unpairedCarriers ?? []), ...(store?.pairings ?? [])].filter(
    (carrier) => carrier.foldedName === foldedName,
  );
  const waiting = known.find(({ waitingCount }) => waitingCount > 0);
  if (waiting !== undefined) return carrierChoice(waiting);
  const id =
    channels.find((channel) => channel.carrierName === name)?.carrierId ??
    carriers.find((carrier) => carrier.name === name)?.id;
  if (id !== undefined) return { id };
  return known[0] === undefined ? null : carrierChoice(known[0]);
}
