import type { AutoMatched } from '../../../core/commands/auto-match.ts';
import type { MappingComponentRow, MappingRow, MappingStore } from '../../../core/queries/list-mappings.ts';
import type { Page } from '../../../core/queries/paging.ts';
import type { Refusal } from '../../../core/result.ts';
import { countText, plural, queryText } from '../format.ts';
import type { PageFrame } from '../frame.ts';
import { Icon } from '../icons.tsx';
import { Csrf, Empty, FormErrors, Notice, PageHead, Pager, When } from '../parts.tsx';

export const mappingShows = ['all', 'unbound', 'bound'] as const;
export type MappingShow = (typeof mappingShows)[number];

export interface MappingStoreProps {
  readonly frame: PageFrame;
  readonly store: MappingStore;
  readonly platformName: string;
  readonly filter: { readonly show: MappingShow; readonly q: string };
  readonly page: Page<MappingRow>;
  readonly cursor: string | null;
  readonly mayWork: boolean;
  /** The platform lets its listings be read. */
  readonly canLoad: boolean;
  readonly matched?: AutoMatched | undefined;
  readonly refusals?: readonly Refusal[] | undefined;
}

const words: Readonly<Record<MappingShow, string>> = { all: 'All', unbound: 'Unbound', bound: 'Bound' };

export const MappingStorePage = (props: MappingStoreProps) => {
  const { frame, store, filter, mayWork } = props;
  const counts = { all: store.bound + store.unbound, unbound: store.unbound, bound: store.bound };
  const base = `/mappings/${store.storeId}`;
  return (
    <>
      <PageHead
        title={`Mappings · ${store.name}`}
        lede={
          <>
            {props.platformName} ·{' '}
            {store.listingsAt === null ? (
              'its listings were never read'
            ) : (
              <>
                listings read <When at={store.listingsAt} now={frame.now} timeZone={frame.timeZone} />
              </>
            )}
          </>
        }
      >
        <a class="btn" href={`/mappings/export.csv?store=${store.storeId}`}>
          Export
        </a>
        {mayWork ? (
          <>
            {props.canLoad ? (
              <form method="post" action={`${base}/listings`}>
                <Csrf token={frame.csrfToken} />
                <button type="submit" class="btn">
                  Sync Platform SKU
                </button>
              </form>
            ) : null}
            <form method="post" action={`${base}/auto-match`}>
              <Csrf token={frame.csrfToken} />
              <button type="submit" class="btn go" title="Binds every SKU whose code equals a warehouse SKU">
                Auto Match
              </button>
            </form>
          </>
        ) : null}
      </PageHead>
      <FormErrors refusals={props.refusals ?? []} />
      {props.matched === undefined ? null : <Matched matched={props.matched} />}
      <nav class="filters slide" aria-label="Bound or not">
        {mappingShows.map((show) => (
          <a
            class="chip"
            href={`${base}${queryText({ show: show === 'all' ? '' : show, q: filter.q })}`}
            aria-current={show === filter.show ? 'true' : undefined}
          >
            {words[show]} <b>{countText(counts[show])}</b>
          </a>
        ))}
      </nav>
      <search>
        <form class="filters" action={base}>
          {filter.show === 'all' ? null : <input type="hidden" name="show" value={filter.show} />}
          <textarea
            class="input find"
            name="q"
            rows={1}
            aria-label="SKUs, one per line, or a product"
            placeholder="SKUs, one per line, or a product"
            maxlength={4000}
          >
            {filter.q}
          </textarea>
          <button type="submit" class="btn">
            Filter
          </button>
          {filter.q === '' ? null : (
            <a class="btn ghost" href={`${base}${queryText({ show: filter.show === 'all' ? '' : filter.show })}`}>
              Clear
            </a>
          )}
        </form>
      </search>
      <MappingRegion {...props} />
      {mayWork ? <AddAhead store={store} /> : null}
    </>
  );
};

const Matched = ({ matched }: { matched: AutoMatched }) => (
  <Notice tone={matched.bound > 0 ? 'ok' : 'info'} title={`${plural(matched.bound, 'SKU')} bound by equal codes`}>
    <p>
      {matched.releasedOrders > 0 ? `${plural(matched.releasedOrders, 'order')} released. ` : ''}
      {matched.unmatched === 0
        ? 'Nothing is left unbound.'
        : `${plural(matched.unmatched, 'SKU has', 'SKUs have')} no equal code: bind them below.`}
    </p>
  </Notice>
);

