import { type PreviewJson, previewKey } from '../../core/ports/slack-preview.ts';
import { blocksOf, isJson, mostViews, type View, type Workspace } from './workspace.ts';

/** Slack's words over a form whose app did not answer, or answered what cannot be shown. */
export const formProblem = 'We had some trouble connecting. Try again?';

/** What a submission's answer does to the views, by Slack's `response_action`. Null: the bot did not answer. */
export function applySubmission(workspace: Workspace, view: View, answer: PreviewJson | null): void {
  if (answer === null) {
    view.problem = formProblem;
    workspace.touchView(view);
    return;
  }
  const next = isJson(answer.view) ? answer.view : {};
  switch (answer.response_action) {
    case 'errors': {
      const errors = isJson(answer.errors) ? answer.errors : {};
      view.errors = Object.fromEntries(
        Object.entries(errors).map(([blockId, text]) => [previewKey(blockId, ''), String(text)]),
      );
      // Slack shows errors on inputs only; others would be lost.
      const isShown = blocksOf(view.content).some(
        (block) => block.type === 'input' && String(block.block_id) in errors,
      );
      view.problem = isShown ? null : formProblem;
      workspace.touchView(view);
      return;
    }
    case 'update':
      workspace.replaceView(view, next);
      return;
    case 'push':
      if (workspace.stackOf(view.userId).length < mostViews) workspace.openModal(view.userId, next, true);
      return;
    case 'clear':
      workspace.closeModal(view.userId, true);
      return;
    default:
      // Another one was opened meanwhile: the submitted one is gone already.
      if (workspace.modalOf(view.userId) === view) workspace.closeModal(view.userId, false);
  }
}
