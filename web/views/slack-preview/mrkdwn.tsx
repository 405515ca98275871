import type { Child } from 'hono/jsx';
import { exactTime } from '../format.ts';

/** What texts need beside themselves. */
export interface Reading {
  /** The name behind an id of a person or channel; null: unknown. */
  readonly nameOf: (id: string) => string | null;
  readonly now: Date;
  readonly timeZone: string;
}

/** Where markup may begin and end: between words, as in Slack. A zero-width space is no such place. */
const before = '(?<=^|[\\s([{"\'.,;:!?\\-–—·/>*_~])';
const after = '(?=$|[\\s)\\]}"\'.,;:!?\\-–—·/<*_~])';
const marked = (mark: string): string => `${before}\\${mark}(?=\\S)([^\\${mark}\\n]*?[^\\s\\${mark}])\\${mark}${after}`;
const token = new RegExp(
  ['```([\\s\\S]+?)```', '`([^`\\n]+)`', '<([^<>\\n]+)>', marked('*'), marked('_'), marked('~'), '(\\n)'].join('|'),
  'g',
);

/** Slack's mrkdwn as elements: everything that is not markup is text, whatever it looks like. */
export const Mrkdwn = ({ text, reading }: { text: string; reading: Reading }) => {
  const parts: Child[] = [];
  let quote: string[] = [];
  const closeQuote = (): void => {
    if (quote.length > 0) parts.push(<blockquote>{inline(quote.join('\n'), reading)}</blockquote>);
    quote = [];
  };
  let plain: string[] = [];
  const closePlain = (): void => {
    if (plain.length > 0) parts.push(...inline(plain.join('\n'), reading));
    plain = [];
  };
  // Quotes are lines; inside a code block nothing is.
  let isCode = false;
  for (const line of text.split('\n')) {
    if (!isCode && line.startsWith('&gt;')) {
      closePlain();
      quote.push(line.slice(4).trimStart());
      continue;
    }
    closeQuote();
    plain.push(line);
    if ((line.match(/```/g) ?? []).length % 2 === 1) isCode = !isCode;
  }
  closePlain();
  closeQuote();
  return <>{parts}</>;
};

function inline(text: string, reading: Reading): Child[] {
  const parts: Child[] = [];
  let from = 0;
  for (const match of text.matchAll(token)) {
    if (match.index > from) parts.push(unescaped(text.slice(from, match.index)));
    from = match.index + match[0].length;
    const [, block, code, angle, bold, italic, struck] = match;
    if (block !== undefined) parts.push(<pre>{unescaped(block.replace(/^\n|\n$/g, ''))}</pre>);
    else if (code !== undefined) parts.push(<code>{unescaped(code)}</code>);
    else if (angle !== undefined) parts.push(special(angle, reading));
    else if (bold !== undefined) parts.push(<b>{inline(bold, reading)}</b>);
    else if (italic !== undefined) parts.push(<i>{inline(italic, reading)}</i>);
    else if (struck !== undefined) parts.push(<s>{inline(struck, reading)}</s>);
    else parts.push(<br />);
  }
  if (from < text.length) parts.push(unescaped(text.slice(from)));
  return parts;
}

/** `<…>`: a person, a channel, a date, a broadcast, or a link. */
function special(inside: string, reading: Reading): Child {
  const [head = '', ...rest] = inside.split('|');
  const label = rest.length === 0 ? null : rest.join('|');
  if (head.startsWith('@') || head.startsWith('#')) {
    const name = reading.nameOf(head.slice(1)) ?? (label === null ? head.slice(1) : unescaped(label));
    return <span class="sp-mention">{`${head[0]}${name}`}</span>;
  }
  if (head.startsWith('!date^')) return dated(head, label, reading);
  if (head.startsWith('!')) return <span class="sp-mention">@{label ?? head.slice(1).split('^')[0]}</span>;
  const words = label === null ? unescaped(head) : inline(label, reading);
  return <Link href={unescaped(head)}>{words}</Link>;
}

/** Opens beside the preview, as from Slack; anything but a web or mail address is only text. */
export const Link = ({ href, children }: { href: string; children?: Child }) =>
  /^(https?:\/\/|mailto:)/.test(href) ? (
    <a class="link" href={href} target="_blank" rel="noopener">
      {children}
    </a>
  ) : (
    <>{children}</>
  );

/** `!date^<seconds>^<format>^<link>`, else what it says for those who cannot show dates. */
function dated(head: string, label: string | null, reading: Reading): Child {
  const [, seconds = '', format = '', link] = head.split('^');
  const at = new Date(Number(seconds) * 1_000);
  if (!/^\d{1,11}$/.test(seconds) || Number.isNaN(at.getTime())) return label === null ? '' : unescaped(label);
  const words = unescaped(format).replace(/\{(\w+)\}/g, (whole, name: string) => datePart(name, at, reading) ?? whole);
  // As Slack does; an invisible first sign keeps `today` small.
  const shown = `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
  const time = (
    <time datetime={at.toISOString()} title={exactTime(at, reading.timeZone)}>
      {shown}
    </time>
  );
  return link === undefined ? time : <Link href={unescaped(link)}>{time}</Link>;
}

const dateStyles: Readonly<Record<string, Intl.DateTimeFormatOptions>> = {
  date_num: { year: 'numeric', month: '2-digit', day: '2-digit' },
  date: { year: 'numeric', month: 'long', day: 'numeric' },
  date_short: { year: 'numeric', month: 'short', day: 'numeric' },
  date_long: { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' },
  time: { hour: 'numeric', minute: '2-digit' },
  time_secs: { hour: 'numeric', minute: '2-digit', second: '2-digit' },
};
const dayMs = 86_400_000;

function datePart(name: string, at: Date, { now, timeZone }: Reading): string | null {
  const written = (style: Intl.DateTimeFormatOptions, date = at): string =>
    new Intl.DateTimeFormat('en-US', { timeZone, ...style }).format(date);
  const plain = dateStyles[name.replace('_pretty', '')];
  if (plain === undefined) return null;
  if (!name.endsWith('_pretty')) return written(plain);
  const day = (date: Date): string => written({ year: 'numeric', month: '2-digit', day: '2-digit' }, date);
  if (day(at) === day(now)) return 'today';
  if (day(at) === day(new Date(now.getTime() - dayMs))) return 'yesterday';
  if (day(at) === day(new Date(now.getTime() + dayMs))) return 'tomorrow';
  return written(plain);
}

export const unescaped = (text: string): string =>
  text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
