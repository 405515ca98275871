import { z } from 'zod';
import type { AlertView } from '../../core/alert/types.ts';
import { limits, type SlackBlock, type SlackModal, type SlackOption } from '../messages/blocks.ts';
import { count, foreign, plain } from '../messages/text.ts';

/** Kept in the modals that make one rule of a store: ids, and the payment type or method it is about. */
export const ruleMetadata = z.object({ merchant: z.uuid(), store: z.uuid(), subject: z.string() });
export type RuleMetadata = z.infer<typeof ruleMetadata>;

export const ruleOption = (label: string, value: string, about?: string): SlackOption => ({
  text: { type: 'plain_text', text: plain(label, limits.optionText) },
  value,
  ...(about === undefined ? {} : { description: { type: 'plain_text', text: plain(about, limits.optionText) } }),
});

/** A form with one choice: what it is about, who waits for it, the choice. */
export function ruleModal(
  metadata: RuleMetadata,
  alert: AlertView,
  callbackId: string,
  title: string,
  subject: string,
  input: SlackBlock,
): SlackModal {
  const waiting = `${count(alert.orderCount, 'order')} ${alert.orderCount === 1 ? 'waits' : 'wait'} for it.`;
  const text = `*${subject}* at ${foreign(alert.storeName ?? alert.merchantName, 60)}\n${waiting}`;
  return {
    type: 'modal',
    callback_id: callbackId,
    private_metadata: JSON.stringify(metadata),
    title: { type: 'plain_text', text: title },
    submit: { type: 'plain_text', text: 'Save' },
    close: { type: 'plain_text', text: 'Cancel' },
    blocks: [{ type: 'section', text: { type: 'mrkdwn', text } }, input],
  };
}
