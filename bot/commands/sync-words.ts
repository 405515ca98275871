import type { RequestedMode } from '../../core/commands/request-sync.ts';
import type { OrderKind } from '../../core/order/types.ts';
import { addDays, momentOn } from '../../core/time/zoned.ts';
import { nearestNames } from '../messages/commands.ts';
import { type CommandLine, type Mistake, namesOf, readCommandLine, typedName } from './command-line.ts';

/** A day, or a day and a time, on the clock of the merchant. */
interface LocalMoment {
  readonly day: string;
  /** Null: the whole day. */
  readonly time: string | null;
}

type Range =
  | { readonly kind: 'new' }
  | { readonly kind: 'since'; readonly ms: number }
  | { readonly kind: 'between'; readonly from: LocalMoment; readonly to: LocalMoment | null }
  | { readonly kind: 'numbers'; readonly numbers: readonly string[] };

export interface SyncWords {
  readonly names: readonly string[];
  readonly orderKind: OrderKind;
  readonly range: Range;
  /** The kind and the options as one types them, without the names. */
  readonly rest: string;
}

const optionShapes = { since: 'word', from: 'word', to: 'word', numbers: 'list' } as const;
const optionNames = Object.keys(optionShapes);
const unitMs: Readonly<Record<string, number>> = {
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};

/** Reads what stands behind `/orders sync`; `now` only makes the examples fresh. Pure. */
export function readSyncWords(argument: string, now: Date): SyncWords | Mistake {
  const line = readCommandLine(argument, optionShapes);
  const today = now.toISOString().slice(0, 10);
  if ('mistake' in line) {
    const [meant] = line.option === undefined ? [] : nearestNames(line.option, optionNames);
    return { what: line.mistake, form: `/orders sync ${exampleOf(meant ?? 'since', today)}` };
  }
  const words = line.words.filter((word) => word.isQuoted || !/^b2[bc]$/i.test(word.text));
  const orderKind = words.length < line.words.length && hasWord(line, 'b2b') ? 'b2b' : 'b2c';
  const names = namesOf(words);
  const range = readRange(line.options, today);
  if ('what' in range) {
    const rest = [...range.rests, exampleOf('since', today)].find((typed) => isTaken(typed, today)) ?? '';
    return { what: range.what, form: formOf(names, [...kindWord(orderKind), rest].join(' ')) };
  }
  const options = [...line.options].map(([name, value]) => `--${name} ${typedValue(value)}`);
  return { names, orderKind, range, rest: [...kindWord(orderKind), ...options].join(' ') };
}

/** A command as one types it; without the names where it could not be shown whole. */
export function formOf(names: readonly string[], rest: string): string {
  const whole = `/orders sync ${names.map(typedName).join(', ')}`.trim();
  const isShown = whole.length + rest.length < longestForm && !whole.includes('`') && whole.isWellFormed();
  return `${isShown ? whole : '/orders sync'} ${rest}`.trim();
}

/** What is shown to be copied is cut beyond. */
const longestForm = 290;

const typedValue = (value: string): string => value.split(',').map(typedName).join(',');

/** Whether a proposal would be understood, and not refused for its dates, on whatever clock. */
function isTaken(rest: string, today: string): boolean {
  const line = readCommandLine(rest, optionShapes);
  if ('mistake' in line || line.words.length > 0 || rest.length > longestForm / 2 || rest.includes('`')) return false;
  const range = readRange(line.options, today);
  if ('what' in range) return false;
  if (range.kind === 'since') return range.ms <= longestDays * dayMs;
  if (range.kind !== 'between') return true;
  const { from, to } = range;
  // Today may not have begun there yet, and yesterday evening may lie ahead.
  const isPast = from.day < (from.time === null ? today : addDays(today, -1));
  return isPast && Date.parse(earlier(to?.day ?? today, today)) - Date.parse(from.day) <= longestDays * dayMs;
}

const dayMs = 86_400_000;
/** Below what one request may ask for, whatever the clocks. */
const longestDays = 364;

const earlier = (day: string, other: string): string => (day < other ? day : other);

/** What core is asked for, on this merchant's clock. */
export function modeOf(range: Range, timeZone: string, now: Date): RequestedMode {
  switch (range.kind) {
    case 'new':
      return { kind: 'immediate' };
    case 'since':
      return { kind: 'time_range', since: new Date(now.getTime() - range.ms), until: now };
    case 'between': {
      const since = momentOn(range.from.day, range.from.time ?? '00:00', timeZone);
      // A beginning that lies in the future is core's to refuse, whatever its end.
      if (since >= now) return { kind: 'time_range', since, until: new Date(since.getTime() + dayMs) };
      const until = range.to === null ? now : endOf(range.to, timeZone);
      // Nothing is known of the future.
      return { kind: 'time_range', since, until: until > now ? now : until };
    }
    case 'numbers':
      return { kind: 'order_numbers', numbers: range.numbers };
  }
}

