import { describe, expect, it } from 'vitest';
import { moment, momentFirst, timeOf } from '../../../bot/messages/text.ts';

const at = new Date('2026-11-22T09:05:00Z');

describe('a moment in a message', () => {
  it('keeps today small within a sentence: Slack capitalises the first sign of a date', () => {
    expect(`next ship-by ${moment(at)}`).toBe(
      'next ship-by <!date^1795338300^\u200b{date_short_pretty}, {time}|Nov 22, 2026, 09:05 UTC>',
    );
  });

  it('begins a line with a capital letter', () => {
    expect(momentFirst(at)).toBe('<!date^1795338300^{date_short_pretty}, {time}|Nov 22, 2026, 09:05 UTC>');
  });

  it('is only the time of day for what is read on the same day', () => {
    expect(timeOf(at)).toBe('<!date^1795338300^{time}|09:05 UTC>');
  });
});
