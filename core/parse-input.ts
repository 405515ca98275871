import type { z } from 'zod';
import { ok, type Refusal, type Result, refuse } from './result.ts';

/** What a person typed, as the schema says; else a refusal that names the first field at fault. */
export function parseInput<T>(schema: z.ZodType<T>, input: unknown): Result<T, Refusal> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return ok(parsed.data);
  const [issue] = parsed.error.issues;
  const field = issue?.path.find((part) => typeof part === 'string');
  return refuse('invalid_input', issue?.message ?? 'This cannot be read.', field);
}
