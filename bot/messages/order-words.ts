import { closedWords, replacedWords, unitsWords } from '../../core/order/fulfilment-words.ts';
import type {
  OrderDetail,
  OrderEventView,
  OrderOutbound,
  OrderShipment,
  OrderWriteback,
} from '../../core/queries/show-order.ts';
import { amounts, count, foreign, link, moment, momentFirst } from './text.ts';

const writebackWords: Readonly<Record<Exclude<OrderWriteback['state'], 'closed'>, string>> = {
  pending: 'waits to be told',
  sending: 'being told',
  accepted: 'accepted by the platform',
  confirmed: 'confirmed by the platform',
  retry: 'will be tried again',
  failed: 'refused by the platform',
  parked: 'waits for the authorization of the store',
};

const writebackKinds: Readonly<Record<OrderWriteback['kind'], string>> = {
  acceptance: 'Acceptance',
  shipment: 'Shipment',
  cancellation: 'Cancellation',
};

/** A line of an order: what, how many, what it is in the warehouse. mrkdwn, one line. */
export function lineWords(line: OrderDetail['lines'][number], currency: string): string {
  const ordered = line.quantity - line.quantityCancelled;
  const parts = line.components.slice(0, 3).map((part) => `${part.quantity} × ${foreign(part.sku, 40)}`);
  const rest = line.components.length > 3 ? ` + ${line.components.length - 3} more` : '';
  const bound =
    line.removedAt !== null
      ? '_taken away by the platform_'
      : parts.length > 0
        ? `${parts.join(' + ')}${rest}`
        : line.requiresShipping
          ? '*not mapped*'
          : '_nothing to ship_';
  const facts = [
    line.discountedUnitPrice ?? line.unitPrice,
    line.quantityShipped > 0 ? `${line.quantityShipped} shipped` : null,
    line.quantityAbandoned > 0 ? `${line.quantityAbandoned} will not ship` : null,
    line.quantityCancelled > 0 ? `${line.quantityCancelled} cancelled` : null,
    line.quantityAccepted === null ? null : `${line.quantityAccepted} accepted`,
  ].flatMap((fact, index) => (fact === null ? [] : [index === 0 ? amounts({ [currency]: fact }) : fact]));
  const sku = line.sku === null ? '_no SKU_' : foreign(line.sku, 60);
  const more = facts.length === 0 ? '' : ` · ${facts.join(' · ')}`;
  return `${ordered} × ${foreign(line.name, 80)} (${sku}) → ${bound}${more}`;
}

export function outboundWords(outbound: OrderOutbound, currency: string): string {
  const facts = [
    `${foreign(outbound.warehouseName, 40)}, ${foreign(outbound.channelName, 40)} (${foreign(outbound.carrierName, 40)}, ${foreign(outbound.serviceLevel, 40)})`,
    unitsWords(outbound),
    outbound.codAmount === null ? null : `collects ${amounts({ [currency]: outbound.codAmount })}`,
    outbound.recall === 'none' ? null : `recall ${outbound.recall}`,
    `by ${foreign(outbound.createdBy, 40)}, ${moment(outbound.createdAt)}`,
  ].filter((fact) => fact !== null);
  const problem =
    outbound.exceptionReason === null ? '' : `\n⚠ At the warehouse: ${foreign(outbound.exceptionReason, 120)}`;
  return `*${foreign(outbound.number, 40)}* ${outbound.status.replaceAll('_', ' ')} · ${facts.join(' · ')}${problem}`;
}

/** A tracking page is a carrier's template with a number in it: only what can stand in a link becomes one. */
const linkable = /^https?:\/\/[^\s<>|]{1,500}$/;

export function shipmentWords(shipment: OrderShipment): string {
  const number =
    shipment.trackingUrl !== null && linkable.test(shipment.trackingUrl)
      ? link(shipment.trackingUrl, shipment.trackingNumber)
      : foreign(shipment.trackingNumber, 60);
  const service = shipment.service === null ? '' : ` ${foreign(shipment.service, 40)}`;
  const how = shipment.outboundNumber === null ? 'shipped by hand' : foreign(shipment.outboundNumber, 40);
  const replaced = replacedWords(shipment);
  const instead = replaced === null ? '' : ` · *${foreign(replaced, 120)}*`;
  return `${foreign(shipment.carrierName, 60)}${service} ${number} · ${count(shipment.units, 'unit')} · ${moment(shipment.shippedAt)} · ${foreign(shipment.createdBy, 40)} · ${how}${instead}`;
}

export function writebackText(writeback: OrderWriteback, order: Pick<OrderDetail, 'shipments' | 'status'>): string {
  const state = writeback.isUnconfirmed
    ? 'accepted, not seen on the platform'
    : writeback.state === 'closed'
      ? foreign(closedWords(order, writeback), 120)
      : writebackWords[writeback.state];
  const facts = [
    writeback.attempts === 1 ? 'tried once' : `tried ${writeback.attempts} times`,
    writeback.nextAttemptAt === null || writeback.state === 'parked' ? null : `next ${moment(writeback.nextAttemptAt)}`,
    writeback.acceptedAt === null ? null : `accepted ${moment(writeback.acceptedAt)}`,
    writeback.errorMessage === null ? null : foreign(writeback.errorMessage, 200),
  ].filter((fact) => fact !== null);
  return `${writebackKinds[writeback.kind]} *${state}* · ${facts.join(' · ')}`;
}

const viaWords: Readonly<Record<string, string>> = {
  slack: ' in Slack',
  web: ' in the dashboard',
  api: ' through the API',
  system: '',
};

/** Who did what, through what, when: `order.address_corrected` is told as "Address corrected". */
export function eventWords(event: OrderEventView): string {
  const name = (event.event.split('.').at(-1) ?? event.event).replaceAll('_', ' ');
  const changed = changeOf(event);
  const note = event.note === null || event.note === '' ? '' : ` “${foreign(event.note, 160)}”`;
  const via = viaWords[event.via] ?? ` through ${foreign(event.via, 20)}`;
  return `${momentFirst(event.at)} *${foreign(name.charAt(0).toUpperCase() + name.slice(1), 60)}*${changed === '' ? '' : ` ${changed}`}${note} · ${foreign(event.actorName, 40)}${via}`;
}

const idPattern = /^[\da-f]{8}-[\da-f]{4}-/;

/** Before and after in a few words; ids, counters and long structures stay out. */
function changeOf({ before, after }: OrderEventView): string {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  return names
    .filter((name) => name !== 'version')
    .flatMap((name) => {
      const [from, to] = [simple(before?.[name]), simple(after?.[name])];
      if (from === to) return [];
      const label = foreign(name.replaceAll(/([A-Z])/g, ' $1').toLowerCase(), 40);
      return [from === null ? `${label}: ${to}` : `${label}: ${from} → ${to ?? '–'}`];
    })
    .slice(0, 4)
    .join(', ');
}

function simple(value: unknown): string | null {
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return foreign(value.join(', '), 60);
  if (value === true) return 'yes';
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  const text = String(value);
  return idPattern.test(text) ? null : foreign(text.replaceAll('_', ' '), 60);
}
