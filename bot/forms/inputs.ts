import type { SlackBlock } from '../messages/blocks.ts';

export const mrkdwn = (text: string): SlackBlock => ({ type: 'section', text: { type: 'mrkdwn', text } });

interface TextField {
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
  readonly initial?: string;
  readonly max: number;
  readonly optional?: boolean;
  readonly multiline?: boolean;
}

/** A text to type; its element has the block's id. */
export const textInput = (field: TextField): SlackBlock => ({
  type: 'input',
  block_id: field.id,
  optional: field.optional === true,
  label: { type: 'plain_text', text: field.label },
  ...(field.hint === undefined ? {} : { hint: { type: 'plain_text', text: field.hint } }),
  element: {
    type: 'plain_text_input',
    action_id: field.id,
    max_length: field.max,
    ...(field.multiline === true ? { multiline: true } : {}),
    ...(field.initial === undefined || field.initial === '' ? {} : { initial_value: field.initial }),
  },
});
