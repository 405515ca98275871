import type { PreviewMessage, PreviewPlace, PreviewShortcut } from '../../../core/ports/slack-preview.ts';
import { exactTime } from '../format.ts';
import { Menu } from '../parts.tsx';
import { Blocks } from './blocks.tsx';
import { Mrkdwn, type Reading } from './mrkdwn.tsx';
import { placeHref } from './place.ts';
import { PlaceForm } from './place-form.tsx';

interface ListProps {
  readonly messages: readonly PreviewMessage[];
  readonly place: PreviewPlace;
  readonly reading: Reading;
  readonly csrf: string;
  readonly shortcuts: readonly PreviewShortcut[];
  /** In the thread's own column: no link into the thread. */
  readonly isThread?: boolean;
}

export const Messages = ({ messages, isThread = false, ...props }: ListProps) => (
  <div class="sp-messages" role="log" aria-label={isThread ? 'Thread' : 'Messages'} data-scroll="">
    <ol>
      {messages.map((message) => (
        <Message message={message} isThread={isThread} {...props} />
      ))}
    </ol>
  </div>
);

const Message = ({
  message,
  place,
  reading,
  csrf,
  shortcuts,
  isThread,
}: Omit<ListProps, 'messages'> & { message: PreviewMessage; isThread: boolean }) => {
  const at = new Date(Number(message.ts) * 1_000);
  const where = isThread ? 't' : 'm';
  const drawing = {
    reading,
    id: `${where}-${message.ts.replace('.', '-')}`,
    typed: {},
    offered: {},
    errors: {},
    searchHref: placeHref(place, '/options', { ts: message.ts }),
  };
  const onMessage = shortcuts.filter(({ type }) => type === 'message');
  return (
    <li class={message.onlyFor === null ? 'sp-message' : 'sp-message only'} id={`${where}-${message.ts}`} tabindex={-1}>
      <span class={message.isFromApp ? 'sp-face app' : 'sp-face'} aria-hidden="true">
        {message.isFromApp ? '⚓' : message.authorName.slice(0, 1)}
      </span>
      <div class="sp-said">
        {message.onlyFor === null ? null : <p class="sp-only">Only visible to you</p>}
        <p class="sp-by">
          <b>{message.authorName}</b>
          {message.isFromApp ? <span class="sp-app">APP</span> : null}
          <time datetime={at.toISOString()} title={exactTime(at, reading.timeZone)}>
            {exactTime(at, reading.timeZone).slice(11, 16)}
          </time>
        </p>
        <PlaceForm action="/slack-preview/press" place={place} csrf={csrf} hidden={{ ts: message.ts }} class="sp-stack">
          {message.blocks.length === 0 ? (
            <div class="sp-text">
              <Mrkdwn text={message.text} reading={reading} />
            </div>
          ) : (
            <Blocks blocks={message.blocks} drawing={drawing} />
          )}
          {message.unfurls.map((unfurl, index) => (
            <div class="sp-unfurl sp-stack">
              {unfurl.blocks.length === 0 ? (
                <div class="sp-text">
                  <Mrkdwn text={unfurl.text} reading={reading} />
                </div>
              ) : (
                <Blocks blocks={unfurl.blocks} drawing={{ ...drawing, id: `${drawing.id}-u${index}` }} />
              )}
            </div>
          ))}
        </PlaceForm>
        {isThread || message.replyCount === 0 ? null : (
          <a class="link small" href={placeHref({ ...place, threadTs: message.ts })}>
            {message.replyCount === 1 ? '1 reply' : `${message.replyCount} replies`}
          </a>
        )}
      </div>
      {message.onlyFor !== null ? null : (
        <Menu summary="⋯" label={`More for the message of ${message.authorName}`} class="btn ghost small">
          {isThread ? null : <a href={placeHref({ ...place, threadTs: message.ts })}>Reply in thread</a>}
          {onMessage.length === 0 ? null : (
            <PlaceForm action="/slack-preview/shortcut" place={place} csrf={csrf} hidden={{ ts: message.ts }}>
              {onMessage.map(({ name, callbackId }) => (
                <button type="submit" name="callback" value={callbackId}>
                  {name}
                </button>
              ))}
            </PlaceForm>
          )}
        </Menu>
      )}
    </li>
  );
};
