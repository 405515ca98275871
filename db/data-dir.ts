import { access, constants, mkdir } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { resolve } from 'node:path';
import { Fault } from '../core/describe-error.ts';

/** Makes the folder where it is missing. Throws a `Fault` that says who cannot write where, and the way out. */
export async function ensureDataDir(dataDir: string): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true });
    await access(dataDir, constants.W_OK | constants.X_OK);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    const folder = resolve(dataDir);
    throw new Fault(
      `The folder ${folder} (DATA_DIR) cannot be written by the user ${nameOfUser()} (${code}). Make that user its ` +
        `owner, as root: mkdir -p ${folder} && chown -R ${idOfUser()} ${folder}. Or set DATA_DIR to another folder.`,
      { cause: error },
    );
  }
}

/** A container may run a user that has no name. */
function nameOfUser(): string {
  try {
    return userInfo().username;
  } catch {
    // The number is enough to find them.
    return idOfUser();
  }
}

const idOfUser = (): string => `${process.getuid?.() ?? 'you'}`;
