import { answerByAddress } from '../answer-address.ts';
import { findPage, foundPage } from '../find-orders.ts';
import { findOrderModal } from '../forms/find-order.ts';
import { updateView } from '../forms/open.ts';
import { foundReply } from '../messages/found-orders.ts';
import { parseJson } from '../values.ts';
import type { Action } from './action.ts';

/** Turns the pages of a search: in the answer, or in the form where it stands. */
export const findPageAction: Action = {
  id: 'find_page',
  async onValue({ value, ...gesture }) {
    const asked = foundPage.safeParse(parseJson(value));
    if (!asked.success) return 'This search is from an older version. Search anew.';
    const found = await findPage(gesture, asked.data);
    const { publicUrl } = gesture.deps.config;
    if (gesture.view !== null) {
      await updateView(gesture, gesture.view, findOrderModal(found, publicUrl));
      return null;
    }
    const page = foundReply(found, publicUrl);
    return (await answerByAddress(gesture.responseUrl, page, 'replace')) ? null : page;
  },
};
