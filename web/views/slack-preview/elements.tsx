import type { Child } from 'hono/jsx';
import { type PreviewJson, previewKey } from '../../../core/ports/slack-preview.ts';
import { Menu } from '../parts.tsx';
import type { Drawing } from './blocks.tsx';
import { isJson, labelOf, listOf, textOf } from './json.ts';

/** Names of form fields: a pressed element, and what an element holds. */
export const pressField = 'press';
export const heldPrefix = 'held:';

interface ElementProps {
  readonly element: PreviewJson;
  readonly blockId: string;
  readonly drawing: Drawing;
}

/** An interactive element in a message, or in a form where it acts at once. */
export const Element = ({ element, blockId, drawing }: ElementProps) => {
  const key = previewKey(blockId, textOf(element.action_id));
  switch (element.type) {
    case 'button':
      return <Button element={element} press={key} />;
    case 'overflow':
      return (
        <Menu summary="⋯" label="More actions" class="btn ghost">
          {listOf(element.options).map((option) =>
            option.url === undefined ? (
              <button type="submit" name={pressField} value={`${key}/${encodeURIComponent(textOf(option.value))}`}>
                {labelOf(option.text)}
              </button>
            ) : (
              <a href={textOf(option.url)} target="_blank" rel="noopener">
                {labelOf(option.text)}
              </a>
            ),
          )}
        </Menu>
      );
    default:
      // Changed at once in Slack; here a button says so to those without script.
      return (
        <span class="sp-live-choice" data-acts="">
          <Control
            element={element}
            blockId={blockId}
            drawing={drawing}
            label={labelOf(element.placeholder) || 'Choose'}
          />
          <button class="btn small" type="submit" name={pressField} value={key}>
            Apply
          </button>
        </span>
      );
  }
};

const Button = ({ element, press }: { element: PreviewJson; press: string }) => {
  const kind = element.style === 'primary' ? 'btn go' : element.style === 'danger' ? 'btn danger' : 'btn';
  const name = textOf(element.accessibility_label) || undefined;
  if (element.url !== undefined) {
    return (
      <a class={kind} href={textOf(element.url)} target="_blank" rel="noopener" data-press={press} aria-label={name}>
        {labelOf(element.text)}
      </a>
    );
  }
  if (!isJson(element.confirm)) {
    return (
      <button class={kind} type="submit" name={pressField} value={press} aria-label={name}>
        {labelOf(element.text)}
      </button>
    );
  }
  const { confirm } = element;
  return (
    <details class="menu">
      <summary class={kind}>{labelOf(element.text)}</summary>
      <div class="panel left sp-confirm">
        <b>{labelOf(confirm.title)}</b>
        <p>{labelOf(confirm.text)}</p>
        <button class="btn go" type="submit" name={pressField} value={press}>
          {labelOf(confirm.confirm)}
        </button>
      </div>
    </details>
  );
};

/** An input block of a form: label above, hint below, what is wrong beside it. */
export const Input = ({ block, drawing }: { block: PreviewJson; drawing: Drawing }) => {
  const blockId = textOf(block.block_id);
  const element = isJson(block.element) ? block.element : {};
  const error = drawing.errors[previewKey(blockId, '')];
  const label = labelOf(block.label);
  const id = idOf(drawing, blockId, element);
  const isGroup = element.type === 'radio_buttons' || element.type === 'checkboxes';
  const described = [
    ...(isJson(block.hint) ? [`${id}-hint`] : []),
    ...(error === undefined ? [] : [`${id}-error`]),
  ].join(' ');
  const inside = (
    <>
      <Control
        element={element}
        blockId={blockId}
        drawing={drawing}
        label={label}
        isInput
        described={described}
        isWrong={error !== undefined}
      />
      {block.dispatch_action === true ? (
        <button
          class="btn small sp-apply"
          type="submit"
          name={pressField}
          value={previewKey(blockId, textOf(element.action_id))}
        >
          Apply
        </button>
      ) : null}
      {isJson(block.hint) ? (
        <span class="help" id={`${id}-hint`}>
          {labelOf(block.hint)}
        </span>
      ) : null}
      {error === undefined ? null : (
        <span class="error" id={`${id}-error`}>
          {error}
        </span>
      )}
    </>
  );
  const title = (
    <>
      {label}
      {block.optional === true ? <span class="muted"> (optional)</span> : null}
    </>
  );
  const acts = block.dispatch_action === true ? '' : undefined;
  return isGroup ? (
    <fieldset class="field" data-acts={acts} aria-describedby={described || undefined}>
      <legend>{title}</legend>
      {inside}
    </fieldset>
  ) : (
    <div class="field" data-acts={acts}>
      <label for={id}>{title}</label>
      {inside}
    </div>
  );
};

