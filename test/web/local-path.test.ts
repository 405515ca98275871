import { expect, test } from 'vitest';
import { localPath } from '../../web/routes/session.tsx';

const elsewhere = [
  '//evil.test',
  '/\\evil.test',
  '/\t/evil.test',
  '/\t\\evil.test',
  '/\n/evil.test',
  'https://evil.test',
  '',
];

test.each(elsewhere)('after a sign-in nobody is led to another site: %j', (path) => {
  expect(new URL(localPath(path), 'https://desk.test').host).toBe('desk.test');
  expect(localPath(path)).toBe('/');
});

test('a page of the desk stays the one that was asked for', () => {
  expect(localPath('/orders?status=pending&q=王')).toBe('/orders?status=pending&q=王');
});
