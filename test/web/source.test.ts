import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const web = join(import.meta.dirname, '..', '..', 'web');

const views = readdirSync(web, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.tsx'))
  .map((file) => ({ file, text: readFileSync(join(web, file), 'utf8') }));

/** What dies silently under the content security policy, or breaks out of JSX's escaping. */
const banned: readonly { readonly what: string; readonly pattern: RegExp }[] = [
  { what: 'hx-on', pattern: /\bhx-on\b/ },
  { what: 'a filter in hx-trigger', pattern: /hx-trigger=(?:"[^"]*\[|\{[^}]*\[)/ },
  { what: 'js: in an attribute', pattern: /=["'{`]+\s*js:/ },
  { what: 'an inline style', pattern: /\sstyle=/ },
  { what: 'an inline event handler', pattern: /\son[a-z]+=/i },
  { what: 'a style element', pattern: /<style\b/ },
  { what: 'a script without a file', pattern: /<script(?![^>]*\bsrc=)/ },
  { what: 'raw HTML', pattern: /dangerouslySetInnerHTML|\braw\(/ },
  { what: 'another host', pattern: /(?:src|href)="https?:/ },
];

describe('views keep what the content security policy needs', () => {
  test('there are views to look at', () => expect(views.length).toBeGreaterThan(20));

  test.each(banned)('no view has $what', ({ pattern }) => {
    expect(views.filter(({ text }) => pattern.test(text)).map(({ file }) => file)).toEqual([]);
  });

  test('HTML that is no JSX stands in page.tsx alone', () => {
    expect(views.filter(({ text }) => /\bhtml`/.test(text)).map(({ file }) => file)).toEqual(['page.tsx']);
  });
});

describe('what every page loads is small', () => {
  const size = (name: string): number => statSync(join(web, 'public', name)).size;

  test('the stylesheet has at most 25 KB', () => expect(size('desk.css')).toBeLessThanOrEqual(25 * 1024));
  test('the script has at most 10 KB', () => expect(size('desk.js')).toBeLessThanOrEqual(10 * 1024));
  test('the stylesheet loads nothing', () => {
    expect(readFileSync(join(web, 'public', 'desk.css'), 'utf8')).not.toMatch(/@import|url\((?!'data:)/);
  });
});