const idOf = (drawing: Drawing, blockId: string, element: PreviewJson): string =>
  `${drawing.id}-${previewKey(blockId, textOf(element.action_id)).replace(/[^\w-]/g, '_')}`;

/** The control itself, filled with what was typed or chosen before, else with what the bot began with. */
const Control = ({
  element,
  blockId,
  drawing,
  label,
  isInput = false,
  described = '',
  isWrong = false,
}: ElementProps & { label: string; isInput?: boolean; described?: string; isWrong?: boolean }) => {
  const key = previewKey(blockId, textOf(element.action_id));
  const id = idOf(drawing, blockId, element);
  const held = drawing.typed[key] ?? initialOf(element);
  const named = {
    id,
    name: `${heldPrefix}${key}`,
    ...(isInput ? {} : { 'aria-label': label }),
    ...(described === '' ? {} : { 'aria-describedby': described }),
    ...(isWrong ? { 'aria-invalid': 'true' as const } : {}),
    ...(element.focus_on_load === true ? { autofocus: true } : {}),
  };
  const typed = (type: string, more: Record<string, string> = {}): Child => (
    <input
      {...named}
      {...more}
      type={type}
      value={held[0] ?? ''}
      placeholder={labelOf(element.placeholder)}
      autocomplete="off"
    />
  );
  switch (element.type) {
    case 'plain_text_input':
      return element.multiline === true ? (
        <textarea {...named} rows={4} placeholder={labelOf(element.placeholder)}>
          {held[0] ?? ''}
        </textarea>
      ) : (
        typed('text')
      );
    case 'number_input':
      return typed('text', { inputmode: element.is_decimal_allowed === true ? 'decimal' : 'numeric' });
    case 'email_text_input':
      return typed('email');
    case 'url_text_input':
      return typed('url');
    case 'datepicker':
      return typed('date');
    case 'timepicker':
      return typed('time');
    case 'datetimepicker':
      return typed('datetime-local');
    case 'file_input':
      return (
        <input
          {...named}
          type="file"
          multiple={element.max_files !== 1}
          accept={Array.isArray(element.filetypes) ? element.filetypes.map((type) => `.${type}`).join(',') : undefined}
        />
      );
    case 'radio_buttons':
    case 'checkboxes':
      return (
        <>
          {listOf(element.options).map((option, index) => (
            <label class="check">
              <input
                type={element.type === 'checkboxes' ? 'checkbox' : 'radio'}
                id={index === 0 ? id : undefined}
                name={named.name}
                value={textOf(option.value)}
                checked={held.includes(textOf(option.value))}
                aria-invalid={isWrong ? 'true' : undefined}
              />
              <span>
                {labelOf(option.text)}
                {isJson(option.description) ? <small class="why">{labelOf(option.description)}</small> : null}
              </span>
            </label>
          ))}
        </>
      );
    case 'external_select':
    case 'multi_external_select':
      return (
        <SearchSelect element={element} named={named} searchKey={key} held={held} drawing={drawing} label={label} />
      );
    default:
      return (
        <select {...named} multiple={textOf(element.type).startsWith('multi_')}>
          <option value="">{labelOf(element.placeholder) || 'Choose'}</option>
          <Options element={element} held={held} />
        </select>
      );
  }
};

