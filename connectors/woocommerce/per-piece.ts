import { type Decimal, sumDecimals } from '../../core/money.ts';

/** Digits kept after the point: more than any currency has, as a third of a price needs them. */
const digits = 4;

/** A line's amount by piece, rounded half up to four digits; null without an amount or a quantity. */
export function perPiece(amount: Decimal | null, quantity: number): Decimal | null {
  if (amount === null || quantity <= 0) return null;
  const isNegative = amount.startsWith('-');
  const [whole = '0', fraction = ''] = amount.replace('-', '').split('.');
  // Two digits more than are kept, so that the amount itself is exact (six digits are the most there are).
  const scaled = BigInt(whole + fraction.padEnd(digits + 2, '0').slice(0, digits + 2));
  const divisor = BigInt(quantity) * 100n;
  const rounded = (scaled * 2n + divisor) / (divisor * 2n);
  const text = rounded.toString().padStart(digits + 1, '0');
  return sumDecimals([`${isNegative ? '-' : ''}${text.slice(0, -digits)}.${text.slice(-digits)}`]);
}
