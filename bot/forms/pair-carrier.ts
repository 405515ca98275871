import { z } from 'zod';
import type { Carrier } from '../../core/ports/connector.ts';
import { longestCarrierName } from '../../core/shipment/carrier-choice.ts';
import { limits, type SlackBlock, type SlackModal } from '../messages/blocks.ts';
import { count, foreign, plain } from '../messages/text.ts';
import { type PairChoice, type PairedCarrier, pairChoice } from '../pair-choice.ts';
import { defineForm, done, fieldError, filled } from './form.ts';
import { aboutText, choiceId, type RuleAbout, standingBlocks } from './rule.ts';

/** An option's value takes no longer code: such carriers are paired in the dashboard. */
const fits = ({ code }: Carrier): boolean => code !== '' && code.length <= limits.optionValue;

/** What the desk keeps of a provider's code. */
const longestCode = 120;

const pairMetadata = z.object({
  merchant: z.uuid(),
  store: z.uuid(),
  /** A carrier of the desk, or the name that was typed instead. */
  carrier: z.union([
    z.uuid(),
    // One letter may fold into two.
    z.object({ name: z.string().max(longestCarrierName), foldedName: z.string().max(2 * longestCarrierName) }),
  ]),
  /** The platform's code that the person saw paired; null: none. */
  seen: z.string().max(longestCode).nullable().optional(),
});

export interface PairCarrier extends Pick<PairChoice, 'offered'> {
  readonly metadata: z.infer<typeof pairMetadata>;
  readonly about: RuleAbout;
  readonly carrierName: string;
  /** What it is paired with already; its code is `metadata.seen`. */
  readonly pairedName: string | null;
  readonly notice?: string;
}

/** Which logistics provider of the platform a carrier is. */
export function pairCarrierModal(form: PairCarrier): SlackModal {
  const { metadata, about, carrierName, pairedName, offered, notice } = form;
  const text = [
    aboutText(foreign(carrierName, 100), about, '; saving sends the tracking numbers'),
    ...(typeof metadata.carrier === 'string' ? [] : [typedNote]),
  ].join('\n');
  const seen = metadata.seen ?? null;
  const blocks: SlackBlock[] = [
    { type: 'section', text: { type: 'mrkdwn', text } },
    ...standingBlocks(pairedName, notice),
    offered?.some(fits) === true ? chooseInput(offered.filter(fits), seen) : typeInput(carrierName, seen),
  ];
  return {
    type: 'modal',
    callback_id: 'pair_carrier',
    private_metadata: JSON.stringify(metadata),
    title: { type: 'plain_text', text: 'Pair carrier' },
    submit: { type: 'plain_text', text: 'Pair' },
    close: { type: 'plain_text', text: 'Cancel' },
    blocks,
  };
}

const typedNote =
  'This name was typed in Manual Ship. The pairing is for all that is shipped with it from this store, now and later.';

/** A select takes a hundred options, or a hundred groups of them. */
function chooseInput(offered: readonly Carrier[], seen: string | null): SlackBlock {
  const options = offered.map((one) => ({
    text: { type: 'plain_text' as const, text: plain(one.name, limits.optionText) },
    value: one.code,
  }));
  const groups = Array.from({ length: Math.ceil(options.length / limits.options) }, (_, index) => {
    const part = options.slice(index * limits.options, (index + 1) * limits.options);
    const label = `${part[0]?.text.text.slice(0, 30)} – ${part.at(-1)?.text.text.slice(0, 30)}`;
    return { label: { type: 'plain_text' as const, text: label }, options: part };
  });
  const chosen = options.slice(0, limits.options ** 2).find(({ value }) => value === seen);
  return {
    type: 'input',
    block_id: 'provider',
    label: { type: 'plain_text', text: 'The platform calls it' },
    element: {
      type: 'static_select',
      action_id: choiceId('provider', seen),
      placeholder: { type: 'plain_text', text: 'Choose' },
      ...(groups.length > 1 ? { option_groups: groups.slice(0, limits.options) } : { options }),
      ...(chosen === undefined ? {} : { initial_option: chosen }),
    },
  };
}

const typeInput = (name: string, seen: string | null): SlackBlock => ({
  type: 'input',
  block_id: 'provider',
  label: { type: 'plain_text', text: 'The platform’s name for it' },
  element: {
    type: 'plain_text_input',
    action_id: choiceId('provider', seen),
    max_length: longestCode,
    initial_value: seen ?? plain(name, longestCode),
  },
});

const choiceOf = (carrier: z.infer<typeof pairMetadata>['carrier']): PairedCarrier =>
  typeof carrier === 'string' ? { id: carrier } : carrier;

/** Pairs the carrier; tracking numbers that waited for it are sent at once. */
export const pairCarrierForm = defineForm({
  id: 'pair_carrier',
  metadata: pairMetadata,
  firstBlock: 'provider',
  async submit({ deps, actor, metadata, values }) {
    const element = choiceId('provider', metadata.seen);
    const code = filled(values, 'provider', element);
    if (code === null) return fieldError('provider', 'Choose or type one.');
    const chosen = values.provider?.[element]?.selected_option?.text.text;
    const about = { merchantId: metadata.merchant, storeId: metadata.store, carrier: choiceOf(metadata.carrier) };
    const paired = await deps.commands.pairCarrier({
      actor,
      ...about,
      platformCode: code,
      platformName: chosen ?? code,
      seenPlatformCode: metadata.seen,
    });
    if (!paired.ok && paired.error.code === 'decided_meanwhile') {
      const choice = await pairChoice(deps, actor, about);
      if (!choice.ok) return fieldError('provider', `${paired.error.message} Close this form and open it again.`);
      const { storeName, carrierName, waitingCount, paired: there, offered } = choice.value;
      const view = pairCarrierModal({
        metadata: { ...metadata, seen: there?.code ?? null },
        about: { storeName, ...(waitingCount === 0 ? {} : { orderCount: waitingCount }) },
        carrierName: carrierName ?? ('name' in about.carrier ? about.carrier.name : 'This carrier'),
        pairedName: there?.name ?? null,
        offered,
        notice: paired.error.message,
      });
      return { kind: 'update', view };
    }
    if (!paired.ok) return fieldError('provider', paired.error.message);
    return done(`Paired. ${count(paired.value.resumed, 'tracking number')} on the way to the platform.`);
  },
});
