import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Browser, chromium as playwright } from 'playwright-core';
import { withMutex } from '../../db/embedded/mutex.ts';

/** Where distributions keep shared libraries. */
const libraryFolders = [
  '/lib/x86_64-linux-gnu',
  '/usr/lib/x86_64-linux-gnu',
  '/usr/lib64',
  '/usr/lib',
  '/lib64',
  '/usr/local/lib',
];

/**
 * A headless Chromium: the one inside @sparticuz/chromium, inflated once per machine and version (about 2 s), or the
 * program that `CHROMIUM_PATH` names where that package does not serve (macOS, ARM). Close it in `afterAll`.
 */
export async function launchBrowser(): Promise<Browser> {
  const own = process.env.CHROMIUM_PATH;
  const { path, environment } = own === undefined ? await inflated() : { path: own, environment: {} };
  return playwright.launch({
    executablePath: path,
    headless: true,
    // Not the package's own list: it switches web security off, and runs everything in one process.
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--font-render-hinting=none'],
    env: { ...definedEnvironment(), ...environment },
  });
}

async function inflated(): Promise<{ path: string; environment: Record<string, string> }> {
  const needsLibraries = !libraryFolders.some((folder) => existsSync(join(folder, 'libnss3.so')));
  const folder = join(tmpdir(), `holdfast-chromium-${await packageVersion()}-${process.getuid?.() ?? 0}`);
  await withMutex(folder, async () => {
    const done = join(folder, needsLibraries ? 'inflated-with-libraries' : 'inflated');
    if (existsSync(done)) return;
    // Begun and not finished: the package would take a torn file for a whole one.
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true, mode: 0o755 });
    await inflateInto(folder, needsLibraries);
    await writeFile(done, '');
  });
  // The package's own fonts.conf names folders of Lambda only: without any font Chromium dies at the first text field.
  const fontConfig = join(folder, 'fonts-here.conf');
  const fontFolders = [join(folder, 'fonts'), '/usr/share/fonts'].map((path) => `<dir>${path}</dir>`).join('');
  await writeFile(
    fontConfig,
    `<fontconfig>${fontFolders}<cachedir>${join(folder, 'font-cache')}</cachedir></fontconfig>`,
  );
  const environment: Record<string, string> = { FONTCONFIG_FILE: fontConfig };
  if (needsLibraries) environment.LD_LIBRARY_PATH = join(folder, 'al2023', 'lib');
  return { path: join(folder, 'chromium'), environment };
}

/** The package knows no folder but the temporary one, and unpacks its libraries only where it believes to be on Lambda. */
async function inflateInto(folder: string, withLibraries: boolean): Promise<void> {
  const before = { TMPDIR: process.env.TMPDIR, AWS_LAMBDA_JS_RUNTIME: process.env.AWS_LAMBDA_JS_RUNTIME };
  process.env.TMPDIR = folder;
  if (withLibraries) process.env.AWS_LAMBDA_JS_RUNTIME = 'nodejs24.x';
  try {
    const { default: chromium } = await import('@sparticuz/chromium');
    await chromium.executablePath();
  } finally {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}

async function packageVersion(): Promise<string> {
  const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium');
  const text = await readFile(join(dirname(entry), '..', 'package.json'), 'utf8');
  return /"version":\s*"([^"]+)"/.exec(text)?.[1] ?? 'unknown';
}

function definedEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
