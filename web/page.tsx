import { html } from 'hono/html';
import type { Child } from 'hono/jsx';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { WebContext } from './env.ts';
import type { PageFrame } from './views/frame.ts';
import { BareLayout, Layout } from './views/layout.tsx';
import type { NavKey } from './views/nav.ts';

interface PageOptions {
  /** For the tab; ` · Holdfast` is added. */
  readonly title: string;
  /** The entry of the rail that this page belongs to. */
  readonly section: NavKey;
  readonly status?: ContentfulStatusCode | undefined;
}

/** Answers with a whole page. */
export const renderPage = (
  c: WebContext,
  frame: PageFrame,
  options: PageOptions,
  body: Child,
): Response | Promise<Response> =>
  c.html(
    html`<!doctype html>${(
      <Layout frame={frame} title={options.title} section={options.section}>
        {body}
      </Layout>
    )}`,
    options.status ?? 200,
  );

/** Answers with a page for somebody who is not signed in. */
export const renderBare = (
  c: WebContext,
  options: { readonly title: string; readonly theme: PageFrame['theme']; readonly status?: ContentfulStatusCode },
  body: Child,
): Response | Promise<Response> =>
  c.html(
    html`<!doctype html>${(
      <BareLayout title={options.title} theme={options.theme}>
        {body}
      </BareLayout>
    )}`,
    options.status ?? 200,
  );

/**
 * Where a post leads: 303 for a form without script. For htmx `HX-Redirect`, because its fetch would follow a 303 and
 * put the whole page into the target.
 */
export function leadTo(c: WebContext, path: string): Response {
  if (c.req.header('hx-request') !== 'true') return c.redirect(path, 303);
  c.header('HX-Redirect', path);
  return c.body(null, 200);
}
