import { expect, it } from 'vitest';
import { errorFromStatus, retryAfterMs } from '../../../connectors/shared/errors.ts';
import { describeError } from '../../../core/describe-error.ts';
import { ConnectorError } from '../../../core/errors.ts';

const response = (status: number) => ({ status, headers: {}, text: '' });

it('the words of a platform that repeats what was sent show no recipient and no key, nor does a log line of them', () => {
  const secret = `cs_${'9876543210'.repeat(4)}`;
  const message = `Phone 0912345678 of canary@buyer.test is not valid (consumer_secret=${secret})`;
  const error = errorFromStatus(response(400), { platform: 'woocommerce', operation: 'ship', code: 'bad', message });
  const shown = JSON.stringify([error.platformMessage, describeError(error)]);
  for (const canary of ['0912345678', 'canary@buyer.test', secret]) expect(shown).not.toContain(canary);
  expect(error.platformMessage).toContain('is not valid');
});

it('a platform’s words can be kept whatever they hold', () => {
  const error = new ConnectorError('a\0b', {
    kind: 'rejected',
    platform: 'test',
    operation: 'ship',
    platformCode: '\0x',
    platformMessage: 'cut \ud83d',
  });
  expect([error.message, error.platformCode, error.platformMessage]).toEqual(['ab', 'x', 'cut \ufffd']);
});

it.each(['9'.repeat(400), '31536000', 'Fri, 31 Dec 9999 23:59:59 GMT'])('waits a day at most for %s', (header) => {
  expect(retryAfterMs(header, new Date())).toBe(24 * 60 * 60_000);
});
