import { setTimeout as sleep } from 'node:timers/promises';
import type { App } from '@slack/bolt';
import { redrawCausesPage } from '../causes-page.ts';
import type { BotDeps } from '../deps.ts';
import type { FormAnswer } from '../forms/form.ts';
import { forms } from '../forms/index.ts';
import { placed, updateView } from '../forms/open.ts';
import { type Gesture, gestureOf } from '../gesture.ts';
import { loadingModal, noticeModal } from '../messages/notice-modal.ts';
import { escapeText } from '../messages/text.ts';
import type { PeopleLookup } from '../who.ts';
import { tellPrivately } from './replies.ts';

/** Slack shows an error when a form is not answered within 3 s; longer work goes on behind a waiting view. */
const answerWithinMs = 1_800;

/** Submitted forms, each one file of `forms/`: what is wrong stays on the field, what is done is told privately. */
export function listenToViews(app: App, deps: BotDeps, who: PeopleLookup): void {
  for (const form of forms) {
    app.view({ type: 'view_submission', callback_id: form.id }, async ({ ack, body, view, client }) => {
      const found = await who(body);
      if (!found.ok) {
        await ack({ response_action: 'errors', errors: { [form.firstBlock]: found.error.message } });
        return;
      }
      const gesture = gestureOf(deps, client, found.value, body);
      const title = view.title.text;
      const work = form.submit(gesture, view.state.values);
      const answer = await Promise.race([work, sleep(answerWithinMs, null, { ref: false })]);
      if (answer !== null) {
        await ack(responseTo(gesture, answer));
        await tell(gesture, answer);
        return;
      }
      await ack({ response_action: 'update', view: placed(gesture, loadingModal(title)) });
      await finishLate(gesture, title, work);
    });
  }
}

type Response =
  | { readonly response_action: 'errors'; readonly errors: Record<string, string> }
  | { readonly response_action: 'update' | 'push'; readonly view: ReturnType<typeof placed> };

function responseTo(gesture: Gesture, answer: FormAnswer): Response | undefined {
  switch (answer.kind) {
    case 'errors':
      return { response_action: 'errors', errors: { ...answer.errors } };
    case 'update':
    case 'push':
      return { response_action: answer.kind, view: placed(gesture, answer.view) };
    case 'done':
      return undefined;
  }
}

async function tell(gesture: Gesture, answer: FormAnswer): Promise<void> {
  if (answer.kind !== 'done') return;
  if (answer.text !== null) await tellPrivately(gesture, answer.text);
  await redrawCausesPage(gesture);
}

/** The form was answered with a waiting view: what came of it replaces that view. */
async function finishLate(gesture: Gesture, title: string, work: Promise<FormAnswer>): Promise<void> {
  const ref = { id: gesture.view?.id ?? '', hash: null };
  try {
    const answer = await work;
    const view =
      answer.kind === 'errors'
        ? noticeModal(
            title,
            `${Object.values(answer.errors).map(escapeText).join('\n')}\nClose this and open the form again.`,
          )
        : answer.kind === 'done'
          ? noticeModal(title, textOf(answer.text))
          : answer.view;
    await updateView(gesture, ref, view);
    await tell(gesture, answer);
  } catch (error) {
    await updateView(gesture, ref, noticeModal(title, 'That did not work. Look at the order before you try again.'));
    throw error;
  }
}

const textOf = (text: Extract<FormAnswer, { kind: 'done' }>['text']): string =>
  text === null ? 'Done.' : typeof text === 'string' ? text : text.text;
