import type { StockRow } from '../../../core/queries/list-stock.ts';
import type { Page } from '../../../core/queries/paging.ts';
import { countText, plural, queryText } from '../format.ts';
import type { PageFrame } from '../frame.ts';
import { Icon } from '../icons.tsx';
import { FilterSelect } from '../outbound/list.tsx';
import { Badge, Empty, PageHead, Pager } from '../parts.tsx';

export const stockShows = ['all', 'in_stock', 'short'] as const;
export type StockShow = (typeof stockShows)[number];

export interface StockListProps {
  readonly frame: PageFrame;
  readonly filter: { readonly show: StockShow; readonly warehouse: string; readonly q: string };
  readonly page: Page<StockRow>;
  readonly cursor: string | null;
  readonly warehouses: readonly { readonly id: string; readonly name: string }[];
  readonly mayEdit: boolean;
}

const words: Readonly<Record<StockShow, string>> = { all: 'All', in_stock: 'In stock', short: 'Short' };
/** More warehouses than this are summed up in the row; the product's page has each. */
const maxColumns = 4;

export const StockListPage = (props: StockListProps) => {
  const { filter, warehouses, mayEdit } = props;
  const isNarrowed = filter.q !== '' || filter.warehouse !== '';
  return (
    <>
      <PageHead
        title="Stock"
        lede="Warehouse SKUs: what lies on the shelf, what is promised, what open orders still claim."
      >
        {mayEdit ? (
          <>
            <a class="btn" href="/stock/import">
              Import
            </a>
            <a class="btn go" href="/stock/new" data-dialog="">
              Add a product
            </a>
          </>
        ) : null}
      </PageHead>
      <nav class="filters slide" aria-label="Which products">
        {stockShows.map((show) => (
          <a
            class="chip"
            href={`/stock${queryText({ ...filter, show: show === 'all' ? '' : show })}`}
            aria-current={show === filter.show ? 'true' : undefined}
          >
            {words[show]}
          </a>
        ))}
      </nav>
      <search>
        <form class="filters" action="/stock">
          {filter.show === 'all' ? null : <input type="hidden" name="show" value={filter.show} />}
          <input
            class="input find"
            type="search"
            name="q"
            value={filter.q}
            aria-label="SKU, name or barcode"
            placeholder="SKU, name or barcode"
            autocomplete="off"
            maxlength={100}
          />
          <FilterSelect name="warehouse" any="Any warehouse" value={filter.warehouse} options={warehouses} />
          <button type="submit" class="btn">
            Filter
          </button>
          {isNarrowed ? (
            <a class="btn ghost" href={`/stock${queryText({ show: filter.show === 'all' ? '' : filter.show })}`}>
              Clear
            </a>
          ) : null}
        </form>
      </search>
      <StockRegion {...props} />
    </>
  );
};

/** The rows; drawn again in place when something changed. */
export const StockRegion = (props: StockListProps) => {
  const { filter, page, cursor } = props;
  const of = (after: string | null): string =>
    `/stock${queryText({ ...filter, show: filter.show === 'all' ? '' : filter.show, after })}`;
  return (
    <div id="region" hx-get={of(cursor)} hx-trigger="desk:refresh from:body" hx-swap="outerMorph" hx-target="this">
      <a class="btn small stale" href={of(cursor)} hidden data-stale="">
        <Icon name="sync" size={14} /> Something changed: show it
      </a>
      {page.rows.length === 0 ? <NoProducts {...props} /> : <StockTable {...props} />}
      <Pager
        said={page.rows.length === 0 ? '' : plural(page.rows.length, 'product')}
        firstHref={cursor === null ? null : of(null)}
        nextHref={page.nextCursor === null ? null : of(page.nextCursor)}
      />
    </div>
  );
};

const NoProducts = ({ filter, mayEdit }: StockListProps) => {
  if (filter.show === 'short') {
    return <Empty title="Nothing is short" why="Every product has at least what its open orders claim." />;
  }
  if (filter.q !== '' || filter.warehouse !== '' || filter.show !== 'all') {
    return (
      <Empty
        title="No product fits this filter"
        why="Search for a part of the SKU or the name, or for a whole barcode."
      >
        <a class="btn" href="/stock">
          Show all products
        </a>
      </Empty>
    );
  }
  return (
    <Empty
      title="No product yet"
      why="Warehouse SKUs are what platform SKUs are bound to. Add them one by one, or from a file with their stock."
    >
      {mayEdit ? (
        <>
          <a class="btn go" href="/stock/new" data-dialog="">
            Add a product
          </a>
          <a class="btn" href="/stock/import">
            Import a file
          </a>
        </>
      ) : null}
    </Empty>
  );
};

const StockTable = ({ page, warehouses, filter }: StockListProps) => {
  const shown = filter.warehouse === '' ? warehouses : warehouses.filter((one) => one.id === filter.warehouse);
  const columns = shown.length > maxColumns ? [] : shown;
  return (
    <div class="scroll">
      <table class="table cards flow">
        <thead>
          <tr>
            <th>Warehouse SKU</th>
            {columns.map((warehouse) => (
              <th class="num">{warehouse.name}</th>
            ))}
            <th class="num">On hand</th>
            <th class="num">Allocated</th>
            <th class="num">Available</th>
            <th class="num" title="Needed by open orders that are not dispatched yet, over all warehouses">
              Claimed
            </th>
          </tr>
        </thead>
        <tbody>
          {page.rows.map((row) => (
            <tr>
              <td>
                <a class="id" href={`/stock/${row.productId}`}>
                  {row.sku}
                </a>{' '}
                {row.enabled ? null : <Badge tone="off">Disabled</Badge>}
                <span class="why">
                  {row.name}
                  {row.barcode === null ? null : <span class="mono"> · {row.barcode}</span>}
                </span>
              </td>
              {columns.map((warehouse) => {
                const cell = row.cells.find((one) => one.warehouseId === warehouse.id);
                return (
                  <td class="num" data-label={warehouse.name}>
                    {cell === undefined ? <span class="muted">—</span> : <Units value={cell.available} />}
                  </td>
                );
              })}
              <td class="num" data-label="On hand">
                {countText(row.onHand)}
              </td>
              <td class="num" data-label="Allocated">
                {row.allocated === 0 ? <span class="muted">—</span> : countText(row.allocated)}
              </td>
              <td class="num" data-label="Available">
                <Units value={row.available} />
              </td>
              <td class="num" data-label="Claimed">
                {row.claimed === 0 ? (
                  <span class="muted">—</span>
                ) : row.claimed > row.available ? (
                  <span class="late">
                    {countText(row.claimed)}
                    <span class="sr"> more than is available</span>
                  </span>
                ) : (
                  countText(row.claimed)
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};

/** Less than nothing is a promise that cannot be kept. */
export const Units = ({ value }: { value: number }) => (
  <span class={value < 0 ? 'late' : undefined}>{countText(value)}</span>
);