/** The rows; drawn again in place when something changed. */
export const MappingRegion = (props: MappingStoreProps) => {
  const { store, filter, page, cursor } = props;
  const base = `/mappings/${store.storeId}`;
  const of = (after: string | null): string =>
    `${base}${queryText({ show: filter.show === 'all' ? '' : filter.show, q: filter.q, after })}`;
  return (
    <div id="region" hx-get={of(cursor)} hx-trigger="desk:refresh from:body" hx-swap="outerMorph" hx-target="this">
      <a class="btn small stale" href={of(cursor)} hidden data-stale="">
        <Icon name="sync" size={14} /> Something changed: show it
      </a>
      {page.rows.length === 0 ? <NoKeys {...props} /> : <MappingTable {...props} />}
      <Pager
        said={page.rows.length === 0 ? '' : plural(page.rows.length, 'platform SKU')}
        firstHref={cursor === null ? null : of(null)}
        nextHref={page.nextCursor === null ? null : of(page.nextCursor)}
      />
    </div>
  );
};

const NoKeys = ({ filter, canLoad }: MappingStoreProps) =>
  filter.q !== '' || filter.show !== 'all' ? (
    <Empty
      title={filter.show === 'unbound' && filter.q === '' ? 'Everything is bound' : 'No SKU fits this filter'}
      why="Platform SKUs come from open orders, from the store's listings, and from mappings made before."
    />
  ) : (
    <Empty
      title="No platform SKU known yet"
      why={
        canLoad
          ? 'Sync Platform SKU reads the store’s listings; orders bring theirs by themselves.'
          : 'This platform does not show its listings: SKUs appear here with the first orders.'
      }
    />
  );

const MappingTable = ({ frame, store, page, mayWork }: MappingStoreProps) => (
  <table class="table cards flow">
    <thead class="stick">
      <tr>
        <th>Platform SKU</th>
        <th>Product</th>
        <th>Warehouse SKU</th>
        <th class="num">Pending orders</th>
        <th>Bound</th>
        <th>
          <span class="sr">Action</span>
        </th>
      </tr>
    </thead>
    <tbody>
      {page.rows.map((row) => {
        const key = { store: store.storeId, kind: row.keyKind, key: row.key };
        const href = `/mappings/key${queryText(key)}`;
        return (
          <tr>
            <td>
              <a class="id" href={href}>
                {row.keyKind === 'product' ? 'no SKU' : row.key}
              </a>
              {row.keyKind === 'sku' ? null : (
                <span class="why">
                  {row.keyKind} {row.keyKind === 'product' ? row.key : ''}
                </span>
              )}
            </td>
            <td>
              {row.name === '' ? <span class="muted">—</span> : row.name}
              {row.listed || store.listingsAt === null ? null : <span class="why">not among the listings</span>}
            </td>
            <td>
              {row.mapping === null ? (
                <span class="risk">Not mapped</span>
              ) : (
                <Recipe components={row.mapping.components} />
              )}
            </td>
            <td class={row.heldOrders > 0 ? 'num late' : 'num'} data-label="Pending orders">
              {row.heldOrders === 0 ? <span class="muted">—</span> : countText(row.heldOrders)}
            </td>
            <td data-label="Bound">
              {row.mapping === null ? (
                <span class="muted">—</span>
              ) : (
                <>
                  <When at={row.mapping.createdAt} now={frame.now} timeZone={frame.timeZone} />
                  <span class="why">
                    {row.mapping.createdBy}
                    {row.mapping.version > 1 ? ` · version ${row.mapping.version}` : ''}
                  </span>
                </>
              )}
            </td>
            <td class="num">
              {mayWork ? (
                <a
                  class="btn small"
                  href={`/mappings/bind${queryText(key)}`}
                  data-dialog=""
                  data-key={row.mapping === null ? 'b' : undefined}
                >
                  {row.mapping === null ? 'Bind SKU' : 'Change'}
                </a>
              ) : null}
            </td>
          </tr>
        );
      })}
    </tbody>
  </table>
);

/** `POT × 1 + CUP × 2` */
export const Recipe = ({ components }: { components: readonly MappingComponentRow[] }) => (
  <>
    {components.map((component, place) => (
      <>
        {place === 0 ? '' : ' + '}
        <b title={component.name}>{component.sku}</b> × {component.quantity}
        {component.enabled ? null : <span class="risk"> (disabled)</span>}
      </>
    ))}
  </>
);

/** A SKU that no order and no listing has shown yet. */
const AddAhead = ({ store }: { store: MappingStore }) => (
  <details>
    <summary class="link">Bind a SKU ahead of its first order</summary>
    <form class="filters" action="/mappings/bind">
      <input type="hidden" name="store" value={store.storeId} />
      <input type="hidden" name="kind" value="sku" />
      <input
        class="input find"
        name="key"
        aria-label="Platform SKU"
        placeholder="Platform SKU, exactly as the store has it"
        required
        maxlength={200}
      />
      <button type="submit" class="btn">
        Bind
      </button>
    </form>
  </details>
);
