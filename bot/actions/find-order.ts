import { findOrderModal } from '../forms/find-order.ts';
import { openNow } from '../forms/open.ts';
import type { Action } from './action.ts';

/** Opens the search. */
export const findOrder: Action = {
  id: 'find_order',
  onValue: (press) => openNow(press, findOrderModal(null, press.deps.config.publicUrl)),
};
