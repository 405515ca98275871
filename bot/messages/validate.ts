import { limits, slackBlocksLength } from './blocks.ts';

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
  return kind === 'message' ? refusedMessage(payload, list) : refusedView(payload, list);
}

type Fields = Readonly<Record<string, unknown>>;
type Check = (value: unknown) => boolean;

function refusedMessage(payload: Fields, blocks: readonly unknown[]): string | null {
  const text = typeof payload.text === 'string' ? payload.text : '';
  if (text === '' && blocks.length === 0) return 'no_text';
  if (text.length > limits.textLength) return 'msg_too_long';
  if (JSON.stringify(blocks).length > slackBlocksLength) return 'msg_blocks_too_long';
  // Files are taken by modals only.
  return blocks.some((block) => typeOfInput(block) === 'file_input') ? 'invalid_blocks' : null;
}

const viewFields = {
  callback_id: shortText(limits.id),
  private_metadata: shortText(limits.privateMetadata),
  external_id: shortText(limits.id),
};

const modalShape = shape(
  { type: (value) => value === 'modal', title: plainText(limits.viewTitle), blocks: Array.isArray },
  {
    ...viewFields,
    submit: plainText(limits.viewTitle),
    close: plainText(limits.viewTitle),
    clear_on_close: isFlag,
    notify_on_close: isFlag,
    submit_disabled: isFlag,
  },
);
const homeShape = shape({ type: (value) => value === 'home', blocks: Array.isArray }, viewFields);

function refusedView(view: Fields, blocks: readonly unknown[]): string | null {
  if (view.type === 'home') return homeShape(view) ? null : 'invalid_arguments';
  if (!modalShape(view)) return 'invalid_arguments';
  const needsSubmit = blocks.some((block) => isRecord(block) && block.type === 'input');
  return needsSubmit && view.submit === undefined ? 'invalid_arguments' : null;
}

/** Exactly these fields: Slack refuses those that it does not know. */
function shape(needed: Readonly<Record<string, Check>>, optional: Readonly<Record<string, Check>> = {}): Check {
  return (value) =>
    isRecord(value) &&
    Object.entries(needed).every(([name, check]) => value[name] !== undefined && check(value[name])) &&
    Object.entries(value).every(
      ([name, given]) => given === undefined || name in needed || (optional[name]?.(given) ?? false),
    );
}

function plainText(max: number): Check {
  return (value) => isText(value, max, 'plain_text');
}
function anyText(max: number): Check {
  return (value) => isText(value, max);
}
function shortText(max: number): Check {
  return (value) => typeof value === 'string' && value.length <= max;
}
function isFlag(value: unknown): boolean {
  return typeof value === 'boolean';
}
function listOf(max: number, check: Check, min = 1): Check {
  return (value) => Array.isArray(value) && value.length >= min && value.length <= max && value.every(check);
}
const oneOf =
  (...words: readonly string[]): Check =>
  (value) =>
    typeof value === 'string' && words.includes(value);
const isWhole: Check = (value) => typeof value === 'number' && Number.isInteger(value) && value >= 0;
const isUrl = (max: number): Check => {
  return (value) => typeof value === 'string' && value.length <= max && /^https?:\/\/\S+$|^mailto:/.test(value);
};

const id = shortText(limits.id);
const isNumberText: Check = (value) => typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value);
const isDate: Check = (value) => typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value);
const isTime: Check = (value) => typeof value === 'string' && /^\d{2}:\d{2}$/.test(value);

const option = shape(
  { text: anyText(limits.optionText), value: (value) => shortText(limits.optionValue)(value) && value !== '' },
  { description: anyText(limits.optionText), url: isUrl(limits.buttonUrl) },
);
const group = shape({ label: plainText(75), options: listOf(limits.options, option) });
const options = (max: number): Check => {
  const list = listOf(max, option);
  return (value) => list(value) && areUnique(asList(value).map((one) => idOf(one, 'value')));
};

