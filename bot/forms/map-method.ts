import type { AlertView } from '../../core/alert/types.ts';
import { limits, type SlackModal } from '../messages/blocks.ts';
import { releasedSentence } from '../messages/released.ts';
import { foreign } from '../messages/text.ts';
import { defineForm, done, fieldError, filled } from './form.ts';
import { type RuleMetadata, ruleMetadata, ruleModal, ruleOption } from './rule.ts';

/** Which shipping type a platform's method is. */
export function mapMethodModal(form: {
  readonly metadata: RuleMetadata;
  readonly alert: AlertView;
  readonly types: readonly { readonly id: string; readonly name: string }[];
}): SlackModal {
  const { metadata, alert, types } = form;
  return ruleModal(metadata, alert, 'map_method', 'Map shipping method', foreign(metadata.subject, 100), {
    type: 'input',
    block_id: 'type',
    label: { type: 'plain_text', text: 'Shipping type' },
    element: {
      type: 'static_select',
      action_id: 'type',
      placeholder: { type: 'plain_text', text: 'Choose' },
      options: types.slice(0, limits.options).map((type) => ruleOption(type.name, type.id)),
    },
  });
}

/** Says once which shipping type a method is; every order with it follows. */
export const mapMethodForm = defineForm({
  id: 'map_method',
  metadata: ruleMetadata,
  firstBlock: 'type',
  async submit({ deps, actor, metadata, values }) {
    const shippingTypeId = filled(values, 'type');
    if (shippingTypeId === null) return fieldError('type', 'Choose one.');
    const mapped = await deps.commands.mapShippingMethod({
      actor,
      merchantId: metadata.merchant,
      storeId: metadata.store,
      method: metadata.subject,
      shippingTypeId,
    });
    if (!mapped.ok) return fieldError('type', mapped.error.message);
    return done(`Mapped. ${releasedSentence(mapped.value)}`);
  },
});
