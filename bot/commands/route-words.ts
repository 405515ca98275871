/** What `/orders route …` was understood as. Names are as typed; what they name is looked up later. */
export type RouteWords =
  | { readonly kind: 'list' }
  | { readonly kind: 'remove'; readonly number: number }
  | {
      readonly kind: 'set';
      readonly merchant: string | null;
      readonly store: string | null;
      readonly alertKind: string | null;
      /** `here`, `#name`, an id, or `<#C123|name>`. */
      readonly channel: string;
    }
  | { readonly kind: 'mistake'; readonly what: string; readonly form: string };

const forms = {
  set: '/orders route store "Northwind US" #ops',
  kind: '/orders route kind sku_unmapped here',
  all: '/orders route all #orders',
  remove: '/orders route remove 2',
} as const;

const subjects: readonly string[] = ['merchant', 'store', 'kind'];
/** `<#C1|a name>`, then quoted names with straight or curly quotes, then words. */
const token = /<#[^>]*>|["“”]([^"“”]*)["“”]|\S+/g;

/** Reads the words after `/orders route`. Names of several words need no quotes: they end at the next keyword. Pure. */
export function readRouteWords(argument: string): RouteWords {
  const words = [...argument.matchAll(token)].map(([whole, quoted]) => ({
    text: quoted ?? whole,
    isQuoted: quoted !== undefined,
  }));
  const first = words[0]?.text.toLowerCase();
  if (first === undefined || first === 'list') return { kind: 'list' };
  if (first === 'remove') return readRemove(words[1]?.text);
  if (first !== 'all' && !subjects.includes(first)) {
    return mistake(`“${words[0]?.text}” is neither merchant, store, kind, all, remove nor list.`, forms.set);
  }
  const channel = words.at(-1);
  const named: Record<string, string[]> = {};
  let current: string[] = [];
  for (const { text, isQuoted } of words.slice(0, -1)) {
    const word = text.toLowerCase();
    if (!isQuoted && (subjects.includes(word) || word === 'all')) {
      current = [];
      named[word] = current;
    } else if (isQuoted || word !== 'to') current.push(text);
  }
  if (channel === undefined || words.length === 1) {
    return first === 'all' ? mistake('Which channel?', forms.all) : mistake(`Which ${first}?`, formFor(first));
  }
  const empty = Object.entries(named).find(([subject, name]) => subject !== 'all' && name.length === 0)?.[0];
  if (empty !== undefined) return mistake(`Which ${empty}, and which channel?`, formFor(empty));
  if (channel.isQuoted || !isChannel(channel.text)) {
    return mistake(`“${channel.text}” is no channel: write #name, its id, or here.`, formFor(first));
  }
  const name = (subject: string) => named[subject]?.join(' ') ?? null;
  return {
    kind: 'set',
    merchant: name('merchant'),
    store: name('store'),
    alertKind: name('kind'),
    channel: channel.text,
  };
}

const isChannel = (text: string): boolean => /^(?:<#[CG]\w+(?:\|[^>]*)?>|#\S+|[CG][A-Z0-9]{5,}|here)$/i.test(text);

const formFor = (subject: string): string =>
  subject === 'kind' ? forms.kind : subject === 'all' ? forms.all : forms.set;

function readRemove(typed: string | undefined): RouteWords {
  if (typed === undefined || !/^\d{1,4}$/.test(typed)) {
    return mistake('Which number? `/orders route` shows them.', forms.remove);
  }
  return { kind: 'remove', number: Number(typed) };
}

const mistake = (what: string, form: string): RouteWords => ({ kind: 'mistake', what, form });
