import { holdText } from '../../../core/order/hold-text.ts';
import type { OutboundCounts, OutboundRow } from '../../../core/queries/list-outbound.ts';
import type { Page } from '../../../core/queries/paging.ts';
import type { Refusal } from '../../../core/result.ts';
import { countText, lateness, plural, queryText, timeLeft } from '../format.ts';
import type { PageFrame } from '../frame.ts';
import { Icon } from '../icons.tsx';
import { Badge, Csrf, Empty, Money, Notice, PageHead, Pager, ShortId, When } from '../parts.tsx';
import { isHeldBack, isOpenOutbound, outboundName, outboundTones, outboundWords } from './words.ts';

/** The chips above the list. */
export const outboundViews = [
  'todo',
  'created',
  'picking',
  'packed',
  'partially_shipped',
  'exceptions',
  'shipped',
  'cancelled',
] as const;
export type OutboundView = (typeof outboundViews)[number];

export interface OutboundFilter {
  readonly view: OutboundView;
  readonly warehouse: string;
  readonly store: string;
  readonly q: string;
}

export interface OutboundListProps {
  readonly frame: PageFrame;
  readonly filter: OutboundFilter;
  readonly page: Page<OutboundRow>;
  readonly counts: OutboundCounts;
  readonly stores: readonly { readonly id: string; readonly name: string }[];
  readonly warehouses: readonly { readonly id: string; readonly name: string }[];
  /** Where the page begins; null: at the start. */
  readonly cursor: string | null;
  readonly mayWork: boolean;
  /** What a bulk action could not do, by outbound order. */
  readonly problems?: readonly { readonly name: string; readonly href: string; readonly refusal: Refusal }[];
  readonly done?: string;
}

const viewLabel = (view: OutboundView): string =>
  view === 'todo' ? 'To do' : view === 'exceptions' ? 'Exceptions' : outboundWords[view];

function viewCount(view: OutboundView, counts: OutboundCounts): number | null {
  if (view === 'todo') return Object.values(counts.byStatus).reduce((sum, count) => sum + count, 0);
  if (view === 'exceptions') return counts.exceptions;
  return view === 'shipped' || view === 'cancelled' ? null : counts.byStatus[view];
}

export const OutboundListPage = (props: OutboundListProps) => {
  const { filter, counts } = props;
  return (
    <>
      <PageHead
        title="Outbound"
        lede="What dispatch sent to the warehouse: pick, pack, ship. The oldest stands first."
      />
      <OutboundChips filter={filter} counts={counts} />
      <search>
        <form class="filters" action="/outbound">
          {filter.view === 'todo' ? null : <input type="hidden" name="view" value={filter.view} />}
          <input
            class="input find"
            type="search"
            name="q"
            value={filter.q}
            aria-label="Order, OB or tracking number"
            placeholder="Order, OB or tracking number"
            autocomplete="off"
            maxlength={100}
          />
          <FilterSelect name="warehouse" any="Any warehouse" value={filter.warehouse} options={props.warehouses} />
          <FilterSelect name="store" any="Any store" value={filter.store} options={props.stores} />
          <button type="submit" class="btn">
            Filter
          </button>
          {isNarrowed(filter) ? (
            <a class="btn ghost" href={`/outbound${queryText({ view: filter.view === 'todo' ? '' : filter.view })}`}>
              Clear
            </a>
          ) : null}
        </form>
      </search>
      {props.done === undefined ? null : (
        <Notice tone="ok">
          <p>{props.done}</p>
        </Notice>
      )}
      {props.problems === undefined || props.problems.length === 0 ? null : (
        <Notice tone="danger" title={`${plural(props.problems.length, 'outbound order')} could not be started`}>
          <ul>
            {props.problems.map(({ name, href, refusal }) => (
              <li>
                <a href={href}>{name}</a>: {refusal.message}
              </li>
            ))}
          </ul>
        </Notice>
      )}
      <OutboundRegion {...props} />
    </>
  );
};

/** The rows with what belongs to them; drawn again in place when something changed. */
export const OutboundRegion = (props: OutboundListProps) => {
  const { filter, page, mayWork } = props;
  const first = `/outbound${queryText({ ...filter, view: viewParameter(filter) })}`;
  const here = `/outbound${queryText({ ...filter, view: viewParameter(filter), after: props.cursor })}`;
  return (
    <div
      id="region"
      hx-get={here}
      hx-trigger="desk:refresh from:body"
      hx-swap="outerMorph"
      hx-target="this"
      data-first={props.cursor === null ? '' : undefined}
    >
      <a class="btn small stale" href={here} hidden data-stale="">
        <Icon name="sync" size={14} /> Something changed: show it
      </a>
      {page.rows.length === 0 ? (
        <EmptyList view={filter.view} isFiltered={isNarrowed(filter)} />
      ) : (
        <>
          <OutboundTable {...props} />
          <SelectionBar mayWork={mayWork} csrfToken={props.frame.csrfToken} />
        </>
      )}
      <Pager
        said={page.rows.length === 0 ? '' : plural(page.rows.length, 'outbound order')}
        firstHref={props.cursor === null ? null : first}
        nextHref={
          page.nextCursor === null
            ? null
            : `/outbound${queryText({ ...filter, view: viewParameter(filter), after: page.nextCursor })}`
        }
      />
    </div>
  );
};

