import { type Recipient, recipientFields } from './types.ts';

/** Shorter values are words of every sentence: a country, a state, a house number. */
const leastLength = 4;
const publicFields: ReadonlySet<string> = new Set(['country', 'state', 'city']);

const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/**
 * A platform's words, or a person's note, without what they quote of the order's recipient: they are kept and shown
 * where recipients are not. Pure.
 */
export function withoutRecipient(text: string, recipient: Recipient | null): string {
  if (recipient === null) return text;
  const quoted = recipientFields
    .filter((field) => !publicFields.has(field))
    .map((field) => recipient[field]?.trim() ?? '')
    .filter((value) => value.length >= leastLength)
    .sort((a, b) => b.length - a.length);
  return quoted.reduce((kept, value) => kept.replace(new RegExp(literally(value), 'gi'), '…'), text);
}
