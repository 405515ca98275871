import type { ErrorHandler, NotFoundHandler } from 'hono';
import type { Refusal } from '../../core/result.ts';
import type { WebDeps } from '../deps.ts';
import type { WebContext, WebEnv } from '../env.ts';
import { isFragment } from '../flash.ts';
import { renderBare, renderPage } from '../page.tsx';
import { loadFrame, themeOf } from '../views/frame.ts';
import { Notice, PageHead } from '../views/parts.tsx';
import { HttpRefusal, type RefusalStatus } from './refusals.ts';

const titles: Readonly<Record<RefusalStatus | 500, string>> = {
  400: 'This could not be read',
  401: 'Please sign in',
  403: 'Not allowed',
  404: 'Nothing here',
  405: 'Not possible here',
  409: 'Somebody was faster',
  413: 'Too much at once',
  415: 'Not a form',
  422: 'This could not be done',
  429: 'Too often',
  500: 'Something broke on our side',
};

/** Faults get a reference that stands in the log too; refusals say what to do. */
export function errorPages(deps: WebDeps): { onError: ErrorHandler<WebEnv>; notFound: NotFoundHandler<WebEnv> } {
  return {
    onError: (error, c) => {
      if (error instanceof HttpRefusal) return errorPage(c, deps, error.status, error.refusal);
      const requestId = c.get('requestId');
      deps.log.error({ requestId, method: c.req.method, path: c.req.path, err: error }, 'a page failed');
      return errorPage(c, deps, 500, {
        code: 'fault',
        message: `Nothing was changed that the page does not show. Try again; if it stays, tell whoever runs the desk this reference: ${requestId}`,
      });
    },
    notFound: (c) =>
      errorPage(c, deps, 404, {
        code: 'not_found',
        message: 'No page has this address. The menu leads to those that exist.',
      }),
  };
}

async function errorPage(
  c: WebContext,
  deps: WebDeps,
  status: RefusalStatus | 500,
  refusal: Refusal,
): Promise<Response> {
  const title = titles[status];
  if (isFragment(c)) {
    // The part that was asked for stays as it is; the reason is said where every page has room for it.
    c.header('HX-Retarget', '#toasts');
    c.header('HX-Reswap', 'beforeend');
    return c.html(
      <div class="toast" data-toast="20" data-refusal={refusal.code}>
        <span>
          <b>{title}.</b> {refusal.message}
        </span>
      </div>,
      status,
    );
  }
  const body = (
    <>
      <PageHead title={title} />
      <Notice tone={status === 404 ? 'info' : 'danger'}>
        <p>{refusal.message}</p>
      </Notice>
    </>
  );
  const signedIn = c.get('signedIn') ?? null;
  if (signedIn !== null && signedIn.merchantId !== null && status !== 500) {
    const frame = await loadFrame(c, deps).catch(() => null);
    if (frame !== null) return renderPage(c, frame, { title, section: 'overview', status }, body);
  }
  return renderBare(
    c,
    { title, theme: themeOf(c), status },
    <>
      {body}
      <p>
        <a class="btn" href={signedIn === null ? '/sign-in' : '/'}>
          {signedIn === null ? 'Sign in' : 'Back to the overview'}
        </a>
      </p>
    </>,
  );
}
