import type { z } from 'zod';
import type { FormValues, Gesture } from '../gesture.ts';
import type { PrivateText } from '../listeners/replies.ts';
import type { SlackModal } from '../messages/blocks.ts';
import { cut } from '../messages/text.ts';
import { parseJson } from '../values.ts';

/** A form that was sent off. `view` is the form itself. */
export interface Submission<Metadata> extends Gesture {
  readonly metadata: Metadata;
  readonly values: FormValues;
}

export type FormAnswer =
  /** Stays open; each reason on its block. */
  | { readonly kind: 'errors'; readonly errors: Readonly<Record<string, string>> }
  | { readonly kind: 'update'; readonly view: SlackModal }
  | { readonly kind: 'push'; readonly view: SlackModal }
  /** Closes; the person is told privately where they opened it. Null: the message itself will say it. */
  | { readonly kind: 'done'; readonly text: string | PrivateText | null };

export interface FormDefinition<Metadata> {
  /** The `callback_id`. */
  readonly id: string;
  /** What the form keeps: ids only. */
  readonly metadata: z.ZodType<Metadata>;
  /** The block that shows what names no field. */
  readonly firstBlock: string;
  readonly submit: (submission: Submission<Metadata>) => Promise<FormAnswer>;
}

/** A form whose metadata's type is its own business. */
export interface Form {
  readonly id: string;
  readonly firstBlock: string;
  readonly submit: (gesture: Gesture, values: FormValues) => Promise<FormAnswer>;
}

export function defineForm<Metadata>(definition: FormDefinition<Metadata>): Form {
  return {
    id: definition.id,
    firstBlock: definition.firstBlock,
    async submit(gesture, values) {
      const metadata = definition.metadata.safeParse(parseJson(gesture.view?.metadata));
      if (!metadata.success)
        return fieldError(definition.firstBlock, 'This form is from an older version. Open it anew.');
      return definition.submit({ ...gesture, metadata: metadata.data, values });
    },
  };
}

/** Under a field nobody reads more, and an order can be held for forty reasons. */
const longestFieldError = 600;

export const fieldError = (block: string, message: string): FormAnswer => ({
  kind: 'errors',
  errors: { [block]: cut(message, longestFieldError) },
});

export const done = (text: string | PrivateText | null): FormAnswer => ({ kind: 'done', text });

/** The value of one element of a form: what was typed or chosen; null when nothing. */
export function filled(values: FormValues, block: string, element: string = block): string | null {
  const state = values[block]?.[element];
  const value = state?.value ?? state?.selected_option?.value ?? state?.selected_date;
  return value === undefined || value === null || value === '' ? null : value;
}
