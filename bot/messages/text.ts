/** Slack's three control characters; `<!channel>`, `<@U1>` and links in foreign text are thereby plain text. */
export function escapeText(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/** Markup characters of mrkdwn, defused with a zero-width space so that a SKU like `*A*` or `_B_` shows as it is. */
const markup = /([*_~`])/g;
const zeroWidthSpace = '\u200b';
/** Direction overrides and controls in foreign text could redraw the words around it. */
const invisibleControls = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

/**
 * What Slack makes a link or a call of by itself: `https://`, `shop.example`, `@channel`. Foreign text leads nowhere. Dots
 * of an e-mail address stay: it is there to be copied, and opens a draft at worst.
 */
const selfMade =
  /(?<=:)\/\/|(?<=[\p{L}\p{N}])(?<!@[\w.-]*)\.(?=\p{L}{2})(?![\w.+-]*@)|(?<=@)(?=(?:channel|here|everyone)\b)/giu;

/** One line of whole letters. */
const cleaned = (text: string): string =>
  text.toWellFormed().replace(invisibleControls, ' ').replace(/\s+/gu, ' ').trim();

/** Foreign text (SKU, product name, platform's words) fit for an mrkdwn field, at most `max` characters as people see them. */
export function foreign(text: string, max = 80): string {
  const shown = cut(cleaned(text), max);
  return unlinked(escapeText(shown)).replace(markup, `${zeroWidthSpace}$1`);
}

/** The same text without anything that Slack would make a link or a call of. */
export const unlinked = (text: string): string => text.replace(selfMade, `${zeroWidthSpace}$&`);

/** Foreign text for plain_text fields (headers, labels, options): no escaping there, but the same cleaning. */
export function plain(text: string, max: number): string {
  return cut(cleaned(text), max) || '–';
}

/** Cuts by code points, so that an emoji is never halved; the ellipsis counts. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  let kept = '';
  for (const character of text) {
    if (kept.length + character.length > max - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

/** `<url|label>` with a foreign label. */
export const link = (url: string, label: string, max = 60): string =>
  `<${url}|${foreign(label, max).replace(/\|/g, '¦')}>`;

/** `1 order`, `3 orders`. */
export const count = (n: number, noun: string): string => `${n.toLocaleString('en-US')} ${noun}${n === 1 ? '' : 's'}`;

/** `USD 4,210.50 + EUR 12.00`; at most three currencies. */
export function amounts(byCurrency: Readonly<Record<string, string>>): string {
  const parts = Object.entries(byCurrency)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([currency, amount]) => `${foreign(currency, 8)} ${formatAmount(amount)}`);
  return parts.length > 3
    ? `${parts.slice(0, 3).join(' + ')} + ${parts.length - 3} more currencies`
    : parts.join(' + ');
}

function formatAmount(amount: string): string {
  const [whole = '0', fraction = ''] = amount.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  return fraction === '' ? grouped : `${grouped}.${fraction.padEnd(2, '0').slice(0, 2)}`;
}

const dayAndTime = '{date_short_pretty}, {time}';

/**
 * A moment that Slack shows in the reader's own time zone, within a sentence: `today, 5:32 PM`. Slack makes the first
 * letter of what it shows a capital one: the zero-width space before it keeps `today` small.
 */
export const moment = (at: Date): string => dateToken(at, `${zeroWidthSpace}${dayAndTime}`, utcText(at));

/** The same where a line begins with it: `Today, 5:32 PM`. */
export const momentFirst = (at: Date): string => dateToken(at, dayAndTime, utcText(at));

/** Only the time of day: for what is read on the same day. */
export const timeOf = (at: Date): string => dateToken(at, '{time}', `${at.toISOString().slice(11, 16)} UTC`);

/** `fallback` is what an app shows that cannot show dates. */
const dateToken = (at: Date, format: string, fallback: string): string =>
  `<!date^${Math.floor(at.getTime() / 1000)}^${format}|${fallback}>`;

const utcDay = new Intl.DateTimeFormat('en-US', { timeZone: 'UTC', dateStyle: 'medium' });
const utcText = (at: Date): string => `${utcDay.format(at)}, ${at.toISOString().slice(11, 16)} UTC`;

/** `3 h`, `2 days`, `5 min`: how long ago, for a message that is redrawn now and then. */
export function age(from: Date, now: Date): string {
  const minutes = Math.max(0, Math.floor((now.getTime() - from.getTime()) / 60_000));
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} days`;
}
