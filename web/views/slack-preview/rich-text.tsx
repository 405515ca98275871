import type { Child } from 'hono/jsx';
import type { PreviewJson } from '../../../core/ports/slack-preview.ts';
import { isJson, listOf, textOf } from './json.ts';
import { Link, Mrkdwn, type Reading } from './mrkdwn.tsx';

/** A rich_text block: sections, lists, quotes, code. */
export const RichText = ({ block, reading }: { block: PreviewJson; reading: Reading }) => (
  <div class="sp-text">{listOf(block.elements).map((element) => part(element, reading))}</div>
);

function part(element: PreviewJson, reading: Reading): Child {
  const inside = listOf(element.elements);
  switch (element.type) {
    case 'rich_text_list': {
      const items = inside.map((item) => <li>{listOf(item.elements).map((one) => piece(one, reading))}</li>);
      return element.style === 'ordered' ? <ol class="sp-list">{items}</ol> : <ul class="sp-list">{items}</ul>;
    }
    case 'rich_text_quote':
      return <blockquote>{inside.map((one) => piece(one, reading))}</blockquote>;
    case 'rich_text_preformatted':
      return <pre>{inside.map((one) => piece(one, reading))}</pre>;
    default:
      return <div>{inside.map((one) => piece(one, reading))}</div>;
  }
}

function piece(element: PreviewJson, reading: Reading): Child {
  switch (element.type) {
    case 'link':
      return <Link href={textOf(element.url)}>{textOf(element.text) || textOf(element.url)}</Link>;
    case 'user':
      return <span class="sp-mention">@{reading.nameOf(textOf(element.user_id)) ?? textOf(element.user_id)}</span>;
    case 'channel':
      return (
        <span class="sp-mention">#{reading.nameOf(textOf(element.channel_id)) ?? textOf(element.channel_id)}</span>
      );
    case 'broadcast':
      return <span class="sp-mention">@{textOf(element.range)}</span>;
    case 'emoji':
      return `:${textOf(element.name)}:`;
    case 'date':
      return (
        <Mrkdwn
          text={`<!date^${Number(element.timestamp)}^${textOf(element.format)}|${textOf(element.fallback)}>`}
          reading={reading}
        />
      );
    default:
      return styled(textOf(element.text), isJson(element.style) ? element.style : {});
  }
}

function styled(text: string, style: PreviewJson): Child {
  let child: Child = text.split('\n').flatMap((line, index) => (index === 0 ? [line] : [<br />, line]));
  if (style.code === true) child = <code>{child}</code>;
  if (style.bold === true) child = <b>{child}</b>;
  if (style.italic === true) child = <i>{child}</i>;
  if (style.strike === true) child = <s>{child}</s>;
  return child;
}
