import type { AlertKind } from './types.ts';

/** How long a mapping can be taken back from its card. */
export const undoMs = 5 * 60 * 1000;

/** Causes that a mapping of a SKU settles; a mapped method or a classification has no way back but another choice. */
export const undoableKinds = ['held:sku_unmapped', 'held:sku_missing'] as const satisfies readonly AlertKind[];

/** A card drawn while Slack still answered about the last seconds may show Undo: looked at this much later. */
export const undoGraceMs = 10_000;
