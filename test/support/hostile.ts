import fc from 'fast-check';
import { expect } from 'vitest';
import { refusedBySlack } from '../../bot/messages/validate.ts';

export const publicUrl = 'https://desk.example.test';

/** What platforms and people have in their names: markup, calls, links, right-to-left, emoji, halves of them, pages. */
export const hostileText = fc.oneof(
  fc.constantFrom(
    '<!channel>',
    '<@U1> buy now',
    '<http://evil.example|Open in dashboard>',
    '<#C1|general> & <mailto:a@b.example>',
    '*bold* _it_ ~no~ `code` ```block',
    'حذاء رياضي 42 \u202eevil',
    '👩‍👩‍👧‍👦'.repeat(40),
    '\ud83d half an emoji \udc00',
    '店到店'.repeat(100),
    'X'.repeat(300),
    '&amp;<>&'.repeat(60),
    '*_~`'.repeat(80),
    '"\\'.repeat(150),
    'line\nafter\r\nline',
    '\u0000\u0007\n\n',
    '',
  ),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.string({ unit: 'binary', maxLength: 60 }),
);

/** In text that Slack reads as markup a `<` begins a date or a link of ours; everything else came from data. */
const strange = /<(?!!date\^\d+\^[^<>]*>|https:\/\/desk\.example\.test(?:[/?][^<>|]*)?\||#C1>)/;

/** Slack takes it, nothing in it calls anybody or leads elsewhere, and no letter is half. */
export function expectSafe(kind: 'message' | 'view', payload: object): void {
  expect(refusedBySlack(kind, payload)).toBeNull();
  for (const { text, isMarkup } of textsOf(payload, kind === 'message')) {
    if (isMarkup) expect(text).not.toMatch(strange);
    expect(text.isWellFormed()).toBe(true);
  }
}

/** Everything that people read: `text` of objects; markup where the object says so, or a whole message's. */
function textsOf(value: unknown, isMessage = false): { text: string; isMarkup: boolean }[] {
  if (Array.isArray(value)) return value.flatMap((one) => textsOf(one));
  if (typeof value !== 'object' || value === null) return [];
  const fields: readonly [string, unknown][] = Object.entries(value);
  const type = fields.find(([name]) => name === 'type')?.[1];
  return fields.flatMap(([name, field]) =>
    name === 'text' && typeof field === 'string'
      ? [{ text: field, isMarkup: isMessage || type === 'mrkdwn' }]
      : textsOf(field),
  );
}
