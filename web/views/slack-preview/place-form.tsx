import type { PropsWithChildren } from 'hono/jsx';
import type { PreviewPlace } from '../../../core/ports/slack-preview.ts';
import { Csrf } from '../parts.tsx';

interface PlaceFormProps {
  readonly action:
    | '/slack-preview/press'
    | '/slack-preview/form'
    | '/slack-preview/say'
    | '/slack-preview/shortcut'
    | '/slack-preview/bot';
  readonly place: PreviewPlace;
  readonly csrf: string;
  readonly hidden?: Readonly<Record<string, string>>;
  readonly class?: string;
  readonly withFiles?: boolean;
  readonly id?: string;
}

/** A gesture: sent as a form, answered with the parts of the page that may have changed. */
export const PlaceForm = ({
  children,
  place,
  csrf,
  hidden = {},
  withFiles = false,
  ...form
}: PropsWithChildren<PlaceFormProps>) => (
  <form
    id={form.id}
    class={form.class}
    method="post"
    action={form.action}
    enctype={withFiles ? 'multipart/form-data' : undefined}
    novalidate
    hx-post={form.action}
    hx-target="#sp-live"
    hx-swap="outerMorph"
  >
    <Csrf token={csrf} />
    <input type="hidden" name="as" value={place.userId} />
    <input type="hidden" name="c" value={place.channelId} />
    {place.threadTs === null ? null : <input type="hidden" name="t" value={place.threadTs} />}
    {Object.entries(hidden).map(([name, value]) => (
      <input type="hidden" name={name} value={value} />
    ))}
    {children}
  </form>
);
