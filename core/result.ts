/**
 * A refusal is a value: the person (or caller) asked for something that the desk will not do, and is told why.
 * `code` is stable snake_case for code to switch on; `message` is for the person and says what to do next.
 */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  /** The form field at fault, where there is one. */
  readonly field?: string;
}

export type Result<T, E = Refusal> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E };

export const ok = <T>(value: T): Result<T, never> => ({ ok: true, value });

export const refuse = (code: string, message: string, field?: string): Result<never, Refusal> => ({
  ok: false,
  error: field === undefined ? { code, message } : { code, message, field },
});
