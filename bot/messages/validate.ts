import { limits } from './blocks.ts';

/**
 * What Slack itself would refuse, with its error names: the first problem of a message or view, or null. Used before
 * a test's or the preview's stand-in for Slack accepts anything, because no stand-in knows the limits.
 */
export function refusedBySlack(kind: 'message' | 'view', payload: unknown): string | null {
  if (!isRecord(payload)) return 'invalid_arguments';
  const { blocks } = payload;
  if (blocks !== undefined && !Array.isArray(blocks)) return 'invalid_blocks_format';
  const list: readonly unknown[] = blocks ?? [];
  const most = kind === 'message' ? limits.blocksPerMessage : limits.blocksPerView;
  if (list.length > most) return 'invalid_blocks';
  if (!areUnique(list.map((block) => idOf(block, 'block_id')))) return 'invalid_blocks';
  if (list.some((block) => !isGoodBlock(block))) return 'invalid_blocks';
  return kind === 'message' ? refusedMessage(payload, list) : refusedView(payload);
}

type Fields = Readonly<Record<string, unknown>>;

function refusedMessage(payload: Fields, blocks: readonly unknown[]): string | null {
  const text = typeof payload.text === 'string' ? payload.text : '';
  if (text === '' && blocks.length === 0) return 'no_text';
  if (text.length > limits.textLength) return 'msg_too_long';
  if (JSON.stringify(blocks).length > limits.messageBlocksLength) return 'msg_blocks_too_long';
  return null;
}

function refusedView(view: Fields): string | null {
  const parts = [view.title, view.submit, view.close].filter((part) => part !== undefined);
  const areGood = parts.every((part) => isText(part, limits.viewTitle));
  const metadata = view.private_metadata;
  const isTooMuch = typeof metadata === 'string' && metadata.length > limits.privateMetadata;
  return areGood && view.title !== undefined && !isTooMuch ? null : 'invalid_arguments';
}

const blockChecks: Readonly<Record<string, (block: Fields) => boolean>> = {
  header: (block) => isText(block.text, limits.headerText, 'plain_text'),
  section: (block) =>
    (block.text !== undefined || block.fields !== undefined) &&
    (block.text === undefined || isText(block.text, limits.sectionText)) &&
    (block.fields === undefined || isListOf(block.fields, 10, (field) => isText(field, 2_000))) &&
    (block.accessory === undefined || isGoodElement(block.accessory)),
  context: (block) =>
    isListOf(block.elements, limits.contextElements, (element) =>
      isRecord(element) && element.type === 'image' ? true : isText(element, limits.sectionText),
    ),
  actions: (block) =>
    isListOf(block.elements, limits.actionElements, isGoodElement) &&
    areUnique(asList(block.elements).map((element) => idOf(element, 'action_id'))),
  input: (block) => isText(block.label, 2_000, 'plain_text') && isGoodElement(block.element),
  divider: () => true,
};

function isGoodBlock(block: unknown): boolean {
  if (!isRecord(block) || typeof block.type !== 'string' || !isShortId(block.block_id)) return false;
  return blockChecks[block.type]?.(block) ?? false;
}

const elementChecks: Readonly<Record<string, (element: Fields) => boolean>> = {
  button: (element) =>
    isText(element.text, limits.buttonText, 'plain_text') &&
    isShort(element.value, limits.buttonValue) &&
    isShort(element.url, limits.buttonUrl),
  static_select: (element) => isListOf(element.options, limits.options, isOption) && isPlaceholder(element),
  external_select: (element) =>
    isPlaceholder(element) && (element.initial_option === undefined || isOption(element.initial_option)),
  number_input: (element) => typeof element.is_decimal_allowed === 'boolean',
  plain_text_input: isPlaceholder,
  file_input: () => true,
  radio_buttons: (element) => isListOf(element.options, 10, isOption),
  checkboxes: (element) => isListOf(element.options, 10, isOption),
  overflow: (element) => isListOf(element.options, 5, isOption),
};

function isGoodElement(element: unknown): boolean {
  if (!isRecord(element) || typeof element.type !== 'string' || !isShortId(element.action_id)) return false;
  return elementChecks[element.type]?.(element) ?? false;
}

const isOption = (option: unknown): boolean =>
  isRecord(option) &&
  isText(option.text, limits.optionText) &&
  typeof option.value === 'string' &&
  option.value.length <= limits.optionValue &&
  option.value !== '';

function isPlaceholder(element: Fields): boolean {
  return element.placeholder === undefined || isText(element.placeholder, limits.placeholder, 'plain_text');
}

function isText(value: unknown, max: number, type?: string): boolean {
  if (!isRecord(value) || typeof value.text !== 'string' || value.text === '' || value.text.length > max) return false;
  return type === undefined ? value.type === 'plain_text' || value.type === 'mrkdwn' : value.type === type;
}

const isRecord = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const isShort = (value: unknown, max: number): boolean =>
  value === undefined || (typeof value === 'string' && value.length <= max);
const isShortId = (value: unknown): boolean => isShort(value, limits.id);
const isListOf = (value: unknown, max: number, check: (item: unknown) => boolean): boolean =>
  Array.isArray(value) && value.length > 0 && value.length <= max && value.every(check);
const idOf = (value: unknown, name: string): string | undefined => {
  const id = isRecord(value) ? value[name] : undefined;
  return typeof id === 'string' ? id : undefined;
};
const areUnique = (ids: readonly (string | undefined)[]): boolean => {
  const given = ids.filter((id) => id !== undefined);
  return new Set(given).size === given.length;
};
