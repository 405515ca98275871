import type { PreviewJson } from '../../core/ports/slack-preview.ts';
import { refusedBySlack } from '../messages/validate.ts';
import { viewObject } from './objects.ts';
import { type Arguments, type Method, textArgument } from './web-api.ts';
import { isJson, mostViews, type View, type Workspace } from './workspace.ts';

/** Modals and the Home tab. */
export const viewMethods: Readonly<Record<string, Method>> = {
  'views.open': (args, workspace) => open(args, workspace, false),
  'views.push': (args, workspace) => open(args, workspace, true),
  'views.update'(args, workspace) {
    const externalId = textArgument(args, 'external_id');
    const view =
      externalId === '' ? workspace.view(textArgument(args, 'view_id')) : workspace.viewByExternalId(externalId);
    // The person closed it meanwhile.
    if (view === null) return 'not_found';
    if (isStale(args, view)) return 'hash_conflict';
    const content = contentOf(args, view.type);
    if (typeof content === 'string') return content;
    workspace.replaceView(view, content);
    return { view: viewObject(view) };
  },
  'views.publish'(args, workspace) {
    const userId = textArgument(args, 'user_id');
    if (workspace.person(userId) === null) return 'user_not_found';
    const known = workspace.homeOf(userId);
    if (known !== null && isStale(args, known)) return 'hash_conflict';
    const content = contentOf(args, 'home');
    if (typeof content === 'string') return content;
    return { view: viewObject(workspace.publishHome(userId, content)) };
  },
};

function open(args: Arguments, workspace: Workspace, isPush: boolean): PreviewJson | string {
  const triggerId = textArgument(args, 'trigger_id');
  if (triggerId === '') return 'invalid_arguments';
  // Slack looks at the view first: a refused one leaves the trigger for the next attempt.
  const content = contentOf(args, 'modal');
  if (typeof content === 'string') return content;
  const trigger = workspace.useTrigger(triggerId);
  if (typeof trigger === 'string') return trigger;
  const stack = workspace.stackOf(trigger.userId);
  if (isPush && (trigger.viewId === null || !stack.includes(trigger.viewId))) return 'not_found';
  if (isPush && stack.length >= mostViews) return 'push_limit_reached';
  return { view: viewObject(workspace.openModal(trigger.userId, content, isPush)) };
}

/** The view that a call carries; a text is why Slack refuses it. */
function contentOf(args: Arguments, type: View['type']): PreviewJson | string {
  const { view } = args;
  if (!isJson(view) || view.type !== type) return 'invalid_arguments';
  return refusedBySlack('view', view) ?? view;
}

const isStale = (args: Arguments, view: View): boolean => {
  const hash = textArgument(args, 'hash');
  return hash !== '' && hash !== view.hash;
};
