import type { PreviewPlace } from '../../../core/ports/slack-preview.ts';
import { queryText } from '../format.ts';

/** The address of a place in the preview: `as` whom, in which channel `c`, with which thread `t` open. */
export function placeHref(
  place: PreviewPlace,
  path: '' | '/live' | '/events' | '/options' = '',
  more: Readonly<Record<string, string>> = {},
): string {
  return `/slack-preview${path}${queryText({ as: place.userId, c: place.channelId, t: place.threadTs, ...more })}`;
}
