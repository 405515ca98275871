import type { OrderStatus } from '../../core/order/types.ts';
import { wallClock } from './zoned.ts';

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

/** `2026-11-20 13:58 UTC`: exact, in the merchant's time zone. */
export const exactTime = (at: Date, timeZone: string): string =>
  `${dayOf(at, timeZone)} ${clockTime(at, timeZone)} ${zoneWord(timeZone)}`;

/** `2026-11-20` in that zone. */
export const dayOf = (at: Date, timeZone: string): string => wallClock(at, timeZone).toISOString().slice(0, 10);

const clockTime = (at: Date, timeZone: string): string => wallClock(at, timeZone).toISOString().slice(11, 16);

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

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
  const near = nearWord(day, now, timeZone);
  if (near !== undefined) return `${near} ${clockTime(at, timeZone)}`;
  const wall = wallClock(at, timeZone);
  const year = day.slice(0, 4) === dayOf(now, timeZone).slice(0, 4) ? '' : ` ${wall.getUTCFullYear()}`;
  return `${wall.getUTCDate()} ${months[wall.getUTCMonth()]}${year} ${clockTime(at, timeZone)}`;
}

function nearWord(day: string, now: Date, timeZone: string): string | undefined {
  if (day === dayOf(now, timeZone)) return 'today';
  if (day === dayOf(new Date(now.getTime() - dayMs), timeZone)) return 'yesterday';
  return day === dayOf(new Date(now.getTime() + dayMs), timeZone) ? 'tomorrow' : undefined;
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
