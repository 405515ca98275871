import type { PlatformInfo } from '../../../core/connect/platform-list.ts';
import { authorizationStatuses, storeStatuses } from '../../../core/ports/access.ts';
import type { ListStoresInput, StoreRow } from '../../../core/queries/store-queries.ts';
import { checklist } from '../../../core/store/checklist.ts';
import type { PageFrame } from '../frame.ts';
import { FilterSelect } from '../outbound/list.tsx';
import { Badge, Empty, Notice, PageHead, When } from '../parts.tsx';
import { MainAction } from './actions.tsx';
import { authorizationWords, outcomeWords, storeStatusWords } from './words.ts';

export interface StoreListProps {
  readonly frame: PageFrame;
  readonly stores: readonly StoreRow[];
  readonly platforms: readonly PlatformInfo[];
  readonly filters: ListStoresInput;
  readonly mayAdminister: boolean;
  /** The address of this list. */
  readonly here: string;
}

const isFiltered = ({ text, platform, status, authorizationStatus }: ListStoresInput): boolean =>
  [text, platform, status, authorizationStatus].some((value) => value !== undefined);

export const StoreList = (props: StoreListProps) => (
  <>
    <PageHead title="Stores" lede="Where orders come from: each store is one shop or marketplace that is synced.">
      {props.mayAdminister ? (
        <a class="btn go" href="/stores/add">
          Add store
        </a>
      ) : null}
    </PageHead>
    {props.stores.length > 0 || isFiltered(props.filters) ? (
      <Filters platforms={props.platforms} filters={props.filters} />
    ) : null}
    <StoreRegion {...props} />
  </>
);

/** The rows; drawn again in place when something changed. */
export const StoreRegion = ({ frame, stores, platforms, filters, mayAdminister, here }: StoreListProps) => (
  <div id="region" hx-get={here} hx-trigger="desk:refresh from:body" hx-swap="outerMorph" hx-target="this">
    {stores.length === 0 ? (
      <NoStores isFiltered={isFiltered(filters)} mayAdminister={mayAdminister} />
    ) : (
      <table class="table cards">
        <thead class="stick">
          <tr>
            <th scope="col">Store</th>
            <th scope="col">Platform · Country/Region</th>
            <th scope="col">Store Status</th>
            <th scope="col">Authorization Status</th>
            <th scope="col">Authorization Time</th>
            <th scope="col">Last sync</th>
            <th scope="col">Set-up</th>
            <th scope="col">
              <span class="sr">Action</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {stores.map((store) => (
            <Row
              store={store}
              frame={frame}
              platform={platforms.find(({ profile }) => profile.platform === store.platform)}
              mayAdminister={mayAdminister}
            />
          ))}
        </tbody>
      </table>
    )}
  </div>
);

const Row = ({
  store,
  frame,
  platform,
  mayAdminister,
}: {
  store: StoreRow;
  frame: PageFrame;
  platform: PlatformInfo | undefined;
  mayAdminister: boolean;
}) => {
  const { now, timeZone } = frame;
  const authorization = authorizationWords[store.authorizationStatus];
  const status = storeStatusWords[store.status];
  return (
    <tr>
      <td>
        <a class="id" href={`/stores/${store.storeId}`}>
          {store.name}
        </a>
        {store.code === null ? null : <span class="why">{store.code}</span>}
      </td>
      <td>
        {platform?.profile.name ?? store.platform}
        {store.country === null ? null : <span class="why">{store.country}</span>}
      </td>
      <td>
        <Badge tone={status.tone}>{status.words}</Badge>
      </td>
      <td class="full">
        <Badge tone={authorization.tone}>{authorization.words}</Badge>
        {store.reason === null ? null : <span class="why">{store.reason}</span>}
        {store.missingScopes.length === 0 ? null : (
          <span class="why">
            Lacks <b>{store.missingScopes.join(', ')}</b>
          </span>
        )}
      </td>
      <td data-label="Authorized" class="nowrap">
        {store.authorizedAt === null ? (
          <span class="muted">—</span>
        ) : (
          <When at={store.authorizedAt} now={now} timeZone={timeZone} />
        )}
      </td>
      <td data-label="Last sync">
        <LastSync store={store} now={now} timeZone={timeZone} />
      </td>
      <td class="full" data-label="Set-up">
        <Progress store={store} platform={platform} />
      </td>
      <td>
        {platform === undefined || !mayAdminister ? null : (
          <MainAction store={store} profile={platform.profile} csrfToken={frame.csrfToken} />
        )}
      </td>
    </tr>
  );
};

