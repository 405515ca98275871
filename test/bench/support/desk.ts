import { rm } from 'node:fs/promises';
import { type DeskProcess, startDesk } from '../../support/desk-process.ts';
import type { Bench } from '../stages.ts';
import { benchFolder } from './server.ts';
import { vaultKey } from './world.ts';

/** A desk as an operator starts it: `main.ts` with all roles over this database, quiet unless something is wrong. */
export async function startBenchDesk(
  bench: Bench,
  environment: { readonly DATABASE_URL: string } & Readonly<Record<string, string>>,
): Promise<DeskProcess> {
  const dataDir = await benchFolder('files');
  const desk = await startDesk({
    DATA_DIR: dataDir,
    ENCRYPTION_KEYS: `${vaultKey.id}:${vaultKey.base64}`,
    LOG_LEVEL: 'warn',
    ...environment,
  });
  bench.atEnd(async () => {
    await desk.end('SIGKILL');
    await rm(dataDir, { recursive: true, force: true });
  });
  await desk.ready();
  return desk;
}

/** Ends it as an operator does, and says what it complained of: figures of a desk in trouble are none. */
export async function endBenchDesk(bench: Bench, desk: DeskProcess): Promise<void> {
  await desk.end('SIGTERM');
  const complaints = desk
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{'));
  for (const line of complaints) bench.say(`the desk says: ${line}`);
}