/** Shown while something is selected (always, without script); its buttons take the selection along. */
const SelectionBar = ({ mayWork, csrfToken }: { mayWork: boolean; csrfToken: string }) => (
  <form id="bulk" class="bar" method="post" action="/outbound/pick-list" aria-label="Selection">
    <Csrf token={csrfToken} />
    <span data-picked="">Selected orders</span>
    <button type="submit" class="btn">
      Pick list
    </button>
    <button type="submit" class="btn" formaction="/outbound/packing-slips">
      Packing slips
    </button>
    {mayWork ? (
      <button type="submit" class="btn go" formaction="/outbound/start-picking" data-key="d">
        <span data-pick-word="Start picking">Start picking</span>
      </button>
    ) : null}
  </form>
);

/** Counts of what is open; drawn again with the rows. */
export const OutboundChips = ({ filter, counts }: Pick<OutboundListProps, 'filter' | 'counts'>) => (
  <nav id="status-chips" class="filters slide" aria-label="Status">
    {outboundViews.map((view) => {
      const count = viewCount(view, counts);
      return (
        <a
          class="chip"
          href={`/outbound${queryText({ ...filter, view: view === 'todo' ? '' : view })}`}
          aria-current={view === filter.view ? 'true' : undefined}
        >
          {viewLabel(view)} {count === null ? null : <b>{countText(count)}</b>}
        </a>
      );
    })}
  </nav>
);

const isNarrowed = (filter: OutboundFilter): boolean =>
  filter.q !== '' || filter.store !== '' || filter.warehouse !== '';

const viewParameter = (filter: OutboundFilter): string => (filter.view === 'todo' ? '' : filter.view);

export const FilterSelect = ({
  name,
  any,
  value,
  options,
}: {
  name: string;
  any: string;
  value: string;
  options: readonly { readonly id: string; readonly name: string }[];
}) => (
  <select class="input" name={name} aria-label={any.replace('Any ', '')}>
    <option value="">{any}</option>
    {options.map((option) => (
      <option value={option.id} selected={option.id === value}>
        {option.name}
      </option>
    ))}
  </select>
);

const EmptyList = ({ view, isFiltered }: { view: OutboundView; isFiltered: boolean }) =>
  isFiltered ? (
    <Empty title="Nothing fits this filter" why="No outbound order has this number, store or warehouse in this state.">
      <a class="btn" href="/outbound">
        Show all that is to do
      </a>
    </Empty>
  ) : view === 'todo' ? (
    <Empty
      title="Nothing to pick, pack or ship"
      why="Outbound orders come here when somebody dispatches an order to a warehouse."
    >
      <a class="btn go" href="/orders">
        Go to the orders
      </a>
    </Empty>
  ) : (
    <Empty title="None in this state" why="Outbound orders pass from To pick over Picking and Packed to Shipped." />
  );

const OutboundTable = ({ frame, page, mayWork }: OutboundListProps) => (
  <>
    {/* The rows' own buttons belong to this form, the ticks to the bulk form: neither carries the other's values. */}
    <form id="step" method="post" hidden>
      <Csrf token={frame.csrfToken} />
    </form>
    <table class="table cards flow outbound">
      <thead class="stick">
        <tr>
          <th>
            <input type="checkbox" data-pick-all="" aria-label="Select all on this page" />
          </th>
          <th>Outbound order</th>
          <th>Status</th>
          <th>Contents</th>
          <th>Ship to</th>
          <th>Channel</th>
          <th>Ship by</th>
          <th>
            <span class="sr">Next step</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {page.rows.map((row) => (
          <OutboundTableRow frame={frame} row={row} mayWork={mayWork} />
        ))}
      </tbody>
    </table>
  </>
);

