import { limits, type SlackModal } from './blocks.ts';
import { plain } from './text.ts';

/** Stands there until the data is read. */
export const loadingModal = (title: string): SlackModal => textModal(title, 'One moment…', 'Cancel');

/** A form that only says something; `text` is mrkdwn. */
export const noticeModal = (title: string, text: string): SlackModal => textModal(title, text, 'Close');

function textModal(title: string, text: string, close: string): SlackModal {
  return {
    type: 'modal',
    callback_id: 'notice',
    title: { type: 'plain_text', text: plain(title, limits.viewTitle) },
    close: { type: 'plain_text', text: close },
    blocks: [{ type: 'section', text: { type: 'mrkdwn', text: text.slice(0, limits.sectionText) } }],
  };
}
