import type { Child, PropsWithChildren } from 'hono/jsx';
import type { Refusal } from '../core/result.ts';
import type { WebDeps } from './deps.ts';
import type { WebContext } from './env.ts';
import { type Flash, isFragment, setFlash } from './flash.ts';
import { statusOf } from './middleware/refusals.ts';
import { leadTo, renderPage } from './page.tsx';
import { loadFrame, type PageFrame } from './views/frame.ts';
import { Toast } from './views/layout.tsx';
import type { NavKey } from './views/nav.ts';
import { Csrf } from './views/parts.tsx';

/** Where a form stands: in the dialog of a page, or (without script) on a page of its own. */
export interface DialogView {
  readonly frame: PageFrame;
  readonly inDialog: boolean;
}

interface DialogOptions {
  readonly title: string;
  readonly section: NavKey;
  /** One line under the title. */
  readonly lede?: Child;
  /** Why the last try was refused: sets the status. */
  readonly refusal?: Refusal | undefined;
}

/** Answers with the dialog's content, or the same as a page. */
export async function renderDialog(
  c: WebContext,
  deps: WebDeps,
  options: DialogOptions,
  body: (view: DialogView) => Child,
): Promise<Response> {
  const inDialog = isFragment(c);
  const frame = await loadFrame(c, deps);
  const status = options.refusal === undefined ? 200 : statusOf(options.refusal);
  const content = (
    <>
      <div>
        <h1 id="dialog-title" tabindex={-1}>
          {options.title}
        </h1>
        {options.lede === undefined ? null : <p class="muted">{options.lede}</p>}
      </div>
      {body({ frame, inDialog })}
    </>
  );
  return inDialog
    ? c.html(content, status)
    : renderPage(
        c,
        frame,
        { title: options.title, section: options.section, status },
        <div class="stack narrow">{content}</div>,
      );
}

/** A form of a dialog: stays open when it is refused, closes when it is done. */
export const DialogForm = ({
  view,
  action,
  multipart = false,
  children,
}: PropsWithChildren<{ view: DialogView; action: string; multipart?: boolean }>) => (
  <form
    method="post"
    action={action}
    class="stack"
    enctype={multipart ? 'multipart/form-data' : undefined}
    hx-post={view.inDialog ? action : undefined}
    hx-target={view.inDialog ? '#dialog-body' : undefined}
    hx-encoding={view.inDialog && multipart ? 'multipart/form-data' : undefined}
    hx-disable={view.inDialog ? 'find button' : undefined}
    data-once=""
  >
    <Csrf token={view.frame.csrfToken} />
    {children}
  </form>
);

/** The buttons of a dialog: leave, and what the form does. */
export const DialogFoot = ({
  view,
  back,
  submit,
  tone = 'go',
  children,
}: PropsWithChildren<{ view: DialogView; back: string; submit: Child; tone?: 'go' | 'danger go' }>) => (
  <div class="dialog-foot">
    {children}
    {view.inDialog ? (
      <button type="button" class="btn" data-close="">
        Not now
      </button>
    ) : (
      <a class="btn" href={back}>
        Not now
      </a>
    )}
    <button type="submit" class={`btn ${tone}`}>
      {submit}
    </button>
  </div>
);

/** A form was done: the dialog closes, what changed is drawn again, a toast confirms. Without script: 303 to `back`. */
export function done(c: WebContext, flash: Flash, back: string): Response | Promise<Response> {
  if (!isFragment(c)) {
    setFlash(c, flash);
    return leadTo(c, back);
  }
  c.header('HX-Trigger', 'desk:done');
  return c.html(
    <hx-partial hx-target="#toasts" hx-swap="beforeend">
      <Toast flash={flash} csrfToken={c.get('csrfToken')} />
    </hx-partial>,
  );
}
