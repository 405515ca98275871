import type { Actor } from '../core/people/actor.ts';
import type { Carrier } from '../core/ports/connector.ts';
import type { StoreCarrier } from '../core/queries/store-queries.ts';
import { ok, type Result } from '../core/result.ts';
import type { BotDeps } from './deps.ts';

/** What the Pair carrier form shows. */
export interface PairChoice {
  readonly storeName: string | null;
  /** As it is called now; null: neither a carrier of the desk nor a name that anything waits for. */
  readonly carrierName: string | null;
  /** Orders whose shipment waits for it. */
  readonly waitingCount: number;
  /** What the carrier is paired with already; null: nothing. */
  readonly paired: { readonly code: string; readonly name: string } | null;
  /** Null: the platform has no list, its name for the carrier is typed. */
  readonly offered: readonly Carrier[] | null;
}

export interface PairAbout {
  readonly merchantId: string;
  readonly storeId: string;
  readonly carrier: PairedCarrier;
}

/** A typed name is found again by its `StoreCarrier.foldedName`. */
export type PairedCarrier = { readonly id: string } | (Pick<StoreCarrier, 'foldedName'> & { readonly name: string });

/** What the platform offers for a carrier, and what stands already. */
export async function pairChoice(
  { commands, queries }: Pick<BotDeps, 'commands' | 'queries'>,
  actor: Actor,
  about: PairAbout,
): Promise<Result<PairChoice>> {
  const { merchantId, storeId, carrier } = about;
  const [offered, store] = await Promise.all([
    commands.loadCarriers({ actor, merchantId, storeId }),
    queries.showStore({ merchantIds: [merchantId], storeId }),
  ]);
  if (!offered.ok && offered.error.code !== 'not_offered') return offered;
  const isIt = (one: StoreCarrier) =>
    'id' in carrier ? one.carrierId === carrier.id : one.carrierId === null && one.foldedName === carrier.foldedName;
  const pairing = store?.pairings.find(isIt);
  const found = pairing ?? store?.unpairedCarriers.find(isIt);
  return ok({
    storeName: store?.name ?? null,
    carrierName: found?.carrierName ?? null,
    waitingCount: found?.waitingCount ?? 0,
    paired: pairing === undefined ? null : { code: pairing.platformCode, name: pairing.platformName },
    offered: offered.ok ? offered.value : null,
  });
}
