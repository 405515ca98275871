import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Fault } from '../../core/describe-error.ts';
import { ensureDataDir } from '../../db/data-dir.ts';

const folder = await mkdtemp(join(tmpdir(), 'holdfast-data-dir-'));
afterAll(() => rm(folder, { recursive: true }));

test('a folder that is missing is made', async () => {
  await ensureDataDir(join(folder, 'deep', 'data'));
  expect((await stat(join(folder, 'deep', 'data'))).isDirectory()).toBe(true);
});

test('a folder that cannot be written is refused with its name, the user and the way out', async () => {
  const file = join(folder, 'a-file');
  await writeFile(file, '');
  const closed = join(folder, 'closed');
  await ensureDataDir(closed);
  await chmod(closed, 0o555);
  // Root may write everywhere but into a file.
  const places = process.getuid?.() === 0 ? [join(file, 'data')] : [join(file, 'data'), closed, join(closed, 'data')];
  for (const place of places) {
    const refusal = await ensureDataDir(place).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(Fault);
    expect(String(refusal)).toContain(`The folder ${place} (DATA_DIR) cannot be written by the user `);
    expect(String(refusal)).toContain(`chown -R ${process.getuid?.()} ${place}`);
  }
  await chmod(closed, 0o755);
});
