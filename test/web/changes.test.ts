import { beforeEach, expect, test, vi } from 'vitest';
import { createChanges } from '../../web/changes.ts';
import { recordingLog } from '../support/log.ts';

const roundMs = 3_000;

beforeEach(() => {
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

/** A database whose mark a test moves. */
function desk() {
  const { log, lines } = recordingLog();
  const state = { mark: 'a', isDown: false, asked: 0 };
  const changes = createChanges(async () => {
    state.asked += 1;
    if (state.isDown) throw new Error('the database is away');
    return state.mark;
  }, log);
  return { changes, state, lines };
}

test('two open pages of a merchant cost one question a round, and both hear of a change', async () => {
  const { changes, state } = desk();
  const heard = new Set<string>();
  changes.listen('m', () => void heard.add('one'));
  changes.listen('m', () => void heard.add('other'));
  await vi.advanceTimersByTimeAsync(roundMs);
  expect(state.asked).toBe(2);
  expect(heard.size).toBe(0);
  state.mark = 'b';
  await vi.advanceTimersByTimeAsync(roundMs);
  expect(heard.size).toBe(2);
  expect(state.asked).toBe(3);
});

test('nobody looks, nothing is asked; whoever comes back is served again', async () => {
  const { changes, state } = desk();
  const leave = changes.listen('m', () => {});
  leave?.();
  leave?.();
  await vi.advanceTimersByTimeAsync(roundMs * 5);
  const asked = state.asked;
  await vi.advanceTimersByTimeAsync(roundMs * 5);
  expect(state.asked).toBe(asked);
  const heard = vi.fn();
  changes.listen('m', heard);
  await vi.advanceTimersByTimeAsync(roundMs);
  state.mark = 'c';
  await vi.advanceTimersByTimeAsync(roundMs);
  expect(heard).toHaveBeenCalledTimes(1);
});

test('a database that is away for a while loses no change', async () => {
  const { changes, state, lines } = desk();
  const heard = vi.fn();
  changes.listen('m', heard);
  await vi.advanceTimersByTimeAsync(roundMs);
  state.isDown = true;
  await vi.advanceTimersByTimeAsync(roundMs * 2);
  state.isDown = false;
  state.mark = 'b';
  await vi.advanceTimersByTimeAsync(roundMs);
  expect(heard).toHaveBeenCalledTimes(1);
  expect(lines.length).toBeGreaterThan(0);
});

test('the five hundred and first page is told to reload by itself', () => {
  const { changes } = desk();
  const leaves = Array.from({ length: 500 }, () => changes.listen('m', () => {}));
  expect(changes.listen('m', () => {})).toBeNull();
  leaves[0]?.();
  expect(changes.listen('m', () => {})).not.toBeNull();
});
