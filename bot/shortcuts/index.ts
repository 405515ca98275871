import { findOrder } from './find-order.ts';
import { lookUpNumbers } from './look-up-numbers.ts';
import type { Shortcut } from './shortcut.ts';

/** Every shortcut; one file each, and one entry of the manifest each. */
export const shortcuts: readonly Shortcut[] = [findOrder, lookUpNumbers];