const confirm = shape(
  { title: plainText(100), text: anyText(300), confirm: plainText(30), deny: plainText(30) },
  { style: oneOf('primary', 'danger') },
);
const interactive = { action_id: id, confirm, focus_on_load: isFlag };
const choosing = { ...interactive, placeholder: plainText(limits.placeholder) };
const many = { max_selected_items: isWhole };
const dispatching = {
  dispatch_action_config: shape({ trigger_actions_on: listOf(2, oneOf('on_enter_pressed', 'on_character_entered')) }),
};
const typing = { ...choosing, ...dispatching };

/** A select's choices: options or groups, exactly one of the two. */
const staticSelect = (more: Readonly<Record<string, Check>>): Check => {
  const check = shape(
    {},
    { ...choosing, ...more, options: options(limits.options), option_groups: listOf(100, group) },
  );
  return (value) =>
    check(value) && isRecord(value) && (value.options === undefined) !== (value.option_groups === undefined);
};

const elements: Readonly<Record<string, Check>> = {
  button: shape(
    { text: plainText(limits.buttonText) },
    {
      ...interactive,
      value: shortText(limits.buttonValue),
      url: isUrl(limits.buttonUrl),
      style: oneOf('primary', 'danger'),
      accessibility_label: shortText(75),
    },
  ),
  overflow: shape({ options: options(5) }, interactive),
  static_select: staticSelect({ initial_option: option }),
  multi_static_select: staticSelect({ ...many, initial_options: listOf(limits.options, option) }),
  external_select: shape({}, { ...choosing, min_query_length: isWhole, initial_option: option }),
  multi_external_select: shape(
    {},
    { ...choosing, ...many, min_query_length: isWhole, initial_options: listOf(limits.options, option) },
  ),
  users_select: shape({}, { ...choosing, initial_user: id }),
  multi_users_select: shape({}, { ...choosing, ...many, initial_users: listOf(100, id) }),
  channels_select: shape({}, { ...choosing, response_url_enabled: isFlag, initial_channel: id }),
  conversations_select: shape(
    {},
    {
      ...choosing,
      response_url_enabled: isFlag,
      initial_conversation: id,
      default_to_current_conversation: isFlag,
      filter: isRecord,
    },
  ),
  radio_buttons: shape({ options: options(10) }, { ...interactive, initial_option: option }),
  checkboxes: shape({ options: options(10) }, { ...interactive, initial_options: listOf(10, option) }),
  datepicker: shape({}, { ...choosing, initial_date: isDate }),
  timepicker: shape({}, { ...choosing, initial_time: isTime, timezone: shortText(100) }),
  datetimepicker: shape({}, { ...interactive, initial_date_time: isWhole }),
  plain_text_input: shape(
    {},
    {
      ...typing,
      initial_value: shortText(3_000),
      multiline: isFlag,
      min_length: isWhole,
      max_length: (value) => isWhole(value) && typeof value === 'number' && value >= 1 && value <= 3_000,
    },
  ),
  number_input: shape(
    { is_decimal_allowed: isFlag },
    { ...typing, initial_value: isNumberText, min_value: isNumberText, max_value: isNumberText },
  ),
  email_text_input: shape({}, { ...typing, initial_value: shortText(3_000) }),
  url_text_input: shape({}, { ...typing, initial_value: shortText(3_000) }),
  file_input: shape(
    {},
    {
      action_id: id,
      filetypes: listOf(100, shortText(20)),
      max_files: (value) => isWhole(value) && typeof value === 'number' && value >= 1 && value <= 10,
    },
  ),
};

/** What stands in an actions block, beside a section, in an input. */
const pressable = [
  'button',
  'overflow',
  'checkboxes',
  'radio_buttons',
  'datepicker',
  'timepicker',
  'datetimepicker',
  'static_select',
  'external_select',
  'users_select',
  'channels_select',
  'conversations_select',
  'multi_static_select',
  'multi_external_select',
  'multi_users_select',
];
const notInInputs = ['button', 'overflow'];

