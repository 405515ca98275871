import { holdReasonText } from '../../../core/order/hold-text.ts';
import type { OutboundDetail } from '../../../core/queries/show-outbound.ts';
import type { Refusal } from '../../../core/result.ts';
import { plural } from '../format.ts';
import type { PageFrame } from '../frame.ts';
import { Icon } from '../icons.tsx';
import {
  Badge,
  Card,
  Csrf,
  Fact,
  Facts,
  FormErrors,
  Money,
  Notice,
  PageHead,
  Select,
  ShortId,
  TextArea,
  When,
} from '../parts.tsx';
import { StatusBadge } from './list.tsx';
import { Address } from './paper.tsx';
import { eventText, isHeldBack, isOpenOutbound, leftOf, outboundName, quickReasons, writebackText } from './words.ts';

export interface OutboundDetailProps {
  readonly frame: PageFrame;
  readonly outbound: OutboundDetail;
  readonly mayWork: boolean;
  /** Street, phone and name are for those who work on it. */
  readonly maySeeRecipient: boolean;
  readonly mayOpenOrder: boolean;
  readonly refusals?: readonly Refusal[];
  readonly typed?: { readonly quick: string; readonly reason: string };
}

export const OutboundDetailPage = (props: OutboundDetailProps) => {
  const { frame, outbound, mayWork } = props;
  return (
    <>
      <PageHead
        title={outboundName(outbound)}
        lede={
          <>
            <StatusBadge row={outbound} /> Order{' '}
            {props.mayOpenOrder ? (
              <a class="link" href={`/orders/${outbound.orderId}`}>
                {outbound.orderNumber}
              </a>
            ) : (
              outbound.orderNumber
            )}{' '}
            · {outbound.storeName} · out of {outbound.warehouseName}
          </>
        }
      >
        <a class="btn" href={`/outbound/pick-list?picks=${outbound.id}`}>
          <Icon name="print" /> Pick list
        </a>
        <a class="btn" href={`/outbound/packing-slips?picks=${outbound.id}`}>
          <Icon name="print" /> Packing slip
        </a>
        {mayWork ? <NextSteps {...props} /> : null}
      </PageHead>
      <FormErrors refusals={props.refusals ?? []} />
      <HeldNotice {...props} />
      <RecallNotice outbound={outbound} />
      <div class="two">
        <div class="stack">
          <LinesCard outbound={outbound} />
          <ShipmentsCard {...props} />
          <HistoryCard frame={frame} outbound={outbound} />
        </div>
        <div class="stack">
          <FactsCard frame={frame} outbound={outbound} />
          <RecipientCard {...props} />
          {isOpenOutbound(outbound.status) ? <ExceptionCard {...props} /> : null}
        </div>
      </div>
    </>
  );
};

/** What the sales order says to the warehouse: stay where you are, or look before it leaves. */
const HeldNotice = ({ outbound, mayOpenOrder }: OutboundDetailProps) => {
  if (!isOpenOutbound(outbound.status)) return null;
  const orderLink = mayOpenOrder ? (
    <p>
      <a class="link" href={`/orders/${outbound.orderId}`}>
        Decide on the order
      </a>
    </p>
  ) : null;
  return (
    <>
      {isHeldBack(outbound) ? (
        <Notice tone="danger" title="Held: it must not leave yet">
          {outbound.holds.map((hold) => (
            <p>{holdReasonText(hold)}</p>
          ))}
          {orderLink}
        </Notice>
      ) : null}
      {outbound.platformChanges.length === 0 ? null : (
        <Notice tone="warn" title="Changed on the platform after dispatch">
          {outbound.platformChanges.map((change) => (
            <p>{change}</p>
          ))}
          {orderLink}
        </Notice>
      )}
    </>
  );
};

const RecallNotice = ({ outbound }: { outbound: OutboundDetail }) =>
  outbound.recall === 'requested' ? (
    <Notice tone="danger" title="Recall requested">
      <p>The order was cancelled or changed. Stop working on it; it must not leave until this is answered.</p>
    </Notice>
  ) : outbound.recall === 'refused' ? (
    <Notice tone="warn" title="A recall was refused">
      <p>Work had begun. The order's page says what to do: ship it, or intercept the parcel.</p>
    </Notice>
  ) : null;

