import type { Page } from '../../../core/queries/paging.ts';
import type { CallLogInput, CallRow, StoreDetail } from '../../../core/queries/store-queries.ts';
import type { PageFrame } from '../frame.ts';
import { FilterSelect } from '../outbound/list.tsx';
import { Badge, Empty, PageHead, Pager, When } from '../parts.tsx';
import { bytesText } from './words.ts';

export const CallTable = ({ calls, frame }: { calls: readonly CallRow[]; frame: PageFrame }) => (
  <table class="table cards">
    <thead>
      <tr>
        <th scope="col">When</th>
        <th scope="col">Operation</th>
        <th scope="col">Answer</th>
        <th scope="col" class="num">
          Took
        </th>
        <th scope="col" class="num">
          Sent / received
        </th>
      </tr>
    </thead>
    <tbody>
      {calls.map((call) => (
        <tr>
          <td class="nowrap">
            <When at={call.at} now={frame.now} timeZone={frame.timeZone} />
          </td>
          <td class="full">
            {call.direction === 'in' ? 'Received: ' : ''}
            <b>{call.operation}</b>
            {call.attempt > 1 ? <span class="muted"> · attempt {call.attempt}</span> : null}
            <span class="why">
              {call.method} {call.target}
            </span>
          </td>
          <td>
            <Badge tone={call.error === null ? 'ok' : 'hold'}>{call.status ?? 'No answer'}</Badge>
            <Failure call={call} />
          </td>
          <td class="num" data-label="Took">
            {call.durationMs} ms
          </td>
          <td class="num" data-label="Sent / received">
            {bytesText(call.requestBytes)} / {bytesText(call.responseBytes)}
          </td>
        </tr>
      ))}
    </tbody>
  </table>
);

const Failure = ({ call }: { call: CallRow }) => {
  if (call.error === null) return null;
  const parts = [
    ['Sent', call.requestExcerpt],
    ['Answered', call.responseExcerpt],
  ] as const;
  return (
    <>
      <span class="why">{call.error}</span>
      {parts.every(([, text]) => text === null) ? null : (
        <details>
          <summary class="link small">What was said (without secrets and recipients)</summary>
          {parts.map(([label, text]) =>
            text === null ? null : (
              <p class="small">
                <b>{label}</b> <code>{text}</code>
              </p>
            ),
          )}
        </details>
      )}
    </>
  );
};

export interface CallsPageProps {
  readonly frame: PageFrame;
  readonly store: StoreDetail;
  readonly page: Page<CallRow>;
  readonly filters: Pick<CallLogInput, 'result' | 'direction' | 'operation'>;
  readonly isFirstPage: boolean;
}

export const CallsPage = ({ frame, store, page, filters, isFirstPage }: CallsPageProps) => {
  const base = `/stores/${store.storeId}/calls`;
  const isFiltered = Object.values(filters).some((value) => value !== undefined && value !== '');
  return (
    <>
      <PageHead
        title="Platform call log"
        lede={
          <>
            Every call to the platform for{' '}
            <a class="link" href={`/stores/${store.storeId}`}>
              {store.name}
            </a>{' '}
            and every webhook from it, newest first. Bodies are kept for failures only, without secrets and recipients.
          </>
        }
      />
      <search>
        <form class="filters" action={base}>
          <FilterSelect
            name="result"
            any="Any Result"
            value={filters.result ?? ''}
            options={[
              { id: 'failed', name: 'Failed' },
              { id: 'ok', name: 'Went well' },
            ]}
          />
          <FilterSelect
            name="direction"
            any="Any Direction"
            value={filters.direction ?? ''}
            options={[
              { id: 'out', name: 'Calls we made' },
              { id: 'in', name: 'Webhooks received' },
            ]}
          />
          <input
            class="input find"
            type="search"
            name="operation"
            aria-label="Operation"
            placeholder="Operation"
            value={filters.operation}
            maxlength={100}
          />
          <button type="submit" class="btn">
            Filter
          </button>
        </form>
      </search>
      {page.rows.length === 0 ? (
        <Empty
          title={isFiltered ? 'No call matches' : 'No calls yet'}
          why={
            isFiltered
              ? 'Nothing in the log is of this kind. Rows go after the time set with CALL_LOG_DAYS.'
              : 'Calls appear as soon as the store is authorized and synced.'
          }
        >
          <a class="btn" href={isFiltered ? base : `/stores/${store.storeId}`}>
            {isFiltered ? 'Show all calls' : 'Back to the store'}
          </a>
        </Empty>
      ) : (
        <CallTable calls={page.rows} frame={frame} />
      )}
      <Pager
        said={`${page.rows.length} ${page.rows.length === 1 ? 'call' : 'calls'}`}
        firstHref={isFirstPage ? null : withQuery(base, filters, null)}
        nextHref={page.nextCursor === null ? null : withQuery(base, filters, page.nextCursor)}
      />
    </>
  );
};

function withQuery(base: string, filters: CallsPageProps['filters'], cursor: string | null): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filters)) if (value !== undefined && value !== '') query.set(name, value);
  if (cursor !== null) query.set('cursor', cursor);
  return query.size === 0 ? base : `${base}?${query}`;
}
