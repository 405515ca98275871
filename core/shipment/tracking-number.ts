import { ok, type Result, refuse } from '../result.ts';

/** Longer than any carrier's; what platforms take without cutting. */
const longest = 100;

/** As scanned or typed, without the white space around it; required. */
export function parseTrackingNumber(text: string): Result<string> {
  const number = text.trim();
  if (number === '') return refuse('tracking_missing', 'Give the tracking number.', 'trackingNumber');
  if (number.length > longest) {
    return refuse('tracking_too_long', `A tracking number has at most ${longest} characters.`, 'trackingNumber');
  }
  if (/\p{Cc}/u.test(number)) {
    return refuse('tracking_invalid', 'The tracking number has characters that cannot be printed.', 'trackingNumber');
  }
  return ok(number);
}
