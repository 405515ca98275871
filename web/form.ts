import { isId } from '../core/ids.ts';
import type { WebContext } from './env.ts';

/** The form's text of this name, trimmed; '' when it is not there. */
export function textOf(c: WebContext, name: string): string {
  const value = c.get('form')?.get(name);
  return typeof value === 'string' ? value.trim() : '';
}

/** What a form saw of a rule when it was drawn: null for nothing, undefined when it does not say. */
export const seenOf = (c: WebContext, name = 'seen'): string | null | undefined =>
  c.get('form')?.has(name) === true ? textOf(c, name) || null : undefined;

/** All texts of this name, trimmed, without empty ones. */
export function textsOf(c: WebContext, name: string): readonly string[] {
  const values = c.get('form')?.getAll(name) ?? [];
  return values.flatMap((value) => (typeof value === 'string' && value.trim() !== '' ? [value.trim()] : []));
}

/** The ids among the values of this name, each once, in the order they came. */
export const idsOf = (c: WebContext, name: string): readonly string[] => [...new Set(textsOf(c, name).filter(isId))];

/** The note with which a person takes a warning upon themselves; undefined without one. */
export function overrideOf(c: WebContext): { readonly note: string } | undefined {
  const note = textOf(c, 'override');
  return note === '' ? undefined : { note };
}

/** A whole number; NaN for anything else. */
export function numberOf(c: WebContext, name: string): number {
  const text = textOf(c, name);
  return /^-?\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
}

/** The uploaded file; null when none was chosen. */
export function fileOf(c: WebContext, name: string): File | null {
  const value = c.get('form')?.get(name);
  return value instanceof File && value.size > 0 ? value : null;
}
