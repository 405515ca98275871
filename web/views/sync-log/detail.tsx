import type { RunDetail, RunGroup } from '../../../core/queries/show-run.ts';
import { countText, exactTime, plural, queryText } from '../format.ts';
import type { PageFrame } from '../frame.ts';
import { Badge, Card, CopyButton, Empty, Fact, Facts, Notice, PageHead, When } from '../parts.tsx';
import { countsText, RunBadge } from './list.tsx';
import { groupText, isUnderWay, runDuration, runName, silentMs } from './words.ts';

export interface RunDetailProps {
  readonly frame: PageFrame;
  readonly run: RunDetail;
  readonly platformName: string | null;
}

export const RunDetailPage = (props: RunDetailProps) => {
  const { run } = props;
  return (
    <>
      <PageHead
        title={`${runName(run)}${run.storeName === null ? '' : ` · ${run.storeName}`}`}
        lede={
          <>
            {props.platformName === null ? '' : `${props.platformName} · `}
            {run.type === 'automatic' ? 'automatic' : `started by ${run.actorName}`}
            {run.orderKind === 'b2b' ? ' · purchase orders' : ''}
          </>
        }
      >
        <a class="btn" href="/sync-log">
          All runs
        </a>
      </PageHead>
      <RunProgress {...props} />
    </>
  );
};

/** What moves while the run goes on: draws itself again every two seconds until it is done. */
export const RunProgress = ({ frame, run }: RunDetailProps) => {
  const goesOn = isUnderWay(run);
  return (
    <div
      id="run"
      class="stack"
      aria-live={goesOn ? 'polite' : undefined}
      hx-get={goesOn ? `/sync-log/${run.id}` : undefined}
      hx-trigger={goesOn ? 'every 2s' : undefined}
      hx-swap={goesOn ? 'outerHTML' : undefined}
    >
      {goesOn ? <UnderWay frame={frame} run={run} /> : null}
      {run.error === null ? null : (
        <Notice tone="danger" title="Why it failed">
          <p>{run.error}</p>
          <p>The next run takes up where this one stopped; nothing is lost.</p>
        </Notice>
      )}
      <Card title={<RunBadge run={run} />}>
        <Facts>
          <Fact label="Order Count">{countText(run.orderCount)}</Fact>
          <Fact label="Of these">{countsText(run)}</Fact>
          <Fact label="Unchanged">{run.unchanged === 0 ? null : countText(run.unchanged)}</Fact>
          <Fact label="Pages read">{run.pages === 0 ? null : countText(run.pages)}</Fact>
          <Fact label="Asked for">
            <When at={run.createdAt} now={frame.now} timeZone={frame.timeZone} />
          </Fact>
          <Fact label="Duration">{runDuration(run, frame.now)}</Fact>
          {run.since === null || run.until === null ? null : (
            <Fact label="Window (changed at the platform)" wide>
              {exactTime(run.since, frame.timeZone)} to {exactTime(run.until, frame.timeZone)}
            </Fact>
          )}
          {run.kind !== 'sync' || run.numbers.length === 0 ? null : (
            <Fact label="Order numbers asked for" wide>
              {run.numbers.slice(0, shownAsked).join(', ')}
              {run.numbers.length > shownAsked ? ` and ${run.numbers.length - shownAsked} more` : ''}
            </Fact>
          )}
        </Facts>
      </Card>
      {run.groups.length === 0 ? (
        goesOn ? null : (
          <Empty
            title="No orders in this run"
            why="The platform had none in this window that the desk did not know already."
          />
        )
      ) : (
        <Card
          title="Orders"
          actions={
            <a class="btn small" href={`/sync-log/${run.id}/numbers.csv`}>
              Download all numbers
            </a>
          }
        >
          <Groups run={run} />
        </Card>
      )}
    </div>
  );
};

const shownAsked = 50;

const UnderWay = ({ frame, run }: Pick<RunDetailProps, 'frame' | 'run'>) => {
  const done = run.created + run.updated + run.unchanged + run.skipped + run.failed + run.recovered;
  const isSilent =
    run.status === 'running' && run.pulseAt !== null && frame.now.getTime() - run.pulseAt.getTime() > silentMs;
  return (
    <Notice
      tone={isSilent ? 'warn' : 'info'}
      title={
        run.status === 'queued'
          ? 'Waiting for its turn'
          : run.total === null
            ? `${plural(run.fetched, 'order')} read so far`
            : `${countText(done)} of ${countText(run.total)} done, ${countText(Math.max(0, run.total - done))} left`
      }
    >
      {run.total === null ? null : <progress value={done} max={run.total} aria-label="Done" />}
      <p>
        {isSilent
          ? 'The process that ran it does not answer; another one takes it over within a minute.'
          : run.status === 'queued'
            ? 'Runs of one authorization go one after the other. You may leave this page: it goes on without you.'
            : 'You may leave this page: it goes on without you, and its result stays in the log.'}
      </p>
      <noscript>
        <p>
          <a href={`/sync-log/${run.id}`}>Look again</a>
        </p>
      </noscript>
    </Notice>
  );
};

const Groups = ({ run }: { run: RunDetail }) => (
  <table class="table cards flow plain">
    <thead>
      <tr>
        <th>Result</th>
        <th class="num">Orders</th>
        <th>Order numbers</th>
      </tr>
    </thead>
    <tbody>
      {run.groups.map((group) => (
        <tr>
          <td>
            <Badge tone={groupText(group.result).tone}>{groupText(group.result).words}</Badge>
            {group.reason === null ? null : <span class="why">{group.reason}</span>}
          </td>
          <td class="num">{countText(group.count)}</td>
          <td>
            <Numbers run={run} group={group} />
          </td>
        </tr>
      ))}
    </tbody>
  </table>
);

const Numbers = ({ run, group }: { run: RunDetail; group: RunGroup }) => {
  const rest = group.count - group.orders.length;
  return (
    <>
      {group.orders.map(({ number, orderId }, place) => (
        <>
          {place === 0 ? '' : ', '}
          {orderId === null ? (
            number
          ) : (
            <a class="link" href={`/orders/${orderId}`}>
              {number}
            </a>
          )}
        </>
      ))}{' '}
      <CopyButton text={group.orders.map(({ number }) => number).join('\n')} />
      {rest <= 0 ? null : (
        <span class="why">
          and {countText(rest)} more:{' '}
          <a href={`/sync-log/${run.id}/numbers.csv${queryText({ result: group.result })}`}>download them</a>
        </span>
      )}
    </>
  );
};
