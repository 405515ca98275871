import { bindChoice } from '../bind-choice.ts';
import { bindMetadata, bindSkuModal, mostComponents } from '../forms/bind-sku.ts';
import { updateView } from '../forms/open.ts';
import { said } from '../listeners/replies.ts';
import { parseJson } from '../values.ts';
import type { Action } from './action.ts';

/** One more part in the open Bind SKU form; what was filled in stays, and the numbers are read anew. */
export const bindPart: Action = {
  id: 'bind_part',
  async onValue(press) {
    const { deps, actor, view } = press;
    const metadata = bindMetadata.safeParse(parseJson(view?.metadata));
    if (view === null || !metadata.success) return 'This form is from an older version. Open it anew.';
    const wider = { ...metadata.data, rows: Math.min(metadata.data.rows + 1, mostComponents) };
    const choice = await bindChoice(deps, actor, wider);
    if (!choice.ok) return said(choice.error);
    await updateView(press, view, bindSkuModal(wider, choice.value));
    return null;
  },
};
