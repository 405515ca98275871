import type { Child } from 'hono/jsx';
import type { PreviewJson, PreviewOption } from '../../../core/ports/slack-preview.ts';
import { Element, Input } from './elements.tsx';
import { isJson, labelOf, listOf, textOf } from './json.ts';
import { Mrkdwn, type Reading } from './mrkdwn.tsx';
import { RichText } from './rich-text.tsx';

/** What blocks are drawn with: texts, and the state of the form around them. */
export interface Drawing {
  readonly reading: Reading;
  /** Prefix of element ids, so that two messages on a page never share one. */
  readonly id: string;
  readonly typed: Readonly<Record<string, readonly string[]>>;
  readonly offered: Readonly<Record<string, readonly PreviewOption[]>>;
  readonly errors: Readonly<Record<string, string>>;
  /** Where a select that searches asks; without the element's ids. */
  readonly searchHref: string;
}

export const Blocks = ({ blocks, drawing }: { blocks: readonly PreviewJson[]; drawing: Drawing }) => (
  <>
    {blocks.map((block) => (
      <Block block={block} drawing={drawing} />
    ))}
  </>
);

const Block = ({ block, drawing }: { block: PreviewJson; drawing: Drawing }) => {
  const { reading } = drawing;
  const blockId = textOf(block.block_id);
  switch (block.type) {
    case 'header':
      return <h3 class="sp-header">{labelOf(block.text)}</h3>;
    case 'section':
      return (
        <div class="sp-section">
          <div class="sp-body">
            {isJson(block.text) ? (
              <div class="sp-text">
                <Text text={block.text} reading={reading} />
              </div>
            ) : null}
            {block.fields === undefined ? null : (
              <div class="sp-fields">
                {listOf(block.fields).map((field) => (
                  <div class="sp-text">
                    <Text text={field} reading={reading} />
                  </div>
                ))}
              </div>
            )}
          </div>
          {isJson(block.accessory) ? (
            <div class="sp-accessory">
              {block.accessory.type === 'image' ? (
                <Picture image={block.accessory} />
              ) : (
                <Element element={block.accessory} blockId={blockId} drawing={drawing} />
              )}
            </div>
          ) : null}
        </div>
      );
    case 'context':
      return (
        <div class="sp-context">
          {listOf(block.elements).map((element) =>
            element.type === 'image' ? (
              <Picture image={element} />
            ) : (
              <span class="sp-text">
                <Text text={element} reading={reading} />
              </span>
            ),
          )}
        </div>
      );
    case 'actions':
      return (
        <div class="actions sp-actions">
          {listOf(block.elements).map((element) => (
            <Element element={element} blockId={blockId} drawing={drawing} />
          ))}
        </div>
      );
    case 'input':
      return <Input block={block} drawing={drawing} />;
    case 'divider':
      return <hr class="sp-divider" />;
    case 'image':
      return (
        <figure>
          {isJson(block.title) ? <figcaption class="muted small">{labelOf(block.title)}</figcaption> : null}
          <Picture image={block} large />
        </figure>
      );
    case 'markdown':
      return (
        <div class="sp-text">
          <Mrkdwn text={fromMarkdown(textOf(block.text))} reading={reading} />
        </div>
      );
    case 'rich_text':
      return <RichText block={block} reading={reading} />;
    case 'table':
      return <Table block={block} reading={reading} />;
    default:
      return <p class="muted small">A block of the kind {textOf(block.type)}, which the preview does not draw.</p>;
  }
};

/** A text object; plain text stays as it is. */
export const Text = ({ text, reading }: { text: PreviewJson; reading: Reading }) =>
  text.type === 'mrkdwn' ? <Mrkdwn text={textOf(text.text)} reading={reading} /> : <>{lines(textOf(text.text))}</>;

const lines = (text: string): Child[] =>
  text.split('\n').flatMap((line, index) => (index === 0 ? [line] : [<br />, line]));

const Picture = ({ image, large = false }: { image: PreviewJson; large?: boolean }) => (
  <img
    class={large ? 'sp-picture large' : 'sp-picture'}
    src={textOf(image.image_url)}
    alt={textOf(image.alt_text)}
    loading="lazy"
    referrerpolicy="no-referrer"
  />
);

const Table = ({ block, reading }: { block: PreviewJson; reading: Reading }) => {
  const rows = Array.isArray(block.rows) ? block.rows.map(listOf) : [];
  const settings = Array.isArray(block.column_settings) ? block.column_settings : [];
  const align = (column: number): string | undefined =>
    isJson(settings[column]) && settings[column].align === 'right' ? 'num' : undefined;
  const cell = (one: PreviewJson) =>
    one.type === 'rich_text' ? <RichText block={one} reading={reading} /> : `${one.text ?? one.value ?? ''}`;
  const [head = [], ...body] = rows;
  return (
    <div class="sp-scroll">
      <table class="sp-table">
        <thead>
          <tr>
            {head.map((one, column) => (
              <th class={align(column)}>{cell(one)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {body.map((row) => (
            <tr>
              {row.map((one, column) => (
                <td class={align(column)}>{cell(one)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};

/** A markdown block in the words of mrkdwn: headings, bold and links. */
const fromMarkdown = (text: string): string =>
  text
    .replace(/^#{1,6}\s+(.+)$/gm, '*$1*')
    .replace(/\*\*([^*\n]+)\*\*/g, '*$1*')
    .replace(/\[([^\]\n]+)\]\((https?:[^)\s]+)\)/g, '<$2|$1>');
