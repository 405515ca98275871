import type { RunResult, RunRow, RunType } from '../../../core/queries/list-runs.ts';
import type { Page } from '../../../core/queries/paging.ts';
import { countText, plural, queryText } from '../format.ts';
import type { PageFrame } from '../frame.ts';
import { FilterSelect } from '../outbound/list.tsx';
import { Badge, Empty, PageHead, Pager, When } from '../parts.tsx';
import { resultWords, runDuration, runName } from './words.ts';

export interface RunFilter {
  readonly store: string;
  readonly platform: string;
  readonly type: RunType | '';
  readonly result: RunResult | '';
}

export const runResults: readonly RunResult[] = [
  'success',
  'partly_failed',
  'failed',
  'skipped',
  'no_new_orders',
  'running',
  'queued',
];

export interface RunListProps {
  readonly frame: PageFrame;
  readonly filter: RunFilter;
  readonly page: Page<RunRow>;
  readonly isFirstPage: boolean;
  readonly stores: readonly { readonly id: string; readonly name: string; readonly platform: string }[];
  readonly platformNames: Readonly<Record<string, string>>;
  readonly maySync: boolean;
}

export const RunListPage = (props: RunListProps) => {
  const { filter, page } = props;
  const isFiltered = Object.values(filter).some((value) => value !== '');
  const platforms = [...new Set(props.stores.map((store) => store.platform))];
  return (
    <>
      <PageHead
        title="Sync log"
        lede="Every run that asked a platform for orders, and what came of it; also the tasks that people started."
      >
        {props.maySync ? (
          <a class="btn go" href="/sync" data-dialog="">
            Manual Sync
          </a>
        ) : null}
      </PageHead>
      <nav class="filters slide" aria-label="Sync type">
        {(['', 'automatic', 'manual'] as const).map((type) => (
          <a
            class="chip"
            href={`/sync-log${queryText({ ...filter, type })}`}
            aria-current={type === filter.type ? 'page' : undefined}
          >
            {type === '' ? 'All' : type === 'automatic' ? 'Automatic' : 'Manual'}
          </a>
        ))}
      </nav>
      <search>
        <form class="filters" action="/sync-log">
          {filter.type === '' ? null : <input type="hidden" name="type" value={filter.type} />}
          <FilterSelect name="store" any="Any store" value={filter.store} options={props.stores} />
          {platforms.length < 2 ? null : (
            <FilterSelect
              name="platform"
              any="Any platform"
              value={filter.platform}
              options={platforms.map((platform) => ({ id: platform, name: props.platformNames[platform] ?? platform }))}
            />
          )}
          <FilterSelect
            name="result"
            any="Any status"
            value={filter.result}
            options={runResults.map((result) => ({ id: result, name: resultWords[result].words }))}
          />
          <button type="submit" class="btn">
            Filter
          </button>
          {isFiltered ? (
            <a class="btn ghost" href="/sync-log">
              Clear
            </a>
          ) : null}
        </form>
      </search>
      {page.rows.length === 0 ? (
        <Empty
          title={isFiltered ? 'No run fits this filter' : 'No run yet'}
          why={
            isFiltered
              ? 'Runs are kept with their numbers; try another store, type or status.'
              : 'The first run follows the first authorized store: five days back at first, then every 15 minutes.'
          }
        >
          <a class="btn go" href={isFiltered ? '/sync-log' : '/stores'}>
            {isFiltered ? 'Show all runs' : 'Go to the stores'}
          </a>
        </Empty>
      ) : (
        <RunTable {...props} />
      )}
      <Pager
        said={page.rows.length === 0 ? '' : plural(page.rows.length, 'run')}
        firstHref={props.isFirstPage ? null : `/sync-log${queryText({ ...filter })}`}
        nextHref={page.nextCursor === null ? null : `/sync-log${queryText({ ...filter, after: page.nextCursor })}`}
      />
    </>
  );
};

const RunTable = ({ frame, page, platformNames }: RunListProps) => (
  <table class="table cards flow">
    <thead class="stick">
      <tr>
        <th>Store</th>
        <th>Platform Type</th>
        <th>Sync Type</th>
        <th>Sync Status</th>
        <th class="num">Order Count</th>
        <th>Sync Time</th>
        <th class="num">Duration</th>
        <th>By</th>
      </tr>
    </thead>
    <tbody>
      {page.rows.map((run) => (
        <tr>
          <td>
            <a class="id" href={`/sync-log/${run.id}`}>
              {run.storeName ?? 'All stores'}
            </a>
          </td>
          <td data-label="Platform">
            {run.platform === null ? <span class="muted">—</span> : (platformNames[run.platform] ?? run.platform)}
          </td>
          <td data-label="Type">
            {runName(run)}
            <span class="why">
              {run.type === 'automatic' ? 'Automatic' : 'Manual'}
              {run.orderKind === 'b2b' ? ' · purchase orders' : ''}
            </span>
          </td>
          <td>
            <RunBadge run={run} />
            {run.error === null ? null : <span class="why">{run.error}</span>}
          </td>
          <td class="num" data-label="Orders">
            {countText(run.orderCount)}
            <span class="why">{countsText(run)}</span>
          </td>
          <td data-label="At">
            <When at={run.startedAt ?? run.createdAt} now={frame.now} timeZone={frame.timeZone} />
          </td>
          <td class="num" data-label="Took">
            {runDuration(run, frame.now) ?? <span class="muted">—</span>}
          </td>
          <td data-label="By">
            {run.actorName}
            {run.via === 'system' ? null : <span class="why">{run.via}</span>}
          </td>
        </tr>
      ))}
    </tbody>
  </table>
);

export const RunBadge = ({ run }: { run: RunRow }) => (
  <Badge tone={resultWords[run.result].tone}>{resultWords[run.result].words}</Badge>
);

/** `2 new · 1 held · 1 failed`: what is not zero. */
export function countsText(run: RunRow): string {
  const isTask = run.kind === 'batch_dispatch' || run.kind === 'bulk_retry';
  const parts: readonly (readonly [number, string])[] = [
    [run.created, 'new'],
    [run.recovered, 'recovered'],
    [run.updated, isTask ? 'done' : 'updated'],
    [run.held, 'held'],
    [run.skipped, 'skipped'],
    [run.failed, isTask ? 'refused' : 'failed'],
  ];
  return parts
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${countText(count)} ${word}`)
    .join(' · ');
}
