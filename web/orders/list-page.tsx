import { type OrderStatus, orderStatuses } from '../../core/order/types.ts';
import type { OrderPage } from '../../core/queries/list-orders.ts';
import type { OrderCounts } from '../../core/queries/order-counts.ts';
import { countText, plural, statusWords } from '../views/format.ts';
import type { PageFrame } from '../views/frame.ts';
import { Icon } from '../views/icons.tsx';
import { Empty, PageHead, Pager } from '../views/parts.tsx';
import { Filters } from './filters.tsx';
import { isNarrowed, listHref, type OrderListQuery } from './list-query.ts';
import { OrderTable } from './order-table.tsx';

export interface ListPageProps {
  readonly frame: PageFrame;
  readonly query: OrderListQuery;
  readonly page: OrderPage;
  readonly counts: OrderCounts;
  readonly stores: readonly { readonly id: string; readonly name: string }[];
  readonly channels: readonly string[];
  readonly platformNames: Readonly<Record<string, string>>;
  readonly mayWork: boolean;
}

export const OrdersPage = (props: ListPageProps) => {
  const { query, mayWork } = props;
  const isB2b = query.kind === 'b2b';
  return (
    <>
      <PageHead
        title="Orders"
        lede={
          isB2b
            ? 'Purchase orders and replenishment. Each is acknowledged first, then dispatched, one at a time.'
            : 'Buyer-direct orders from every store. What is held ships only after somebody fixed the reason.'
        }
      >
        {mayWork ? (
          <a class="btn go" href={isB2b ? '/sync?kind=b2b' : '/sync'} data-dialog="">
            Manual Sync
          </a>
        ) : null}
      </PageHead>
      <nav class="tabs" aria-label="Kind of order">
        <a href="/orders" aria-current={isB2b ? undefined : 'page'}>
          B2C Orders
        </a>
        <a href="/orders?kind=b2b" aria-current={isB2b ? 'page' : undefined}>
          B2B Orders
        </a>
      </nav>
      <StatusChips {...props} />
      <Filters {...props} />
      <ListRegion {...props} />
    </>
  );
};

const always: readonly OrderStatus[] = ['pending', 'processing', 'shipped', 'completed', 'cancelled'];

/** The rarer statuses appear when something is in them. */
const shownFor = (query: OrderListQuery, counts: OrderCounts): readonly OrderStatus[] =>
  orderStatuses.filter(
    (status) => counts.byStatus[status] > 0 || query.statuses.includes(status) || always.includes(status),
  );

/** Status chips with the desk's maintained counts (of the chosen stores; other filters do not change them). */
export const StatusChips = ({ query, counts }: Pick<ListPageProps, 'query' | 'counts'>) => {
  const isAll = query.statuses.length === 0 && query.attention === null;
  const of = (change: Partial<OrderListQuery>): string => listHref(query, { statuses: [], attention: null, ...change });
  return (
    <nav id="status-chips" class="filters slide" aria-label="Status">
      <a class="chip" href={of({})} aria-current={isAll ? 'true' : undefined}>
        All <b>{countText(counts.total)}</b>
      </a>
      <a
        class="chip"
        href={of({ attention: 'somebody' })}
        aria-current={query.attention === 'somebody' ? 'true' : undefined}
      >
        Needs somebody <b>{countText(counts.somebody)}</b>
      </a>
      {query.attention === 'held' || query.attention === 'excepted' ? (
        <a class="chip" href={of({})} aria-current="true">
          {query.attention === 'held' ? 'Held' : 'Exception'}{' '}
          <b>{countText(query.attention === 'held' ? counts.held : counts.excepted)}</b>
        </a>
      ) : null}
      {shownFor(query, counts).map((status) => (
        <a
          class="chip"
          href={of({ statuses: [status] })}
          aria-current={query.statuses.includes(status) ? 'true' : undefined}
        >
          {statusWords[status]} <b>{countText(counts.byStatus[status])}</b>
        </a>
      ))}
    </nav>
  );
};

