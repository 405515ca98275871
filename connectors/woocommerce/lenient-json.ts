import { parseJson } from '../shared/json.ts';

const platform = 'woocommerce';
/** PHP notices hold brackets too: this many places are tried as the beginning of the JSON. */
const placesTried = 20;

export interface LenientJson {
  readonly value: unknown;
  /** The JSON alone. */
  readonly text: string;
  /** Characters of warnings or byte order marks that stood before it. */
  readonly cutCount: number;
}

/** JSON with PHP warnings or byte order marks before it. Throws as `parseJson` for what holds none (a web page, nothing). */
export function parseLenientJson(text: string, operation: string): LenientJson {
  const first = attempt(text, operation);
  if (first.ok) return { value: first.value, text: text.replace(/^\uFEFF/, ''), cutCount: 0 };
  let at = -1;
  for (let tried = 0; tried < placesTried; tried += 1) {
    at = nextOpening(text, at + 1);
    if (at < 0) break;
    const rest = text.slice(at);
    const result = attempt(rest, operation);
    if (result.ok) return { value: result.value, text: rest, cutCount: at };
  }
  throw first.error;
}

type Attempt = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: unknown };

function attempt(text: string, operation: string): Attempt {
  try {
    return { ok: true, value: parseJson(text, { platform, operation }) };
  } catch (error) {
    return { ok: false, error };
  }
}

function nextOpening(text: string, from: number): number {
  const found = text.slice(from).search(/[[{]/);
  return found < 0 ? -1 : from + found;
}
