import { expect, test } from 'vitest';
import { splitWindow } from '../../../core/sync/window.ts';

test('a long window is cut into what the platform accepts, oldest first, without gap or overlap', () => {
  const since = new Date('2026-11-01T00:00:00Z');
  const until = new Date('2026-11-03T05:00:00Z');
  const parts = splitWindow({ since, until }, 24);
  expect(parts.map((part) => part.since.toISOString().slice(0, 13))).toEqual([
    '2026-11-01T00',
    '2026-11-02T00',
    '2026-11-03T00',
  ]);
  expect(parts.at(-1)?.until).toEqual(until);
  expect(parts.slice(1).map((part) => part.since)).toEqual(parts.slice(0, -1).map((part) => part.until));
  expect(splitWindow({ since: until, until: since }, 24)).toEqual([]);
});

test('a platform without a limit is asked for the whole window at once', () => {
  const window = { since: new Date('2026-01-01T00:00:00Z'), until: new Date('2026-11-03T05:00:00Z') };
  expect(splitWindow(window, null)).toEqual([window]);
});