const Options = ({ element, held }: { element: PreviewJson; held: readonly string[] }) => {
  const shown = (option: PreviewJson) => (
    <option value={textOf(option.value)} selected={held.includes(textOf(option.value))}>
      {labelOf(option.text)}
    </option>
  );
  const groups = listOf(element.option_groups);
  return groups.length === 0 ? (
    <>{listOf(element.options).map(shown)}</>
  ) : (
    <>
      {groups.map((group) => (
        <optgroup label={labelOf(group.label)}>{listOf(group.options).map(shown)}</optgroup>
      ))}
    </>
  );
};

/** Of what a search offered before, when the form is drawn again. */
const shownOffers = 20;

/** A text to search with, and a list that shows what the bot offers for it. */
const SearchSelect = ({
  element,
  named,
  searchKey,
  held,
  drawing,
  label,
}: {
  element: PreviewJson;
  named: { readonly id: string; readonly name: string };
  searchKey: string;
  held: readonly string[];
  drawing: Drawing;
  label: string;
}) => {
  const least = typeof element.min_query_length === 'number' ? element.min_query_length : 3;
  const listId = `${named.id}-list`;
  const offered = drawing.offered[searchKey] ?? [];
  const initial = [element.initial_option, ...listOf(element.initial_options)].filter(isJson);
  const known = [
    ...initial.map((option) => ({ text: labelOf(option.text), value: textOf(option.value) })),
    ...offered,
  ].filter((option) => held.includes(option.value));
  const chosen = held.flatMap((value) => known.find((option) => option.value === value) ?? []);
  return (
    <span class="sp-search">
      <input
        type="search"
        id={named.id}
        name="q"
        placeholder={labelOf(element.placeholder) || 'Search'}
        aria-controls={listId}
        autocomplete="off"
        hx-get={`${drawing.searchHref}&key=${encodeURIComponent(searchKey)}`}
        hx-trigger={least === 0 ? 'load, input changed delay:250ms' : 'input changed delay:250ms'}
        hx-target={`#${listId}`}
        hx-swap="innerHTML"
        hx-sync="this:replace"
        hx-include={`#${listId}`}
      />
      <select
        id={listId}
        name={named.name}
        size={5}
        multiple={element.type === 'multi_external_select'}
        aria-label={`${label}: results`}
      >
        <SearchOptions offered={offered.slice(0, shownOffers)} chosen={chosen} />
      </select>
    </span>
  );
};

/** What the list of a search holds: what was chosen before stays in it. */
export const SearchOptions = ({
  offered,
  chosen,
}: {
  offered: readonly { readonly text: string; readonly value: string }[];
  chosen: readonly { readonly text: string; readonly value: string }[];
}) => (
  <>
    {chosen.map((option) => (
      <option value={option.value} selected>
        {option.text}
      </option>
    ))}
    {offered
      .filter((option) => !chosen.some(({ value }) => value === option.value))
      .map((option) => (
        <option value={option.value}>{option.text}</option>
      ))}
    {chosen.length > 0 ? <option value="">Nothing</option> : null}
    {offered.length === 0 && chosen.length === 0 ? (
      <option value="" disabled>
        No results
      </option>
    ) : null}
  </>
);

/** What an element holds before anybody touched it. */
function initialOf(element: PreviewJson): readonly string[] {
  const options = [element.initial_option, ...listOf(element.initial_options)].filter(isJson);
  const texts = [
    element.initial_value,
    element.initial_date,
    element.initial_time,
    element.initial_user,
    element.initial_channel,
    element.initial_conversation,
  ];
  return [...options.map(({ value }) => textOf(value)), ...texts.map(textOf).filter((text) => text !== '')];
}
