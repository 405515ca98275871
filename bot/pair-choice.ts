import type { Actor } from '../core/people/actor.ts';
import type { Carrier } from '../core/ports/connector.ts';
import { ok, type Result } from '../core/result.ts';
import type { BotDeps } from './deps.ts';

/** What the Pair carrier form shows. */
export interface PairChoice {
  readonly storeName: string | null;
  /** What the carrier is paired with already; null: nothing. */
  readonly paired: { readonly carrierName: string; readonly code: string; readonly name: string } | null;
  /** Null: the platform has no list, its name for the carrier is typed. */
  readonly offered: readonly Carrier[] | null;
}

/** What the platform offers for a carrier, and what stands already. */
export async function pairChoice(
  { commands, queries }: Pick<BotDeps, 'commands' | 'queries'>,
  actor: Actor,
  about: { readonly merchantId: string; readonly storeId: string; readonly carrierId: string },
): Promise<Result<PairChoice>> {
  const { merchantId, storeId, carrierId } = about;
  const [offered, store] = await Promise.all([
    commands.loadCarriers({ actor, merchantId, storeId }),
    queries.showStore({ merchantIds: [merchantId], storeId }),
  ]);
  if (!offered.ok && offered.error.code !== 'not_offered') return offered;
  const found = store?.pairings.find((pairing) => pairing.carrierId === carrierId);
  return ok({
    storeName: store?.name ?? null,
    paired:
      found === undefined
        ? null
        : { carrierName: found.carrierName, code: found.platformCode, name: found.platformName },
    offered: offered.ok ? offered.value : null,
  });
}
