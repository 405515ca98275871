import type { OrderRow, OrderSort } from '../../core/queries/list-orders.ts';
import { exactTime, lateness, moneyText, relativeTime, shortText, timeLeft } from '../views/format.ts';
import type { PageFrame } from '../views/frame.ts';
import { Icon } from '../views/icons.tsx';
import { CopyButton } from '../views/parts.tsx';
import { listHref, type OrderListQuery } from './list-query.ts';
import { orderNeedsShipping } from './order-words.ts';
import { FixLink, fixOfException, fixOfHold, whyText } from './reasons.tsx';
import { StatusBadges } from './status-badges.tsx';

/** A row says this many reasons; then how many more there are. */
const shownReasons = 2;

type RowProps = { row: OrderRow; frame: PageFrame; platformNames: Readonly<Record<string, string>> };

/** One order of a list; the page, its fragments and the search draw it with this. */
export const OrderRowView = ({ row, frame, platformNames }: RowProps) => {
  const href = `/orders/${row.id}`;
  const number = shortText(row.number);
  return (
    <tr id={`o-${row.id}`}>
      <td>
        <input
          class="pick"
          type="checkbox"
          name="order"
          value={row.id}
          form="bulk"
          aria-label={`Select ${row.number}`}
        />
      </td>
      <td>
        <a class="id" href={href} title={number === row.number ? undefined : row.number}>
          {number}
        </a>{' '}
        <CopyButton text={row.number} label="Copy the number" />
        <span class="why">
          {row.lineCount === 1 ? '1 line' : `${row.lineCount} lines`}
          {place(row)}
          {row.isCod ? ' · COD' : ''}
        </span>
      </td>
      <td>
        <StatusBadges order={row} />
        <Reasons row={row} />
      </td>
      <td>
        {shortText(row.storeName, 24)}
        <span class="why">{platformNames[row.platform] ?? row.platform}</span>
      </td>
      <td>
        <time datetime={row.orderedAt.toISOString()} title={exactTime(row.orderedAt, frame.timeZone)}>
          {relativeTime(row.orderedAt, frame.now, frame.timeZone)}
        </time>
      </td>
      <td class="num">{row.totalAmount === null ? '—' : moneyText(row.totalAmount, row.currency)}</td>
      <td>
        <ShipBy row={row} frame={frame} />
      </td>
      <td>{row.warehouseName ?? <span class="muted">—</span>}</td>
      <td>
        <a class="more" href={href} data-menu="" aria-label={`Actions for ${number}`}>
          ⋯
        </a>
      </td>
    </tr>
  );
};

const place = ({ city, country }: OrderRow): string => {
  const words = [city, country].filter((word) => word !== null && word !== '').join(', ');
  return words === '' ? '' : ` · ${shortText(words, 28)}`;
};

const Reasons = ({ row }: { row: OrderRow }) => {
  const lines = [
    ...row.exceptions.map((exception) => ({
      text: exception.message.replace(/\.$/, ''),
      fix: fixOfException(exception, row),
    })),
    ...row.holds.map((hold) => ({ text: whyText(hold), fix: fixOfHold(hold, row) })),
  ];
  const more = row.openExceptionCount + row.openHoldCount - Math.min(lines.length, shownReasons);
  if (lines.length === 0) return <Progress row={row} />;
  return (
    <>
      {lines.slice(0, shownReasons).map(({ text, fix }) => (
        <span class="why cut">
          <span title={text}>{text}</span> · <FixLink fix={fix} />
        </span>
      ))}
      {more > 0 ? (
        <span class="why">
          <a href={`/orders/${row.id}`}>and {more} more</a>
        </span>
      ) : null}
    </>
  );
};

