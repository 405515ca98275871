import { z } from 'zod';
import type { AlertView } from '../../core/alert/types.ts';
import { limits, type SlackBlock, type SlackModal, type SlackOption } from '../messages/blocks.ts';
import { count, foreign, plain } from '../messages/text.ts';
import { belowSchema } from '../values.ts';

/**
 * Kept in the modals that make one rule of a store: ids, and the payment type or method it is about. Each adds as `seen`
 * what the person saw decided already, null for nothing.
 */
export const ruleMetadata = belowSchema.extend({
  merchant: z.uuid(),
  store: z.uuid(),
  subject: z.string(),
  /** The order whose form lies below; absent where it was opened from a card. */
  order: z.uuid().optional(),
});
export type RuleMetadata = z.infer<typeof ruleMetadata>;

/** Where a rule is, and who waits for it: an alert, or a store alone. */
export type RuleAbout = Pick<AlertView, 'storeName'> & Partial<Pick<AlertView, 'merchantName' | 'orderCount'>>;

/**
 * The id of the choice. Slack keeps what was chosen in a form that is drawn again under the same id: another one where
 * something else stands, so that the form shows that.
 */
export const choiceId = (block: string, seen: string | null | undefined): string =>
  seen == null ? block : `${block}:${seen}`;

/** `*express* at Tea house`, and how many orders wait. */
export function aboutText(subject: string, about: RuleAbout, then = ''): string {
  const { storeName, merchantName = '', orderCount } = about;
  const place = `*${subject}* at ${foreign(storeName ?? merchantName, 60)}`;
  if (orderCount === undefined) return place;
  return `${place}\n${count(orderCount, 'order')} ${orderCount === 1 ? 'waits' : 'wait'} for it${then}.`;
}

/** What stands already, and why the form was not taken. */
export function standingBlocks(standing: string | null, notice: string | undefined): SlackBlock[] {
  const lines = [
    notice === undefined ? null : `:warning: ${foreign(notice, 500)}`,
    standing === null ? null : `Now: *${foreign(standing, 120)}*`,
  ].filter((line) => line !== null);
  return lines.length === 0 ? [] : [{ type: 'section', text: { type: 'mrkdwn', text: lines.join('\n') } }];
}

export const ruleOption = (label: string, value: string, about?: string): SlackOption => ({
  text: { type: 'plain_text', text: plain(label, limits.optionText) },
  value,
  ...(about === undefined ? {} : { description: { type: 'plain_text', text: plain(about, limits.optionText) } }),
});

/** A form with one choice: what it is about, who waits for it, what stands already, the choice. */
export function ruleModal(form: {
  readonly id: string;
  readonly title: string;
  readonly metadata: RuleMetadata;
  readonly about: RuleAbout;
  /** As mrkdwn. */
  readonly subject: string;
  readonly standing: string | null;
  readonly notice: string | undefined;
  readonly input: SlackBlock;
}): SlackModal {
  const text = aboutText(form.subject, form.about);
  return {
    type: 'modal',
    callback_id: form.id,
    private_metadata: JSON.stringify(form.metadata),
    title: { type: 'plain_text', text: form.title },
    submit: { type: 'plain_text', text: 'Save' },
    close: { type: 'plain_text', text: 'Cancel' },
    blocks: [
      { type: 'section', text: { type: 'mrkdwn', text } },
      ...standingBlocks(form.standing, form.notice),
      form.input,
    ],
  };
}
