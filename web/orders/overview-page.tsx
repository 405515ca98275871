import type { Child } from 'hono/jsx';
import { type Overview, overviewLimit, type UnreadableOrders } from '../../core/queries/overview.ts';
import { countText, plural } from '../views/format.ts';
import type { PageFrame } from '../views/frame.ts';
import { Badge, Card, Csrf, Notice, PageHead, When } from '../views/parts.tsx';
import { CauseTable } from './held-page.tsx';
import { exceptionTitle } from './reasons.tsx';

interface OverviewProps {
  readonly frame: PageFrame;
  readonly overview: Overview;
  readonly platformNames: Readonly<Record<string, string>>;
  readonly mayWork: boolean;
  readonly mayAdminister: boolean;
}

export const OverviewPage = (props: OverviewProps) => {
  const { overview, frame } = props;
  const isQuiet = [overview.causes, overview.exceptions, overview.stores, overview.unreadable].every(
    (found) => found.length === 0,
  );
  return (
    <div id="region" class="stack" hx-get="/" hx-trigger="desk:refresh from:body" hx-swap="outerMorph" hx-target="this">
      <PageHead title="Overview" lede={<Lede {...props} isQuiet={isQuiet} />}>
        {props.mayWork && overview.setUp.stores > 0 ? (
          <a class="btn" href="/sync" data-dialog="">
            Manual Sync
          </a>
        ) : null}
      </PageHead>
      {isSetUp(overview) ? null : <FirstSteps {...props} />}
      <Tiles {...props} />
      {overview.stores.length > 0 ? <Stores {...props} /> : null}
      {overview.unreadable.map((orders) => (
        <Unreadable {...props} orders={orders} />
      ))}
      {overview.exceptions.length > 0 ? <Exceptions {...props} /> : null}
      {overview.causes.length > 0 ? (
        <section class="stack tight">
          <h2>Held: {plural(frame.pulse.held, 'order')}</h2>
          <CauseTable
            causes={overview.causes}
            frame={frame}
            platformNames={props.platformNames}
            mayWork={props.mayWork}
          />
          {overview.causesAreComplete ? null : (
            <p>
              <a href="/held">All causes</a>
            </p>
          )}
        </section>
      ) : null}
    </div>
  );
};

const Lede = ({ overview, frame, isQuiet }: OverviewProps & { isQuiet: boolean }) => {
  const { lastRun } = overview;
  const last =
    lastRun === null ? null : (
      <>
        {' '}
        Last sync{lastRun.storeName === null ? '' : ` (${lastRun.storeName})`}{' '}
        <a href={`/sync-log/${lastRun.id}`}>
          <When at={lastRun.finishedAt} now={frame.now} timeZone={frame.timeZone} />
        </a>
        {lastRun.status === 'failed' ? ', failed' : `, ${plural(lastRun.created, 'new order')}`}.
      </>
    );
  return (
    <>
      {overview.setUp.stores === 0
        ? 'Welcome. The desk needs a store before orders can arrive.'
        : isQuiet
          ? 'Nothing needs anybody right now.'
          : 'What needs somebody now, the most urgent first.'}
      {last}
    </>
  );
};

const Tile = ({
  href,
  value,
  label,
  tone,
}: {
  href: string;
  value: Child;
  label: Child;
  tone?: 'late' | 'risk' | undefined;
}) => (
  <a class="card tile" href={href}>
    <b class={tone}>{value}</b>
    <span class="muted small">{label}</span>
  </a>
);

const Tiles = ({ overview, frame }: OverviewProps) => {
  const toCome = overview.shippedYesterday - overview.shippedYesterdayByNow;
  return (
    <nav class="grid tiles" aria-label="At a glance">
      <Tile
        href="/orders?needs=somebody"
        value={countText(frame.pulse.held + frame.pulse.excepted)}
        label="held or failed"
        tone={frame.pulse.held + frame.pulse.excepted > 0 ? 'risk' : undefined}
      />
      <Tile
        href="/orders?status=pending&amp;status=acknowledged&amp;status=processing&amp;status=partially_shipped&amp;sort=ship_by&amp;dir=asc"
        value={countText(overview.late, overviewLimit)}
        label={
          <>
            past their ship-by time
            {overview.atRisk > 0 ? (
              <span class="risk"> · {countText(overview.atRisk, overviewLimit)} at risk</span>
            ) : null}
          </>
        }
        tone={overview.late > 0 ? 'late' : undefined}
      />
      <Tile
        href="/orders?status=pending"
        value={countText(frame.pulse.pending.b2c + frame.pulse.pending.b2b)}
        label="waiting for dispatch"
      />
      <Tile
        href="/orders?status=shipped&amp;status=completed"
        value={countText(overview.shippedToday)}
        label={`shipped today · ${countText(overview.shippedYesterdayByNow)} by this time yesterday${toCome > 0 ? ` (${countText(overview.shippedYesterday)} in all)` : ''}`}
      />
    </nav>
  );
};

const authorizationWords: Readonly<Record<string, string>> = {
  pending: 'Not authorized yet',
  unverified: 'Not tested yet',
  authorized: 'Authorized',
  expiring: 'Authorization ends soon',
  expired: 'Authorization has expired',
  abnormal: 'A call failed',
  revoked: 'Authorization was revoked',
};

/** What has ended already does not end in an hour, whatever the token's date says. */
const isUsable = (status: string): boolean => status === 'authorized' || status === 'expiring';

