import { z } from 'zod';
import { type Found, findPage, mostTyped } from '../find-orders.ts';
import type { SlackModal } from '../messages/blocks.ts';
import { foundReply } from '../messages/found-orders.ts';
import { defineForm, fieldError, filled } from './form.ts';

/** A search box, and below it what the last search found. */
export const findOrderModal = (found: Found | null, publicUrl: string): SlackModal => ({
  type: 'modal',
  callback_id: 'find_order',
  private_metadata: '{}',
  title: { type: 'plain_text', text: 'Find an order' },
  submit: { type: 'plain_text', text: 'Search' },
  close: { type: 'plain_text', text: 'Close' },
  blocks: [
    {
      type: 'input',
      block_id: 'text',
      label: { type: 'plain_text', text: 'Order number, tracking number, recipient or SKU' },
      element: {
        type: 'plain_text_input',
        action_id: 'text',
        max_length: mostTyped,
        ...(found === null ? {} : { initial_value: found.text }),
        placeholder: { type: 'plain_text', text: '1001' },
      },
    },
    ...(found === null ? [] : foundReply(found, publicUrl).blocks),
  ],
});

export const findOrderForm = defineForm({
  id: 'find_order',
  metadata: z.object({}),
  firstBlock: 'text',
  async submit(submission) {
    const text = filled(submission.values, 'text')?.trim() ?? '';
    if (text === '') return fieldError('text', 'Write something to look for.');
    const found = await findPage(submission, { text, page: 0 });
    return { kind: 'update', view: findOrderModal(found, submission.deps.config.publicUrl) };
  },
});
