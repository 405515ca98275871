import type { PlatformInfo } from '../../../core/connect/platform-list.ts';
import type { CallRow, StoreDetail } from '../../../core/queries/store-queries.ts';
import type { PageFrame } from '../frame.ts';
import { Badge, Card, Csrf, Fact, Facts, Menu, Notice, PageHead, When } from '../parts.tsx';
import { AuthorizationCard } from './authorization-card.tsx';
import { CallTable } from './calls.tsx';
import { LastSync } from './list.tsx';
import { SetupCard } from './setup-card.tsx';
import { storeStatusWords } from './words.ts';

export interface StorePageProps {
  readonly frame: PageFrame;
  readonly store: StoreDetail;
  readonly platform: PlatformInfo;
  readonly calls: readonly CallRow[];
  readonly webhookUrl: string;
  readonly takesWebhooks: boolean;
  readonly mayAdminister: boolean;
  readonly maySync: boolean;
}

/** The whole page but its frame; drawn again in place when something changed, so a login in another tab shows here. */
export const StorePage = (props: StorePageProps) => {
  const { frame, store, platform, mayAdminister } = props;
  const { profile } = platform;
  const status = storeStatusWords[store.status];
  return (
    <div
      id="region"
      hx-get={`/stores/${store.storeId}`}
      hx-trigger="desk:refresh from:body"
      hx-swap="outerMorph"
      hx-target="this"
    >
      <PageHead
        title={store.name}
        lede={
          <>
            {profile.name}
            {store.country === null ? null : ` · ${store.country}`} · <Badge tone={status.tone}>{status.words}</Badge>
          </>
        }
      >
        {props.maySync && store.status === 'enabled' ? (
          <a class="btn" href={`/sync?store=${store.storeId}`} data-dialog="">
            Manual Sync
          </a>
        ) : null}
        <a class="btn" href={`/orders?store=${store.storeId}`}>
          Orders
        </a>
        {mayAdminister ? <StoreMenu frame={frame} store={store} /> : null}
      </PageHead>
      <div class="two">
        <div class="stack">
          <AuthorizationCard {...props} />
          <StoreCard {...props} />
          <Card
            title="Platform call log"
            actions={
              <a class="btn small" href={`/stores/${store.storeId}/calls`}>
                All calls
              </a>
            }
          >
            {props.calls.length === 0 ? (
              <p class="muted">No call was made for this store yet. Calls appear here within a second, newest first.</p>
            ) : (
              <CallTable calls={props.calls} frame={frame} />
            )}
          </Card>
        </div>
        <div class="stack">
          <SetupCard store={store} platform={platform} />
          <WebhookCard {...props} />
          <NotProven platform={platform} />
        </div>
      </div>
    </div>
  );
};

const StoreMenu = ({ frame, store }: { frame: PageFrame; store: StoreDetail }) => (
  <Menu summary="More" label="More actions on this store" class="btn">
    <a href={`/stores/${store.storeId}/edit`}>Edit</a>
    <a href={`/stores/${store.storeId}/carriers`}>Edit Logistics Provider Pairing</a>
    <form method="post" action={`/mappings/${store.storeId}/listings`}>
      <Csrf token={frame.csrfToken} />
      <button type="submit">Sync Platform SKU</button>
    </form>
    <form method="post" action={`/stores/${store.storeId}/status`}>
      <Csrf token={frame.csrfToken} />
      <button type="submit" name="status" value={store.status === 'enabled' ? 'disabled' : 'enabled'}>
        {store.status === 'enabled' ? 'Disable: stop sync and stock push' : 'Enable'}
      </button>
    </form>
    <a class="danger" href={`/stores/${store.storeId}/delete`}>
      Delete store…
    </a>
  </Menu>
);

const minutes = (seconds: number): string => `${Math.round(seconds / 60)} min`;

const hours = (count: number): string => (count % 24 === 0 ? `${count / 24} days` : `${count} hours`);

