import { describe, expect, it } from 'vitest';
import { channelWords } from '../../../bot/messages/channel-words.ts';

describe('a shipping channel in a select', () => {
  it.each([
    ['Chunghwa Post EMS', 'Chunghwa Post', 'EMS', 'Chunghwa Post EMS'],
    ['DHL Express', 'DHL Express', 'Express Worldwide', 'DHL Express · Express Worldwide'],
    ['DHL Express', 'DHL', 'DHL Express Worldwide', 'DHL Express Worldwide'],
    ['Slow boat', 'Maersk', 'Sea', 'Slow boat · Maersk Sea'],
    ['Home', 'Black Cat', 'Black Cat Chilled', 'Home · Black Cat Chilled'],
  ])('%s of %s with %s reads %s', (name, carrierName, serviceLevel, words) => {
    expect(channelWords({ name, carrierName, serviceLevel })).toBe(words);
  });
});
