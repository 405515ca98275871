import { closedWords, replacedWords, unitsWords } from '../../core/order/fulfilment-words.ts';
import type { OrderWriteback } from '../../core/queries/show-order.ts';
import { plural } from '../views/format.ts';
import { Badge, Card, CopyButton, Money, type Tone, When } from '../views/parts.tsx';
import type { OrderPageProps } from './order-page.tsx';

const outboundTones: Readonly<Record<string, Tone>> = {
  created: 'info',
  picking: 'flow',
  packed: 'flow',
  partially_shipped: 'flow',
  shipped: 'ok',
  cancelled: 'off',
};

const writebackTones: Readonly<Record<OrderWriteback['state'], Tone>> = {
  pending: 'info',
  sending: 'flow',
  accepted: 'ok',
  confirmed: 'ok',
  retry: 'wait',
  failed: 'hold',
  parked: 'wait',
  closed: 'off',
};

const writebackWords: Readonly<Record<Exclude<OrderWriteback['state'], 'closed'>, string>> = {
  pending: 'Waits to be told',
  sending: 'Being told',
  accepted: 'Accepted by the platform',
  confirmed: 'Confirmed by the platform',
  retry: 'Will be tried again',
  failed: 'Refused by the platform',
  parked: 'Waits for the authorization of the store',
};

const kindWords: Readonly<Record<OrderWriteback['kind'], string>> = {
  acceptance: 'Acceptance',
  shipment: 'Shipment',
  cancellation: 'Cancellation',
};

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const words = (text: string): string => capital(text).replaceAll('_', ' ');

/** What left, through which warehouse, and what the platform was told. */
export const Fulfilment = ({ order, frame }: OrderPageProps) => (
  <Card title="Fulfilment" id="fulfilment">
    {order.outbounds.length === 0 && order.shipments.length === 0 && order.writebacks.length === 0 ? (
      <p class="muted">Nothing was dispatched yet.</p>
    ) : null}
    <div class="stack">
      {order.outbounds.length === 0 ? null : (
        <section>
          <h3>Outbound orders</h3>
          <ul class="stack tight">
            {order.outbounds.map((outbound) => (
              <li>
                <a href={`/outbound/${outbound.id}`}>{outbound.number}</a>{' '}
                <Badge tone={outboundTones[outbound.status] ?? 'info'}>{words(outbound.status)}</Badge>{' '}
                {outbound.recall === 'none' ? null : <Badge tone="wait">Recall {outbound.recall}</Badge>}
                <span class="why">
                  {outbound.warehouseName} · {outbound.channelName} ({outbound.carrierName}, {outbound.serviceLevel}) ·{' '}
                  {unitsWords(outbound)} · by {outbound.createdBy}{' '}
                  <When at={outbound.createdAt} now={frame.now} timeZone={frame.timeZone} />
                  {outbound.codAmount === null ? null : (
                    <>
                      {' '}
                      · to collect <Money amount={outbound.codAmount} currency={order.currency} />
                    </>
                  )}
                </span>
                {outbound.exceptionReason === null ? null : (
                  <span class="why late">Problem at the warehouse: {outbound.exceptionReason}</span>
                )}
              </li>
            ))}
          </ul>
        </section>
      )}
      {order.shipments.length === 0 ? null : (
        <section>
          <h3>Shipments</h3>
          <ul class="stack tight">
            {order.shipments.map((shipment) => (
              <li>
                {shipment.carrierName}{' '}
                {shipment.trackingUrl === null ? (
                  <b>{shipment.trackingNumber}</b>
                ) : (
                  <a href={shipment.trackingUrl} rel="noreferrer noopener" target="_blank">
                    {shipment.trackingNumber}
                  </a>
                )}{' '}
                <CopyButton text={shipment.trackingNumber} />
                {shipment.replacedBy === null ? null : (
                  <Badge tone="off">{capital(replacedWords(shipment) ?? '')}</Badge>
                )}
                <span class="why">
                  {plural(shipment.units, 'unit')} ·{' '}
                  <When at={shipment.shippedAt} now={frame.now} timeZone={frame.timeZone} /> · {shipment.createdBy}
                  {shipment.outboundNumber === null ? ' · shipped by hand' : ` · ${shipment.outboundNumber}`}
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {order.writebacks.length === 0 ? null : (
        <section>
          <h3>Told to the platform</h3>
          <ul class="stack tight">
            {order.writebacks.map((writeback) => (
              <li>
                {kindWords[writeback.kind]}{' '}
                <Badge tone={writeback.isUnconfirmed ? 'wait' : writebackTones[writeback.state]}>
                  {writeback.isUnconfirmed
                    ? 'Accepted, not seen on the platform'
                    : writeback.state === 'closed'
                      ? capital(closedWords(order, writeback))
                      : writebackWords[writeback.state]}
                </Badge>
                <span class="why">
                  {plural(writeback.attempts, 'try', 'tries')}
                  {writeback.nextAttemptAt === null || writeback.state === 'parked' ? null : (
                    <>
                      {' '}
                      · next <When at={writeback.nextAttemptAt} now={frame.now} timeZone={frame.timeZone} />
                    </>
                  )}
                  {writeback.acceptedAt === null ? null : (
                    <>
                      {' '}
                      · accepted <When at={writeback.acceptedAt} now={frame.now} timeZone={frame.timeZone} />
                    </>
                  )}
                  {writeback.errorMessage === null ? null : ` · ${writeback.errorMessage}`}
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {order.packages.length === 0 ? null : (
        <details>
          <summary class="small muted">{plural(order.packages.length, 'package')} on the platform</summary>
          <ul class="stack tight">
            {order.packages.map((one) => (
              <li class="small">
                {one.platformPackageId}
                {one.state === null ? '' : ` · ${one.state}`}
                {one.location === null ? '' : ` · ${one.location}`}
                {one.shippable ? '' : ' · not to be shipped now'}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  </Card>
);