const StoreCard = ({ frame, store, platform, mayAdminister }: StorePageProps) => {
  const { now, timeZone } = frame;
  const declared = platform.profile.settings ?? [];
  return (
    <Card
      title="Store"
      actions={
        mayAdminister ? (
          <a class="btn small" href={`/stores/${store.storeId}/edit`}>
            Edit
          </a>
        ) : null
      }
    >
      {store.status === 'disabled' ? (
        <Notice tone="warn">
          <p>
            Disabled: orders are not synced and stock is not pushed. What has shipped is still told to the platform.
          </p>
        </Notice>
      ) : null}
      <Facts>
        <Fact label="Shop at the platform">{store.shopName}</Fact>
        <Fact label="Platform shop id">{store.platformShopId}</Fact>
        <Fact label="Store code">{store.code}</Fact>
        <Fact label="Country/Region">{store.country}</Fact>
        <Fact label="Currency">{store.currency}</Fact>
        <Fact label="Sales channel">{store.salesChannelName}</Fact>
        <Fact label="Last sync">
          <LastSync store={store} now={now} timeZone={timeZone} />
        </Fact>
        <Fact label="Complete up to">
          {store.syncedUntil === null ? null : <When at={store.syncedUntil} now={now} timeZone={timeZone} />}
        </Fact>
        <Fact label="Last reconciliation">
          {store.reconciledAt === null ? null : <When at={store.reconciledAt} now={now} timeZone={timeZone} />}
        </Fact>
        <Fact label="Sync every">{store.syncEveryMinutes} min</Fact>
        <Fact label="Looking back">{hours(store.lookBackHours)}</Fact>
        <Fact label="First sync">{hours(store.firstLookBackHours)}</Fact>
        <Fact label="Look again before dispatch">after {minutes(store.freshnessSeconds)}</Fact>
        <Fact label="Unmapped shipping method">
          {store.requiresMethodMapping ? 'holds the order' : 'channel is chosen at dispatch'}
        </Fact>
        {declared.map((field) => (
          <Fact label={field.label}>
            {field.options?.find((option) => option.value === store.settings[field.name])?.label ??
              store.settings[field.name]}
          </Fact>
        ))}
      </Facts>
    </Card>
  );
};

const WebhookCard = ({ frame, store, platform, webhookUrl, takesWebhooks, mayAdminister }: StorePageProps) => {
  if (!platform.profile.capabilities.webhooks) return null;
  const { now, timeZone } = frame;
  const registeredAt = store.settings.webhooks_registered_at;
  const error = store.settings.webhooks_error;
  return (
    <Card
      title="Webhooks"
      actions={
        mayAdminister && takesWebhooks && store.authorizedAt !== null ? (
          <form method="post" action={`/stores/${store.storeId}/webhooks`} class="inline">
            <Csrf token={frame.csrfToken} />
            <button type="submit" class="btn small">
              Register again
            </button>
          </form>
        ) : null
      }
    >
      <Facts>
        <Fact label="State" wide>
          {error !== undefined ? (
            <>
              <Badge tone="wait">Not registered</Badge>
              <span class="why">{error}. Orders still arrive by the scheduled sync.</span>
            </>
          ) : registeredAt === undefined ? (
            <>
              <Badge tone="off">Off</Badge>
              <span class="why">
                {takesWebhooks
                  ? 'Registered in the background after the next authorization.'
                  : 'The platform cannot reach this desk: PUBLIC_URL is no public https address. Orders arrive by the scheduled sync.'}
              </span>
            </>
          ) : (
            <>
              <Badge tone="ok">Registered</Badge>{' '}
              <When at={new Date(registeredAt)} now={now} timeZone={timeZone} class="muted small" />
            </>
          )}
        </Fact>
        <Fact label="Last received">
          {store.webhooks.lastReceivedAt === null ? (
            <span class="muted">not in seven days</span>
          ) : (
            <When at={store.webhooks.lastReceivedAt} now={now} timeZone={timeZone} />
          )}
        </Fact>
        <Fact label="Received in 24 hours">{store.webhooks.received}</Fact>
        <Fact label="Address" wide>
          <code>{webhookUrl}</code>
        </Fact>
      </Facts>
    </Card>
  );
};

const capabilityWords = [
  ['ship', 'Telling tracking numbers'],
  ['partialShip', 'Partial shipments'],
  ['cancel', 'Cancelling at the platform'],
  ['fetchByNumber', 'Sync by order number'],
  ['products', 'Reading listings'],
  ['stockPush', 'Stock push'],
  ['labels', 'Platform labels'],
  ['webhooks', 'Webhooks'],
] as const;

/** No connector has a call for it, whatever the platform. */
const offEverywhere = 'Accepting orders and purchase orders: the answer is kept here, the platform is not told.';

/** What this platform does not do here, and why. */
const NotProven = ({ platform: { profile } }: { platform: PlatformInfo }) => {
  const off = capabilityWords.filter(([name]) => !profile.capabilities[name]);
  const notProven = [...profile.notProven, offEverywhere];
  return (
    <Card title="Off on this platform">
      {off.length === 0 ? null : <p class="muted">{off.map(([, words]) => words).join(' · ')}</p>}
      <details>
        <summary class="link">What is not proven yet ({notProven.length})</summary>
        <ul class="stack tight">
          {notProven.map((sentence) => (
            <li class="small">{sentence}</li>
          ))}
        </ul>
      </details>
    </Card>
  );
};
