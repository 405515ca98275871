import { ConnectorError } from '../../core/errors.ts';

export interface JsonContext {
  readonly platform: string;
  readonly operation: string;
}

export interface JsonPage {
  /** The answer around the list, with the list itself emptied (`[]`): cursors, counts, errors. */
  readonly envelope: unknown;
  /** The exact source text of each element: what is kept as the raw order, and parsed one by one. */
  readonly elements: readonly string[];
}

const quote = 34;
const comma = 44;
const minus = 45;
const backslash = 92;
const openBracket = 91;
const closeBracket = 93;
const openBrace = 123;
const closeBrace = 125;
/** 2^53 has 16 digits: shorter integers are always exact. */
const digitsToCheck = /-?\d{16,}/g;
const hasLongDigits = /\d{16}/;

/**
 * Parses JSON without losing digits: integers beyond ±(2^53 − 1) become strings of their exact digits, everything else
 * is what `JSON.parse` gives. Throws `ConnectorError`: `retryable` when the text looks cut off or is a web page (a
 * challenge or a proxy's error page), else `permanent`; both with code `not_json`.
 */
export function parseJson(text: string, context: JsonContext): unknown {
  try {
    return JSON.parse(quoteBigIntegers(text));
  } catch (cause) {
    throw notJson(text, context, cause);
  }
}

/**
 * A page whose list stands at `path` (`['orders']`; `[]` when the page is the list itself). Cutting out the elements'
 * texts costs less than parsing, keeps the raw order exact, and lets one broken element fail alone.
 * Throws as `parseJson`; a missing list is `permanent` with code `no_list`.
 */
export function parsePage(text: string, path: readonly string[], context: JsonContext): JsonPage {
  const start = path.reduce<number>((at, key) => (at < 0 ? at : valueOfKey(text, at, key)), skipSpace(text, 0));
  const list = start >= 0 && text.charCodeAt(start) === openBracket ? readList(text, start) : null;
  if (list === null) {
    parseJson(text, context);
    throw new ConnectorError(`${context.platform} ${context.operation}: the answer has no list at ${path.join('.')}`, {
      kind: 'permanent',
      ...context,
      platformCode: 'no_list',
    });
  }
  const envelope = parseJson(`${text.slice(0, start)}[]${text.slice(list.end)}`, context);
  return { envelope, elements: list.elements };
}

