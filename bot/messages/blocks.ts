import type { types } from '@slack/bolt';

export type SlackBlock = types.KnownBlock;
export type SlackButton = types.Button;
export type SlackModal = types.ModalView;
export type SlackHome = types.HomeView;
export type SlackOption = types.PlainTextOption;

/** Slack's limits; from Slack's pages and the SDK's types, with the undocumented one of all blocks together. */
export const limits = {
  blocksPerMessage: 50,
  blocksPerView: 100,
  messageBlocksLength: 12_000,
  textLength: 4_000,
  sectionText: 3_000,
  headerText: 150,
  contextElements: 10,
  actionElements: 25,
  buttonText: 75,
  buttonValue: 2_000,
  buttonUrl: 3_000,
  id: 255,
  options: 100,
  optionText: 75,
  optionValue: 75,
  viewTitle: 24,
  privateMetadata: 3_000,
  placeholder: 150,
} as const;

/** Where Slack itself refuses all blocks of a message together; `limits.messageBlocksLength` is our margin below it. */
export const slackBlocksLength = 13_200;
