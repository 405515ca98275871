import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

const read = (name: string): string => readFileSync(resolve(import.meta.dirname, '..', name), 'utf8');
const [fly, readme, dockerfile] = [read('fly.toml'), read('README.md'), read('Dockerfile')];

test('nothing of one installation stands in fly.toml, where the next one would forget to change it', () => {
  const settings = /^\[env\]\n((?: {2}.*\n)*)/m.exec(fly)?.[1] ?? '';
  expect(settings).toContain('PORT = "3000"');
  expect(settings).not.toMatch(/PUBLIC_URL|DATABASE_URL|fly\.dev/);
});

test('README and fly.toml go the same way', () => {
  for (const step of [
    'fly launch --no-deploy --copy-config --name YOUR-APP',
    'fly mpg create',
    'PUBLIC_URL=https://YOUR-APP.fly.dev',
    'DATABASE_URL=',
    'ENCRYPTION_KEYS="k1:$(openssl rand -base64 32)"',
    'fly ssh console -C "npm --prefix /app run owner-link"',
  ]) {
    for (const text of [fly, readme]) expect(text).toContain(step);
  }
  expect(readme).not.toContain('fly postgres');
  expect(dockerfile).toContain('WORKDIR /app');
});
