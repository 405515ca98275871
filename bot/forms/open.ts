import { webApi } from '@slack/bolt';
import type { Result } from '../../core/result.ts';
import type { Gesture } from '../gesture.ts';
import { said } from '../listeners/replies.ts';
import type { SlackModal } from '../messages/blocks.ts';
import { loadingModal, noticeModal } from '../messages/notice-modal.ts';
import { parseJson } from '../values.ts';

const tooSlow = 'Slack gave up waiting before the form could open. Press once more.';
const triggerErrors = new Set(['expired_trigger_id', 'exchanged_trigger_id', 'invalid_trigger_id', 'trigger_expired']);
/** `not_found`: the person closed it meanwhile. `hash_conflict`: something newer stands there. Neither is an error. */
const overtaken = new Set(['not_found', 'view_not_found', 'hash_conflict']);

/** Opens a form that needs no query. The answer is what to tell the person when Slack no longer opens it. */
export async function openNow(gesture: Gesture, view: SlackModal): Promise<string | null> {
  return (await openView(gesture, view)) === null ? tooSlow : null;
}

/**
 * Opens a form whose content needs queries: at once with a loading view, because Slack's trigger lives three seconds,
 * then with the form, or with the reason why there is none. Inside a form it opens on top of it.
 */
export async function openForm(
  gesture: Gesture,
  title: string,
  build: () => Promise<Result<SlackModal>>,
): Promise<string | null> {
  const opened = await openView(gesture, loadingModal(title));
  if (opened === null) return tooSlow;
  try {
    const built = await build();
    await updateView(gesture, opened, built.ok ? built.value : noticeModal(title, said(built.error)));
  } catch (error) {
    await updateView(gesture, opened, noticeModal(title, 'This could not be read now. Close it and try again.'));
    throw error;
  }
  return null;
}

export interface ViewRef {
  readonly id: string;
  readonly hash: string | null;
}

/** Puts another content into an open form; says false when the person closed it or something newer stands there. */
export async function updateView(gesture: Gesture, ref: ViewRef, view: SlackModal): Promise<boolean> {
  try {
    await gesture.client.views.update({
      view_id: ref.id,
      ...(ref.hash === null ? {} : { hash: ref.hash }),
      view: placed(gesture, view),
    });
    return true;
  } catch (error) {
    if (error instanceof webApi.WebAPIPlatformError && overtaken.has(error.data.error)) return false;
    throw error;
  }
}

async function openView(gesture: Gesture, view: SlackModal): Promise<ViewRef | null> {
  const { client, triggerId } = gesture;
  if (triggerId === null) return null;
  try {
    const asked = { trigger_id: triggerId, view: placed(gesture, view) };
    const answer = await (gesture.view === null ? client.views.open(asked) : client.views.push(asked));
    const id = answer.view?.id;
    if (id === undefined) throw new Error('Slack opened a view without an id.');
    return { id, hash: answer.view?.hash ?? null };
  } catch (error) {
    if (!(error instanceof webApi.WebAPIPlatformError)) throw error;
    if (triggerErrors.has(error.data.error)) return null;
    // Three lie on each other already: the uppermost becomes this one.
    if (error.data.error !== 'push_limit_reached' || gesture.view === null) throw error;
    return (await updateView(gesture, { id: gesture.view.id, hash: null }, view))
      ? { id: gesture.view.id, hash: null }
      : null;
  }
}

/** Keeps in the form where it was opened, so that its result is told there. */
export function placed(
  { channelId, threadTs, causesPage = null }: Pick<Gesture, 'channelId' | 'threadTs'> & Partial<Gesture>,
  view: SlackModal,
): SlackModal {
  if (channelId === null && causesPage === null) return view;
  const kept = parseJson(view.private_metadata);
  const metadata = typeof kept === 'object' && kept !== null ? kept : {};
  const place = {
    ...(channelId === null ? {} : { channel: channelId }),
    ...(channelId === null || threadTs === null ? {} : { thread: threadTs }),
    ...(causesPage === null ? {} : { causes: causesPage }),
  };
  return { ...view, private_metadata: JSON.stringify({ ...metadata, ...place }) };
}
