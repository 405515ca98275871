import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lifecycleDiagram } from '../core/order/lifecycle.ts';
import { settings } from '../core/settings.ts';

const readme = readFileSync(resolve(import.meta.dirname, '../README.md'), 'utf8');
const escaped = (text: string) => text.replace(/\|/g, '\\|');

const root = resolve(import.meta.dirname, '..');

/** Set by the system, npm or a library, not by whoever runs the desk. */
const ofTheMachine = ['PATH', 'HOME', 'TMPDIR', 'SystemRoot', 'npm_lifecycle_event', 'AWS_LAMBDA_JS_RUNTIME'];

function variablesRead(): readonly string[] {
  const files = [
    'main.ts',
    ...['bot', 'web', 'core', 'connectors', 'db', 'test'].flatMap((room) =>
      readdirSync(join(root, room), { recursive: true, encoding: 'utf8' }).map((file) => join(room, file)),
    ),
  ].filter((file) => /\.tsx?$/.test(file) && file !== join('test', 'readme.test.ts'));
  const names = files.flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8');
    const direct = [...text.matchAll(/process\.env(?:\.(\w+)|\[\s*['"](\w+)['"])/g)];
    const parsed =
      file === join('core', 'config.ts')
        ? [...text.matchAll(/\b(?:text|read|whole|flag|localUrl)(?:<[^>]*>)?\(\s*'([A-Z][A-Z_]+)'/g)]
        : [];
    return [...direct, ...parsed].map(([, one, other]) => one ?? other ?? '');
  });
  return [...new Set(names)].sort();
}

describe('README', () => {
  it.each(settings)('has the row of $name as the program knows it', ({ name, needed, default: fallback, about }) => {
    const names = name
      .split(', ')
      .map((one) => `\`${one}\``)
      .join(', ');
    expect(readme).toContain(`| ${names} | ${escaped(needed)} | ${escaped(fallback)} | ${escaped(about)} |`);
  });

  it('has a row for every variable that the sources read', () => {
    const known = settings.flatMap(({ name }) => name.split(', '));
    const read = variablesRead();
    // The search itself finds what is read by `process.env`, and what the settings' parser reads by name.
    expect(read).toEqual(expect.arrayContaining(['CHROMIUM_PATH', 'PORT', 'SLACK_API_URL', 'CALL_LOG_DAYS', 'DEMO']));
    expect(read.filter((name) => !known.includes(name) && !ofTheMachine.includes(name))).toEqual([]);
    expect(known.filter((name) => !read.includes(name))).toEqual([]);
  });

  it("shows an order's life as the table has it", () => {
    const core = readFileSync(resolve(import.meta.dirname, '../core/README.md'), 'utf8');
    expect(core).toContain(lifecycleDiagram().trimEnd());
  });

  it('names the two commands that are enough', () => {
    expect(readme).toContain('npm ci && npm start');
    expect(readme).toContain('npm ci && npm test');
  });
});
