import type { Command } from './command.ts';
import { digest } from './digest.ts';
import { held } from './held.ts';
import { help } from './help.ts';
import { route } from './route.ts';
import { sync } from './sync.ts';

/** What `/orders` understands, in the order in which help shows it; one file each. */
export const commands: readonly Command[] = [help, held, sync, digest, route];
