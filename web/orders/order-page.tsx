import { cashToCollect } from '../../core/dispatch/cash-on-delivery.ts';
import type { OrderDetail } from '../../core/queries/show-order.ts';
import { exactTime, lateness, plural, timeLeft } from '../views/format.ts';
import type { PageFrame } from '../views/frame.ts';
import { Card, Empty, Fact, Facts, Menu, Money, Notice, PageHead, ShortId, When } from '../views/parts.tsx';
import type { OrderButton } from './facts.ts';
import { Fulfilment } from './fulfilment.tsx';
import { HistoryCard } from './history.tsx';
import { OrderLines } from './order-lines.tsx';
import { orderNeedsShipping } from './order-words.ts';
import { ExceptionList, HoldList } from './problems.tsx';
import { StatusBadges } from './status-badges.tsx';

export interface OrderPageProps {
  readonly order: OrderDetail;
  readonly frame: PageFrame;
  readonly buttons: readonly OrderButton[];
  readonly platformName: string;
  /** Recipient data is for those who work on orders. */
  readonly showsRecipient: boolean;
  readonly mayWork: boolean;
}

const sections = [
  ['basic', 'Basic Info'],
  ['payment', 'Payment Info'],
  ['recipient', 'Recipient Info'],
  ['items', 'Item Details'],
  ['fulfilment', 'Fulfilment'],
  ['history', 'History'],
] as const;

/** One order, everything about it; drawn again in place when something changes. */
export const OrderPageView = (props: OrderPageProps) => {
  const { order, frame } = props;
  const open = {
    holds: order.holds.filter((hold) => hold.closedAt === null),
    exceptions: order.exceptions.filter((exception) => exception.closedAt === null),
  };
  return (
    <div
      id="region"
      class="stack"
      hx-get={`/orders/${order.id}`}
      hx-trigger="desk:refresh from:body"
      hx-swap="outerMorph"
      hx-target="this"
    >
      <div>
        <p class="small">
          <a href={order.kind === 'b2b' ? '/orders?kind=b2b' : '/orders'}>Orders</a>
        </p>
        <PageHead title={<Title order={order} />} lede={<Lede {...props} />}>
          <OrderActions {...props} />
        </PageHead>
        <p class="actions">
          <StatusBadges
            order={{
              status: order.status,
              openHoldCount: open.holds.length,
              openExceptionCount: open.exceptions.length,
            }}
            all
          />
          <Deadline order={order} frame={frame} />
        </p>
      </div>
      {open.exceptions.length > 0 ? <ExceptionList {...props} exceptions={open.exceptions} /> : null}
      {open.holds.length > 0 ? <HoldList {...props} holds={open.holds} /> : null}
      <nav class="tabs noprint" aria-label="Parts of this page">
        {sections.map(([id, label]) => (
          <a href={`#${id}`}>{label}</a>
        ))}
      </nav>
      <div class="two">
        <div class="stack">
          <OrderLines {...props} />
          <Fulfilment {...props} />
          <HistoryCard order={order} frame={frame} />
        </div>
        <div class="stack">
          <BasicInfo {...props} />
          <RecipientInfo {...props} />
          <PaymentInfo {...props} />
        </div>
      </div>
    </div>
  );
};

const Title = ({ order }: { order: OrderDetail }) => (
  <>
    <span class="sr">Order </span>
    <ShortId text={order.number} longest={40} />
  </>
);

const Lede = ({ order, frame, platformName }: OrderPageProps) => (
  <>
    {order.storeName} · {platformName} · ordered <When at={order.orderedAt} now={frame.now} timeZone={frame.timeZone} />{' '}
    · {plural(order.lines.length, 'line')} · <Money amount={order.totalAmount} currency={order.currency} />
  </>
);

const Deadline = ({ order, frame }: { order: OrderDetail; frame: PageFrame }) => {
  if (order.shipBy === null || !orderNeedsShipping(order.status)) return null;
  const state = lateness(order.shipBy, frame.now);
  return (
    <span class={state === 'fine' ? 'muted' : state}>
      Ship by {exactTime(order.shipBy, frame.timeZone)} ({timeLeft(order.shipBy, frame.now)})
    </span>
  );
};

