/** What was wrong with a command, and the nearest right one. */
export interface Mistake {
  readonly what: string;
  /** Whole, as one would type it. */
  readonly form: string;
}

/** One typed word, or a text in quotes. */
export interface TypedWord {
  readonly text: string;
  readonly isQuoted: boolean;
  /** A comma stood behind it: what follows is another name. */
  readonly endsName: boolean;
}

export interface CommandLine {
  readonly words: readonly TypedWord[];
  /** What stood behind each `--option`, words joined by spaces. */
  readonly options: ReadonlyMap<string, string>;
}

/** How many words belong to an option: the next one, or as long as commas go on. */
export type OptionShape = 'word' | 'list';

type Token = TypedWord & { readonly startsList: boolean };

/** A text in straight or curly quotes, a comma, or a word. */
const token = /["“”„]([^"“”„]*)["“”]|,|[^\s,"“”„]+/g;

/**
 * Reads the words behind `/orders <word>`: names in quotes, names apart by commas, `--option value` and
 * `--option=value`. Phones turn `--` into a dash, and Slack escapes `&`, `<` and `>`: both are taken back. Pure.
 */
export function readCommandLine(
  argument: string,
  shapes: Readonly<Record<string, OptionShape>>,
): CommandLine | { readonly mistake: string; readonly option?: string } {
  const text = unescapeText(argument).replace(/(^|\s)[—–](?=\p{L})/gu, '$1--');
  if ((text.match(/["“”„]/g) ?? []).length % 2 === 1) return { mistake: 'A quote is opened and never closed.' };
  const tokens = tokensOf(text);
  const words: TypedWord[] = [];
  const options = new Map<string, string>();
  for (let at = 0; at < tokens.length; at += 1) {
    const current = tokens[at];
    if (current === undefined) break;
    const option = current.isQuoted ? null : /^--([^=]+)(?:=(.*))?$/.exec(current.text);
    if (option === null) {
      words.push(current);
      continue;
    }
    const [, typed = '', inline] = option;
    const name = typed.toLowerCase();
    const shape = shapes[name];
    if (shape === undefined) return { mistake: `There is no option --${typed}.`, option: name };
    if (options.has(name)) return { mistake: `--${name} stands there twice.` };
    const values: string[] = inline === undefined ? [] : [inline];
    let goesOn = inline === undefined || (shape === 'list' && current.endsName);
    while (goesOn) {
      const next = tokens[at + 1];
      if (next === undefined || (!next.isQuoted && next.text.startsWith('--'))) break;
      values.push(next.text);
      at += 1;
      goesOn = shape === 'list' && (next.endsName || tokens[at + 1]?.startsList === true);
    }
    if (values.join('').trim() === '') return { mistake: `--${name} needs a value.`, option: name };
    options.set(name, values.join(shape === 'list' ? ',' : ' '));
  }
  return { words, options };
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let afterComma = false;
  for (const [whole, quoted] of text.matchAll(token)) {
    if (whole === ',') {
      const last = tokens.pop();
      if (last !== undefined) tokens.push({ ...last, endsName: true });
      afterComma = true;
      continue;
    }
    tokens.push({ text: quoted ?? whole, isQuoted: quoted !== undefined, endsName: false, startsList: afterComma });
    afterComma = false;
  }
  return tokens;
}

/** Names of stores: each text in quotes is one, other words belong together up to a comma or a quote. */
export function namesOf(words: readonly TypedWord[]): string[] {
  const names: string[] = [];
  let open: string[] = [];
  const close = () => {
    if (open.length > 0) names.push(open.join(' '));
    open = [];
  };
  for (const word of words) {
    if (word.isQuoted) {
      close();
      if (word.text.trim() !== '') names.push(word.text.trim());
      continue;
    }
    open.push(word.text);
    if (word.endsName) close();
  }
  close();
  return names;
}

/** A name or a value as one types it: in quotes where it would be read as several, as an option or as a kind of orders. */
export const typedName = (name: string): string =>
  /[\s,]|^[-—–]|^b2[bc]$/i.test(name) ? `"${name.replaceAll(/["“”„]/g, '')}"` : name;

const unescapeText = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
