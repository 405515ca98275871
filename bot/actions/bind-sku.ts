import { ok } from '../../core/result.ts';
import { keyOfAlert } from '../cause-key.ts';
import { type BindMetadata, bindSkuModal } from '../forms/bind-sku.ts';
import { openForm } from '../forms/open.ts';
import type { Action } from './action.ts';

/** Suggestions shown in the form. */
const suggestionCount = 5;

/** Opens the form that says what a platform SKU is. */
export const bindSku: Action = {
  id: 'bind_sku',
  async onCause(press) {
    const { deps, actor, alert } = press;
    const key = keyOfAlert(alert);
    if (alert.storeId === null || key === null) {
      return 'This line has nothing to bind by. Give the listing a SKU on the platform.';
    }
    const metadata: BindMetadata = {
      alert: alert.id,
      merchant: alert.merchantId,
      store: alert.storeId,
      keyKind: key.kind,
      key: key.key,
    };
    return openForm(press, 'Bind SKU', async () => {
      const [preview, suggestions] = await Promise.all([
        deps.commands.previewBindSku({
          actor,
          merchantId: metadata.merchant,
          storeId: metadata.store,
          keyKind: key.kind,
          key: key.key,
        }),
        deps.queries.suggestProducts({
          merchantId: alert.merchantId,
          platformSku: key.key,
          platformName: alert.detail.name ?? null,
          limit: suggestionCount,
        }),
      ]);
      if (!preview.ok) return preview;
      return ok(bindSkuModal({ metadata, alert, heldOrders: preview.value.heldOrders, suggestions }));
    });
  },
};
