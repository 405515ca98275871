import type { Result } from '../../core/result.ts';

export interface BenchRequest {
  /** Builds the million orders; else tables small enough for a minute. */
  readonly isFull: boolean;
  /** In the order of `known`, each once. */
  readonly figures: readonly string[];
}

/** `[--full] [FIGURE…]`: without a figure all of them. The error says what can be asked for. */
export function readArguments(given: readonly string[], known: readonly string[]): Result<BenchRequest, string> {
  const options = given.filter((word) => word.startsWith('-'));
  const names = given.filter((word) => !word.startsWith('-'));
  const wrongOption = options.find((option) => option !== '--full');
  if (wrongOption !== undefined) {
    return { ok: false, error: `There is no option ${wrongOption}. Use --full, or name figures: ${known.join(', ')}.` };
  }
  const wrongName = names.find((name) => !known.includes(name));
  if (wrongName !== undefined) {
    return { ok: false, error: `There is no figure ${wrongName}. There are: ${known.join(', ')}.` };
  }
  const figures = names.length === 0 ? known : known.filter((name) => names.includes(name));
  return { ok: true, value: { isFull: options.length > 0, figures } };
}