/** The rows with what belongs to them; drawn again in place when something changed. */
export const ListRegion = (props: ListPageProps) => {
  const { frame, query, page, platformNames } = props;
  const here = listHref(query, { cursor: query.cursor });
  return (
    <div
      id="region"
      hx-get={here}
      hx-trigger="desk:refresh from:body"
      hx-swap="outerMorph"
      hx-target="this"
      data-first={query.cursor === '' ? '' : undefined}
    >
      <a class="btn small stale" href={here} hidden data-stale="">
        <Icon name="sync" size={14} /> Something changed: show it
      </a>
      {page.rows.length === 0 ? (
        <NoOrders {...props} />
      ) : (
        <OrderTable rows={page.rows} frame={frame} platformNames={platformNames} query={query} />
      )}
      {props.mayWork && page.rows.length > 0 ? <SelectionBar kind={query.kind} /> : null}
      {page.rows.length === 0 && page.nextCursor === null && page.previousCursor === null ? null : (
        <Pager
          firstHref={query.cursor === '' ? null : listHref(query)}
          previousHref={page.previousCursor === null ? null : listHref(query, { cursor: page.previousCursor })}
          nextHref={page.nextCursor === null ? null : listHref(query, { cursor: page.nextCursor })}
          said={<Said {...props} />}
        />
      )}
    </div>
  );
};

/** How much is shown, without counting what a filter matches. */
const Said = ({ page }: ListPageProps) => {
  const more = page.nextCursor !== null || page.previousCursor !== null;
  const shown = plural(page.rows.length, 'order');
  const cut =
    page.cut === null
      ? null
      : page.cut.kind === 'looked_through'
        ? `Looked through ${countText(page.cut.count)} orders so far; the next page goes on.`
        : `More than ${countText(page.cut.limit)} orders match: the newest of them are sorted. Narrow the filter for all.`;
  return (
    <>
      {more ? `${shown} of ${countText(page.rows.length)}+` : shown}
      {page.sortedBy === 'arrival' ? ', newest arrivals first' : ''}
      {cut === null ? null : <> · {cut}</>}
    </>
  );
};

const NoOrders = ({ frame, query, counts, page, mayWork }: ListPageProps) => {
  if (page.cut !== null) {
    return (
      <Empty
        title="None so far"
        why="The filter matches few orders, and these were not among them. The next page looks further back."
      />
    );
  }
  if (frame.pulse.stores === 0) {
    return (
      <Empty title="No orders yet" why="Orders arrive here from the stores that you connect. None is connected yet.">
        <a class="btn go" href="/stores/add">
          Add a store
        </a>
      </Empty>
    );
  }
  if (isNarrowed(query) || query.statuses.length > 0 || query.attention !== null) {
    return (
      <Empty
        title={query.attention === null ? 'No order matches' : 'Nothing needs anybody'}
        why={
          query.attention === null || isNarrowed(query)
            ? 'Take a filter away, or pull the order from its platform if it should be here.'
            : 'No order is held, and nothing failed. New ones show up here by themselves.'
        }
      >
        <a class="btn" href={query.kind === 'b2b' ? '/orders?kind=b2b' : '/orders'}>
          Show all
        </a>
        {mayWork ? (
          <a class="btn" href={`/sync?kind=${query.kind}`} data-dialog="">
            Manual Sync
          </a>
        ) : null}
      </Empty>
    );
  }
  return (
    <Empty
      title={query.kind === 'b2b' ? 'No purchase orders' : 'No orders yet'}
      why={
        query.kind === 'b2b'
          ? 'Purchase orders come from platforms that place them. Pull them with Manual Sync.'
          : `The stores are connected${counts.total === 0 ? ', but gave no order yet' : ''}. Pull the latest with Manual Sync.`
      }
    >
      {mayWork ? (
        <a class="btn go" href={`/sync?kind=${query.kind}`} data-dialog="">
          Manual Sync
        </a>
      ) : null}
    </Empty>
  );
};

/** Shown while something is selected; its buttons take the selection along. B2B is dispatched one at a time. */
const SelectionBar = ({ kind }: { kind: OrderListQuery['kind'] }) => (
  <form id="bulk" class="bar" method="get" action="/orders/dispatch" aria-label="Selection" data-dialog="">
    <span data-picked="">Selected orders</span>
    <button type="submit" class="btn" formaction="/bulk/hold">
      Hold
    </button>
    <button type="submit" class="btn" formaction="/bulk/cancel">
      Cancel
    </button>
    {kind === 'b2c' ? (
      <>
        <button type="submit" class="btn" formaction="/bulk/mark-shipped">
          Mark Shipped
        </button>
        <button type="submit" class="btn go" formaction="/bulk/dispatch" data-key="d">
          <span data-pick-word="Dispatch">Dispatch</span> <kbd>d</kbd>
        </button>
      </>
    ) : null}
  </form>
);