const NextSteps = ({ frame, outbound }: OutboundDetailProps) => {
  const isStopped = outbound.exceptionReason !== null || outbound.recall === 'requested' || isHeldBack(outbound);
  if (!isOpenOutbound(outbound.status) || isStopped) return null;
  const begun = outbound.status !== 'created';
  const packed = outbound.status === 'packed' || outbound.status === 'partially_shipped';
  return (
    <>
      {packed ? null : (
        <form method="post" action={`/outbound/${outbound.id}/advance`}>
          <Csrf token={frame.csrfToken} />
          <input type="hidden" name="from" value="detail" />
          <button
            type="submit"
            class={begun ? 'btn' : 'btn go'}
            name="step"
            value={`${begun ? 'packed' : 'picking'}:${outbound.version}`}
          >
            {begun ? 'Packed' : 'Start picking'}
          </button>
        </form>
      )}
      <a class={begun ? 'btn go' : 'btn'} href={`/outbound/${outbound.id}/ship`} data-dialog="">
        <Icon name="outbound" /> Ship
      </a>
    </>
  );
};

const LinesCard = ({ outbound }: { outbound: OutboundDetail }) => (
  <Card title={isOpenOutbound(outbound.status) ? `To pick: ${plural(outbound.unitsLeft, 'unit')}` : 'Lines'}>
    <table class="table cards flow plain">
      <thead>
        <tr>
          <th>Pick</th>
          <th class="num">Units</th>
          <th>For the line</th>
          <th class="num">Ordered</th>
          <th class="num">Shipped</th>
        </tr>
      </thead>
      <tbody>
        {outbound.lines.map((line) =>
          line.components.map((component, place) => (
            <tr>
              <td>
                <b>{component.sku}</b>
                <span class="why">
                  {component.name}
                  {component.barcode === null ? null : <span class="mono"> · {component.barcode}</span>}
                </span>
              </td>
              <td class="num" data-label="Units">
                {leftOf(line) * component.perUnit}
              </td>
              {place === 0 ? (
                <>
                  <td rowspan={line.components.length}>
                    {line.name}
                    <span class="why">{line.platformSku ?? 'no SKU'}</span>
                  </td>
                  <td class="num" rowspan={line.components.length} data-label="Ordered">
                    {line.quantity}
                  </td>
                  <td class="num" rowspan={line.components.length} data-label="Shipped">
                    {line.quantityShipped}
                  </td>
                </>
              ) : null}
            </tr>
          )),
        )}
      </tbody>
    </table>
  </Card>
);

