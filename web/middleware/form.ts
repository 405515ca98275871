import { bodyLimit } from 'hono/body-limit';
import { createMiddleware } from 'hono/factory';
import type { WebEnv } from '../env.ts';
import { isUnsafe } from './origin.ts';
import { HttpRefusal } from './refusals.ts';

/** The longest form: a thousand order ids take 40 KB, a mapping import some hundred. */
export const formBytes = 1_048_576;
/** A label of 10 MB with the form around it. */
export const uploadBytes = 11 * 1_048_576;

/** Where files are uploaded. */
const uploadPaths = [
  /^\/orders\/[^/]+\/dispatch$/,
  /^\/mappings\/import$/,
  /^\/stock\/import$/,
  /^\/slack-preview\/form$/,
];

const tooLarge = (limit: number) => (): never => {
  throw new HttpRefusal(413, {
    code: 'too_large',
    message: `This is more than ${Math.floor(limit / 1_048_576)} MB. Send less at once.`,
  });
};

const forms = bodyLimit({ maxSize: formBytes, onError: tooLarge(formBytes) });
const uploads = bodyLimit({ maxSize: uploadBytes, onError: tooLarge(uploadBytes) });

/** Stops reading a body that is too long, whatever it declares. */
export const limitedBody = createMiddleware<WebEnv>((c, next) =>
  uploadPaths.some((path) => path.test(c.req.path)) ? uploads(c, next) : forms(c, next),
);

const formTypes = ['application/x-www-form-urlencoded', 'multipart/form-data'];

/** Reads the form of an unsafe request, once; anything but a form is refused. */
export const parsedForm = createMiddleware<WebEnv>(async (c, next) => {
  c.set('form', null);
  if (isUnsafe(c.req.method)) {
    const type = (c.req.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
    if (!formTypes.includes(type)) {
      throw new HttpRefusal(415, { code: 'not_a_form', message: 'Only forms are taken here.' });
    }
    const form = await readForm(c.req.raw);
    for (const [name, value] of form) if (holdsNul(name) || holdsNul(value)) throw notText();
    c.set('form', form);
  }
  await next();
});

/** No keyboard makes a zero byte and no database keeps one: refused before it becomes somebody's fault. */
export const plainAddress = createMiddleware<WebEnv>((c, next) => {
  if (c.req.url.includes('%00')) throw notText();
  return next();
});

const holdsNul = (value: string | File): boolean => typeof value === 'string' && value.includes('\0');

const notText = (): HttpRefusal =>
  new HttpRefusal(400, { code: 'not_text', message: 'A zero byte is no text. Take it out and send it again.' });

async function readForm(request: Request): Promise<FormData> {
  try {
    return await request.formData();
  } catch (error) {
    if (error instanceof HttpRefusal) throw error;
    throw new HttpRefusal(400, { code: 'torn_form', message: 'The form did not arrive whole. Send it again.' });
  }
}