const Stores = ({ overview, frame, platformNames, mayAdminister }: OverviewProps) => (
  <Card title={`${plural(overview.stores.length, 'store needs', 'stores need')} attention`}>
    <ul class="stack tight">
      {overview.stores.map((store) => (
        <li>
          <a href={`/stores/${store.id}`}>{store.name}</a>{' '}
          <span class="muted">{platformNames[store.platform] ?? store.platform}</span>{' '}
          <Badge tone="hold">
            {store.authorizationStatus === 'authorized'
              ? plural(store.failingRuns, 'sync failed', 'syncs failed in a row')
              : (authorizationWords[store.authorizationStatus] ?? store.authorizationStatus)}
          </Badge>
          <span class="why">
            {store.reason ?? 'No orders arrive and no tracking numbers leave until this is mended.'}
            {store.expiresAt === null || !isUsable(store.authorizationStatus) ? null : (
              <>
                {' '}
                Ends <When at={store.expiresAt} now={frame.now} timeZone={frame.timeZone} />.
              </>
            )}
            {mayAdminister ? (
              <>
                {' · '}
                <a href={`/stores/${store.id}`}>Mend it</a>
              </>
            ) : (
              ' · Tell an admin.'
            )}
          </span>
        </li>
      ))}
    </ul>
  </Card>
);

/** The only place where they stand: what cannot be read is no order yet. */
const Unreadable = ({ orders, frame, mayWork }: OverviewProps & { orders: UnreadableOrders }) => {
  const numbers = orders.orders.flatMap(({ number }) => (number === null ? [] : [number]));
  return (
    <Card title={`${plural(orders.count, 'order')} of ${orders.storeName} cannot be read`}>
      <div class="stack tight">
        <ul class="stack tight">
          {orders.orders.map((order) => (
            <li>
              <b>{order.number ?? 'Without a number'}</b>
              <span class="why">{order.reason}</span>
            </li>
          ))}
        </ul>
        <p class="muted small">
          {orders.count > orders.orders.length ? `The oldest ${orders.orders.length} of ${orders.count}. ` : ''}
          Since <When at={orders.oldestAt} now={frame.now} timeZone={frame.timeZone} />. What the platform sent is kept,
          and every sync tries again: correct the order on the platform, or ship it from there.
        </p>
        {mayWork && numbers.length > 0 ? (
          <form method="post" action="/sync">
            <Csrf token={frame.csrfToken} />
            <input type="hidden" name="kind" value="b2c" />
            <input type="hidden" name="store" value={orders.storeId} />
            <input type="hidden" name="mode" value="order_numbers" />
            <input type="hidden" name="numbers" value={numbers.join(' ')} />
            <button type="submit" class="btn small">
              Fetch again
            </button>
          </form>
        ) : null}
      </div>
    </Card>
  );
};

const Exceptions = ({ overview, frame }: OverviewProps) => (
  <Card
    title="Processing exceptions"
    actions={
      <a class="btn small" href="/orders?needs=excepted">
        Show the orders
      </a>
    }
  >
    <ul class="stack tight">
      {overview.exceptions.map((exception) => (
        <li>
          <Badge tone="wait">{countText(exception.count)}</Badge> {exceptionTitle(exception.code)}
          <span class="muted small">
            {' '}
            · the oldest <When at={exception.oldestAt} now={frame.now} timeZone={frame.timeZone} />
          </span>
        </li>
      ))}
    </ul>
  </Card>
);

const isSetUp = ({ setUp }: Overview): boolean =>
  setUp.stores > 0 && setUp.orders && setUp.products && setUp.channels && setUp.dispatched;

/** From nothing to the first order that left, step by step; gone when all is done. */
const FirstSteps = ({ overview, frame, mayAdminister }: OverviewProps) => {
  const { setUp } = overview;
  const steps: readonly {
    done: boolean;
    title: string;
    why: Child;
    href?: string;
    label?: string;
    isDialog?: boolean;
  }[] = [
    {
      done: setUp.stores > 0,
      title: frame.isDemo ? 'Add a sandbox store' : 'Add a store',
      why: frame.isDemo
        ? 'A simulated marketplace runs beside the desk: connect it as you would a real one.'
        : 'Connect a shop; its orders arrive by themselves from then on.',
      href: '/stores/add',
      label: frame.isDemo ? 'Add a sandbox store' : 'Add a store',
    },
    {
      done: setUp.orders,
      title: 'Let its orders arrive',
      why: 'The first sync looks back some days. Pull it now if you do not want to wait.',
      href: '/sync',
      label: 'Manual Sync',
      isDialog: true,
    },
    {
      done: setUp.products && setUp.channels,
      title: 'Say where goods leave from',
      why: 'A warehouse with a service and a shipping channel, and the warehouse SKUs that are in it.',
      href: '/settings',
      label: 'Settings',
    },
    {
      done: setUp.mappings,
      title: 'Bind platform SKUs to warehouse SKUs',
      why: 'Bind one, and every order that waits for it is released.',
      href: '/held',
      label: 'What is held',
    },
    {
      done: setUp.dispatched,
      title: 'Dispatch the first order',
      why: 'The warehouse picks, packs and ships it; the tracking number goes back to the platform by itself.',
      href: '/orders?status=pending',
      label: 'Pending orders',
    },
  ];
  const next = steps.findIndex((step) => !step.done);
  return (
    <Card title="First steps">
      <ol class="steps">
        {steps.map((step, index) => (
          <li class={step.done ? 'done' : undefined}>
            <b>{step.title}</b>
            {step.done ? <span class="sr">Done</span> : <span class="muted">{step.why}</span>}
            {index === next && step.href !== undefined ? (
              <p class="actions">
                <a class="btn go" href={step.href} data-dialog={step.isDialog ? '' : undefined}>
                  {step.label}
                </a>
              </p>
            ) : null}
          </li>
        ))}
      </ol>
      {mayAdminister ? null : <Notice>Stores and warehouses are set up by an admin or the owner.</Notice>}
    </Card>
  );
};
