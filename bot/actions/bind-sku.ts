import { requirePermission } from '../../core/people/permissions.ts';
import { ok } from '../../core/result.ts';
import { bindChoice } from '../bind-choice.ts';
import { keyOfAlert } from '../cause-key.ts';
import { type BindMetadata, bindSkuModal } from '../forms/bind-sku.ts';
import { openForm } from '../forms/open.ts';
import { said } from '../listeners/replies.ts';
import type { Action } from './action.ts';

/** Opens the form that says what a platform SKU is. */
export const bindSku: Action = {
  id: 'bind_sku',
  async onCause(press) {
    const { deps, actor, alert } = press;
    const permitted = requirePermission(actor, 'work_orders', alert.merchantId);
    if (!permitted.ok) return said(permitted.error);
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
      rows: 1,
    };
    return openForm(press, 'Bind SKU', async () => {
      const choice = await bindChoice(deps, actor, metadata);
      return choice.ok ? ok(bindSkuModal(metadata, choice.value)) : choice;
    });
  },
};