const leading = ['dispatch', 'acknowledge', 'mark_shipped'];

const OrderActions = ({ order, buttons, mayWork }: OrderPageProps) => {
  const main = leading
    .flatMap((action) => buttons.filter((button) => button.action === action && button.enabled))
    .at(0);
  return (
    <>
      <Menu summary="Actions" class="btn">
        <ActionMenu order={order} buttons={buttons} mayWork={mayWork} />
      </Menu>
      {main === undefined ? null : (
        <a class="btn go" href={main.href} data-dialog="" data-key="d">
          {main.label}
        </a>
      )}
    </>
  );
};

/** The menu of an order, on its page and in its row: what is disabled says why. */
export const ActionMenu = ({
  order,
  buttons,
  mayWork,
}: {
  order: OrderDetail;
  buttons: readonly OrderButton[];
  mayWork: boolean;
}) => {
  const openHolds = order.holds.filter((hold) => hold.closedAt === null);
  const disabled = buttons.filter((button) => !button.enabled);
  return (
    <>
      <a href={`/orders/${order.id}`}>View Details</a>
      {buttons
        .filter((button) => button.enabled)
        .map((button) => (
          <a href={button.href} data-dialog="" class={button.isDestructive ? 'danger' : undefined}>
            {button.label}
          </a>
        ))}
      {mayWork ? (
        <>
          {orderNeedsShipping(order.status) ? (
            <a href={`/orders/${order.id}/hold`} data-dialog="">
              Hold
            </a>
          ) : null}
          {openHolds.length > 0 ? (
            <a href={`/orders/${order.id}/release`} data-dialog="">
              Release holds
            </a>
          ) : null}
          {orderNeedsShipping(order.status) ? (
            <a href={`/orders/${order.id}/address`} data-dialog="">
              Correct address
            </a>
          ) : null}
          <a href={`/orders/${order.id}/refetch`} data-dialog="">
            Fetch again
          </a>
        </>
      ) : null}
      {disabled.map((button) => (
        <span class="off">
          {button.label}
          <small>{button.reason}</small>
        </span>
      ))}
    </>
  );
};

const BasicInfo = ({ order, frame, platformName }: OrderPageProps) => {
  const at = (moment: Date | null) =>
    moment === null ? null : <When at={moment} now={frame.now} timeZone={frame.timeZone} />;
  return (
    <Card title="Basic Info" id="basic">
      <Facts>
        <Fact label="Order Time">{at(order.orderedAt)}</Fact>
        <Fact label="Ship by">{at(order.shipBy)}</Fact>
        <Fact label="Store">
          <a href={`/stores/${order.storeId}`}>{order.storeName}</a>
        </Fact>
        <Fact label="Order Source">
          {platformName}
          {order.sourceChannel === null ? '' : ` · ${order.sourceChannel}`}
        </Fact>
        <Fact label="Shipping Warehouse">{order.warehouseName}</Fact>
        <Fact label="Shipping Channel">{order.channelName}</Fact>
        <Fact label="Shipping Provider">{order.carrierName ?? order.shippingProvider}</Fact>
        <Fact label="Shipping Method">
          {order.shippingMethod}
          {order.shippingTypeName === null ? null : <small class="why">{order.shippingTypeName}</small>}
        </Fact>
        <Fact label="WMS Shipping Cost">
          {order.wmsShippingCost === null ? null : <Money amount={order.wmsShippingCost} currency={order.currency} />}
        </Fact>
        <Fact label="Fulfilment status on the platform">{order.platformStatus}</Fact>
        <Fact label="Last seen on the platform">{at(order.seenAt)}</Fact>
        <Fact label="Platform order id">
          <ShortId text={order.platformOrderId} longest={18} />
        </Fact>
        <Fact label="Tags" wide>
          {order.tags.length === 0 ? null : order.tags.join(', ')}
        </Fact>
        <Fact label="Buyer Note" wide>
          {order.buyerNote}
        </Fact>
      </Facts>
    </Card>
  );
};

