import type { MappingStore } from '../../../core/queries/list-mappings.ts';
import type { ListUnmapped } from '../../../core/queries/list-unmapped.ts';
import { countText, plural, queryText } from '../format.ts';
import type { PageFrame } from '../frame.ts';
import { FilterSelect } from '../outbound/list.tsx';
import { Badge, Card, Empty, PageHead, When } from '../parts.tsx';
import { Redrawn } from '../redrawn.tsx';

export interface MappingsOverviewProps {
  readonly frame: PageFrame;
  readonly unmapped: Awaited<ReturnType<ListUnmapped>>;
  readonly stores: readonly MappingStore[];
  readonly filter: { readonly q: string; readonly store: string };
  readonly platformNames: Readonly<Record<string, string>>;
  readonly mayWork: boolean;
}

export const MappingsOverview = (props: MappingsOverviewProps) => {
  const { stores, mayWork } = props;
  return (
    <>
      <PageHead
        title="Mappings"
        lede="What each platform SKU is in the warehouse. Bound once, it counts for every order of its store."
      >
        <a class="btn" href="/mappings/export.csv">
          Export
        </a>
        {mayWork ? (
          <a class="btn" href="/mappings/import">
            Import
          </a>
        ) : null}
      </PageHead>
      {stores.length === 0 ? (
        <Empty
          title="No store yet"
          why="Mappings belong to a store: the same platform SKU may be another product in another store. Connect the first one."
        >
          <a class="btn go" href="/stores/add">
            Add a store
          </a>
        </Empty>
      ) : (
        <Redrawn href={`/mappings${queryText({ q: props.filter.q, store: props.filter.store })}`}>
          <UnknownProducts {...props} />
          <Stores {...props} />
        </Redrawn>
      )}
    </>
  );
};

/** What holds orders now, by impact. */
export const UnknownProducts = ({ frame, unmapped, stores, filter, platformNames, mayWork }: MappingsOverviewProps) => {
  const isNarrowed = filter.q !== '' || filter.store !== '';
  return (
    <Card
      id="unknown"
      title={
        unmapped.total === 0
          ? 'Unknown products'
          : filter.q === ''
            ? `Unknown products: ${plural(unmapped.total, 'SKU holds', 'SKUs hold')} ${plural(unmapped.heldOrders, 'order')}`
            : `Unknown products: ${plural(unmapped.total, 'match', 'matches')}`
      }
    >
      {unmapped.rows.length === 0 && !isNarrowed ? (
        <p class="muted">Every SKU of every open order is bound: no order waits for a mapping.</p>
      ) : (
        <>
          <search>
            <form class="filters" action="/mappings">
              <textarea
                class="input find"
                name="q"
                rows={1}
                aria-label="Platform SKUs, one per line"
                placeholder="Platform SKUs, one per line"
                maxlength={4000}
              >
                {filter.q}
              </textarea>
              <FilterSelect
                name="store"
                any="Any store"
                value={filter.store}
                options={stores.map((store) => ({ id: store.storeId, name: store.name }))}
              />
              <button type="submit" class="btn">
                Filter
              </button>
              {isNarrowed ? (
                <a class="btn ghost" href="/mappings">
                  Clear
                </a>
              ) : null}
            </form>
          </search>
          {unmapped.rows.length === 0 ? (
            <p class="muted">None of these holds an order.</p>
          ) : (
            <table class="table cards flow">
              <thead>
                <tr>
                  <th>Platform SKU</th>
                  <th>Product</th>
                  <th>Store</th>
                  <th class="num">Pending orders</th>
                  <th>Waiting since</th>
                  <th>
                    <span class="sr">Action</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {unmapped.rows.map((row) => {
                  const key = { store: row.storeId, kind: row.keyKind, key: row.key };
                  const href = `/mappings/key${queryText(key)}`;
                  return (
                    <tr>
                      <td>
                        <a class="id" href={href}>
                          {row.platformSku ?? 'no SKU'}
                        </a>
                        {row.keyKind === 'product' ? <span class="why">product {row.key}</span> : null}
                      </td>
                      <td>{row.name === '' ? <span class="muted">—</span> : row.name}</td>
                      <td data-label="Store">
                        {row.storeName}
                        <span class="why">{platformNames[row.platform] ?? row.platform}</span>
                      </td>
                      <td class="num late" data-label="Pending orders">
                        {countText(row.heldOrders)}
                      </td>
                      <td data-label="Since">
                        <When at={row.oldestAt} now={frame.now} timeZone={frame.timeZone} />
                      </td>
                      <td class="num">
                        {mayWork ? (
                          <a class="btn small" href={`/mappings/bind${queryText(key)}`} data-dialog="" data-key="b">
                            Bind SKU
                          </a>
                        ) : null}
                      </td>
                    </tr>
                  );
                })}
              </tbody>
            </table>
          )}
          {unmapped.total > unmapped.rows.length ? (
            <p class="muted">
              The {countText(unmapped.rows.length)} with the most orders of {countText(unmapped.total)}. Filter to see
              others.
            </p>
          ) : null}
        </>
      )}
    </Card>
  );
};

const Stores = ({ frame, stores, platformNames }: MappingsOverviewProps) => (
  <Card title="By store">
    <table class="table cards flow">
      <thead>
        <tr>
          <th>Store</th>
          <th>Platform Type</th>
          <th class="num">Bound</th>
          <th class="num">Unbound</th>
          <th class="num">Pending orders</th>
          <th>Listings read</th>
        </tr>
      </thead>
      <tbody>
        {stores.map((store) => (
          <tr>
            <td>
              <a class="id" href={`/mappings/${store.storeId}`}>
                {store.name}
              </a>{' '}
              {store.status === 'disabled' ? <Badge tone="off">Disabled</Badge> : null}
            </td>
            <td data-label="Platform">{platformNames[store.platform] ?? store.platform}</td>
            <td class="num" data-label="Bound">
              {countText(store.bound)}
            </td>
            <td class="num" data-label="Unbound">
              {countText(store.unbound)}
            </td>
            <td class={store.heldOrders > 0 ? 'num late' : 'num'} data-label="Pending orders">
              {countText(store.heldOrders)}
            </td>
            <td data-label="Listings read">
              {store.listingsAt === null ? (
                <span class="muted">never</span>
              ) : (
                <When at={store.listingsAt} now={frame.now} timeZone={frame.timeZone} />
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </Card>
);