/** What happens to an order that nothing holds. */
const Progress = ({ row }: { row: OrderRow }) => {
  if (row.status === 'pending' && row.kind === 'b2c') {
    return (
      <span class="why">
        Ready ·{' '}
        <a href={`/orders/${row.id}/dispatch`} data-dialog="">
          Dispatch
        </a>
      </span>
    );
  }
  if (row.status === 'pending') {
    return (
      <span class="why">
        Waits for your answer ·{' '}
        <a href={`/orders/${row.id}/acknowledge`} data-dialog="">
          Acknowledge
        </a>
      </span>
    );
  }
  if (row.outbound !== null) {
    return (
      <span class="why">
        Outbound <a href={`/outbound/${row.outbound.id}`}>{row.outbound.number}</a> ·{' '}
        {row.outbound.status.replace('_', ' ')}
        {row.outbound.recall === 'requested' ? ', recall asked for' : ''}
      </span>
    );
  }
  if (row.shipment !== null) {
    return (
      <span class="why">
        {row.shipment.carrier}{' '}
        <span title={row.shipment.trackingNumber}>{shortText(row.shipment.trackingNumber, 16)}</span>
        {row.shipment.count > 1 ? ` and ${row.shipment.count - 1} more` : ''}
      </span>
    );
  }
  return null;
};

const ShipBy = ({ row, frame }: { row: OrderRow; frame: PageFrame }) => {
  const { shipBy, shippedAt } = row;
  if (shipBy === null || row.status === 'cancelled') return <span class="muted">—</span>;
  const exact = exactTime(shipBy, frame.timeZone);
  if (!orderNeedsShipping(row.status)) {
    const wasLate = shippedAt !== null && shippedAt > shipBy;
    return (
      <span class="muted" title={`Due ${exact}`}>
        {shippedAt === null ? '—' : wasLate ? 'was late' : 'met'}
      </span>
    );
  }
  const state = lateness(shipBy, frame.now);
  return (
    <time datetime={shipBy.toISOString()} title={exact} class={state === 'fine' ? undefined : state}>
      {state === 'fine' ? relativeTime(shipBy, frame.now, frame.timeZone) : timeLeft(shipBy, frame.now)}
      {state === 'risk' ? <span class="sr"> at risk</span> : null}
    </time>
  );
};

const columns: readonly { readonly label: string; readonly sort?: OrderSort; readonly class?: string }[] = [
  { label: 'Order' },
  { label: 'Status' },
  { label: 'Store' },
  { label: 'Ordered', sort: 'ordered_at' },
  { label: 'Amount', sort: 'amount', class: 'num' },
  { label: 'Ship by', sort: 'ship_by' },
  { label: 'Warehouse' },
];

/** The table of a list. Without `query` (search results) the columns do not sort. */
export const OrderTable = ({
  rows,
  frame,
  platformNames,
  query,
}: {
  rows: readonly OrderRow[];
  frame: PageFrame;
  platformNames: Readonly<Record<string, string>>;
  query?: OrderListQuery;
}) => (
  <table class="table cards orders">
    <thead class="stick">
      <tr>
        <th>
          <input type="checkbox" data-pick-all aria-label="Select all on this page" />
        </th>
        {columns.map(({ label, sort, class: className }) =>
          sort === undefined || query === undefined ? (
            <th class={className}>{label}</th>
          ) : (
            <SortHead label={label} sort={sort} class={className} query={query} />
          ),
        )}
        <th>
          <span class="sr">Actions</span>
        </th>
      </tr>
    </thead>
    <tbody>
      {rows.map((row) => (
        <OrderRowView row={row} frame={frame} platformNames={platformNames} />
      ))}
    </tbody>
  </table>
);

const SortHead = ({
  label,
  sort,
  query,
  class: className,
}: {
  label: string;
  sort: OrderSort;
  query: OrderListQuery;
  class?: string | undefined;
}) => {
  const isSorted = query.sort === sort;
  const first = sort === 'ship_by' ? 'asc' : 'desc';
  const direction = isSorted ? (query.direction === 'asc' ? 'desc' : 'asc') : first;
  return (
    <th class={className} aria-sort={isSorted ? (query.direction === 'asc' ? 'ascending' : 'descending') : undefined}>
      <a href={listHref(query, { sort, direction })}>
        {label}
        {isSorted ? <Icon name={query.direction === 'asc' ? 'up' : 'down'} size={12} /> : null}
      </a>
    </th>
  );
};