/** A day ends where the next begins. */
const endOf = ({ day, time }: LocalMoment, timeZone: string): Date =>
  time === null ? momentOn(addDays(day, 1), '00:00', timeZone) : momentOn(day, time, timeZone);

/** `rests`: what may have been meant, the likeliest first; the first that would be taken is proposed. */
type Wrong = { readonly what: string; readonly rests: readonly string[] };

function readRange(options: CommandLine['options'], today: string): Range | Wrong {
  const [since, from, to, numbers] = [
    options.get('since'),
    options.get('from'),
    options.get('to'),
    options.get('numbers'),
  ];
  if (numbers !== undefined) {
    const list = numbers.split(/[,\s]+/).filter((number) => number !== '');
    if (list.length === 0) return { what: '--numbers needs a value.', rests: [exampleOf('numbers', today)] };
    if (since !== undefined || from !== undefined || to !== undefined) {
      return {
        what: '--numbers names orders whatever their time: leave the dates out.',
        rests: [`--numbers ${list.map(typedName).join(',')}`, exampleOf('numbers', today)],
      };
    }
    return { kind: 'numbers', numbers: list };
  }
  if (since !== undefined && (from !== undefined || to !== undefined)) {
    return { what: '--since ends now: use it, or --from and --to.', rests: [`--since ${typedName(since)}`] };
  }
  if (since !== undefined) return readSince(since);
  if (from === undefined && to === undefined) return { kind: 'new' };
  if (from === undefined) {
    const end = earlier(readMoment(to ?? '')?.day ?? today, today);
    return { what: '--to needs --from.', rests: [between(addDays(end, -2), end), exampleOf('from', today)] };
  }
  return readBetween(from, to, today);
}

function readSince(typed: string): Range | Wrong {
  const [, figure = '', unit = ''] = /^(\d{1,4})\s*([a-z]+)$/i.exec(typed) ?? [];
  const ms =
    unitMs[unit.toLowerCase().replace(/^(min|hour|day|week)s?$/, (word) => (word[0] === 'm' ? 'm' : (word[0] ?? '')))];
  if (ms !== undefined && Number(figure) > 0) return { kind: 'since', ms: Number(figure) * ms };
  const moment = readMoment(typed);
  if (moment !== null) return { kind: 'between', from: moment, to: null };
  return { what: `“${typed}” is no length of time: write 45m, 6h, 2d or 1w.`, rests: [] };
}

function readBetween(from: string, to: string | undefined, today: string): Range | Wrong {
  const [start, end] = [readMoment(from), to === undefined ? null : readMoment(to)];
  const anyDays = exampleOf('from', today);
  if (start === null) {
    const first = addDays(earlier(end?.day ?? today, today), -2);
    return {
      what: `“${from}” is no date: write 2026-11-01 or 2026-11-01T09:30.`,
      rests: [between(first, to), anyDays],
    };
  }
  if (to !== undefined && end === null) {
    return {
      what: `“${to}” is no date: write 2026-11-03 or 2026-11-03T18:00.`,
      rests: [between(from, today), anyDays],
    };
  }
  if (end !== null && keyOf(end, true) <= keyOf(start, false)) {
    const isSame = keyOf(end, true) === keyOf(start, false);
    return {
      what: isSame ? `--from ${from} is --to ${to}: nothing lies between.` : `--from ${from} lies after --to ${to}.`,
      rests: [between(to ?? today, from), ...(isSame ? [between(start.day, start.day)] : []), anyDays],
    };
  }
  return { kind: 'between', from: start, to: end };
}

const between = (first: string, last: string | undefined): string =>
  `--from ${typedName(first)}${last === undefined ? '' : ` --to ${typedName(last)}`}`;

const keyOf = ({ day, time }: LocalMoment, isEnd: boolean): string => `${day}T${time ?? (isEnd ? '24:00' : '00:00')}`;

/** Null for what is no day of these centuries’ calendar, or no time of it. */
function readMoment(typed: string): LocalMoment | null {
  const [, day = '', time] = /^([12]\d{3}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}))?$/i.exec(typed) ?? [];
  const at = new Date(`${day}T${time ?? '00:00'}:00Z`);
  if (day === '' || Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== day) return null;
  return { day, time: time ?? null };
}

const hasWord = (line: CommandLine, wanted: string): boolean =>
  line.words.some((word) => !word.isQuoted && word.text.toLowerCase() === wanted);
const kindWord = (kind: OrderKind): string[] => (kind === 'b2b' ? ['b2b'] : []);

function exampleOf(option: string, today: string): string {
  switch (option) {
    case 'from':
    case 'to':
      return `--from ${addDays(today, -2)} --to ${today}`;
    case 'numbers':
      return '--numbers 1001,1002';
    default:
      return '--since 2d';
  }
}
