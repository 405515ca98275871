import type { z } from 'zod';

/** Reasons named; of an order that is of another shape altogether the first say enough. */
const mostNamed = 3;
/** A longer value is no amount, date or number. */
const mostShown = 24;
/** Fields whose value may be repeated: what they hold is never about a person. */
const harmless =
  /(?:^|_)(?:amount|total|totals|subtotal|tax|shipping|discount|price|quantity|currency|status|number|id|at|date|gmt)$/;
/** Whose parts are a person's, whatever they are called. */
const personal = /recipient|customer|buyer|billing|address|phone|mail|name|contact|note/;

type Path = readonly PropertyKey[];

/**
 * Why an order cannot be read, for the operator who opens it on the platform: `lines: missing`, `lines 2, quantity: not a
 * whole number: '0.5'`. Fields are called as the platform calls them; values are repeated only of fields that cannot be
 * about a person. `value` is what did not fit the schema.
 */
export function malformedReason(error: z.ZodError, value: unknown): string {
  const named = new Map(error.issues.map((issue) => [fieldName(issue.path), issue]));
  const reasons = [...named.values()]
    .slice(0, mostNamed)
    .map((issue) => reasonOf(issue.path, wordsOf(issue, at(value, issue.path)), at(value, issue.path)));
  const more = named.size - reasons.length;
  return more > 0 ? `${reasons.join('; ')}; and ${more} more` : reasons.join('; ');
}

/** The same of a field that the schema takes and we cannot: `created_at: not a time: 'yesterday'`. */
export function badField(field: string, words: string, value: unknown): string {
  return reasonOf([field], lacking(value) ?? words, value);
}

function reasonOf(path: Path, words: string, value: unknown): string {
  const shown = lacking(value) === null && isHarmless(path) ? shownValue(value) : null;
  return `${fieldName(path)}: ${words}${shown === null ? '' : `: ‘${shown}’`}`;
}

/** `lines 2, quantity`: places in a list are counted from one. */
function fieldName(path: Path): string {
  const parts: string[] = [];
  for (const part of path) {
    const last = parts.length - 1;
    if (typeof part === 'number' && last >= 0) parts[last] = `${parts[last]} ${part + 1}`;
    else parts.push(String(part));
  }
  return parts.join(', ') || 'the order';
}

function isHarmless(path: Path): boolean {
  const names = path.filter((part) => typeof part === 'string').map(snakeCase);
  return names.length > 0 && harmless.test(names.at(-1) ?? '') && !names.some((name) => personal.test(name));
}
const snakeCase = (name: string): string => name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();

/** Null for lists, groups and what is too long. */
function shownValue(value: unknown): string | null {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return null;
  // What PostgreSQL cannot keep would lose the reason.
  const text = String(value).replaceAll('\0', '').toWellFormed();
  return text.length <= mostShown ? text : null;
}

function lacking(value: unknown): string | null {
  if (value === undefined) return 'missing';
  return value === null || value === '' ? 'empty' : null;
}

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (found, part) => (typeof found === 'object' && found !== null ? Reflect.get(found, part) : undefined),
    value,
  );
}

const kinds: Readonly<Record<string, string>> = {
  string: 'not a text',
  number: 'not a number',
  int: 'not a whole number',
  boolean: 'neither yes nor no',
  array: 'not a list',
  tuple: 'not a list',
  object: 'not a group of fields',
  record: 'not a group of fields',
  date: 'not a date',
};

function wordsOf(issue: z.core.$ZodIssue, value: unknown): string {
  const none = lacking(value);
  if (none !== null) return none;
  switch (issue.code) {
    case 'invalid_type':
      return kinds[issue.expected] ?? 'of another kind than expected';
    case 'too_small':
      if (issue.origin === 'array' || issue.origin === 'set') return 'too few entries';
      return issue.origin === 'string'
        ? 'too short'
        : `${issue.inclusive === false ? 'not more' : 'less'} than ${issue.minimum}`;
    case 'too_big':
      if (issue.origin === 'array' || issue.origin === 'set') return 'too many entries';
      return issue.origin === 'string'
        ? 'too long'
        : `${issue.inclusive === false ? 'not less' : 'more'} than ${issue.maximum}`;
    case 'not_multiple_of':
      return `not a multiple of ${issue.divisor}`;
    case 'invalid_format':
      return 'not written as expected';
    case 'invalid_union':
      return 'of another kind than expected';
    case 'invalid_value':
      return 'none of the values that are known';
    case 'unrecognized_keys':
    case 'invalid_key':
    case 'invalid_element':
    case 'custom':
      return 'not as expected';
  }
}
