import type { OrderStatus } from '../../core/order/types.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

export const statusWords: Readonly<Record<OrderStatus, string>> = {
  pending: 'Pending',
  acknowledged: 'Acknowledged',
  processing: 'Processing',
  partially_shipped: 'Partially shipped',
  shipped: 'Shipped',
  completed: 'Completed',
  manual_completed: 'Manual completed',
  cancelled: 'Cancelled',
};

const formats = new Map<string, Intl.DateTimeFormat>();

function dateFormat(timeZone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${timeZone}|${JSON.stringify(options)}`;
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', { ...options, timeZone, hourCycle: 'h23' });
    formats.set(key, format);
  }
  return format;
}

/** `2026-11-20 13:58 UTC`: exact, in the merchant's time zone. */
export function exactTime(at: Date, timeZone: string): string {
  return `${dayOf(at, timeZone)} ${clockTime(at, timeZone)} ${zoneWord(timeZone)}`;
}

/** `2026-11-20` in that zone. */
export function dayOf(at: Date, timeZone: string): string {
  const parts = dateFormat(timeZone, { year: 'numeric', month: '2-digit', day: '2-digit' }).formatToParts(at);
  const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}`;
}

const clockTime = (at: Date, timeZone: string): string =>
  dateFormat(timeZone, { hour: '2-digit', minute: '2-digit' }).format(at);

const zoneWord = (timeZone: string): string => (timeZone === 'UTC' ? 'UTC' : timeZone.replaceAll('_', ' '));

/** `just now`, `12 min ago`, `3 h ago`, `yesterday 21:04`, `12 Nov 09:30`; the same for what lies ahead. */
export function relativeTime(at: Date, now: Date, timeZone: string): string {
  const distance = now.getTime() - at.getTime();
  const size = Math.abs(distance);
  const isAhead = distance < 0;
  const said = (text: string): string => (isAhead ? `in ${text}` : `${text} ago`);
  if (size < minuteMs) return isAhead ? 'in a moment' : 'just now';
  if (size < hourMs) return said(`${Math.floor(size / minuteMs)} min`);
  const day = dayOf(at, timeZone);
  if (size < 12 * hourMs && day === dayOf(now, timeZone)) return said(`${Math.floor(size / hourMs)} h`);
  const nearDays = new Map([
    [dayOf(now, timeZone), 'today'],
    [dayOf(new Date(now.getTime() - dayMs), timeZone), 'yesterday'],
    [dayOf(new Date(now.getTime() + dayMs), timeZone), 'tomorrow'],
  ]);
  const near = nearDays.get(day);
  if (near !== undefined) return `${near} ${clockTime(at, timeZone)}`;
  const sameYear = day.slice(0, 4) === dayOf(now, timeZone).slice(0, 4);
  const date = dateFormat(timeZone, {
    day: 'numeric',
    month: 'short',
    ...(sameYear ? {} : { year: 'numeric' as const }),
  });
  return `${date.format(at)} ${clockTime(at, timeZone)}`;
}

/** Less than this before the deadline an order is at risk. */
export const riskMs = 4 * hourMs;

export type Lateness = 'late' | 'risk' | 'fine';

export function lateness(shipBy: Date, now: Date): Lateness {
  const left = shipBy.getTime() - now.getTime();
  return left < 0 ? 'late' : left < riskMs ? 'risk' : 'fine';
}

/** `3 h late`, `25 min left`. */
export function timeLeft(shipBy: Date, now: Date): string {
  const left = shipBy.getTime() - now.getTime();
  const size = Math.abs(left);
  const text =
    size < hourMs
      ? `${Math.floor(size / minuteMs)} min`
      : size < 2 * dayMs
        ? `${Math.floor(size / hourMs)} h`
        : `${Math.floor(size / dayMs)} d`;
  return left < 0 ? `${text} late` : `${text} left`;
}

const moneyFormats = new Map<string, Intl.NumberFormat | null>();

/** `USD 84.50`, `TWD 1,280`: exact, code first, as many decimals as the currency has. */
export function moneyText(amount: string, currency: string): string {
  let format = moneyFormats.get(currency);
  if (format === undefined) {
    format = makeMoneyFormat(currency);
    moneyFormats.set(currency, format);
  }
  const plain = amount.includes('.') ? amount.replace(/\.?0+$/, '') : amount;
  if (format === null) return `${currency} ${plain}`;
  // A decimal text is formatted exactly; a number would pass through a float.
  return format.format(plain as Intl.StringNumericLiteral).replace(/\u00a0/g, ' ');
}

function makeMoneyFormat(currency: string): Intl.NumberFormat | null {
  try {
    return new Intl.NumberFormat('en', {
      style: 'currency',
      currency,
      currencyDisplay: 'code',
      trailingZeroDisplay: currency === 'TWD' ? 'stripIfInteger' : 'auto',
      maximumFractionDigits: 4,
    });
  } catch {
    // A platform's own unit (points, say) is no ISO code: shown as it came.
    return null;
  }
}

/** `1,234`; from `limit` on `999+`. */
export const countText = (count: number, limit?: number): string =>
  limit !== undefined && count >= limit ? `${limit.toLocaleString('en')}+` : count.toLocaleString('en');

const thousandsFrom = 10_000;

/** `9,999`, then `12k`: where a number has little room. */
export const shortCount = (count: number, limit?: number): string =>
  count >= thousandsFrom ? `${Math.floor(count / 1_000).toLocaleString('en')}k` : countText(count, limit);

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${countText(count)} ${count === 1 ? one : many}`;

/** `113-4471…8842`: long ids keep head and tail. */
export function shortText(text: string, longest = 20): string {
  const letters = [...text];
  if (letters.length <= longest) return text;
  const tail = Math.floor((longest - 1) / 3);
  return `${letters.slice(0, longest - 1 - tail).join('')}…${letters.slice(-tail).join('')}`;
}

/** The query string of `parameters` with what is empty left out; '' when nothing is left. */
export function queryText(parameters: Readonly<Record<string, string | readonly string[] | null | undefined>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    for (const one of value === null || value === undefined ? [] : typeof value === 'string' ? [value] : value) {
      if (one !== '') search.append(name, one);
    }
  }
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}