/** One row, in the list and as the answer to its own button. `problem` is why the button did nothing. */
export const OutboundTableRow = ({
  frame,
  row,
  mayWork,
  problem,
}: {
  frame: PageFrame;
  row: OutboundRow;
  mayWork: boolean;
  problem?: Refusal | undefined;
}) => {
  const name = outboundName(row);
  return (
    <tr id={`ob-${row.number}`}>
      <td>
        {isOpenOutbound(row.status) ? (
          <input
            type="checkbox"
            class="pick"
            name="picks"
            form="bulk"
            value={`${row.id}:${row.version}`}
            aria-label={`Select ${name}`}
          />
        ) : null}
      </td>
      <td>
        <a class="id" href={`/outbound/${row.id}`}>
          {name}
        </a>
        <span class="why">
          {row.orderNumber} · {row.storeName}
        </span>
      </td>
      <td>
        <StatusBadge row={row} />
        <StatusReason row={row} problem={problem} />
      </td>
      <td>
        {row.contents === '' ? <span class="muted">—</span> : row.contents}
        {row.codAmount === null ? null : (
          <span class="why">
            Collect <Money amount={row.codAmount} currency={row.currency} />
          </span>
        )}
      </td>
      <td>
        {[row.city, row.country].filter((part) => part !== null && part !== '').join(', ') || '—'}
        <span class="why">{row.warehouseName}</span>
      </td>
      <td>
        {row.channelName}
        <span class="why">
          {row.selfPickup ? 'Self-pickup · label supplied' : `${row.carrierName} · ${row.serviceLevel}`}
        </span>
      </td>
      <td>
        <ShipBy row={row} frame={frame} />
      </td>
      <td class="num">{mayWork ? <NextStep row={row} /> : null}</td>
    </tr>
  );
};

export const StatusBadge = ({ row }: { row: Pick<OutboundRow, 'status' | 'exceptionReason' | 'recall' | 'holds'> }) =>
  row.exceptionReason !== null && isOpenOutbound(row.status) ? (
    <Badge tone="wait">Exception · {outboundWords[row.status]}</Badge>
  ) : row.recall === 'requested' ? (
    <Badge tone="hold">Recall requested</Badge>
  ) : isHeldBack(row) ? (
    <Badge tone="hold">Held · {outboundWords[row.status]}</Badge>
  ) : (
    <Badge tone={outboundTones[row.status]}>{outboundWords[row.status]}</Badge>
  );

const StatusReason = ({ row, problem }: { row: OutboundRow; problem: Refusal | undefined }) => {
  if (problem !== undefined) {
    return (
      <span class="why late" role="alert">
        {problem.message}
      </span>
    );
  }
  if (row.exceptionReason !== null && isOpenOutbound(row.status)) return <span class="why">{row.exceptionReason}</span>;
  if (isHeldBack(row)) return <span class="why">{row.holds.map((hold) => holdText(hold).why).join(' ')}</span>;
  if (isOpenOutbound(row.status) && row.platformChanges.length > 0) {
    return <span class="why late">{row.platformChanges.join(' ')}</span>;
  }
  if (row.recall === 'refused') return <span class="why">Recall refused: already begun</span>;
  if (row.trackingNumber !== null) {
    return (
      <span class="why">
        <ShortId text={row.trackingNumber} />
      </span>
    );
  }
  return null;
};

const ShipBy = ({ row, frame }: { row: OutboundRow; frame: PageFrame }) => {
  if (row.status === 'shipped' && row.shippedAt !== null) {
    return <When at={row.shippedAt} now={frame.now} timeZone={frame.timeZone} />;
  }
  if (row.shipBy === null || !isOpenOutbound(row.status)) {
    return (
      <span class="muted">
        since <When at={row.createdAt} now={frame.now} timeZone={frame.timeZone} />
      </span>
    );
  }
  const late = lateness(row.shipBy, frame.now);
  return late === 'fine' ? (
    <When at={row.shipBy} now={frame.now} timeZone={frame.timeZone} />
  ) : (
    <span class={late}>{timeLeft(row.shipBy, frame.now)}</span>
  );
};

/** The one button that moves the work on. */
const NextStep = ({ row }: { row: OutboundRow }) => {
  if (!isOpenOutbound(row.status) || row.recall === 'requested') return null;
  if (isHeldBack(row)) {
    return (
      <a class="btn small" href={`/outbound/${row.id}`}>
        See the hold
      </a>
    );
  }
  if (row.exceptionReason !== null) {
    return (
      <a class="btn small" href={`/outbound/${row.id}#exception`}>
        See the mark
      </a>
    );
  }
  if (row.status === 'packed' || row.status === 'partially_shipped') {
    return (
      <a class="btn small go" href={`/outbound/${row.id}/ship?at=list`} data-dialog="">
        <Icon name="outbound" size={14} /> Ship
      </a>
    );
  }
  const to = row.status === 'created' ? 'picking' : 'packed';
  return (
    <button
      type="submit"
      class="btn small"
      name="step"
      value={`${to}:${row.version}`}
      form="step"
      formaction={`/outbound/${row.id}/advance`}
      hx-post={`/outbound/${row.id}/advance`}
      hx-target="closest tr"
      hx-swap="outerHTML"
    >
      {to === 'picking' ? 'Start picking' : 'Packed'}
    </button>
  );
};
