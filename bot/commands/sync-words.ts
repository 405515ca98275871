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
  const form = (rest: string) =>
    ['/orders sync', ...names.map(typedName), ...kindWord(orderKind), rest].join(' ').trim();
  const range = readRange(line.options, today);
  if ('what' in range) return { what: range.what, form: form(range.rest) };
  return { names, orderKind, range };
}

/** What core is asked for, on this merchant's clock. */
export function modeOf(range: Range, timeZone: string, now: Date): RequestedMode {
  switch (range.kind) {
    case 'new':
      return { kind: 'immediate' };
    case 'since':
      return { kind: 'time_range', since: new Date(now.getTime() - range.ms), until: now };
    case 'between': {
      const since = momentOn(range.from.day, range.from.time ?? '00:00', timeZone);
      const until = range.to === null ? now : endOf(range.to, timeZone);
      // Nothing is known of the future; a beginning that lies there is core's to refuse.
      return { kind: 'time_range', since, until: until > now && since < now ? now : until };
    }
    case 'numbers':
      return { kind: 'order_numbers', numbers: range.numbers };
  }
}

/** A day ends where the next begins. */
const endOf = ({ day, time }: LocalMoment, timeZone: string): Date =>
  time === null ? momentOn(addDays(day, 1), '00:00', timeZone) : momentOn(day, time, timeZone);

type Wrong = { readonly what: string; readonly rest: string };

function readRange(options: CommandLine['options'], today: string): Range | Wrong {
  const [since, from, to, numbers] = [
    options.get('since'),
    options.get('from'),
    options.get('to'),
    options.get('numbers'),
  ];
  if (numbers !== undefined) {
    const list = numbers.split(/[,\s]+/).filter((number) => number !== '');
    if (since !== undefined || from !== undefined || to !== undefined) {
      return {
        what: '--numbers names orders whatever their time: leave the dates out.',
        rest: `--numbers ${list.join(',')}`,
      };
    }
    return { kind: 'numbers', numbers: list };
  }
  if (since !== undefined && (from !== undefined || to !== undefined)) {
    return { what: '--since ends now: use it, or --from and --to.', rest: `--since ${since}` };
  }
  if (since !== undefined) return readSince(since, today);
  if (from === undefined && to === undefined) return { kind: 'new' };
  if (from === undefined) {
    const end = readMoment(to ?? '')?.day ?? today;
    return { what: '--to needs --from.', rest: `--from ${addDays(end, -2)} --to ${end}` };
  }
  return readBetween(from, to, today);
}

function readSince(typed: string, today: string): Range | Wrong {
  const [, figure = '', unit = ''] = /^(\d{1,4})\s*([a-z]+)$/i.exec(typed) ?? [];
  const ms =
    unitMs[unit.toLowerCase().replace(/^(min|hour|day|week)s?$/, (word) => (word[0] === 'm' ? 'm' : (word[0] ?? '')))];
  if (ms !== undefined && Number(figure) > 0) return { kind: 'since', ms: Number(figure) * ms };
  const moment = readMoment(typed);
  if (moment !== null) return { kind: 'between', from: moment, to: null };
  return { what: `“${typed}” is no length of time: write 45m, 6h, 2d or 1w.`, rest: exampleOf('since', today) };
}

function readBetween(from: string, to: string | undefined, today: string): Range | Wrong {
  const [start, end] = [readMoment(from), to === undefined ? null : readMoment(to)];
  const example = (first: string, last: string | undefined) =>
    `--from ${first}${last === undefined ? '' : ` --to ${last}`}`;
  if (start === null) {
    return {
      what: `“${from}” is no date: write 2026-11-01 or 2026-11-01T09:30.`,
      rest: example(addDays(today, -2), to),
    };
  }
  if (to !== undefined && end === null) {
    return { what: `“${to}” is no date: write 2026-11-03 or 2026-11-03T18:00.`, rest: example(from, today) };
  }
  if (end !== null && keyOf(end, true) < keyOf(start, false)) {
    return { what: `--from ${from} lies after --to ${to}.`, rest: example(to ?? today, from) };
  }
  return { kind: 'between', from: start, to: end };
}

const keyOf = ({ day, time }: LocalMoment, isEnd: boolean): string => `${day}T${time ?? (isEnd ? '24:00' : '00:00')}`;

/** Null for what is no day of the calendar, or no time of it. */
function readMoment(typed: string): LocalMoment | null {
  const [, day = '', time] = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}))?$/i.exec(typed) ?? [];
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
