import { spawn } from 'node:child_process';
import type { RunUser } from './run-user.ts';

/** pg_ctl and initdb say in a few lines what went wrong; more than this is of no use in an error. */
const outputLimit = 4_000;

/**
 * Runs one of PostgreSQL's programs to its end: as `user`, in a session of its own (Ctrl-C in the terminal must reach
 * Holdfast only, which then stops PostgreSQL in its turn) and without our environment, which holds secrets.
 * Returns exit code and output; a code of null means killed by a signal.
 */
export function runCommand(
  program: string,
  args: readonly string[],
  options: { readonly user: RunUser; readonly folder: string },
): Promise<{ readonly code: number | null; readonly output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.folder,
      detached: true,
      windowsHide: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH, SystemRoot: process.env.SystemRoot, LC_ALL: 'C', TZ: 'UTC' },
      ...(options.user ?? {}),
    });
    let output = '';
    const collect = (chunk: Buffer): void => {
      output = (output + chunk.toString('utf8')).slice(-outputLimit);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', reject);
    // Not 'close': a server that was started may hold our pipes open for ever.
    child.once('exit', (code) => {
      child.stdout.destroy();
      child.stderr.destroy();
      resolve({ code, output: output.trim() });
    });
  });
}