export const LastSync = ({ store, now, timeZone }: { store: StoreRow; now: Date; timeZone: string }) => (
  <>
    {store.isSyncing ? (
      <span class="nowrap">Syncing…</span>
    ) : store.lastSyncAt === null ? (
      <span class="muted">never</span>
    ) : (
      <When at={store.lastSyncAt} now={now} timeZone={timeZone} class="nowrap" />
    )}
    {store.failingRuns > 0 ? (
      <span class="why">
        <b>{store.failingRuns === 1 ? 'Failed' : `Failed ${store.failingRuns} times in a row`}</b>
      </span>
    ) : store.lastSyncOutcome === null ? null : (
      <span class="why">{outcomeWords(store.lastSyncOutcome)}</span>
    )}
  </>
);

const Progress = ({ store, platform }: { store: StoreRow; platform: PlatformInfo | undefined }) => {
  if (platform === undefined) return <span class="muted">—</span>;
  const steps = checklist(platform.profile, store).filter((step) => step.isDone !== null);
  const done = steps.filter((step) => step.isDone === true).length;
  const next = steps.find((step) => step.isDone === false && step.required);
  if (next === undefined) return <Badge tone="ok">Ready</Badge>;
  return (
    <>
      <span class="nowrap">
        {done} of {steps.length}
      </span>
      <span class="why">
        <a href={`/stores/${store.storeId}#set-up`}>{next.title}</a>
      </span>
    </>
  );
};

const Filters = ({ platforms, filters }: { platforms: readonly PlatformInfo[]; filters: ListStoresInput }) => (
  <search>
    <form class="filters" action="/stores">
      <input
        class="input find"
        type="search"
        name="q"
        aria-label="Store Name"
        placeholder="Store Name"
        value={filters.text}
        maxlength={100}
      />
      <FilterSelect
        name="platform"
        any="Any Platform"
        value={filters.platform ?? ''}
        options={platforms.map(({ profile }) => ({ id: profile.platform, name: profile.name }))}
      />
      <FilterSelect
        name="status"
        any="Any Store Status"
        value={filters.status ?? ''}
        options={storeStatuses.map((status) => ({ id: status, name: storeStatusWords[status].words }))}
      />
      <FilterSelect
        name="authorization"
        any="Any Authorization Status"
        value={filters.authorizationStatus ?? ''}
        options={authorizationStatuses.map((status) => ({ id: status, name: authorizationWords[status].words }))}
      />
      <button type="submit" class="btn">
        Filter
      </button>
    </form>
  </search>
);

const NoStores = ({ isFiltered, mayAdminister }: { isFiltered: boolean; mayAdminister: boolean }) =>
  isFiltered ? (
    <Empty title="No store matches" why="No store has this name, platform and status together.">
      <a class="btn" href="/stores">
        Show all stores
      </a>
    </Empty>
  ) : (
    <Empty
      title="No store yet"
      why="Connect the first shop: its paid, unshipped orders of the last days arrive by themselves."
    >
      {mayAdminister ? (
        <a class="btn go" href="/stores/add">
          Add store
        </a>
      ) : (
        <Notice>Adding a store needs the role admin or owner.</Notice>
      )}
    </Empty>
  );
