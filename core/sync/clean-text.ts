/** Escapes of NUL and of halves of surrogate pairs in JSON, and NUL itself. */
const suspicious = /\0|\\u(?:0000|d[89a-f])/i;

/** Whether the order of this raw text may hold characters that PostgreSQL cannot keep. */
export const mayHoldUnstorable = (raw: string): boolean => suspicious.test(raw);

/** The same value with NUL left out of its texts, and halves of surrogate pairs (a cut emoji) replaced by U+FFFD. */
export function cleanText<T>(value: T): T {
  return clean(value) as T;
}

function clean(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('\0', '').toWellFormed();
  if (Array.isArray(value)) return value.map(clean);
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, clean(part)]));
}
