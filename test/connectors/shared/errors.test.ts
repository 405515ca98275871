import { describe, expect, it } from 'vitest';
import { errorFromStatus, kindOfStatus } from '../../../connectors/shared/errors.ts';

describe('errors by status', () => {
  const answer = (status: number, headers: Record<string, string> = {}) => ({ status, headers, text: '' });
  const context = { platform: 'test', operation: 'ship' };

  it('maps every status to what the desk does', () => {
    const kinds = [400, 401, 403, 404, 408, 409, 410, 422, 429, 500, 503, 520].map((status) => [
      status,
      kindOfStatus(status),
    ]);
    expect(kinds).toEqual([
      [400, 'permanent'],
      [401, 'needs_reauthorization'],
      [403, 'needs_reauthorization'],
      [404, 'permanent'],
      [408, 'retryable'],
      [409, 'rejected'],
      [410, 'permanent'],
      [422, 'rejected'],
      [429, 'retryable'],
      [500, 'retryable'],
      [503, 'retryable'],
      [520, 'retryable'],
    ]);
  });

  it('lets the platform’s code win over the status, and a table over the default', () => {
    const codes = { gone: { kind: 'rejected' } } as const;
    expect(errorFromStatus(answer(404), { ...context, codes, code: 'gone' }).kind).toBe('rejected');
    expect(errorFromStatus(answer(404), { ...context, codes, code: 'other' }).kind).toBe('permanent');
    expect(errorFromStatus(answer(403), { ...context, statuses: { 403: { kind: 'permanent' } } }).kind).toBe(
      'permanent',
    );
  });

  it('keeps the platform’s words, request id, wait, and the doubt after a 5xx', () => {
    const error = errorFromStatus(answer(503, { 'x-request-id': 'r-9', 'retry-after': '7' }), {
      ...context,
      code: 'busy',
      message: 'try later',
    });
    expect(error).toMatchObject({
      platformCode: 'busy',
      platformMessage: 'try later',
      requestId: 'r-9',
      retryAfterMs: 7_000,
      httpStatus: 503,
      outcomeUnknown: true,
    });
    expect(errorFromStatus(answer(422), context).outcomeUnknown).toBe(false);
  });

  it('says of a platform without code and words that it gave no reason', () => {
    const silent = errorFromStatus(answer(422), { ...context, code: '', message: ' ' });
    expect(silent).toMatchObject({ platformCode: '422', platformMessage: 'The platform gave no reason' });
    expect(silent.message).toBe('test ship: HTTP 422, The platform gave no reason');
    expect(errorFromStatus(answer(422), { ...context, code: 'bad_lines', message: '' }).message).toBe(
      'test ship: HTTP 422, bad_lines',
    );
    expect(errorFromStatus(answer(422), context).message).toBe(silent.message);
  });
});
