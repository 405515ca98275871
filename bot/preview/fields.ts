import {
  type PreviewFields,
  type PreviewJson,
  type PreviewOption,
  type PreviewUpload,
  previewKey,
} from '../../core/ports/slack-preview.ts';
import { isJson } from './workspace.ts';

/** What a filled form sends: Slack's `state.values`, and what Slack itself finds wrong before it sends anything. */
export interface FilledForm {
  readonly values: Record<string, Record<string, PreviewJson>>;
  /** By `previewKey(blockId, '')`. */
  readonly errors: Record<string, string>;
  readonly typed: Record<string, readonly string[]>;
}

export interface ReadOptions {
  readonly fields: PreviewFields;
  /** What searches offered, by key: an option chosen there is known by its value only. */
  readonly offered: Readonly<Record<string, readonly PreviewOption[]>>;
  /** Keeps an uploaded file and answers it as Slack describes files. */
  readonly keep: (file: PreviewUpload) => PreviewJson;
}

/** Reads the inputs of these blocks out of what a browser sent. */
export function readForm(blocks: readonly PreviewJson[], options: ReadOptions): FilledForm {
  const form: FilledForm = { values: {}, errors: {}, typed: {} };
  for (const block of blocks) {
    const blockId = String(block.block_id);
    const elements = [block.element, block.accessory, ...(block.type === 'actions' ? listOf(block.elements) : [])];
    for (const element of elements.filter(isJson)) {
      const read = readers[String(element.type)];
      if (read === undefined) continue;
      const actionId = String(element.action_id);
      const key = previewKey(blockId, actionId);
      const texts = (options.fields.texts[key] ?? []).filter((text) => text !== '');
      const files = options.fields.files[key] ?? [];
      form.typed[key] = texts;
      const choices = [...optionsOf(element), ...(options.offered[key] ?? []).map(asOption)];
      form.values[blockId] = {
        ...form.values[blockId],
        [actionId]: { type: element.type, ...read({ texts, choices, files: files.map(options.keep) }) },
      };
      if (block.type === 'input') {
        const wrong = wrongWith(element, block.optional === true, texts, files);
        if (wrong !== null) form.errors[previewKey(blockId, '')] = wrong;
      }
    }
  }
  return form;
}

interface Read {
  readonly texts: readonly string[];
  readonly choices: readonly PreviewJson[];
  readonly files: readonly PreviewJson[];
}

const text = ({ texts }: Read): PreviewJson => ({ value: texts[0] ?? null });
const one = ({ texts, choices }: Read): PreviewJson => ({
  selected_option: choices.find(({ value }) => value === texts[0]) ?? null,
});
const several = ({ texts, choices }: Read): PreviewJson => ({
  selected_options: texts.flatMap((value) => choices.find((choice) => choice.value === value) ?? []),
});
const named =
  (name: string) =>
  ({ texts }: Read): PreviewJson => ({ [name]: texts[0] ?? null });

const readers: Readonly<Record<string, (read: Read) => PreviewJson>> = {
  plain_text_input: text,
  number_input: text,
  email_text_input: text,
  url_text_input: text,
  static_select: one,
  external_select: one,
  radio_buttons: one,
  checkboxes: several,
  multi_static_select: several,
  multi_external_select: several,
  users_select: named('selected_user'),
  channels_select: named('selected_channel'),
  conversations_select: named('selected_conversation'),
  multi_users_select: ({ texts }) => ({ selected_users: texts }),
  datepicker: named('selected_date'),
  timepicker: named('selected_time'),
  datetimepicker: ({ texts }) => ({ selected_date_time: secondsOf(texts[0]) }),
  file_input: ({ files }) => ({ files }),
};

/** The action of a pressed or changed element, as `block_actions` carries it; null: its option is not there any more. */
export function actionOf(
  blockId: string,
  element: PreviewJson,
  values: readonly string[],
  state: FilledForm['values'],
): PreviewJson | null {
  const { type, action_id: actionId } = element;
  const base = { action_id: actionId, block_id: blockId, type };
  switch (type) {
    case 'button':
      return {
        ...base,
        text: element.text,
        ...(element.value === undefined ? {} : { value: element.value }),
        ...(element.style === undefined ? {} : { style: element.style }),
      };
    case 'overflow': {
      const chosen = optionsOf(element).find(({ value }) => value === values[0]);
      return chosen === undefined ? null : { ...base, selected_option: chosen };
    }
    default: {
      const filled = state[blockId]?.[String(actionId)];
      return filled === undefined ? null : { ...base, ...filled };
    }
  }
}

/** Slack's own checks, made in its client before anything is sent. */
function wrongWith(
  element: PreviewJson,
  isOptional: boolean,
  texts: readonly string[],
  files: readonly PreviewUpload[],
): string | null {
  const isEmpty = element.type === 'file_input' ? files.length === 0 : texts.length === 0;
  if (isEmpty) return isOptional ? null : 'Please complete this required field.';
  const value = texts[0] ?? '';
  switch (element.type) {
    case 'number_input': {
      const number = Number(value);
      if (!Number.isFinite(number)) return 'Please enter a number.';
      if (element.is_decimal_allowed !== true && !Number.isInteger(number)) return 'Please enter a whole number.';
      if (element.min_value !== undefined && number < Number(element.min_value))
        return `Please enter a number of at least ${String(element.min_value)}.`;
      if (element.max_value !== undefined && number > Number(element.max_value))
        return `Please enter a number of at most ${String(element.max_value)}.`;
      return null;
    }
    case 'plain_text_input':
      if (value.length < Number(element.min_length ?? 0))
        return `Please enter at least ${String(element.min_length)} characters.`;
      return value.length > Number(element.max_length ?? 3_000)
        ? `Please enter at most ${String(element.max_length ?? 3_000)} characters.`
        : null;
    case 'email_text_input':
      return /^\S+@\S+$/.test(value) ? null : 'Please enter an email address.';
    case 'url_text_input':
      return URL.canParse(value) ? null : 'Please enter a web address.';
    case 'file_input':
      return wrongFile(element, files);
    default:
      return null;
  }
}

function wrongFile(element: PreviewJson, files: readonly PreviewUpload[]): string | null {
  const most = Number(element.max_files ?? 10);
  if (files.length > most) return `Please choose at most ${most} file${most === 1 ? '' : 's'}.`;
  const types = listOf(element.filetypes).map(String);
  const isOther = ({ name }: PreviewUpload) => !types.includes(name.split('.').at(-1)?.toLowerCase() ?? '');
  return types.length > 0 && files.some(isOther) ? `Please choose a file of the type ${types.join(', ')}.` : null;
}

/** Seconds since 1970 of a local time as browsers send it, read as UTC; null: none was given. */
const secondsOf = (local: string | undefined): number | null =>
  local === undefined || Number.isNaN(Date.parse(`${local}Z`)) ? null : Math.floor(Date.parse(`${local}Z`) / 1_000);

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Every option of an element, those inside groups too, and the one it began with. */
export function optionsOf(element: PreviewJson): readonly PreviewJson[] {
  const groups = listOf(element.option_groups).filter(isJson);
  return [
    ...listOf(element.options),
    ...groups.flatMap((group) => listOf(group.options)),
    element.initial_option,
    ...listOf(element.initial_options),
  ].filter(isJson);
}

const asOption = ({ text: label, value }: PreviewOption): PreviewJson => ({
  text: { type: 'plain_text', text: label, emoji: true },
  value,
});
