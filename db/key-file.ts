import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type KeySetting, vaultKeyBytes } from '../core/config.ts';
import { Fault } from '../core/describe-error.ts';

/**
 * The key of demo mode, `DATA_DIR/key` (mode 0600), made at the first start. Whoever deletes it loses the credentials
 * of every store. Throws a `Fault` when it is there and cannot be used.
 */
export async function readOrMakeKeyFile(dataDir: string): Promise<KeySetting> {
  const path = keyFileOf(dataDir);
  const found = await read(path);
  if (found !== null) return found;
  await mkdir(dataDir, { recursive: true });
  const unfinished = `${path}.${process.pid}.unfinished`;
  const text = `demo:${randomBytes(vaultKeyBytes).toString('base64')}\n`;
  await writeFile(unfinished, text, { mode: 0o600 });
  try {
    // Of two processes that start at once the second fails here, and reads the first one's whole key.
    await link(unfinished, path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    await rm(unfinished, { force: true });
  }
  const made = await read(path);
  if (made === null) throw new Fault(`The key file ${path} could not be made.`);
  return made;
}

export const keyFileOf = (dataDir: string): string => join(dataDir, 'key');

/** The id of the key in the file; null when there is no file that could be read. */
export async function keyFileId(dataDir: string): Promise<string | null> {
  const text = await readFile(keyFileOf(dataDir), 'utf8').catch(() => null);
  return text?.split(':')[0]?.trim() || null;
}

async function read(path: string): Promise<KeySetting | null> {
  let text: string;
  try {
    text = (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw new Fault(`The key file ${path} cannot be read. Start Holdfast as the user who owns it.`, { cause: error });
  }
  const [id, base64, ...rest] = text.split(':');
  if (!id || !base64 || rest.length > 0 || Buffer.from(base64, 'base64').length !== vaultKeyBytes) {
    throw new Fault(`The key file ${path} is damaged. Restore it: without it the stores' credentials cannot be read.`);
  }
  await chmod(path, 0o600);
  return { id, base64 };
}