function isElement(value: unknown, allowed: (type: string) => boolean): boolean {
  if (!isRecord(value) || typeof value.type !== 'string' || !allowed(value.type)) return false;
  const { type, ...rest } = value;
  return elements[type]?.(rest) ?? false;
}

/** By address, or a file of the workspace; the words for those who do not see it are compulsory. */
const pictureFields = { alt_text: shortText(2_000) };
const image = shape(pictureFields, { type: oneOf('image'), image_url: isUrl(3_000), slack_file: isRecord });
const isImage: Check = (value) => isRecord(value) && value.type === 'image' && image(value);

const blockShapes: Readonly<Record<string, Check>> = {
  header: shape({ text: plainText(limits.headerText) }, { level: isWhole }),
  section: (block) =>
    shape(
      {},
      {
        text: anyText(limits.sectionText),
        fields: listOf(10, anyText(2_000)),
        accessory: (value) => isImage(value) || isElement(value, (type) => pressable.includes(type)),
        expand: isFlag,
      },
    )(block) &&
    isRecord(block) &&
    (block.text !== undefined || block.fields !== undefined),
  context: shape({
    elements: listOf(limits.contextElements, (value) => isImage(value) || isText(value, limits.sectionText)),
  }),
  actions: shape({
    elements: (value) =>
      listOf(limits.actionElements, (one) => isElement(one, (type) => pressable.includes(type)))(value) &&
      areUnique(asList(value).map((element) => idOf(element, 'action_id'))),
  }),
  input: shape(
    {
      label: plainText(2_000),
      element: (value) => isElement(value, (type) => !notInInputs.includes(type)),
    },
    { hint: plainText(2_000), optional: isFlag, dispatch_action: isFlag },
  ),
  divider: shape({}),
  image: shape(pictureFields, { image_url: isUrl(3_000), slack_file: isRecord, title: plainText(2_000) }),
  markdown: shape({ text: (value) => shortText(12_000)(value) && value !== '' }),
  rich_text: shape({ elements: listOf(1_000, (value) => isRecord(value) && /^rich_text_/.test(String(value.type))) }),
  table: shape(
    { rows: listOf(100, listOf(20, isCell)) },
    { column_settings: listOf(20, (value) => value === null || isRecord(value)) },
  ),
};

function isCell(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { type, block_id: blockId, ...rest } = value;
  if (type === 'raw_text') return shape({ text: (text) => typeof text === 'string' && text !== '' })(rest);
  if (type === 'raw_number') return isRecord(rest) && typeof rest.value === 'number';
  return type === 'rich_text' && isShortId(blockId) && blockShapes.rich_text?.(rest) === true;
}

function isGoodBlock(block: unknown): boolean {
  if (!isRecord(block) || typeof block.type !== 'string' || !isShortId(block.block_id)) return false;
  const { type, block_id: _, ...rest } = block;
  return blockShapes[type]?.(rest) ?? false;
}

function typeOfInput(block: unknown): unknown {
  return isRecord(block) && isRecord(block.element) ? block.element.type : undefined;
}

const plainShape = shape({ type: oneOf('plain_text'), text: isString }, { emoji: isFlag });
const mrkdwnShape = shape({ type: oneOf('mrkdwn'), text: isString }, { verbatim: isFlag });

function isText(value: unknown, max: number, type?: 'plain_text'): boolean {
  if (!isRecord(value) || typeof value.text !== 'string' || value.text === '' || value.text.length > max) return false;
  return plainShape(value) || (type === undefined && mrkdwnShape(value));
}

function isString(value: unknown): boolean {
  return typeof value === 'string';
}
function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const isShortId = (value: unknown): boolean => value === undefined || id(value);
const idOf = (value: unknown, name: string): string | undefined => {
  const found = isRecord(value) ? value[name] : undefined;
  return typeof found === 'string' ? found : undefined;
};
const areUnique = (ids: readonly (string | undefined)[]): boolean => {
  const given = ids.filter((one) => one !== undefined);
  return new Set(given).size === given.length;
};
