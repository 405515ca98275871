import type { OrderStatus } from '../../../core/order/types.ts';
import { orderStatuses } from '../../../core/order/types.ts';
import type { MappingDetail } from '../../../core/queries/list-mappings.ts';
import { countText, lateness, queryText, statusWords, timeLeft } from '../format.ts';
import type { PageFrame } from '../frame.ts';
import { Badge, Card, Fact, Facts, PageHead, When } from '../parts.tsx';
import { Redrawn } from '../redrawn.tsx';
import { Recipe } from './store.tsx';

export interface MappingKeyProps {
  readonly frame: PageFrame;
  readonly detail: MappingDetail;
  readonly platformName: string;
  readonly mayWork: boolean;
}

export const MappingKeyPage = ({ frame, detail, platformName, mayWork }: MappingKeyProps) => {
  const key = { store: detail.storeId, kind: detail.keyKind, key: detail.key };
  return (
    <>
      <PageHead
        title={detail.keyKind === 'product' ? detail.name || `Product ${detail.key}` : detail.key}
        lede={
          <>
            {detail.keyKind === 'product' ? 'Platform SKU is empty · ' : ''}
            <a class="link" href={`/mappings/${detail.storeId}`}>
              {detail.storeName}
            </a>{' '}
            · {platformName}
          </>
        }
      >
        {mayWork ? (
          <>
            {detail.mapping === null ? null : (
              <a class="btn danger" href={`/mappings/unbind${queryText(key)}`} data-dialog="">
                Unbind
              </a>
            )}
            <a class="btn go" href={`/mappings/bind${queryText(key)}`} data-dialog="" data-key="b">
              {detail.mapping === null ? 'Bind SKU' : 'Change'}
            </a>
          </>
        ) : null}
      </PageHead>
      <Redrawn href={`/mappings/key${queryText(key)}`}>
        <div class="two">
          <div class="stack">
            <Waiting frame={frame} detail={detail} />
            <Versions frame={frame} detail={detail} />
          </div>
          <Card title="Product">
            <Facts>
              {detail.pictureUrl === null ? null : (
                <Fact label="Picture">
                  <img class="thumb" src={detail.pictureUrl} alt="" loading="lazy" width={32} height={32} />
                </Fact>
              )}
              <Fact label="Platform product name">{detail.name}</Fact>
              <Fact
                label={
                  detail.keyKind === 'product' ? 'Product id' : detail.keyKind === 'sku' ? 'Platform SKU' : 'Barcode'
                }
              >
                <span class="mono">{detail.key}</span>
              </Fact>
              <Fact label="Barcode">{detail.barcode}</Fact>
              <Fact label="Warehouse SKU">
                {detail.mapping === null ? (
                  <span class="risk">Not mapped</span>
                ) : (
                  <Recipe components={detail.mapping.components} />
                )}
              </Fact>
              <Fact label="Among the listings">{detail.listed ? 'Yes' : 'No'}</Fact>
            </Facts>
          </Card>
        </div>
      </Redrawn>
    </>
  );
};

const isStatus = (status: string): status is OrderStatus => orderStatuses.some((one) => one === status);

const Waiting = ({ frame, detail }: Pick<MappingKeyProps, 'frame' | 'detail'>) =>
  detail.waiting.length === 0 ? null : (
    <Card title={`Orders that wait for it: ${countText(detail.heldOrders)}`}>
      <table class="table cards flow">
        <thead>
          <tr>
            <th>Order</th>
            <th>Status</th>
            <th class="num">Quantity</th>
            <th>Ordered</th>
            <th>Ship by</th>
            <th>Else</th>
          </tr>
        </thead>
        <tbody>
          {detail.waiting.map((order) => (
            <tr>
              <td>
                <a class="id" href={`/orders/${order.orderId}`}>
                  {order.number}
                </a>
              </td>
              <td>{isStatus(order.status) ? statusWords[order.status] : order.status}</td>
              <td class="num" data-label="Quantity">
                {order.quantity}
              </td>
              <td data-label="Ordered">
                <When at={order.orderedAt} now={frame.now} timeZone={frame.timeZone} />
              </td>
              <td data-label="Ship by">
                {order.shipBy === null ? (
                  <span class="muted">—</span>
                ) : (
                  <span class={lateness(order.shipBy, frame.now) === 'fine' ? '' : lateness(order.shipBy, frame.now)}>
                    {timeLeft(order.shipBy, frame.now)}
                  </span>
                )}
              </td>
              <td>
                {order.otherHolds === 0 ? (
                  <span class="muted">released by binding</span>
                ) : (
                  <Badge tone="hold">{`${order.otherHolds} more ${order.otherHolds === 1 ? 'reason' : 'reasons'}`}</Badge>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {detail.heldOrders > detail.waiting.length ? (
        <p class="muted">
          The {detail.waiting.length} most urgent of {countText(detail.heldOrders)}.
        </p>
      ) : null}
    </Card>
  );

const Versions = ({ frame, detail }: Pick<MappingKeyProps, 'frame' | 'detail'>) => (
  <Card title="Versions">
    {detail.versions.length === 0 ? (
      <p class="muted">It was never bound.</p>
    ) : (
      <ol class="timeline">
        {detail.versions.map((version) => (
          <li>
            <span>
              <Recipe components={version.components} />
              {version.supersededAt === null ? (
                <>
                  {' '}
                  <Badge tone="ok">In force</Badge>
                </>
              ) : null}
            </span>
            <span class="why">
              Version {version.version} by {version.createdBy}{' '}
              <When at={version.createdAt} now={frame.now} timeZone={frame.timeZone} />
              {version.supersededAt === null ? null : (
                <>
                  , until <When at={version.supersededAt} now={frame.now} timeZone={frame.timeZone} />
                </>
              )}
            </span>
          </li>
        ))}
      </ol>
    )}
  </Card>
);
