import { z } from 'zod';
import type { AlertView } from '../../core/alert/types.ts';
import type { Carrier } from '../../core/ports/connector.ts';
import { limits, type SlackBlock, type SlackModal } from '../messages/blocks.ts';
import { count, foreign, plain } from '../messages/text.ts';
import { defineForm, done, fieldError, filled } from './form.ts';

/** An option's value takes no longer code: such carriers are paired in the dashboard. */
const fits = ({ code }: Carrier): boolean => code !== '' && code.length <= limits.optionValue;

/** What the desk keeps of a provider's code. */
const longestCode = 120;

const metadata = z.object({ merchant: z.uuid(), store: z.uuid(), carrier: z.uuid() });

export interface PairCarrier {
  readonly alert: AlertView;
  readonly storeId: string;
  readonly carrier: { readonly id: string; readonly name: string };
  /** Null: the platform has no list, its name for the carrier is typed. */
  readonly offered: readonly Carrier[] | null;
}

/** Which logistics provider of the platform a carrier is. */
export function pairCarrierModal({ alert, storeId, carrier, offered }: PairCarrier): SlackModal {
  const waiting = `${count(alert.orderCount, 'order')} ${alert.orderCount === 1 ? 'waits' : 'wait'} for it; saving sends the tracking numbers.`;
  const blocks: SlackBlock[] = [
    {
      type: 'section',
      text: {
        type: 'mrkdwn',
        text: `*${foreign(carrier.name, 100)}* at ${foreign(alert.storeName ?? alert.merchantName, 60)}\n${waiting}`,
      },
    },
    offered?.some(fits) === true ? chooseInput(offered.filter(fits)) : typeInput(carrier.name),
  ];
  return {
    type: 'modal',
    callback_id: 'pair_carrier',
    private_metadata: JSON.stringify({ merchant: alert.merchantId, store: storeId, carrier: carrier.id }),
    title: { type: 'plain_text', text: 'Pair carrier' },
    submit: { type: 'plain_text', text: 'Pair' },
    close: { type: 'plain_text', text: 'Cancel' },
    blocks,
  };
}

/** A select takes a hundred options, or a hundred groups of them. */
function chooseInput(offered: readonly Carrier[]): SlackBlock {
  const options = offered.map((one) => ({
    text: { type: 'plain_text' as const, text: plain(one.name, limits.optionText) },
    value: one.code,
  }));
  const groups = Array.from({ length: Math.ceil(options.length / limits.options) }, (_, index) => {
    const part = options.slice(index * limits.options, (index + 1) * limits.options);
    const label = `${part[0]?.text.text.slice(0, 30)} – ${part.at(-1)?.text.text.slice(0, 30)}`;
    return { label: { type: 'plain_text' as const, text: label }, options: part };
  });
  return {
    type: 'input',
    block_id: 'provider',
    label: { type: 'plain_text', text: 'The platform calls it' },
    element: {
      type: 'static_select',
      action_id: 'provider',
      placeholder: { type: 'plain_text', text: 'Choose' },
      ...(groups.length > 1 ? { option_groups: groups.slice(0, limits.options) } : { options }),
    },
  };
}

const typeInput = (name: string): SlackBlock => ({
  type: 'input',
  block_id: 'provider',
  label: { type: 'plain_text', text: 'The platform’s name for it' },
  element: {
    type: 'plain_text_input',
    action_id: 'provider',
    max_length: longestCode,
    initial_value: plain(name, longestCode),
  },
});

/** Pairs the carrier; tracking numbers that waited for it are sent at once. */
export const pairCarrierForm = defineForm({
  id: 'pair_carrier',
  metadata,
  firstBlock: 'provider',
  async submit({ deps, actor, metadata: form, values }) {
    const code = filled(values, 'provider');
    if (code === null) return fieldError('provider', 'Choose or type one.');
    const chosen = values.provider?.provider?.selected_option?.text.text;
    const paired = await deps.commands.pairCarrier({
      actor,
      merchantId: form.merchant,
      storeId: form.store,
      carrierId: form.carrier,
      platformCode: code,
      platformName: chosen ?? code,
    });
    if (!paired.ok) return fieldError('provider', paired.error.message);
    return done(`Paired. ${count(paired.value.resumed, 'tracking number')} on the way to the platform.`);
  },
});
