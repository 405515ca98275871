import type { AlertView } from '../../core/alert/types.ts';
import { count } from './text.ts';

/** Orders that the end of a cause touched. */
export interface Released {
  /** Held by nothing now. */
  readonly released: number;
  /** Held for something else as well, then. */
  readonly waiting: number;
}

/** What became of a settled cause's orders when it ended, as its row keeps it; `dispatchable`: what a batch takes. */
export const releasedOf = (detail: AlertView['detail']): Released & { readonly dispatchable: number } => ({
  released: Number(detail.released ?? 0),
  waiting: Number(detail.waiting ?? 0),
  dispatchable: Number(detail.dispatchable ?? 0),
});

/** `1 order stays held: payment blocked`: what the decision itself goes on holding; `stayed` once it is another one. */
export function blockedWords({ released, waiting }: Released, isChanged: boolean): string | null {
  if (waiting === 0) return releasedWords({ released, waiting });
  const stay = isChanged ? 'stayed' : waiting === 1 ? 'stays' : 'stay';
  const held = `${count(waiting, 'order')} ${stay} held: payment blocked`;
  return released > 0 ? `${count(released, 'order')} released, ${held}` : held;
}

/** `3 orders released, 8 were also held for something else`, true whatever follows; null where there was no order. */
export function releasedWords({ released, waiting }: Released): string | null {
  if (released + waiting === 0) return null;
  if (waiting === 0) return `${count(released, 'order')} released`;
  const others = `${waiting.toLocaleString('en-US')} ${waiting === 1 ? 'was' : 'were'} also held for something else`;
  return released > 0 ? `${count(released, 'order')} released, ${others}` : `no order released, ${others}`;
}

/** The same as a sentence after what was done, from what a command gives back. */
export function releasedSentence(done: { readonly releasedOrders: number; readonly touchedOrders: number }): string {
  const waiting = done.touchedOrders - done.releasedOrders;
  const words = releasedWords({ released: done.releasedOrders, waiting }) ?? 'no order waited for it';
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}
