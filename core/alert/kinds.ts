import { exceptionTitle } from '../order/exception-title.ts';
import { holdTitle } from '../order/hold-text.ts';
import { exceptionCodes, type HoldCode, holdCodes } from '../order/types.ts';
import { type AlertKind, silentHoldCodes } from './types.ts';

const otherNames = {
  authorization_unusable: 'Authorization unusable',
  authorization_expiring: 'Authorization about to expire',
  authorization_scopes: 'Authorization lacks scopes',
  sync_failing: 'Sync failing',
  orders_malformed: 'Orders that cannot be read',
  ship_by_near: 'Ship-by near',
  purchase_order_waiting: 'Purchase orders awaiting acknowledgment',
} as const satisfies Record<Exclude<AlertKind, `held:${string}` | `exception:${string}`>, string>;

/** A kind of alert with the word that people type for it and its name on the screen. */
export interface NamedKind {
  readonly kind: AlertKind;
  /** `sku_unmapped`, `writeback_failed`, `ship_by_near`: unique. */
  readonly word: string;
  readonly name: string;
}

const isAlerted = (code: HoldCode): boolean => !silentHoldCodes.some((silent) => silent === code);

/** Every kind that a route can name: holds, then exceptions, then stores and authorizations. */
export const namedKinds: readonly NamedKind[] = [
  ...holdCodes
    .filter(isAlerted)
    .map((code): NamedKind => ({ kind: `held:${code}`, word: code, name: holdTitle(code) })),
  ...exceptionCodes.map((code): NamedKind => ({ kind: `exception:${code}`, word: code, name: exceptionTitle(code) })),
  ...Object.entries(otherNames).map(
    ([word, name]): NamedKind => ({ kind: word as keyof typeof otherNames, word, name }),
  ),
];

/** The kind that `text` names, typed as its word, its code or its name; null when none. */
export function kindNamed(text: string): NamedKind | null {
  const wanted = text
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_');
  return (
    namedKinds.find(({ kind, word, name }) =>
      [kind, word, name.toLowerCase().replace(/[\s-]+/g, '_')].includes(wanted),
    ) ?? null
  );
}

export const kindName = (kind: string): string => namedKinds.find((one) => one.kind === kind)?.name ?? kind;