/** The error for a text that is not JSON, by what it looks like. */
function notJson(text: string, context: JsonContext, cause: unknown): ConnectorError {
  const trimmed = text.trim();
  const isPage = trimmed.startsWith('<');
  const last = trimmed.at(-1);
  const isCutOff = trimmed === '' || (/^[[{"]/.test(trimmed) && last !== '}' && last !== ']') || isUnbalanced(trimmed);
  const words = isPage ? 'a web page instead of JSON' : isCutOff ? 'the JSON breaks off' : 'the answer is not JSON';
  return new ConnectorError(`${context.platform} ${context.operation}: ${words}`, {
    kind: isPage || isCutOff ? 'retryable' : 'permanent',
    ...context,
    platformCode: 'not_json',
    platformMessage: words,
    // JSON.parse quotes the text in its message, which may hold recipient data: only its name is kept.
    cause: cause instanceof Error ? cause.name : undefined,
  });
}

/** True when brackets or a string are still open at the end. */
function isUnbalanced(text: string): boolean {
  let depth = 0;
  for (let i = 0; i < text.length; i += 1) {
    const char = text.charCodeAt(i);
    if (char === quote) {
      i = endOfString(text, i);
      if (i < 0) return true;
    } else if (char === openBracket || char === openBrace) depth += 1;
    else if (char === closeBracket || char === closeBrace) depth -= 1;
  }
  return depth > 0;
}

/** Index of the closing quote of the string that opens at `start`; -1 when it does not end. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === backslash) slashes += 1;
    if (slashes % 2 === 0) return end;
  }
  return -1;
}

function skipSpace(text: string, start: number): number {
  let at = start;
  // A byte order mark is tolerated as space: JSON.parse is given the text without it.
  while (at < text.length && (text.charCodeAt(at) <= 32 || text.charCodeAt(at) === 0xfeff)) at += 1;
  return at;
}

/** Where the value of `key` starts in the object that opens at `start`; -1 when there is none. */
function valueOfKey(text: string, start: number, key: string): number {
  if (text.charCodeAt(start) !== openBrace) return -1;
  let at = skipSpace(text, start + 1);
  while (text.charCodeAt(at) === quote) {
    const end = endOfString(text, at);
    if (end < 0) return -1;
    const name = text.slice(at + 1, end);
    const value = skipSpace(text, skipSpace(text, end + 1) + 1);
    if (name === key) return value;
    const afterValue = endOfValue(text, value);
    if (afterValue < 0) return -1;
    at = skipSpace(text, afterValue);
    if (text.charCodeAt(at) !== comma) return -1;
    at = skipSpace(text, at + 1);
  }
  return -1;
}

/** Index after the value that starts at `start`; -1 when it breaks off. */
function endOfValue(text: string, start: number): number {
  let depth = 0;
  for (let i = start; i < text.length; i += 1) {
    const char = text.charCodeAt(i);
    if (char === quote) {
      i = endOfString(text, i);
      if (i < 0) return -1;
      if (depth === 0) return i + 1;
    } else if (char === openBracket || char === openBrace) depth += 1;
    else if (char === closeBracket || char === closeBrace) {
      if (depth === 0) return i;
      depth -= 1;
      if (depth === 0) return i + 1;
    } else if (char === comma && depth === 0) return i;
  }
  return -1;
}

/** The elements' texts of the list that opens at `start`, and the index after it; null when it breaks off. */
function readList(text: string, start: number): { elements: string[]; end: number } | null {
  const elements: string[] = [];
  let depth = 0;
  let from = start + 1;
  for (let i = start; i < text.length; i += 1) {
    const char = text.charCodeAt(i);
    if (char === quote) {
      i = endOfString(text, i);
      if (i < 0) return null;
    } else if (char === comma) {
      if (depth !== 1) continue;
      elements.push(text.slice(from, i).trim());
      from = i + 1;
    } else if (char === openBracket || char === openBrace) depth += 1;
    else if (char === closeBracket || char === closeBrace) {
      depth -= 1;
      if (depth > 0) continue;
      const last = text.slice(from, i).trim();
      if (last !== '' || elements.length > 0) elements.push(last);
      return { elements, end: i + 1 };
    }
  }
  return null;
}

/**
 * The same JSON with integers beyond the safe range in quotes. Faster than a reviver reading `context.source`, which
 * calls a function for every value: half the cost, with the same result (a property test compares the two).
 */
function quoteBigIntegers(source: string): string {
  const text = source.charCodeAt(0) === 0xfeff ? source.slice(1) : source;
  if (!hasLongDigits.test(text)) return text;
  let quoted = '';
  let copied = 0;
  let at = 0;
  while (at < text.length) {
    const opening = text.indexOf('"', at);
    const end = opening < 0 ? text.length : opening;
    if (end - at >= 16) {
      const between = text.slice(at, end);
      for (const match of between.matchAll(digitsToCheck)) {
        const digits = match[0];
        if (!isWholeUnsafeInteger(between, match.index, digits)) continue;
        const from = at + match.index;
        quoted += `${text.slice(copied, from)}"${digits}"`;
        copied = from + digits.length;
      }
    }
    if (opening < 0) break;
    const closing = endOfString(text, opening);
    if (closing < 0) break;
    at = closing + 1;
  }
  return copied === 0 ? text : quoted + text.slice(copied);
}

/** Not the fraction or exponent of a longer number, not a number with either, and not exact as it is. */
function isWholeUnsafeInteger(between: string, index: number, digits: string): boolean {
  const before = between.charAt(index - 1);
  const after = between.charAt(index + digits.length);
  if (/[.eE+\d-]/.test(before) || /[.eE\d]/.test(after)) return false;
  // JSON allows no leading zero: such text must stay an error.
  if (digits.charCodeAt(0) === minus ? digits.charAt(1) === '0' : digits.charAt(0) === '0') return false;
  return !Number.isSafeInteger(Number(digits));
}
