import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lifecycleDiagram } from '../core/order/lifecycle.ts';
import { settings } from '../core/settings.ts';

const readme = readFileSync(resolve(import.meta.dirname, '../README.md'), 'utf8');
const escaped = (text: string) => text.replace(/\|/g, '\\|');

describe('README', () => {
  it.each(settings)('has the row of $name as the program knows it', ({ name, needed, default: fallback, about }) => {
    const names = name
      .split(', ')
      .map((one) => `\`${one}\``)
      .join(', ');
    expect(readme).toContain(`| ${names} | ${escaped(needed)} | ${escaped(fallback)} | ${escaped(about)} |`);
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
