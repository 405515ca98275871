import { chmod, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Fault } from '../../core/describe-error.ts';

/** What `DATA_DIR/postgres.json` remembers (mode 0600: it holds the password). */
const stateFile = z.object({
  /** The data folder that this was written for: a copied folder must not share the original's cluster. */
  dataDir: z.string(),
  /** Holds `data` (the cluster) and `server.log`. */
  home: z.string(),
  port: z.number().int().min(1).max(65_535),
  password: z.string().min(20),
});

export type State = z.infer<typeof stateFile>;

const pathOf = (dataDir: string): string => join(dataDir, 'postgres.json');

/** Null when there is none. Throws when it is there and cannot be read or understood. */
export async function readState(dataDir: string): Promise<State | null> {
  let text: string;
  try {
    text = await readFile(pathOf(dataDir), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw new Fault(
      `${pathOf(dataDir)} cannot be read. Start Holdfast as the user who started it first, or set DATA_DIR.`,
      { cause: error },
    );
  }
  try {
    return stateFile.parse(JSON.parse(text));
  } catch {
    // The parser's message would quote the file, which holds a password.
    throw new Fault(`${pathOf(dataDir)} is damaged. Restore it, or move ${dataDir} away to start with an empty desk.`);
  }
}

export async function writeState(dataDir: string, state: State): Promise<void> {
  const unfinished = `${pathOf(dataDir)}.unfinished`;
  await writeFile(unfinished, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  await chmod(unfinished, 0o600);
  await rename(unfinished, pathOf(dataDir));
}
