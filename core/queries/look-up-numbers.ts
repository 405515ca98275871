import type { OrderRow } from './list-orders.ts';

/** More numbers than this are not looked up at once. */
export const lookUpLimit = 50;
/** Orders of one answer: the same number may stand in several stores. */
export const lookUpRows = 100;

/**
 * Orders with exactly one of these numbers, of both kinds, case and a leading `#` apart; newest first, at most
 * `lookUpRows`. Of more than `lookUpLimit` numbers the first count.
 */
export type LookUpNumbers = (input: {
  readonly merchantIds: readonly string[];
  readonly numbers: readonly string[];
}) => Promise<readonly OrderRow[]>;

/** What makes two spellings of an order number one. */
export const numberKey = (number: string): string => number.trim().toLowerCase().replace(/^#/, '');
