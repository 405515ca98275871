import type { Action } from './action.ts';
import { openClassify } from './classify-payment.ts';
import { openMap } from './map-method.ts';

/** Opens the rule that settled a card for another choice: the form shows what stands now. */
export const changeRule: Action = {
  id: 'change_rule',
  evenStale: true,
  async onCause(press) {
    const { kind, merchantId, storeId, storeName, detail } = press.alert;
    if (storeId === null) return 'This alert names no store. Open the dashboard.';
    const rule = { merchant: merchantId, store: storeId, subject: detail.subject ?? '' };
    // Who waited is released: the card's number is no longer who waits.
    const about = press.alert.state === 'open' ? press.alert : { storeName };
    if (kind === 'held:payment_unknown') return openClassify(press, rule, about);
    if (kind === 'held:shipping_method_unmapped') return openMap(press, rule, about);
    return 'This card is about no payment type and no shipping method.';
  },
};