const classWords: Readonly<Record<string, string>> = {
  prepaid: 'classified as prepaid',
  cash_on_delivery: 'classified as cash on delivery',
  blocked: 'classified as blocked',
};

const recordWords: Readonly<Record<string, string>> = {
  online: 'Paid online',
  cash_on_delivery: 'Cash on delivery',
  unknown: 'No record of a payment',
};

const PaymentInfo = ({ order, frame }: OrderPageProps) => {
  const cash = cashToCollect(order);
  return (
    <Card title="Payment Info" id="payment">
      <Facts>
        <Fact label="Payment Method">
          {order.paymentMethod}
          <small class="why">
            {recordWords[order.paymentRecord] ?? order.paymentRecord}
            {order.paymentClass === null ? '' : `, ${classWords[order.paymentClass] ?? order.paymentClass}`}
          </small>
        </Fact>
        <Fact label="Payment Time">
          {order.paidAt === null ? null : <When at={order.paidAt} now={frame.now} timeZone={frame.timeZone} />}
        </Fact>
        <Fact label="Currency">{order.currency}</Fact>
        <Fact label="Items">{money(order.itemsAmount, order)}</Fact>
        <Fact label="Shipping Fee">{money(order.shippingAmount, order)}</Fact>
        <Fact label="Tax">{money(order.taxAmount, order)}</Fact>
        <Fact label="Discount">{money(order.discountAmount, order)}</Fact>
        <Fact label="Order Amount">
          <b>{money(order.totalAmount, order)}</b>
        </Fact>
        {cash === null ? null : (
          <Fact label="To collect on delivery">
            <b>{money(cash.amount, order) ?? 'The platform gave no amount'}</b>
          </Fact>
        )}
      </Facts>
    </Card>
  );
};

const money = (amount: string | null, { currency }: OrderDetail) =>
  amount === null ? null : <Money amount={amount} currency={currency} />;

const RecipientInfo = ({ order, frame, showsRecipient, mayWork }: OrderPageProps) => {
  const correct =
    mayWork && orderNeedsShipping(order.status) ? (
      <a class="btn small" href={`/orders/${order.id}/address`} data-dialog="">
        Correct
      </a>
    ) : null;
  return (
    <Card title="Recipient Info" id="recipient" actions={showsRecipient ? correct : null}>
      {!showsRecipient ? (
        <p class="muted">Recipients are shown to people who work on orders.</p>
      ) : order.recipient === null ? (
        <Empty
          title="No recipient"
          why={
            order.recipientPurgedAt === null
              ? 'The platform gave none.'
              : `Deleted on ${exactTime(order.recipientPurgedAt, frame.timeZone)}, as the platform’s rules ask.`
          }
        />
      ) : (
        <>
          {order.originalRecipient === null ? null : (
            <Notice tone="info">Corrected here. The platform says: {addressLine(order.originalRecipient)}</Notice>
          )}
          <Facts>
            <Fact label="Name">{order.recipient.name}</Fact>
            <Fact label="Phone">{order.recipient.phone}</Fact>
            <Fact label="Country">{order.recipient.country}</Fact>
            <Fact label="State/Province">{order.recipient.state}</Fact>
            <Fact label="City">{order.recipient.city}</Fact>
            {order.recipient.district === null ? null : <Fact label="District">{order.recipient.district}</Fact>}
            <Fact label="Address" wide>
              {[order.recipient.address1, order.recipient.address2]
                .filter((line) => line !== null && line !== '')
                .join(', ')}
            </Fact>
            <Fact label="Zip Code">{order.recipient.zip}</Fact>
            {order.recipient.pickupPointCode === null ? null : (
              <Fact label="Pickup point">{order.recipient.pickupPointCode}</Fact>
            )}
            {order.recipient.email === null ? null : <Fact label="E-mail">{order.recipient.email}</Fact>}
          </Facts>
        </>
      )}
    </Card>
  );
};

const addressLine = (recipient: NonNullable<OrderDetail['recipient']>): string =>
  [
    recipient.name,
    recipient.address1,
    recipient.address2,
    recipient.zip,
    recipient.city,
    recipient.state,
    recipient.country,
  ]
    .filter((part) => part !== null && part !== '')
    .join(', ');
