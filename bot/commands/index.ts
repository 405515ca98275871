import type { Command } from './command.ts';
import { digest } from './digest.ts';
import { dispatch } from './dispatch.ts';
import { find } from './find.ts';
import { held } from './held.ts';
import { help } from './help.ts';
import { route } from './route.ts';
import { show } from './show.ts';
import { stats } from './stats.ts';
import { stores } from './stores.ts';
import { sync } from './sync.ts';

/** What `/orders` understands, in the order in which help shows it; one file each. */
export const commands: readonly Command[] = [help, held, show, find, sync, dispatch, stores, stats, digest, route];
