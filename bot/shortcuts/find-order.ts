import { findOrderModal } from '../forms/find-order.ts';
import { openNow } from '../forms/open.ts';
import type { Shortcut } from './shortcut.ts';

export const findOrder: Shortcut = {
  id: 'find_order',
  type: 'global',
  run: (chosen) => openNow(chosen, findOrderModal(null, chosen.deps.config.publicUrl)),
};
