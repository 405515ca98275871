import { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import {
  type PreviewFields,
  type PreviewPlace,
  type PreviewSource,
  type PreviewUpload,
  previewKey,
  type SlackPreview,
} from '../../core/ports/slack-preview.ts';
import type { Result } from '../../core/result.ts';
import type { WebDeps } from '../deps.ts';
import type { WebContext, WebEnv } from '../env.ts';
import { setFlash } from '../flash.ts';
import { textOf } from '../form.ts';
import { HttpRefusal } from '../middleware/refusals.ts';
import { renderPage } from '../page.tsx';
import { loadFrame, needsOverAll, type PageFrame } from '../views/frame.ts';
import { heldPrefix, pressField, SearchOptions } from '../views/slack-preview/elements.tsx';
import { Live, ModalPart, modalKey, type PreviewPageProps, SlackPreviewPage } from '../views/slack-preview/page.tsx';
import { placeHref } from '../views/slack-preview/place.ts';

/** Shorter than the idle time of usual proxies. */
const beatMs = 25_000;
/** A stream ends by itself and the browser opens another. */
const longestMs = 10 * 60_000;
/** Changes come in bursts: one redraw for each. */
const gatherMs = 80;

/**
 * The bot without a workspace: its channels, forms and Home tab as Slack would show them. For owners over all merchants,
 * in demo mode without Slack only: elsewhere there is nothing at these addresses.
 */
export default function slackPreview(deps: WebDeps): Hono<WebEnv> {
  const app = new Hono<WebEnv>();

  app.get('/slack-preview', async (c) => {
    const preview = previewOf(c, deps);
    const place = placeOf(preview, (name) => c.req.query(name) ?? '');
    if (place.channelId === 'home') await preview.openHome(place.userId);
    const frame = await loadFrame(c, deps);
    const props = propsOf(preview, place, frame, null);
    return renderPage(c, frame, { title: 'Slack preview', section: 'slack-preview' }, <SlackPreviewPage {...props} />);
  });

  app.get('/slack-preview/live', async (c) => {
    const preview = previewOf(c, deps);
    const place = placeOf(preview, (name) => c.req.query(name) ?? '');
    const key = c.req.query('modal') ?? '';
    const shown = { key, viewId: key.split(' ')[0] ?? '' };
    return parts(c, propsOf(preview, place, await loadFrame(c, deps), null), shown);
  });

  app.get('/slack-preview/events', (c) => {
    const preview = previewOf(c, deps);
    return streamSSE(c, async (stream) => {
      let heard = (): void => {};
      const leave = preview.listen(() => heard());
      stream.onAbort(leave);
      const until = Date.now() + longestMs;
      while (!stream.aborted && !stream.closed && Date.now() < until) {
        const hasChanged = await new Promise<boolean>((resolve) => {
          const timer = setTimeout(() => resolve(false), beatMs);
          const settle = (changed: boolean) => {
            clearTimeout(timer);
            resolve(changed);
          };
          heard = () => settle(true);
          stream.onAbort(() => settle(false));
        });
        if (hasChanged) await stream.sleep(gatherMs);
        if (!stream.aborted) await stream.writeSSE({ event: hasChanged ? 'changed' : 'beat', data: '' });
      }
      leave();
    });
  });

  app.get('/slack-preview/options', async (c) => {
    const preview = previewOf(c, deps);
    const query = (name: string): string => c.req.query(name) ?? '';
    const place = placeOf(preview, query);
    const key = query('key');
    const [blockId = '', actionId = ''] = idsIn(key);
    const source = sourceOf(place, query('view'), query('ts'));
    const { userId } = place;
    const offered = await preview.suggest({ userId, source, blockId, actionId, text: query('q') });
    const held = (c.req.queries(`${heldPrefix}${key}`) ?? []).filter((value) => value !== '');
    const known = preview.screen(place)?.modal?.offered[key] ?? [];
    const chosen = held.map((value) => known.find((option) => option.value === value) ?? { text: value, value });
    return c.html(<SearchOptions offered={offered.ok ? offered.value : []} chosen={chosen} />);
  });

  app.post('/slack-preview/press', async (c) => {
    const { preview, place } = gesture(c, deps);
    const source = sourceOf(place, textOf(c, 'view'), textOf(c, 'ts'));
    const pressed = await press(c, preview, place, source, await fieldsOf(c));
    return answer(c, deps, preview, place, pressed);
  });

  app.post('/slack-preview/form', async (c) => {
    const { preview, place } = gesture(c, deps);
    const { userId } = place;
    const viewId = textOf(c, 'view');
    const deed = textOf(c, 'do');
    const fields = await fieldsOf(c);
    const done =
      textOf(c, pressField) !== ''
        ? await press(c, preview, place, { kind: 'view', viewId }, fields)
        : deed === 'close' || deed === 'close-all'
          ? await preview.close({ userId, viewId, all: deed === 'close-all' })
          : await preview.submit({ userId, viewId, fields });
    return answer(c, deps, preview, place, done);
  });

  app.post('/slack-preview/say', async (c) => {
    const { preview, place } = gesture(c, deps);
    const text = textOf(c, 'text');
    const { userId, channelId, threadTs } = place;
    const said =
      text === '' ? ({ ok: true, value: true } as const) : await preview.say({ userId, channelId, threadTs, text });
    return answer(c, deps, preview, place, said);
  });

  app.post('/slack-preview/shortcut', async (c) => {
    const { preview, place } = gesture(c, deps);
    const ts = textOf(c, 'ts');
    const message = ts === '' ? null : { channelId: place.channelId, ts };
    const called = await preview.shortcut({ userId: place.userId, callbackId: textOf(c, 'callback'), message });
    return answer(c, deps, preview, place, called);
  });

  app.post('/slack-preview/bot', (c) => {
    const { preview, place } = gesture(c, deps);
    const set = preview.setBot({ channelId: place.channelId, isIn: textOf(c, 'bot') === 'in' });
    return answer(c, deps, preview, place, set);
  });

  return app;
}

function previewOf(c: WebContext, deps: WebDeps): SlackPreview {
  needsOverAll(c, 'own');
  const preview = deps.slackPreview ?? null;
  if (preview === null)
    throw HttpRefusal.notFound('There is no Slack preview here: it belongs to demo mode without Slack.');
  return preview;
}

const gesture = (c: WebContext, deps: WebDeps) => {
  const preview = previewOf(c, deps);
  return { preview, place: placeOf(preview, (name) => textOf(c, name)) };
};

/** Where the person looks; what is missing or wrong is the owner in the first channel. */
function placeOf(preview: SlackPreview, read: (name: string) => string): PreviewPlace {
  const wanted: PreviewPlace = {
    userId: read('as') || (preview.people[0]?.userId ?? ''),
    channelId: read('c'),
    threadTs: read('t') || null,
  };
  const screen = preview.screen(wanted);
  if (screen === null) throw HttpRefusal.notFound('Nobody in the preview has this id.');
  return { ...wanted, channelId: screen.channel?.id ?? 'home' };
}

function sourceOf(place: PreviewPlace, viewId: string, ts: string): PreviewSource {
  return viewId === '' ? { kind: 'message', channelId: place.channelId, ts } : { kind: 'view', viewId };
}

/** Ids out of a name that `previewKey` made; a broken one names nothing. */
function idsIn(text: string): readonly string[] {
  try {
    return text.split('/').map(decodeURIComponent);
  } catch {
    // Not made by us: no element has such an id.
    return [];
  }
}

function press(
  c: WebContext,
  preview: SlackPreview,
  place: PreviewPlace,
  source: PreviewSource,
  fields: PreviewFields,
): Promise<Result<true>> {
  const [blockId = '', actionId = '', option] = idsIn(textOf(c, pressField));
  const values = option === undefined ? (fields.texts[previewKey(blockId, actionId)] ?? []) : [option];
  return preview.press({ userId: place.userId, source, blockId, actionId, values, fields });
}

/** What the fields of the form hold, by the ids of their elements. */
async function fieldsOf(c: WebContext): Promise<PreviewFields> {
  const texts: Record<string, string[]> = {};
  const files: Record<string, PreviewUpload[]> = {};
  for (const [name, value] of c.get('form') ?? []) {
    if (!name.startsWith(heldPrefix)) continue;
    const key = name.slice(heldPrefix.length);
    if (typeof value === 'string') {
      texts[key] = [...(texts[key] ?? []), value];
    } else if (value.size > 0) {
      const bytes = new Uint8Array(await value.arrayBuffer());
      files[key] = [...(files[key] ?? []), { name: value.name, type: value.type || 'application/octet-stream', bytes }];
    }
  }
  return { texts, files };
}

function propsOf(
  preview: SlackPreview,
  place: PreviewPlace,
  frame: PageFrame,
  problem: string | null,
): PreviewPageProps {
  const screen = preview.screen(place);
  if (screen === null) throw HttpRefusal.notFound();
  return {
    screen,
    place,
    people: preview.people,
    shortcuts: preview.shortcuts,
    reading: { nameOf: (id) => preview.nameOf(id), now: frame.now, timeZone: frame.timeZone },
    csrf: frame.csrfToken,
    problem,
  };
}

/** The modal that the browser shows: its id, and its key where the browser said it. */
interface ShownModal {
  readonly viewId: string;
  readonly key: string | null;
}

/** What lives, and the modal where it is another one than the browser shows. */
function parts(c: WebContext, props: PreviewPageProps, shown: ShownModal): Response | Promise<Response> {
  const { modal } = props.screen;
  const isOther = shown.key !== modalKey(modal);
  // The same form keeps its focus and its files; of another one nothing may stay.
  const swap = modal !== null && shown.viewId === modal.id ? 'innerMorph' : 'innerHTML';
  return c.html(
    <>
      <Live {...props} />
      {isOther ? (
        <hx-partial hx-target="#sp-modal" hx-swap={swap}>
          <ModalPart {...props} />
        </hx-partial>
      ) : null}
    </>,
  );
}

async function answer(
  c: WebContext,
  deps: WebDeps,
  preview: SlackPreview,
  place: PreviewPlace,
  done: Result<true>,
): Promise<Response> {
  const problem = done.ok ? null : done.error.message;
  if (c.req.header('hx-request') === 'true') {
    const shown = { key: null, viewId: textOf(c, 'view') };
    return parts(c, propsOf(preview, place, await loadFrame(c, deps), problem), shown);
  }
  if (problem !== null) setFlash(c, { message: problem });
  return c.redirect(placeHref(place), 303);
}
