import { isId } from '../../core/ids.ts';
import { type HoldCode, holdCodes, type OrderKind, type OrderStatus, orderStatuses } from '../../core/order/types.ts';
import {
  type Attention,
  type HeldCauseKey,
  type ListOrdersInput,
  type OrderFilter,
  type OrderSort,
  orderSorts,
} from '../../core/queries/list-orders.ts';
import { queryText } from '../views/format.ts';
import { nextDay, startOfDay } from '../views/zoned.ts';

/** What the address of the order list says, in its own words: days and not moments, texts as typed. */
export interface OrderListQuery {
  readonly kind: OrderKind;
  readonly statuses: readonly OrderStatus[];
  readonly attention: Attention | null;
  readonly storeIds: readonly string[];
  readonly sourceChannel: string;
  /** Days in the merchant's time zone, both included; '' where open. */
  readonly from: string;
  readonly until: string;
  readonly number: string;
  readonly recipient: string;
  readonly tracking: string;
  readonly sku: string;
  readonly cause: HeldCauseKey | null;
  readonly sort: OrderSort;
  readonly direction: 'asc' | 'desc';
  readonly cursor: string;
}

const attentions = ['somebody', 'held', 'excepted'] as const satisfies readonly Attention[];
const longest = 200;
/** A list of pasted numbers may be longer. */
const longestNumbers = 4_000;
const most = 50;

const among = <T extends string>(allowed: readonly T[], text: string | null): T | undefined =>
  allowed.find((one) => one === text);

/** Reads an address leniently: what it cannot be is left out, so that an old link still shows something. */
export function readListQuery(search: URLSearchParams): OrderListQuery {
  const text = (name: string, limit = longest): string => (search.get(name) ?? '').trim().slice(0, limit);
  const sort = among(orderSorts, search.get('sort')) ?? 'ordered_at';
  const day = (name: string): string => (/^\d{4}-\d{2}-\d{2}$/.test(text(name)) ? text(name) : '');
  return {
    kind: search.get('kind') === 'b2b' ? 'b2b' : 'b2c',
    statuses: orderStatuses.filter((status) => search.getAll('status').includes(status)),
    attention: among(attentions, search.get('needs')) ?? null,
    storeIds: [...new Set(search.getAll('store').filter(isId))].slice(0, most),
    sourceChannel: text('source'),
    from: day('from'),
    until: day('to'),
    number: text('number', longestNumbers),
    recipient: text('recipient'),
    tracking: text('tracking'),
    sku: text('sku'),
    cause: readCause(search.get('cause')),
    sort,
    direction: among(['asc', 'desc'] as const, search.get('dir')) ?? (sort === 'ship_by' ? 'asc' : 'desc'),
    cursor: search.get('cursor') ?? '',
  };
}

/** The address of the list with some of it changed; the page begins anew unless a cursor is given. */
export function listHref(query: OrderListQuery, change: Partial<OrderListQuery> = {}): string {
  const next = { ...query, cursor: '', ...change };
  const isDefaultSort = next.sort === 'ordered_at' && next.direction === 'desc';
  return `/orders${queryText({
    kind: next.kind === 'b2c' ? '' : next.kind,
    status: next.statuses,
    needs: next.attention,
    store: next.storeIds,
    source: next.sourceChannel,
    from: next.from,
    to: next.until,
    number: next.number,
    recipient: next.recipient,
    tracking: next.tracking,
    sku: next.sku,
    cause: next.cause === null ? '' : causeText(next.cause),
    sort: isDefaultSort ? '' : next.sort,
    dir: isDefaultSort ? '' : next.direction,
    cursor: next.cursor,
  })}`;
}

export function toFilter(query: OrderListQuery, timeZone: string): OrderFilter {
  const given = (text: string): string | undefined => (text === '' ? undefined : text);
  const numbers = query.number.split(/[\s,;]+/).filter((number) => number !== '');
  const from = query.from === '' ? null : startOfDay(query.from, timeZone);
  const until = query.until === '' ? null : startOfDay(nextDay(query.until), timeZone);
  return {
    kind: query.kind,
    statuses: query.statuses.length === 0 ? undefined : query.statuses,
    attention: query.attention ?? undefined,
    storeIds: query.storeIds.length === 0 ? undefined : query.storeIds,
    sourceChannel: given(query.sourceChannel),
    orderedFrom: from ?? undefined,
    orderedUntil: until ?? undefined,
    numbers: numbers.length === 0 ? undefined : numbers,
    recipient: given(query.recipient),
    trackingNumber: query.kind === 'b2c' ? given(query.tracking) : undefined,
    sku: given(query.sku),
    cause: query.cause ?? undefined,
  };
}

export const toListInput = (query: OrderListQuery, merchantId: string, timeZone: string): ListOrdersInput => ({
  merchantIds: [merchantId],
  filter: toFilter(query, timeZone),
  sort: query.sort,
  direction: query.direction,
  cursor: query.cursor === '' ? undefined : query.cursor,
});

/** `store~code~subject`; the subject last, because it may hold anything. */
export const causeText = ({ storeId, code, subject }: HeldCauseKey): string =>
  subject === null ? `${storeId}~${code}` : `${storeId}~${code}~${subject}`;

export function readCause(text: string | null): HeldCauseKey | null {
  const match = /^([^~]+)~([a-z_]+)(?:~([\s\S]*))?$/.exec(text ?? '');
  const storeId = match?.[1] ?? '';
  const code: HoldCode | undefined = among(holdCodes, match?.[2] ?? null);
  return isId(storeId) && code !== undefined ? { storeId, code, subject: match?.[3] ?? null } : null;
}

/** True when something besides tab, status and sort narrows the list. */
export const isNarrowed = (query: OrderListQuery): boolean =>
  query.storeIds.length > 0 ||
  query.cause !== null ||
  [query.sourceChannel, query.from, query.until, query.number, query.recipient, query.tracking, query.sku].some(
    (text) => text !== '',
  );
