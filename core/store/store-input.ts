import { z } from 'zod';
import type { AuthField } from '../ports/connector.ts';
import { ok, type Refusal, type Result, refuse } from '../result.ts';
import { printable } from '../typed-text.ts';

const nameLimit = 80;
const codeLimit = 40;

/** A store's name as typed: trimmed, inner space folded, one line. */
export function parseStoreName(text: string): Result<string, Refusal> {
  const name = printable(text).normalize('NFC').replaceAll(/\s+/g, ' ').trim();
  if (name === '') return refuse('name_missing', 'Give the store a name that your team recognizes.', 'name');
  if (name.length > nameLimit) {
    return refuse('name_too_long', `The name may have at most ${nameLimit} characters.`, 'name');
  }
  return ok(name);
}

/** Null for an empty code. */
export function parseStoreCode(text: string | null | undefined): Result<string | null, Refusal> {
  const code = printable(text ?? '').trim();
  if (code === '') return ok(null);
  if (code.length > codeLimit) {
    return refuse('code_too_long', `The code may have at most ${codeLimit} characters.`, 'code');
  }
  return ok(code);
}

export const nameTaken = (name: string, platformName: string, field = 'name'): Result<never, Refusal> =>
  refuse('name_taken', `A ${platformName} store named ${name} exists already. Choose another name.`, field);

/** Limits of the sync settings of a store. */
export const syncLimits = {
  /** Five minutes are what a platform's rate bears with many stores; a day is the longest that "scheduled" may mean. */
  everyMinutes: { least: 5, most: 1_440 },
  /** Thirty days. */
  lookBackHours: { least: 1, most: 720 },
  freshnessMinutes: { least: 0, most: 10_080 },
} as const;

export interface StoreSettingsInput {
  readonly syncEveryMinutes?: number | undefined;
  readonly lookBackHours?: number | undefined;
  readonly firstLookBackHours?: number | undefined;
  readonly freshnessMinutes?: number | undefined;
  readonly requiresMethodMapping?: boolean | undefined;
  /** Platform-specific ones, by the names that the profile declares. */
  readonly platform?: Readonly<Record<string, string>> | undefined;
}

const whole = (limits: { readonly least: number; readonly most: number }) =>
  z.number().int().min(limits.least).max(limits.most);

const numbers = [
  ['syncEveryMinutes', 'Sync every', 'minutes', syncLimits.everyMinutes],
  ['lookBackHours', 'Look back', 'hours', syncLimits.lookBackHours],
  ['firstLookBackHours', 'First look back', 'hours', syncLimits.lookBackHours],
  ['freshnessMinutes', 'Freshness limit', 'minutes', syncLimits.freshnessMinutes],
] as const;

/** The first setting out of its limits, or unknown to the platform, as a refusal; `platform` comes back trimmed. */
export function parseStoreSettings(
  input: StoreSettingsInput,
  declared: readonly AuthField[],
): Result<{ readonly platform: Readonly<Record<string, string>> }, Refusal> {
  for (const [field, label, unit, limits] of numbers) {
    const value = input[field];
    if (value === undefined || whole(limits).safeParse(value).success) continue;
    const { least, most } = limits;
    return refuse('out_of_range', `${label}: a whole number of ${unit} from ${least} to ${most}.`, field);
  }
  const platform: Record<string, string> = {};
  for (const [name, text] of Object.entries(input.platform ?? {})) {
    const field = declared.find((item) => item.name === name);
    if (field === undefined) return refuse('unknown_setting', `There is no setting ${name} on this platform.`, name);
    const value = text.trim();
    const isChoice = field.options === undefined || value === '' || field.options.some((item) => item.value === value);
    const matches = field.pattern === undefined || value === '' || new RegExp(`^(?:${field.pattern})$`).test(value);
    if (!isChoice || !matches) {
      return refuse('bad_setting', field.patternMessage ?? `${field.label}: for example ${field.example}.`, name);
    }
    platform[name] = value;
  }
  return ok({ platform });
}
