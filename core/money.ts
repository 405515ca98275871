/** An amount as a decimal string (`"84.50"`), never a float; always beside a `currency` (ISO 4217). */
export type Decimal = string;

const decimalPattern = /^-?\d{1,15}(\.\d{1,6})?$/;

/** The decimal string, or null when the text is not one. Accepts what platforms send (`"55.0"`, `" 10 "`). */
export function toDecimal(value: string | number | bigint | null | undefined): Decimal | null {
  if (value === null || value === undefined) return null;
  const text = String(value).trim();
  return decimalPattern.test(text) ? text : null;
}

const scale = 1_000_000n;

/** Exact sum of decimal strings. */
export function sumDecimals(values: readonly Decimal[]): Decimal {
  return fromMicros(values.reduce((total, value) => total + toMicros(value), 0n));
}

/** Exact product of a decimal string and a whole number. */
export const timesDecimal = (value: Decimal, factor: number): Decimal => fromMicros(toMicros(value) * BigInt(factor));

export function compareDecimals(a: Decimal, b: Decimal): number {
  const difference = toMicros(a) - toMicros(b);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

function toMicros(value: Decimal): bigint {
  const negative = value.startsWith('-');
  const [whole = '0', fraction = ''] = (negative ? value.slice(1) : value).split('.');
  const micros = BigInt(whole) * scale + BigInt(fraction.padEnd(6, '0').slice(0, 6));
  return negative ? -micros : micros;
}

function fromMicros(micros: bigint): Decimal {
  const negative = micros < 0n;
  const digits = (negative ? -micros : micros).toString().padStart(7, '0');
  const fraction = digits.slice(-6).replace(/0{1,4}$/, '');
  return `${negative ? '-' : ''}${digits.slice(0, -6)}.${fraction}`;
}
