import type { Recipient } from '../../../core/order/types.ts';
import type { OutboundDetail } from '../../../core/queries/show-outbound.ts';
import { exactTime, plural } from '../format.ts';
import type { PageFrame } from '../frame.ts';
import { Icon } from '../icons.tsx';
import { Money, PageHead } from '../parts.tsx';
import { leftOf, outboundName } from './words.ts';

const filled = (parts: readonly (string | null)[]): string =>
  parts.filter((part) => part !== null && part !== '').join(', ');

/** As on a label, one fact a line. */
export const Address = ({ recipient, withPhone = false }: { recipient: Recipient; withPhone?: boolean }) => {
  const lines = [
    recipient.address1,
    recipient.address2,
    filled([recipient.district, recipient.city, recipient.state]),
    filled([recipient.zip, recipient.country]),
  ].filter((line) => line !== null && line !== '');
  return (
    <address class="address">
      <b>{recipient.name ?? '—'}</b>
      {lines.map((line) => (
        <>
          <br />
          {line}
        </>
      ))}
      {recipient.pickupPointCode === null || recipient.pickupPointCode === '' ? null : (
        <>
          <br />
          Pickup point <b>{recipient.pickupPointCode}</b>
        </>
      )}
      {withPhone && recipient.phone !== null && recipient.phone !== '' ? (
        <>
          <br />
          {recipient.phone}
        </>
      ) : null}
    </address>
  );
};

const PrintButton = () => (
  <button type="button" class="btn go" data-print="">
    <Icon name="print" /> Print
  </button>
);

/** What to take from the shelves for several outbound orders at once, then where it goes. */
export const PickListPage = ({ frame, outbounds }: { frame: PageFrame; outbounds: readonly OutboundDetail[] }) => {
  const needed = pickLines(outbounds);
  return (
    <>
      <PageHead
        title="Pick list"
        lede={`${plural(outbounds.length, 'outbound order')} · ${exactTime(frame.now, frame.timeZone)} · ${frame.signedIn.person.name}`}
      >
        <PrintButton />
      </PageHead>
      <table class="table plain">
        <thead>
          <tr>
            <th>✓</th>
            <th>Warehouse SKU</th>
            <th>Product</th>
            <th>Barcode</th>
            <th class="num">Units</th>
            <th>For</th>
          </tr>
        </thead>
        <tbody>
          {needed.map((line) => (
            <tr>
              <td>☐</td>
              <td>
                <b>{line.sku}</b>
              </td>
              <td>{line.name}</td>
              <td class="mono">{line.barcode ?? ''}</td>
              <td class="num">
                <b>{line.units}</b>
              </td>
              <td>{line.orders.map((order) => `${order.name} × ${order.units}`).join(', ')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
};

interface PickLine {
  readonly sku: string;
  readonly name: string;
  readonly barcode: string | null;
  units: number;
  readonly orders: { readonly name: string; readonly units: number }[];
}

/** By SKU, as shelves are walked. Nothing for what has left already. */
export function pickLines(outbounds: readonly OutboundDetail[]): readonly PickLine[] {
  const bySku = new Map<string, PickLine>();
  for (const outbound of outbounds) {
    const units = new Map<string, number>();
    for (const line of outbound.lines) {
      for (const component of line.components) {
        if (!bySku.has(component.sku)) {
          const { sku, name, barcode } = component;
          bySku.set(sku, { sku, name, barcode, units: 0, orders: [] });
        }
        units.set(component.sku, (units.get(component.sku) ?? 0) + leftOf(line) * component.perUnit);
      }
    }
    for (const [sku, count] of units) {
      const line = bySku.get(sku);
      if (line === undefined || count === 0) continue;
      line.units += count;
      line.orders.push({ name: outboundName(outbound), units: count });
    }
  }
  return [...bySku.values()].filter((line) => line.units > 0).sort((a, b) => (a.sku < b.sku ? -1 : 1));
}

/** One sheet an outbound order, for the parcel: no prices. */
export const PackingSlipsPage = ({ frame, outbounds }: { frame: PageFrame; outbounds: readonly OutboundDetail[] }) => (
  <>
    <PageHead title="Packing slips" lede={`${plural(outbounds.length, 'sheet')}, one for each parcel's box.`}>
      <PrintButton />
    </PageHead>
    <div class="stack">
      {outbounds.map((outbound) => (
        <article class="card sheet">
          <header>
            <h2>
              {frame.merchant.name} · order {outbound.orderNumber}
            </h2>
            <span>
              {outboundName(outbound)} · {outbound.channelName}
            </span>
          </header>
          <div class="two">
            <table class="table plain">
              <thead>
                <tr>
                  <th>Item</th>
                  <th class="num">Quantity</th>
                </tr>
              </thead>
              <tbody>
                {outbound.lines
                  .filter((line) => leftOf(line) > 0 || outbound.status === 'shipped')
                  .map((line) => (
                    <tr>
                      <td>
                        {line.name}
                        <span class="why">
                          {line.components.map((one) => `${one.sku} × ${one.perUnit}`).join(' + ')}
                        </span>
                      </td>
                      <td class="num">{outbound.status === 'shipped' ? line.quantity : leftOf(line)}</td>
                    </tr>
                  ))}
              </tbody>
            </table>
            <div>
              {outbound.recipient === null ? null : <Address recipient={outbound.recipient} />}
              {outbound.codAmount === null ? null : (
                <p>
                  Cash on delivery:{' '}
                  <b>
                    <Money amount={outbound.codAmount} currency={outbound.currency} />
                  </b>
                </p>
              )}
              {outbound.buyerNote === null || outbound.buyerNote === '' ? null : <p>“{outbound.buyerNote}”</p>}
            </div>
          </div>
        </article>
      ))}
    </div>
  </>
);
