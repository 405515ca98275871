import type { Child, PropsWithChildren } from 'hono/jsx';
import { holdTitle } from '../../core/order/hold-text.ts';
import { dayOf, shortText } from '../views/format.ts';
import { Icon } from '../views/icons.tsx';
import { Check, Field, Select } from '../views/parts.tsx';
import type { ListPageProps } from './list-page.tsx';
import { isNarrowed, listHref, type OrderListQuery } from './list-query.ts';

const dayMs = 86_400_000;
/** More stores than this are chosen by typing. */
const storesAsBoxes = 40;

/** The filters under the status chips: one form, each group in a menu that opens without script. */
export const Filters = ({ query, frame, stores, channels }: ListPageProps) => {
  const storeWord =
    query.storeIds.length === 0
      ? 'any'
      : query.storeIds.length === 1
        ? shortText(stores.find((store) => store.id === query.storeIds[0])?.name ?? 'one', 24)
        : `${query.storeIds.length} stores`;
  const orderedWord =
    query.from === '' && query.until === '' ? 'any time' : `${query.from || '…'} – ${query.until || 'today'}`;
  return (
    <search>
      <form method="get" action="/orders" class="filters slide" aria-label="Filters">
        <Kept query={query} />
        <Group word="Store" value={storeWord} isOn={query.storeIds.length > 0}>
          <div class="stack tight">
            {stores.slice(0, storesAsBoxes).map((store) => (
              <Check name="store" value={store.id} label={store.name} checked={query.storeIds.includes(store.id)} />
            ))}
          </div>
        </Group>
        <Group word="Ordered" value={orderedWord} isOn={query.from !== '' || query.until !== ''}>
          <div class="actions">
            {presets(frame.now, frame.timeZone).map(({ label, from, until }) => (
              <a class="btn small" href={listHref(query, { from, until })}>
                {label}
              </a>
            ))}
          </div>
          <Field name="from" label="From" type="date" value={query.from} />
          <Field name="to" label="Until, included" type="date" value={query.until} />
        </Group>
        <Group word="More" value={moreWord(query)} isOn={moreWord(query) !== 'filters'}>
          <Field
            name="number"
            label="Platform Order Number"
            value={query.number}
            help="Begins with; several, separated by spaces"
          />
          {query.kind === 'b2c' ? (
            <>
              <Field name="recipient" label="Recipient Name" value={query.recipient} help="Begins with" />
              <Field name="tracking" label="Tracking Number" value={query.tracking} />
            </>
          ) : null}
          <Field name="sku" label="Platform SKU" value={query.sku} />
          <Select
            name="source"
            label="Order Source Channel"
            value={query.sourceChannel}
            placeholder="Any"
            options={channelOptions(channels, query.sourceChannel)}
          />
        </Group>
        <Active query={query} />
        {isNarrowed(query) ? (
          <a class="btn ghost small" href={listHref({ ...emptied(query), statuses: query.statuses })}>
            Clear
          </a>
        ) : null}
      </form>
    </search>
  );
};

/** What the form does not show stays in the address. */
const Kept = ({ query }: { query: OrderListQuery }) => {
  const kept: readonly (readonly [string, string])[] = [
    ...(query.kind === 'b2b' ? ([['kind', 'b2b']] as const) : []),
    ...query.statuses.map((status) => ['status', status] as const),
    ...(query.attention === null ? [] : ([['needs', query.attention]] as const)),
    ...(query.sort === 'ordered_at' ? [] : ([['sort', query.sort]] as const)),
    ...(query.sort === 'ordered_at' && query.direction === 'desc' ? [] : ([['dir', query.direction]] as const)),
  ];
  return (
    <>
      {kept.map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
    </>
  );
};

const Group = ({ word, value, isOn, children }: PropsWithChildren<{ word: string; value: Child; isOn: boolean }>) => (
  <details class="menu">
    <summary class={isOn ? 'chip on' : 'chip'}>
      <b>{word}</b> {value} <Icon name="down" size={12} />
    </summary>
    <div class="panel left form">
      {children}
      <button type="submit" class="btn go">
        Show
      </button>
    </div>
  </details>
);

const words = [
  ['number', 'Number'],
  ['recipient', 'Recipient'],
  ['tracking', 'Tracking'],
  ['sku', 'SKU'],
  ['sourceChannel', 'Source'],
] as const satisfies readonly (readonly [keyof OrderListQuery, string])[];

const moreWord = (query: OrderListQuery): string => {
  const count = words.filter(([name]) => query[name] !== '').length;
  return count === 0 ? 'filters' : `${count} set`;
};

/** Each filter in force with the way to take it off. */
const Active = ({ query }: { query: OrderListQuery }) => (
  <>
    {words
      .filter(([name]) => query[name] !== '')
      .map(([name, word]) => (
        <Off label={word} value={shortText(query[name], 28)} href={listHref(query, { [name]: '' })} />
      ))}
    {query.cause === null ? null : (
      <Off
        label="Cause"
        value={`${holdTitle(query.cause.code)}${query.cause.subject === null || query.cause.subject === '' ? '' : ` [${shortText(query.cause.subject, 28)}]`}`}
        href={listHref(query, { cause: null })}
      />
    )}
  </>
);

const Off = ({ label, value, href }: { label: string; value: string; href: string }) => (
  <a class="chip on" href={href} aria-label={`Take the filter away: ${label} ${value}`}>
    <b>{label}</b> {value} <Icon name="close" size={11} />
  </a>
);

const emptied = (query: OrderListQuery): OrderListQuery => ({
  ...query,
  storeIds: [],
  sourceChannel: '',
  from: '',
  until: '',
  number: '',
  recipient: '',
  tracking: '',
  sku: '',
  cause: null,
});

const channelOptions = (channels: readonly string[], chosen: string) =>
  [...new Set([...channels, ...(chosen === '' ? [] : [chosen])])].map((channel) => ({
    value: channel,
    label: channel,
  }));

function presets(now: Date, timeZone: string) {
  const day = (ago: number): string => dayOf(new Date(now.getTime() - ago * dayMs), timeZone);
  return [
    { label: 'Today', from: day(0), until: '' },
    { label: 'Yesterday', from: day(1), until: day(1) },
    { label: '7 days', from: day(6), until: '' },
    { label: '30 days', from: day(29), until: '' },
  ] as const;
}
