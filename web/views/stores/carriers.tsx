import type { Carrier, Profile } from '../../../core/ports/connector.ts';
import type { StoreCarrier, StoreDetail, StorePairing } from '../../../core/queries/store-queries.ts';
import type { Refusal } from '../../../core/result.ts';
import type { PageFrame } from '../frame.ts';
import { Csrf, Empty, FormErrors, Notice, PageHead } from '../parts.tsx';

export interface CarriersProps {
  readonly frame: PageFrame;
  readonly store: StoreDetail;
  readonly profile: Profile;
  /** The platform's list; null where it has none or it could not be read, then `unread` says why. */
  readonly offered: readonly Carrier[] | null;
  readonly unread: string | null;
  readonly refusals: readonly Refusal[];
}

/**
 * Each warehouse carrier, and each name typed instead of one, beside what the platform calls it. One form for all:
 * what is left as it is changes nothing.
 */
export const CarriersPage = ({ frame, store, profile, offered, unread, refusals }: CarriersProps) => {
  const carriers = [
    ...store.pairings.map((pairing) => ({ carrier: pairing, pairing })),
    ...store.unpairedCarriers.map((carrier) => ({ carrier, pairing: null })),
  ].sort((a, b) => a.carrier.carrierName.localeCompare(b.carrier.carrierName));
  return (
    <>
      <PageHead
        title="Logistics Provider Pairing"
        lede={
          <>
            How{' '}
            <a class="link" href={`/stores/${store.storeId}`}>
              {store.name}
            </a>{' '}
            is told who carries a parcel: each warehouse carrier beside the provider of {profile.name}. A name typed in
            Manual Ship stands here while shipments wait for it, and once it is paired.
          </>
        }
      />
      {unread === null ? null : (
        <Notice tone="warn">
          <p>{unread}</p>
        </Notice>
      )}
      {carriers.length === 0 ? (
        <Empty title="No carrier yet" why="Carriers of the warehouse come first: they are made in the settings.">
          <a class="btn" href="/settings">
            Open settings
          </a>
        </Empty>
      ) : (
        <form method="post" action={`/stores/${store.storeId}/carriers`} class="stack">
          <Csrf token={frame.csrfToken} />
          <FormErrors refusals={refusals} />
          <table class="table plain narrow">
            <thead>
              <tr>
                <th scope="col">Warehouse carrier</th>
                <th scope="col">Provider at {profile.name}</th>
              </tr>
            </thead>
            <tbody>
              {carriers.map(({ carrier, pairing }) => (
                <tr>
                  <td>
                    <b>{carrier.carrierName}</b>
                    <About carrier={carrier} goesAs={pairing === null ? typedPairing(store, carrier) : undefined} />
                  </td>
                  <td>
                    <input type="hidden" name={`${seenPrefix}${rowKey(carrier)}`} value={pairing?.platformCode ?? ''} />
                    <Provider row={rowKey(carrier)} name={carrier.carrierName} pairing={pairing} offered={offered} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          <div class="actions">
            <button type="submit" class="btn go">
              Save pairing
            </button>
            <a class="btn ghost" href={`/stores/${store.storeId}`}>
              Cancel
            </a>
          </div>
        </form>
      )}
    </>
  );
};

/** The input of one carrier: `pair_<row key>`. */
export const pairPrefix = 'pair_';
/** The code that was paired when the form was drawn: `seen_<row key>`. */
export const seenPrefix = 'seen_';

/** The carrier's id; of a typed name letters that fit an id of the page, the same in either case. */
export const rowKey = ({ carrierId, foldedName }: Pick<StoreCarrier, 'carrierId' | 'foldedName'>): string =>
  carrierId ?? `typed-${Buffer.from(foldedName).toString('base64url')}`;

/** What a listed carrier is told as until it is paired itself: as the typed name that it has. */
const typedPairing = (store: StoreDetail, { foldedName }: StoreCarrier): StorePairing | undefined =>
  store.pairings.find((pairing) => pairing.carrierId === null && pairing.foldedName === foldedName);

/** Whether somebody typed the name, and who waits for it. */
const About = ({
  carrier: { carrierId, waitingCount },
  goesAs,
}: {
  carrier: StoreCarrier;
  goesAs: StorePairing | undefined;
}) => {
  const words = [
    carrierId === null ? 'typed in Manual Ship' : null,
    goesAs === undefined ? null : `goes as ${goesAs.platformName}, as the typed name does`,
    waitingCount === 0 ? null : waitingCount === 1 ? '1 order waits' : `${waitingCount} orders wait`,
  ].filter((part) => part !== null);
  return words.length === 0 ? null : <span class="muted"> · {words.join(' · ')}</span>;
};

const Provider = ({
  row,
  name,
  pairing,
  offered,
}: {
  row: string;
  name: string;
  pairing: { readonly platformCode: string; readonly platformName: string } | null;
  offered: readonly Carrier[] | null;
}) => {
  const common = { id: `f-${row}`, name: `${pairPrefix}${row}`, class: 'input' };
  const label = `Provider for ${name}`;
  if (offered === null) {
    return <input {...common} aria-label={label} value={pairing?.platformCode} maxlength={100} autocomplete="off" />;
  }
  const proposed = pairing === null ? namesake(name, offered) : null;
  const isGone = pairing !== null && !offered.some((carrier) => carrier.code === pairing.platformCode);
  return (
    <select {...common} aria-label={label}>
      <option value="">{proposed === null ? 'Not paired' : 'Leave unpaired'}</option>
      {isGone ? (
        <option value={pairing.platformCode} selected>
          {pairing.platformName} (no longer offered)
        </option>
      ) : null}
      {offered.map((carrier) => (
        <option value={carrier.code} selected={carrier.code === (pairing?.platformCode ?? proposed?.code)}>
          {carrier.name}
          {carrier === proposed ? ' (proposed: same name)' : ''}
        </option>
      ))}
    </select>
  );
};

/**
 * The one provider that bears the carrier's name, alone or before its name in another script (`Black Cat 黑貓宅急便`).
 * A proposal only: nothing is paired before somebody saves it.
 */
function namesake(name: string, offered: readonly Carrier[]): Carrier | null {
  const wanted = name.trim().toLowerCase();
  const alike = offered.filter((carrier) => {
    const given = carrier.name.trim().toLowerCase();
    return given === wanted || (given.startsWith(`${wanted} `) && !/[a-z]/.test(given.slice(wanted.length)));
  });
  const exact = alike.filter((carrier) => carrier.name.trim().toLowerCase() === wanted);
  const [only, another] = exact.length > 0 ? exact : alike;
  return only === undefined || another !== undefined ? null : only;
}