const ShipmentsCard = ({ frame, outbound, mayOpenOrder }: OutboundDetailProps) =>
  outbound.shipments.length === 0 ? null : (
    <Card title={plural(outbound.shipments.length, 'shipment')}>
      <ul class="stack">
        {outbound.shipments.map((shipment) => (
          <li>
            <div class="actions">
              <b>{shipment.carrierName}</b>
              {shipment.trackingUrl === null ? (
                <ShortId text={shipment.trackingNumber} longest={30} />
              ) : (
                <a class="link" href={shipment.trackingUrl} rel="noreferrer" target="_blank">
                  {shipment.trackingNumber}
                </a>
              )}
              {shipment.writeback === null ? (
                <Badge tone="off">Not told to the platform</Badge>
              ) : (
                <Badge tone={writebackText(shipment.writeback.state).tone}>
                  {writebackText(shipment.writeback.state).words}
                </Badge>
              )}
            </div>
            <span class="why">
              <When at={shipment.shippedAt} now={frame.now} timeZone={frame.timeZone} /> by {shipment.createdBy} ·{' '}
              {shipment.lines.map((line) => `${line.name} × ${line.quantity}`).join(', ')}
              {shipment.service === null ? null : ` · ${shipment.service}`}
            </span>
            {shipment.writeback === null || shipment.writeback.errorMessage === null ? null : (
              <span class="why">
                <span class="late">{shipment.writeback.errorMessage}</span>
                {mayOpenOrder ? (
                  <>
                    {' '}
                    · <a href={`/orders/${outbound.orderId}`}>Mend it on the order</a>
                  </>
                ) : null}
              </span>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );

const HistoryCard = ({ frame, outbound }: { frame: PageFrame; outbound: OutboundDetail }) =>
  outbound.events.length === 0 ? null : (
    <Card title="History">
      <ol class="timeline">
        {outbound.events.map((event) => (
          <li>
            <span>
              <b>{eventText(event.event)}</b> by {event.actorName}
              <span class="muted"> · {event.via}</span>
            </span>
            <span class="why">
              <When at={event.at} now={frame.now} timeZone={frame.timeZone} />
              {event.note === null ? null : ` · ${event.note}`}
            </span>
          </li>
        ))}
      </ol>
    </Card>
  );

const FactsCard = ({ frame, outbound }: { frame: PageFrame; outbound: OutboundDetail }) => (
  <Card title="Shipping">
    {outbound.codAmount === null ? null : (
      <Notice
        tone="warn"
        title={
          <>
            Collect <Money amount={outbound.codAmount} currency={outbound.currency} />
          </>
        }
      >
        <p>Cash on delivery: the carrier takes it from the recipient.</p>
      </Notice>
    )}
    <Facts>
      <Fact label="Shipping channel">{outbound.channelName}</Fact>
      <Fact label="Carrier · service type">
        {outbound.carrierName} · {outbound.serviceLevel}
      </Fact>
      <Fact label="Warehouse">{outbound.warehouseName}</Fact>
      <Fact label="Ship by">
        {outbound.shipBy === null ? null : <When at={outbound.shipBy} now={frame.now} timeZone={frame.timeZone} />}
      </Fact>
      <Fact label="Dispatched">
        <When at={outbound.createdAt} now={frame.now} timeZone={frame.timeZone} /> by {outbound.createdBy}
      </Fact>
      {outbound.trackingNumber === null ? null : (
        <Fact label="Tracking number">
          <ShortId text={outbound.trackingNumber} longest={30} />
        </Fact>
      )}
      {outbound.selfPickup ? (
        <Fact label="Label" wide>
          {outbound.labelFile === null ? (
            'Not kept any more'
          ) : (
            <a class="link" href={`/outbound/${outbound.id}/label`}>
              {outbound.labelFile.name} ({Math.ceil(outbound.labelFile.size / 1024)} KB)
            </a>
          )}
        </Fact>
      ) : null}
    </Facts>
  </Card>
);

const RecipientCard = ({ outbound, maySeeRecipient }: OutboundDetailProps) => (
  <Card title="Recipient">
    {outbound.recipient === null ? (
      <p class="muted">Not kept any more.</p>
    ) : maySeeRecipient ? (
      <Address recipient={outbound.recipient} withPhone />
    ) : (
      <p>
        {[outbound.city, outbound.country].filter((part) => part !== null).join(', ')}
        <span class="why">Name and street are for those who pack it.</span>
      </p>
    )}
    {outbound.buyerNote === null || outbound.buyerNote === '' || !maySeeRecipient ? null : (
      <Notice title="The buyer wrote">
        <p>{outbound.buyerNote}</p>
      </Notice>
    )}
  </Card>
);

/** Mark and clear. The reason is compulsory: a quick one, own words, or both. */
const ExceptionCard = ({ frame, outbound, mayWork, refusals = [], typed }: OutboundDetailProps) =>
  outbound.exceptionReason !== null ? (
    <Card title="Exception" id="exception">
      <div class="stack tight">
        <p>
          <b>{outbound.exceptionReason}</b>
          <span class="why">
            Marked{' '}
            {outbound.exceptionAt === null ? null : (
              <When at={outbound.exceptionAt} now={frame.now} timeZone={frame.timeZone} />
            )}
            {outbound.exceptionBy === null ? null : ` by ${outbound.exceptionBy}`}. Nothing moves until it is cleared.
          </span>
        </p>
        {mayWork ? (
          <form class="stack" method="post" action={`/outbound/${outbound.id}/clear-exception`}>
            <Csrf token={frame.csrfToken} />
            <TextArea
              name="note"
              label="How it was mended"
              help="If you wish; it stands in the history."
              rows={2}
              maxlength={500}
            />
            <div class="actions">
              <button type="submit" class="btn go">
                Clear the exception
              </button>
            </div>
          </form>
        ) : null}
      </div>
    </Card>
  ) : mayWork ? (
    <Card title="Something wrong?" id="exception">
      <details open={refusals.length > 0}>
        <summary class="link">Mark an exception</summary>
        <form class="stack" method="post" action={`/outbound/${outbound.id}/mark-exception`}>
          <Csrf token={frame.csrfToken} />
          <Select
            name="quick"
            label="Reason"
            value={typed?.quick}
            placeholder="In my own words"
            options={quickReasons.map((reason) => ({ value: reason, label: reason }))}
          />
          <TextArea
            name="reason"
            label="What exactly"
            help="Be concrete: “short by 1, shelf B-12”."
            rows={2}
            maxlength={400}
            value={typed?.reason}
            refusals={refusals}
          />
          <div class="actions">
            <button type="submit" class="btn danger">
              Mark as exception
            </button>
          </div>
        </form>
      </details>
    </Card>
  ) : null;
