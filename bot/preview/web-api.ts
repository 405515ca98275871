import { timingSafeEqual } from 'node:crypto';
import type { PreviewJson } from '../../core/ports/slack-preview.ts';
import { readText } from '../read-text.ts';
import { chatMethods } from './chat-methods.ts';
import { conversationMethods } from './conversation-methods.ts';
import { lookupMethods } from './lookup-methods.ts';
import { createRateLimits } from './rate-limits.ts';
import { respondTo } from './respond.ts';
import { viewMethods } from './view-methods.ts';
import { isJson, type Workspace } from './workspace.ts';

/** The arguments of a call, texts that hold JSON already read. */
export type Arguments = Readonly<Record<string, unknown>>;
/** Answers a call; a text is one of Slack's errors. */
export type Method = (args: Arguments, workspace: Workspace, context: MethodContext) => PreviewJson | string;

export interface MethodContext {
  readonly publicUrl: string;
  /** Of this API, with a slash at its end. */
  readonly apiUrl: string;
  readonly now: () => number;
}

export interface WebApiOptions extends MethodContext {
  readonly token: string;
  readonly workspace: Workspace;
  /** Slack's own pace is obeyed in tests that are about it; a person at a demo is never in the way of the bot. */
  readonly hasRateLimits?: boolean;
}

/** Arguments that travel as JSON inside a form. */
const jsonArguments = ['blocks', 'view', 'metadata', 'unfurls', 'attachments'];
/** What a message or view may weigh; Slack cuts far below. */
const maxBodyBytes = 1_000_000;

const methods: Readonly<Record<string, Method>> = {
  ...lookupMethods,
  ...chatMethods,
  ...conversationMethods,
  ...viewMethods,
};

/**
 * The preview's side of Slack's Web API: `<apiUrl><method>`, response URLs under `response/`, files under `files/`.
 * Refuses what Slack refuses, by Slack's names.
 */
export function createWebApi(options: WebApiOptions): (request: Request, path: string) => Promise<Response> {
  const { workspace } = options;
  const limits = createRateLimits(options.now);
  return async (request, path) => {
    const [room = '', id = ''] = path.split('/');
    if (room === 'response') return respondTo(workspace, id, await bodyOf(request), options.now());
    if (room === 'files') return fileOf(workspace, id, isSame(bearerOf(request) ?? '', options.token));
    const bearer = bearerOf(request);
    // Before anything is read.
    if (bearer !== null && !isSame(bearer, options.token)) return error('invalid_auth');
    const args = await argumentsOf(request);
    if (args === null) return error('invalid_form_data');
    const token = bearer ?? args.token;
    if (typeof token !== 'string' || token === '') return error('not_authed');
    if (!isSame(token, options.token)) return error('invalid_auth');
    const method = Object.hasOwn(methods, path) ? methods[path] : undefined;
    if (method === undefined) return error('unknown_method');
    if (options.hasRateLimits === true) {
      const waitSeconds = limits.take(path, String(args.channel ?? ''));
      if (waitSeconds > 0) {
        return Response.json(
          { ok: false, error: 'ratelimited' },
          { status: 429, headers: { 'retry-after': String(waitSeconds) } },
        );
      }
    }
    const answer = method(args, workspace, options);
    return typeof answer === 'string' ? error(answer) : Response.json({ ok: true, ...answer });
  };
}

const error = (name: string): Response => Response.json({ ok: false, error: name });

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function bearerOf(request: Request): string | null {
  return /^Bearer (\S+)$/.exec(request.headers.get('authorization') ?? '')?.[1] ?? null;
}

/** The file's bytes, as Slack hands them out: with the bot's token only. */
function fileOf(workspace: Workspace, id: string, isAllowed: boolean): Response {
  const file = isAllowed ? workspace.file(id) : null;
  if (file === null) return new Response('Not here.', { status: isAllowed ? 404 : 403 });
  return new Response(file.bytes, {
    headers: { 'content-type': file.type, 'content-disposition': 'attachment', 'x-content-type-options': 'nosniff' },
  });
}

/** Null when it cannot be read. */
async function argumentsOf(request: Request): Promise<Arguments | null> {
  const body = await bodyOf(request);
  if (body === null) return null;
  const query = Object.fromEntries(new URL(request.url).searchParams);
  return withJson({ ...query, ...body });
}

/** JSON or a form; null when it is neither, torn, or too long. */
async function bodyOf(request: Request): Promise<Arguments | null> {
  const text = await readText(request, maxBodyBytes);
  if (text === null) return null;
  if ((request.headers.get('content-type') ?? '').startsWith('application/json')) {
    const parsed = parse(text);
    return isJson(parsed) ? parsed : null;
  }
  return Object.fromEntries(new URLSearchParams(text));
}

function withJson(args: Arguments): Arguments {
  const read: Record<string, unknown> = { ...args };
  for (const name of jsonArguments) if (typeof read[name] === 'string') read[name] = parse(read[name]) ?? read[name];
  return read;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: whoever asked refuses it by its own name.
    return null;
  }
}

/** The text argument of this name; '' when it is missing. */
export const textArgument = (args: Arguments, name: string): string => {
  const value = args[name];
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
};

export const flagArgument = (args: Arguments, name: string): boolean => args[name] === true || args[name] === 'true';
