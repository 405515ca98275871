import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readOrMakeKeyFile } from '../../db/key-file.ts';

const folder = await mkdtemp(join(tmpdir(), 'holdfast-key-'));
afterAll(() => rm(folder, { recursive: true }));

test('a key is made once, also by several starts at once, and only its owner can read it', async () => {
  const dataDir = join(folder, 'new');
  const keys = await Promise.all(Array.from({ length: 5 }, () => readOrMakeKeyFile(dataDir)));
  expect(new Set(keys.map(({ base64 }) => base64)).size).toBe(1);
  expect(Buffer.from(keys[0]?.base64 ?? '', 'base64')).toHaveLength(32);
  expect((await stat(join(dataDir, 'key'))).mode & 0o777).toBe(0o600);
  expect(await readdir(dataDir)).toEqual(['key']);
  expect(await readOrMakeKeyFile(dataDir)).toEqual(keys[0]);
});

test('a key that others could read is closed to them', async () => {
  const dataDir = join(folder, 'open');
  const key = await readOrMakeKeyFile(dataDir);
  await chmod(join(dataDir, 'key'), 0o644);
  expect(await readOrMakeKeyFile(dataDir)).toEqual(key);
  expect((await stat(join(dataDir, 'key'))).mode & 0o777).toBe(0o600);
});

test('a damaged key is never replaced: what it sealed would be lost', async () => {
  const dataDir = join(folder, 'damaged');
  await readOrMakeKeyFile(dataDir);
  await writeFile(join(dataDir, 'key'), 'demo:c2hvcnQ=');
  await expect(readOrMakeKeyFile(dataDir)).rejects.toThrow('is damaged. Restore it');
});
