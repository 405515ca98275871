import type { Profile } from '../ports/connector.ts';
import type { Tx } from '../ports/database.ts';
import type { OutgoingPorts, UnpairedScope } from '../ports/outgoing.ts';
import type { BasePorts } from '../ports/ports.ts';
import { profileOf } from './look-again.ts';

/** Carriers that a dispatch may choose and that are none of the platform's yet. */
export interface UnpairedCarriers {
  readonly storeId: string;
  readonly storeName: string;
  readonly carrierIds: readonly string[];
  /** Never empty; each once. */
  readonly names: readonly string[];
  /** Nothing is told without a pairing; else the carrier's own name is tried. */
  readonly isRequired: boolean;
}

/** Whether a carrier that is not paired keeps a tracking number from the platform. */
const pairingMatters = (profile: Profile | null): profile is Profile =>
  profile !== null &&
  profile.fulfilment !== 'read_only' &&
  profile.capabilities.ship &&
  profile.carrierPairing !== undefined;

/** One entry a store that has some. */
export async function unpairedCarriers(
  ports: Pick<BasePorts, 'connectors'> & Pick<OutgoingPorts, 'carriers'>,
  tx: Tx,
  merchantId: string,
  of: UnpairedScope,
  carrierIds: readonly string[],
): Promise<UnpairedCarriers[]> {
  const rows = await ports.carriers.unpaired(tx, merchantId, of, carrierIds);
  return [...Map.groupBy(rows, (row) => row.storeId)].flatMap(([storeId, ofStore]): UnpairedCarriers[] => {
    const [first] = ofStore;
    const profile = first === undefined ? null : profileOf(ports.connectors, first.platform);
    if (first === undefined || !pairingMatters(profile)) return [];
    return [
      {
        storeId,
        storeName: first.storeName,
        carrierIds: ofStore.map((row) => row.carrierId),
        names: [...new Set(ofStore.map((row) => row.carrierName))],
        isRequired: profile.carrierPairing === 'required',
      },
    ];
  });
}

const shownNames = 4;

/** Said before the goods leave: what will wait, and for what. */
export function unpairedWords({ storeName, names, isRequired }: UnpairedCarriers): string {
  const more = names.length - shownNames;
  const shown = more > 0 ? [...names.slice(0, shownNames), `${more} more`] : names;
  const isOne = names.length === 1;
  const subject = isOne ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
  const number = isOne ? 'its tracking number' : 'their tracking numbers';
  const unpaired = isOne
    ? `${subject} is not paired with a carrier of ${storeName}`
    : `${subject} are not paired with carriers of ${storeName}`;
  return isRequired
    ? `${unpaired}: ${number} will wait for the pairing.`
    : `${unpaired}: unless the platform knows ${isOne ? 'it by this name' : 'them by these names'}, ${number} will wait for the pairing.`;
}
