import type { SlackFields } from './slack.ts';

/** A card as the channel shows it. */
export interface Card {
  readonly alertId: string;
  readonly ts: string;
  readonly text: string;
  readonly blocks: readonly SlackFields[];
  /** Everything that the card says. */
  readonly words: string;
  /** The value of one of its buttons; throws when there is no such button. */
  valueOf(actionId: string): string;
  /** `action_id`s of its buttons and the values of its menus' options. */
  readonly actions: readonly string[];
  /** The block's id of its menu. */
  readonly menu: string;
}

export function readCard(alertId: string, ts: string, text: string, blocks: readonly object[]): Card {
  const plain: SlackFields[] = JSON.parse(JSON.stringify(blocks));
  const elements = plain.flatMap((block) => [
    ...(Array.isArray(block.elements) ? block.elements : []),
    ...(block.accessory === undefined ? [] : [block.accessory]),
  ]);
  const menu = plain.find((block) => JSON.stringify(block).includes('"overflow"'));
  return {
    alertId,
    ts,
    text,
    blocks: plain,
    words: JSON.stringify(plain),
    actions: elements.flatMap((element) => [
      ...(element.action_id === undefined || element.type === 'overflow' ? [] : [String(element.action_id)]),
      ...(element.options ?? []).map((option: SlackFields) => String(option.value)),
    ]),
    menu: String(menu?.block_id ?? ''),
    valueOf(actionId) {
      const found = elements.find((element) => element.action_id === actionId);
      if (found === undefined) throw new Error(`The card has no ${actionId}: ${JSON.stringify(plain)}`);
      return String(found.value);
    },
  };
}
