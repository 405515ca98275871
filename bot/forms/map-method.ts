import { z } from 'zod';
import { limits, type SlackModal } from '../messages/blocks.ts';
import { releasedSentence } from '../messages/released.ts';
import { foreign } from '../messages/text.ts';
import { defineForm, fieldError, filled } from './form.ts';
import { choiceId, type RuleAbout, ruleMetadata, ruleModal, ruleOption } from './rule.ts';
import { ruleMade } from './rule-made.ts';

const mapMetadata = ruleMetadata.extend({ seen: z.uuid().nullable().optional() });

/** Which shipping type a platform's method is. */
export function mapMethodModal(form: {
  readonly metadata: z.infer<typeof mapMetadata>;
  readonly about: RuleAbout;
  readonly types: readonly { readonly id: string; readonly name: string }[];
  readonly notice?: string;
}): SlackModal {
  const { metadata, about, types, notice } = form;
  const { subject, seen } = metadata;
  const options = types.slice(0, limits.options).map((type) => ruleOption(type.name, type.id));
  const chosen = options.find(({ value }) => value === seen);
  return ruleModal({
    id: 'map_method',
    title: 'Map shipping method',
    metadata,
    about,
    subject: foreign(subject, 100),
    standing: types.find(({ id }) => id === seen)?.name ?? null,
    notice,
    input: {
      type: 'input',
      block_id: 'type',
      label: { type: 'plain_text', text: 'Shipping type' },
      element: {
        type: 'static_select',
        action_id: choiceId('type', seen),
        placeholder: { type: 'plain_text', text: 'Choose' },
        options,
        ...(chosen === undefined ? {} : { initial_option: chosen }),
      },
    },
  });
}

/** Says once which shipping type a method is; every order with it follows. */
export const mapMethodForm = defineForm({
  id: 'map_method',
  metadata: mapMetadata,
  firstBlock: 'type',
  async submit(submission) {
    const { deps, actor, metadata, values } = submission;
    const { merchant: merchantId, store: storeId, subject: method, seen: seenShippingTypeId } = metadata;
    const shippingTypeId = filled(values, 'type', choiceId('type', seenShippingTypeId));
    if (shippingTypeId === null) return fieldError('type', 'Choose one.');
    const rule = { merchantId, storeId, method };
    const mapped = await deps.commands.mapShippingMethod({ actor, ...rule, shippingTypeId, seenShippingTypeId });
    if (!mapped.ok && mapped.error.code === 'decided_meanwhile') {
      const [types, [row]] = await Promise.all([
        deps.queries.listShippingTypes({ merchantIds: [merchantId] }),
        deps.queries.listMethods({ merchantIds: [merchantId], only: { storeId, method } }),
      ]);
      if (row !== undefined) {
        const now = { metadata: { ...metadata, seen: row.shippingTypeId }, about: { storeName: row.storeName } };
        return { kind: 'update', view: mapMethodModal({ ...now, types, notice: mapped.error.message }) };
      }
    }
    if (!mapped.ok) return fieldError('type', mapped.error.message);
    return ruleMade(submission, `Mapped. ${releasedSentence(mapped.value)}`);
  },
});
